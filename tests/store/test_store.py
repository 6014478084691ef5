"""Transactions, and the state of the database as a whole."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from importlib import import_module

import pytest
from sqlalchemy import event, text

from newsbot.errors import AlreadyRunning, SettingsError
from newsbot.store import Store
from newsbot.store.engine import open_engine
from tests.examples import NOON, draft, source


async def test_what_fails_leaves_nothing_behind(store):
    """An exception inside a transaction rolls all of it back."""
    with pytest.raises(ZeroDivisionError):
        async with store.begin() as tx:
            await tx.sources.add(source("gone"), NOON)
            1 / 0  # noqa: B018

    async with store.read() as tx:
        assert [] == await tx.sources.all()


async def test_writers_that_meet_lose_nothing(store):
    """Two hundred writes by eight tasks that read, then write, are two hundred writes."""
    async with store.begin() as tx:
        await tx.sources.add(source(), NOON)

    async def write(worker: int) -> None:
        for number in range(25):
            async with store.begin() as tx:
                (_, health), *_ = await tx.sources.all()
                from dataclasses import replace

                await tx.sources.save_health(replace(health, failures=health.failures + 1))
                await tx.articles.add(
                    draft(f"{worker}-{number}", keys=(f"k:{worker}-{number}",)), "daily", (), NOON
                )

    await asyncio.gather(*(write(worker) for worker in range(8)))

    async with store.read() as tx:
        (_, health), *_ = await tx.sources.all()
        assert 200 == health.failures
        keys = [f"k:{worker}-{number}" for worker in range(8) for number in range(25)]
        assert 200 == len(await tx.articles.known("daily", keys))


async def test_one_bot_a_database(store, address):
    """A second one is told so, whatever process it is; when the first is gone the place is free."""
    other = Store(address)
    async with store.alone():
        with pytest.raises(AlreadyRunning, match="another newsbot"):
            async with other.alone():
                pass
    async with other.alone(), store.begin() as tx:  # and everybody may write meanwhile
        await tx.facts.put("a", "b")
    await other.close()


async def test_who_fails_leaves_the_place_free(store):
    """By an exception, too."""
    with pytest.raises(ZeroDivisionError):
        async with store.alone():
            1 / 0  # noqa: B018
    async with store.alone():
        pass


async def test_two_doors_that_read_and_write_lose_nothing(address, store):
    """As a bot and a command beside it do: each waits until the other's transaction is over."""
    other = Store(address)

    async def count(door: Store) -> None:
        for _ in range(25):
            async with door.begin() as tx:
                before = int(await tx.facts.get("count") or 0)
                await asyncio.sleep(0.001)
                await tx.facts.put("count", str(before + 1))

    await asyncio.gather(count(store), count(other))
    await other.close()

    async with store.read() as tx:
        assert "50" == await tx.facts.get("count")


async def test_opening_twice_changes_nothing(store):
    """A database that is up to date is left as it is."""
    before = await store.revision()
    await store.open()

    assert before == await store.revision() is not None


async def test_a_folder_that_cannot_be_written_names_the_setting(tmp_path):
    """A data folder that is a file cannot hold a database."""
    (tmp_path / "data").write_text("a file")
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'newsbot.db'}")

    with pytest.raises(SettingsError, match="NEWSBOT_DATA"):
        await store.open()
    await store.close()


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://localhost/x", "postgresql://localhost:port/x"])
def test_an_address_that_is_none_names_the_setting(address):
    """A database that newsbot cannot speak to is said so at once."""
    with pytest.raises(SettingsError, match="NEWSBOT_DATABASE_URL"):
        Store(address)


@pytest.mark.parametrize(
    ("query", "seconds", "milliseconds"),
    [("", "5", "8000"), ("?connect_timeout=9", "9", "8000"), ("?tcp_user_timeout=1000", "5", "1000")],
)
async def test_a_host_that_does_not_answer_is_waited_for_a_moment(query, seconds, milliseconds):
    """Unless the address says how long."""
    address = f"postgresql+psycopg://localhost/x{query}"
    engine = open_engine(address)
    said = {}

    @event.listens_for(engine.sync_engine, "do_connect")
    def look(dialect, record, arguments, values):
        said.update(values)
        raise OSError

    with pytest.raises(OSError):
        await engine.connect()

    assert (seconds, milliseconds) == (said["connect_timeout"], said["tcp_user_timeout"])
    assert f"tcp_user_timeout={milliseconds}" in Store(address).libpq  # jobs have connections of their own


async def test_a_reader_sees_one_picture(store):
    """What is written meanwhile does not appear in the middle of a reading transaction."""
    async with store.read() as reading:
        before = await reading.facts.get("polling")
        async with store.begin() as writing:
            await writing.facts.put("polling", "1")
        after = await reading.facts.get("polling")

    async with store.read() as tx:
        assert (None, None, "1") == (before, after, await tx.facts.get("polling"))


async def test_a_cancelled_write_leaves_nothing_and_bars_nobody(store):
    """As when the bot is stopped in the middle of one."""
    waiting = asyncio.Event()

    async def write() -> None:
        async with store.begin() as tx:
            await tx.facts.put("polling", "1")
            waiting.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await waiting.wait()
    task.cancel()
    await asyncio.wait([task])

    async with asyncio.timeout(5), store.begin() as tx:
        assert await tx.facts.get("polling") is None


async def test_two_processes_write_beside_each_other(store):
    """A command of the operator beside the running bot: each write waits for its turn."""
    other = Store(store.address)

    async def write(door: Store, name: str) -> None:
        for number in range(10):
            async with door.begin() as tx:
                await tx.facts.put(name, f"{number}")

    await asyncio.gather(
        *(write(door, f"{place}") for place, door in enumerate((store, other, store, other)))
    )
    await other.close()

    async with store.read() as tx:
        assert ["9"] * 4 == [await tx.facts.get(f"{place}") for place in range(4)]


async def test_a_lock_that_the_database_lets_go_of_is_noticed(store, monkeypatch):
    """A server that restarts takes it away without telling; a file's is held by the process."""
    monkeypatch.setattr(import_module("newsbot.store.alone"), "WATCH_SECONDS", 0.02)
    async with store.alone() as lost:
        if store.dialect == "postgresql":
            async with store._engine.connect() as connection:
                await connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                    )
                )
        with suppress(TimeoutError):
            await asyncio.wait_for(lost.wait(), 2 if store.dialect == "postgresql" else 0.2)

    assert lost.is_set() == (store.dialect == "postgresql")


async def test_a_new_file_is_for_its_owner_alone(tmp_path):
    """With what SQLite puts beside it; one that is there stays as it was."""
    path = tmp_path / "news.db"
    door = Store(f"sqlite+aiosqlite:///{path}")
    await door.open()
    async with door.begin() as tx:
        await tx.facts.put("a", "b")
        modes = {one.stat().st_mode & 0o777 for one in tmp_path.glob("news.db*")}
    await door.close()

    assert {0o600} == modes
