"""Feeds of every kind become entries, also when they are broken or mean harm."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from newsbot.errors import NotReadable, SandboxError
from newsbot.models.sources import Feed
from newsbot.sandbox import Sandbox
from newsbot.sources.parse import MAX_ENTRIES, MAX_TITLE, parse_feed
from tests.conftest import shared

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
URL = "https://news.test/feeds/all.xml"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>新闻 &amp;amp; 科技</title>
<link>/</link><ttl>30</ttl><language>zh-cn</language>
<item><title><![CDATA[新品 <em>发布</em>&nbsp;C++ vector<int>]]></title>
<link>/a?utm_source=rss&amp;id=1</link>
<guid isPermaLink="false">n-1</guid>
<author>李四</author><category>手机</category><category>手机</category>
<pubDate>Mon, 23 Nov 2026 10:05:00 CST</pubDate><description>摘要</description>
<content:encoded><![CDATA[<p>正文</p>]]></content:encoded>
<media:content url="/a.jpg" type="image/jpeg"/></item>
<item><title>第二条</title><link>javascript:alert(1)</link>
<pubDate><![CDATA[昨天 12:30]]></pubDate></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>
<entry><title type="html">AT&amp;amp;T &amp;lt;3</title><link href="https://blog.test/1"/><id>tag:1</id>
<updated>2026-11-23 10:05</updated><author><name>Ann</name></author><summary>short</summary></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>RDF</title></channel>
<item rdf:about="https://rdf.test/1"><title>One</title><link>https://rdf.test/1</link>
<dc:date>2026-11-23T10:05:00Z</dc:date>
</item></rdf:RDF>"""


def parsed(text: str | bytes, content_type: str = "") -> Feed:
    data = text.encode() if isinstance(text, str) else text
    return parse_feed(data, content_type, URL, "Asia/Shanghai", NOW)


def test_rss_is_read() -> None:
    """Every part that we keep, with links made whole and dates in UTC."""
    feed = parsed(RSS)
    first, second = feed.entries

    assert (feed.title, feed.link, feed.ttl, feed.language) == (
        "新闻 & 科技",
        "https://news.test/",
        1800,
        "zh-cn",
    )
    assert (first.title, first.link) == ("新品 发布 C++ vector<int>", "https://news.test/a?id=1")
    assert (first.guid, first.author, first.categories) == ("n-1", "李四", ("手机",))
    assert (first.summary, first.content, first.image) == ("摘要", "<p>正文</p>", "https://news.test/a.jpg")
    assert first.published == datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
    assert (second.link, second.published) == (None, datetime(2026, 11, 23, 4, 30, tzinfo=UTC))


def test_atom_is_read() -> None:
    """Titles are plain text, a time without a zone is the source's."""
    (entry,) = parsed(ATOM).entries

    assert (entry.title, entry.link, entry.guid, entry.author) == (
        "AT&T <3",
        "https://blog.test/1",
        "tag:1",
        "Ann",
    )
    assert (entry.summary, entry.published) == ("short", datetime(2026, 11, 23, 2, 5, tzinfo=UTC))


def test_rdf_is_read() -> None:
    """RSS 1.0 is still published."""
    (entry,) = parsed(RDF).entries

    assert (entry.title, entry.published) == ("One", datetime(2026, 11, 23, 10, 5, tzinfo=UTC))


def test_json_feed_is_read() -> None:
    """JSON Feed, its plain text escaped as the HTML it is taken for."""
    item = {
        "id": 1,
        "url": "/1",
        "title": "One",
        "content_text": "a < b",
        "date_published": "2026-11-23T10:05:00Z",
    }
    item["authors"] = [{"name": "Ann"}]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [item, {"tags": 7}, "odd"]}
    (entry,) = parsed(json.dumps(feed)).entries

    assert (entry.title, entry.link, entry.guid) == ("One", "https://news.test/1", "1")
    assert (entry.content, entry.author) == ("a &lt; b", "Ann")
    assert entry.published == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", [ATOM, RSS, RDF])
def test_a_raw_control_character_loses_nothing(text: str) -> None:
    """Every twentieth Chinese feed carries one."""
    assert parsed(text.replace("</title>", "\x0b</title>")) == parsed(text)


def test_a_broken_feed_gives_what_is_whole() -> None:
    """A feed that ends in the middle still has its first entries."""
    assert parsed(RSS[: RSS.index("第二条")]).entries[0] == parsed(RSS).entries[0]


def test_a_date_is_found_however_its_element_is_written() -> None:
    """Some feeds write it small, and not as RFC 822 wants it."""
    item = "<item><title>甲</title><link>https://a.example/1</link><pubdate>2026-11-24 10:05:00  +0800</pubdate></item>"
    (entry,) = parsed(f"<rss version='2.0'><channel><title>t</title>{item}</channel></rss>").entries

    assert datetime(2026, 11, 24, 2, 5, tzinfo=UTC) == entry.published


@pytest.mark.parametrize("reader", ["rss", "atom"])
def test_a_bare_ampersand_is_one(reader: str) -> None:
    """Many feeds forget to escape it; what stands in CDATA, and what is escaped, stays as it is."""
    if reader == "rss":
        one = "<item><title>AT&T & 华为&nbsp;&mdash;&amp;</title><link>https://a.example/?a=1&b=2&amp;c=3</link></item>"
        two = "<item><title><![CDATA[R&D &amp; Q&A]]></title><link>https://a.example/2</link></item>"
        text = f"<rss version='2.0'><channel><title>t</title>{one}{two}</channel></rss>"
    else:
        one = "<entry><title>AT&T & 华为&nbsp;&mdash;&amp;</title><link href='https://a.example/?a=1&b=2&amp;c=3'/></entry>"
        two = "<entry><title><![CDATA[R&D &amp; Q&A]]></title><link href='https://a.example/2'/></entry>"
        text = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>{one}{two}</feed>"
    found = parsed(text).entries

    assert ["AT&T & 华为 —&", "R&D & Q&A"] == [entry.title for entry in found]
    assert "https://a.example/?a=1&b=2&c=3" == found[0].link


@pytest.mark.parametrize(
    "text", ["<rss><<<>>>\x00\x01…", "<rss version='2.0'><channel", "<feed><entry", "<rss"]
)
def test_what_only_begins_like_a_feed_is_none(text: str) -> None:
    """An empty feed is whole; a broken one without anything is a failure."""
    with pytest.raises(NotReadable):
        parsed(text)


def test_an_empty_feed_is_a_feed() -> None:
    """A publisher with nothing to say is not broken."""
    assert parsed("<rss version='2.0'><channel><title>T</title></channel></rss>").entries == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain words",
        "<html><body><p>Not found</p></body></html>",
        "{}",
        "{",
        '{"items": []}',
        "https://a.test/feed",
        "[" * 100000,
        "{" * 100000,
        '{"a":' * 100000,
        "/etc/hostname",
    ],
)
def test_what_is_no_feed_is_not_readable(text: str) -> None:
    """A feed that is HTML is named by its address."""
    with pytest.raises(NotReadable, match=r"news\.test"):
        parsed(text)


def test_floods_are_bounded() -> None:
    """So many entries and so long a title, and no more."""
    item = f"<item><title>{'长' * 5000}</title><link>/a</link></item>"
    feed = parsed(f"<rss version='2.0'><channel>{item * (MAX_ENTRIES + 5)}</channel></rss>")

    assert (len(feed.entries), len(feed.entries[0].title)) == (MAX_ENTRIES, MAX_TITLE)


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(workers=1)
    yield sandbox
    await sandbox.close()


@pytest.mark.parametrize("number", range(7))
async def test_encodings_are_seen_through(number: int, sandbox: Sandbox) -> None:
    """Declared encoding, header and truth disagree; the titles come out."""
    expected = json.loads(shared("charset/expected.json").read_text("utf-8"))[number]
    data = shared(f"charset/{expected['file']}").read_bytes()
    feed = await sandbox.run(
        parse_feed, data, expected["content_type"], URL, "Asia/Shanghai", NOW, seconds=20
    )

    assert [entry.title for entry in feed.entries] == expected["titles"]


FEW = ("laughs", "xxe_file", "email_redos", "deep", "many_items", "js_links", "titles", "dates", "truncated")


@pytest.mark.parametrize("name", [*FEW, "guid_churn"])
async def test_hostile_feeds_do_no_harm(name: str, sandbox: Sandbox) -> None:
    """They are read within bounds, or stopped; nothing of this machine leaks."""
    data = shared(f"hostile/{name}.xml").read_bytes()
    secret = socket.gethostname()
    try:
        feed = await sandbox.run(parse_feed, data, "", URL, "Asia/Shanghai", NOW, seconds=10)
    except SandboxError:
        assert name in ("deep", "email_redos")
        return
    titles = [entry.title for entry in feed.entries]
    dates = [entry.published for entry in feed.entries if entry.published]

    assert len(titles) <= MAX_ENTRIES
    assert all(len(title) <= MAX_TITLE and secret not in title for title in titles)
    assert all((entry.link or "https:").startswith(("http:", "https:")) for entry in feed.entries)
    assert all(datetime(2000, 1, 1, tzinfo=UTC) <= date <= NOW for date in dates)
    assert name == "deep" or titles


def test_the_same_article_has_the_same_link_however_it_was_shared() -> None:
    """A feed whose links change at every pull shows one article."""
    feed = parsed(shared("hostile/guid_churn.xml").read_bytes())

    assert {entry.title for entry in feed.entries} == {"同一篇"}
    assert not any("utm_" in (entry.link or "") for entry in feed.entries)


@pytest.mark.parametrize("guid", ["1-7", "2026-01-07", "<![CDATA[20260107]]>", "http://a.example/2026-01-07"])
def test_a_guid_is_no_date(guid: str) -> None:
    """An item without a date has none, whatever its guid looks like; the guid stays what it is."""
    item = f"<item><title>标题</title><link>http://a.example/1</link><guid>{guid}</guid></item>"
    feed = parsed(f"<rss version='2.0'><channel><title>a</title>{item}</channel></rss>".encode())

    assert (None, guid.removeprefix("<![CDATA[").removesuffix("]]>")) == (
        feed.entries[0].published,
        feed.entries[0].guid,
    )
