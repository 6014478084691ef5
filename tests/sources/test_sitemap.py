"""Sitemaps become lists of articles, also when they are broken or mean harm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsbot.errors import NotReadable
from newsbot.models.sources import Entry, Feed
from newsbot.sources.parse import MAX_ENTRIES, MAX_TITLE
from newsbot.sources.sitemap import parse_sitemap
from tests.sources.hostile import BOMB, EVIL_LINKS, GARBAGE, LEAK, quickly

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
URL = "https://news.test/sitemaps/news.xml"

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://news.test/1?utm_source=sitemap</loc><lastmod>2026-11-23</lastmod>
 <news:news><news:publication><news:name>某报</news:name><news:language>zh</news:language></news:publication>
 <news:publication_date>2026-11-23T10:05:00+08:00</news:publication_date>
 <news:title><![CDATA[云雀&amp;画眉 <b>发布</b>]]></news:title><news:keywords>手机, 芯片，手机、</news:keywords></news:news>
 <image:image><image:loc>/1.jpg</image:loc></image:image><image:image><image:loc>/2.jpg</image:loc></image:image></url>
<url><loc> https://news.test/2
 </loc><news:news><news:publication_date>2026-11-24 09:00</news:publication_date><news:title>第二条</news:title>
 </news:news></url>
</urlset>"""

PLAIN = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://news.test/about</loc></url>
<url><loc>https://news.test/old</loc><lastmod>2025-01-01</lastmod></url>
<url><loc>https://news.test/new?a=1&amp;b=2</loc><lastmod>2026-11-24T00:00:00Z</lastmod></url>
<url><loc>https://news.test/old#again</loc><lastmod>2024-01-01</lastmod></url>
</urlset>"""


def parsed(text: str | bytes, content_type: str = "") -> Feed:
    data = text.encode() if isinstance(text, str) else text
    return parse_sitemap(data, content_type, URL, "Asia/Shanghai", NOW)


def links(feed: Feed) -> list[str | None]:
    return [entry.link for entry in feed.entries]


def places(*addresses: str) -> str:
    return "".join(f"<url><loc>{address}</loc></url>" for address in addresses)


def test_a_sitemap_of_news_is_read() -> None:
    """Title, date, keywords and picture of each article, the newest first; its text stands behind the link."""
    first = Entry(
        title="云雀&画眉 发布",
        link="https://news.test/1",
        published=datetime(2026, 11, 23, 2, 5, tzinfo=UTC),
        image="https://news.test/1.jpg",
        categories=("手机", "芯片"),
    )
    second = Entry(
        title="第二条", link="https://news.test/2", published=datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    )

    assert Feed(behind=True, entries=(second, first)) == parsed(NEWS)


def test_a_plain_sitemap_is_read() -> None:
    """It knows no titles; what has no date comes last, what is named twice comes once."""
    feed = parsed(PLAIN)

    assert links(feed) == [
        "https://news.test/new?a=1&b=2",
        "https://news.test/old",
        "https://news.test/about",
    ]
    assert [entry.title for entry in feed.entries] == ["", "", ""]
    assert [entry.published for entry in feed.entries] == [
        datetime(2026, 11, 24, 0, 0, tzinfo=UTC),
        datetime(2024, 12, 31, 16, 0, tzinfo=UTC),
        None,
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("news:", "n:"),
        (' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', ""),
        ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', "<urlset"),
        ("</urlset>", ""),
        ("UTF-8", "gb2312"),
        ("<?xml", "Warning: deprecated\n<?xml"),
        (" </news:news></url>\n</urlset>", ""),
    ],
    ids=["prefix", "undeclared", "bare", "truncated", "lie", "warning", "cut"],
)
def test_careless_ones_are_read_all_the_same(old: str, new: str) -> None:
    """Any prefix, declared or not, a lie about the encoding, an end that is missing."""
    text = NEWS.replace("xmlns:news", "xmlns:n") if new == "n:" else NEWS

    assert old in text
    assert parsed(text.replace(old, new)) == parsed(NEWS)


def test_a_sitemap_in_gbk_is_read() -> None:
    """By its declaration."""
    assert parsed(NEWS.replace("UTF-8", "GBK").encode("gbk")) == parsed(NEWS)


def test_an_address_written_by_hand_is_whole() -> None:
    """With bare ampersands and in CDATA."""
    text = places("/a?x=1&y=2&copy=3", "<![CDATA[/b?x=1&y=2]]>")

    assert links(parsed(f"<urlset>{text}</urlset>")) == [
        "https://news.test/a?x=1&y=2&copy=3",
        "https://news.test/b?x=1&y=2",
    ]


def test_an_empty_sitemap_is_one() -> None:
    """Nothing happened in two days."""
    assert parsed("<urlset/>") == Feed(behind=True)


@pytest.mark.parametrize(
    ("dates", "named"),
    [
        (("2026-11-01", "2026-11-23", "2026-10-01"), "https://news.test/b.xml"),
        (("", "", ""), "https://news.test/news-c.xml"),
        (("2026-11-23", "2026-11-01", "2026-11-23"), "https://news.test/news-c.xml"),
        (("2026-11-23", "", ""), "https://news.test/a.xml"),
    ],
)
def test_an_index_is_none_but_names_one(dates: tuple[str, str, str], named: str) -> None:
    """The operator is told which address to use: the newest, of equals one of news."""
    names = ("a.xml", "b.xml", "news-c.xml")
    inside = "".join(
        f"<sitemap><loc>https://news.test/{name}</loc><lastmod>{date}</lastmod></sitemap>"
        for name, date in zip(names, dates, strict=True)
    )
    with pytest.raises(NotReadable) as caught:
        parsed(f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{inside}</sitemapindex>")

    assert caught.value.problem == f"an index of sitemaps: name one of them, such as {named}"


def test_an_index_of_nothing_names_nothing() -> None:
    """A link that is none is not passed on to the operator."""
    with pytest.raises(NotReadable, match="names none"):
        parsed("<sitemapindex><sitemap><loc>javascript:alert(1)</loc></sitemap></sitemapindex>")


@pytest.mark.parametrize(
    "text",
    ["<html><body>404</body></html>", "<rss/>", "{}", "https://news.test/a", "<url><loc>/a</loc></url>"],
)
def test_what_is_no_sitemap_is_not_readable(text: str) -> None:
    """Not even a part of one."""
    with pytest.raises(NotReadable, match="no sitemap"):
        parsed(text)


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_not_readable(name: str) -> None:
    """A megabyte of it, soon."""
    with quickly(), pytest.raises(NotReadable):
        parsed(GARBAGE[name])


@pytest.mark.parametrize("address", EVIL_LINKS)
def test_only_links_on_the_web_count(address: str) -> None:
    """Anything else is left out, and does not cost its neighbours."""
    evil = f"<url><loc>{address}</loc><image><loc>{address}</loc></image></url>"
    picture = f"<url><loc>/b</loc><image><loc>{address}</loc></image></url>"

    assert links(parsed(f"<urlset>{evil}{places('/a')}{picture}</urlset>")) == [
        "https://news.test/a",
        "https://news.test/b",
    ]
    assert parsed(f"<urlset>{picture}</urlset>").entries[0].image is None


def test_entities_are_not_resolved() -> None:
    """Neither laughter nor a file of this machine gets into a title."""
    text = NEWS.replace("第二条", "&x9;&file;第二条").replace("<urlset", f"{BOMB}<urlset")
    with quickly():
        feed = parsed(text)

    assert feed.entries[0].title == "&x9;&file;第二条"
    assert LEAK not in str(feed)


def test_deep_nesting_is_over_soon() -> None:
    """What lies above the depth is read."""
    with quickly():
        feed = parsed(f"<urlset>{places('/a')}{'<url><news><title>' * 100_000}")

    assert links(feed) == ["https://news.test/a"]


def test_control_characters_are_taken_off() -> None:
    """From titles and from addresses, as bytes and as references."""
    text = NEWS.replace("第二条", "第\x0b二&#7;条").replace("news.test/2", "news.test/\x002")

    assert [entry.link for entry in parsed(text).entries] == links(parsed(NEWS))
    assert parsed(text).entries[0].title.isprintable()


def test_floods_are_bounded() -> None:
    """So many entries and so long a title, the newest of a flood, in a second."""
    old = "<url><loc>/old</loc><lastmod>2020-01-01</lastmod></url>"
    many = "".join(f"<url><loc>/{n}</loc><lastmod>2026-11-01</lastmod></url>" for n in range(10_000))
    long = (
        f"<url><loc>/long</loc><news><title>{'长' * 5000}</title></news><lastmod>2026-11-20</lastmod></url>"
    )
    with quickly():
        feed = parsed(f"<urlset>{old}{many}{long}</urlset>")

    assert (len(feed.entries), len(feed.entries[0].title)) == (MAX_ENTRIES, MAX_TITLE)
    assert "https://news.test/old" not in links(feed)


def test_nothing_is_published_later_than_now() -> None:
    """A date in the future does not pin an article to the top."""
    feed = parsed("<urlset><url><loc>/a</loc><lastmod>2999-01-01</lastmod></url></urlset>")

    assert feed.entries[0].published == NOW
