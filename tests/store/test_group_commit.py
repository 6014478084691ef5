"""Who comes while one transaction is being written goes together into the next."""

from __future__ import annotations

import asyncio

import pytest

from newsbot.store.group_commit import GroupCommit


class Disk:
    """Writes when it is told to, and remembers what went together."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.ready = asyncio.Event()
        self.broken = False

    async def write(self, items: list[int]) -> list[int]:
        self.batches.append(items)
        await self.ready.wait()
        if self.broken:
            raise OSError("disk")
        return [item * 10 for item in items]


async def test_the_first_goes_alone_and_the_others_together() -> None:
    """Each gets its own result."""
    disk = Disk()
    commit = GroupCommit(disk.write)
    asked = [asyncio.create_task(commit(1))]
    await asyncio.sleep(0.01)
    asked += [asyncio.create_task(commit(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0.01)
    disk.ready.set()

    assert [10, 20, 30, 40] == await asyncio.gather(*asked)
    assert [[1], [2, 3, 4]] == disk.batches


async def test_one_after_the_other_each_goes_alone() -> None:
    """Nothing is waited for."""
    disk = Disk()
    disk.ready.set()
    commit = GroupCommit(disk.write)

    assert [10, 20] == [await commit(1), await commit(2)]
    assert [[1], [2]] == disk.batches


async def test_what_fails_fails_for_all_who_went_together() -> None:
    """And the next ones are tried anew."""
    disk = Disk()
    disk.broken = True
    disk.ready.set()
    commit = GroupCommit(disk.write)
    failed = await asyncio.gather(commit(1), commit(2), return_exceptions=True)
    disk.broken = False

    assert [OSError, OSError] == [type(one) for one in failed]
    assert 30 == await commit(3)


async def test_who_no_longer_waits_is_written_all_the_same() -> None:
    """A sender that was cancelled has sent; the others get their results."""
    disk = Disk()
    commit = GroupCommit(disk.write)
    gone, stays = asyncio.create_task(commit(1)), asyncio.create_task(commit(2))
    await asyncio.sleep(0.01)
    gone.cancel()
    disk.ready.set()

    assert 20 == await stays
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert [1, 2] == sorted(one for batch in disk.batches for one in batch)
