"""/desk: the ranked pool, and what an editor decides about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.card import show_desk_card
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import desk as desks
from newsbot.flows import notes, removal, rules, rulings, staff
from newsbot.flows import story as stories
from newsbot.messages import desk as words
from newsbot.messages.buttons import whole
from newsbot.models.messages import Message

Action = Callable[[Visit, int], Awaitable[None]]
ORIGINAL = ("原题", "original")  # typed in the place of a headline: the publisher's again


async def desk(visit: Visit) -> None:
    """/desk"""
    await visit.show(await _new_pool(visit))


async def press(visit: Visit) -> None:
    """`desk:place:story:action.more`"""
    action, _, more = visit.press.value.partition(".")
    if action not in ACTIONS:
        raise NotUnderstood("press.old")
    await ACTIONS[action](visit, whole(more) or 0)
    await visit.toast()


async def _new_pool(visit: Visit) -> Message:
    told, place = await desks.pool_of(visit.room, visit.presser, visit.reader)
    standing = await notes.notes(visit.room)
    return words.pool(told, place, 0, visit.reader, visit.room.now(), standing)


async def _pool(visit: Visit, page: int) -> None:
    """The list that it was opened from, or today's; the page with the story."""
    view = await stories.listed_at(visit.room, visit.reader.id, visit.press.place)
    if view is None or view.kind != "desk":
        await _again(visit, 0)
        return
    told = await desks.kept_pool(visit.room, visit.presser, view)
    at = next((n for n, one in enumerate(told) if one.id == visit.press.story), None)
    page = page if at is None else at // words.PAGE
    standing = await notes.notes(visit.room)
    await visit.edit(words.pool(told, visit.press.place, page, visit.reader, visit.room.now(), standing))


async def _again(visit: Visit, _: int) -> None:
    """The pool as it is now."""
    await visit.edit(await _new_pool(visit))


async def _card(visit: Visit, _: int = 0) -> None:
    await show_desk_card(visit, visit.press.story)


async def _pin(visit: Visit, _: int) -> None:
    is_pinned = await rulings.pin(visit.room, visit.presser, visit.press.story)
    await visit.toast("ruling.pinned" if is_pinned else "ruling.unpinned")
    await _card(visit)


async def _drop(visit: Visit, _: int) -> None:
    await desks.drop(visit.room, visit.presser, visit.press.story)
    await _card(visit)


async def _hold(visit: Visit, _: int) -> None:
    await desks.hold(visit.room, visit.presser, visit.press.story)
    await _card(visit)


async def _lead(visit: Visit, article_id: int) -> None:
    """Which one? Then that one."""
    if not article_id:
        story, _ = await desks.look(visit.room, visit.presser, visit.press.story)
        await visit.edit(words.leads(story, visit.reader, visit.room.now(), visit.press.place))
        return
    await desks.lead(visit.room, visit.presser, visit.press.story, article_id)
    await _card(visit)


async def _undo(visit: Visit, ruling_id: int) -> None:
    story = await desks.undo(visit.room, visit.presser, visit.press.story, ruling_id)
    await visit.toast("desk.undone")
    await show_desk_card(visit, story.id)


def _asks(about: str, is_of_a_story: bool = True) -> Action:
    """Something that has to be typed."""

    async def asked(visit: Visit, _: int) -> None:
        payload = ""
        if is_of_a_story:
            story, _known = await desks.look(visit.room, visit.presser, visit.press.story)
            payload = str(story.id)
        await visit.ask(f"desk_{about}", f"desk.ask.{about}", payload=payload)

    return asked


async def _rules(visit: Visit, _: int) -> None:
    known = await rules.rules(visit.room, visit.presser)
    await visit.edit(words.rules(known, visit.press.place, visit.reader))


async def _no_rule(visit: Visit, rule_id: int) -> None:
    await rules.remove(visit.room, visit.presser, rule_id)
    await _rules(visit, 0)


async def _note(visit: Visit, _: int) -> None:
    await visit.edit(words.noted(await notes.notes(visit.room), visit.press.place, visit.language))


async def _no_note(visit: Visit, _: int) -> None:
    await notes.remove(visit.room, visit.presser)
    await _note(visit, 0)


async def _gone(visit: Visit, article_id: int) -> None:
    many = await removal.remove(visit.room, visit.presser, article_id)
    await visit.edit(visit.sentence("removal.done", count=many))


async def _no_nudge(visit: Visit, _: int) -> None:
    await staff.nudge(visit.room, visit.presser, False)
    await visit.toast("desk.not_nudged")


ACTIONS: dict[str, Action] = {
    "pool": _pool,
    "page": _pool,
    "again": _again,
    "card": _card,
    "pin": _pin,
    "drop": _drop,
    "hold": _hold,
    "lead": _lead,
    "title": _asks("title"),
    "tags": _asks("tags"),
    "correct": _asks("correct"),
    "retract": _asks("retract"),
    "undo": _undo,
    "rules": _rules,
    "rule": _asks("rule", is_of_a_story=False),
    "norule": _no_rule,
    "note": _note,
    "write": _asks("note", is_of_a_story=False),
    "nonote": _no_note,
    "remove": _asks("remove", is_of_a_story=False),
    "gone": _gone,
    "nonudge": _no_nudge,
}


# answers to what was asked


async def _decided(visit: Visit, story_id: int) -> None:
    story, known = await desks.look(visit.room, visit.presser, story_id)
    await visit.show(words.card(story, known, visit.reader, visit.room.now(), ""))


async def _titled(visit: Visit, payload: str) -> None:
    title = "" if visit.words.strip().lower() in ORIGINAL else visit.words
    await desks.retitle(visit.room, visit.presser, int(payload), title)
    await _decided(visit, int(payload))


async def _tagged(visit: Visit, payload: str) -> None:
    await desks.retag(visit.room, visit.presser, int(payload), words.tags_of(visit.words))
    await _decided(visit, int(payload))


async def _corrected(visit: Visit, payload: str) -> None:
    """The headline as it should be, and below it what is said of that."""
    title, _, note = visit.words.partition("\n")
    await desks.correct(visit.room, visit.presser, int(payload), title, note)
    await _decided(visit, int(payload))


async def _retracted(visit: Visit, payload: str) -> None:
    await desks.retract(visit.room, visit.presser, int(payload), visit.words)
    await _decided(visit, int(payload))


async def _ruled(visit: Visit, _: str) -> None:
    await rules.add(visit.room, visit.presser, visit.words)
    await visit.show(words.rules(await rules.rules(visit.room, visit.presser), "", visit.reader))


async def _noted(visit: Visit, _: str) -> None:
    await notes.write(visit.room, visit.presser, visit.words)
    await visit.show(words.noted(await notes.notes(visit.room), "", visit.language))


async def _removing(visit: Visit, _: str) -> None:
    known = await removal.found(visit.room, visit.presser, visit.words)
    await visit.show(words.removing(known, visit.reader, visit.room.now()))


ANSWERS: dict[str, Callable[[Visit, str], Awaitable[None]]] = {
    "desk_title": _titled,
    "desk_tags": _tagged,
    "desk_correct": _corrected,
    "desk_retract": _retracted,
    "desk_rule": _ruled,
    "desk_note": _noted,
    "desk_remove": _removing,
}
