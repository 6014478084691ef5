"""/search, plain text in a private chat, and a pasted link."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NewsbotError
from newsbot.flows import read
from newsbot.flows import search as searches
from newsbot.flows import story as stories
from newsbot.messages.card import card
from newsbot.messages.listing import found
from newsbot.messages.wording import say
from newsbot.models.deliveries import Sent
from newsbot.models.messages import Message


async def search(visit: Visit) -> None:
    """One message with the best stories."""
    if not visit.words:
        await (visit.ask("search", "search.ask") if visit.is_private else visit.say("search.nothing"))
        return
    told, snippets, place = await searches.stories(visit.room, visit.reader.id, visit.words)
    await visit.show(found(visit.words, told, snippets, visit.reader, visit.room.now(), place))


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
