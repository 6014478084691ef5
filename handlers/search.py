"""/search, plain text in a private chat, what is under the answer, and a pasted link."""

from __future__ import annotations

from handlers.card import opened
from handlers.visit import Visit
from newsbot.errors import NewsbotError, NotUnderstood
from newsbot.flows import read, readers, turnstile
from newsbot.flows import search as searches
from newsbot.flows import story as stories
from newsbot.messages.card import card
from newsbot.messages.listing import found, found_nothing
from newsbot.messages.wording import say
from newsbot.models.deliveries import Sent
from newsbot.models.messages import Message
from newsbot.models.views import View


async def search(visit: Visit) -> None:
    """One message with the best stories."""
    if not visit.words:
        await (visit.ask("search", "search.ask") if visit.is_private else visit.say("search.nothing"))
        return
    await visit.show(await _answer(visit, visit.words))


async def find(visit: Visit) -> None:
    """Another search, offered under one that found nothing, in its place."""
    words = await readers.remembered_word(visit.room, visit.reader.id, visit.press.place)
    if words is None:
        raise NotUnderstood("press.old")
    await visit.edit(await _answer(visit, words))
    await visit.toast()


async def page(visit: Visit) -> None:
    """◀ and ▶."""
    shown = await searches.page(visit.room, await _kept(visit), visit.press.number or 0)
    await visit.edit(found(shown, visit.reader, visit.room.now()))
    await visit.toast()


async def sort(visit: Visit) -> None:
    """The same search in the order of time, or of rank again."""
    view = await _kept(visit)
    turnstile.enter(visit.room, visit.person_id)
    newest_first = not searches.KINDS[view.kind]
    _, answer = await searches.stories(visit.room, visit.reader.id, view.words, newest_first)
    await visit.edit(found(answer, visit.reader, visit.room.now()))
    await visit.toast()


async def _kept(visit: Visit) -> View:
    view = await stories.listed_at(visit.room, visit.reader.id, visit.press.place)
    if view is None or view.kind not in searches.KINDS:
        raise NotUnderstood("press.old")
    return view


async def _answer(visit: Visit, words: str) -> Message:
    """The first page, or what to do instead."""
    turnstile.enter(visit.room, visit.person_id)
    view, answer = await searches.stories(visit.room, visit.reader.id, words)
    if view.story_ids:
        return found(answer, visit.reader, visit.room.now())
    other = await searches.instead(visit.room, words)
    tags = [(tag, await _remembered(visit, tag)) for tag in other.tags]
    any_time = await _remembered(visit, other.any_time) if other.any_time else ""
    follow = answer.place if visit.is_private else ""
    return found_nothing(view.words, visit.reader, tags, any_time, follow)


async def _remembered(visit: Visit, words: str) -> str:
    return await readers.remember_word(visit.room, visit.reader.id, words, "find")


async def link(visit: Visit, address: str) -> None:
    """The card of the story behind a link; reading a page takes a moment, so something is said at once."""
    waiting = await visit.say("link.reading")
    if not isinstance(waiting, Sent):
        return
    try:
        story_id = await read.link(visit.room, address)
        seen = await stories.look(visit.room, visit.person_id, story_id) if story_id else None
    except NewsbotError as error:
        problem = say(error.key, visit.language)
        await visit.change(
            waiting.message_id, Message(text=str(say("link.failed", visit.language, problem=problem)))
        )
        return
    if seen is None:
        await visit.change(waiting.message_id, Message(text=str(say("card.gone", visit.language))))
        return
    await visit.change(waiting.message_id, card(seen.story, seen.mine, visit.reader, visit.room.now()))
    await opened(visit, seen, waiting.message_id)
