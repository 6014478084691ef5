"""From an address that somebody names to what is asked from then on: what is found, and what that costs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newsbot.errors import FetchFailed, ForbiddenAddress, NewsbotError, NotReadable, SettingsError
from newsbot.flows import catalogue
from newsbot.flows.discover import look
from newsbot.models.sources import Source
from newsbot.sources.discover import MAX_DECLARED, MAX_GUESSES, MAX_SITEMAPS
from tests.flows.desk import Desk
from tests.flows.web import item, page
from tests.house import body

LARK, CHANGGENG = "云雀大模型今天开源", "长庚光刻机通过验收"
FEED = (item(LARK, body("一")), item(CHANGGENG, body("二")))
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>日报</title><entry><title>云雀大模型今天开源</title>'
    '<link href="https://daily.example/1"/><id>1</id><updated>2026-11-24T11:00:00+08:00</updated></entry></feed>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<channel><title>日报</title></channel><item><title>云雀大模型今天开源</title>"
    "<link>https://daily.example/1</link></item></rdf:RDF>"
)
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "日报",
        "items": [{"id": "1", "title": LARK, "url": "https://daily.example/1", "content_text": body("一")}],
    }
)


def serves_page(desk: Desk, path: str, inside: str = "", head: str = "") -> str:
    """A page without an article; its address."""
    text = f"<!DOCTYPE html><html><head><title>某某网</title>{head}</head><body>{inside}</body></html>"
    return desk.web.serves(path, text, content_type="text/html")


def alternate(address: str, type: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{type}" href="{address}">'


def sitemap(*articles: tuple[str, str]) -> str:
    """A sitemap of news with these titles and addresses."""
    places = "".join(
        f"<url><loc>{url}</loc><news:news><news:title>{title}</news:title></news:news></url>"
        for title, url in articles
    )
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f"<urlset {names}>{places}</urlset>"


async def stored(desk: Desk) -> list[Source]:
    return [known for known, _ in await catalogue.listed(desk.room)]


async def found(desk: Desk, address: str, **more: Any) -> tuple[str, str]:
    """Kind and path of what is found there."""
    result = await look(desk.room, address, **more)
    return result.kind, result.url.removeprefix(desk.web.url(""))


# the address itself


@pytest.mark.parametrize("feed", [ATOM, RDF, JSON], ids=["atom", "rdf", "json"])
async def test_a_feed_is_what_it_is(desk, feed):
    """Of whatever kind and type; nothing else is asked."""
    address = desk.web.serves("/x", feed, content_type="text/plain")

    assert ("feed", "/x") == await found(desk, address)
    assert ["/x"] == [one["path"] for one in desk.web.asked]


async def test_a_list_of_hacker_news_is_one(desk):
    """By its numbers; its stories are asked for with the next pull."""
    address = desk.web.serves("/v0/topstories.json", "[1,2,3]", content_type="application/json")
    added = await catalogue.add(desk.room, address)

    assert ("hackernews", "Hacker News", "en") == (added.kind, added.name, added.language)
    assert ["/v0/topstories.json"] == [one["path"] for one in desk.web.asked]


async def test_a_sitemap_is_one(desk):
    """It names what it has."""
    address = desk.web.serves("/map", sitemap((LARK, desk.web.url("/1"))))

    assert ("sitemap", "/map") == await found(desk, address)


async def test_a_selector_makes_a_list_of_a_page(desk):
    """Whatever feed it declares: whoever writes a selector means it."""
    desk.web.publishes("/feed", *FEED)
    links = f'<ul class="n"><li><a href="/1">{LARK}</a><li><a href="/2">{CHANGGENG}</a></ul>'
    address = serves_page(desk, "/list", links, alternate("/feed"))
    added = await catalogue.add(desk.room, address, selector=".n a")

    assert ("list", ".n a", address, "某某网", "zh") == (
        added.kind,
        added.selector,
        added.url,
        added.name,
        added.language,
    )
    assert [added] == await stored(desk)
    assert ["/list", "/robots.txt"] == [one["path"] for one in desk.web.asked]


async def test_a_feed_needs_no_selector(desk):
    """Who gives one means another address."""
    with pytest.raises(NotReadable, match="no selector"):
        await catalogue.add(desk.room, desk.web.publishes("/feed", *FEED), selector=".n a")


# near to it


@pytest.mark.parametrize(
    ("path", "head", "feed"),
    [
        ("/", alternate("/rss/all"), "/rss/all"),
        ("/news/", alternate("all.php?id=1"), "/news/all.php?id=1"),
        ("/news/", '<base href="/other/">' + alternate("all"), "/other/all"),
        ("/", alternate("/a.json", "application/feed+json"), "/a.json"),
    ],
    ids=["absolute", "relative", "base", "json"],
)
async def test_what_a_page_declares_is_found(desk, path, head, feed):
    """In one more request."""
    desk.web.publishes(feed, *FEED)

    assert ("feed", feed) == await found(desk, serves_page(desk, path, head=head))
    assert [path, feed] == [one["path"] for one in desk.web.asked]


async def test_a_page_that_moved_declares_from_where_it_is_now(desk):
    """What is relative belongs to the last address."""
    desk.web.publishes("/home/all", *FEED)
    serves_page(desk, "/home/", head=alternate("all"))

    assert ("feed", "/home/all") == await found(desk, desk.web.moves("/", "/home/"))


async def test_the_first_feed_that_lives_is_taken(desk):
    """Not the dead one, not the empty one, not the page that is none."""
    desk.web.fails("/dead", 503)
    desk.web.publishes("/empty")
    serves_page(desk, "/none")
    desk.web.publishes("/one", *FEED)
    desk.web.publishes("/two", *FEED)
    head = "".join(map(alternate, ("/dead", "/empty", "/none", "/one", "/two")))

    assert ("feed", "/one") == await found(desk, serves_page(desk, "/", head=head))
    assert 0 == desk.web.counts["/two"]


@pytest.mark.parametrize(
    "path", ["/feed", "/atom.xml", "/rss.xml", "/index.xml", "/feed.xml", "/rss", "/?feed=rss2", "/feed.json"]
)
async def test_a_feed_that_nobody_declares_is_guessed(desk, path):
    """Where feeds usually are."""
    desk.web.publishes(path, *FEED)

    assert ("feed", path) == await found(desk, serves_page(desk, "/"))


async def test_the_folder_is_looked_into_before_the_root(desk):
    """/blog/ may have a feed of its own."""
    desk.web.publishes("/atom.xml", *FEED)
    desk.web.publishes("/blog/atom.xml", *FEED)

    assert ("feed", "/blog/atom.xml") == await found(desk, serves_page(desk, "/blog/"))


async def test_a_sitemap_of_news_that_robots_txt_names_is_found(desk):
    """Where there is no feed; other sitemaps name everything a site has, and are not asked."""
    news = desk.web.serves("/news-map", sitemap((LARK, desk.web.url("/1"))))
    lines = f"User-agent: *\nAllow: /\nSitemap: {desk.web.url('/map')}\nSitemap: {news}\n"
    desk.web.serves("/robots.txt", lines, content_type="text/plain")
    added = await catalogue.add(desk.room, serves_page(desk, "/"))

    assert ("sitemap", news, "zh", "127.0.0.1") == (added.kind, added.url, added.language, added.name)
    assert 0 == desk.web.counts["/map"]


@pytest.mark.parametrize("path", ["/about", "/feed"])
async def test_a_page_is_no_feed_though_it_stands_in_the_place_of_one(desk, path):
    """Some sites explain their feeds to visitors, some show every wrong address the same page."""
    desk.web.serves(path, page("怎样订阅我们的新闻", body("订阅")), content_type="text/html")
    desk.web.publishes("/atom.xml", *FEED)

    assert ("feed", "/atom.xml") == await found(
        desk, serves_page(desk, "/", f'<a href="{path}">订阅 RSS</a>')
    )


# what it costs


async def test_a_discovery_asks_no_more_than_so_often(desk):
    """The page, so many feeds and guesses, robots.txt, so many sitemaps; each once."""
    head = "".join(alternate(f"/dead/{number}") for number in range(30)) + alternate("/feed")
    lines = "".join(f"Sitemap: {desk.web.url(f'/news-{number}.xml')}\n" for number in range(30))
    desk.web.serves("/robots.txt", lines, content_type="text/plain")
    with pytest.raises(NotReadable):
        await look(desk.room, serves_page(desk, "/a/b/c/", head=head))

    assert 1 + MAX_DECLARED + MAX_GUESSES + 1 + MAX_SITEMAPS == len(desk.web.asked)
    assert {1} == set(desk.web.counts.values())


async def test_what_is_declared_is_not_guessed_again(desk):
    """A dead feed stays dead for a second."""
    desk.web.fails("/feed", 404)
    with pytest.raises(NotReadable):
        await look(desk.room, serves_page(desk, "/", head=alternate("/feed") + alternate("/rss")))

    assert (1, 1) == (desk.web.counts["/feed"], desk.web.counts["/rss"])


async def test_a_dead_address_costs_one_request(desk):
    """Nothing is guessed around it."""
    with pytest.raises(FetchFailed):
        await look(desk.room, desk.web.fails("/", 500))

    assert 1 == len(desk.web.asked)


# what is refused


def empty(desk: Desk) -> str:
    links = "".join(f'<li><a href="/{number}">{LARK}，{number}</a></li>' for number in range(30))
    return serves_page(desk, "/", f"<h1>某某网</h1><ul>{links}</ul>")


async def test_a_page_without_anything_is_told_of_selectors(desk):
    """The sentence says what the operator can do."""
    with pytest.raises(NotReadable, match="needs a selector") as caught:
        await catalogue.add(desk.room, empty(desk))

    assert desk.web.url("/") == caught.value.address
    assert [] == await stored(desk)


@pytest.mark.parametrize("selector", ["", " ", "a\n", "a" * 201])
async def test_what_cannot_be_a_selector_is_wrong_use(desk, selector):
    """Named as the operator wrote it; nobody is asked."""
    with pytest.raises(SettingsError, match="selector has to be a CSS selector") as caught:
        await catalogue.add(desk.room, empty(desk), selector=selector)

    assert ("--selector", []) == (caught.value.setting, desk.web.asked)
    assert [] == await stored(desk)


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("li[", "its selector is not one: li["),
        (":nonsense(", "its selector is not one: :nonsense("),
        (".gone a", "the selector finds no links"),
        ("h1", "the selector finds no links"),
    ],
)
async def test_a_selector_that_does_not_fit_is_said(desk, selector, words):
    """Broken, out of date, or of something else; nothing is stored."""
    with pytest.raises(NotReadable) as caught:
        await catalogue.add(desk.room, empty(desk), selector=selector)

    assert words == caught.value.problem
    assert [] == await stored(desk)


@pytest.mark.parametrize("given", [{"source_id": "a b"}, {"source_id": "x" * 61}, {"name": "\n"}])
async def test_a_wrong_id_or_name_is_wrong_use(desk, given):
    """Before anybody is asked."""
    with pytest.raises(SettingsError):
        await catalogue.add(desk.room, desk.web.publishes("/feed", *FEED), **given)

    assert ([], []) == (desk.web.asked, await stored(desk))


async def test_an_address_that_leads_into_our_network_is_refused(desk):
    """Also where it gets there by a redirect."""
    desk.web.fails("/", 301, Location="http://10.0.0.1/feed")
    with pytest.raises(ForbiddenAddress, match="private network"):
        await catalogue.add(desk.room, desk.web.url("/"))

    assert [] == await stored(desk)


async def test_a_page_cannot_send_us_into_our_network(desk):
    """What it declares there, or what redirects there, is as good as dead."""
    desk.web.fails("/moved", 302, Location="http://169.254.169.254/latest")
    desk.web.publishes("/good", *FEED)
    head = "".join(map(alternate, ("http://10.0.0.1/feed", "http://[::1]/feed", "/moved", "/good")))

    assert ("feed", "/good") == await found(desk, serves_page(desk, "/", head=head))


@pytest.mark.parametrize(
    ("content", "type"),
    [
        ("", "text/html"),
        ("<opml><body><outline xmlUrl='https://a.example/'/></body></opml>", "text/xml"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', "application/json"),
        ("<rss><channel><title>日报</title></channel></rss>", "text/xml"),
        ("<sitemapindex><sitemap><loc>https://a.example/</loc></sitemap></sitemapindex>", "text/xml"),
        ("[]", "application/json"),
        ("\x00\x01\x02" * 1000, "application/octet-stream"),
    ],
    ids=["nothing", "opml", "empty json", "empty rss", "index", "no stories", "bytes"],
)
async def test_nothing_is_stored_where_nothing_can_be_read(desk, content, type):
    """And the error names the address."""
    address = desk.web.serves("/x", content, content_type=type)
    with pytest.raises(NewsbotError, match=address):
        await catalogue.add(desk.room, address)

    assert ([], []) == (await stored(desk), await desk.articles())


# what is stored


@pytest.mark.parametrize(
    ("titles", "language"),
    [
        ((LARK, CHANGGENG), "zh"),
        (("Apple is on the way to a chip of its own", "What is new in the kernel"), "en"),
        (("iPhone 18 的 A20 芯片曝光", "OpenAI 发布 GPT-6"), "zh"),
    ],
)
async def test_the_language_is_that_of_the_titles(desk, titles, language):
    """Whatever the feed says of itself, and whatever its name is."""
    items = [item(title, "x") for title in titles]
    added = await catalogue.add(desk.room, desk.web.publishes("/feed", *items, title="日报 Daily"))

    assert language == added.language
    assert [added] == await stored(desk)


async def test_what_is_found_is_stored_under_its_own_address(desk):
    """Not under that of the page; its name is that of the feed."""
    feed = desk.web.publishes("/rss/all", *FEED, title=" 某某\n日报 ")
    added = await catalogue.add(desk.room, serves_page(desk, "/", head=alternate("/rss/all")))

    told = (added.id, added.name, added.url, added.kind, added.language, added.zone, added.selector)

    assert ("127-0-0-1", "某某 日报", feed, "feed", "zh", "Asia/Shanghai", None) == told
    assert [added] == await stored(desk)


async def test_a_site_whose_feed_is_there_already_is_the_same_source(desk):
    """Found or named: otherwise all would come twice."""
    first = await catalogue.add(desk.room, desk.web.publishes("/feed", *FEED))
    second = await catalogue.add(desk.room, serves_page(desk, "/"))

    assert (first.id, 1) == (second.id, len(await stored(desk)))


@pytest.mark.parametrize("written", ["?utm_source=rss", "#top"])
async def test_an_address_in_another_writing_is_the_same_source(desk, written):
    """As with an import."""
    address = desk.web.publishes("/feed", *FEED)
    desk.web.publishes("/feed?utm_source=rss", *FEED)
    await catalogue.add(desk.room, address)
    await catalogue.add(desk.room, address + written)

    assert 1 == len(await stored(desk))
