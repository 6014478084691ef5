"""/topic: what goes to a topic of a forum."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.flows import chats, follows
from newsbot.messages import topics as pages

NONE = ("无", "没有", "取消", "none", "off")


async def topic(visit: Visit) -> None:
    """/topic 芯片 …: news of that comes here; outside of a topic a new one is begun; 无 undoes it."""
    if not visit.words:
        await visit.show(pages.page(visit.reader, visit.thread_id))
        return
    first, _, rest = visit.words.partition(" ")
    if first.lower() in NONE:  # with words also elsewhere: the topic may be gone
        here = visit.reader.topic(visit.thread_id)
        gone = follows.searches(rest) if rest.strip() else here.words if here else ()
        old = await follows.unbind(visit.room, visit.reader, gone) if gone else ()
        await (visit.show(pages.unbound(old, visit.language)) if old else visit.say("topic.nothing_here"))
        return
    bound = await chats.bind(visit.room, visit.reader, visit.thread_id, follows.searches(visit.words))
    await visit.show(pages.bound(bound, visit.reader, is_new=visit.thread_id is None))
