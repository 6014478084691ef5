"""Groups and channels: who decides for them, and what goes to which topic of a forum."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from newsbot.chinese.variants import fold
from newsbot.errors import NoAnswer, NotUnderstood
from newsbot.flows import follows
from newsbot.models.readers import Reader
from newsbot.newsroom import Newsroom

KNOWN = timedelta(seconds=60)  # for so long we believe what Telegram said of somebody's rights
MOST_KNOWN = 10_000
LONGEST_NAME = 128  # characters (Bot API, createForumTopic)
log = structlog.get_logger()


async def administers(room: Newsroom, chat_id: int, person_id: int) -> bool:
    """Whether somebody decides for a group or a channel.

    Who writes in its name is one of its administrators: Telegram lets nobody else.

    :raises NotUnderstood: nobody can tell just now, so they do not
    """
    if person_id == chat_id:
        return True
    if person_id < 0:  # another channel's name
        return False
    until, known = room.administrators.get((chat_id, person_id), (room.now(), False))
    if until > room.now():
        return known
    try:
        known = await room.telegram.administers(chat_id, person_id)
    except NoAnswer as error:
        log.warning("rights not known", chat=room.alias(chat_id), why=str(error))
        raise NotUnderstood("chat.unsure") from None
    if len(room.administrators) >= MOST_KNOWN:
        room.administrators.clear()
    room.administrators[chat_id, person_id] = room.now() + KNOWN, known
    return known


async def bind(room: Newsroom, reader: Reader, thread_id: int | None, words: Sequence[str]) -> Sequence[str]:
    """What is about these words goes to this topic; said outside of one, to a new one. Returns the words.

    :raises NotUnderstood: no search, too many, or no forum that the bot may begin topics in
    """
    wanted = follows.checked(words, "topic")
    if thread_id is None:
        known = set(map(fold, reader.words("topic")))
        if all(fold(word) in known for word in wanted):
            raise NotUnderstood("topic.already")
        thread_id = await _begun(room, reader.id, wanted[0])
    return await follows.bind(room, reader, wanted, thread_id)


async def _begun(room: Newsroom, chat_id: int, name: str) -> int:
    try:
        begun = await room.telegram.new_topic(chat_id, name[:LONGEST_NAME])
    except NoAnswer as error:
        log.warning("no topic", chat=room.alias(chat_id), why=str(error))
        begun = None
    if begun is None:
        raise NotUnderstood("topic.nowhere")
    return begun
