"""No transaction is held while anybody waits for the network, the sandbox or Telegram."""

from __future__ import annotations

import asyncio
import functools
import importlib
import inspect
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from newsbot import flows
from newsbot.flows import (
    catalogue,
    deliver,
    digest,
    follows,
    group,
    plan,
    read,
    readers,
    search,
    standing,
    story,
    tidy,
    welcome,
)
from newsbot.flows.refresh import refresh
from newsbot.models.readers import Reader
from newsbot.store import Store
from playground.server import Playground
from tests.examples import source
from tests.flows.web import item, page
from tests.house import House, body, buttons, house

EVENT = "长庚光刻机通过验收"


#: whether the task that asks, or the one that began it, holds a transaction; others' do not matter to it
INSIDE: ContextVar[bool] = ContextVar("INSIDE", default=False)


def noticed(store: Store) -> None:
    """From now on every transaction of this store says so to those who are inside."""
    transaction = store._transaction

    @asynccontextmanager
    async def said(*given: Any, **more: Any) -> AsyncIterator[Any]:
        token = INSIDE.set(True)
        try:
            async with transaction(*given, **more) as tx:
                yield tx
        finally:
            INSIDE.reset(token)

    store._transaction = said  # type: ignore[method-assign]


class Guarded:
    """A door that nobody may stand in with a transaction open; it counts who came through."""

    def __init__(self, door: Any, store: Store, *names: str) -> None:
        self._door, self._names = door, names
        self.through: list[str] = []
        noticed(store)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._door, name)
        return self._guarded(name, found) if name in self._names else found

    def _guarded(self, name: str, found: Any) -> Any:
        async def passes(*args: Any, **given: Any) -> Any:
            self._look(name)
            try:
                return await found(*args, **given)
            finally:
                self._look(name)
                self.through.append(name)

        return passes

    def _look(self, name: str) -> None:
        assert not INSIDE.get(), f"a transaction is open at {name}"


@pytest_asyncio.fixture
async def guards(desk) -> AsyncIterator[tuple[Guarded, Guarded]]:
    """The web and the sandbox, guarded."""
    fetcher = Guarded(desk.room.fetcher, desk.room.store, "fetch")
    sandbox = Guarded(desk.room.sandbox, desk.room.store, "run")
    desk.room.fetcher, desk.room.sandbox = fetcher, sandbox
    yield fetcher, sandbox


async def test_a_guard_notices(desk, guards):
    """Otherwise the others here would prove nothing."""
    for transaction in (desk.room.store.begin, desk.room.store.read):
        noticed = False
        async with transaction() as tx:
            await tx.facts.get("polling")
            try:
                await desk.room.fetcher.fetch(desk.web.url("/1"))
            except AssertionError:
                noticed = True
        assert noticed


async def test_pulling(desk, guards):
    """Asking, reading, and asking again."""
    await desk.knows(source("daily", url=desk.web.publishes("/daily", item(EVENT, body(EVENT)))))
    results = [*await refresh(desk.room), *await refresh(desk.room, force=True)]

    assert ["new", "unchanged"] == [one.status for one in results]
    assert (["fetch", "fetch"], ["run", "run"]) == tuple(guard.through for guard in guards)


async def test_a_pasted_link(desk, guards):
    """Also one that leads nowhere."""
    address = desk.web.serves("/1", page(EVENT, body(EVENT)), content_type="text/html")

    assert await read.link(desk.room, address)
    assert (["fetch"], ["run"]) == tuple(guard.through for guard in guards)


async def test_documents(desk, guards, tmp_path):
    """One after the other: what is read ahead would store its own meanwhile."""
    path = tmp_path / "a.txt"
    path.write_text(f"{EVENT}\n来源:某某网\n{body(EVENT)}", "utf-8")
    taken = [one async for one in read.take(desk.room, [str(path)])]

    assert ([None], ["run"]) == ([one.error for one in taken], guards[1].through)


async def test_adding_and_checking_a_source(desk, guards):
    """An operator beside the running bot."""
    address = desk.web.publishes("/feed", item(EVENT, body(EVENT)))
    added = await catalogue.add(desk.room, address)
    checked = await catalogue.check(desk.room, added)

    assert (1, ["fetch", "fetch"]) == (checked.articles, guards[0].through)


async def test_a_digest_on_its_way(desk, playground):
    """While its turn is waited for, and while it is on the wire."""
    reader = playground.telegram.person("zh").id
    await desk.subscribes(reader)
    await desk.publishes(EVENT)
    guard = Guarded(desk.room.messenger, desk.room.store, "turn", "post")
    desk.room.messenger = guard

    await plan.plan(desk.room)

    assert (1, ["turn", "post"]) == (await deliver.deliver(desk.room), guard.through)


async def test_a_first_digest_that_waits_for_the_pull(desk, monkeypatch):
    """Between two looks nothing is held, for as long as it takes."""
    monkeypatch.setattr(welcome, "STEP", 0.01)
    monkeypatch.setattr(welcome, "LONGEST_WAIT", 0.03)
    desk.room.progress.running, desk.room.progress.total = True, 1
    guard = Guarded(welcome, desk.room.store)
    async for _ in welcome.first(desk.room, Reader(id=7)):
        guard._look("welcome")


@pytest_asyncio.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """A whole bot with one story, of which a reader has opened the card."""
    playground = Playground()
    await playground.start()
    made = house(playground, tmp_path / "home")
    await made.room.store.open()
    await made.opens()
    await made.publishes(EVENT)
    await made.says("/digest")
    await made.presses("1")
    yield made
    await made.closes()
    await playground.stop()


async def test_a_vote(home: House):
    """The press is answered and the card changed when the vote is committed."""
    card, reader = home.last(), home.id_of()
    (support, *_) = buttons(card)
    guard = Guarded(home.room.messenger, home.room.store, "edit", "toast")
    home.room.messenger = guard
    home.telegram.presses(reader, reader, card["message_id"], support["callback_data"])
    async with asyncio.timeout(10):
        while "edit" not in guard.through:  # noqa: ASYNC110  looking into the database would be noticed
            await asyncio.sleep(0.01)
    await home.is_quiet(0)

    assert (["toast", "edit"], "👍 1") == (guard.through, buttons(home.last())[0]["text"][:3])


# Nor while anybody computes


STAGES = ("sources", "articles", "tags", "search", "taste", "stories", "digests", "messages", "outbox")


@pytest.fixture
def watched(desk, monkeypatch) -> list[str]:
    """Every function of a stage that a flow uses notices when its task holds a transaction; which were called."""
    called: list[str] = []

    def watch(found: Any) -> Any:
        @functools.wraps(found)
        def passes(*given: Any, **more: Any) -> Any:
            called.append(found.__name__)
            assert not INSIDE.get(), f"{found.__module__}.{found.__name__} computes inside a transaction"
            return found(*given, **more)

        return passes

    noticed(desk.room.store)
    for flow in pkgutil.iter_modules(flows.__path__, "newsbot.flows."):
        module = importlib.import_module(flow.name)
        for name, found in list(vars(module).items()):
            part = getattr(found, "__module__", "").split(".")[1:2]
            if inspect.isfunction(found) and part and part[0] in STAGES:
                monkeypatch.setattr(module, name, watch(found))
    return called


async def test_the_watch_notices(desk, watched):
    """Otherwise the next test would prove nothing."""
    with pytest.raises(AssertionError, match="inside a transaction"):
        async with desk.room.store.read():
            group.keys(None)


async def test_nothing_is_computed_inside_a_transaction(desk, playground, watched):
    """A day of the bot: pull, group, plan, send, search, vote, follow, tidy."""
    reader = playground.telegram.person("zh").id
    await desk.subscribes(reader)
    feed = desk.web.publishes("/daily", item(EVENT, body(EVENT)), item("北斗云降价", body("北斗云降价")))
    await desk.knows(source("daily", url=feed))
    await refresh(desk.room)
    await desk.publishes("蓝鲸手机系统测试版推送")
    await plan.plan(desk.room)
    assert 1 == await deliver.deliver(desk.room)
    me = await desk.reader(reader)
    found, _ = await digest.now(desk.room, replace(me, id=7))
    told = found.stories[0].story.id
    await search.articles(desk.room, "光刻机", 10)
    await story.related(desk.room, me, told, "")
    await story.vote(desk.room, story.Presser(reader, reader, 1), told, 1)
    await follows.follow(desk.room, me, ["芯片"])
    await readers.schedule(desk.room, me, "8:30")
    await standing.standing(desk.room)
    await tidy.tidy(desk.room)

    assert {"place", "keys", "lead", "order", "next_slot", "settle"} <= set(watched)
