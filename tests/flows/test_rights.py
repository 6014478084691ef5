"""What is kept for those who ask, a great deal of it too; and backups that bring nobody back."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from newsbot.errors import NotUnderstood, StoreError
from newsbot.flows import deliver, rights
from newsbot.flows.story import Presser
from newsbot.models.readers import Reader
from newsbot.store import Store
from newsbot.store.backup import IS_A_COPY, dated, expire
from newsbot.vault import Vault
from tests import databases

NUMBERS = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < :many) "
OF_STORIES = "INSERT INTO stories (id, first_at) SELECT value, '2026-11-24 04:00:00' FROM n"
OF_VOTES = """
INSERT INTO votes (reader_id, story_id, vote, at)
SELECT :person, value, CASE WHEN value % 3 <> 0 THEN 1 ELSE -1 END, '2026-11-24 04:00:00' FROM n
"""
PERSON, OTHER = 5_123_456_789, 5_987_654_321


@pytest.fixture
def room(desk, tmp_path: Path):
    """With a vault that lasts."""
    desk.room.vault = Vault(b"k" * 32, tmp_path / "forgotten")
    return desk.room


async def subscribe(room, *people: int) -> None:
    async with room.store.begin() as tx:
        for person in people:
            await tx.readers.save(Reader(id=person), room.now())


async def there(room, person: int) -> bool:
    async with room.store.read() as tx:
        return await tx.readers.get(person) is not None


def presser(person: int) -> Presser:
    return Presser(person, person, 0)


def put_in_place(copy: Path, original: Path) -> None:
    """As an operator does."""
    shutil.copy(copy, original)
    for ending in ("-wal", "-shm"):
        Path(f"{original}{ending}").unlink(missing_ok=True)


def has_number(file: Path) -> bool:
    content = file.read_bytes()
    return str(PERSON).encode() in content or PERSON.to_bytes(6, "big") in content


@databases.sqlite_only("puts its file in place")
async def test_a_backup_brings_nobody_back_who_was_forgotten_since(desk, room, tmp_path: Path):
    """Put in the place of the database it forgets them again at the first start; the others stay."""
    await subscribe(room, PERSON, OTHER)
    await room.store.backup(tmp_path / "copy.db")
    desk.moment = datetime.now(UTC) + timedelta(minutes=1)
    await rights.forget(room, presser(PERSON))
    await room.store.close()
    original = Path(room.store.address.partition("///")[2])
    put_in_place(tmp_path / "copy.db", original)
    room.store = Store(room.store.address)
    await room.store.open()
    assert await there(room, PERSON)

    await deliver.recover(room)

    assert not await there(room, PERSON)
    assert await there(room, OTHER)
    assert await rights.scrub(room)
    assert not has_number(original)


async def test_who_came_back_before_the_backup_stays(desk, room):
    """Forgotten earlier than the copy was made is no reason."""
    await subscribe(room, PERSON)
    room.vault.note(PERSON, desk.moment - timedelta(hours=1))

    assert 0 == await rights.restored(room, desk.moment)
    assert await there(room, PERSON)


async def test_backups_in_a_folder_go_after_thirty_days(tmp_path: Path):
    """By their names; what somebody else put there stays."""
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    old, young = (
        dated(tmp_path, "sqlite", now - timedelta(days=30, seconds=1)),
        dated(tmp_path, "sqlite", now),
    )
    others = [tmp_path / name for name in ("newsbot-notes.db", "mine.db", "newsbot-20200101-000000.txt")]
    yesterday = dated(tmp_path, "sqlite", now - timedelta(days=1, seconds=1))
    halves = [yesterday.with_name(f"{yesterday.name}{ending}") for ending in (".part", ".part-journal")]
    for file in (old, young, *others, *halves):
        await asyncio.to_thread(file.touch)
    others.append(halves.pop())  # what belongs to a backup goes with it

    assert 2 == expire(tmp_path, now)
    assert {young, *others} == set(await asyncio.to_thread(lambda: list(tmp_path.iterdir())))


async def test_what_could_not_be_cut_is_cut_by_the_clock(desk, room, monkeypatch):
    """Somebody reads what is older, or the disk is full: the person is forgotten all the same."""
    await subscribe(room, PERSON)
    tries: list[int] = []

    async def busy() -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise StoreError("disk I/O error")
        return len(tries) > len(rights.PAUSES)

    monkeypatch.setattr(rights, "PAUSES", (0.0,) * len(rights.PAUSES))
    monkeypatch.setattr(room.store, "scrub", busy)
    await rights.forget(room, presser(PERSON))
    assert not await there(room, PERSON)
    async with room.store.read() as tx:
        assert await tx.facts.get(rights.SCRUB)

    assert await rights.scrub(room)
    async with room.store.read() as tx:
        assert await tx.facts.get(rights.SCRUB) is None


async def test_nobody_forgets_somebody_else(room):
    """What comes from a group is refused in the action too."""
    await subscribe(room, PERSON)
    with pytest.raises(NotUnderstood):
        await rights.forget(room, Presser(PERSON, -7, 0))
    assert await there(room, PERSON)


async def test_a_hundred_thousand_rows_are_exported(desk, room):
    """Every one of them, once, while others write; compressed, as it is much."""
    many = 100_000
    async with room.store.begin() as tx:
        for statement in (OF_STORIES, OF_VOTES):
            await tx._connection.execute(text(NUMBERS + statement), {"many": many, "person": PERSON})
    writing = asyncio.create_task(_writes(room))
    data, _, is_compressed = await rights.export(room, Reader(id=PERSON))
    writing.cancel()

    assert is_compressed
    told = json.loads(gzip.decompress(data))
    assert list(range(1, many + 1)) == [one["story"] for one in told["votes"]]
    assert many // 3 == sum(one["vote"] == -1 for one in told["votes"])


async def _writes(room) -> None:
    while True:
        async with room.store.begin() as tx:
            await tx.facts.put("busy", "1")
        await asyncio.sleep(0.01)


async def test_exports_are_not_asked_for_without_end(room):
    for _ in range(20):
        await rights.export(room, Reader(id=PERSON))
    with pytest.raises(NotUnderstood):
        await rights.export(room, Reader(id=PERSON))


async def test_a_start_that_is_cut_short_forgets_them_at_the_next_one(
    desk, room, tmp_path: Path, monkeypatch
):
    """Until they are forgotten again the database knows that it is a copy."""
    await subscribe(room, PERSON)
    async with room.store.begin() as tx:
        await tx.facts.put(IS_A_COPY, desk.moment.isoformat())
    room.vault.note(PERSON, desk.moment + timedelta(hours=1))

    async def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(rights, "restored", killed)
        await deliver.recover(room)
    await deliver.recover(room)

    assert not await there(room, PERSON)
    async with room.store.read() as tx:
        assert await tx.facts.get(IS_A_COPY) is None


async def test_who_rose_from_a_dump_is_forgotten_again(desk, room):
    """PostgreSQL's do not say that they are; who came back since is left alone."""
    await subscribe(room, PERSON)
    room.vault.note(PERSON, desk.moment + timedelta(hours=1))
    assert 1 == await rights.risen(room)
    desk.later(hours=2)
    await subscribe(room, PERSON)

    assert 0 == await rights.risen(room)
    assert await there(room, PERSON)
