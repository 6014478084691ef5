"""What the bot asked and was not yet told."""

from __future__ import annotations

from datetime import timedelta

from newsbot.models.readers import Question
from tests.examples import NOON

ASKED = Question(7, "schedule", NOON, NOON + timedelta(minutes=10), "甲")
AFTER = NOON + timedelta(minutes=10)


async def ask(store, question: Question = ASKED) -> None:
    async with store.begin() as tx:
        await tx.questions.ask(question)


async def test_a_question_is_answered_once(store):
    """Taking it closes it."""
    await ask(store)

    async with store.begin() as tx:
        assert (ASKED, None) == (await tx.questions.take(7, 1, NOON), await tx.questions.take(7, 2, NOON))


async def test_the_same_update_gets_its_question_again(store):
    """Its process may have been killed before the answer had an effect; then nobody else may take it."""
    await ask(store)

    async with store.begin() as tx:
        taken = [await tx.questions.take(7, update, NOON) for update in (1, 1, 2)]
        assert ([ASKED, ASKED, None], False) == (taken, await tx.questions.open(7, NOON))


async def test_a_chat_has_one_question(store):
    """A new one replaces the old one; other chats have their own."""
    newer = Question(7, "follow", NOON, AFTER)
    for question in (ASKED, newer, Question(8, "feedback", NOON, AFTER)):
        await ask(store, question)

    async with store.begin() as tx:
        assert (newer, None) == (await tx.questions.take(7, 1, NOON), await tx.questions.take(7, 2, NOON))
        assert await tx.questions.open(8, NOON)


async def test_a_question_closes_by_itself(store):
    """After its time it is neither open nor taken."""
    await ask(store)

    async with store.begin() as tx:
        assert (True, False) == (
            await tx.questions.open(7, AFTER - timedelta(seconds=1)),
            await tx.questions.open(7, AFTER),
        )
        assert await tx.questions.take(7, 1, AFTER) is None


async def test_a_question_moves_with_its_group_unless_one_is_open_there(store):
    """The newer one stays."""
    theirs = Question(-200, "follow", NOON, AFTER)
    for question in (ASKED, Question(8, "schedule", NOON, AFTER), theirs):
        await ask(store, question)
    async with store.begin() as tx:
        await tx.questions.move(7, -100)
        await tx.questions.move(8, -200)

    async with store.begin() as tx:
        assert ["schedule", "follow", None, None] == [
            taken and taken.about
            for taken in [await tx.questions.take(chat, 1, NOON) for chat in (-100, -200, 7, 8)]
        ]


async def test_closed_questions_are_forgotten(store):
    """Those that closed before then."""
    await ask(store)
    async with store.begin() as tx:
        assert [0, 1] == [
            await tx.questions.remove_before(moment) for moment in (AFTER, AFTER + timedelta(seconds=1))
        ]


async def test_among_several_people_only_a_reply_to_what_asked_is_an_answer(store):
    """Whichever message that is by now; a new question has none yet."""
    await ask(store)
    async with store.begin() as tx:
        await tx.questions.asked_with(7, 12)
        assert [False, True] == [await tx.questions.open(7, NOON, message) for message in (11, 12)]
        assert await tx.questions.take(7, 1, NOON, 11) is None
        taken = await tx.questions.take(7, 1, NOON, 12)
        assert taken is not None
        assert 12 == taken.message_id
    await ask(store)
    async with store.read() as tx:
        assert not await tx.questions.open(7, NOON, 12)
