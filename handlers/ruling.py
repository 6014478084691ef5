"""What administrators decide about a story, from its card: on top, one with another, or two."""

from __future__ import annotations

from handlers.card import NOTHING, show_card
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import rulings
from newsbot.flows import story as stories
from newsbot.messages import ruling as words


async def pin(visit: Visit) -> None:
    """📌: on top for a day, or no longer."""
    press = visit.press or NOTHING
    is_pinned = await rulings.pin(visit.room, visit.presser, press.story)
    await visit.toast("ruling.pinned" if is_pinned else "ruling.unpinned")
    await show_card(visit, await stories.look(visit.room, visit.person_id, press.story), "more")


async def merge(visit: Visit) -> None:
    """Which story tells the same event?"""
    press = visit.press or NOTHING
    story, near = await rulings.offered(visit.room, visit.presser, press.story)
    await visit.edit(words.offered(story, near, visit.reader, visit.room.now(), press.place))
    await visit.toast()


async def into(visit: Visit) -> None:
    """That one: ask once more."""
    press = visit.press or NOTHING
    story, other = await rulings.two(visit.room, visit.presser, press.story, _number(press.value))
    await visit.edit(words.sure(story, other.title, "join", press.value, visit.language, press.place))
    await visit.toast()


async def join(visit: Visit) -> None:
    """Both are one from now on."""
    press = visit.press or NOTHING
    kept = await rulings.merge(visit.room, visit.presser, press.story, _number(press.value))
    await visit.toast("ruling.merged")
    await show_card(visit, await stories.look(visit.room, visit.person_id, kept.id), "more")


async def split(visit: Visit) -> None:
    """Which article tells another event?"""
    press = visit.press or NOTHING
    story, known = await rulings.articles(visit.room, visit.presser, press.story)
    await visit.edit(words.articles(story, known, visit.reader, visit.room.now(), press.place))
    await visit.toast()


async def apart(visit: Visit) -> None:
    """That one: ask once more."""
    press = visit.press or NOTHING
    story, _ = await rulings.articles(visit.room, visit.presser, press.story)
    titles = [article.title for article in story.articles if article.id == _number(press.value)]
    if not titles:
        raise NotUnderstood("ruling.not_there")
    await visit.edit(words.sure(story, titles[0], "cut", press.value, visit.language, press.place))
    await visit.toast()


async def cut(visit: Visit) -> None:
    """They are two stories from now on."""
    press = visit.press or NOTHING
    left, new = await rulings.split(visit.room, visit.presser, press.story, _number(press.value))
    await visit.toast("ruling.was_split_off", title=new.title[:60])
    await show_card(visit, await stories.look(visit.room, visit.person_id, left.id), "more")


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise NotUnderstood("press.old")
    return int(value)
