"""/hot, 猜你喜欢 and /saved: lists of stories, turned in place."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import lists, turnstile
from newsbot.flows import story as stories
from newsbot.messages.listing import TABS, Listed, listed

WEEK = ("week", "周", "本周", "一周", "7天", "7d")


async def hot(visit: Visit) -> None:
    """/hot, /hot week: what most was made of."""
    turnstile.enter(visit.room, visit.person_id)
    kind = "week" if visit.words.lower() in WEEK else "hot"
    await visit.show(listed(await lists.hot(visit.room, visit.reader, kind), visit.reader, visit.room.now()))


async def tab(visit: Visit) -> None:
    """From one of these lists to another."""
    kind = visit.press.value
    if kind not in TABS or (kind == "guess" and not visit.is_private):
        raise NotUnderstood("press.old")
    turnstile.enter(visit.room, visit.person_id)
    found = await (
        lists.guess(visit.room, visit.reader)
        if kind == "guess"
        else lists.hot(visit.room, visit.reader, kind)
    )
    await _edit(visit, found)


async def saved(visit: Visit) -> None:
    """/saved, /saved words"""
    turnstile.enter(visit.room, visit.person_id)
    found = await lists.saved(visit.room, visit.reader, visit.words)
    await visit.show(listed(found, visit.reader, visit.room.now()))


async def turn(visit: Visit) -> None:
    """◀ and ▶."""
    press = visit.press
    view = await stories.listed_at(visit.room, visit.reader.id, press.place)
    if view is None or view.kind not in lists.KINDS:
        raise NotUnderstood("press.old")
    await _edit(visit, await lists.page(visit.room, view, press.number or 0))


async def _edit(visit: Visit, found: Listed) -> None:
    await visit.edit(listed(found, visit.reader, visit.room.now()))
    await visit.toast()
