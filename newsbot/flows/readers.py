"""What a reader sets: to begin and stop, words, hours, language."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from newsbot.digests import choices, wishes, zones
from newsbot.digests.due import hours, next_review, next_slot
from newsbot.errors import NotUnderstood
from newsbot.messages.wording import LANGUAGES, reader_language
from newsbot.models.articles import NOISES
from newsbot.models.deliveries import Told
from newsbot.models.figures import STOPS
from newsbot.models.readers import Hour, Question, Reader
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction

WORDED = ("word", "find", "search", "newest")  # kinds of lists that words are kept with
ACTIVE = timedelta(hours=20)  # between two notes that somebody is active
OPEN = timedelta(minutes=10)  # how long a question stays open


async def known(room: Newsroom, chat_id: int, code: str | None, kind: str = "private") -> Reader:
    """The reader, or, for somebody never seen, what a reader begins with; nothing is stored.

    :param code: the language that Telegram says this person uses
    :param kind: of the chat
    """
    async with room.store.read() as tx:
        found = await tx.readers.get(chat_id)
    if found is not None:
        return found
    # a group speaks one language, whoever presses
    language = reader_language(code if chat_id > 0 else None, room.settings.language)
    zone = room.settings.timezone
    now = room.now()
    return Reader(id=chat_id, language=language, zone=zone, subscribed=False, kind=kind, active_at=now)


async def here(room: Newsroom, reader: Reader) -> None:
    """Something was done in this chat; written down about once a day."""
    now = room.now()
    if reader.active_at is None or now - reader.active_at >= ACTIVE:
        async with room.store.begin() as tx:
            await tx.readers.active(reader.id, now)


async def begin(room: Newsroom, reader: Reader, thread_id: int | None = None) -> Reader:
    """/start: a subscriber from now on; for one who is that already the next digest stays as it was.

    :param thread_id: the topic of a forum where that was said: digests come there
    """
    begun = replace(reader, subscribed=True, reachable=True, thread_id=thread_id)
    async with room.store.begin() as tx:
        await tx.readers.trust(reader.id)
    return await (_save(room, begun) if reader.subscribed and reader.next_due else _plan(room, begun))


async def stop(room: Newsroom, reader: Reader) -> Reader:
    """/stop: no digests and no alerts; everything else is kept. Who asks for alerts afterwards gets them."""
    async with room.store.begin() as tx:
        await tx.readers.no_alerts(reader.id)
        if reader.subscribed:
            await tx.tallies.count(room.today, STOPS)
    return await _plan(room, replace(reader, subscribed=False))


async def greeted(room: Newsroom, reader: Reader, told: Sequence[Told]) -> None:
    """The first digest was shown: it enters the ledger."""
    async with room.store.begin() as tx:
        await tx.deliveries.show(reader.id, told, room.now())
        await tx.readers.save(replace(reader, greeted=room.now()), room.now())


async def speak(room: Newsroom, reader: Reader, language: str) -> Reader:
    """/language: the bot's words from now on."""
    return await _save(room, replace(reader, language=language))


async def let_in(room: Newsroom, reader: Reader, kind: str) -> Reader:
    """/settings: this kind of noise comes into digests, or no longer does.

    :raises NotUnderstood: there is no such kind
    """
    if kind not in NOISES:
        raise NotUnderstood("press.old")
    return await _save(room, replace(reader, lets_in=reader.lets_in ^ {kind}))


async def read_in(room: Newsroom, reader: Reader, language: str) -> Reader:
    """/settings: articles in this language come, or no longer do; in one language at least.

    :raises NotUnderstood: there is no such language, or no other is left
    """
    if language not in LANGUAGES:
        raise NotUnderstood("press.old")
    wanted = reader.reads ^ {language}
    if not wanted:
        raise NotUnderstood("settings.one_language")
    return await _save(room, replace(reader, languages=wanted))


async def own_titles(room: Newsroom, reader: Reader, wanted: bool) -> Reader:
    """/settings: titles in other languages are shown in Chinese, where a model translated them."""
    return await _save(room, replace(reader, own_titles=wanted))


async def schedule(room: Newsroom, reader: Reader, words: str) -> Reader:
    """/schedule: another plan, as typed; who names an hour wants digests, also without /start or after /stop.

    :raises NotUnderstood: these words are no plan
    """
    wanted = wishes.wished(reader, words, room.now())
    return await _plan(room, _wants_digests(reader, wanted))


async def choose(room: Newsroom, reader: Reader, value: str) -> Reader:
    """The same by a button, see `digests/choices.py`.

    :raises NotUnderstood: no button of ours carries this, or it cannot be
    """
    return await _plan(room, _wants_digests(reader, choices.chosen(reader, value, room.now())))


def _wants_digests(reader: Reader, wanted: Reader) -> Reader:
    """Whoever names hours does, also the same as before."""
    named = wanted.hours is not reader.hours
    return replace(wanted, subscribed=True, reachable=True) if named else wanted


async def live_in(room: Newsroom, reader: Reader, words: str) -> Reader:
    """Hours are by the clock of this city from now on.

    :raises NotUnderstood: nobody knows it
    """
    return await _plan(room, replace(reader, zone=wishes.zone(words)))


async def live_at(room: Newsroom, reader: Reader, latitude: float, longitude: float) -> Reader:
    """Hours are by the clock of this place from now on.

    :raises NotUnderstood: there is no such place
    """
    # in a child: the map of zones takes 35 MB
    return await _plan(room, replace(reader, zone=await room.sandbox.run(zones.at, latitude, longitude)))


async def _plan(room: Newsroom, reader: Reader) -> Reader:
    """Store what a reader wants, with the slots that follow from it.

    What was due before stays due where hours and the like are as they were: also what is overdue.
    """
    now = room.now()
    async with room.store.read() as tx:
        before = await tx.readers.get(reader.id)
    planned = _due(reader, before, now, room.usual_hour)
    async with room.store.begin() as tx:
        if before is None or planned.next_due != before.next_due or _timing(before) != _timing(planned):
            await tx.deliveries.withdraw(reader.id, now)  # of the hours before
        if before is not None and before.quiet != planned.quiet:
            await tx.deliveries.let_go(reader.id, now)
        if before is not None and before.reviews and not planned.reviews:
            await tx.deliveries.withdraw_review(reader.id)
        await tx.readers.save(planned, now)
    return planned


def _due(reader: Reader, before: Reader | None, now: datetime, usual: time) -> Reader:
    """With when the next digest and the next review are due."""
    if not reader.subscribed:
        return replace(reader, next_due=None, review_due=None)
    stays = before is not None and _timing(before) == _timing(reader)
    due = before.next_due if before and stays else None
    review = before.review_due if before and stays else None
    return replace(
        reader,
        next_due=due or next_slot(reader, now, usual).due_at,
        review_due=(review or next_review(reader, now).due_at) if reader.reviews else None,
    )


def _timing(reader: Reader) -> tuple[object, ...]:
    """What decides when something comes."""
    return reader.hours, reader.zone, reader.quiet, reader.paused_until, reader.subscribed, reader.reachable


async def _save(room: Newsroom, reader: Reader) -> Reader:
    async with room.store.begin() as tx:
        await tx.readers.save(reader, room.now())
    return reader


def hours_of(room: Newsroom, reader: Reader) -> tuple[Hour, ...]:
    """When this reader's digests come: as chosen, or else the operator's hour, spread."""
    return hours(reader, room.usual_hour)


async def remember_word(room: Newsroom, chat_id: int, word: str, kind: str = "word") -> str:
    """Keep a word that a button offers, which is too long for the button itself. Returns where.

    :param kind: `find` where it comes of a search, `words` for several, a line each
    """
    async with room.store.begin() as tx:
        kept = View(chat_id=chat_id, kind=kind, story_ids=(), words=word)
        return f"v{await tx.views.add(kept, room.now())}"


async def remembered_word(
    room: Newsroom, chat_id: int, place: str, kinds: Collection[str] = WORDED
) -> str | None:
    """The word, or the search, kept there for this chat."""
    if not re.fullmatch(r"v[0-9]{1,18}", place):
        return None
    async with room.store.read() as tx:
        view = await tx.views.get(int(place[1:]), chat_id)
    return view.words if view and view.kind in kinds else None


async def ask(room: Newsroom, chat_id: int, about: str, payload: str = "") -> None:
    """Keep a question open; the next plain text answers it.

    :param payload: what it is about, such as a number
    """
    now = room.now()
    async with room.store.begin() as tx:
        await tx.questions.ask(Question(chat_id, about, now, now + OPEN, payload))


async def asked_with(room: Newsroom, chat_id: int, message_id: int) -> None:
    """This message asked what is open: in a chat of several people only a reply to it is an answer."""
    async with room.store.begin() as tx:
        await tx.questions.asked_with(chat_id, message_id)


async def is_asked(room: Newsroom, chat_id: int, message_id: int) -> bool:
    """Whether this message asked something that is open."""
    async with room.store.read() as tx:
        return await tx.questions.open(chat_id, room.now(), message_id)


async def answered(
    room: Newsroom, chat_id: int, update_id: int, message_id: int | None = None
) -> Question | None:
    """The open question; it is closed by this, but for the same update after a crash.

    :param message_id: that was replied to, and must have asked it
    """
    async with room.store.begin() as tx:
        return await tx.questions.take(chat_id, update_id, room.now(), message_id)


async def moved(room: Newsroom, old: int, new: int) -> None:
    """A group became a supergroup with another number."""
    async with room.store.begin() as tx:
        await move(tx, old, new)


async def move(tx: Transaction, old: int, new: int) -> None:
    """Everything that we know of a chat gets its new number; what is known under that already stays."""
    for noun in (tx.readers, tx.deliveries, tx.views, tx.questions, tx.inbox, tx.posts, tx.votes):
        await noun.move(old, new)


async def reachable(room: Newsroom, chat_id: int, is_reachable: bool) -> None:
    """Telegram says that a person blocked the bot, or came back."""
    async with room.store.begin() as tx:
        reader = await tx.readers.get(chat_id)
        if reader is not None and is_reachable:
            await tx.readers.trust(chat_id)
        elif reader is not None:
            await tx.readers.unreachable(chat_id, room.now())
    if reader is not None and is_reachable:
        await _plan(room, replace(reader, reachable=True))
