"""Asking one source: its kinds, its fallbacks, what it says of itself, and what it may not do."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsbot.errors import TookTooLong
from newsbot.flows import behind, understand
from newsbot.flows import pull as flow
from newsbot.flows.pull import Pulled
from newsbot.flows.refresh import refresh
from newsbot.models.sources import Source, Status
from newsbot.settings import read as settings
from newsbot.sources.due import status
from tests.examples import NOON, source
from tests.flows.desk import Desk
from tests.flows.web import item, page
from tests.house import body

ONE = item("云雀大模型今天开源", "团队表示，模型权重今天起可以下载，商用免费。", "https://daily.example/1")
TWO = item("长庚光刻机通过验收", "套刻精度达到四纳米，首台设备已经交付。", "https://daily.example/2")
LARK, CHANGGENG = "云雀大模型今天开源", "长庚光刻机通过验收"


def at(desk: Desk, id: str = "daily", **changes: Any) -> Source:
    """A source that lives at /id of the test's web."""
    return source(id, url=desk.web.url(f"/{id}"), **changes)


async def pull(desk: Desk, *only: str) -> Pulled:
    """Ask one source, due or not; what came of it."""
    (result,) = await refresh(desk.room, only, force=True)
    return result


async def how(desk: Desk, id: str = "daily") -> Status:
    async with desk.room.store.read() as tx:
        known = {source.id: (source, health) for source, health in await tx.sources.all()}
    return status(*known[id], desk.moment)


# an item is known by more than one thing


@pytest.mark.parametrize(
    "again",
    [
        item(LARK, body(LARK), "https://daily.example/1?utm_source=rss&utm_medium=feed"),
        item(LARK, body(LARK), "https://daily.example/1#comments"),
        item(LARK, body(LARK), "https://other.example/9"),
        item(f"{LARK} - 某某日报网", body(LARK), "https://other.example/9"),
        item(f"{LARK}_科技_某某日报网", body(LARK), "https://other.example/9"),
        item(LARK, body(LARK), "https://daily.example/1").replace("<item>", "<item><guid>new</guid>"),
        item(f"{LARK}（更新）", body(LARK), "https://daily.example/1"),
    ],
)
async def test_what_is_known_is_never_new_again(desk, again):
    """Whatever of guid, tracking parameters, address and title suffix changed."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", item(LARK, body(LARK), "https://daily.example/1"))
    await pull(desk)
    desk.web.publishes("/daily", again)
    result = await pull(desk)

    assert (0, 1) == (result.new, len(await desk.articles()))


async def test_an_item_that_is_edited_back_has_changed_twice(desk):
    """What it says now is what is stored."""
    await desk.knows(at(desk))
    texts = ["明天开始下载，细节稍后公布。", "更正：今天就可以下载了。", "明天开始下载，细节稍后公布。"]
    statuses = []
    for text in texts:
        desk.web.publishes("/daily", item(LARK, text, "https://daily.example/1"))
        statuses.append((await pull(desk)).status)

    assert ["new", "changed", "changed"] == statuses
    assert [texts[0]] == [one.text for one in await desk.articles()]


def entry(title: str, guid: str, link: str, text: str = "") -> str:
    made = item(title, text, link)
    return made.replace("<item>", f'<item><guid isPermaLink="false">{guid}</guid>')


@pytest.mark.parametrize(
    "entries",
    [
        [
            entry(f"版本 1.{n} 发布", f"v{n}", f"https://x.example/changelog#v1.{n}", body(f"1.{n}"))
            for n in range(5)
        ],
        [entry(f"第{n}号卫星入轨", f"v{n}", f"https://x.example/#/news/{n}", body(f"{n}")) for n in range(5)],
        [entry(f"第{n}号卫星入轨", f"v{n}", "https://x.example/", body(f"{n}")) for n in range(5)],
        [entry(f"Kubernetes release notes - v1.30.{n}", f"v{n}", f"https://x.example/{n}") for n in range(5)],
        [
            entry(f"{one} 新标准正式发布", one, f"https://x.example/{n}")
            for n, one in enumerate(("C", "C++", "C#"))
        ],
    ],
    ids=["a changelog", "routes", "one address", "versions", "languages"],
)
async def test_what_differs_stays_apart(desk, entries):
    """Though its address is shared, or its title differs in little; also at the next pull."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", *entries)
    first = await pull(desk)
    desk.web.publishes("/daily", *reversed(entries))
    second = await pull(desk)

    assert (len(entries), len(entries)) == (first.new, len(await desk.articles()))
    assert (0, 0) == (second.new, second.changed)


async def test_a_route_is_a_part_of_an_address(desk):
    """Without it a reader would come to the front page."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", item(LARK, body(LARK), "https://x.example/#/news/7"))
    await pull(desk)

    assert ["https://x.example/#/news/7"] == [one.link for one in await desk.articles()]


async def test_an_item_that_breaks_the_feed_takes_no_other_with_it(desk):
    """Half an emoji, a tag in a title that never ends."""
    items = [item(f"第{n}号卫星入轨", body(str(n)), f"https://a.example/{n}") for n in range(30)]
    items[5] = items[5].replace("第5号卫星入轨", "第5号<br>卫星&#xD83D;&#xDE00;入轨&#xD83D;")
    await desk.knows(at(desk))
    desk.web.publishes("/daily", *items)

    assert 30 == (await pull(desk)).new
    assert ["第5号卫星😀入轨"] == [one.title for one in await desk.articles() if "😀" in one.title]


async def test_of_a_feed_that_begins_with_the_oldest_the_newest_are_read(desk):
    """The last five hundred, by their dates."""
    day = [f"Mon, {1 + n // 24:02} Nov 2026 {n % 24:02}:00:00 +0800" for n in range(520)]
    items = [item(f"第{n}号卫星入轨", "", f"https://a.example/{n}", day[n]) for n in range(520)]
    await desk.knows(at(desk))
    desk.web.publishes("/daily", *items)
    await pull(desk)
    titles = set(await desk.titles())

    assert (500, True, False) == (len(titles), "第519号卫星入轨" in titles, "第19号卫星入轨" in titles)


async def test_a_source_that_floods_is_bounded(desk, monkeypatch):
    """Whatever it calls new at every pull; the next day it may go on."""
    monkeypatch.setattr(flow, "MOST_A_DAY", 60)
    await desk.knows(at(desk))
    found = []
    for number in range(3):
        items = [item(f"第{number}-{n}号", "", f"https://a.example/{number}/{n}", "") for n in range(40)]
        desk.web.publishes("/daily", *items)
        found.append((await pull(desk)).new)
        desk.later(hours=1)
    desk.later(days=1)
    desk.web.publishes("/daily", *(item(f"明天{n}", "", f"https://a.example/m/{n}", "") for n in range(40)))

    assert [40, 20, 0, 40] == [*found, (await pull(desk)).new]


async def test_of_a_feed_that_changed_only_what_is_new_is_understood(desk, monkeypatch):
    """Understanding costs ten times as much as telling items apart."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE)
    await pull(desk)
    asked: list[str] = []
    run = desk.room.sandbox.run

    async def counted(function: Any, *given: Any, **options: Any) -> Any:
        asked.append(f"{function.__name__} {len(given[0])}" if function.__name__ == "finish" else "")
        return await run(function, *given, **options)

    monkeypatch.setattr(desk.room.sandbox, "run", counted)
    desk.web.publishes("/daily", TWO, ONE)
    await pull(desk)

    assert ["", "finish 1"] == asked


async def test_five_hundred_items_come_in_by_parts(desk):
    """Each part within the wall clock of the sandbox and in a transaction of its own."""
    await desk.knows(at(desk))
    items = [
        item(f"第{number}号卫星入轨", f"编号{number}。", f"https://a.example/{number}")
        for number in range(520)
    ]
    desk.web.publishes("/daily", *items)

    assert 500 == (await pull(desk)).new


async def test_the_backlog_of_a_new_source_counts_as_first_seen_when_it_was_published(desk):
    """What comes later counts from when it came, however late that is."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", item(LARK, body(LARK), published="Mon, 23 Nov 2026 10:00:00 +0800"))
    await pull(desk)
    late = item(CHANGGENG, body(CHANGGENG), published="Mon, 23 Nov 2026 11:00:00 +0800")
    desk.web.publishes("/daily", late)
    desk.later(hours=1)
    await pull(desk)

    assert {LARK: NOON - timedelta(hours=26), CHANGGENG: NOON + timedelta(hours=1)} == {
        one.title: one.first_seen for one in await desk.articles()
    }


# where a source lives


async def test_a_source_that_moved_for_good_is_asked_at_its_new_address(desk):
    """Once the new one gave a good answer; a move for now changes nothing."""
    await desk.knows(at(desk), at(desk, "weekly"))
    desk.web.publishes("/new", ONE)
    desk.web.moves("/daily", "/new")
    desk.web.moves("/weekly", "/new", 302)
    await refresh(desk.room, force=True)
    async with desk.room.store.read() as tx:
        found = {one.id: one.url for one, _ in await tx.sources.all()}

    assert {"daily": desk.web.url("/new"), "weekly": desk.web.url("/weekly")} == found
    assert "unchanged" == (await pull(desk, "daily")).status
    assert "/new" == desk.web.asked[-1]["path"]


async def test_a_move_to_what_is_no_feed_is_no_move(desk):
    """Sites that close send everybody to their front page, for good."""
    await desk.knows(at(desk))
    desk.web.serves("/front", page("首页", "欢迎光临"), content_type="text/html")
    desk.web.moves("/daily", "/front")
    await pull(desk)
    async with desk.room.store.read() as tx:
        ((found, _),) = await tx.sources.all()

    assert desk.web.url("/daily") == found.url


async def test_who_is_gone_is_not_asked_again(desk):
    """410: unless an administrator insists, and it is back."""
    await desk.knows(at(desk))
    desk.web.fails("/daily", 410)
    await pull(desk)
    gone = await how(desk)
    desk.later(days=30)
    skipped = [one.status for one in await refresh(desk.room)]
    desk.web.publishes("/daily", ONE)
    await pull(desk)

    assert (Status.GONE, ["skipped"], Status.OK) == (gone, skipped, await how(desk))


async def test_a_fallback_serves_while_the_own_address_fails(desk):
    """Feed, then another; shown as such, and left as soon as the own address answers."""
    desk.web.publishes("/other", ONE)
    desk.web.fails("/daily", 503)
    await desk.knows(at(desk, fallback=(desk.web.url("/dead"), desk.web.url("/other"))))
    first = await pull(desk)
    health = await desk.health("daily")
    asked = desk.web.counts
    await pull(desk)

    assert ("new", desk.web.url("/other"), Status.FALLBACK) == (first.status, first.via, await how(desk))
    assert ("it answered 503", 0) == (health.error, health.failures)
    assert (1, 2) == (asked["/daily"], asked["/dead"] + 1)
    assert 1 == desk.web.counts["/daily"]  # it rests for a quarter of an hour
    desk.later(minutes=16)
    desk.web.publishes("/daily", ONE, TWO)
    assert ("new", 1, None) == ((again := await pull(desk)).status, again.new, again.via)
    assert (Status.OK, None) == (await how(desk), (await desk.health("daily")).error)


async def test_a_chain_ends_at_the_configured_rsshub(desk):
    """Feed → list page → RSSHub."""
    listing = at(desk, selector=".news a", fallback=(desk.web.url("/list"), "/daily/news"))
    await desk.knows(listing)
    desk.web.fails("/daily", 404)
    desk.web.fails("/list", 500)
    desk.web.publishes("/hub/daily/news", ONE)
    without = await pull(desk)
    desk.room.settings = settings({"NEWSBOT_RSSHUB": desk.web.url("/hub")})
    served = await pull(desk)

    assert ("failed", "it answered 404") == (without.status, without.error)
    assert ("new", desk.web.url("/hub/daily/news")) == (served.status, served.via)


async def test_a_fallback_that_fails_once_is_no_quarantine(desk):
    """However long its own address has failed already."""
    desk.web.publishes("/other", ONE)
    desk.web.fails("/daily", 503)
    await desk.knows(at(desk, fallback=(desk.web.url("/other"),)))
    await pull(desk)
    desk.later(days=2)
    await pull(desk)
    desk.web.fails("/other", 502)
    await pull(desk)

    assert (Status.FAILING, 1) == (await how(desk), (await desk.health("daily")).failures)


async def test_an_own_address_that_asks_for_time_gets_it_while_a_fallback_serves(desk):
    """Retry-After is for whoever said it."""
    desk.web.publishes("/other", ONE)
    desk.web.fails("/daily", 429, Retry_After="7200")
    await desk.knows(at(desk, fallback=(desk.web.url("/other"),)))
    await pull(desk)

    assert NOON + timedelta(hours=2) == (await desk.health("daily")).own_next_at


async def test_what_a_feed_asks_for_holds_while_nothing_changes(desk):
    """A ttl stands in the body, which a 304 has not."""
    await desk.knows(at(desk))
    head = "<title>日报</title><link>https://a.example/</link><ttl>240</ttl>"
    desk.web.serves("/daily", f'<rss version="2.0"><channel>{head}{ONE}</channel></rss>', '"1"')
    pauses = []
    for _ in range(2):
        await pull(desk)
        pauses.append(((await desk.health("daily")).next_at - NOON) / timedelta(minutes=1))

    assert [True, True] == [190 <= pause <= 240 for pause in pauses]


async def test_a_move_to_where_another_source_is_is_not_followed(desk):
    """Two sources of one address would bring everything twice."""
    await desk.knows(at(desk), at(desk, "weekly"))
    desk.web.publishes("/weekly", ONE)
    desk.web.moves("/daily", "/weekly")
    await refresh(desk.room, force=True)
    async with desk.room.store.read() as tx:
        found = {one.id: one.url for one, _ in await tx.sources.all()}

    assert {"daily": desk.web.url("/daily"), "weekly": desk.web.url("/weekly")} == found


async def test_what_an_old_address_said_is_nothing_of_the_new_one(desk):
    """An operator gave the source another address while it was asked."""
    await desk.knows(at(desk))
    desk.web.hangs("/daily")
    task = asyncio.create_task(pull(desk))
    await desk.web.is_asked("/daily")
    async with desk.room.store.begin() as tx:
        await tx.sources.add(source("daily", url=desk.web.url("/new")), NOON)
    desk.web.fails("/daily", 410)
    desk.web.goes_on("/daily")
    await task

    assert Status.NEW == await how(desk)


async def test_a_clock_that_was_wrong_puts_nothing_off_for_years(desk):
    """A machine that starts in 2036 and is put right."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE)
    desk.later(days=3650)
    await refresh(desk.room)
    desk.later(days=-3650)

    assert ["unchanged"] == [one.status for one in await refresh(desk.room)]


async def test_what_one_address_answered_says_nothing_of_another(desk):
    """The validators of a fallback are not sent to the own address."""
    desk.web.publishes("/other", ONE, etag='"same"')
    desk.web.fails("/daily", 503)
    await desk.knows(at(desk, fallback=(desk.web.url("/other"),)))
    await pull(desk)
    desk.later(hours=1)
    desk.web.publishes("/daily", ONE, TWO, etag='"same"')

    assert ("new", 1) == ((result := await pull(desk)).status, result.new)


# lists of what stands on pages of its own


def listing(desk: Desk, *paths: str, robots: str = "") -> Source:
    """A list page at /list that links to these paths, each with an article."""
    links = "".join(f'<li class="n"><a href="{path}">第{path[1:]}条新闻的标题</a></li>' for path in paths)
    desk.web.serves("/list", f"<html><title>要闻</title><ul>{links}</ul></html>", content_type="text/html")
    for path in paths:
        title = f"第{path[1:]}条新闻的标题"
        desk.web.serves(path, page(title, body(title)), content_type="text/html")
    if robots:
        desk.web.serves("/robots.txt", robots, content_type="text/plain")
    return at(desk, "list", kind="list", selector=".n a")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Between the pages of a site, so that tests do not wait."""
    monkeypatch.setattr(behind, "PAUSE", 0.001)


async def test_the_articles_behind_a_list_are_read_once(desk):
    """Title, text and date come from the page; what is known is not asked for again."""
    await desk.knows(listing(desk, "/1", "/2"))
    first = await pull(desk)
    found = await desk.articles()
    desk.web.serves(
        "/list", desk.web.answers["/list"].partition(b"\r\n\r\n")[2] + b" ", content_type="text/html"
    )
    second = await pull(desk)

    assert ("new", 2, "unchanged") == (first.status, first.new, second.status)
    assert {"第1条新闻的标题", "第2条新闻的标题"} == {one.title for one in found}
    assert all(len(one.text) > 50 and one.published for one in found)
    assert (1, 1, 2) == (desk.web.counts["/1"], desk.web.counts["/2"], desk.web.counts["/list"])


async def test_a_long_list_comes_in_by_parts(desk):
    """Twenty pages a pull: the rest with the next ones, also where the list says that it has not changed."""
    await desk.knows(listing(desk, *(f"/{number}" for number in range(behind.MOST + 5))))

    assert [behind.MOST, 5, 0] == [(await pull(desk)).new for _ in range(3)]


async def test_robots_are_told_what_they_may_read(desk):
    """Of what they may not, the list's own words are all we know."""
    rules = "User-agent: *\nDisallow: /2\n"
    await desk.knows(listing(desk, "/1", "/2", robots=rules))
    result = await pull(desk)
    texts = {one.title: bool(one.text) for one in await desk.articles()}

    assert (2, {"第1条新闻的标题": True, "第2条新闻的标题": False}) == (result.new, texts)
    assert 0 == desk.web.counts["/2"]
    assert 1 == desk.web.counts["/robots.txt"]


async def test_a_list_that_robots_may_not_read_is_not_read(desk):
    """That is a failure in words; the rules are kept for a day."""
    await desk.knows(listing(desk, "/1", robots="User-agent: newsbot\nDisallow: /list\n"))
    result = await pull(desk)
    desk.web.fails("/robots.txt", 404)
    desk.later(hours=23)
    still = await pull(desk)
    desk.later(hours=2)

    assert ("failed", "its robots.txt asks not to be read") == (result.status, result.error)
    assert "robots" == (await desk.health("list")).reason
    assert ("failed", "new") == (still.status, (await pull(desk)).status)


async def test_a_site_whose_rules_cannot_be_had_is_left_alone(desk):
    """For the moment: nothing is lost, and nothing is remembered."""
    await desk.knows(listing(desk, "/1"))
    desk.web.fails("/robots.txt", 503)
    failed = await pull(desk)
    desk.web.fails("/robots.txt", 404)

    assert ("failed", "its robots.txt cannot be had: it answered 503") == (failed.status, failed.error)
    assert "new" == (await pull(desk)).status


async def test_a_feed_is_made_to_be_fetched(desk):
    """Whatever the site's robots.txt says."""
    desk.web.serves("/robots.txt", "User-agent: *\nDisallow: /\n")
    desk.web.publishes("/daily", ONE)
    await desk.knows(at(desk))

    assert "new" == (await pull(desk)).status


async def test_a_page_in_trouble_is_asked_again_and_one_that_is_gone_is_not(desk):
    """Of what is gone the title stays; a page without an article likewise."""
    await desk.knows(listing(desk, "/1", "/2", "/3"))
    desk.web.fails("/1", 503)
    desk.web.fails("/2", 404)
    desk.web.serves("/3", "<html><title>x</title></html>", content_type="text/html")
    first = await pull(desk)
    title = "第1条新闻的标题"
    desk.web.serves("/1", page(title, body(title)), content_type="text/html")
    second = await pull(desk)

    assert (2, 1) == (first.new, second.new)
    assert (2, 1, 1) == tuple(desk.web.counts[path] for path in ("/1", "/2", "/3"))


async def test_pages_that_always_fail_do_not_keep_the_others_away(desk):
    """They come last, and after five times by their title."""
    paths = [f"/{number}" for number in range(behind.MOST + 3)]
    await desk.knows(listing(desk, *paths))
    for path in paths[: behind.MOST]:
        desk.web.fails(path, 500)
    new = [(await pull(desk)).new for _ in range(8)]

    assert (3, behind.MOST + 3) == (sum(new[:2]), sum(new))


async def test_a_site_that_is_overloaded_is_left_alone(desk):
    """After the first 429 no further page is asked for, and none before the time it names."""
    await desk.knows(listing(desk, "/1", "/2", "/3"))
    for path in ("/1", "/2", "/3"):
        desk.web.fails(path, 429, Retry_After="7200")
    await pull(desk)

    assert 1 == sum(desk.web.counts[path] for path in ("/1", "/2", "/3"))
    assert NOON + timedelta(hours=2) == (await desk.health("list")).next_at


async def test_pages_that_call_themselves_the_front_page_stay_apart(desk):
    """On some sites every page names the same canonical address."""
    source = listing(desk, "/1", "/2", "/3")
    for number in (1, 2, 3):
        title = f"第{number}条新闻的标题"
        made = page(title, body(title), link=desk.web.url("/"))
        desk.web.serves(f"/{number}", made, content_type="text/html")
    await desk.knows(source)
    await pull(desk)

    assert {desk.web.url(f"/{n}") for n in (1, 2, 3)} == {one.link for one in await desk.articles()}


async def test_an_rsshub_is_asked_whatever_its_robots_may_do(desk):
    """It is the operator's own, also where the source has a selector."""
    desk.web.serves("/robots.txt", "User-agent: *\nDisallow: /\n")
    desk.web.fails("/daily", 404)
    desk.web.publishes("/hub/daily/news", ONE)
    desk.room.settings = settings({"NEWSBOT_RSSHUB": desk.web.url("/hub")})
    await desk.knows(at(desk, selector="a", fallback=("/daily/news",)))

    assert "new" == (await pull(desk)).status


async def test_a_selector_that_finds_nothing_is_a_failure_in_words(desk):
    """Sites change: their operator wants to hear of it."""
    await desk.knows(replace(listing(desk, "/1"), selector=".gone a"))

    assert "the selector finds no links" == (await pull(desk)).error


async def test_a_sitemap_of_news_names_articles(desk):
    """Title and date stand in it; the text behind."""
    title = "第1条新闻的标题"
    news = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/'
        f'sitemap-news/0.9"><url><loc>{desk.web.url("/1")}</loc><news:news><news:publication_date>2026-11-24T10:00'
        f":00+08:00</news:publication_date><news:title>{title}</news:title></news:news></url></urlset>"
    )
    desk.web.serves("/map", news)
    desk.web.serves("/1", page(title, body(title)), content_type="text/html")
    await desk.knows(at(desk, "map", kind="sitemap"))

    assert "new" == (await pull(desk)).status
    (found,) = await desk.articles()
    assert (title, True, desk.web.url("/1")) == (found.title, len(found.text) > 50, found.link)


async def test_hacker_news_is_asked_for_each_story_once(desk):
    """Its list names numbers only; dead ones and jobs are not shown, and not asked for again."""
    items = {
        1: {
            "id": 1,
            "type": "story",
            "title": "A chip that learns",
            "url": "https://a.example/chip",
            "by": "ann",
        },
        2: {
            "id": 2,
            "type": "story",
            "title": "Ask HN: Which bot?",
            "text": "<p>Which?",
            "time": 1_700_000_000,
        },
        3: {"id": 3, "type": "job", "title": "We hire"},
        4: None,
    }
    desk.web.serves("/v0/top", "[1,2,3,4]", content_type="application/json")
    for number, one in items.items():
        desk.web.serves(f"/v0/item/{number}.json", json.dumps(one), content_type="application/json")
    await desk.knows(source("hn", url=desk.web.url("/v0/top"), kind="hackernews", language="en"))
    first = await pull(desk)
    desk.web.serves("/v0/top", "[4,3,2,1]", content_type="application/json")
    second = await pull(desk)
    found = {one.title: one.link for one in await desk.articles()}

    assert (2, "unchanged") == (first.new, second.status)
    assert {
        "A chip that learns": "https://a.example/chip",
        "Ask HN: Which bot?": "https://news.ycombinator.com/item?id=2",
    } == found
    assert {1} == {desk.web.counts[f"/v0/item/{number}.json"] for number in items}


# what a source may not do


async def test_no_stage_runs_where_everybody_waits(desk, monkeypatch):
    """Half a megabyte of items is parsed and understood in another process: the loop is free."""
    here: list[str] = []
    for stage in ("parse_feed", "clean_line", "candidates", "pick", "noise", "signature", "document"):
        monkeypatch.setattr(understand, stage, lambda *_given, stage=stage: here.append(stage))
    items = [
        item(f"第{number}号卫星入轨", body(f"第{number}号"), f"https://a.example/{number}")
        for number in range(500)
    ]
    desk.web.publishes("/daily", *items)
    await desk.knows(at(desk))
    result = await pull(desk)

    assert (500, []) == (result.new, here)


async def test_an_article_that_cannot_be_understood_takes_no_other_with_it(desk, monkeypatch):
    """It is left out; where that happens to many, the source fails."""
    await desk.knows(at(desk))
    items = [item(f"第{n}号卫星入轨", body(str(n)), f"https://a.example/{n}") for n in range(8)]
    desk.web.publishes("/daily", *items)
    run = desk.room.sandbox.run
    poison = {"第3号卫星入轨"}

    async def poisoned(function: Any, *given: Any, **options: Any) -> Any:
        if function.__name__ == "finish" and poison & {draft.title for draft in given[0]}:
            raise TookTooLong(3)
        return await run(function, *given, **options)

    monkeypatch.setattr(desk.room.sandbox, "run", poisoned)
    first = await pull(desk)
    poison |= {f"第{n}号卫星出轨" for n in range(8)}
    desk.web.publishes("/daily", *(one.replace("入轨", "出轨") for one in items))
    second = await pull(desk)

    assert ("new", 7) == (first.status, first.new)
    assert ("failed", "not read within 3 s") == (second.status, second.error)


async def test_two_sources_that_hang_at_every_step_fail_within_their_limit(desk):
    """The clock of a whole exchange, not of single reads."""
    desk.web.hangs("/daily")
    await desk.knows(at(desk), at(desk, "weekly"))
    desk.web.publishes("/weekly", ONE)
    fetch = desk.room.fetcher.fetch

    async def hurried(url: str, **given: Any) -> Any:
        return await fetch(url, **given | {"total_seconds": 0.3})

    desk.room.fetcher.fetch = hurried
    failed, fine = await refresh(desk.room)
    desk.web.goes_on("/daily")

    assert ("no whole answer within 0.3 s", "new") == (failed.error, fine.status)
    assert NOON + timedelta(minutes=20) < (await desk.health("daily")).next_at
