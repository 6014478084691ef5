"""Plain text: the answer to a question of ours, in private also a pasted link or a search."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from telegram import MessageEntity

from handlers import admin, broadcast, desk, inbox, source
from handlers.feedback import feedback
from handlers.follow import follow, mute, unfollow, unmute
from handlers.schedule import typed
from handlers.search import link, search
from handlers.sources import suggest
from handlers.tip import asked
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import readers
from newsbot.models.readers import Question

PLAN = re.compile(
    r"^\W*\d+\W*$|\d\s*[:：.点时h-]\s*\d*|[一二两三四五六七八九十]点|\d\s*(?:[ap]m|天|周|月|条|day|week)"
    r"|工作日|周末|每天|免打扰|暂停|恢复|weekday|weekend|every|quiet|pause|resume",
    re.IGNORECASE,
)
CANCEL = ("取消", "cancel")
ANSWERS: dict[str, Callable[[Visit], Awaitable[None]]] = {
    "search": search,
    "follow": follow,
    "unfollow": unfollow,
    "mute": mute,
    "unmute": unmute,
    "feedback": feedback,
    "suggest": suggest,
    "paysupport": asked,
}


#: questions of administrators, with what they are about
OF_STAFF: dict[str, Callable[[Visit, str], Awaitable[None]]] = {
    **broadcast.ANSWERS,
    **admin.ANSWERS,
    **desk.ANSWERS,
    **inbox.ANSWERS,
    **source.ANSWERS,
}


ENDED = ("cast_rest",)  # an answer to which there is no second one


async def text(visit: Visit) -> None:
    """What was typed without a command; a card of ours that somebody sends to us is none."""
    message = visit.update.effective_message
    if message is not None and message.via_bot is not None and message.via_bot.id == visit.room.telegram.id:
        return
    question = await readers.answered(visit.room, visit.reader.id, visit.update.update_id)
    about = question.about if question else None
    if visit.words.lower() in CANCEL:
        await visit.say("cancel.done" if about else "cancel.nothing")
        return
    if question is not None and question.about in OF_STAFF:
        await answered(visit, question, OF_STAFF[question.about])
        return
    address = pasted(visit)
    if about in ANSWERS and not (about == "search" and address):
        await ANSWERS[about](visit)
    elif address:
        await link(visit, address)
    elif about and about.startswith("plan:"):
        await _planned(visit, about)
    else:
        await search(visit)


async def in_chat(visit: Visit) -> None:
    """Among several people: a reply to our question, by who decides there; or @name and words, a search."""
    asked_with = _replied_to(visit)
    if asked_with is not None and await readers.is_asked(visit.room, visit.reader.id, asked_with):
        if await visit.decides():
            await _reply(visit, asked_with)
        return
    words = mention(visit.room.telegram.username, visit.words)
    if words is not None and not visit.is_foreign:
        await search(visit.told(words))


def mention(username: str, text: str) -> str | None:
    """What is said after our @name; None where it begins otherwise, or with a longer name."""
    found = re.match(rf"@{re.escape(username)}(?![A-Za-z0-9_])\s*", text, re.IGNORECASE)
    return text[found.end() :].strip() if found else None


def _replied_to(visit: Visit) -> int | None:
    message = visit.update.effective_message
    before = message.reply_to_message if message is not None else None
    return before.message_id if before is not None else None


async def _reply(visit: Visit, message_id: int) -> None:
    question = await readers.answered(visit.room, visit.reader.id, visit.update.update_id, message_id)
    if question is None:
        return
    if visit.words.lower() in CANCEL:
        await visit.say("cancel.done")
    elif question.about in ANSWERS:
        await ANSWERS[question.about](visit)
    elif question.about.startswith("plan:"):
        await typed(visit, question.about)


async def answered(visit: Visit, question: Question, answer: Callable[[Visit, str], Awaitable[None]]) -> None:
    """What was asked for; where that is no answer the question stays open."""
    try:
        await answer(visit, question.payload)
    except NotUnderstood:
        if question.about not in ENDED:
            await visit.wonder(question.about, question.payload)
        raise


async def _planned(visit: Visit, about: str) -> None:
    """What follows a page of /schedule may be a search all the same, where it has nothing of a plan."""
    try:
        await typed(visit, about)
    except NotUnderstood:
        if about == "plan:zone" or PLAN.search(visit.words):
            raise
        await search(visit)


def pasted(visit: Visit) -> str | None:
    """The first address in a message, as Telegram found it; also one that lacks its https://."""
    message = visit.update.effective_message
    if message is None:
        return None
    for entity, words in message.parse_entities([MessageEntity.URL, MessageEntity.TEXT_LINK]).items():
        address = entity.url or words
        if address.lower().startswith(("http://", "https://")):
            return address
        if "://" not in address:
            return f"https://{address}"
    return None
