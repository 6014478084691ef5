"""The feeds and sitemaps of a site are found."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from newsbot.sources.addresses import canonical
from newsbot.sources.discover import MAX_DECLARED, MAX_GUESSES, MAX_SITEMAPS, declared, guesses, sitemaps
from tests.conftest import shared
from tests.sources.hostile import BOMB, EVIL_LINKS, GARBAGE, quickly

URL = "https://www.news.test/tech/"


def found(page: str | bytes, url: str = URL) -> tuple[str, ...]:
    return declared(page.encode() if isinstance(page, str) else page, "text/html", url)


def alternate(address: str, type: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{type}" href="{address}" title="{title}">'


def test_what_a_page_declares_comes_first() -> None:
    """Then its feeds of comments and tags, then links that look like a feed, then those that are called one."""
    page = (
        alternate("/comments/feed/", title="某报 » 评论 Feed")
        + alternate("/tag/ai/feed/")
        + alternate("/feed/", title="某报 » Feed")
        + alternate("//cdn.other.test/feed.json", "application/feed+json")
        + "<a href='/subscribe' title='RSS'><img></a><a href='/all.rss'>全部</a><a href='/feed/'>RSS</a>"
    )

    assert found(page) == (
        "https://www.news.test/feed/",
        "https://cdn.other.test/feed.json",
        "https://www.news.test/comments/feed/",
        "https://www.news.test/tag/ai/feed/",
        "https://www.news.test/all.rss",
        "https://www.news.test/subscribe",
    )


@pytest.mark.parametrize(
    "link",
    [
        "<link rel=alternate type=application/rss+xml href=/f>",
        "<LINK REL='home Alternate' TYPE='APPLICATION/ATOM+XML; charset=utf-8' HREF=' /f '>",
        "<link rel=alternate type=application/feed+json href=/f>",
        "<link rel=alternate type=application/rdf+xml href=/f>",
        "<base href='https://www.news.test/'><body><link rel=alternate type=text/rss href=f>",
    ],
)
def test_a_declaration_is_read(link: str) -> None:
    """Of every kind that we read, wherever it stands."""
    assert found(link) == ("https://www.news.test/f",)


@pytest.mark.parametrize(
    "link",
    [
        "<link rel=stylesheet type=application/rss+xml href=/f>",
        "<link rel=alternate type=application/json href=/wp-json/>",
        "<link rel=alternate hreflang=en href=/en/>",
        "<link rel=alternate type=text/xml+oembed href=/o>",
        "<link rel=alternate type=application/rss+xml>",
        "<link rel=alternate type=application/rss+xml href='/tech/'>",
    ],
)
def test_other_links_declare_nothing(link: str) -> None:
    """Styles, translations, interfaces, and the page itself."""
    assert found(link) == ()


@pytest.mark.parametrize(
    "address",
    [
        "/feed",
        "/rss/",
        "/atom.xml",
        "/news/rss.xml",
        "/rss/index.xml",
        "/index.rdf",
        "/all.atom",
        "/?feed=rss2",
        "/api?a=1&format=rss",
        "https://rss.news.test/feed",
        "https://feeds.feedburner.com/news",
    ],
)
def test_an_address_may_look_like_a_feed(address: str) -> None:
    """On the same site, whatever the part of its host before it, or on a host of feeds."""
    assert found(f"<a href='{address}'>x</a>") == (canonical(address, URL),)


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/how-rss-works.html'>x</a>",
        "<a href='/feedback'>feedback</a>",
        "<a href='/rss/2026/11/24/1.html'>x</a>",
        "<a href='https://other.test/feed'>RSS</a>",
        "<a href='https://rss.news.test/'>x</a>",
        "<a href='http://[bad/feed'>RSS</a>",
        "<a href='/a'>一篇文章说到 RSS 为什么二十年之后仍然有人用，还有很多人订阅</a>",
        "<a>RSS</a>",
    ],
)
def test_most_links_are_no_feeds(link: str) -> None:
    """Articles about feeds, somebody else's feeds."""
    assert found(link) == ()


@pytest.mark.parametrize("label", ["RSS", "订阅", "RSS 訂閱", "Atom feed"])
def test_a_link_may_be_called_a_feed(label: str) -> None:
    """By its text or its title."""
    assert found(f"<a href='/s'>{label}</a>") == found(f"<a href='/s' title='{label}'><img></a>")
    assert found(f"<a href='/s'>{label}</a>") == ("https://www.news.test/s",)


def test_a_site_below_a_country_is_not_the_whole_country() -> None:
    """news.sina.com.cn and rss.sina.com.cn are one site, com.cn is none."""
    page = "<a href='https://rss.sina.com.cn/feed'></a><a href='https://rss.other.com.cn/feed'></a>"

    assert found(page, "https://news.sina.com.cn/") == ("https://rss.sina.com.cn/feed",)


@pytest.mark.parametrize("address", EVIL_LINKS)
def test_only_links_on_the_web_count(address: str) -> None:
    """Neither as a declaration nor as a link."""
    assert found(f"{alternate(address)}<a href='{address}'>RSS</a>") == ()


def test_each_is_named_once_and_not_too_many() -> None:
    """Ten are more than anybody chooses from."""
    page = "".join(alternate(f"/{n % 20}?utm_source={n}") for n in range(1000))

    assert found(page) == tuple(f"https://www.news.test/{n}" for n in range(MAX_DECLARED))


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_declares_nothing(name: str) -> None:
    """A megabyte of it, soon."""
    with quickly():
        assert found(GARBAGE[name]) == ()
        assert sitemaps(GARBAGE[name]) == ()


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "<a href='/feed'>",
        "<a href='/a'><table><td>" * 3_000 + "长" * 300_000,
        "<a href='javascript:rss'>RSS</a>" * 30_000,
        alternate("javascript:1") * 10_000,
        f"{BOMB}<a href='&x9;'>&x9; &file;</a>",
        "<a href='/a\x00'>\x1b</a>",
    ],
    ids=["deep", "tables", "links", "declarations", "bomb", "control"],
)
def test_pages_made_to_hang_are_over_soon(page: str) -> None:
    """And declare nothing."""
    with quickly():
        assert found(page) == ()


def test_guesses_are_at_the_root() -> None:
    """The most usual first."""
    places = guesses("https://news.test")

    assert places[0] == "https://news.test/feed"
    assert "https://news.test/?feed=rss2" in places
    assert (len(places), len(set(places))) == (MAX_GUESSES, MAX_GUESSES)


def test_guesses_are_in_the_folder_too() -> None:
    """A blog often lies in one; what is no address has none."""
    places = guesses("https://news.test/blog/2026.html?x=1#y")

    assert places[0] == "https://news.test/blog/feed"
    assert "https://news.test/feed" in places
    assert len(places) == MAX_GUESSES
    assert guesses("javascript:alert(1)") == guesses("") == ()


def test_most_blogs_have_their_feed_where_it_is_guessed() -> None:
    """Counted among real addresses."""
    text = shared("opml/chinese-independent-blogs.opml").read_text("utf-8")
    feeds = [address for one in re.findall(r'xmlUrl="([^"]*)"', text) if (address := canonical(one))]
    hits = [feed for feed in feeds if feed.rstrip("/") in guesses(f"https://{urlsplit(feed).netloc}/")
            or feed.rstrip("/") in guesses(f"http://{urlsplit(feed).netloc}/")]  # fmt: skip

    assert len(hits) > 0.8 * len(feeds)


ROBOTS = b"""\xef\xbb\xbfUser-agent: *
Disallow: /private
Sitemap: https://news.test/a.xml
sitemap : https://news.test/sitemap-news.xml  # the latest
SITEMAP:https://www.news-paper.test/a.xml
Sitemap: javascript:news
Sitemap: /news.xml
Sitemap: https://news.test/sitemap-news.xml
Disallow: https://news.test/news/sitemap.xml
"""


def test_sitemaps_of_news_are_found() -> None:
    """Those that say it in their path before those of a host that does."""
    assert sitemaps(ROBOTS) == (
        "https://news.test/sitemap-news.xml",
        "https://news.test/a.xml",
        "https://www.news-paper.test/a.xml",
    )


def test_sitemaps_are_bounded() -> None:
    """Three, and none from beyond the part of a robots.txt that is read."""
    many = "\n".join(f"Sitemap: https://a.test/news{n}.xml" for n in range(50_000)).encode()
    with quickly():
        assert len(sitemaps(many)) == MAX_SITEMAPS
    assert sitemaps(b"#" * 500_000 + b"\nSitemap: https://a.test/news.xml") == ()
