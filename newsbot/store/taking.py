"""What is written for every pull that brought something: one transaction, in one go (`Store.at_once`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from newsbot.models.jobs import Job
from newsbot.models.reading import Understood
from newsbot.store import articles, hits, search, stories
from newsbot.store.jobs import defer

TAKING = 0x74616B65  # "take": the locks of who stores articles


def take(
    connection: Connection,
    source_id: str,
    found: Sequence[Understood],
    now: datetime,
    backlog: bool = False,
    by_hand: bool = False,
    answering: Sequence[Sequence[str]] = (),
    then: Sequence[Job] = (),
) -> list[tuple[int, bool]]:
    """Store those that are new, with all by which they are found and compared.

    Returns for each the id of the article that it is (or FORGOTTEN), and whether it is new.

    :param backlog: see `articles.add_all`
    :param by_hand: what was forgotten is new again, but not what was removed for good
    :param answering: of each the keys of the followed searches that it answers; of what is no backlog those
        are told who want to know at once
    :param then: jobs that are due once these are stored
    """
    _alone(connection, source_id)
    keys = [key for one in found for key in one.draft.keys]
    known = articles.known(connection, source_id, keys)
    if by_hand:
        gone = articles.taken_out(connection, keys)
        known = {
            key: article_id
            for key, article_id in known.items()
            if article_id != articles.FORGOTTEN or key in gone
        }
    new: list[Understood] = []
    # of each: the article that we have, or -1, -2 … for the first, second new one; whether it is the new one
    places: list[tuple[int, bool]] = []
    for one in found:
        place = next((known[key] for key in one.draft.keys if key in known), None)
        is_new = place is None
        if place is None:
            new.append(one)
            place = -len(new)
            known |= dict.fromkeys(one.draft.keys, place)
        places.append((place, is_new))
    ids = articles.add_all(connection, [(one.draft, one.folded) for one in new], source_id, now, backlog)
    named = list(zip(ids, new, strict=True))
    search.put_all(connection, [(article_id, one.document) for article_id, one in named])
    stories.describe_all(connection, [(article_id, one.signature) for article_id, one in named])
    taken = [(ids[-place - 1] if place < 0 else place, is_new) for place, is_new in places]
    answers = zip(taken, answering, strict=False)
    pairs = [(key, article_id) for (article_id, is_new), keys in answers if is_new for key in keys]
    hits.add_all(connection, pairs, now, waits=not backlog)
    if new:
        defer(connection, then)
    return taken


def _alone(connection: Connection, source_id: str) -> None:
    """Nobody else stores articles of this source meanwhile: two who pull it would each find them new.

    On SQLite a writing transaction is alone anyway; on PostgreSQL this one takes no turn (`Store.take`), so
    that workers store articles of several sources at the same time.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(TAKING, func.hashtext(source_id))))
