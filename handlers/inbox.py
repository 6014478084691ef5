"""/inbox: what readers say, and answers that do it and tell them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.visit import Visit
from newsbot.errors import NewsbotError, NotUnderstood
from newsbot.flows import catalogue
from newsbot.flows import inbox as inboxes
from newsbot.messages import inbox as words
from newsbot.messages.buttons import whole
from newsbot.messages.desk import tags_of
from newsbot.messages.source import key, why_not
from newsbot.messages.wording import label
from newsbot.models.feedback import OF_A_STORY
from newsbot.models.messages import Message
from newsbot.models.staff import Right

Action = Callable[[Visit, str], Awaitable[None]]


async def inbox(visit: Visit) -> None:
    """/inbox"""
    await visit.show(await _tray(visit))


async def _tray(visit: Visit) -> Message:
    found = await inboxes.tray(visit.room, visit.presser)
    return words.tray(found.reasons, found.sources, visit.reader)


async def press(visit: Visit) -> None:
    """`inbox:-:story:action.more`"""
    action, _, more = visit.press.value.partition(".")
    if action not in ACTIONS:
        raise NotUnderstood("press.old")
    await ACTIONS[action](visit, more)
    await visit.toast()


async def _all(visit: Visit, _: str) -> None:
    await visit.edit(await _tray(visit))


async def _by(visit: Visit, reason: str) -> None:
    """Of one reason."""
    now = visit.room.now()
    if reason in OF_A_STORY:
        found = await inboxes.heaps(visit.room, visit.presser, reason)
        await visit.edit(words.heaps(found, words.reason_of(reason, visit.language), visit.reader, now))
        return
    said = await inboxes.words(visit.room, visit.presser, reason)
    await visit.edit(words.words(said, reason, visit.reader, now))


async def _from(visit: Visit, wanted: str) -> None:
    """About one source."""
    names = await catalogue.names(visit.room)
    source_id = next((one for one in names if key(one) == wanted), "")
    if not source_id:
        raise NotUnderstood("press.old")
    found = await inboxes.heaps(visit.room, visit.presser, source_id=source_id)
    await visit.edit(words.heaps(found, names[source_id] or source_id, visit.reader, visit.room.now()))


async def _heap(visit: Visit, reason: str) -> None:
    story, said, same = await inboxes.heap(visit.room, visit.presser, visit.press.story, reason)
    weight = await inboxes.weight_of(visit.room, story)
    may = {
        "merge": visit.may(Right.DESK),
        "title": visit.may(Right.DESK),
        "tags": visit.may(Right.DESK),
        "read": visit.may(Right.DESK),
        "lower": visit.may(Right.SOURCES),
    }
    await visit.edit(words.heap(story, said, same, visit.reader, visit.room.now(), weight, may))


async def _done(visit: Visit, answer: str) -> None:
    """It is dealt with, and whoever said it is told."""
    await visit.toast(f"inbox.done.{answer}")
    await visit.edit(await _tray(visit))


async def _merge(visit: Visit, other: str) -> None:
    await inboxes.merge(visit.room, visit.presser, visit.press.story, _number(other))
    await _done(visit, "merge")


async def _read(visit: Visit, reason: str) -> None:
    try:
        await inboxes.read_again(visit.room, visit.presser, visit.press.story, reason)
    except NotUnderstood:
        raise
    except NewsbotError as error:
        raise NotUnderstood("inbox.not_read", why=why_not(error, visit.language)) from None
    await _done(visit, "read")


async def _lower(visit: Visit, more: str) -> None:
    reason, _, step = more.partition(".")
    await inboxes.lower(visit.room, visit.presser, visit.press.story, reason, _number(step))
    await _done(visit, "source")


async def _seen(visit: Visit, reason: str) -> None:
    await inboxes.close(visit.room, visit.presser, visit.press.story, reason)
    await _done(visit, "seen")


def _asks(about: str) -> Action:
    """Something that has to be typed, of a story and a reason."""

    async def asked(visit: Visit, reason: str) -> None:
        await inboxes.heap(visit.room, visit.presser, visit.press.story, reason)
        await visit.ask(f"inbox_{about}", f"inbox.ask.{about}", payload=f"{visit.press.story} {reason}")

    return asked


async def _one(visit: Visit, number: str) -> None:
    said = await inboxes.one(visit.room, visit.presser, _number(number))
    await visit.edit(words.one(said, visit.reader, visit.room.now()))


async def _answer(visit: Visit, number: str) -> None:
    said = await inboxes.one(visit.room, visit.presser, _number(number))
    await visit.ask("inbox_answer", "inbox.ask.reply", payload=str(said.id))


async def _thank(visit: Visit, number: str) -> None:
    await inboxes.close_one(visit.room, visit.presser, _number(number))
    await _done(visit, "seen")


async def _preview(visit: Visit, number: str) -> None:
    """What a suggested source has; reading it takes a moment."""
    await visit.toast("source.looking")
    try:
        said, found = await inboxes.suggested(visit.room, visit.presser, _number(number))
    except NotUnderstood:
        raise
    except NewsbotError as error:
        await visit.say("source.not_added", why=why_not(error, visit.language))
        return
    called = found.answer.title or found.url
    items = words.previewed(called, found.url, found.kind, found.answer.drafts, visit.language)
    await visit.edit(words.suggested(said, items, visit.language))


async def _approve(visit: Visit, number: str) -> None:
    try:
        await inboxes.approve(visit.room, visit.presser, _number(number))
    except NotUnderstood:
        raise
    except NewsbotError as error:
        await visit.say("source.not_added", why=why_not(error, visit.language))
        return
    await _done(visit, "approved")


async def _decline(visit: Visit, number: str) -> None:
    await inboxes.decline(visit.room, visit.presser, _number(number))
    await _done(visit, "declined")


def _number(typed: str) -> int:
    number = whole(typed)
    if number is None:
        raise NotUnderstood("press.old")
    return number


ACTIONS: dict[str, Action] = {
    "all": _all,
    "by": _by,
    "from": _from,
    "heap": _heap,
    "merge": _merge,
    "title": _asks("title"),
    "tags": _asks("tags"),
    "read": _read,
    "lower": _lower,
    "reply": _asks("reply"),
    "seen": _seen,
    "one": _one,
    "answer": _answer,
    "thank": _thank,
    "preview": _preview,
    "approve": _approve,
    "decline": _decline,
}


# answers to what was asked


async def _titled(visit: Visit, payload: str) -> None:
    story, _, reason = payload.partition(" ")
    await inboxes.retitle(visit.room, visit.presser, int(story), reason, visit.words)
    await _said(visit, "title")


async def _tagged(visit: Visit, payload: str) -> None:
    story, _, reason = payload.partition(" ")
    await inboxes.retag(visit.room, visit.presser, int(story), reason, tags_of(visit.words))
    await _said(visit, "tags")


async def _replied(visit: Visit, payload: str) -> None:
    story, _, reason = payload.partition(" ")
    await inboxes.reply(visit.room, visit.presser, int(story), reason, visit.words)
    await _said(visit, "reply")


async def _answered(visit: Visit, payload: str) -> None:
    await inboxes.reply_to(visit.room, visit.presser, int(payload), visit.words)
    await _said(visit, "reply")


async def _said(visit: Visit, answer: str) -> None:
    await visit.show(Message(text=label(f"inbox.done.{answer}", visit.language)))
    await visit.show(await _tray(visit))


ANSWERS: dict[str, Callable[[Visit, str], Awaitable[None]]] = {
    "inbox_title": _titled,
    "inbox_tags": _tagged,
    "inbox_reply": _replied,
    "inbox_answer": _answered,
}
