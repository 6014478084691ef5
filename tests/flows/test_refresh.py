"""Pulling: what is new, what changed, what failed, and that nobody waits for anybody."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from newsbot.errors import FetchFailed, StoreError
from newsbot.fetcher import Fetcher
from newsbot.flows import search
from newsbot.flows.refresh import Pulled, refresh
from newsbot.models.sources import Health, Source
from tests.conftest import shared
from tests.examples import NOON, source
from tests.flows.desk import Desk
from tests.flows.web import item, page
from tests.house import body

ONE = item("云雀大模型今天开源", "团队表示，模型权重今天起可以下载，商用免费。")
TWO = item("长庚光刻机通过验收", "套刻精度达到四纳米，首台设备已经交付。")


def at(desk: Desk, id: str = "daily", **changes: Any) -> Source:
    """A source that lives at /id of the test's web."""
    return source(id, url=desk.web.url(f"/{id}"), **changes)


async def pull(desk: Desk, *only: str, force: bool = True) -> Pulled:
    """Ask one source; what came of it."""
    (result,) = await refresh(desk.room, only, force)
    return result


async def test_a_first_pull_is_new(desk):
    """Its articles are stored, belong to a story each, and can be found."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE, TWO)

    result = await pull(desk)
    assert ("new", 2, 0, None) == (result.status, result.new, result.changed, result.error)
    assert [{"云雀大模型今天开源"}, {"长庚光刻机通过验收"}] == await desk.stories()
    assert ["长庚光刻机通过验收"] == [
        one.article.title for one in await search.articles(desk.room, "光刻机", 10)
    ]


async def test_what_was_read_is_remembered(desk):
    """When it was asked, when next, and by what an unchanged answer is known."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE, etag='"1"')
    await pull(desk)

    after = await desk.health("daily")
    assert ('"1"', NOON, NOON, 0, None, 1 / 7) == (
        after.etag,
        after.checked_at,
        after.last_success_at,
        after.failures,
        after.error,
        after.per_day,
    )
    assert NOON + timedelta(minutes=12) <= after.next_at <= NOON + timedelta(minutes=15)


class Locked:
    """A sandbox that nobody may use."""

    async def run(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("it was read again")


async def test_an_answer_of_304_is_not_read(desk):
    """The publisher is told what we have, and says that it is still so."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE, etag='"1"')
    await pull(desk)
    desk.room.sandbox = Locked()

    assert "unchanged" == (await pull(desk)).status
    assert '"1"' == desk.web.asked[-1]["if-none-match"]


async def test_the_same_bytes_are_not_read_again(desk):
    """Also where the publisher does not know what unchanged means."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE)
    await pull(desk)
    desk.room.sandbox = Locked()

    assert "unchanged" == (await pull(desk)).status


async def test_only_what_is_new_is_new(desk):
    """An article that stays in the feed is the article we have."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE)
    await pull(desk)
    desk.web.publishes("/daily", TWO, ONE)

    result = await pull(desk)
    assert ("new", 1, 0) == (result.status, result.new, result.changed)
    assert 2 == len(await desk.articles())


async def test_an_article_that_came_again_with_another_text_is_updated(desk):
    """It is one article with the new text, in its story, found by its new words alone."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", item("云雀大模型今天开源", "旧的说法，仅供参考。", "https://a.example/1"))
    await pull(desk)
    (before,) = await desk.articles()
    desk.later(minutes=30)
    desk.web.publishes("/daily", item("云雀大模型今天开源", "更正：明天才可以下载。", "https://a.example/1"))

    result = await pull(desk)
    (after,) = await desk.articles()
    found = [len(await search.articles(desk.room, words, 10)) for words in ("仅供参考", "更正")]
    assert ("changed", 0, 1) == (result.status, result.new, result.changed)
    assert (before.id, before.story_id, before.first_seen) == (after.id, after.story_id, after.first_seen)
    assert ("更正：明天才可以下载。", [0, 1]) == (after.text, found)


async def test_a_feed_that_became_shorter_loses_nothing(desk):
    """What publishers take out of a feed stays with us; a cut text is no change."""
    await desk.knows(at(desk))
    long = body("云雀大模型今天开源")
    desk.web.publishes("/daily", item("云雀大模型今天开源", long, "https://a.example/1"), TWO)
    await pull(desk)
    desk.web.publishes("/daily", item("云雀大模型今天开源", long[:80] + "…", "https://a.example/1"))

    assert "unchanged" == (await pull(desk)).status
    assert 2 == len(await desk.articles())


async def test_a_failure_says_what_is_wrong_and_loses_nothing(desk):
    """What was read before stays, and so does what is known of its last answer."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE, etag='"1"')
    await pull(desk)
    desk.web.fails("/daily", 503)

    result = await pull(desk)
    after = await desk.health("daily")
    assert ("failed", "it answered 503") == (result.status, result.error)
    assert (1, "it answered 503", '"1"') == (after.failures, after.error, after.etag)
    assert 1 == len(await desk.articles())


async def test_pauses_grow_while_a_source_fails_and_end_with_a_success(desk):
    """Twice as long after every failure in a row."""
    await desk.knows(at(desk))
    desk.web.fails("/daily", 500)
    pauses = []
    for _ in range(3):
        await pull(desk)
        pauses.append(((await desk.health("daily")).next_at - NOON) / timedelta(minutes=1))
    desk.web.publishes("/daily", ONE)
    await pull(desk)

    after = await desk.health("daily")
    assert [30, 60, 120] == [pytest.approx(pause, rel=0.25) for pause in pauses]
    assert (0, None, None) == (after.failures, after.error, after.failing_since)
    assert NOON + timedelta(minutes=12) <= after.next_at <= NOON + timedelta(minutes=15)


async def test_a_server_that_asks_for_time_gets_it(desk):
    """Retry-After counts where it is longer than our own pause."""
    await desk.knows(at(desk))
    desk.web.fails("/daily", 429, Retry_After="7200")
    await pull(desk)

    assert NOON + timedelta(hours=2) == (await desk.health("daily")).next_at


async def test_a_source_that_is_not_due_is_skipped(desk):
    """Unless one insists."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE)
    statuses = [(await pull(desk, force=force)).status for force in (False, False, True)]
    desk.later(minutes=60)
    statuses.append((await pull(desk, force=False)).status)

    assert ["new", "skipped", "unchanged", "unchanged"] == statuses
    assert 3 == desk.web.counts["/daily"]


async def test_a_source_that_is_off_is_asked_only_by_name(desk):
    """An operator may want to see what it has."""
    await desk.knows(at(desk), at(desk, "off", on=False))
    desk.web.publishes("/daily", ONE)
    desk.web.publishes("/off", TWO)

    assert ["daily"] == [result.source.id for result in await refresh(desk.room, force=True)]
    assert "new" == (await pull(desk, "off")).status


async def test_a_source_that_hangs_holds_up_nobody(desk):
    """The others are stored, grouped and told of while it still thinks."""
    await desk.knows(at(desk), at(desk, "slow"), at(desk, "weekly"))
    desk.web.hangs("/slow")
    desk.web.publishes("/daily", ONE)
    desk.web.publishes("/weekly", TWO)
    told: asyncio.Queue[Pulled] = asyncio.Queue()
    task = asyncio.create_task(refresh(desk.room, told=told.put_nowait))
    first = {(await told.get()).source.id, (await told.get()).source.id}

    assert ({"daily", "weekly"}, 2, 3) == (first, desk.room.progress.done, desk.room.progress.total)
    assert 2 == len(await desk.stories())
    desk.web.publishes("/slow", ONE)
    desk.web.goes_on("/slow")
    assert ["new", "new", "new"] == [result.status for result in await task]


@pytest.mark.parametrize(
    ("body_of_it", "content_type"),
    [
        (page("首页", "欢迎光临"), "text/html"),
        ("<html><title>请登录</title></html>", "text/xml"),
        ("", "text/xml"),
        ('{"error": "no such feed"}', "application/json"),
        (b"\x00\xff\xfe" * 1000, "application/octet-stream"),
    ],
)
async def test_what_is_no_feed_fails_alone(desk, body_of_it, content_type):
    """A page, an error, nothing at all: the next source is read as if it had not been there."""
    await desk.knows(at(desk), at(desk, "broken"))
    desk.web.publishes("/daily", ONE)
    desk.web.serves("/broken", body_of_it, content_type=content_type)

    broken, daily = await refresh(desk.room)
    assert ("failed", True, "new") == (broken.status, bool(broken.error), daily.status)
    assert 1 == (await desk.health("broken")).failures


async def test_a_hostile_feed_fails_alone(desk):
    """One that would take all memory or all time is stopped; the next source is served."""
    await desk.knows(at(desk), at(desk, "hostile"))
    desk.web.publishes("/daily", ONE)
    desk.web.serves("/hostile", shared("hostile/deep.xml").read_bytes())

    daily, _ = await refresh(desk.room)
    assert "new" == daily.status


class Surprising:
    """A door of the newsroom with a fault of its own at one place."""

    def __init__(self, door: Any, error: Exception) -> None:
        self._door, self._error = door, error

    async def fetch(self, url: str, **given: Any) -> Any:
        if url.endswith("/surprise"):
            raise self._error
        return await self._door.fetch(url, **given)

    async def close(self) -> None:
        await self._door.close()


@pytest.mark.parametrize("error", [ZeroDivisionError("by nothing"), FetchFailed("x", "no"), OverflowError()])
async def test_a_fault_of_our_own_holds_up_nobody(desk, error):
    """Whatever one source makes us stumble over, the others are read, and it is counted as failed."""
    await desk.knows(at(desk), at(desk, "surprise"), at(desk, "weekly"))
    desk.web.publishes("/daily", ONE)
    desk.web.publishes("/weekly", TWO)
    desk.room.fetcher = Surprising(desk.room.fetcher, error)

    assert ["new", "failed", "new"] == [result.status for result in await refresh(desk.room)]
    assert 1 == (await desk.health("surprise")).failures
    assert not desk.room.progress.running


async def test_characters_that_no_database_takes_are_gone(desk):
    """Half a surrogate pair, which JSON can carry, and NUL."""
    feed = (
        r'{"version": "https://jsonfeed.org/version/1.1", "title": "\ud800日报", "items": [{"id": "\udc00 1",'
        r' "url": "https://a.example/1", "authors": [{"name": "\ud800甲"}], "title": "坏\ud800字\u0000符", "content_text": "正文\udfff在此。"}]}'
    )
    await desk.knows(at(desk, name=""))
    desk.web.serves("/daily", feed, content_type="application/feed+json")

    assert ("new", None) == ((result := await pull(desk)).status, result.error)
    assert [("坏字 符", "正文在此。", "日报", "甲")] == [
        (one.title, one.text, one.source, one.author) for one in await desk.articles()
    ]


async def test_a_page_can_be_a_source(desk):
    """One page that is one article, read again when it changes."""
    await desk.knows(at(desk, kind="page"))
    text = body("云雀大模型今天开源")
    desk.web.serves("/daily", page("云雀大模型今天开源", text), content_type="text/html")

    assert "new" == (await pull(desk)).status
    assert ["云雀大模型今天开源"] == await desk.titles()


async def test_two_who_refresh_at_once_ask_once(desk):
    """The clock and the operator: the second finds that nothing is due any more."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE)
    results = await asyncio.gather(refresh(desk.room), refresh(desk.room))

    assert [["new"], ["skipped"]] == sorted([one.status for one in part] for part in results)
    assert 1 == desk.web.counts["/daily"]


async def test_a_source_that_hangs_holds_up_no_later_round(desk):
    """What is due meanwhile is asked; the one that hangs is not asked twice, and the first pull is not over."""
    await desk.knows(at(desk, "slow"), at(desk))
    desk.web.hangs("/slow")
    desk.web.publishes("/daily", ONE)
    told: asyncio.Queue[Pulled] = asyncio.Queue()
    first = asyncio.create_task(refresh(desk.room, told=told.put_nowait))
    await told.get()
    desk.later(hours=1)
    second = [(one.source.id, one.status) for one in await refresh(desk.room)]
    rounds = desk.room.progress.rounds
    desk.web.publishes("/slow", TWO)
    desk.web.goes_on("/slow")
    await first

    assert [("daily", "unchanged"), ("slow", "skipped")] == second
    assert (0, 1, 1) == (rounds, desk.room.progress.rounds, desk.web.counts["/slow"])


async def test_a_host_that_hangs_does_not_take_all_places(desk):
    """Sixty of its feeds, and one of another host: localhost is another name."""
    many = [source(f"s{number:02}", url=desk.web.url(f"/slow{number}")) for number in range(60)]
    for number in range(60):
        desk.web.hangs(f"/slow{number}")
    other = source("other", url=desk.web.url("/daily").replace("127.0.0.1", "localhost"))
    desk.room.fetcher = Fetcher(allow_hosts=("127.0.0.1", "localhost"))
    desk.web.publishes("/daily", ONE)
    await desk.knows(*many, other)
    told: asyncio.Queue[Pulled] = asyncio.Queue()
    task = asyncio.create_task(refresh(desk.room, told=told.put_nowait))
    first = await asyncio.wait_for(told.get(), 4)
    task.cancel()
    await asyncio.wait([task])

    assert ("other", "new") == (first.source.id, first.status)


async def test_a_database_in_trouble_fails_one_source_and_not_the_round(desk, monkeypatch):
    """The others are written down, and the one is asked again."""
    await desk.knows(at(desk), at(desk, "weekly"))
    desk.web.publishes("/daily", ONE)
    desk.web.publishes("/weekly", TWO)
    remember = desk.room.store.remember

    async def locked(known: Any) -> None:
        if known[0].source_id == "daily":
            raise StoreError("database is locked")
        await remember(known)

    monkeypatch.setattr(desk.room.store, "remember", locked)
    daily, weekly = await refresh(desk.room)

    assert ("failed", "the database: database is locked", "new") == (daily.status, daily.error, weekly.status)
    assert (False, set()) == (desk.room.progress.running, desk.room.asking)


async def test_a_refresh_that_is_stopped_does_not_look_as_if_it_ran(desk):
    """Nor does the next one wait for it."""
    await desk.knows(at(desk))
    desk.web.hangs("/daily")
    task = asyncio.create_task(refresh(desk.room))
    await desk.web.is_asked("/daily")
    task.cancel()
    await asyncio.wait([task])
    desk.web.publishes("/daily", ONE)
    desk.web.goes_on("/daily")

    assert not desk.room.progress.running
    assert "new" == (await pull(desk)).status


async def test_a_source_that_was_removed_while_it_was_asked_stays_removed(desk):
    """Its articles of a moment ago are no harm."""
    await desk.knows(at(desk))
    desk.web.hangs("/daily")
    task = asyncio.create_task(refresh(desk.room))
    await desk.web.is_asked("/daily")
    async with desk.room.store.begin() as tx:
        await tx.sources.remove("daily", NOON)
    desk.web.publishes("/daily", ONE)
    desk.web.goes_on("/daily")
    await task

    async with desk.room.store.read() as tx:
        assert [] == await tx.sources.all()


async def test_a_source_put_back_at_another_address_is_read_afresh(desk):
    """What the old address said is nothing that the new one could have."""
    await desk.knows(at(desk))
    desk.web.publishes("/daily", ONE, etag='"1"')
    await pull(desk)
    desk.web.publishes("/moved", ONE, TWO, etag='"1"')
    async with desk.room.store.begin() as tx:
        await tx.sources.remove("daily", NOON)
        await tx.sources.add(source("daily", url=desk.web.url("/moved")), NOON)

    assert Health(source_id="daily", known_since=NOON) == await desk.health("daily")
    assert ("new", 1) == ((result := await pull(desk)).status, result.new)
