"""Jobs, done by workers: the same flows as a bot alone runs, whatever becomes of a worker meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from newsbot import settings, worker
from newsbot.errors import AlreadyRunning, StoreError
from newsbot.fetcher import Fetcher
from newsbot.flows import dispatch, jobs
from newsbot.models.readers import Reader
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from playground.server import TOKEN
from tests import databases
from tests.examples import NOON, source
from tests.flows.conftest import web  # noqa: F401  a web that serves what a test tells it to
from tests.flows.desk import Desk
from tests.flows.web import Web, item
from tests.house import InThisProcess


@pytest_asyncio.fixture
async def desk(tmp_path: Path, web: Web) -> AsyncIterator[Desk]:  # noqa: F811
    """A newsroom on PostgreSQL."""
    address = databases.postgres(tmp_path)
    given = settings.read({}, token=TOKEN, data=tmp_path, database_url=address)
    made = Desk(newsroom(given), web)
    made.room.now = lambda: made.moment
    await made.room.store.open()
    yield made
    await made.room.fetcher.close()
    await made.room.store.close()


def newsroom(given: settings.Settings) -> Newsroom:
    box: Any = InThisProcess()
    return Newsroom(
        settings=given, store=Store(given.database), fetcher=Fetcher(allow_hosts=("127.0.0.1",)), sandbox=box
    )


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  another process's work
            await asyncio.sleep(0.02)


async def waits(desk: Desk) -> dict[str, int]:
    """What waits, or is being done, by task."""
    async with desk.room.store._engine.begin() as connection:
        rows = await connection.execute(
            text(
                "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY 1"
            )
        )
        return {task: many for task, many in rows}  # noqa: C416  a row is no pair to dict()


async def titles(desk: Desk) -> list[str]:
    async with desk.room.store._engine.begin() as connection:
        rows = await connection.execute(
            text("SELECT title FROM articles WHERE story_id IS NOT NULL ORDER BY title")
        )
        return list(rows.scalars())


async def test_a_source_that_is_due_is_asked_by_a_worker(desk):
    """From the clock's round to stories, with nobody else's help."""
    url = desk.web.publishes(
        "/feed",
        item("鸿蒙新版发布", "记者今天从公司获悉。"),
        item("特斯拉降价", "记者今天从公司获悉。"),
        etag="a",
    )
    await desk.knows(source("daily", url=url))
    assert await dispatch.is_settled(desk.room)
    await dispatch.refresh_due(desk.room)
    written = await waits(desk)
    await dispatch.refresh_due(desk.room)
    assert {"refresh": 1} == written == await waits(desk)
    assert not await dispatch.is_settled(desk.room)

    working = asyncio.create_task(worker.work(desk.room))

    async def is_done() -> bool:
        return not await waits(desk)

    await until(is_done)
    working.cancel()
    await asyncio.wait([working])

    assert ["特斯拉降价", "鸿蒙新版发布"] == await titles(desk)
    health = await desk.health("daily")
    assert ("a", 0, 2) == (health.etag, health.failures, round(health.per_day * 7))
    desk.later(minutes=1)
    await dispatch.refresh_due(desk.room)
    assert {} == await waits(desk)
    assert await dispatch.is_settled(desk.room)


async def test_what_was_found_is_written_down_with_what_is_to_be_done(desk):
    """A worker that dies before has asked for nothing; one that dies after left the articles in a job."""
    url = desk.web.publishes(
        "/feed", *(item(f"新闻第{number}号", "记者今天获悉。") for number in range(60)), etag="a"
    )
    await desk.knows(source("daily", url=url))
    await jobs.refresh(desk.room, "daily")

    assert ({"tag": 2}, "a") == (await waits(desk), (await desk.health("daily")).etag)


async def test_a_list_is_read_page_by_page_before_it_is_understood(desk):
    """refresh, read, tag, cluster: each is due by the one before."""
    page = "<html><body><h1>{0}</h1><p>{0}。记者今天了解到，这家公司发布了新产品，并且公布了价格。</p></body></html>"
    for number in (1, 2):
        desk.web.serves(f"/a/{number}", page.format(f"第{number}款手机发布"), content_type="text/html")
    links = "".join(f'<li><a href="/a/{number}">第{number}款手机发布</a></li>' for number in (1, 2))
    desk.web.serves("/robots.txt", "", content_type="text/plain")
    url = desk.web.serves("/list", f"<html><body><ul>{links}</ul></body></html>", content_type="text/html")
    await desk.knows(source("list", url=url, kind="list", selector="li a"))
    seen = []
    await jobs.refresh(desk.room, "list")
    for _ in range(3):
        seen.append(await waits(desk))
        await do_one(desk)

    assert [{"read": 1}, {"tag": 1}, {"cluster": 1}] == seen
    assert 2 == len(await titles(desk))


async def do_one(desk: Desk) -> None:
    """The first job, done as a worker does it."""
    async with desk.room.store._engine.begin() as connection:
        row = (await connection.execute(text("SELECT * FROM procrastinate_fetch_job_v2(NULL, NULL)"))).one()
    await worker.FLOWS[row.task_name](desk.room, **row.args)
    async with desk.room.store._engine.begin() as connection:
        await connection.execute(
            text("SELECT procrastinate_finish_job_v1(:id, 'succeeded', true)"), {"id": row.id}
        )


async def test_a_job_that_is_done_twice_stores_everything_once(desk):
    """As when a worker died after the last commit and before it said so."""
    url = desk.web.publishes("/feed", item("鸿蒙新版发布", "记者今天从公司获悉。"), etag="a")
    await desk.knows(source("daily", url=url))
    await jobs.refresh(desk.room, "daily")
    async with desk.room.store._engine.begin() as connection:
        arguments = (await connection.execute(text("SELECT args FROM procrastinate_jobs"))).scalar_one()
    for _ in range(2):
        await jobs.tag(desk.room, **arguments)
        await jobs.cluster(desk.room)

    assert ["鸿蒙新版发布"] == await titles(desk)
    assert "skipped" == await outcome_of(desk, "daily")


async def outcome_of(desk: Desk, source_id: str) -> str:
    """A second job for a source that was asked meanwhile asks nobody."""
    before = len(desk.web.asked)
    await jobs.refresh(desk.room, source_id)
    return "skipped" if len(desk.web.asked) == before else "asked"


async def test_a_source_that_fails_is_its_own_failure(desk):
    """The job is done: the source is asked again at its time, as everywhere."""
    await desk.knows(
        source("daily", url=desk.web.fails("/feed", 500)), source("gone", url="http://127.0.0.1:1/")
    )
    await jobs.refresh(desk.room, "daily")
    await jobs.refresh(desk.room, "gone")
    await jobs.refresh(desk.room, "never heard of")

    assert [1, 1] == [(await desk.health(one)).failures for one in ("daily", "gone")]
    assert {} == await waits(desk)


async def test_what_cannot_be_understood_is_asked_for_again(desk, monkeypatch):
    """Its source fails, and forgets that it was read: nothing is lost."""
    url = desk.web.publishes("/feed", item("鸿蒙新版发布", "记者今天从公司获悉。"), etag="a")
    await desk.knows(source("daily", url=url))
    await jobs.refresh(desk.room, "daily")
    with monkeypatch.context() as patched:

        def stumbles(*_: Any, **__: Any) -> Any:
            raise ValueError("a fault of ours")

        patched.setattr("newsbot.flows.understand.finish", stumbles)
        await do_one(desk)
    health = await desk.health("daily")

    assert (1, None) == (health.failures, health.etag)
    desk.later(days=1)
    await jobs.refresh(desk.room, "daily")
    assert {"tag": 1} == await waits(desk)


async def test_a_database_in_trouble_costs_a_job_nothing(desk, monkeypatch):
    """It is no failure of the source: the job is tried again, seconds later."""
    url = desk.web.publishes("/feed", item("鸿蒙新版发布", "记者今天从公司获悉。"), etag="a")
    await desk.knows(source("daily", url=url))
    tried = []

    async def in_trouble(room: Newsroom, **arguments: Any) -> None:
        tried.append(arguments)
        if len(tried) == 1:
            raise StoreError("the server is restarting")
        await jobs.refresh(room, **arguments)

    monkeypatch.setattr(worker, "FLOWS", {**worker.FLOWS, "refresh": in_trouble})
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.2)
    await dispatch.refresh_due(desk.room)
    working = asyncio.create_task(worker.work(desk.room))

    async def is_there() -> bool:
        return bool(await titles(desk))

    await until(is_there)
    working.cancel()
    await asyncio.wait([working])

    assert (2, 0) == (len(tried), (await desk.health("daily")).failures)


async def test_digests_are_composed_by_slot(desk):
    """A job for each moment that is due; the same deliveries as a bot alone writes down."""
    await desk.publishes("鸿蒙新版发布")
    due = desk.moment + dispatch.AHEAD
    async with desk.room.store.begin() as tx:
        for number, moment in ((7, desk.moment), (8, due), (9, due)):
            await tx.readers.save(Reader(id=number, next_due=moment), NOON)
    await dispatch.plan(desk.room)
    await dispatch.plan(desk.room)
    written = await waits(desk)
    for _ in range(2):
        await do_one(desk)
    async with desk.room.store.read() as tx:
        found = [len(await tx.deliveries.of(number)) for number in (7, 8, 9)]

    assert ({"compose": 2}, [1, 1, 1]) == (written, found)
    await dispatch.plan(desk.room)
    assert {} == await waits(desk)


async def test_a_bot_leaves_the_work_to_workers_while_there_are_some(desk, monkeypatch):
    """And does it itself when they are gone."""
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.1)
    others, ours = [1], []

    async def count(_room: Newsroom, _but_us: bool) -> int:
        return others[0]

    async def works(_room: Newsroom) -> None:
        ours.append("began")
        try:
            await asyncio.Event().wait()
        finally:
            ours.append("ended")

    monkeypatch.setattr(worker, "_others", count)
    monkeypatch.setattr(worker, "work", works)
    helping = asyncio.create_task(worker.help_out(desk.room))
    for many, expected in (
        (1, []),
        (0, ["began"]),
        (1, ["began", "ended"]),
        (0, ["began", "ended", "began"]),
    ):
        others[0] = many
        await asyncio.sleep(0.3)
        assert expected == ours
    helping.cancel()
    await asyncio.wait([helping])
    assert ["began", "ended"] * 2 == ours


async def test_a_worker_goes_on_when_the_database_comes_back(desk, monkeypatch):
    """Without a hand: it says so, waits, and takes jobs again."""
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.1)
    good, tried = desk.room.store.libpq, []

    class Store:
        @property
        def libpq(self) -> str:
            tried.append(1)
            return "postgresql://127.0.0.1:1/nothing" if len(tried) == 1 else good

        def __getattr__(self, name: str) -> Any:
            return getattr(desk.room.store, name)

    room = replace(desk.room, store=Store())
    monkeypatch.setattr(worker, "OPEN_SECONDS", 0.5)
    url = desk.web.publishes("/feed", item("鸿蒙新版发布", "记者今天从公司获悉。"))
    await desk.knows(source("daily", url=url))
    await dispatch.refresh_due(desk.room)
    working = asyncio.create_task(worker.work(room))

    async def is_there() -> bool:
        return bool(await titles(desk))

    await until(is_there)
    working.cancel()
    await asyncio.wait([working])
    assert 2 == len(tried)


async def test_who_stands_by_takes_over_when_the_leader_is_gone(desk):
    """Within seconds, also where its connection was cut off by the server; and it is told to stop at any time."""
    other = Store(desk.room.store.address)
    await other.open()
    stop = asyncio.Event()
    leads = asyncio.Event()

    async def lead() -> None:
        async with other.alone(stop):
            leads.set()

    async with desk.room.store.alone() as lost:
        waiting = asyncio.create_task(lead())
        await asyncio.sleep(1.2)
        assert not leads.is_set()
        async with other.begin() as tx:
            await tx.run(lambda connection: connection.execute(text(CUT_OFF)))
        await asyncio.wait_for(waiting, 15)
        await asyncio.wait_for(lost.wait(), 15)
    stop.set()
    async with desk.room.store.alone():
        with pytest.raises(AlreadyRunning):
            await lead()
    await other.close()


CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1852143475"
