"""Documents that somebody hands us: files, folders, addresses, a pasted link."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest

from newsbot.errors import FetchFailed, ForbiddenAddress, NotReadable, TookTooLong
from newsbot.flows import group, read
from newsbot.flows.read import Taken
from newsbot.flows.refresh import refresh
from tests.examples import source
from tests.flows.web import item, page
from tests.house import body

EVENT, OTHER_EVENT = "长庚光刻机通过验收", "北斗云宣布存储降价三成"


def text(title: str, publisher: str = "某某网", words: str = "") -> str:
    """An article saved as plain text."""
    return f"{title}\n来源:{publisher} 2026-11-24 11:00\n{words or body(title)}"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """An empty folder for documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


def put(shelf: Path, name: str, words: str | bytes) -> str:
    """A file on the shelf, packed where its name says so; its path."""
    data = words.encode() if isinstance(words, str) else words
    path = shelf / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return str(path)


async def take(desk, *names: str, dry_run: bool = False) -> list[Taken]:
    """Take in, and group at the end, as the command line does."""
    found = [name for given in names for name in read.expand(given)]
    taken = [one async for one in read.take(desk.room, found, dry_run)]
    await group.group(desk.room)
    return taken


@pytest.mark.parametrize("ending", ["", ".gz"])
async def test_files_of_every_kind_are_taken_in(desk, shelf, ending):
    """Told in the order given, a line an article; they can be packed."""
    names = [
        put(shelf, f"a.txt{ending}", text(EVENT)),
        put(shelf, f"b.html{ending}", page(OTHER_EVENT, body(OTHER_EVENT))),
        put(
            shelf,
            f"c.xml{ending}",
            f"<rss><channel>{item('一', body('一'))}{item('二', body('二'))}</channel></rss>",
        ),
    ]
    taken = await take(desk, *names)

    assert [(names[0], "text"), (names[1], "page"), (names[2], "feed"), (names[2], "feed")] == [
        (one.name, one.kind) for one in taken
    ]
    assert [EVENT, OTHER_EVENT, "一", "二"] == [(await desk.article(one.id)).title for one in taken]
    assert 4 == len(await desk.stories())


async def test_a_folder_is_read_with_all_below(desk, shelf):
    """In the order of the names; what no reader knows is left alone."""
    for name in ("b/deep/2.txt", "a/1.TXT", "c.txt.gz", "picture.png", "notes.doc", ".gz"):
        put(shelf, name, text(f"关于{name}的一篇文章"))

    taken = await take(desk, str(shelf))
    assert ["a/1.TXT", "b/deep/2.txt", "c.txt.gz"] == [
        str(Path(one.name).relative_to(shelf)) for one in taken
    ]
    assert [None] * 3 == [one.error for one in taken]


async def test_many_are_told_in_the_order_given(desk, shelf):
    """However many are read at the same time."""
    titles = [f"第{number}篇：{body(str(number))[10:24]}" for number in range(12)]
    names = [put(shelf, f"{number}.txt", text(title)) for number, title in enumerate(titles)]

    assert titles == [(await desk.article(one.id)).title for one in await take(desk, *names)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("empty.txt", ""),
        ("title.txt", "只有标题"),
        ("junk.txt", bytes(range(256)) * 50),
        ("empty.html", "<html></html>"),
        ("empty.xml", "<rss><channel></channel></rss>"),
        ("broken.json", "{"),
        ("not-packed.gz", ""),
    ],
)
async def test_a_broken_file_is_one_line_and_holds_up_nobody(desk, shelf, name, words):
    """It says which and what is wrong; the next is read."""
    broken, good = put(shelf, name, words), put(shelf, "good.txt", text(EVENT))
    first, second = await take(desk, broken, good)

    assert (broken, None, None) == (first.name, first.id, second.error)
    assert first.error is not None
    assert first.error.startswith(broken)
    assert [EVENT] == await desk.titles()


async def test_a_file_that_cannot_be_unpacked_says_so(desk, shelf):
    """One that was cut short, one that is something else, one that is not there."""
    packed = gzip.compress(text(EVENT).encode())
    (shelf / "cut.txt.gz").write_bytes(packed[:-20])
    (shelf / "other.txt.gz").write_bytes(b"no archive")
    taken = await take(desk, *(str(shelf / name) for name in ("cut.txt.gz", "other.txt.gz", "none.txt")))

    reasons = [one.error.removeprefix(f"{one.name}: ") for one in taken]
    assert ["it cannot be unpacked", "it cannot be unpacked", "No such file or directory"] == reasons


@pytest.mark.parametrize("name", ["large.txt", "large.txt.gz"])
async def test_a_file_has_a_largest_size(desk, shelf, name, monkeypatch):
    """Also one that is small before it is unpacked."""
    monkeypatch.setattr(read, "FILE_BYTES", 1_000_000)
    (taken,) = await take(desk, put(shelf, name, "很" * 400_000))

    assert f"{taken.name}: it is larger than 1 MB" == taken.error


async def test_a_dry_run_stores_nothing(desk, shelf):
    """But tells what it would."""
    (taken,) = await take(desk, put(shelf, "a.txt", text(EVENT)), dry_run=True)

    assert (None, EVENT, []) == (taken.id, taken.draft and taken.draft.title, await desk.articles())


async def test_the_same_file_again_is_the_same_article(desk, shelf):
    """Under whatever name."""
    first, again = put(shelf, "a.txt", text(EVENT)), put(shelf, "b.txt", text(EVENT))
    taken = await take(desk, first, again, first)

    assert 1 == len({one.id for one in taken}) == len(await desk.articles())


async def test_the_same_text_of_two_publishers_is_two_articles_in_one_story(desk, shelf):
    """Each names its own source."""
    names = [put(shelf, f"{who}.txt", text(EVENT, who)) for who in ("甲报", "乙报")]
    taken = await take(desk, *names)
    told = [await desk.article(one.id) for one in taken]

    assert (2, 1) == (len({one.id for one in told}), len({one.story_id for one in told}))
    assert ["甲报", "乙报"] == [one.source for one in told]


async def test_an_address_is_taken_in_like_a_file(desk, shelf):
    """And one that is dead is a broken input like any other."""
    good = desk.web.serves("/1", page(EVENT, body(EVENT)), content_type="text/html")
    dead = desk.web.fails("/2", 404)
    first, second = await take(desk, dead, good)

    assert (f"{dead}: it answered 404", EVENT) == (first.error, (await desk.article(second.id)).title)


async def test_who_stops_listening_stops_the_reading(desk, shelf):
    """Nothing goes on in the background."""
    names = [put(shelf, f"{number}.txt", text(f"第{number}篇文章")) for number in range(8)]
    taking = read.take(desk.room, names)
    await anext(taking)
    await taking.aclose()

    assert [] == [task for task in asyncio.all_tasks() if "_take_one" in repr(task)]


async def test_a_pasted_link_becomes_a_story(desk):
    """With what the page says about itself."""
    address = desk.web.serves("/1", page(EVENT, body(EVENT)), content_type="text/html")
    story = await desk.story(await read.link(desk.room, address))

    assert (EVENT, address, "某某网") == (story.title, story.lead.link, story.lead.source)


async def test_a_link_that_is_pasted_twice_is_one_story(desk):
    """However it was shared; the second time nobody is asked."""
    address = desk.web.serves("/1", page(EVENT, body(EVENT)), content_type="text/html")
    first = await read.link(desk.room, address)
    again = await read.link(desk.room, f"{address}?utm_source=wechat&from=timeline#top")

    assert (first, 1, 1) == (again, len(await desk.articles()), desk.web.counts["/1"])


async def test_two_who_paste_the_same_link_at_once_get_one_story(desk):
    """Both pages were read, one article was stored."""
    address = desk.web.serves("/1", page(EVENT, body(EVENT)), content_type="text/html")
    first, second = await asyncio.gather(read.link(desk.room, address), read.link(desk.room, address))

    assert (first, 1) == (second, len(await desk.articles()))


async def test_a_link_that_a_source_brought_is_its_story(desk):
    """With all its coverage; the page is not asked for."""
    address = desk.web.url("/1")
    await desk.knows(source("daily", url=desk.web.publishes("/daily", item(EVENT, body(EVENT), address))))
    await refresh(desk.room)
    (stored,) = await desk.articles()

    assert stored.story_id == await read.link(desk.room, address)
    assert 0 == desk.web.counts["/1"]


@pytest.mark.parametrize(
    ("path", "error"), [("/dead", FetchFailed), ("/nothing", NotReadable), ("/login", NotReadable)]
)
async def test_a_link_that_leads_nowhere_stores_nothing(desk, path, error):
    """The reader hears why."""
    desk.web.fails("/dead", 503)
    desk.web.serves("/nothing", "", content_type="text/html")
    desk.web.serves("/login", "<html><title></title></html>", content_type="text/html")
    with pytest.raises(error):
        await read.link(desk.room, desk.web.url(path))

    assert [] == await desk.articles()


@pytest.mark.parametrize(
    "address", ["http://10.0.0.1/", "http://169.254.169.254/latest/", "https://u:p@a.example/", "https://"]
)
async def test_a_link_into_our_own_network_is_not_followed(desk, address):
    """Nor is one that carries a password, or no host."""
    with pytest.raises((ForbiddenAddress, FetchFailed)):
        await read.link(desk.room, address)


async def test_nobody_speaks_for_another_site(desk):
    """A page that names the address of somebody else's article as its own changes nothing there."""
    real = "https://daily.example/1"
    await desk.knows(source("daily", url=desk.web.publishes("/daily", item(EVENT, body(EVENT), real))))
    await refresh(desk.room)
    (before,) = await desk.articles()
    forged = desk.web.serves("/forged", page("假消息", body("假消息"), link=real), content_type="text/html")
    feed = desk.web.publishes("/forged.xml", item("假消息", body("另一则假消息"), real))
    stories = [await read.link(desk.room, address) for address in (forged, feed)]

    assert before == await desk.article(before.id)
    assert (forged, before.story_id) == ((await desk.story(stories[0])).lead.link, stories[1])


async def test_a_page_may_name_its_address_on_its_own_site(desk, shelf):
    """Its main host for its mobile one, say; and a file, which has no address, may name any."""
    named = desk.web.url("/article/1")
    shared = desk.web.serves("/m/1", page(EVENT, body(EVENT), link=named), content_type="text/html")
    saved = put(shelf, "a.html", page(OTHER_EVENT, body(OTHER_EVENT), link="https://www.a.example/1"))
    story = await desk.story(await read.link(desk.room, shared))
    (taken,) = await take(desk, saved)

    assert [named, "https://www.a.example/1"] == [story.lead.link, (await desk.article(taken.id)).link]


@pytest.mark.parametrize(
    ("link", "address", "expected"),
    [
        ("https://a.example/1", "http://a.example/2", True),
        ("https://www.a.example/1", "https://m.a.example/1", True),
        ("https://a.example/1", "https://www.a.example/1", True),
        ("https://a.example/1", "https://somebody.a.example/1", False),
        ("https://b.example/1", "https://a.example/1", False),
        ("https://evila.example/1", "https://a.example/1", False),
        ("https://a.example.evil.example/", "https://a.example/1", False),
    ],
)
def test_what_is_one_site(link, address, expected):
    """A host, with www. and m. as names of the same; what is below it may be anybody's."""
    assert expected == read.same_site(link, address)


class Slow:
    """A sandbox whose child is stopped at its wall clock."""

    async def run(self, *_: Any, seconds: float) -> Any:
        raise TookTooLong(seconds)


async def test_a_document_that_takes_too_long_is_an_error_like_others(desk, shelf):
    """The sandbox stopped it: the line says so."""
    desk.room.sandbox = Slow()
    (taken,) = await take(desk, put(shelf, "a.txt", text(EVENT)))

    assert f"{taken.name}: not read within 10 s" == taken.error


async def test_a_sites_own_selector_is_used_for_a_link(desk):
    """Where a source of ours says where its articles stand; also what it says of all of them."""
    paragraph = "<p>某某说，这才是文章的正文，它比其它部分都短一些，但说得很清楚，没有人会弄错。</p>"
    other = "<p>这一部分是整个页面里最长的一段文字，它不是文章，只是网站对自己的介绍而已。</p>" * 8
    page = f"<html><head><title>某某公司发布新的推理芯片</title></head><body><div>{other}</div><div class='own'>{paragraph * 3}</div></body></html>"
    address = desk.web.serves("/a.html", page, content_type="text/html")
    before = await read.understood(desk.room, address)
    await desk.knows(source("site", url=desk.web.url("/feed"), body=".own", on=False))
    after = await read.understood(desk.room, address)

    assert (
        "网站对自己的介绍" in before.articles[0].draft.text,
        "网站对自己的介绍" in after.articles[0].draft.text,
    ) == (True, False)
    assert after.articles[0].draft.text.startswith("某某说")


async def test_a_name_without_a_sign_is_no_folder(desk):
    """An empty variable of a shell does not bring in everything that lies around."""
    assert [""] == read.expand("")
    (taken,) = await take(desk, "")
    assert "'': a name without a sign in it" == taken.error
