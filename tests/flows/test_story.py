"""One story in the chat: votes, values, saves, related stories, reports."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from newsbot.errors import NotUnderstood
from newsbot.flows import lists
from newsbot.flows import story as stories
from newsbot.flows.story import Presser
from newsbot.messages.card import Mine
from newsbot.models.deliveries import Delivery, State
from newsbot.models.messages import Incoming
from newsbot.models.readers import Reader
from newsbot.models.stories import Tally
from newsbot.models.views import View
from tests.examples import NOON

EVENT = "长庚光刻机通过验收"
READER, OTHER = 7, 8
NUMBERS = count(100)  # of updates


async def presses(desk, *numbers: int) -> None:
    """These presses arrived and are not dealt with."""
    async with desk.room.store.begin() as tx:
        await tx.inbox.keep([Incoming(number, READER, "{}") for number in numbers], NOON)


def by(press: int) -> Presser:
    return Presser(READER, READER, press)


async def vote(desk, story_id: int, wish: int, press: int, reader: int = READER) -> tuple[int, Tally]:
    """A press on 👍 or 👎: the reader's vote and everybody's."""
    await presses(desk, press)
    seen = await stories.vote(desk.room, Presser(reader, reader, press), story_id, wish)
    return seen.mine.vote, seen.story.tally


async def test_a_vote_counts_and_can_be_changed_and_withdrawn(desk):
    """The same again takes it back."""
    story_id = await desk.publishes(EVENT)

    assert (1, Tally(up=1)) == await vote(desk, story_id, 1, 1)
    assert (-1, Tally(down=1)) == await vote(desk, story_id, -1, 2)
    assert (0, Tally()) == await vote(desk, story_id, -1, 3)
    assert (1, Tally(up=1)) == await vote(desk, story_id, 1, 4)


async def test_everybody_has_a_vote(desk):
    """And sees their own."""
    story_id = await desk.publishes(EVENT)
    await vote(desk, story_id, 1, 1)
    await vote(desk, story_id, 1, 2, OTHER)

    assert Mine(vote=1) == (await stories.look(desk.room, OTHER, story_id)).mine
    assert Tally(up=2) == (await stories.look(desk.room, 9, story_id)).story.tally


async def test_a_press_that_is_dealt_with_twice_counts_once(desk):
    """Around a crash: the second time it is not in the inbox any more, and takes nothing back."""
    story_id = await desk.publishes(EVENT)
    await presses(desk, 1, 2, 3)
    for _ in range(2):
        voted = await stories.vote(desk.room, by(1), story_id, 1)
        valued = await stories.rate(desk.room, by(2), story_id, 4)
        saved = await stories.save(desk.room, by(3), story_id)

    assert (1, 4, True) == (voted.mine.vote, valued.mine.value, saved.mine.saved)
    assert Tally(up=1, value_sum=4, value_count=1, saves=1) == saved.story.tally


async def test_a_press_that_nobody_made_counts_nothing(desk):
    """An update that was never stored."""
    story_id = await desk.publishes(EVENT)

    assert Tally() == (await stories.vote(desk.room, by(99), story_id, 1)).story.tally


async def test_a_vote_that_fails_leaves_the_press_in_the_inbox(desk, monkeypatch):
    """It is dealt with again after the next start."""
    story_id = await desk.publishes(EVENT)
    await presses(desk, 1)
    monkeypatch.setattr("newsbot.store.votes.Votes.cast", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await stories.vote(desk.room, by(1), story_id, 1)

    async with desk.room.store.read() as tx:
        assert [1] == [one.id for one in await tx.inbox.pending()]


async def reacts(desk, message: int, wish: int, press: int, chat: int = READER):
    """A reaction under a message of ours; whose counts have changed."""
    await presses(desk, press)
    return await stories.react(desk.room, Presser(READER, chat, press), message, wish)


async def shown(desk, story_id: int, *messages: int) -> None:
    """These messages are cards of the story."""
    told = await desk.story(story_id)
    for message in messages:
        await stories.opened(desk.room, Presser(READER, READER, 0), message, told, "v1", is_own=False)


async def mine(desk, story_id: int) -> int:
    return (await stories.look(desk.room, READER, story_id)).mine.vote


async def test_taking_a_reaction_away_takes_back_what_it_said(desk):
    """Not what a button said since, though that says the same."""
    story_id = await desk.publishes(EVENT)
    await shown(desk, story_id, 30)
    seen = []
    await reacts(desk, 30, 1, 1)
    for press in (2, 3):  # withdrawn, and again
        await vote(desk, story_id, 1, press)
    await reacts(desk, 30, 0, 4)
    seen.append(await mine(desk, story_id))
    await reacts(desk, 30, 1, 5)
    await reacts(desk, 30, 0, 6)
    seen.append(await mine(desk, story_id))

    assert [1, 0] == seen


async def test_the_last_of_two_reactions_says_the_vote(desk):
    """Taking the first one away changes nothing."""
    story_id = await desk.publishes(EVENT)
    await shown(desk, story_id, 30, 31)
    await reacts(desk, 30, 1, 1)
    place = await reacts(desk, 31, 1, 2)
    await reacts(desk, 30, 0, 3)

    assert ("v1", 1) == (place[1], await mine(desk, story_id))
    assert await reacts(desk, 99, 1, 4) is None


async def test_a_late_press_does_not_win_over_a_later_reaction(desk):
    """Also where the reaction only said again what was voted."""
    story_id = await desk.publishes(EVENT)
    await shown(desk, story_id, 30)
    await vote(desk, story_id, 1, 10)
    await reacts(desk, 30, 1, 12)
    await vote(desk, story_id, -1, 11)

    assert 1 == await mine(desk, story_id)


async def test_a_reaction_to_an_alert_counts(desk):
    """It tells one story; a digest of several says nothing."""
    one, two = await desk.publishes(EVENT), await desk.publishes("北斗云降价", "weekly")
    async with desk.room.store.begin() as tx:
        for slot, told, message in ((f"alert:{one}", (one,), 40), ("x", (one, two), 41)):
            delivery = Delivery(
                id=0, chat_id=READER, slot=slot, state=State.SENT, due_at=NOON, expires_at=NOON, story_ids=told,
                message_id=message,
            )  # fmt: skip
            await tx.deliveries.plan(delivery)
    answers = [await reacts(desk, 41, -1, 1), await reacts(desk, 40, 1, 2)]

    assert ([None, None], 1) == (answers, await mine(desk, one))


async def test_why_a_story_is_where_it_is(desk):
    """By the list it was opened from: nobody's taste in what is hot, and as slowly as it fades there."""
    old = await desk.publishes(EVENT, hours=60, tags=("光刻机",))
    me = Reader(id=READER, follows=("光刻机",))
    told = await desk.story(old)
    for place in [(await lists.hot(desk.room, me, "week")).place, ""]:
        found = {one.key: one.points for one in await stories.why(desk.room, me, told, place)}
        if place:
            assert pytest.approx(3 * 0.5 ** (60 / 84), abs=1e-3) == found["rank.fresh"]
            assert "rank.follow" not in found
        else:
            assert pytest.approx(3 * 0.5 ** (60 / 12), abs=1e-3) == found["rank.fresh"]
            assert 2.0 == found["rank.follow"]


async def test_a_story_that_is_gone_is_none(desk):
    """Old buttons and made-up numbers."""
    await presses(desk, 1, 2, 3)

    assert await stories.look(desk.room, READER, 10**17) is None
    assert await stories.vote(desk.room, by(1), 10**17, 1) is None
    assert await stories.rate(desk.room, by(2), 0, 5) is None
    assert await stories.save(desk.room, by(3), -1) is None


async def test_many_votes_at_once_are_all_counted(desk):
    """Thirty readers in the same moment."""
    story_id = await desk.publishes(EVENT)
    await asyncio.gather(*(vote(desk, story_id, 1, reader, reader) for reader in range(100, 130)))

    assert Tally(up=30) == (await desk.story(story_id)).tally


async def test_a_value_can_be_changed_and_withdrawn(desk):
    """The same again takes it back."""
    story_id = await desk.publishes(EVENT)
    await presses(desk, 1, 2, 3)
    values = [
        (await stories.rate(desk.room, by(press), story_id, value)).mine.value
        for press, value in enumerate((5, 3, 3), start=1)
    ]

    assert [5, 3, 0] == values


async def test_related_stories_are_about_the_same_things(desk):
    """Kept as a list with the way back; samples are never related to real news."""
    about = {"tags": ("光刻机", "半导体")}
    story_id = await desk.publishes(EVENT, **about)
    near = await desk.publishes("光刻机出口新规公布", **about)
    await desk.publishes("演唱会门票开售", tags=("演出",))
    await desk.publishes("示例光刻机", "newsstand", sample=True, **about)

    found, name = await stories.related(desk.room, Reader(id=READER), story_id, "v3")
    assert [near] == [story.id for story in found]
    assert View(
        id=int(name[1:]), chat_id=READER, kind="related", story_ids=(near,), words=f"{story_id} v3"
    ) == await stories.listed_at(desk.room, READER, name)
    assert await stories.related(desk.room, Reader(id=READER), 999, "v3") is None


async def test_a_list_is_found_by_its_name_in_its_own_chat(desk):
    """A view or a delivery; whatever else is made up is None."""
    async with desk.room.store.begin() as tx:
        view_id = await tx.views.add(View(chat_id=READER, kind="digest", story_ids=(1,)), NOON)
        delivery = Delivery(
            id=0, chat_id=READER, slot="x", state=State.SENT, due_at=NOON, expires_at=NOON, story_ids=(2,)
        )
        delivery_id = await tx.deliveries.plan(delivery)
    names = (f"v{view_id}", f"d{delivery_id}", "v999", "d999", "", "v", "x1", "v²", "v٣", "d" + "9" * 18)
    found = [await stories.listed_at(desk.room, READER, name) for name in names]

    assert [(1,), (2,), *[None] * 8] == [view and view.story_ids for view in found]
    assert [None, None] == [await stories.listed_at(desk.room, OTHER, name) for name in names[:2]]


async def says(desk, reason: str, words: str = "", story_id: int | None = None, reader: int = READER) -> bool:
    """A reader says something; whether it is new."""
    number = next(NUMBERS)
    await presses(desk, number)
    return await stories.feedback(desk.room, reader, story_id, reason, number, words)


async def test_the_same_feedback_is_folded(desk):
    """And said so."""
    story_id = await desk.publishes(EVENT)

    assert await says(desk, "clickbait", story_id=story_id)
    assert not await says(desk, "clickbait", story_id=story_id)
    assert 1 == (await desk.story(story_id)).tally.reports


async def test_feedback_that_is_dealt_with_twice_is_said_once(desk):
    """Around a crash: it is only answered again, with thanks."""
    await presses(desk, 1)
    said = [await stories.feedback(desk.room, READER, None, "words", 1, "很好") for _ in range(2)]

    assert [True, True] == said
    async with desk.room.store.read() as tx:
        assert 1 == await tx.feedback.count(READER, NOON)


async def test_feedback_has_bounds(desk):
    """Five within an hour, a thousand characters; an hour later one may go on."""
    with pytest.raises(NotUnderstood, match="too_long"):
        await says(desk, "words", "很" * 1001)
    for number in range(5):
        await says(desk, "words", f"意见{number}")
    with pytest.raises(NotUnderstood, match="too_many"):
        await says(desk, "words", "还有")
    desk.later(hours=1, seconds=1)

    assert await says(desk, "words", "还有")
    assert await says(desk, "words", "\ud800坏\x00字", reader=OTHER)
