"""From bytes to understood articles, in the sandbox, where hostile documents do no harm."""

from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsbot.chinese.variants import fold
from newsbot.errors import NotReadable
from newsbot.flows import understand
from newsbot.flows.refresh import refresh
from newsbot.models.reading import Reading, Understood
from newsbot.models.sources import Source
from newsbot.search.query import parse
from tests.conftest import shared
from tests.examples import NOON, source
from tests.flows.web import item, page
from tests.house import body

EVENT = "长庚光刻机通过验收，套刻精度达到四纳米"
HOSTILE = (
    "laughs.xml", "xxe_file.xml", "email_redos.xml", "deep.xml", "many_items.xml", "attr_flood.html",
    "js_links.xml", "titles.xml", "dates.xml", "guid_churn.xml", "truncated.xml",
)  # fmt: skip


PATIENCE = 30  # seconds, on a machine that is busy


def peak_mb() -> int:
    """The most memory that this process ever had; getrusage would count what its parent had before."""
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.exists() else []
    return sum(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def spent() -> float:
    """Seconds of the processor that this process ever had: how busy the machine is does not count."""
    return time.process_time()


async def reads(
    desk, words: str | bytes, name: str, known: Source | None = None, seconds: float = 10
) -> Reading:
    """What the sandbox makes of a document of this name or address."""
    data = words.encode() if isinstance(words, str) else words
    given = known or source("daily", name="")
    return await desk.room.sandbox.run(understand.anything, data, "", name, given, NOON, seconds=seconds)


def is_indexed(found: Understood, words: str) -> bool:
    return set(parse(words).groups[0][0].grams()) <= set(found.document.grams.split())


async def only(desk, words: str | bytes, name: str, known: Source | None = None) -> Understood:
    (found,) = (await reads(desk, words, name, known)).articles
    return found


def feed(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>日报</title>{"".join(items)}</channel></rss>'


@pytest.mark.parametrize(
    ("words", "name", "kind"),
    [
        (feed(item(EVENT, body(EVENT))), "a.html", "feed"),
        (page(EVENT, body(EVENT)), "a.xml", "page"),
        (f"{EVENT}\n来源:某某网\n{body(EVENT)}", "a", "text"),
    ],
)
async def test_a_document_is_what_it_looks_like(desk, words, name, kind):
    """Whatever its name says."""
    found = await reads(desk, words, name)

    assert (kind, [EVENT]) == (found.kind, [one.draft.title for one in found.articles])


async def test_an_article_is_understood_as_a_whole(desk):
    """Cleaned, tagged, ready for the index and for comparing, with what its source says of it."""
    known = source("daily", name="每日", category="ai", sample=True)
    found = await only(desk, feed(item("OpenAI 发布 GPT-4o 大模型", body("一"))), "feed.xml", known)
    draft = found.draft

    assert ("zh", True, "每日") == (draft.language, draft.sample, draft.source)
    assert {"GPT-4o", "OpenAI", "大模型"} <= set(draft.tags)
    assert tuple(fold(tag) for tag in draft.tags) == found.folded
    assert {"_s每_日", "_sdaily", "gpt4o", "_topenai"} <= set(found.document.grams.split())
    assert ("daily", True) == (found.signature.source_id, len(found.signature.shingles) > 200)


async def test_the_page_that_the_project_grew_from_is_read(desk):
    """Entities repaired; nothing of the site around it in text, tags, index or comparison."""
    data = shared("seed/kkj-article.txt").read_bytes()
    found = await only(desk, data, "kkj-article.txt")

    assert (19536, "快科技", "zh") == (found.draft.reads, found.draft.source, found.draft.language)
    assert {"ChatGPT", "算力"} == set(found.draft.tags[:2])
    for odd in ("hellip", "mdash", "声明", "版权所有", "猜你喜欢", "热门文章", "支持打赏"):
        assert odd not in found.draft.text
        assert not is_indexed(found, odd)


async def test_of_a_long_feed_the_newest_are_read(desk):
    """The first five hundred: older ones were seen, or are too old."""
    items = [item(f"第{number}条新闻", f"正文{number}") for number in range(550)]

    assert 500 == len((await reads(desk, feed(*items), "feed.xml")).articles)


async def test_an_entry_without_a_title_is_called_by_its_beginning(desk):
    """One without any words is no article."""
    untitled = f"<item><link>https://a.example/1</link><description>{body('无题')}</description></item>"
    empty = "<item><link>https://a.example/2</link></item>"
    found = (await reads(desk, feed(untitled, empty), "feed.xml")).articles

    assert [("记者了解到，无题。", 60)] == [(one.draft.title[:9], len(one.draft.title)) for one in found]


async def test_a_title_ends_somewhere(desk):
    """At five hundred characters."""
    found = await only(desk, feed(item("很" * 3000, body("一"))), "feed.xml")

    assert 500 == len(found.draft.title)


@pytest.mark.parametrize(
    ("words", "name"),
    [("", "a.txt"), ("", "a.html"), ("", "a.xml"), (feed(), "a.xml"), ("{}", "a.json"), ("\x00" * 500, "a")],
)
async def test_what_holds_no_article_says_so(desk, words, name):
    """In one sentence, whatever it was meant to be."""
    with pytest.raises(NotReadable):
        await reads(desk, words, name)


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_document_is_read_within_bounds(desk, name):
    """Time, memory, lengths, numbers, links, dates: as the file beside them says."""
    expected = next(
        one for one in json.loads(shared("hostile/expected.json").read_text("utf-8")) if one["file"] == name
    )
    data = shared(f"hostile/{name}").read_bytes()
    # a child is there from now on: its start is not counted
    before = await desk.room.sandbox.run(spent, seconds=PATIENCE)
    try:
        found = await reads(desk, data, f"https://h.example/{name}", seconds=PATIENCE)
    except NotReadable:
        assert name in ("laughs.xml", "xxe_file.xml", "deep.xml", "attr_flood.html")
        return
    finally:
        assert await desk.room.sandbox.run(spent, seconds=PATIENCE) - before < expected["max_seconds"]
    drafts = [one.draft for one in found.articles]

    assert expected.get("min_entries", 1) <= len(drafts) <= expected.get("max_entries", 500)
    assert await desk.room.sandbox.run(peak_mb, seconds=PATIENCE) < expected["max_rss_mb"]
    assert max(len(draft.title) for draft in drafts) <= expected.get("max_title_len", 500)
    assert socket.gethostname() not in "".join(f"{draft.title}{draft.text}" for draft in drafts)
    assert all((draft.link or "https://").startswith(("http://", "https://")) for draft in drafts)
    dates = [draft.published for draft in drafts if draft.published]
    assert all(datetime(2000, 1, 1, tzinfo=UTC) <= date <= NOON + timedelta(days=1) for date in dates)


async def test_a_feed_whose_ids_change_at_every_pull_is_one_article(desk):
    """Fifty times the same with other trackers in its address."""
    await desk.knows(
        source("daily", url=desk.web.serves("/daily", shared("hostile/guid_churn.xml").read_bytes()))
    )
    await refresh(desk.room)

    assert 1 == len(await desk.articles())


async def test_hostile_feeds_can_be_stored(desk):
    """Whatever is left of them is no harm to the database either."""
    for name in HOSTILE:
        if name.endswith(".xml"):
            address = desk.web.serves(f"/{name}", shared(f"hostile/{name}").read_bytes())
            await desk.knows(source(name.removesuffix(".xml"), url=address))
    results = await refresh(desk.room)

    assert {"deep", "laughs", "xxe_file"} >= {one.source.id for one in results if one.status == "failed"}


async def test_what_stands_around_an_item_is_in_no_text_tag_or_index(desk):
    """As on a page: the end of a paragraph, notices, lists of other articles."""
    paragraph = "长庚光刻机今天通过验收，套刻精度达到四纳米，首批设备下个月交付给三家晶圆厂，价格没有公布，业内认为它会改变先进制程的竞争格局。"
    around = "<p>责任编辑：某某</p><p>猜你喜欢</p><p>股民晒出账单</p><p>豫ICP备18024899号</p>"
    made = source("daily")
    feed = f'<rss version="2.0"><channel><title>日报</title>{item(EVENT, f"<p>{paragraph}（责任编辑：某某）</p>{around}")}</channel></rss>'
    (found,) = (await reads(desk, feed, "https://daily.example/feed.xml", made)).articles

    assert paragraph == found.draft.text
    assert [] == [
        word
        for word in ("股民", "某某", "ICP", "编辑")
        if word in f"{found.draft.tags} {found.draft.summary}" or is_indexed(found, word)
    ]
