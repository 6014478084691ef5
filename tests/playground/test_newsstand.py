"""The newsstand serves its invented news as real publishers do."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

import httpx
import pytest
from lxml import etree
from starlette.applications import Starlette

from playground.newsstand import Newsstand

NOW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
BASE = "http://127.0.0.1:8090"
FEEDS = ("xingqiao.xml", "guian.xml", "dengta.xml", "zhangshang.json", "harbor.xml")
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"


class Visitor:
    """Somebody who reads at the newsstand, with a clock that can be turned."""

    def __init__(self, goes_on: bool = False) -> None:
        self.now = NOW
        self.stand = Newsstand(lambda: self.now, goes_on)
        app = Starlette(routes=self.stand.routes())
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE)

    async def opens(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.get(path, headers=named)

    async def reads(self, feed: str) -> etree._Element:
        return etree.fromstring((await self.opens(f"/stand/{feed}")).content)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def test_the_catalogue_lists_every_feed_as_a_sample(visitor: Visitor) -> None:
    """Each source is on, marked as a sample in its row and in its name, and lies below the given address."""
    sources = tomllib.loads(visitor.stand.catalog(f"{BASE}/"))["source"]

    assert [source["url"] for source in sources] == [f"{BASE}/stand/{feed}" for feed in FEEDS]
    assert all(source["on"] and source["sample"] for source in sources)
    assert all(source["name"].endswith("（示例）") for source in sources)
    assert Counter(source["language"] for source in sources) == {"zh": 4, "en": 1}
    assert set(sources[0]) == {"id", "name", "url", "kind", "language", "zone", "category", "on", "sample"}


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        ("xingqiao.xml", "application/rss+xml; charset=utf-8"),
        ("dengta.xml", "application/atom+xml; charset=utf-8"),
        ("zhangshang.json", "application/feed+json"),
    ],
)
async def test_a_feed_says_what_it_is(visitor: Visitor, feed: str, expected: str) -> None:
    """Every format has its own content type."""
    assert (await visitor.opens(f"/stand/{feed}")).headers["content-type"] == expected


@pytest.mark.parametrize("feed", FEEDS)
async def test_an_unchanged_feed_is_not_sent_again(visitor: Visitor, feed: str) -> None:
    """Whoever shows the ETag of the last answer gets 304 without a body; time alone changes nothing."""
    first = await visitor.opens(f"/stand/{feed}")
    visitor.now += timedelta(hours=1)
    again = await visitor.opens(f"/stand/{feed}", If_None_Match=f'"other", W/{first.headers["etag"]}')

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["last-modified"] == first.headers["last-modified"]


async def test_a_published_article_is_the_first_of_its_feed(visitor: Visitor) -> None:
    """It carries the time of its publishing, and the old ETag no longer holds."""
    before = await visitor.opens("/stand/guian.xml")
    visitor.now += timedelta(minutes=5)
    number = visitor.stand.publish("guian", "新品 <b>发布</b> & 开售", "今天开售", "第一段\n第二段")
    after = await visitor.opens("/stand/guian.xml", If_None_Match=before.headers["etag"])
    item = next(etree.fromstring(after.content).iter("item"))

    assert after.status_code == 200
    assert item.findtext("title") == "新品 <b>发布</b> & 开售"
    assert item.findtext("link") == f"{BASE}/stand/a/{number}.html"
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == visitor.now


def test_publishing_in_an_unknown_feed_is_refused(visitor: Visitor) -> None:
    """The caller hears which feed there is not."""
    with pytest.raises(KeyError, match="nowhere"):
        visitor.stand.publish("nowhere", "标题", "", "")


async def test_articles_are_dated_back_from_the_first_visit(visitor: Visitor) -> None:
    """The stock is dated when somebody first asks, not when the newsstand was made, newest first."""
    visitor.now += timedelta(days=3)
    opened = visitor.now
    channel = await visitor.reads("xingqiao.xml")
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in channel.iter("item")]

    assert dates == sorted(dates, reverse=True)
    assert opened - timedelta(minutes=1300) <= dates[-1] < dates[0] <= opened - timedelta(minutes=10)


async def test_chinese_feeds_tell_chinese_time(visitor: Visitor) -> None:
    """RSS dates are RFC 822, Atom and JSON dates are ISO 8601, both with the offset of the publisher."""
    rss = next((await visitor.reads("xingqiao.xml")).iter("item")).findtext("pubDate") or ""
    atom = next((await visitor.reads("dengta.xml")).iter(f"{ATOM}published")).text or ""
    table = json.loads((await visitor.opens("/stand/zhangshang.json")).content)

    assert rss == "Tue, 24 Nov 2026 07:52:00 +0800"
    assert atom == "2026-11-24T05:00:00+08:00"
    assert table["items"][0]["date_published"] == "2026-11-24T08:10:00+08:00"


async def test_one_rss_feed_has_whole_articles_and_the_other_only_summaries(visitor: Visitor) -> None:
    """A bot has to fetch the pages of the second."""
    whole, brief = await visitor.reads("xingqiao.xml"), await visitor.reads("guian.xml")

    assert all("<p>" in (item.findtext(CONTENT) or "") for item in whole.iter("item"))
    assert all(item.find(CONTENT) is None and item.findtext("description") for item in brief.iter("item"))


async def test_the_day_has_about_forty_articles_of_every_kind(visitor: Visitor) -> None:
    """Events told by several feeds, reprints, deals and round-ups are all there."""
    found: list[str] = []
    for feed in FEEDS:
        body = (await visitor.opens(f"/stand/{feed}")).text
        found += re.findall(r"/stand/a/(\d+)\.html", body)
    pages = [(await visitor.opens(f"/stand/a/{number}.html")).text for number in sorted(set(found), key=int)]
    bodies = Counter(re.search(r'content">\n(.*?)</div>', page, re.DOTALL)[1] for page in pages)  # type: ignore[index]

    assert 38 <= len(pages) <= 48
    assert sum(count > 1 for count in bodies.values()) == 2
    assert sum("券后" in body or "到手" in body for body in bodies) == 4
    assert sum("天枢X9" in body or "Tianshu X9" in body for body in bodies) == 5


async def test_a_page_is_an_article_with_everything_around_it(visitor: Visitor) -> None:
    """Navigation, byline, share bar, related links and notice stand around the body."""
    text = (await visitor.opens("/stand/a/1.html")).text

    for part in ("<nav", "来源：星桥科技（示例）", "阅读：", "分享到", "相关资讯", "声明", "<footer"):
        assert part in text
    assert text.count("<h1") == 1
    assert f'<link rel="canonical" href="{BASE}/stand/a/1.html">' in text
    assert '<meta property="article:published_time" content="2026-11-24T06:55:00+08:00">' in text


async def test_a_hostile_headline_stays_text(visitor: Visitor) -> None:
    """Markup in what is published is escaped on every page that shows it."""
    number = visitor.stand.publish("harbor", '<script>"x"</script>', "<i>", "<img src=x>")

    for path in ("/stand/", f"/stand/a/{number}.html", "/stand/harbor.xml"):
        text = (await visitor.opens(path)).text
        assert "<script" not in text
        assert "<img" not in text


async def test_the_index_leads_to_every_article(visitor: Visitor) -> None:
    """A person can look around too."""
    text = (await visitor.opens("/stand/")).text
    numbers = {int(number) for number in re.findall(r'href="/stand/a/(\d+)\.html"', text)}

    assert numbers == set(range(1, len(numbers) + 1))
    assert len(numbers) >= 38


@pytest.mark.parametrize(
    "path", ["/stand/nowhere.xml", "/stand/xingqiao.json", "/stand/a/0.html", "/stand/a/9999.html"]
)
async def test_what_is_not_there_is_not_found(visitor: Visitor, path: str) -> None:
    """An unknown feed, a feed in another format, an unknown article."""
    assert (await visitor.opens(path)).status_code == 404


async def test_it_may_go_on_for_three_days() -> None:
    """Articles appear when it is their time, and not before."""
    visitor = Visitor(goes_on=True)
    counts = []
    for _ in range(4):
        shown = visitor.stand.shown()["feeds"]
        counts.append(sum(len(feed["articles"]) for feed in shown))
        visitor.now += timedelta(days=1)
    last = max(article["number"] for feed in shown for article in feed["articles"])

    assert [5, 5, 5] < [after - before for before, after in pairwise(counts)]
    assert 200 == (await visitor.opens(f"/stand/a/{last}.html")).status_code
    visitor.now -= timedelta(days=5)
    assert 404 == (await visitor.opens(f"/stand/a/{last}.html")).status_code
