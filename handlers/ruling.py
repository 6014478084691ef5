"""What administrators decide about a story, from its card: on top, one with another, or two."""

from __future__ import annotations

from handlers.card import is_of_desk, show_card, show_desk_card
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import rulings
from newsbot.flows import story as stories
from newsbot.messages import ruling as words


async def pin(visit: Visit) -> None:
    """📌: on top for a day, or no longer."""
    is_pinned = await rulings.pin(visit.room, visit.presser, visit.press.story)
    await visit.toast("ruling.pinned" if is_pinned else "ruling.unpinned")
    await show_card(visit, await stories.look(visit.room, visit.person_id, visit.press.story), "more")


async def merge(visit: Visit) -> None:
    """Which story tells the same event?"""
    story, near = await rulings.offered(visit.room, visit.presser, visit.press.story)
    await visit.edit(words.offered(story, near, visit.reader, visit.room.now(), visit.press.place))
    await visit.toast()


async def into(visit: Visit) -> None:
    """That one: ask once more."""
    story, other = await rulings.two(visit.room, visit.presser, visit.press.story, _number(visit))
    await visit.edit(
        words.sure(story, other.title, "join", visit.press.value, visit.language, visit.press.place)
    )
    await visit.toast()


async def join(visit: Visit) -> None:
    """Both are one from now on."""
    kept = await rulings.merge(visit.room, visit.presser, visit.press.story, _number(visit))
    await visit.toast("ruling.merged")
    await _back(visit, kept.id)


async def split(visit: Visit) -> None:
    """Which article tells another event?"""
    story, known = await rulings.articles(visit.room, visit.presser, visit.press.story)
    await visit.edit(words.articles(story, known, visit.reader, visit.room.now(), visit.press.place))
    await visit.toast()


async def apart(visit: Visit) -> None:
    """That one: ask once more."""
    story, _ = await rulings.articles(visit.room, visit.presser, visit.press.story)
    titles = [article.title for article in story.articles if article.id == _number(visit)]
    if not titles:
        raise NotUnderstood("ruling.not_there")
    await visit.edit(
        words.sure(story, titles[0], "cut", visit.press.value, visit.language, visit.press.place)
    )
    await visit.toast()


async def cut(visit: Visit) -> None:
    """They are two stories from now on."""
    left, new = await rulings.split(visit.room, visit.presser, visit.press.story, _number(visit))
    await visit.toast("ruling.was_split_off", title=new.title[:60])
    await _back(visit, left.id)


async def _back(visit: Visit, story_id: int) -> None:
    """To the card, or to the desk where it was opened from there."""
    if await is_of_desk(visit):
        await show_desk_card(visit, story_id)
        return
    await show_card(visit, await stories.look(visit.room, visit.person_id, story_id), "more")


def _number(visit: Visit) -> int:
    if visit.press.number is None:
        raise NotUnderstood("press.old")
    return visit.press.number
