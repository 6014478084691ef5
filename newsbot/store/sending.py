"""What is written for every message that is sent: two transactions, each in one go (`Store.at_once`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import log2
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from newsbot.models.deliveries import LEDGER, Delivery, State, Told
from newsbot.models.figures import DIGESTS
from newsbot.store.tables import corrections, deliveries, impressions, readers, shown
from newsbot.store.tallies import count

#: a chat and what it was shown
Entry = tuple[int, Sequence[Told]]

# made once: to make and to hash a statement costs more than to execute it
DEPART = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("number"))
    .where(deliveries.c.state == State.CLAIMED, deliveries.c.owner == bindparam("whose"))
    .where(deliveries.c.expires_at > bindparam("now"))
    .values(state=State.SENDING)
)
RESULT = ("state", "attempts", "next_try_at", "message_id", "sent_at", "reason", "text", "revision")
SETTLE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("number"))
    # what was taken for dead may turn out to have arrived; what is decided or on its way again stays
    .where(or_(deliveries.c.state == State.SENDING, deliveries.c.state == State.UNKNOWN))
    .values({name: bindparam(name) for name in RESULT})
)


def _showing(insert: Any) -> Any:
    """The first time counts, unless that is forgotten."""
    fresh = insert(shown)
    again = {"at": fresh.excluded.at, "place": fresh.excluded.place}
    return fresh.on_conflict_do_update(
        index_elements=["chat_id", "article_id"], set_=again, where=shown.c.at < bindparam("forgotten")
    )


SHOW: dict[str, Any] = {"sqlite": _showing(sqlite.insert), "postgresql": _showing(postgresql.insert)}


def _counting(insert: Any) -> Any:
    fresh = insert(impressions)
    more = {name: impressions.c[name] + fresh.excluded[name] for name in ("times", "seen")}
    return fresh.on_conflict_do_update(index_elements=["story_id"], set_=more)


TELL = (
    update(readers)
    .where(readers.c.id == bindparam("chat"))
    .where(or_(readers.c.told_at.is_(None), readers.c.told_at < bindparam("until")))
    .values(told_at=bindparam("until"))
)


def _corrected() -> Select[tuple[int]]:
    """The article of a correction; of an editor's all articles of the story."""
    told, same = corrections.alias(), corrections.alias()
    alike = and_(same.c.story_id == told.c.story_id, same.c.at == told.c.at)
    return (
        select(same.c.article_id)
        .join(told, or_(same.c.id == told.c.id, alike))
        .where(told.c.id == bindparam("correction"))
    )


CORRECT = (
    update(shown)
    .where(shown.c.chat_id == bindparam("chat"))
    .where(shown.c.article_id.in_(_corrected()))
    .values(corrected_at=bindparam("now"))
)
COUNT: dict[str, Any] = {
    "sqlite": _counting(sqlite.insert),
    "postgresql": _counting(postgresql.insert),
}


def depart(connection: Connection, ids: Sequence[int], owner: str, now: datetime) -> set[int]:
    """On the wire from now on: written down before they leave. Returns those still ours, and in time."""
    values = {"whose": owner, "now": now}
    return {number for number in ids if connection.execute(DEPART, values | {"number": number}).rowcount}


def settle(
    connection: Connection,
    settled: Sequence[Delivery],
    entries: Sequence[Entry],
    now: datetime,
    day: str = "",
) -> None:
    """What became of them, and what their chats were shown by that.

    :param day: on which the digests that arrived are counted
    """
    rows = [{"number": one.id} | {name: getattr(one, name) for name in RESULT} for one in settled]
    if rows:
        connection.execute(SETTLE, rows)
    here = _still_there(connection, settled)
    show_all(connection, [(chat, told) for chat, told in entries if chat in here], now)
    sent = [one for one in settled if one.state is State.SENT and one.chat_id in here]
    arrive(connection, sent, now)
    digests = sum(one.is_digest for one in sent)
    if day and digests:
        count(connection, day, DIGESTS, digests)


def _still_there(connection: Connection, settled: Sequence[Delivery]) -> set[int]:
    """The chats that were not forgotten while something was on its way to them."""
    rows = connection.scalars(select(deliveries.c.id).where(deliveries.c.id.in_([one.id for one in settled])))
    there = set(rows)
    return {one.chat_id for one in settled if one.id in there}


def arrive(connection: Connection, sent: Sequence[Delivery], now: datetime) -> None:
    """Until when their readers were told news, and that they were told what was corrected."""
    told = [{"chat": one.chat_id, "until": one.told_at} for one in sent if one.told_at is not None]
    if told:
        connection.execute(TELL, told)
    rows = [
        {"chat": one.chat_id, "correction": number, "now": now}
        for one in sent
        for number in one.corrected_ids
    ]
    if rows:
        connection.execute(CORRECT, rows)


def show_all(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Enter stories into the ledger of what chats were shown, and count them."""
    seen: dict[int, list[float]] = {}
    rows: dict[tuple[int, int], int] = {}
    for chat, stories in entries:
        for story in stories:
            if story.place:
                seen.setdefault(story.story_id, []).append(read_at(story.place))
            for article in story.article_ids:
                rows.setdefault((chat, article), story.place)
    dialect = connection.dialect.name
    if rows:
        told = [
            {"chat_id": chat, "article_id": article, "at": now, "place": place, "forgotten": now - LEDGER}
            for (chat, article), place in sorted(rows.items())
        ]
        connection.execute(SHOW[dialect], told)
    if seen:
        counted = [
            {"story_id": story, "times": len(likely), "seen": sum(likely)}
            for story, likely in sorted(seen.items())
        ]
        connection.execute(COUNT[dialect], counted)


def read_at(place: int) -> float:
    """How likely a story at this place of a list, from 1 on, is read.

    The discount of Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques".
    """
    return 1 / log2(1 + place)
