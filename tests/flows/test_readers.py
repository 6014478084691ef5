"""What a reader sets: to begin and stop, words, hours, language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from newsbot.errors import NotUnderstood
from newsbot.flows import follows, readers
from newsbot.models.deliveries import Told
from newsbot.models.readers import WEEKEND, WORKDAYS, Hour, Reader
from tests.examples import NOON
from tests.flows.desk import NOON_IN_SHANGHAI

ME = 7
EIGHT_TOMORROW = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


async def starts(desk, code: str = "zh-hans") -> Reader:
    """Somebody says /start."""
    return await readers.begin(desk.room, await readers.known(desk.room, ME, code))


@pytest.mark.parametrize(
    ("code", "expected"), [("zh-hans", "zh"), ("zh", "zh"), ("en-US", "en"), ("ru", "zh"), (None, "zh")]
)
async def test_somebody_never_seen_is_spoken_to_in_their_language(desk, code, expected):
    """Neither Chinese nor English: as the operator set it; nothing is stored by looking."""
    reader = await readers.known(desk.room, ME, code)

    assert (expected, False, None) == (reader.language, reader.subscribed, reader.next_due)
    async with desk.room.store.read() as tx:
        assert 0 == await tx.readers.count()


async def test_who_starts_is_a_subscriber(desk):
    """With a digest within half an hour of the operator's hour tomorrow."""
    await starts(desk)

    reader = await desk.reader(ME)
    assert (True, True) == (reader.subscribed, reader.reachable)
    assert timedelta(minutes=30) >= abs(reader.next_due - EIGHT_TOMORROW)


async def test_who_stops_gets_nothing_and_loses_nothing(desk):
    """Starting again finds everything as it was."""
    await starts(desk)
    await follows.follow(desk.room, await desk.reader(ME), ["芯片"])
    stopped = await readers.stop(desk.room, await desk.reader(ME))
    again = await starts(desk)

    assert (False, None) == (stopped.subscribed, stopped.next_due)
    assert (True, ("芯片",)) == (again.subscribed, (await desk.reader(ME)).follows)
    assert again.next_due > desk.moment


async def test_hours_are_as_typed(desk):
    """The next digest follows from them at once."""
    reader = await readers.schedule(desk.room, await starts(desk), "工作日 8:00 周末 10:00")

    assert (Hour(time(8), WORKDAYS), Hour(time(10), WEEKEND)) == reader.hours
    assert EIGHT_TOMORROW == (await desk.reader(ME)).next_due
    assert reader.hours == readers.hours_of(desk.room, reader)


async def test_hours_that_are_none_change_nothing(desk):
    """The reader hears why."""
    before = await starts(desk)
    with pytest.raises(NotUnderstood):
        await readers.schedule(desk.room, before, "有空的时候")

    assert before == await desk.reader(ME)


@pytest.mark.parametrize("what", ["speaks", "starts again"])
async def test_what_has_nothing_to_do_with_hours_leaves_the_next_digest_alone(desk, what):
    """Also the one that is due just now and not written down yet."""
    reader = await desk.subscribes(ME, next_due=NOON - timedelta(seconds=2))
    if what == "speaks":
        await readers.speak(desk.room, reader, "en")
    else:
        await readers.begin(desk.room, reader)

    assert NOON - timedelta(seconds=2) == (await desk.reader(ME)).next_due


async def test_a_language_is_kept(desk):
    """For the bot's words; the articles follow unless chosen otherwise."""
    await readers.speak(desk.room, await starts(desk), "en")

    reader = await desk.reader(ME)
    assert ("en", {"en"}) == (reader.language, reader.reads)


async def test_a_word_from_a_link_is_remembered_for_its_button(desk):
    """In its own chat; whatever else a press carries is None."""
    place = await readers.remember_word(desk.room, ME, "鸿蒙")
    found = [
        await readers.remembered_word(desk.room, ME, name) for name in (place, "v999", "", "v", "vx", "v²")
    ]

    assert ["鸿蒙", *[None] * 5] == found
    assert await readers.remembered_word(desk.room, 8, place) is None


async def test_an_open_question_is_answered_once(desk):
    """Within ten minutes."""
    await readers.ask(desk.room, ME, "follow", "12")
    first = [await readers.answered(desk.room, ME, update) for update in (1, 2)]
    await readers.ask(desk.room, ME, "schedule")
    desk.later(minutes=10)

    assert first[0] is not None
    assert ("follow", "12", None) == (first[0].about, first[0].payload, first[1])
    assert await readers.answered(desk.room, ME, 3) is None


async def test_who_blocks_the_bot_is_not_asked_for(desk):
    """And who comes back gets digests again; of strangers nothing is known."""
    reader = await desk.subscribes(ME, hours=(NOON_IN_SHANGHAI,))
    await readers.reachable(desk.room, ME, False)
    async with desk.room.store.read() as tx:
        assert [] == await tx.readers.due(NOON, 10)
    await readers.reachable(desk.room, ME, True)
    await readers.reachable(desk.room, 8, False)

    assert replace(reader, next_due=NOON + timedelta(days=1)) == await desk.reader(ME)


async def test_the_first_digest_enters_the_ledger(desk):
    """It was shown, so it does not come again at the usual hour."""
    reader = await starts(desk)
    await readers.greeted(desk.room, reader, [Told(5, 1, (1, 2))])

    async with desk.room.store.read() as tx:
        assert {1: NOON, 2: NOON} == await tx.deliveries.shown(ME, NOON)
    assert NOON == (await desk.reader(ME)).greeted


async def test_who_names_an_hour_gets_digests(desk):
    """Also who never said /start, or said /stop."""
    stranger = await readers.known(desk.room, 77, "zh")
    named = await readers.schedule(desk.room, stranger, "8:30")
    stopped = await readers.stop(desk.room, named)
    again = await readers.schedule(desk.room, stopped, "9:00")

    assert [(False, False), (True, True), (False, False), (True, True)] == [
        (one.subscribed, one.next_due is not None) for one in (stranger, named, stopped, again)
    ]
