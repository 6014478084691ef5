"""What is read and written for many readers at once whose digests are due, each in one go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from newsbot.models.deliveries import Delivery, Planned, State
from newsbot.store import dialects
from newsbot.store.deliveries import is_digest, row_of
from newsbot.store.dialects import batches
from newsbot.store.facts import count
from newsbot.store.tables import deliveries, readers

MOVE_ON = update(readers).where(readers.c.id == bindparam("number")).values(next_due=bindparam("following"))


def plan_all(connection: Connection, planned: Sequence[Planned], now: datetime, skipped: str) -> int:
    """Write digests down and when the next ones are due. Returns how many are new.

    Who chose other hours, or stopped, since these were composed is left alone: the next round sees that.
    Digests that are late beside a newer one, which tells the same, are skipped.

    :param skipped: the fact under which slots are counted that passed while nobody sent anything
    """
    goes_on = _unchanged(connection, planned)
    theirs = [one for one in planned if one.reader_id in goes_on]
    rows = [{"number": one.reader_id, "following": one.next_due} for one in theirs]
    if rows:
        connection.execute(MOVE_ON, rows)
    if many := sum(one.skipped for one in theirs):
        count(connection, skipped, many)
    new = _insert(connection, [delivery for one in theirs for delivery in one.deliveries])
    for batch in batches(new):
        connection.execute(
            update(deliveries)
            .where(deliveries.c.chat_id.in_(batch), deliveries.c.state == State.QUEUED)
            .where(
                deliveries.c.due_at < now,
                deliveries.c.id.not_in([one for chat in batch for one in new[chat]]),
            )
            .where(is_digest())
            .values(state=State.SKIPPED, reason="overtaken", next_try_at=None)
        )
    return sum(map(len, new.values()))


def _unchanged(connection: Connection, planned: Iterable[Planned]) -> set[int]:
    """Whose plan is as it was."""
    due = {one.reader_id: one.was_due for one in planned}
    found: set[int] = set()
    for batch in batches(due):
        chosen = select(readers.c.id, readers.c.next_due).where(
            readers.c.id.in_(batch), readers.c.subscribed, readers.c.reachable
        )
        rows = connection.execute(chosen)
        found |= {row.id for row in rows if row.next_due == due[row.id]}
    return found


def _insert(connection: Connection, told: Sequence[Delivery]) -> dict[int, list[int]]:
    """Chat -> the ids of its new deliveries; who has them for the slot already is not there."""
    if not told:
        return {}
    statement = (
        dialects.insert(connection, deliveries)
        .on_conflict_do_nothing(index_elements=["chat_id", "slot"])
        .returning(deliveries.c.id, deliveries.c.chat_id)
    )
    found: dict[int, list[int]] = {}
    for row in connection.execute(statement, list(map(row_of, told))):
        found.setdefault(row.chat_id, []).append(row.id)
    return found
