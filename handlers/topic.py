"""/topic: what goes to a topic of a forum; and what is said in a chat of several people."""

from __future__ import annotations

from handlers.search import search
from handlers.text import answered_by, reply_of
from handlers.visit import Visit
from newsbot.flows import chats, follows, readers
from newsbot.messages import topics as pages

NONE = ("无", "没有", "取消", "none", "off")


async def topic(visit: Visit) -> None:
    """/topic 芯片 …: news of that comes here; outside of a topic a new one is begun; 无 undoes it."""
    here = chats.in_topic(visit.reader, visit.thread_id)
    if not visit.words:
        await visit.show(pages.page(visit.reader, visit.thread_id))
        return
    if visit.words.lower() in NONE:
        old = await follows.unbind(visit.room, visit.reader, here) if here else ()
        await (visit.show(pages.unbound(old, visit.language)) if old else visit.say("topic.nothing_here"))
        return
    bound = await chats.bind(visit.room, visit.reader, visit.thread_id, follows.searches(visit.words))
    await visit.show(pages.bound(bound, visit.reader, is_new=visit.thread_id is None))


async def said(visit: Visit) -> None:
    """A reply to a question of ours, by who decides for the chat; or @name and words, which is a search."""
    asked_with = reply_of(visit)
    if asked_with is not None and await readers.is_asked(visit.room, visit.reader.id, asked_with):
        if await visit.decides():
            await answered_by(visit, asked_with)
        return
    mention = f"@{visit.room.telegram.username}".lower()
    if visit.words.lower().startswith(mention):
        visit.words = visit.words[len(mention) :].strip()
        await search(visit)
