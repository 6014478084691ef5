"""What is written for every message that is sent: two transactions, each in one go (`Store.at_once`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from newsbot.models.deliveries import Delivery, State
from newsbot.store.tables import deliveries, shown

#: (chat, article, when) that enters the ledger of what a chat was shown
Entry = tuple[int, int, datetime]

# made once: to make and to hash a statement costs more than to execute it
DEPART = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("number"))
    .where(deliveries.c.state == State.CLAIMED, deliveries.c.owner == bindparam("whose"))
    .where(deliveries.c.expires_at > bindparam("now"))
    .values(state=State.SENDING)
)
RESULT = ("state", "attempts", "next_try_at", "message_id", "sent_at", "reason", "text")
SETTLE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("number"))
    # what was taken for dead may turn out to have arrived; what is decided or on its way again stays
    .where(or_(deliveries.c.state == State.SENDING, deliveries.c.state == State.UNKNOWN))
    .values({name: bindparam(name) for name in RESULT})
)
SHOW: dict[str, Any] = {
    "sqlite": sqlite.insert(shown).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(shown).on_conflict_do_nothing(),
}


def depart(connection: Connection, ids: Sequence[int], owner: str, now: datetime) -> set[int]:
    """On the wire from now on: written down before they leave. Returns those still ours, and in time."""
    values = {"whose": owner, "now": now}
    return {number for number in ids if connection.execute(DEPART, values | {"number": number}).rowcount}


def settle(connection: Connection, settled: Sequence[Delivery], entries: Sequence[Entry]) -> None:
    """What became of them, and what their chats were shown by that."""
    rows = [{"number": one.id} | {name: getattr(one, name) for name in RESULT} for one in settled]
    if rows:
        connection.execute(SETTLE, rows)
    if entries:
        told = [{"chat_id": chat, "article_id": article, "at": at} for chat, article, at in entries]
        connection.execute(SHOW[connection.dialect.name], told)
