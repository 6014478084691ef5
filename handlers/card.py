"""A story's card, in the place of the list it was opened from."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import alert as alerts
from newsbot.flows import broadcast, follows, lists, notes
from newsbot.flows import desk as desks
from newsbot.flows import digest as digests
from newsbot.flows import review as reviews
from newsbot.flows import search as searches
from newsbot.flows import story as stories
from newsbot.messages import listing
from newsbot.messages.alert import alert as alert_message
from newsbot.messages.card import Mine, card
from newsbot.messages.desk import card as desk_card
from newsbot.messages.desk import pool as desk_pool
from newsbot.messages.digest import digest as digest_message
from newsbot.messages.review import review
from newsbot.messages.shared import shared
from newsbot.messages.wording import LANGUAGES
from newsbot.models.deliveries import Sent
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.staff import Right
from newsbot.models.stories import Reason
from newsbot.models.views import View


async def show_story(visit: Visit, story_id: int) -> None:
    """The card as a message of its own."""
    seen = await stories.look(visit.room, visit.person_id, story_id)
    if seen is None:
        await visit.say("card.gone")
        return
    outcome = await visit.show(_of(visit, seen))
    if isinstance(outcome, Sent):
        await opened(visit, seen, outcome.message_id)


async def open_card(visit: Visit) -> None:
    """A number button, or ‹ back from related stories."""
    press = visit.press
    if visit.may(Right.DESK) and await is_of_desk(visit):
        await show_desk_card(visit, press.story)
        await visit.toast()
        return
    seen = await stories.look(visit.room, visit.person_id, press.story)
    shown = await show_card(visit, seen)
    if shown is not None and seen is not None:
        await opened(visit, seen, shown, press.place)
    await visit.toast()


async def is_of_desk(visit: Visit) -> bool:
    """Whether the list that it was opened from is the desk's."""
    view = await stories.listed_at(visit.room, visit.reader.id, visit.press.place)
    return view is not None and view.kind == "desk"


async def show_desk_card(visit: Visit, story_id: int) -> None:
    """A story as the desk shows it."""
    story, known = await desks.look(visit.room, visit.presser, story_id)
    await visit.edit(desk_card(story, known, visit.reader, visit.room.now(), visit.press.place))


async def opened(visit: Visit, seen: stories.Seen, message_id: int | None, place: str = "") -> None:
    """A message is this story's card from now on."""
    if not visit.is_shared:
        await stories.opened(
            visit.room, visit.presser, message_id, seen.story, place, is_own=visit.is_private
        )


async def why(visit: Visit) -> None:
    """为什么在这里: the parts of its score."""
    press = visit.press
    seen = await stories.look(visit.room, visit.person_id, press.story)
    reasons = await stories.why(visit.room, visit.reader, seen.story, press.place) if seen else ()
    await show_card(visit, seen, "why", reasons)
    await visit.toast()


async def rate(visit: Visit) -> None:
    """★: five buttons for a value."""
    await _card(visit, "rate")


async def more(visit: Visit) -> None:
    """What may be wrong with the story."""
    await _card(visit, "more")


async def _card(visit: Visit, extra: str) -> None:
    press = visit.press
    await show_card(visit, await stories.look(visit.room, visit.person_id, press.story), extra)
    await visit.toast()


async def show_card(
    visit: Visit, seen: stories.Seen | None, extra: str = "", reasons: Sequence[Reason] = ()
) -> int | None:
    """The card in the place of the message, or below, where that cannot become one; the message it is.

    None, and a toast, where the story is gone.
    """
    if seen is None:
        await visit.toast("card.gone")
        return None
    made = (
        _shared(visit, seen, extra)
        if visit.is_shared
        else _of(visit, seen, visit.press.place, extra, reasons)
    )
    outcome = await visit.edit(made)
    return outcome.message_id if isinstance(outcome, Sent) else visit.message_id


def _of(
    visit: Visit, seen: stories.Seen, place: str = "", extra: str = "", reasons: Sequence[Reason] = ()
) -> Message:
    mine = seen.mine if visit.is_private else Mine()  # many look at one card in a group
    may_rule = visit.may(Right.DESK) and visit.is_private
    return card(seen.story, mine, visit.reader, visit.room.now(), place, extra, reasons, may_rule)


def _shared(visit: Visit, seen: stories.Seen, extra: str) -> Message:
    """For everybody who looks at it, in the language in which it was sent."""
    place = visit.press.place
    language = place if place in LANGUAGES else visit.language
    reader = Reader(id=0, language=language, zone=visit.room.settings.timezone)
    return shared(seen.story, reader, visit.room.now(), visit.room.telegram.username, extra)


async def related(visit: Visit) -> None:
    """Other stories about the same things."""
    press = visit.press
    made = await stories.related(visit.room, visit.reader, press.story, press.place)
    if made is None:
        await visit.toast("card.gone")
        return
    found, place = made
    back = listing.back_button(visit.language, press.place, press.story)
    await visit.edit(listing.related(found, visit.reader, visit.room.now(), place, back))
    await closed(visit)
    await visit.toast()


async def back(visit: Visit) -> None:
    """The list again, with today's counts."""
    view = await stories.listed_at(visit.room, visit.reader.id, visit.press.place)
    if view is None:
        await visit.toast("press.old")
        return
    await visit.edit(await list_again(visit, view))
    await closed(visit)
    await visit.toast()


async def closed(visit: Visit) -> None:
    """A message is no card any more."""
    if visit.message_id is not None:
        await stories.closed(visit.room, visit.reader.id, visit.message_id)


async def _alert(visit: Visit, view: View, place: str) -> Message:
    told = await stories.several(visit.room, view)
    if not told:
        raise NotUnderstood("card.gone")
    words = await alerts.words(visit.room, visit.reader, told[0])
    titles = await follows.titles(visit.room, words)
    return alert_message(told[0], words, titles, visit.reader, visit.room.now(), place)


async def list_again(visit: Visit, view: View) -> Message:
    """A kept list as it is now."""
    now, place, story_id = visit.room.now(), visit.press.place, visit.press.story
    if view.kind in searches.KINDS:
        answer = await searches.page(visit.room, view, story_id=story_id)
        return listing.found(answer, visit.reader, now)
    if view.kind in lists.KINDS:
        return listing.listed(await lists.page(visit.room, view, story_id=story_id), visit.reader, now)
    if view.kind == "related":
        origin, _, before = view.words.partition(" ")
        button = listing.back_button(visit.language, before, int(origin))
        return listing.related(await stories.several(visit.room, view), visit.reader, now, place, button)
    if view.kind == "alert":
        return await _alert(visit, view, place)
    if view.kind == "desk":
        told = await desks.kept_pool(visit.room, visit.presser, view)
        return desk_pool(told, place, 0, visit.reader, now, await notes.notes(visit.room))
    if view.kind == "cast":
        return await broadcast.again(visit.room, visit.reader, view, place)
    if view.kind == "review":
        told = await stories.several(visit.room, view)
        return review(await reviews.told(visit.room, visit.reader, view.words, told), visit.reader, place)
    found = await digests.kept(visit.room, view)
    return digest_message(found, visit.reader, now, place, story_id=story_id, before=view.words)
