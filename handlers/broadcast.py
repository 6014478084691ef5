"""/broadcast: a message to many readers, from its preview to its report."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from telegram import Message, MessageEntity, MessageOriginChannel

from handlers.visit import Visit
from newsbot.errors import NewsbotError, NotUnderstood
from newsbot.flows import broadcast as casts
from newsbot.flows import read
from newsbot.messages import broadcast as words
from newsbot.messages.buttons import whole
from newsbot.messages.markup import MOST_UNITS, plain, units
from newsbot.messages.source import why_not
from newsbot.messages.wording import LANGUAGES, label
from newsbot.models.broadcasts import BEGUN, KINDS_OF_CHATS, Broadcast, Content, Kind, Stage
from newsbot.models.deliveries import Outcome, Sent
from newsbot.models.messages import Message as Said

LONGEST_MOMENT = 10  # digits of a moment in seconds
COMMAND = re.compile(r"^/\S+\s*")


async def broadcast(visit: Visit) -> None:
    """/broadcast, /broadcast words, /broadcast https://…"""
    if visit.words:
        await begin(visit)
        return
    await visit.show(words.listed(await casts.listed(visit.room, visit.presser), visit.reader))
    await visit.ask("cast", "cast.ask_content")


async def begin(visit: Visit, _: str = "") -> None:
    """What was typed, sent or forwarded: a draft, its preview, and what can be done."""
    one = await casts.draft(visit.room, visit.presser, await _content(visit))
    if one.content.kind is not Kind.TEXT or units(plain(one.content.text)) < MOST_UNITS:
        await _preview(visit, one)
        return
    # a client cuts what is longer in two messages: what comes next belongs to it
    await _preview(visit, one, label("cast.maybe_cut", visit.language, most=MOST_UNITS))
    await visit.wonder("cast_rest", str(one.id))


async def _rest(visit: Visit, payload: str) -> None:
    """The rest of what was too long: none of it is sent."""
    one = await casts.cancel(visit.room, visit.presser, int(payload))
    end = f"…{plain(one.content.text)[-casts.PLACE :]}"
    raise NotUnderstood("cast.too_long", most=MOST_UNITS, over=units(visit.words), place=end)


async def of_story(visit: Visit) -> None:
    """📣 under a card."""
    content = Content(kind=Kind.STORY, story_id=visit.press.story)
    await _preview(visit, await casts.draft(visit.room, visit.presser, content))
    await visit.toast()


async def _content(visit: Visit) -> Content:
    message = visit.update.effective_message
    if message is None:
        raise NotUnderstood("cast.empty")
    origin = visit.reader.id, message.message_id
    if message.forward_origin is not None:
        return Content(kind=Kind.FORWARD, origin=origin, same=_same(message))
    if message.photo:
        photo = message.photo[-1]
        text = _bare(message.caption_html)
        return Content(kind=Kind.PHOTO, photo=photo.file_id, same=photo.file_unique_id, text=text)
    if message.text is None:
        return Content(kind=Kind.COPY, origin=origin)
    bare = _bare(message.text)
    links = message.parse_entities([MessageEntity.URL])
    if list(links.values()) == [bare]:
        return Content(kind=Kind.STORY, story_id=await _read(visit, bare))
    return Content(kind=Kind.TEXT, text=_bare(message.text_html))


def _same(message: Message) -> str:
    """What tells that two forwarded messages are the same, whoever forwards them."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginChannel):
        return f"{origin.chat.id} {origin.message_id}"
    told = origin.to_dict() if origin is not None else {}
    sender = told.get("sender_user", {}).get("id") or told.get("sender_user_name") or told.get("sender_chat")
    return f"{sender} {told.get('date')} {message.text or message.caption or ''}"


def _bare(text: str) -> str:
    """Without the command before it."""
    return COMMAND.sub("", text).strip() if text.startswith("/") else text.strip()


async def _read(visit: Visit, address: str) -> int:
    """The story behind a link; one that cannot be read says why."""
    await visit.say("cast.reading")
    try:
        story_id = await read.link(visit.room, address if "://" in address else f"https://{address}")
    except NewsbotError as error:
        raise NotUnderstood("cast.not_read", why=why_not(error, visit.language)) from None
    if not story_id:
        raise NotUnderstood("cast.not_read", why=label("error.not_readable", visit.language))
    return story_id


async def _preview(visit: Visit, one: Broadcast, note: str = "") -> None:
    """The message exactly as it comes, and below it the panel."""
    await visit.show(await casts.preview(visit.room, one, visit.reader))
    panel = await _panel(visit, one, note or label("cast.as_above", visit.language))
    await _stands(visit, one, await visit.show(panel))


async def _panel(visit: Visit, one: Broadcast, note: str = "") -> Said:
    count = await casts.audience(visit.room, one)
    if not count and await casts.had_it(visit.room, one):
        note = label("cast.nobody_new", visit.language)
    return words.panel(one, count, visit.reader, casts.may_be_markdown(one), note)


# buttons


async def press(visit: Visit) -> None:
    """`cast:-:-:action.number.more`"""
    action, number, more = _parts(visit)
    if visit.press.story:
        await of_story(visit)
        return
    if action not in ACTIONS:
        raise NotUnderstood("press.old")
    await ACTIONS[action](visit, number, more)
    await visit.toast()


def _parts(visit: Visit) -> tuple[str, int, str]:
    action, _, rest = visit.press.value.partition(".")
    number, _, more = rest.partition(".")
    return action, whole(number) or 0, more


async def _show(visit: Visit, one: Broadcast) -> None:
    """How far it is, in the place of the message."""
    await _stands(visit, one, await visit.edit(await _state(visit, one)))


async def _state(visit: Visit, one: Broadcast) -> Said:
    """Its panel, or how far it is."""
    if one.stage in (Stage.DRAFT, Stage.PLANNED):
        return await _panel(visit, one)
    if one.began_at is None:
        return words.dropped(one, visit.language)
    return words.report(await casts.report(visit.room, one), visit.reader, visit.room.now())


async def _stands(visit: Visit, one: Broadcast, outcome: Outcome | None) -> None:
    """Its progress is shown in this message from now on, if it came to be one."""
    if isinstance(outcome, Sent):
        await casts.shown_at(visit.room, one, (visit.reader.id, outcome.message_id))


async def _look(visit: Visit, number: int, more: str) -> None:
    await _show(visit, await casts.look(visit.room, visit.presser, number))


async def _send(visit: Visit, number: int, more: str) -> None:
    """Asked for once more where it goes to many."""
    one = await casts.look(visit.room, visit.presser, number)
    if one.stage in BEGUN:
        raise NotUnderstood("cast.begun")
    count = await casts.audience(visit.room, one)
    if words.needs_sure(count) or one.stage is Stage.PLANNED:
        await visit.edit(words.sure(one, count, visit.reader))
    else:
        await _sure(visit, number, more)


async def _sure(visit: Visit, number: int, more: str) -> None:
    one = await casts.send(visit.room, visit.presser, number)
    await _show(visit, one)


async def _at(visit: Visit, number: int, more: str) -> None:
    """At the time that was typed, now that it is sure."""
    if not (more.isascii() and more.isdecimal() and len(more) <= LONGEST_MOMENT):
        raise NotUnderstood("press.old")
    at = datetime.fromtimestamp(int(more), UTC)
    await _show(visit, await casts.plan(visit.room, visit.presser, number, at))


def _then_show(
    deed: Callable[..., Awaitable[Broadcast]],
) -> Callable[[Visit, int, str], Awaitable[None]]:
    async def does(visit: Visit, number: int, more: str) -> None:
        await _show(visit, await deed(visit.room, visit.presser, number))

    return does


async def _mark(visit: Visit, number: int, more: str) -> None:
    """As Markdown, or as it was typed: the preview once more."""
    one = await casts.as_markdown(visit.room, visit.presser, number)
    await _preview(visit, one)


async def _test(visit: Visit, number: int, more: str) -> None:
    """To oneself, exactly as readers get it."""
    one = await casts.look(visit.room, visit.presser, number)
    await visit.show(await casts.preview(visit.room, one, visit.reader))


async def _aim(visit: Visit, number: int, more: str) -> None:
    one = await casts.look(visit.room, visit.presser, number)
    await visit.edit(words.segment(one, await casts.audience(visit.room, one), visit.reader))


async def _narrow(visit: Visit, number: int, more: str) -> None:
    """A part of the audience, on or off."""
    one = await casts.look(visit.room, visit.presser, number)
    chosen, action = one.segment, _parts(visit)[0]
    if action == "lang" and more in LANGUAGES:
        chosen = replace(chosen, languages=chosen.languages ^ {more})
    elif action == "kind" and more in KINDS_OF_CHATS:
        chosen = replace(chosen, kinds=chosen.kinds ^ {more})
    elif action == "days" and more in map(str, words.DAYS):
        chosen = replace(chosen, days=0 if chosen.days == int(more) else int(more))
    elif action == "all":
        chosen = type(chosen)()
    else:
        raise NotUnderstood("press.old")
    await casts.aim(visit.room, visit.presser, number, chosen)
    await _aim(visit, number, more)


async def _ask(visit: Visit, number: int, more: str) -> None:
    """A part that is typed; pressed again once it is there, it is no longer."""
    one = await casts.look(visit.room, visit.presser, number)
    if more not in ("words", "sources", "hours", "ids"):
        raise NotUnderstood("press.old")
    if getattr(one.segment, more):
        await casts.aim(visit.room, visit.presser, number, words.without(one.segment, more))
        await _aim(visit, number, more)
        return
    await visit.ask("cast_aim", f"cast.ask.{more}", payload=f"{number} {more}")


async def _time(visit: Visit, number: int, more: str) -> None:
    await casts.look(visit.room, visit.presser, number)
    await visit.ask("cast_time", "cast.ask_time", payload=str(number))


async def _edit(visit: Visit, number: int, more: str) -> None:
    await casts.look(visit.room, visit.presser, number)
    await visit.ask("cast_edit", "cast.ask_edit", payload=str(number))


async def _undo(visit: Visit, number: int, more: str) -> None:
    one = await casts.look(visit.room, visit.presser, number)
    told = await casts.report(visit.room, one)
    await visit.edit(words.ask_undo(one, told.counts.sent, visit.language))


ACTIONS: dict[str, Callable[[Visit, int, str], Awaitable[None]]] = {
    "show": _look,
    "open": _look,
    "send": _send,
    "now": _send,
    "unplan": _then_show(casts.unplan),
    "sure": _sure,
    "at": _at,
    "cancel": _then_show(casts.cancel),
    "pause": _then_show(casts.pause),
    "go_on": _then_show(casts.go_on),
    "retry": _then_show(casts.retry),
    "undo": _undo,
    "gone": _then_show(casts.withdraw),
    "mark": _mark,
    "test": _test,
    "aim": _aim,
    "lang": _narrow,
    "kind": _narrow,
    "days": _narrow,
    "all": _narrow,
    "ask": _ask,
    "time": _time,
    "edit": _edit,
}


# answers to what was asked


async def _aimed(visit: Visit, payload: str) -> None:
    number, _, part = payload.partition(" ")
    one = await casts.look(visit.room, visit.presser, int(number))
    chosen = await casts.narrowed(visit.room, one.segment, part, visit.words)
    one = await casts.aim(visit.room, visit.presser, one.id, chosen)
    await visit.show(words.segment(one, await casts.audience(visit.room, one), visit.reader))


async def _timed(visit: Visit, payload: str) -> None:
    """Asked for once more where it goes to many."""
    at = casts.moment_of(visit.room, visit.words, visit.reader)
    one = await casts.look(visit.room, visit.presser, int(payload))
    count = await casts.audience(visit.room, one)
    if words.needs_sure(count):
        await visit.show(words.sure(one, count, visit.reader, at))
        return
    one = await casts.plan(visit.room, visit.presser, int(payload), at)
    await _stands(visit, one, await visit.show(await _state(visit, one)))


async def _edited(visit: Visit, payload: str) -> None:
    one = await casts.rewrite(visit.room, visit.presser, int(payload), await _content(visit))
    if one.began_at is None:
        await _preview(visit, one)
        return
    await _stands(visit, one, await visit.show(await _state(visit, one)))


ANSWERS: dict[str, Callable[[Visit, str], Awaitable[None]]] = {
    "cast": begin,
    "cast_aim": _aimed,
    "cast_time": _timed,
    "cast_edit": _edited,
    "cast_rest": _rest,
}
