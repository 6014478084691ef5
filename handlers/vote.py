"""Votes, values and saves: committed, then answered; the card may have to wait its turn."""

from __future__ import annotations

from handlers.card import list_again, show_card
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import story as stories

WISHES = {"+1": 1, "-1": -1}
SAID = {1: "vote.up", -1: "vote.down", 0: "vote.withdrawn"}


async def vote(visit: Visit) -> None:
    """👍 or 👎; the same again withdraws."""
    wish = _wish(visit)
    seen = await stories.vote(visit.room, visit.presser, visit.press.story, wish)
    if seen:
        await visit.toast(SAID[seen.mine.vote])
    # in a channel nobody turns what all look at into a card
    if not visit.reader.is_channel or await stories.shows_one(visit.room, visit.presser, visit.message_id):
        await show_card(visit, seen)


async def ballot(visit: Visit) -> None:
    """👍 or 👎 below a digest that many look at: it stays, with its counts as they are now."""
    wish = _wish(visit)
    view = await stories.listed_at(visit.room, visit.reader.id, visit.press.place)
    if view is None:
        raise NotUnderstood("press.old")
    seen = await stories.vote(visit.room, visit.presser, visit.press.story, wish)
    if seen is None:
        raise NotUnderstood("card.gone")
    await visit.toast(SAID[seen.mine.vote])
    await visit.edit(await list_again(visit, view))


def _wish(visit: Visit) -> int:
    if visit.press.value not in WISHES:
        raise NotUnderstood("press.old")
    return WISHES[visit.press.value]


async def value(visit: Visit) -> None:
    """A value from 1 to 5; the same again withdraws."""
    press = visit.press
    if press.value not in ("1", "2", "3", "4", "5"):
        raise NotUnderstood("press.old")
    seen = await stories.rate(visit.room, visit.presser, press.story, int(press.value))
    if seen:
        given = seen.mine.value
        await (visit.toast("vote.value", value=given) if given else visit.toast("vote.withdrawn"))
    await show_card(visit, seen)


async def save(visit: Visit) -> None:
    """★ save, or no longer."""
    press = visit.press
    seen = await stories.save(visit.room, visit.presser, press.story)
    if seen:
        await visit.toast("vote.saved" if seen.mine.saved else "vote.unsaved")
    await show_card(visit, seen)


async def less(visit: Visit) -> None:
    """少来点这类, or no longer."""
    if not visit.is_private:
        raise NotUnderstood("press.old")
    if not visit.reader.learns:
        raise NotUnderstood("taste.is_off")
    seen = await stories.less(visit.room, visit.presser, visit.press.story)
    if seen:
        await visit.toast("vote.less" if seen.mine.less else "vote.withdrawn")
    await show_card(visit, seen)
