"""/feedback, and what is wrong with a story."""

from __future__ import annotations

from handlers.card import show_card
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import story as stories
from newsbot.messages.card import REASONS


async def feedback(visit: Visit) -> None:
    """/feedback words"""
    if not visit.words:
        await visit.ask("feedback", "feedback.ask")
        return
    update_id = visit.update.update_id
    is_new = await stories.feedback(visit.room, visit.person_id, None, "words", update_id, visit.words)
    await visit.say("feedback.thanks" if is_new else "feedback.again")


async def report(visit: Visit) -> None:
    """One of the reasons under a card."""
    press = visit.press
    if press.value not in REASONS:
        raise NotUnderstood("press.old")
    seen = await stories.look(visit.room, visit.person_id, press.story)
    if seen is not None:
        update_id = visit.update.update_id
        is_new = await stories.feedback(visit.room, visit.person_id, seen.story.id, press.value, update_id)
        await visit.toast("feedback.thanks" if is_new else "feedback.again")
    await show_card(visit, seen)
