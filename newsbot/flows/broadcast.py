"""A message to many readers, from its draft to its report.

    draft -> audience -> preview -> begun: a delivery for each, all or none -> sent -> report
                                        `-> planned for a time

Its messages are deliveries like digests, each at most once (`flows/deliver.py`), in the line behind them. Who
had the same content is left out, whoever sends it again. What was sent can be changed, and be deleted within
the 48 hours that Telegram allows. What the clock does about it stands in `mailing.py`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from markupsafe import escape

from newsbot.digests import moment, segments
from newsbot.errors import NotUnderstood
from newsbot.flows import staff
from newsbot.flows.story import Presser, there
from newsbot.messages import broadcast as words
from newsbot.messages.markdown import html, looks_like_it
from newsbot.messages.markup import LONGEST_CAPTION, MOST_UNITS, leaf, units
from newsbot.messages.markup import plain as without_tags
from newsbot.models.broadcasts import (
    CAST,
    DELETABLE,
    GOING,
    Broadcast,
    Content,
    Kind,
    Report,
    Segment,
    Stage,
)
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.staff import Right
from newsbot.models.stories import Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.search.query import parsed
from newsbot.store import Transaction
from newsbot.tags.alias import canonical

EXPIRES = timedelta(hours=24)  # after its beginning, and as long as the line is
SAME = timedelta(hours=24)  # who had the same so lately does not get it again
HELD = timedelta(minutes=11)  # longer than what failed waits to be tried again: quiet hours
LISTED, LISTED_WITHIN = 8, timedelta(days=30)
MOST_IDS = 1_000
PLACE = 24  # characters of a text from where it is too long
log = structlog.get_logger()


# a draft


async def draft(room: Newsroom, who: Presser, content: Content) -> Broadcast:
    """Begin one; nothing is sent. The same update, around a crash, begins one.

    :raises NotUnderstood: not allowed, too long, or there is no such story
    """
    await staff.authorise(room, who, Right.BROADCAST, "cast_draft")
    checked(content)
    async with room.store.begin() as tx:
        if (known := await tx.broadcasts.begun_by(who.id, who.update_id)) is not None:
            return known
        if content.story_id:
            story = await _offered(tx, content.story_id)
            content = replace(content, text=escape(leaf(story.title)), story_id=story.id)
        made = Broadcast(
            id=0, by=who.id, at=room.now(), content=content, key=key(content), update_id=who.update_id
        )
        return replace(made, id=await tx.broadcasts.add(made))


async def _offered(tx: Transaction, story_id: int) -> Story:
    """A story that may be sent.

    :raises NotUnderstood: it is gone, or an editor took it back
    """
    story = await there(tx, story_id)
    if story.retracted is not None:
        raise NotUnderstood("desk.is_retracted")
    return story


def checked(content: Content) -> Content:
    """
    :raises NotUnderstood: too long, with where it is, or nothing in it
    """
    said = without_tags(content.text)
    most = LONGEST_CAPTION if content.kind is Kind.PHOTO else MOST_UNITS
    if (over := units(said) - most) > 0:
        kept = said.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
        raise NotUnderstood("cast.too_long", most=most, over=over, place=f"…{kept[-PLACE:]}")
    if content.kind is Kind.TEXT and not said.strip():
        raise NotUnderstood("cast.empty")
    return content


def key(content: Content) -> str:
    """What is the same for the same content."""
    if content.kind is Kind.NOTICE:
        return ""
    if content.kind is Kind.STORY:  # whatever it is called
        told = [content.kind, str(content.story_id)]
    else:
        told = [content.kind, content.text, content.same or content.photo or str(content.origin or "")]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


async def as_markdown(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """Read what was typed as Markdown, or take it as it was typed again.

    :raises NotUnderstood: with the place where something is opened and not closed
    """
    one = await _own(room, who, number, Stage.DRAFT)
    if one.content.typed:
        content = replace(one.content, text=one.content.typed, typed="")
    else:
        content = replace(one.content, text=html(without_tags(one.content.text)), typed=one.content.text)
    checked(content)
    return await _did(room, who, "cast_draft", one, lambda now: _saying(now, content))


def may_be_markdown(one: Broadcast) -> bool:
    """Whether there is a choice."""
    typed = one.content.typed or one.content.text
    return one.content.may_change and looks_like_it(without_tags(typed))


async def rewrite(room: Newsroom, who: Presser, number: int, content: Content) -> Broadcast:
    """Other words in a draft; of what has begun they take the place of the words everywhere.

    A picture keeps its picture where only words come. What was planned is a draft again.

    :raises NotUnderstood: not allowed, too long, or it cannot be changed
    """
    one = await _own(room, who, number)
    if one.content.kind is Kind.PHOTO and content.kind is Kind.TEXT:
        content = replace(one.content, text=content.text, typed=content.typed)
    checked(content)
    if one.stage in (Stage.DRAFT, Stage.PLANNED):
        return await _did(room, who, "cast_draft", one, lambda now: _drafted(_saying(now, content)))
    if one.withdrawn_at is not None:
        raise NotUnderstood("cast.over")
    if one.content.typed and content.kind is Kind.TEXT:  # it was Markdown, and is again
        content = replace(content, text=html(without_tags(content.text)), typed=content.text)
        checked(content)
    is_same_kind = one.content.may_change and content.kind is one.content.kind
    if one.began_at is None or not is_same_kind:
        raise NotUnderstood("cast.not_changed")
    content = replace(content, photo=one.content.photo, same=one.content.same)
    return await _did(
        room, who, "cast_edit", one,
        lambda now: replace(_saying(now, content), revision=now.revision + 1, is_amending=True),
    )  # fmt: skip


def _saying(one: Broadcast, content: Content) -> Broadcast:
    return replace(one, content=content, key=key(content))


def _drafted(one: Broadcast) -> Broadcast:
    """What was planned was planned for other words or other readers."""
    return replace(one, stage=Stage.DRAFT, starts_at=None)


# its audience


async def aim(room: Newsroom, who: Presser, number: int, segment: Segment) -> Broadcast:
    """Whom it is for, before it begins; what was planned is a draft again."""
    one = await _own(room, who, number, Stage.DRAFT, Stage.PLANNED)
    return await _did(room, who, "cast_draft", one, lambda now: _drafted(replace(now, segment=segment)))


async def narrowed(room: Newsroom, segment: Segment, part: str, typed: str) -> Segment:
    """The segment with a part that was typed: words, sources, hours or ids.

    :raises NotUnderstood: nobody follows that, or it is no hour or id
    """
    if part == "ids":
        found = segments.ids(typed)
        if not found or len(found) > MOST_IDS:
            raise NotUnderstood("cast.no_ids", most=MOST_IDS)
        return replace(segment, ids=frozenset(found))
    if part == "hours":
        return replace(segment, hours=segments.hours(typed))
    async with room.store.read() as tx:
        followed = list((await tx.readers.followed()).values())
        names = await tx.sources.names()
    wanted = segments.listed(typed)
    if part == "words":
        meant = {canonical(word) for word in wanted}
        theirs = frozenset(word for word in followed if canonical(word) in meant)
        if not theirs:
            raise NotUnderstood("cast.nobody_follows", words="、".join(wanted)[:60])
        return replace(segment, words=theirs)
    return replace(segment, sources=_of_sources(followed, wanted, names))


def _of_sources(
    followed: Iterable[str], wanted: Sequence[str], names: Iterable[tuple[str, str]]
) -> frozenset[str]:
    """What is followed of these sources, whether they are called by name or by id."""
    meant = {word.lower() for word in wanted}
    meant |= {part.lower() for pair in names for part in pair if meant & {one.lower() for one in pair}}
    found = set()
    for word in followed:
        query = parsed(word)
        if query is not None and {one.words.lower() for one in query.sources} & meant:
            found.add(word)
    if not found:
        raise NotUnderstood("cast.nobody_follows", words="、".join(wanted)[:60])
    return frozenset(found)


async def audience(room: Newsroom, one: Broadcast) -> int:
    """How many readers it would go to now."""
    now = room.now()
    async with room.store.read() as tx:
        but = await tx.broadcasts.alike(one, now - SAME)
        return await tx.audience.count(one.segment, room.usual_hour.hour, now, but)


async def had_it(room: Newsroom, one: Broadcast) -> bool:
    """Whether somebody had the same lately."""
    async with room.store.read() as tx:
        return bool(await tx.broadcasts.alike(one, room.now() - SAME))


async def preview(room: Newsroom, one: Broadcast, reader: Reader) -> Message:
    """The message exactly as this reader would get it.

    :raises NotUnderstood: its story is gone
    """
    story = await _story(room, one)
    return words.message(one, reader, story, room.now())


async def again(room: Newsroom, reader: Reader, view: View, place: str) -> Message:
    """What was sent of a story, with today's counts; ‹ back from its card.

    :raises NotUnderstood: it is gone
    """
    async with room.store.read() as tx:
        one = await tx.broadcasts.get(int(view.words.removeprefix(CAST)))
    if one is None:
        raise NotUnderstood("card.gone")
    return words.message(one, reader, await _story(room, one), room.now(), place)


async def _story(room: Newsroom, one: Broadcast) -> Story | None:
    if not one.content.story_id:
        return None
    async with room.store.read() as tx:
        return await there(tx, one.content.story_id)


# it begins


async def send(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """Begin now: a delivery for everybody it is for, all of them or none.

    :raises NotUnderstood: not allowed, nobody to get it, or it has begun already, whoever began it
    """
    one = await _own(room, who, number)
    async with room.store.begin() as tx:
        is_new = await tx.inbox.apply(who.update_id)
        now_it_is = await tx.broadcasts.get(number)
        if not is_new and now_it_is is not None:
            return now_it_is
        if now_it_is is None or now_it_is.stage not in (Stage.DRAFT, Stage.PLANNED):
            raise NotUnderstood("cast.begun")
        begun = await _begin(room, tx, now_it_is)
        await staff.done(room, tx, who, "cast_send", f"#{one.id} × {begun.audience}")
    log.info("broadcast begins", number=one.id, by=room.alias(who.id), readers=begun.audience)
    return begun


async def _begin(room: Newsroom, tx: Transaction, one: Broadcast) -> Broadcast:
    """In the transaction of whoever begins it."""
    if one.content.story_id:
        await _offered(tx, one.content.story_id)
    now = room.now()
    but = await tx.broadcasts.alike(one, now - SAME)
    begun = replace(one, stage=Stage.SENDING, began_at=now, starts_at=None)
    if not await tx.broadcasts.save(begun, one.stage):
        raise NotUnderstood("cast.begun")
    many = await tx.audience.count(one.segment, room.usual_hour.hour, now, but)
    expires = await _expires(room, tx, many)
    written = await tx.broadcasts.write(begun, room.usual_hour.hour, now, expires, but)
    if not written:
        raise NotUnderstood("cast.nobody" if not but else "cast.nobody_new")
    begun = replace(begun, audience=written)
    await tx.broadcasts.save(begun, Stage.SENDING)
    return begun


async def _expires(room: Newsroom, tx: Transaction, many: int) -> datetime:
    """As long as the line is and a day: at 30 a second a million readers take nine hours."""
    waiting = await tx.deliveries.waiting()
    return room.now() + timedelta(seconds=2 * (many + waiting) / room.rate) + EXPIRES


def moment_of(room: Newsroom, typed: str, reader: Reader) -> datetime:
    """When that is, by the clock of this reader.

    :raises NotUnderstood: no time, or one that is over
    """
    return moment.when(typed, room.now(), reader.zone)


async def plan(room: Newsroom, who: Presser, number: int, at: datetime) -> Broadcast:
    """Begin then.

    :raises NotUnderstood: not allowed, that is over, or it has begun already
    """
    one = await _own(room, who, number, Stage.DRAFT, Stage.PLANNED)
    if not room.now() < at <= room.now() + moment.FURTHEST:
        raise NotUnderstood("moment.past")
    return await _did(
        room, who, "cast_plan", one, lambda now: replace(now, stage=Stage.PLANNED, starts_at=at)
    )


async def unplan(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """It is a draft again."""
    one = await _own(room, who, number, Stage.PLANNED)
    return await _did(room, who, "cast_unplan", one, _drafted)


async def begin_due(room: Newsroom) -> int:
    """Those whose time has come. Returns how many began."""
    async with room.store.read() as tx:
        planned = await tx.broadcasts.at(Stage.PLANNED)
    many = 0
    for one in planned:
        if one.starts_at is None or one.starts_at > room.now():
            continue
        try:
            async with room.store.begin() as tx:
                now_it_is = await tx.broadcasts.get(one.id)
                if now_it_is is None or (now_it_is.stage, now_it_is.starts_at) != (one.stage, one.starts_at):
                    continue  # somebody changed it just now
                await _begin(room, tx, now_it_is)
            many += 1
        except NotUnderstood as error:  # somebody else began it, or there is nobody to get it
            log.warning("broadcast not begun", number=one.id, why=error.key)
            async with room.store.begin() as tx:
                await tx.broadcasts.save(
                    replace(one, stage=Stage.CANCELLED, ended_at=room.now()), Stage.PLANNED
                )
    return many


# it is under way


async def pause(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """Nothing more leaves until somebody says so."""
    one = await _own(room, who, number, Stage.SENDING)

    async def too(tx: Transaction) -> None:
        await tx.broadcasts.give_back(one.id)

    return await _did(room, who, "cast_pause", one, lambda now: replace(now, stage=Stage.PAUSED), too)


async def go_on(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """It goes on where it stopped, however long that is ago."""
    one = await _own(room, who, number, Stage.PAUSED)

    async def too(tx: Transaction) -> None:
        await tx.broadcasts.prolong(one.id, await _expires(room, tx, one.audience))

    return await _did(room, who, "cast_go_on", one, lambda now: replace(now, stage=Stage.SENDING), too)


async def cancel(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """What has not left does not leave; a draft is dropped."""
    one = await _own(room, who, number, Stage.DRAFT, Stage.PLANNED, *GOING)

    async def too(tx: Transaction) -> None:
        await tx.broadcasts.cancel(one.id)

    ended = room.now()
    return await _did(
        room, who, "cast_cancel", one,
        lambda now: replace(now, stage=Stage.CANCELLED, ended_at=ended), too,
    )  # fmt: skip


async def retry(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """What certainly did not arrive is tried once more.

    :raises NotUnderstood: not allowed, there is none, or it was deleted since
    """
    one = await _own(room, who, number, Stage.SENT)
    if one.withdrawn_at is not None:
        raise NotUnderstood("cast.nothing_failed")

    async def too(tx: Transaction) -> None:
        if not await tx.broadcasts.again(one.id, room.now(), await _expires(room, tx, one.audience)):
            raise NotUnderstood("cast.nothing_failed")

    return await _did(
        room, who, "cast_retry", one,
        lambda now: replace(now, stage=Stage.SENDING, ended_at=None), too,
    )  # fmt: skip


async def withdraw(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """Delete what was sent, everywhere; pressed again what Telegram gave no answer for is tried again.

    :raises NotUnderstood: not allowed, not begun or still going, or it was sent too long ago
    """
    one = await _own(room, who, number, Stage.SENT, Stage.CANCELLED)
    if one.began_at is None or room.now() - one.began_at >= DELETABLE:
        raise NotUnderstood("cast.too_old")
    at = one.withdrawn_at or room.now()
    return await _did(
        room, who, "cast_withdraw", one, lambda now: replace(now, withdrawn_at=at, is_amending=True)
    )


async def look(room: Newsroom, who: Presser, number: int) -> Broadcast:
    """
    :raises NotUnderstood: not allowed, or there is none
    """
    return await _own(room, who, number)


async def listed(room: Newsroom, who: Presser) -> Sequence[Broadcast]:
    """The last ones."""
    await staff.authorise(room, who, Right.BROADCAST, "cast_list")
    async with room.store.read() as tx:
        return await tx.broadcasts.last(LISTED, room.now() - LISTED_WITHIN)


async def report(room: Newsroom, one: Broadcast) -> Report:
    """How far it is, and what came of it."""
    async with room.store.read() as tx:
        counts = await tx.broadcasts.counts(one.id, one.revision, room.now() + HELD)
        reasons = await tx.broadcasts.reasons(one.id)
        up, down, opened = await tx.broadcasts.votes(one) if one.stage not in GOING else (0, 0, 0)
    return Report(
        broadcast=one, counts=counts, rate=room.rate, reasons=reasons, up=up, down=down, opened=opened
    )


async def shown_at(room: Newsroom, one: Broadcast, place: tuple[int, int]) -> None:
    """Its progress stands in this message from now on."""
    async with room.store.begin() as tx:
        await tx.broadcasts.shown(one.id, place, room.now())


# pieces


async def _own(room: Newsroom, who: Presser, number: int, *stages: Stage) -> Broadcast:
    await staff.authorise(room, who, Right.BROADCAST, "cast_press", f"#{number}")
    async with room.store.read() as tx:
        one = await tx.broadcasts.get(number)
    if one is None or one.content.kind is Kind.NOTICE:
        raise NotUnderstood("press.old")
    if stages and one.stage not in stages:
        raise NotUnderstood("cast.begun" if one.began_at else "cast.over")
    return one


async def _did(
    room: Newsroom,
    who: Presser,
    deed: str,
    one: Broadcast,
    change: Callable[[Broadcast], Broadcast],
    too: Callable[[Transaction], Awaitable[None]] | None = None,
) -> Broadcast:
    """Changed as it is by now, with what goes with it and a line in the log; once for each press.

    :param one: as it was looked at
    """
    async with room.store.begin() as tx:
        current = await tx.broadcasts.get(one.id)
        if current is None or current.stage is not one.stage:
            raise NotUnderstood("cast.begun")
        if not await tx.inbox.apply(who.update_id):
            return current
        changed = change(current)
        if not await tx.broadcasts.save(changed, one.stage):
            raise NotUnderstood("cast.begun")
        if too is not None:
            await too(tx)
        await staff.done(room, tx, who, deed, f"#{one.id}")
    return changed
