"""@bot words, typed in any chat: cards to send there."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import inline, turnstile
from newsbot.messages.shared import result
from newsbot.messages.wording import label
from newsbot.models.messages import Results

HOT_SECONDS, FOUND_SECONDS, SORRY_SECONDS = 60, 120, 5  # for which Telegram may give the same again
SUBSCRIBE = "subscribe"  # what /start is called with from the button; like /start alone


async def offered(visit: Visit) -> None:
    """The hot stories, or those that answer the words, ten a page."""
    query = visit.update.inline_query
    if query is None:
        return
    words = query.query.strip()
    offset = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 4 else 0
    try:
        await visit.room.telegram.offer(query.id, await _results(visit, words, offset))
    except NotUnderstood as error:
        sorry = label(error.key, visit.language, **error.values)
        await visit.room.telegram.offer(
            query.id, Results(results=(), seconds=SORRY_SECONDS, label=sorry, start=SUBSCRIBE)
        )


async def _results(visit: Visit, words: str, offset: int) -> Results:
    turnstile.enter(visit.room, visit.person_id)
    if words:
        await inline.count(visit.room)
        offer = await inline.found(visit.room, words, offset)
    else:
        offer = await inline.hot(visit.room, visit.reader, offset)
    now, bot = visit.room.now(), visit.room.telegram.username
    if offer.stories or offset:
        key = "" if visit.reader.subscribed else "inline.subscribe"
    else:
        key = "inline.none" if visit.reader.subscribed else "inline.nothing"
    return Results(
        results=tuple(result(story, visit.reader, now, bot) for story in offer.stories),
        next_offset=str(offer.after or ""),
        seconds=FOUND_SECONDS if words else HOT_SECONDS,
        label=label(key, visit.language) if key else "",
        start=SUBSCRIBE,
    )
