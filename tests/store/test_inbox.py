"""Updates from Telegram, until they are dealt with."""

from __future__ import annotations

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
