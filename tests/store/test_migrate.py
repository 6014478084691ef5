"""What opening a database costs, and what migrations make of what was there: see test_upgrades.py for the rest."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE
from contextlib import closing
from datetime import time, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from newsbot.models.broadcasts import Segment
from newsbot.models.deliveries import Told
from newsbot.models.payments import Payment
from newsbot.models.readers import Hour, Reader
from newsbot.models.taste import Deed, Mark
from newsbot.store import Store, migrate, scrub
from newsbot.store.search import REST
from tests.examples import NOON
from tests.store.archive import Archive

OPEN = """
import asyncio, sys
from newsbot.store import Store

async def opened():
    store = Store(sys.argv[1])
    print(await store.open())
    await store.close()

asyncio.run(opened())
print(any(name.partition(".")[0] == "alembic" for name in sys.modules))
"""


def test_the_names_of_the_files_tell_the_revisions_in_their_order():
    """As Alembic reads them from inside the files, one after the other."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(migrate.config())
    known = [found.revision for found in script.walk_revisions()]

    assert known[::-1] == migrate.revisions()
    assert [known[0]] == script.get_heads()


async def test_an_up_to_date_database_is_opened_without_alembic(tmp_path):
    """A tenth of a second and eight megabytes that a bot which starts again does not need."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'news.db'}"
    store = Store(address)
    await store.open()
    await store.close()

    process = await asyncio.create_subprocess_exec(sys.executable, "-c", OPEN, address, stdout=PIPE)
    said, _ = await process.communicate()

    assert [migrate.revisions()[-1], "False"] == said.decode().split()


async def test_a_new_database_loads_no_lexers(tmp_path):
    """Alembic's templates would; 4.5 MB that nobody needs."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'news.db'}"
    looks = OPEN.replace('name.partition(".")[0] == "alembic"', 'name == "pygments.lexers.web"')
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", looks, address, stdout=PIPE)
    said, _ = await process.communicate()

    assert looks != OPEN
    assert ["None", "False"] == said.decode().split()  # nothing stood in it


async def test_an_empty_database_has_no_revision(store):
    """It is asked, not guessed: also while other tables stand in it."""
    async with store._engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE alembic_version")

    assert await store.revision() is None


async def test_what_was_followed_and_stored_before_is_found_after(store):
    """Words have their keys; the index is empty and says from which article on; what a later update adds is there."""
    async with store.begin() as tx:
        await tx.readers.save(Reader(id=7), NOON)
        await tx.readers.add_words(7, "follow", ["鴻蒙"], NOON)
    archive = Archive(store)
    article_id = await archive.files("鸿蒙发布")
    async with store._engine.begin() as connection:
        await connection.run_sync(downgraded, "0004")
    await migrate.upgrade(store._engine)

    async with store.read() as tx:
        assert {"鸿蒙": "鴻蒙"} == await tx.readers.followed()
        assert str(article_id + 1) == await tx.facts.get(REST)
    assert [] == await archive.finds("鸿蒙")
    await archive.files("鸿蒙又发布")
    assert ["鸿蒙又发布"] == await archive.finds("鸿蒙")


async def test_what_readers_did_before_is_kept_as_marks(store):
    """With what it says; what they were shown is counted; the flows are told that there is something to do."""
    archive = Archive(store)
    story_id = await archive.tells("鸿蒙发布")
    async with store.begin() as tx:
        await tx.votes.cast(7, story_id, -1, NOON)
        await tx.votes.rate(7, story_id, 5, NOON)
        await tx.votes.save(8, story_id, True, NOON)
        await tx.stories.index(1, ["name:鸿蒙"], NOON)
        for chat in (7, 8):
            await tx.deliveries.show(chat, [Told(story_id, 3, (1,))], NOON)
    async with store._engine.begin() as connection:
        await connection.run_sync(downgraded, "0005")
    await migrate.upgrade(store._engine)

    async with store.read() as tx:
        marks = [*await tx.marks.of(7), *await tx.marks.of(8)]
        told = {(mark.reader_id, mark.deed): (mark.worth, mark.at, mark.about) for mark in marks}
        assert {
            (7, Deed.VOTE): (-1.0, NOON, {}), (7, Deed.VALUE): (1.0, NOON, {}), (8, Deed.SAVE): (1.5, NOON, {}),
        } == told  # fmt: skip
        assert ["1", "1"] == [await tx.facts.get(name) for name in ("taste_rest", "keys_rest")]
        (found,) = await tx.stories.load([story_id])
        assert (1, 1, 5, 2, 2.0) == (
            found.tally.down, found.tally.sure_down, found.tally.value_sum, found.tally.times, found.tally.seen,
        )  # fmt: skip
        assert (True, 1.0) == (await tx.readers.learns(7), found.weight)


async def test_what_is_known_of_readers_serves_audiences(store):
    """The hours that they chose, when they did something last, and what kind of chat it is."""
    readers = (
        Reader(id=7, hours=(Hour(time(8)), Hour(time(20, 30)))),
        Reader(id=8),
        Reader(id=-9, kind="group", hours=(Hour(time(9)),)),
    )
    async with store.begin() as tx:
        for reader in readers:
            await tx.readers.save(reader, NOON - timedelta(days=40))
        about = Mark(reader_id=7, story_id=1, deed=Deed.OPEN, worth=0.2, at=NOON - timedelta(days=3))
        await tx.marks.put(about)
    async with store._engine.begin() as connection:
        await connection.run_sync(downgraded, "0007")
    await migrate.upgrade(store._engine)

    async with store.read() as tx:
        counts = [
            await tx.audience.count(segment, 8, NOON)
            for segment in (
                Segment(hours=frozenset((20,))), Segment(hours=frozenset((8,))), Segment(hours=frozenset((9,))),
                Segment(days=7), Segment(days=60), Segment(kinds=frozenset(("group",))),
            )
        ]  # fmt: skip

    assert [1, 2, 1, 1, 3, 1] == counts


def downgraded(connection, to):
    from alembic import command

    made = migrate.config()
    made.attributes["connection"] = connection
    command.downgrade(made, to)


async def test_chats_and_their_words_stay_as_they_are(store):
    """No topic, no place, nobody's vote was cast in a group; a tip can be written down."""
    async with store.begin() as tx:
        await tx.readers.save(Reader(id=-9, kind="group", hours=(Hour(time(9)),)), NOON)
        await tx.readers.add_words(-9, "follow", ["芯片"], NOON)
    async with store._engine.begin() as connection:
        await connection.run_sync(downgraded, "0008")
    assert "0008" == await migrate.upgrade(store._engine)

    async with store.begin() as tx:
        found = await tx.readers.get(-9)
        assert (("芯片",), (), None) == (found.follows, found.topics, found.thread_id)
        await tx.readers.add_words(-9, "topic", ["汽车"], NOON, thread_id=5)
        assert await tx.payments.add(Payment(charge_id="c", person_id=7, stars=50, at=NOON, update_id=1))


async def test_what_was_deleted_before_is_taken_out_of_sqlites_file(store):
    """Once, as until then it was only marked as free."""
    if store.dialect != "sqlite":
        return
    number = 5_123_456_789
    path = Path(make_url(store.address).database or "")
    async with store.begin() as tx:
        await tx.readers.save(Reader(id=8), NOON)
        await tx.readers.save(Reader(id=number), NOON)
        await tx.readers.add_words(number, "follow", [f"词{n}" for n in range(99)], NOON)
    async with store._engine.begin() as connection:
        await connection.run_sync(downgraded, "0008")
    await store._engine.dispose()
    delete_as_before(path, number)
    assert number.to_bytes(6, "big") in path.read_bytes()  # noqa: ASYNC240

    await store.open()
    await store.scrub()

    assert number.to_bytes(6, "big") not in path.read_bytes()  # noqa: ASYNC240
    async with store.read() as tx:
        assert await tx.facts.get("rewrite") is None


async def test_where_there_is_no_room_to_rewrite_the_bot_starts_all_the_same(store, monkeypatch):
    """And tries again at the next start."""
    if store.dialect != "sqlite":
        return

    def full(path: Path) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async with store.begin() as tx:
        await tx.facts.put("rewrite", "yes")
    with monkeypatch.context() as patched:
        patched.setattr(scrub, "rewrite", full)
        await store.open()
    async with store.read() as tx:
        assert "yes" == await tx.facts.get("rewrite")
    await store.open()
    async with store.read() as tx:
        assert await tx.facts.get("rewrite") is None


def delete_as_before(path: Path, number: int) -> None:
    """As SQLite deletes when nobody asks it to overwrite."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("DELETE FROM words WHERE reader_id = ?", (number,))
        connection.execute("DELETE FROM readers WHERE id = ?", (number,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
