"""The catalogue: where it comes from, and what an operator does to it."""

from __future__ import annotations

import pytest

from newsbot import settings
from newsbot.errors import CatalogError, FetchFailed, ForbiddenAddress, NotReadable, SettingsError
from newsbot.flows import catalogue
from newsbot.flows.refresh import refresh
from newsbot.sources import catalog
from tests.examples import source
from tests.flows.web import item, page
from tests.house import body

FEED = (item("云雀大模型今天开源", body("一")), item("长庚光刻机通过验收", body("二")))


def described(path: object) -> list[str]:
    """The ids of the sources that NEWSBOT_SOURCES names."""
    return [one.id for one in catalogue.described(settings.read({}, sources=path and str(path))).sources]


async def ids(desk) -> list[str]:
    return [known.id for known, _ in await catalogue.listed(desk.room)]


def test_without_a_setting_newsbots_own_catalogue_is_taken():
    """`none` is an empty one, however it is written."""
    assert [one.id for one in catalog.builtin()] == described(None)
    assert ([], []) == (described("none"), described("None"))


def test_a_file_takes_the_place_of_the_built_in_catalogue(tmp_path):
    """Its sources and no others."""
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nid = "mine"\nurl = "https://mine.example/feed"\n', "utf-8")

    assert ["mine"] == described(path)


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file"), (b"\xff\xfe\x00bad", "not UTF-8"), ("folder", "directory")]
)
def test_a_file_that_cannot_be_read_names_the_setting(tmp_path, content, why):
    """Missing, a folder, or no text."""
    path = tmp_path / "sources.toml"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)

    with pytest.raises(SettingsError, match=why) as caught:
        described(path)
    assert "NEWSBOT_SOURCES" == caught.value.setting


def test_a_wrong_line_is_named(tmp_path):
    """The file, the line, and what is wrong with it."""
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nid = "mine"\nurl = "ftp://mine.example/feed"\n', "utf-8")

    with pytest.raises(CatalogError, match="http or https") as caught:
        described(path)
    assert (str(path), 3) == (caught.value.file, caught.value.line)


async def test_a_start_adds_what_is_new_and_leaves_the_rest(desk):
    """What the operator removed does not come back."""
    await catalogue.seed(desk.room, catalogue.Catalogue([source("a"), source("b")]))
    removed = [await catalogue.remove(desk.room, "a"), await catalogue.remove(desk.room, "a")]
    await catalogue.seed(desk.room, catalogue.Catalogue([source("a"), source("b"), source("c")]))

    assert ([True, False], ["b", "c"]) == (removed, await ids(desk))


async def test_a_feed_is_added_under_the_name_of_its_host(desk):
    """As it names itself; its articles come with the next pull, not before."""
    address = desk.web.publishes("/feed", *FEED, title="某某日报")
    added = await catalogue.add(desk.room, address)
    before = await desk.articles()
    (pulled,) = await refresh(desk.room)

    assert ("127-0-0-1", "某某日报", "feed", "zh", "Asia/Shanghai") == (
        added.id,
        added.name,
        added.kind,
        added.language,
        added.zone,
    )
    assert ([], "new", 2) == (before, pulled.status, pulled.new)


async def test_a_page_is_added_as_a_page(desk):
    """One that is one article."""
    address = desk.web.serves("/1", page("长庚光刻机通过验收", body("一")), content_type="text/html")

    assert "page" == (await catalogue.add(desk.room, address)).kind


async def test_id_and_name_can_be_chosen(desk):
    """And an id that another source has is refused."""
    first, second = (desk.web.publishes(path, *FEED) for path in ("/1", "/2"))
    added = await catalogue.add(desk.room, first, "mine", "我的源")
    with pytest.raises(NotReadable, match="another source"):
        await catalogue.add(desk.room, second, "mine")

    assert (("mine", "我的源"), ["mine"]) == ((added.id, added.name), await ids(desk))


async def test_several_of_one_host_are_numbered(desk):
    """None takes the place of another."""
    for path in ("/1", "/2", "/3"):
        await catalogue.add(desk.room, desk.web.publishes(path, *FEED))

    assert ["127-0-0-1", "127-0-0-1-2", "127-0-0-1-3"] == await ids(desk)


async def test_an_address_that_is_there_already_is_the_same_source(desk):
    """Whatever its id: otherwise everything would come twice."""
    address = desk.web.publishes("/feed", *FEED)
    await catalogue.seed(desk.room, catalogue.Catalogue([source("daily", url=address)]))
    added = await catalogue.add(desk.room, address)

    assert ("daily", ["daily"]) == (added.id, await ids(desk))


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("{}/dead", FetchFailed),
        ("{}/nothing", NotReadable),
        ("{}/empty", NotReadable),
        ("{}/none", FetchFailed),
        ("http://127.0.0.1:1/", FetchFailed),
        ("http://10.0.0.1/feed", ForbiddenAddress),
        ("feed.xml", NotReadable),
        ("ftp://a.example/feed", NotReadable),
        ("", NotReadable),
    ],
)
async def test_a_dead_address_is_not_added(desk, address, error):
    """Nothing is stored, and the operator hears why."""
    desk.web.fails("/dead", 503)
    desk.web.serves("/nothing", "<html></html>", content_type="text/html")
    desk.web.publishes("/empty")
    with pytest.raises(error):
        await catalogue.add(desk.room, address.format(desk.web.url("")))

    assert [] == await ids(desk)


async def test_checking_asks_now_and_stores_nothing(desk):
    """How many articles there are, or what is wrong."""
    good = source("good", url=desk.web.publishes("/good", *FEED))
    bad = source("bad", url=desk.web.fails("/bad", 410), sample=True)
    await catalogue.seed(desk.room, catalogue.Catalogue([good, bad]))
    checked = [await catalogue.check(desk.room, one) for one in (good, bad)]

    assert [(2, None), (0, "it answered 410")] == [(one.articles, one.error) for one in checked]
    assert ([], None) == (await desk.articles(), (await desk.health("good")).checked_at)
