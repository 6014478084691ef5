"""What people may ask for: everything that is kept of them, and that nothing is."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

import structlog

from newsbot import vault
from newsbot.errors import NotUnderstood, StoreError
from newsbot.flows import follows, turnstile
from newsbot.flows.story import Presser
from newsbot.models.people import Belonging
from newsbot.models.readers import Reader
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.search.match import is_of
from newsbot.search.query import parsed
from newsbot.sources.opml import write_opml
from newsbot.store import REWRITE, Transaction
from newsbot.store.backup import KEPT as BACKUPS_KEPT

VOTES_KEPT = timedelta(days=90)  # under a pseudonym
AT_ONCE = 500  # votes in one transaction
LONGEST = 5_000_000  # bytes of JSON; more is sent compressed
MOST_TIPS = 1_000
MOST_SAVED = 1_000  # the last, in the OPML; the JSON has all
PAUSES = (0.0, 0.1, 0.2, 0.4, 0.8)  # seconds between two attempts to cut the journal
SMALL = 1_000_000_000  # bytes of a file that may be written anew while people wait
SCRUB = "scrub"  # a fact: something was deleted whose traces are still in the journal
Others = dict[str, Sequence[tuple[str, str | None]]]
log = structlog.get_logger()


# everything that is kept


async def export(room: Newsroom, reader: Reader) -> tuple[bytes, bytes, bool]:
    """JSON with all that is kept of a person, OPML of what they read, and whether the JSON is compressed.

    :raises NotUnderstood: they asked too often
    """
    turnstile.enter(room, reader.id)
    async with room.exporting:  # one is in memory at a time
        with TemporaryFile() as file:
            async with room.store.read() as tx:
                await _write(file, tx, reader, room.now())
                sources = [source for source, _ in await tx.sources.all()]
                ids = (await tx.votes.saved(reader.id))[:MOST_SAVED]
                saved = [(story.title, story.lead.link) for story in await tx.stories.load(ids)]
            opml = await asyncio.to_thread(_opml, reader, sources, saved)
            is_long = file.tell() > LONGEST
            return await asyncio.to_thread(_packed, file, is_long), opml, is_long


def _packed(file: IO[bytes], is_long: bool) -> bytes:
    file.seek(0)
    if not is_long:
        return file.read()
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as into:
        shutil.copyfileobj(file, into)
    return packed.getvalue()


async def _write(file: IO[bytes], tx: Transaction, reader: Reader, now: datetime) -> None:
    """A part after the other: of a hundred thousand votes no list stands in memory."""
    zone = ZoneInfo(reader.zone)
    known = await tx.readers.get(reader.id)
    head: dict[str, Any] = {"format": "newsbot export 1", "made": _moment(now, zone), "id": reader.id}
    head |= {"plan": _plan(known, zone) if known else None, "words": _words(known) if known else []}
    file.write(_json(head)[:-1])
    for name, told in (
        ("votes", tx.belongings.votes(reader.id)),
        ("values", tx.belongings.values(reader.id)),
        ("saves", tx.belongings.saves(reader.id)),
    ):
        await _write_all(file, name, told, zone)
    file.write(b",")
    feedback = [
        {"reason": reason, "words": words, "story": title, "at": _moment(at, zone)}
        for reason, words, title, at in await tx.belongings.feedback(reader.id)
    ]
    tips = [
        {"stars": one.stars, "charge": one.charge_id, "at": _moment(one.at, zone)}
        | {"refunded": _moment(one.refunded_at, zone)}
        for one in await tx.payments.of(reader.id, MOST_TIPS)
    ]
    sent = [
        {"slot": slot, "at": _moment(at, zone), "stories": stories}
        for slot, at, stories in await tx.belongings.sent(reader.id)
    ]
    lists = [
        {"words": words, "at": _moment(at, zone)} for words, at in await tx.belongings.looked_for(reader.id)
    ]
    rest = {
        "feedback": feedback,
        "taste": await tx.belongings.taste(reader.id),
        "tips": tips,
        "sent": sent,
        "lists": lists,
        "role": await tx.staff.role(reader.id),
    }
    file.write(_json(rest)[1:] + b"\n")


async def _write_all(file: IO[bytes], name: str, told: AsyncIterator[Belonging], zone: ZoneInfo) -> None:
    file.write(b',"%s":[' % name.encode())
    between = b"\n"
    async for one in told:
        said = {} if name == "saves" else {name.removesuffix("s"): one.said}
        row = {"story": one.story_id, "title": one.title, "link": one.link} | said
        file.write(between + _json(row | {"at": _moment(one.at, zone)}))
        between = b",\n"
    file.write(b"]")


def _plan(reader: Reader, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "subscribed": reader.subscribed,
        "language": reader.language,
        "languages": sorted(reader.reads),
        "zone": reader.zone,
        "hours": [{"at": f"{hour.at:%H:%M}", "days": sorted(hour.days)} for hour in reader.hours],
        "quiet": [f"{at:%H:%M}" for at in reader.quiet] if reader.quiet else None,
        "paused_until": _moment(reader.paused_until, zone),
        "length": reader.length,
        "least": reader.least,
        "lets_in": sorted(reader.lets_in),
        "alerts_a_day": reader.most_alerts,
        "tells_nothing": reader.tells_nothing,
        "preview": reader.preview,
        "rich": reader.rich,
        "reviews": reader.reviews,
        "own_titles": reader.own_titles,
        "learns": reader.learns,
    }


def _words(reader: Reader) -> list[dict[str, Any]]:
    follows = [{"kind": "follow", "word": word, "alerts": word in reader.alerts} for word in reader.follows]
    return [*follows, *({"kind": "mute", "word": word, "alerts": False} for word in reader.mutes)]


def _opml(reader: Reader, sources: list[Source], saved: list[tuple[str, str | None]]) -> bytes:
    """The sources that they get, what they follow, and what they saved, for other readers of news."""
    wanted = [one for one in sources if one.on and not one.sample and not _is_muted(one, reader)]
    others: Others = {"follow": [(word, None) for word in reader.follows], "saved": saved}
    return write_opml(wanted, "newsbot", others).encode()


def _is_muted(source: Source, reader: Reader) -> bool:
    """Whether a reader wants nothing of it."""
    queries = filter(None, map(parsed, reader.mutes))
    return any(
        query.sources and not (query.groups or query.tags) and is_of(query, (), (source.name, source.id))
        for query in queries
    )


def _moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


# nothing any more


async def forget(room: Newsroom, who: Presser) -> None:
    """Nothing names this person any more, but for what they paid; tallies stay as they are.

    :raises NotUnderstood: it was said in a chat that is not their own
    """
    if who.id != who.chat_id:
        raise NotUnderstood("press.old")
    for place in [place for place in room.edits if place[0] == who.chat_id]:
        room.edits.pop(place).cancel()
    room.searches.pop(who.id, None)
    room.administrators = {pair: known for pair, known in room.administrators.items() if pair[1] != who.id}
    now = room.now()
    async with room.store.read() as tx:
        reader = await tx.readers.get(who.id)
    # first: whoever stands there was forgotten, or asked for it
    await asyncio.to_thread(room.vault.note, who.id, now)
    async with room.store.begin() as tx:
        await tx.broadcasts.unplan(who.id)
        await tx.people.forget(who.id, room.pseudonym(who.id), who.update_id, now - VOTES_KEPT)
        await tx.facts.put(SCRUB, now.isoformat())
    await follows.forgotten(room, reader.follows if reader else ())
    log.info("forgotten", person=room.alias(who.id))
    is_cut = await _cut(room)
    if not await _has_paid(room, who.id):
        await _look_again(room, who.id, is_cut)


async def _cut(room: Newsroom) -> bool:
    for pause in PAUSES:
        await asyncio.sleep(pause)
        if await scrub(room):
            return True
    log.warning("traces stay in the journal until nobody reads what is older")
    return False


async def _has_paid(room: Newsroom, person_id: int) -> bool:
    """Whose number stays, for what they may get back."""
    async with room.store.read() as tx:
        return bool(await tx.payments.of(person_id, 1))


async def _look_again(room: Newsroom, person_id: int, is_cut: bool) -> None:
    """Where something is left between the rows the file is written anew: a large one at night.

    :param is_cut: the journal was; before that nobody can tell, and it is done at night too
    """
    try:
        if is_cut and not await room.store.has_traces(person_id):
            return
        async with room.store.begin() as tx:
            await tx.facts.put(REWRITE, "yes")
        if is_cut and room.store.size <= SMALL:
            await room.store.rewrite()
    except StoreError as error:
        log.warning("traces may stay until the file is written anew", why=str(error))


async def restored(room: Newsroom, copied_at: datetime) -> int:
    """The database is a copy of then: whoever was forgotten since is forgotten again. Returns how many."""
    if room.now() - copied_at > BACKUPS_KEPT:
        log.warning("restored from a backup that is older than it may be", days=BACKUPS_KEPT.days)
    return await _again(room, copied_at)


async def risen(room: Newsroom) -> int:
    """The same of a database that does not know whether it is a copy: who is there since before they were
    forgotten. Returns how many.
    """
    return await _again(room, room.now() - vault.KEPT, only_older=True)


async def _again(room: Newsroom, since: datetime, only_older: bool = False) -> int:
    gone = await asyncio.to_thread(room.vault.forgotten_since, since)
    if not gone:
        return 0
    async with room.store.read() as tx:
        known = await tx.people.all()
        theirs = {one: gone[name] for one in known if (name := room.pseudonym(one)) in gone}
        if only_older:
            theirs = {one: at for one, at in theirs.items() if await tx.people.is_older(one, at)}
    for person in theirs:
        async with room.store.begin() as tx:
            await tx.people.forget(person, room.pseudonym(person), 0, room.now() - VOTES_KEPT)
            await tx.facts.put(SCRUB, room.now().isoformat())
    return len(theirs)


async def scrub(room: Newsroom) -> bool:
    """Take what was deleted out of the files too. False where the clock has to try that again."""
    async with room.store.read() as tx:
        since = await tx.facts.get(SCRUB)
    if since is None:
        return True
    try:
        done = await room.store.scrub()
    except StoreError as error:
        log.warning("journal not cut", why=str(error))
        return False
    if done:
        async with room.store.begin() as tx:
            if await tx.facts.get(SCRUB) == since:
                await tx.facts.remove(SCRUB)
    return done


async def tidy(room: Newsroom) -> int:
    """Pseudonyms that have been kept long enough are nobody's. Returns of how many votes and values."""
    many, some = 0, AT_ONCE
    while some and not room.closing.is_set():
        async with room.store.begin() as tx:
            some = await tx.people.let_go(room.now() - VOTES_KEPT, AT_ONCE)
            if some:
                await tx.facts.put(SCRUB, room.now().isoformat())
        many += some
    return many
