"""A database in which everything is well, and what may go wrong in one."""

# ruff: noqa: S608  what is damaged here is ours
from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine, text

from newsbot.models.broadcasts import Broadcast, Content, Kind, Stage
from newsbot.models.deliveries import Delivery, State, Told
from newsbot.models.payments import Payment
from newsbot.models.people import pseudonym
from newsbot.models.readers import Hour, Question, Reader
from newsbot.models.staff import Member, Outcast, Role
from newsbot.models.stories import Placed, Ruling
from newsbot.models.taste import Deed, Mark, worth
from newsbot.store import Store
from newsbot.store.tables import metadata
from tests.examples import NOON, minutes_ago
from tests.store.archive import Archive

OLD = NOON - timedelta(days=3)
READERS = (7, 8, -9)
LAST = "2026-11-21 04:00:00.000000"  # three days ago, as the databases write it
PAST = "2026-11-01 04:00:00.000000"


class Damage(NamedTuple):
    """What goes wrong.

    :ivar name: of the check that is to find it
    :ivar count: how many rows are wrong
    :ivar mended: how many of them can be mended
    :ivar restores: whether all is as it was before, once it is mended
    :ivar more: rows that go with those that are mended
    """

    name: str
    count: int
    mended: int
    statements: tuple[str, ...]
    restores: bool = False
    more: int = 0


def lost(name: str, *statements: str, mended: bool = True) -> Damage:
    """One row that names nothing, and is removed."""
    return Damage(name, 1, int(mended), statements, restores=mended)


def left(name: str, *statements: str, count: int = 1) -> Damage:
    """What nobody can mend."""
    return Damage(name, count, 0, statements)


QUEUE = (
    "INSERT INTO deliveries (chat_id, slot, state, due_at, expires_at, story_ids, lost_ids, filtered, attempts,"
    " broadcast_id, revision) VALUES"
)


def queued(chat: int, due: str, expires: str, broadcast: str = "NULL", state: str = "queued") -> str:
    return f"{QUEUE} ({chat}, 'another', '{state}', '{due}', '{expires}', '[]', '[]', 0, 0, {broadcast}, 0)"


FUTURE = "2026-12-24 04:00:00.000000"
# fmt: off
# ids of `healthy`: articles 1 to 6; story 4 was merged into 2, with article 5; 4 is a copy of 3
DAMAGES = (
    # rows that name nothing
    lost("article_keys.article_id", "INSERT INTO article_keys VALUES ('daily', 'x', 999)"),
    lost("article_tags.article_id", "INSERT INTO article_tags VALUES ('x', 999)"),
    lost("story_keys.article_id", f"INSERT INTO story_keys VALUES ('x', 999, '{LAST}')"),
    lost("signatures.article_id", "INSERT INTO signatures VALUES (999, 'x', '', '[]', '[]', '[]')"),
    lost("hits.article_id", f"INSERT INTO hits VALUES ('x', 999, '{LAST}', false)"),
    lost("corrections.article_id", f"INSERT INTO corrections (article_id, before, at) VALUES (999, 'x', '{LAST}')"),
    lost(
        "words.reader_id",
        f"INSERT INTO words (reader_id, kind, word, added_at, key) VALUES (999, 'follow', 'x', '{LAST}', 'x')",
    ),
    lost("votes.story_id", f"INSERT INTO votes (reader_id, story_id, vote, at) VALUES (7, 999, 1, '{LAST}')"),
    lost("ratings.story_id", f"INSERT INTO ratings (reader_id, story_id, value, at) VALUES (7, 999, 1, '{LAST}')"),
    lost("saves.story_id", f"INSERT INTO saves VALUES (7, 999, '{LAST}')"),
    lost("posts.story_id", f"INSERT INTO posts VALUES (7, 999, 999, 'd1', '{LAST}')"),
    lost("impressions.story_id", "INSERT INTO impressions VALUES (999, 1, 1)"),
    Damage("feedback.story_id", 1, 1, ("UPDATE feedback SET story_id = 999 WHERE story_id = 1",)),
    Damage("articles.story_id", 1, 1, ("UPDATE articles SET story_id = 999 WHERE id = 4",)),
    left("articles.source_id", "UPDATE articles SET source_id = 'nobody' WHERE id = 2"),
    # what no code of ours writes
    left("deliveries.state", "UPDATE deliveries SET state = 'lost' WHERE slot = 'first'"),
    left("broadcasts.stage", "UPDATE broadcasts SET stage = 'lost'"),
    left("staff.role", "UPDATE staff SET role = 'king'"),
    left("votes.vote", "UPDATE votes SET vote = 2 WHERE story_id = 1", count=3),
    left("ratings.value", "UPDATE ratings SET value = 6 WHERE reader_id = 7"),
    # stories
    Damage(
        "stories.empty", 2, 1,
        (
            f"INSERT INTO stories (id, first_at) VALUES (70, '{LAST}'), (71, '{LAST}')",
            "INSERT INTO impressions VALUES (70, 1, 1)",
            f"INSERT INTO posts VALUES (7, 999, 70, 'd1', '{LAST}')",
            f"INSERT INTO saves VALUES (7, 71, '{LAST}')",
        ),
        more=2,
    ),
    Damage(
        "stories.merged", 2, 1,
        (
            f"INSERT INTO stories (id, first_at, merged_into) VALUES (70, '{LAST}', 999), (71, '{LAST}', 999)",
            f"INSERT INTO posts VALUES (7, 999, 70, 'd1', '{LAST}')",
            f"INSERT INTO feedback (reader_id, story_id, reason, words, at) VALUES (7, 71, 'ad', '', '{LAST}')",
        ),
        more=1,
    ),
    Damage(
        "stories.chain", 5, 2,
        (
            f"INSERT INTO stories (id, first_at, merged_into) VALUES (70, '{LAST}', 4), (71, '{LAST}', 70),"
            f" (72, '{LAST}', 72), (73, '{LAST}', 74), (74, '{LAST}', 73)",
        ),
    ),
    Damage("articles.merged", 1, 1, ("UPDATE articles SET story_id = 4 WHERE id = 5",), restores=True),
    Damage(
        "votes.merged", 2, 2,
        (f"INSERT INTO votes (reader_id, story_id, vote, at) VALUES (7, 4, 1, '{PAST}'), (70, 4, -1, '{LAST}')",),
    ),
    Damage(
        "ratings.merged", 1, 1,
        (f"INSERT INTO ratings (reader_id, story_id, value, at) VALUES (7, 4, 1, '{PAST}')",),
    ),
    Damage("saves.merged", 1, 1, (f"INSERT INTO saves VALUES (7, 4, '{PAST}')",)),
    left(
        "feedback.merged",
        f"INSERT INTO feedback (reader_id, story_id, reason, words, at) VALUES (7, 4, 'ad', '', '{LAST}')",
    ),
    Damage("stories.lead", 2, 2, ("UPDATE stories SET lead_id = 6 WHERE id IN (1, 2)",), restores=True),
    Damage("articles.copy_of", 2, 2, ("UPDATE articles SET copy_of = 6 WHERE id = 4", "UPDATE articles SET copy_of = 99 WHERE id = 1")),
    left("articles.unplaced", "UPDATE articles SET story_id = NULL WHERE id = 4", "UPDATE articles SET copy_of = NULL WHERE id = 4", f"UPDATE articles SET first_seen = '{LAST}' WHERE id = 6"),
    Damage("articles.at", 1, 1, (f"UPDATE articles SET at = '{LAST}' WHERE id = 2",), restores=True),
    left("impressions.times", "UPDATE impressions SET times = 1 WHERE story_id = 1"),
    # readers
    left("readers.plan", "UPDATE readers SET zone = 'Nowhere/Land' WHERE id = 7", "UPDATE readers SET quiet = 'x-y' WHERE id = 8", "UPDATE readers SET language = 'fr' WHERE id = -9", count=3),
    Damage("readers.hour_bits", 2, 2, ("UPDATE readers SET hour_bits = 5 WHERE id IN (7, 8)",), restores=True),
    Damage("readers.kind", 2, 2, ("UPDATE readers SET kind = 'group' WHERE id = 7", "UPDATE readers SET kind = 'private' WHERE id = -9"), restores=True),
    Damage("readers.never_due", 2, 2, ("UPDATE readers SET next_due = NULL WHERE id = 7", "UPDATE readers SET review_due = NULL WHERE id = 8")),
    Damage("readers.due", 2, 2, (f"UPDATE readers SET next_due = '{FUTURE}' WHERE id = 10", f"UPDATE readers SET review_due = '{FUTURE}' WHERE id = 11"), restores=True),
    Damage("readers.review_due", 1, 1, (f"UPDATE readers SET review_due = '{FUTURE}' WHERE id = 7",), restores=True),
    left("readers.out", "UPDATE readers SET subscribed = true, next_due = '2026-12-24 04:00:00.000000' WHERE id = 10"),
    Damage("words.key", 1, 1, ("UPDATE words SET key = 'X' WHERE word = 'AI'",), restores=True),
    left("words.kind", "UPDATE words SET kind = 'banana' WHERE word = 'AI'"),
    left("words.topic", "UPDATE words SET thread_id = 5 WHERE word = 'AI'"),
    Damage("votes.chat_id", 3, 3, ("UPDATE votes SET chat_id = 7 WHERE story_id = 1",), restores=True),
    left("payments", "UPDATE payments SET stars = 0"),
    Damage("tastes", 2, 2, ("DELETE FROM tastes WHERE reader_id = 7", "UPDATE tastes SET weight = weight + 1 WHERE reader_id = 8")),
    # what is on its way
    Damage("deliveries.left_behind", 2, 2, ("UPDATE deliveries SET state = 'claimed', owner = 'x' WHERE slot = 'waits'", "UPDATE deliveries SET state = 'sending', owner = 'x' WHERE slot = 'cast:1' AND chat_id = 7")),
    Damage("deliveries.chat_id", 1, 1, (queued(999, LAST, FUTURE),)),
    Damage("deliveries.late", 1, 1, (queued(7, PAST, LAST),)),
    Damage("deliveries.broadcast_id", 2, 2, (queued(7, LAST, FUTURE, "99"), queued(8, LAST, FUTURE, "1"))),
    left("deliveries.sent", "UPDATE deliveries SET message_id = NULL WHERE slot = 'first'", "UPDATE deliveries SET sent_at = NULL WHERE slot = 'cast:1' AND chat_id = 7", count=2),
    Damage("broadcasts.over", 1, 1, ("UPDATE broadcasts SET stage = 'sending', ended_at = NULL", f"UPDATE deliveries SET sent_at = '{LAST}' WHERE broadcast_id = 1")),
    left("broadcasts.ended_at", "UPDATE broadcasts SET ended_at = NULL"),
    Damage("broadcasts.is_amending", 1, 1, ("UPDATE broadcasts SET is_amending = true",), restores=True),
    lost("questions", f"INSERT INTO questions VALUES (8, 'x', '', '{PAST}', '{PAST}', NULL, NULL)"),
    left("inbox", f"INSERT INTO inbox (update_id, chat_id, payload, at) VALUES (9, 7, '', '{LAST}')"),
    left("facts", "INSERT INTO facts VALUES ('polling', '{\"bot\"')", "UPDATE facts SET value = 'many' WHERE name = 'grouped'", count=2),
    left("sources.zone", "UPDATE sources SET zone = 'Nowhere/Land'"),
    left("marks.deed", "UPDATE marks SET deed = 'stare' WHERE reader_id = 7"),
)
# fmt: on


def delivery(chat_id: int, slot: str, **changes: Any) -> Delivery:
    values = {
        "state": State.QUEUED, "due_at": NOON + timedelta(hours=1), "expires_at": NOON + timedelta(hours=9),
        "story_ids": (1,),
    } | changes  # fmt: skip
    return Delivery(id=0, chat_id=chat_id, slot=slot, **values)


async def healthy(store: Store) -> None:
    """Something of everything, through the store."""
    await _news(Archive(store))
    await _readers(store)
    await _deeds(store)
    await _deliveries(store)


async def _news(archive: Archive) -> None:
    for title in "一二三":
        await archive.tells(title)
    copy = await archive.files("四")
    merged = await archive.tells("五")
    await archive.tells("六")
    async with archive.store.begin() as tx:
        await tx.stories.join_all([(copy, Placed(3, 3))])
        await tx.rulings.merge(2, merged)
        made = Ruling(kind="merge", story_id=2, other_id=merged, article_ids=(5,), by=7, at=NOON)
        await tx.rulings.rule(made)
        await tx.stories.index(1, ["a"], minutes_ago(60))
        await tx.hits.add([("ai", 1)], NOON)
        await tx.corrections.note(1, "零", NOON)
        await tx.facts.put("grouped", "5")


async def _readers(store: Store) -> None:
    later = NOON + timedelta(hours=20)
    chosen = (Hour(NOON.time().replace(hour=8)),)
    people = (
        Reader(id=7, hours=chosen, next_due=later),
        Reader(id=8, hours=chosen, next_due=later, reviews=True, review_due=later, quiet=(chosen[0].at,) * 2),
        Reader(id=-9, kind="group", language="en", next_due=later),
        Reader(id=10, subscribed=False),
        Reader(id=11, reachable=False),
    )
    async with store.begin() as tx:
        for one in people:
            await tx.readers.save(one, OLD)
        await tx.readers.add_words(7, "follow", ["AI", "story:1"], NOON)
        await tx.staff.put(Member(7, Role.EDITOR, 1, NOON))
        await tx.outcasts.put(Outcast(10, 1, "", NOON))
        await tx.questions.ask(Question(7, "word", NOON, NOON))


async def _deeds(store: Store) -> None:
    async with store.begin() as tx:
        for reader in READERS:
            await tx.votes.cast(reader, 1, 1, NOON)
            await tx.marks.put(mark(reader, 1))
            await tx.votes.cast(reader, 2, -1, NOON)
        await tx.votes.rate(7, 2, 4, NOON)
        await tx.votes.save(7, 2, True, NOON)
        await tx.marks.put(mark(8, 2))
        await tx.marks.remove(8, 2, Deed.VOTE)
        await tx.feedback.add(7, 1, "ad", "", NOON)
        await tx.posts.put(7, 50, 1, "d1", NOON)
        await tx.readers.add_words(-9, "topic", ["芯片"], NOON, thread_id=3)
        await tx.payments.add(Payment(charge_id="c", person_id=7, stars=50, at=NOON, update_id=1))
        await tx.readers.save(Reader(id=77, subscribed=False), NOON)
        await tx.votes.rate(77, 3, 4, NOON)
        await tx.people.forget(77, pseudonym(b"k", 77), 0, NOON)
        for reader in READERS:
            await tx.deliveries.show(reader, [Told(1, 1, (1,)), Told(2, 2, (2,))], NOON)
        await tx.deliveries.show(7, [Told(3, 0, (3, 4))], NOON)


def mark(reader: int, story: int) -> Mark:
    told_of = {"tag:芯片": 0.7071, "source:daily": 1 / 3}
    return Mark(
        reader_id=reader, story_id=story, deed=Deed.VOTE, worth=worth(Deed.VOTE, 1), at=NOON, about=told_of
    )


async def _deliveries(store: Store) -> None:
    sent = {"state": State.SENT, "message_id": 5, "sent_at": NOON, "due_at": NOON}
    cast = Broadcast(
        id=0, by=7, at=OLD, began_at=OLD, ended_at=OLD, stage=Stage.SENT, key="k", audience=2,
        content=Content(kind=Kind.TEXT, text="x"),
    )  # fmt: skip
    async with store.begin() as tx:
        number = await tx.broadcasts.add(cast)
        for one in (
            delivery(7, "first", **sent),
            delivery(7, "waits"),
            delivery(8, "skipped", state=State.SKIPPED),
            delivery(7, f"cast:{number}", broadcast_id=number, **sent),
            delivery(8, f"cast:{number}", broadcast_id=number, **sent),
        ):
            await tx.deliveries.plan(one)


@dataclass
class Vandal:
    """Somebody who writes into the database past the store, and reads all of it."""

    address: str

    def breaks(self, *statements: str) -> None:
        """Without anybody looking after foreign keys."""
        engine = create_engine(self.address.replace("+aiosqlite", ""))
        off = "PRAGMA foreign_keys = OFF"
        if engine.dialect.name == "postgresql":
            off = "SET session_replication_role = replica; SET TIME ZONE 'UTC'"
        with engine.begin() as connection:
            for statement in (off, *statements):
                connection.exec_driver_sql(statement.replace("%", "%%"))
        engine.dispose()

    def overwrites(self, name: str) -> None:
        """The first page of a table or an index of SQLite's is garbage from now on."""
        path = self.address.partition(":///")[2]
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (page,) = connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)
            ).fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        with Path(path).open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xff\x13 garbage" * (size // 10))

    def sees(self) -> dict[str, set[str]]:
        """Every row of every table."""
        engine = create_engine(self.address.replace("+aiosqlite", ""))
        with engine.connect() as connection:
            tables = sorted(metadata.tables)
            found = {
                name: {repr(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {name}"))}
                for name in tables
            }
        engine.dispose()
        return found
