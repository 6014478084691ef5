"""Lists of subscriptions: from other readers into the catalogue, and out of it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest
import pytest_asyncio

from newsbot import settings
from newsbot.errors import NotReadable, SettingsError
from newsbot.flows import catalogue, exchange, read
from newsbot.flows.exchange import Imported
from newsbot.models.opml import Problem
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.sources import catalog, opml
from newsbot.store import Store
from tests import databases
from tests.conftest import shared
from tests.examples import source
from tests.flows.desk import Desk
from tests.flows.web import item
from tests.house import body
from tests.sources.hostile import quickly

NAMESPACE = 'xmlns:newsbot="urn:newsbot:source"'
LONG_ID = "x" * 60


def outline(url: str, text: str = "", **own: str) -> str:
    ours = "".join(f' newsbot:{key}="{value}"' for key, value in own.items())
    return f'<outline text="{text}" xmlUrl="{url.replace("&", "&amp;")}"{ours}/>'


def listing(*inside: str) -> bytes:
    """A file with these outlines, a line each."""
    lines = "\n".join(inside)
    return f'<opml version="2.0" {NAMESPACE}><head/><body>\n{lines}\n</body></opml>'.encode()


async def brings(desk: Desk, *inside: str) -> Imported:
    return await exchange.bring_in(desk.room, listing(*inside), "feeds.opml")


async def stored(room: Newsroom) -> dict[str, Source]:
    return {known.id: known for known, _ in await catalogue.listed(room)}


@pytest_asyncio.fixture
async def other(desk, tmp_path) -> AsyncIterator[Newsroom]:
    """Another newsroom, that knows no source."""
    room = replace(desk.room, store=Store(databases.address(tmp_path / "other")))
    yield room
    await room.store.close()


# in


async def test_a_whole_list_comes_in_at_once(desk):
    """A thousand subscriptions, each under an id of its own, and nobody is asked for them."""
    data = shared("opml/chinese-independent-blogs.opml").read_bytes()
    await brings(desk)  # the sandbox has a child from now on, which a running bot has too
    found = await asyncio.wait_for(exchange.bring_in(desk.room, data, "blogs.opml"), 60)
    known = await stored(desk.room)

    assert (1326, 0, 0) == (len(found.added), len(found.known), len(found.problems))
    assert {one.id: one for one in found.added} == known
    assert 1326 == len(known) == len({one.url for one in found.added})
    assert all(catalog.problem("id", one) is None for one in known)


async def test_a_list_that_comes_twice_is_known(desk):
    """All of it, and nothing of it is touched."""
    data = shared("opml/chinese-independent-blogs.opml").read_bytes()
    await exchange.bring_in(desk.room, data, "blogs.opml")
    before = await stored(desk.room)
    again = await exchange.bring_in(desk.room, data, "blogs.opml")

    assert ((), 1326) == (again.added, len(again.known))
    assert before == await stored(desk.room)


async def test_a_folder_is_a_category(desk):
    """The outermost, where they lie in each other; a list without folders has none."""
    inner = f'<outline text="手机">{outline("https://b.example/feed")}</outline>'
    await brings(
        desk,
        f'<outline text="科技">{outline("https://a.example/feed")}{inner}</outline>',
        outline("https://c.example/feed"),
    )
    known = await stored(desk.room)

    assert {"a-example": "科技", "b-example": "科技", "c-example": None} == {
        one.id: one.category for one in known.values()
    }


async def test_a_feed_of_another_reader_is_a_source_like_any_other(desk):
    """What the list does not say, the settings say."""
    desk.room.settings = settings.read({}, language="en", timezone="Asia/Tokyo")
    (added,) = (await brings(desk, outline("https://www.a.example/feed", "某报"))).added

    told = (added.id, added.name, added.url, added.kind, added.language, added.zone)

    assert ("a-example", "某报", "https://www.a.example/feed", "feed", "en", "Asia/Tokyo") == told
    assert (True, None, None, ()) == (added.on, added.interval, added.category, added.fallback)


@pytest.mark.parametrize(
    ("written", "is_known"),
    [
        ("https://a.example/Feed", True),
        ("HTTPS://A.Example:443/Feed", True),
        ("https://a.example/Feed?utm_source=rss&spm=2", True),
        ("https://a.example/Feed#top", True),
        (" https://a.example/Feed ", True),
        ("https://a.example/Feed/", False),
        ("https://a.example/feed", False),
        ("https://a.example/Feed?x=1", False),
        ("http://a.example/Feed", False),
        ("https://www.a.example/Feed", False),
    ],
)
async def test_an_address_is_known_in_whatever_writing(desk, written, is_known):
    """What trackers add and how the host is written say nothing; a slash may be another feed."""
    await desk.knows(source("mine", url="https://a.example/Feed"))
    found = await brings(desk, outline(written))

    assert ((0, 1) if is_known else (1, 0)) == (len(found.added), len(found.known))
    assert (1 if is_known else 2) == len(await stored(desk.room))


async def test_a_list_that_has_an_address_twice_gives_one_source(desk):
    """The first; the other is known by then."""
    found = await brings(
        desk, outline("https://a.example/feed", "A"), outline("https://a.example/feed?utm_source=b", "B")
    )

    assert (["A"], ["B"]) == ([one.name for one in found.added], [one.name for one in found.known])


async def test_ids_that_are_taken_are_numbered(desk):
    """By the catalogue, and by others of the same list, whether the list names an id or not."""
    await desk.knows(source("a-example", url="https://a.example/feed"))
    found = await brings(
        desk,
        outline("https://a.example/news"),
        outline("https://a.example/blog"),
        outline("https://b.example/feed", id="a-example"),
        outline("https://c.example/feed", id="mine"),
        outline("https://d.example/feed", id="mine"),
    )

    assert ["a-example-2", "a-example-3", "a-example-4", "mine", "mine-2"] == [one.id for one in found.added]
    assert 6 == len(await stored(desk.room))


async def test_a_numbered_id_is_still_one(desk):
    """Not longer than a link to the bot can carry, and our own export has to come back."""
    found = await brings(
        desk, outline("https://a.example/1", id=LONG_ID), outline("https://a.example/2", id=LONG_ID)
    )

    assert [None, None] == [catalog.problem("id", one.id) for one in found.added]


async def test_what_was_removed_comes_back(desk):
    """An operator who imports it wants it; it is asked as one that is new."""
    await brings(desk, outline("https://a.example/feed", "A"))
    await catalogue.remove(desk.room, "a-example")
    found = await brings(desk, outline("https://a.example/feed", "A again"))

    assert (1, 0) == (len(found.added), len(found.known))
    assert ["A again"] == [one.name for one in (await stored(desk.room)).values()]
    assert None is (await desk.health("a-example")).checked_at


@pytest.mark.parametrize("how", ["import", "add"])
async def test_the_place_of_what_is_handed_to_us_is_not_taken(desk, tmp_path, how):
    """Articles that were read by hand would become those of a feed, and the other way round."""
    (tmp_path / "a.txt").write_text(f"长庚光刻机通过验收\n{body('一')}", "utf-8")
    [_ async for _ in read.take(desk.room, [str(tmp_path / "a.txt")])]
    (by_hand,) = {one.source_id for one in await desk.articles()}
    if how == "import":
        await brings(desk, outline("https://a.example/feed", id=by_hand))
    else:
        feed = desk.web.publishes("/feed", item("云雀大模型今天开源", body("二")))
        with suppress(NotReadable):
            await catalogue.add(desk.room, feed, by_hand)

    assert by_hand not in await stored(desk.room)


async def test_what_is_a_sample_nobody_outside_decides(desk):
    """Else a list could hide a source from its readers."""
    (added,) = (await brings(desk, outline("https://a.example/feed", sample="true"))).added

    assert (False, False) == (added.sample, (await stored(desk.room))["a-example"].sample)


async def test_a_list_without_a_selector_is_asked_as_a_feed(desk):
    """Nobody knows where its articles are."""
    found = await brings(
        desk,
        outline("https://a.example/", kind="list"),
        outline("https://b.example/", kind="list", selector=".n a"),
        outline("https://c.example/", kind="sitemap"),
    )

    assert [("feed", None), ("list", ".n a"), ("sitemap", None)] == [
        (one.kind, one.selector) for one in found.added
    ]


async def test_a_wrong_line_costs_only_itself(desk):
    """It is named, and the others come in."""
    found = await brings(
        desk,
        outline("https://a.example/feed"),
        outline("file:///etc/passwd", "B"),
        outline("https://c.example/feed", "C", zone="Mars/Base"),
    )

    assert ["a-example", "c-example"] == [one.id for one in found.added] == list(await stored(desk.room))
    assert [3, 4] == [problem.line for problem in found.problems]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1: this is no XML"),
        (b"\n\nwords", "line 3: this is no XML"),
        (b"<html>\n<body></body></html>", "line 1: this is <html>, not <opml>"),
        (b"<rss><channel/></rss>", "line 1: this is <rss>, not <opml>"),
        (b"<opml><head/></opml>", "line 1: there is no <body>"),
        (b'[[source]]\nid = "a"\nurl = "https://a.example/feed"\n', "this is no XML"),
        (bytes(range(256)) * 100, "no"),
    ],
    ids=["nothing", "words", "page", "feed", "no body", "toml", "bytes"],
)
async def test_what_is_no_list_is_refused(desk, data, words):
    """Named by its file and its line, and nothing is stored."""
    with pytest.raises(NotReadable, match=words) as caught:
        await exchange.bring_in(desk.room, data, "feeds.opml")

    assert "feeds.opml" == caught.value.address
    assert {} == await stored(desk.room)


async def test_a_list_without_subscriptions_brings_nothing(desk):
    """That is no error here; the command line makes one of it."""
    assert Imported(
        added=(), known=(), problems=(Problem(2, '"A" has no address of a feed (xmlUrl)'),)
    ) == await brings(desk, '<outline text="A"/>')


# out, and in again


EVERYTHING = (
    source("plain"),
    source("off", on=False, interval=60, language="en", zone="America/New_York"),
    source("list", kind="list", selector="ul > li.n a[href^='/a']", category="科技"),
    source("map", kind="sitemap", category='A & B <"科技">'),
    source("hn", kind="hackernews", url="https://hacker-news.firebaseio.com/v0/topstories.json"),
    source("page", kind="page", category="科技"),
    source("long", name="名" * 200, url="https://a.example/" + "a" * 1900),
    source("odd", name="<b>&amp;\"'🎉", url="https://b.example/?a=1&b=%20<>&c=中"),
    source("falls", fallback=("https://c.example/feed?a=1&b=2", "/36kr/news", "https://d.example/")),
)


async def test_a_catalogue_comes_back_as_it_was(desk, other):
    """With all its fields, into a newsroom that has none of it; a list is a file, so it may be read again."""
    await catalogue.seed(desk.room, catalogue.Catalogue(list(EVERYTHING)))
    text = await exchange.bring_out(desk.room)
    found = await exchange.bring_in(other, text.encode(), "export.opml")

    assert () == found.problems
    assert {one.id: one for one in EVERYTHING} == await stored(other)
    assert sorted(text.splitlines()) == sorted((await exchange.bring_out(other)).splitlines())


async def test_newsbots_own_catalogue_comes_back_as_it_was(desk, other):
    """But for the samples: those are not for other readers."""
    await catalogue.seed(desk.room, catalogue.Catalogue([*catalog.builtin(), source("sample", sample=True)]))
    found = await exchange.bring_in(other, (await exchange.bring_out(desk.room)).encode(), "export.opml")

    assert () == found.problems
    assert {one.id: one for one in catalog.builtin() if not one.sample} == await stored(other)


async def test_an_imported_list_comes_back_as_it_was(desk, other):
    """All of a thousand, whatever others wrote into it."""
    data = shared("opml/chinese-independent-blogs.opml").read_bytes()
    await exchange.bring_in(desk.room, data, "blogs.opml")
    await exchange.bring_in(other, (await exchange.bring_out(desk.room)).encode(), "export.opml")

    assert await stored(desk.room) == await stored(other)


async def test_what_was_removed_does_not_go_out(desk):
    """Nor what was only handed to us, which has no address."""
    await desk.knows(source("a"), source("b"), source("read", kind="hand", url=""))
    await catalogue.remove(desk.room, "a")
    found = opml.parse_opml((await exchange.bring_out(desk.room)).encode(), "export.opml")

    assert (["b"], exchange.TITLE) == ([one.id for one in found.outlines], found.title)


async def test_no_sources_are_a_list_too(desk):
    """An empty one, that can be read."""
    found = opml.parse_opml((await exchange.bring_out(desk.room)).encode(), "export.opml")

    assert ((), ()) == (found.outlines, found.problems)


# instead of a catalogue


def described(path: object) -> list[Source]:
    """The sources of a newsroom whose NEWSBOT_SOURCES names this file."""
    return catalogue.described(
        settings.read({}, sources=str(path), language="en", timezone="Asia/Tokyo")
    ).sources


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_may_take_the_place_of_a_catalogue(tmp_path, encoding):
    """By what is in it, whatever its name; as with an import."""
    path = tmp_path / "sources.toml"
    text = listing(
        outline("https://a.example/feed", "某某科技日报", sample="true"),
        outline("https://a.example/news", "某某新闻周刊", language="zh"),
        outline("https://A.example/feed?utm_source=c", "又一份日报"),
    ).decode()
    path.write_bytes(text.encode(encoding))

    assert [
        ("a-example", "某某科技日报", "en", "Asia/Tokyo", False),
        ("a-example-2", "某某新闻周刊", "en", "Asia/Tokyo", False),
    ] == [(one.id, one.name, one.language, one.zone, one.sample) for one in described(path)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<opml>\n<head/></opml>", "line 1: there is no <body>"),
        (b"<!-- a\n list -->\n<opml version='1.0'/>", "line 3: there is no <body>"),
    ],
)
def test_a_broken_list_is_a_wrong_setting(tmp_path, data, words):
    """Named with its file and its line: nothing is started without sources by mistake."""
    path = tmp_path / "feeds.opml"
    path.write_bytes(data)

    with pytest.raises(SettingsError) as caught:
        described(path)
    assert "NEWSBOT_SOURCES" == caught.value.setting
    assert f"{path}, {words}" in str(caught.value)


def test_all_of_a_real_list_may_be_the_catalogue():
    """At every start: so it has to be quick."""
    path = shared("opml/chinese-independent-blogs.opml")
    with quickly():
        found = described(path)

    assert (1326, 1326) == (len(found), len({one.id for one in found}))
