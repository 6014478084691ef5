"""/stats: how delivering goes, and how the bot does over a day, a week or a month."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import figures, standing
from newsbot.messages import figures as table
from newsbot.messages import stats as words
from newsbot.models.messages import Message


async def stats(visit: Visit) -> None:
    """/stats"""
    await visit.show(await _page(visit, "day"))


async def _page(visit: Visit, span: str) -> Message:
    """Of the day also how delivering goes."""
    found = await figures.figures(visit.room, visit.presser, span)
    now = await standing.standing(visit.room) if span == "day" else None
    return table.figures(found, now, visit.reader)


async def parked(visit: Visit) -> None:
    """The messages that Telegram refused for a fault of ours."""
    await visit.show(words.parked(await standing.parked(visit.room), visit.reader))
    await visit.toast()


async def press(visit: Visit) -> None:
    """`show.week`, `csv.week`, `picture.week`"""
    action, _, span = visit.press.value.partition(".")
    if action not in ACTIONS:
        raise NotUnderstood("press.old")
    await ACTIONS[action](visit, span)
    await visit.toast()


async def _show(visit: Visit, span: str) -> None:
    await visit.edit(await _page(visit, span))


async def _csv(visit: Visit, span: str) -> None:
    found = await figures.figures(visit.room, visit.presser, span)
    name = f"newsbot-{found.days[0].day}-{found.days[-1].day}.csv"
    await visit.show(Message(text=name, document=(name, figures.as_csv(found))))


async def _picture(visit: Visit, span: str) -> None:
    """Without the extra a sentence says how it is had."""
    found = await figures.figures(visit.room, visit.presser, span)
    drawn = await figures.drawn(visit.room, found, visit.language)
    if not drawn:
        raise NotUnderstood("figures.no_drawing" if figures.may_draw() else "figures.no_picture")
    await visit.show(Message(text=table.caption(found, visit.language), picture=drawn))


ACTIONS: dict[str, Callable[[Visit, str], Awaitable[None]]] = {
    "show": _show,
    "csv": _csv,
    "picture": _picture,
}
