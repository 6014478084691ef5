"""/hot, 猜你喜欢 and /saved: lists of stories, turned in place."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import lists, turnstile
from newsbot.flows import story as stories
from newsbot.messages.listing import OF_MANY, OF_ONE, TABS, listed
from newsbot.models.messages import Message

BOARD = ("群", "群周榜", "本群", "group", "here")
WEEK = ("week", "周", "本周", "一周", "7天", "7d")


async def hot(visit: Visit) -> None:
    """/hot, /hot week: what most was made of; in a group /hot 群: what is liked there."""
    said = visit.words.lower()
    is_own = said in BOARD and not visit.is_private
    await visit.show(await page(visit, "board" if is_own else "week" if said in WEEK else "hot"))


async def tab(visit: Visit) -> None:
    """From one of these lists to another."""
    kind = visit.press.value
    if kind not in TABS or kind == (OF_MANY if visit.is_private else OF_ONE):
        raise NotUnderstood("press.old")
    await visit.edit(await page(visit, kind))
    await visit.toast()


async def saved(visit: Visit) -> None:
    """/saved, /saved words"""
    await visit.show(await page(visit, "saved"))


async def page(visit: Visit, kind: str) -> Message:
    """The first page of one of these lists; as searches, a person may have so many a minute.

    :param kind: `hot`, `week`, `guess`, `board` or `saved`
    """
    turnstile.enter(visit.room, visit.person_id)
    if kind == "guess":
        found = await lists.guess(visit.room, visit.reader)
    elif kind == "board":
        found = await lists.board(visit.room, visit.reader)
    elif kind == "saved":
        found = await lists.saved(visit.room, visit.reader, visit.words)
    else:
        found = await lists.hot(visit.room, visit.reader, kind)
    return listed(found, visit.reader, visit.room.now())


async def turn(visit: Visit) -> None:
    """◀ and ▶."""
    press = visit.press
    view = await stories.listed_at(visit.room, visit.reader.id, press.place)
    if view is None or view.kind not in lists.KINDS:
        raise NotUnderstood("press.old")
    found = await lists.page(visit.room, view, press.number or 0)
    await visit.edit(listed(found, visit.reader, visit.room.now()))
    await visit.toast()
