"""Updates from Telegram, until they are dealt with."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from newsbot.models.messages import Incoming
from tests.examples import NOON


def update(number: int, words: str = "{}") -> Incoming:
    return Incoming(number, 7, words)


async def keep(store, *updates: Incoming) -> None:
    async with store.begin() as tx:
        await tx.inbox.keep(updates, NOON)


async def pending(store) -> list[Incoming]:
    async with store.read() as tx:
        return await tx.inbox.pending()


async def test_what_was_kept_waits_in_order(store):
    """In the order of Telegram's numbers, whatever order they were kept in."""
    await keep(store, update(3), update(1))
    await keep(store, update(2, '{"text": "你好"}'))
    await keep(store)

    assert [update(1), update(2, '{"text": "你好"}'), update(3)] == await pending(store)


async def test_an_update_that_comes_twice_is_kept_once(store):
    """As it came first."""
    await keep(store, update(1, "first"))
    await keep(store, update(1, "again"), update(2))

    assert [update(1, "first"), update(2)] == await pending(store)


async def test_an_update_is_dealt_with_once(store):
    """Whoever deals with it a second time is told so."""
    await keep(store, update(1), update(2))
    async with store.begin() as tx:
        done = [await tx.inbox.done(1), await tx.inbox.done(1), await tx.inbox.done(9)]

    assert ([True, False, False], [update(2)]) == (done, await pending(store))


async def test_an_update_stays_when_its_effect_fails(store):
    """Effect and removal are one transaction."""
    await keep(store, update(1))
    try:
        async with store.begin() as tx:
            await tx.inbox.done(1)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass

    assert [update(1)] == await pending(store)


async def test_an_effect_is_noted_once(store):
    """The update stays until it was answered; of one that is not there nothing is to be done."""
    await keep(store, update(1))
    async with store.begin() as tx:
        noted = [await tx.inbox.apply(number) for number in (1, 1, 2)]

    assert ([True, False, False], [update(1)]) == (noted, await pending(store))


async def test_what_a_group_said_moves_with_it(store):
    """Its line is that of the new number."""
    await keep(store, update(1), Incoming(2, 8, "{}"))
    async with store.begin() as tx:
        await tx.inbox.move(7, -100)

    assert [-100, 8] == [one.chat_id for one in await pending(store)]


async def claim(store, owner: str, later: float = 0, limit: int = 10) -> list[int]:
    """The updates that this process may deal with so many seconds later."""
    now = NOON + timedelta(seconds=later)
    async with store.begin() as tx:
        return [one.id for one in await tx.inbox.claim(owner, now, now + timedelta(seconds=15), limit)]


async def test_what_one_process_claimed_no_other_deals_with(store):
    """Until its time is over: whoever died claims nothing anew."""
    await keep(store, update(1), Incoming(2, 8, "{}"))

    assert [1] == await claim(store, "a", limit=1)
    assert [2] == await claim(store, "b")
    assert [] == await claim(store, "b", later=14)
    assert [1] == await claim(store, "b", later=15)


async def test_who_lives_keeps_what_it_claimed(store):
    """By saying so in time; and gives it back when it ends."""
    await keep(store, update(1))
    await claim(store, "a")
    async with store.begin() as tx:
        await tx.inbox.renew("a", NOON + timedelta(seconds=40))

    assert [] == await claim(store, "b", later=30)
    async with store.begin() as tx:
        await tx.inbox.release("a")
    assert [1] == await claim(store, "b", later=30)


async def test_a_chat_is_dealt_with_in_order_also_by_several(store):
    """What came later waits while another process is at what came earlier."""
    await keep(store, update(1))
    await claim(store, "a")
    await keep(store, update(2), update(3), Incoming(4, 8, "{}"))

    assert [4] == await claim(store, "b")
    async with store.begin() as tx:
        await tx.inbox.done(1)
    assert [2, 3] == await claim(store, "b")


async def test_two_that_claim_at_once_do_not_get_the_same(store):
    """Nor two updates of one chat."""
    await keep(store, *(Incoming(number, number % 20, "{}") for number in range(1, 101)))
    found = await asyncio.gather(*(claim(store, str(owner), limit=15) for owner in range(6)))

    ours = [one for theirs in found for one in theirs]
    assert len(set(ours)) == len(ours)
    chats = [{number % 20 for number in theirs} for theirs in found]
    assert sum(map(len, chats)) == len(set().union(*chats))


async def test_how_many_wait_and_since_when(store):
    """Nothing waits since no time."""
    async with store.read() as tx:
        nothing = await tx.inbox.oldest()
    await keep(store, update(1), update(2))
    async with store.read() as tx:
        assert ((0, None), (2, NOON)) == (nothing, await tx.inbox.oldest())


async def test_what_was_pushed_again_after_it_was_answered_is_known(store):
    """By its number, of which nothing else is left; for some days."""
    await keep(store, update(1, "secret words"))
    async with store.begin() as tx:
        done = [await tx.inbox.done(1, NOON), await tx.inbox.done(1, NOON)]
    await keep(store, update(1, "secret words"))

    assert ([True, False], [], []) == (done, await pending(store), await claim(store, "a"))
    async with store.begin() as tx:
        rows = await tx.run(
            lambda connection: connection.exec_driver_sql("SELECT payload, chat_id FROM inbox").all()
        )
        assert ([("", 0)], 0, 1) == (
            [tuple(row) for row in rows],
            await tx.inbox.expire(NOON),
            await tx.inbox.expire(NOON + timedelta(seconds=1)),
        )


async def test_who_takes_over_has_everything(store):
    """And the one who had it learns so before the next attempt."""
    await keep(store, update(1), update(2))
    await claim(store, "a")
    async with store.begin() as tx:
        mine = await tx.inbox.hold(1, "a", NOON)
        taken = await tx.inbox.take_over("b", NOON + timedelta(seconds=15))
        theirs = [await tx.inbox.hold(1, "a", NOON), await tx.inbox.hold(1, "b", NOON)]

    assert (True, [1, 2], [False, True]) == (mine, [one.id for one in taken], theirs)
