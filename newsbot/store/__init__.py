"""The door to everything we remember.

    async with store.begin() as tx:          # all or nothing
        await tx.votes.cast(reader, story, 1, now)

    async with store.read() as tx:           # one consistent picture, writes nothing
        stories = await tx.stories.load(ids)

A transaction is never held while waiting for the network. Any method may raise StoreError.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.errors import SettingsError, StoreError
from newsbot.models.deliveries import Delivery, Planned
from newsbot.models.jobs import Job
from newsbot.models.reading import Understood
from newsbot.models.sources import Health
from newsbot.store import jobs, migrate, planning, scrub, sending, taking
from newsbot.store.alone import alone
from newsbot.store.articles import Articles
from newsbot.store.audience import Audience
from newsbot.store.backup import backup, expire_before
from newsbot.store.belongings import Belongings
from newsbot.store.broadcasts import Broadcasts
from newsbot.store.corrections import Corrections
from newsbot.store.deliveries import Deliveries
from newsbot.store.dialects import cause
from newsbot.store.engine import open_engine, open_quick
from newsbot.store.facts import Facts
from newsbot.store.feedback import Feedback
from newsbot.store.figures import FigureTable
from newsbot.store.group_commit import GroupCommit
from newsbot.store.hits import Hits
from newsbot.store.inbox import Inbox
from newsbot.store.jobs import Jobs
from newsbot.store.marks import Marks
from newsbot.store.payments import Payments
from newsbot.store.people import People
from newsbot.store.posts import Posts
from newsbot.store.questions import Questions
from newsbot.store.readers import Readers
from newsbot.store.rulings import Rulings
from newsbot.store.search import Search
from newsbot.store.sources import Sources, remember
from newsbot.store.staff import Audit, Outcasts, Staff
from newsbot.store.stories import Stories
from newsbot.store.tables import facts
from newsbot.store.tallies import Tallies
from newsbot.store.views import Views
from newsbot.store.votes import Votes
from newsbot.store.words import Words

if TYPE_CHECKING:
    from newsbot.store.inspection import Inspection

R = TypeVar("R")

REWRITE = "rewrite"  # a fact: SQLite's file is to be written anew
OF_THE_FILE = {  # what SQLite says that no setting mends -> what to look at
    sqlite3.SQLITE_BUSY: " for longer than half a minute: another program writes to it",
    sqlite3.SQLITE_IOERR: " (is there room on its disk?)",  # also where the index of its journal finds none
    sqlite3.SQLITE_FULL: "",
}
COPYING = "copying"  # a fact: this is a copy that is not complete yet, see copying.py
log = structlog.get_logger()
# PostgreSQL shows every statement a picture of its own, unless it is told otherwise; for SQLite see engine.py
ONE_PICTURE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Transaction:
    """One transaction, with a property per noun. To add a noun: a module, a property, a test."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(self, write: Callable[[Connection], R]) -> R:
        """Something written for a connection that blocks."""
        return await self._connection.run_sync(write)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self._connection)

    @cached_property
    def articles(self) -> Articles:
        return Articles(self._connection)

    @cached_property
    def corrections(self) -> Corrections:
        return Corrections(self._connection)

    @cached_property
    def search(self) -> Search:
        return Search(self._connection)

    @cached_property
    def stories(self) -> Stories:
        return Stories(self._connection)

    @cached_property
    def rulings(self) -> Rulings:
        return Rulings(self._connection)

    @cached_property
    def readers(self) -> Readers:
        return Readers(self._connection)

    @cached_property
    def hits(self) -> Hits:
        return Hits(self._connection)

    @cached_property
    def votes(self) -> Votes:
        return Votes(self._connection)

    @cached_property
    def marks(self) -> Marks:
        return Marks(self._connection)

    @cached_property
    def posts(self) -> Posts:
        return Posts(self._connection)

    @cached_property
    def feedback(self) -> Feedback:
        return Feedback(self._connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self._connection)

    @cached_property
    def views(self) -> Views:
        return Views(self._connection)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self._connection)

    @cached_property
    def words(self) -> Words:
        return Words(self._connection)

    @cached_property
    def audience(self) -> Audience:
        return Audience(self._connection)

    @cached_property
    def broadcasts(self) -> Broadcasts:
        return Broadcasts(self._connection)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self._connection)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self._connection)

    @cached_property
    def outcasts(self) -> Outcasts:
        return Outcasts(self._connection)

    @cached_property
    def people(self) -> People:
        return People(self._connection)

    @cached_property
    def belongings(self) -> Belongings:
        return Belongings(self._connection)

    @cached_property
    def payments(self) -> Payments:
        return Payments(self._connection)

    @cached_property
    def tallies(self) -> Tallies:
        return Tallies(self._connection)

    @cached_property
    def figures(self) -> FigureTable:
        return FigureTable(self._connection)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._connection)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self._connection)

    @cached_property
    def inspection(self) -> Inspection:
        from newsbot.store.inspection import Inspection  # what only `audit` needs

        return Inspection(self._connection)


class Store:
    """The database behind an address, brought up to date by `open`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._engine = open_engine(address)
        # Writers of one process queue here: SQLite's own waiting is unfair and sleeps up to 100 ms, on
        # PostgreSQL each that waits would keep a connection from those who read
        self._writers = asyncio.Lock()
        self._quick = open_quick(self._engine)
        self._thread = ThreadPoolExecutor(1, "store")
        #: why nothing could be written the last time, such as a full disk; empty while all is well
        self.trouble = ""
        #: what we know of a source since it was asked at an address, written together with others', committed
        self.remember: GroupCommit[tuple[Health, str], None] = GroupCommit(self._remember)

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    async def open(self, admit: Callable[[Connection], None] | None = None) -> str | None:
        """Make the database, or bring it up to date. Returns the revision it was at, None where it is new.

        :param admit: looks at it before anything in it is changed, and may refuse it by an error; unless
            given, what holds half a copy is refused
        :raises SettingsError: it cannot be written or reached
        :raises StoreError: it is damaged, lacks something, holds half a copy, or there is no room to bring it
            up to date
        :raises NewerDatabase: it was written by a newer newsbot
        """
        self._make_folder()
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(reads_only=True)
                await connection.run_sync(admit or whole)
            revision = await migrate.upgrade(self._engine)
            await jobs.prepare(self._engine)
        except (SQLAlchemyError, OSError) as error:
            raise _why_closed(error) from error
        await self.rewrite()  # where a migration asked for it
        return revision

    def _make_folder(self) -> None:
        if self._file is None:
            return
        folder = self._file.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".{self._file.name}.probe"
            probe.touch()
            probe.unlink(missing_ok=True)  # another process may start at the same moment
            self._file.touch(0o600)  # readers stand in it; one that is there already stays as it is
        except OSError as error:
            raise SettingsError(
                "NEWSBOT_DATABASE_URL", f"{folder} cannot be written ({error.strerror})"
            ) from None

    @asynccontextmanager
    async def begin(self, beside: bool = False) -> AsyncIterator[Transaction]:
        """A writing transaction: committed at the end, rolled back by any exception.

        :param beside: on PostgreSQL it waits for no other writer, and none waits for it. For what is written
            without having been read, or under a lock of its own (docs/decisions/0015)
        """
        with self._watched():
            if beside and self.dialect == "postgresql":
                async with self._transaction(beside=True) as tx:
                    yield tx
            else:
                async with self._writers, self._transaction() as tx:
                    yield tx

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Remember whether what was written last was taken."""
        try:
            yield
        except StoreError as error:
            self.trouble = str(error)
            raise
        self.trouble = ""

    async def at_once(self, write: Callable[[Connection], R], beside: bool = False) -> R:
        """One writing transaction, all of it in a single call: cheaper than `begin` where that counts.

        :param write: executes its statements; on SQLite in a thread of the store's own
        :param beside: see `begin`
        """
        if self._quick is None:
            async with self.begin(beside) as tx:
                return await tx.run(write)
        with self._watched():
            async with self._writers:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._thread, self._written, self._quick, write)

    def _written(self, quick: Engine, write: Callable[[Connection], R]) -> R:
        with _as_store_errors(), quick.begin() as connection:
            return write(connection)

    async def plan(self, planned: Sequence[Planned], now: datetime, skipped: str) -> int:
        """Write down digests, all of them or none, committed. Returns how many are new.

        :param skipped: the fact under which slots are counted that passed while nobody sent anything
        """
        return await self.at_once(partial(planning.plan_all, planned=planned, now=now, skipped=skipped))

    async def depart(self, ids: Sequence[int], owner: str, now: datetime) -> set[int]:
        """These deliveries are on the wire from now on, committed. Returns those still ours and in time."""
        return await self.at_once(partial(sending.depart, ids=ids, owner=owner, now=now))

    async def settle(
        self, settled: Sequence[Delivery], entries: Sequence[sending.Entry], now: datetime, day: str = ""
    ) -> None:
        """What became of deliveries, and what their chats were shown by that, committed.

        :param day: on which the digests that arrived are counted, such as 2026-11-26
        """
        await self.at_once(partial(sending.settle, settled=settled, entries=entries, now=now, day=day))

    async def take(
        self,
        source_id: str,
        found: Sequence[Understood],
        now: datetime,
        backlog: bool = False,
        by_hand: bool = False,
        answering: Sequence[Sequence[str]] = (),
        then: Sequence[Job] = (),
    ) -> list[tuple[int, bool]]:
        """Store new articles of a source, committed. Returns for each its id, and whether it is new.

        :param backlog: what the source had before it was ours
        :param by_hand: also what was forgotten
        :param answering: of each the keys of the followed searches that it answers
        :param then: jobs that are due once they are stored, written down with them
        """
        write = partial(
            taking.take,
            source_id=source_id,
            found=found,
            now=now,
            backlog=backlog,
            by_hand=by_hand,
            answering=answering,
            then=then,
        )
        return await self.at_once(write, beside=True)

    async def _remember(self, known: list[tuple[Health, str]]) -> Sequence[None]:
        await self.at_once(partial(remember, known=known), beside=True)
        return [None] * len(known)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A reading transaction: one consistent picture."""
        async with self._transaction(reads_only=True) as tx:
            yield tx

    @asynccontextmanager
    async def _transaction(
        self, reads_only: bool = False, beside: bool = False
    ) -> AsyncIterator[Transaction]:
        with _as_store_errors():
            async with self._engine.connect() as connection:
                if reads_only and self.dialect == "postgresql":
                    await connection.execution_options(**ONE_PICTURE)
                await connection.execution_options(reads_only=reads_only, beside=beside)
                async with connection.begin():
                    yield Transaction(connection)

    def alone(self, until: asyncio.Event | None = None) -> AbstractAsyncContextManager[asyncio.Event]:
        """Nobody else is in here with the same database, whatever process they are, until the event is set.

        :param until: on PostgreSQL, where processes stand by for each other: wait, until this is set
        :raises AlreadyRunning: somebody is
        """
        return alone(self._engine, until)

    @property
    def libpq(self) -> str:
        """The address of a PostgreSQL database, as its own library takes it."""
        return self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def scrub(self) -> bool:
        """Nothing that was deleted is in SQLite's files any more. False where that has to be tried again.

        :raises StoreError: they cannot be written
        """
        path = self._file
        if path is None:
            return True
        try:
            return await asyncio.to_thread(scrub.cut_journal, path)
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    async def has_traces(self, number: int) -> bool:
        """Whether SQLite's files still have this number anywhere.

        :raises StoreError: they cannot be read
        """
        if self._file is None:
            return False
        try:
            return await asyncio.to_thread(scrub.has_traces, self._file, number)
        except OSError as error:
            raise StoreError(str(error)) from error

    async def rewrite(self) -> None:
        """SQLite's file anew, where that was asked for; whoever writes waits, about seven seconds a gigabyte.

        Without room, or while another process writes, it stays asked for.
        """
        async with self.read() as tx:
            if await tx.facts.get(REWRITE) is None:
                return
        if self._file is not None:
            async with self._writers:
                try:
                    await asyncio.to_thread(scrub.rewrite, self._file)
                except sqlite3.Error as error:
                    log.warning("what was deleted stays in the file until it is written anew", why=str(error))
                    return
            log.info("file written anew", megabytes=round(self.size / 1e6))
        async with self.begin() as tx:
            await tx.facts.remove(REWRITE)

    @property
    def size(self) -> int:
        """Bytes of SQLite's file; 0 of any other database."""
        return self._file.stat().st_size if self._file is not None and self._file.exists() else 0

    @property
    def _file(self) -> Path | None:
        path = self._engine.url.database
        return Path(path) if self.dialect == "sqlite" and path and path != ":memory:" else None

    async def backup(self, file: Path) -> int:
        """Copy the whole database into a file, while others write. Returns its size in bytes.

        :raises StoreError: the file is there already or cannot be written, or the database cannot be read
        """
        return await asyncio.to_thread(backup, self._engine.url, file)

    async def expire_copies(self, now: datetime) -> int:
        """Remove what was copied before an upgrade, once it is as old as a backup may be; how many files."""
        return 0 if self._file is None else await asyncio.to_thread(expire_before, self._file, now)

    async def revision(self) -> str | None:
        """The revision of the schema, None where there is none yet."""
        return await migrate.current(self._engine)

    async def close(self) -> None:
        if self._quick is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._quick.dispose)
        self._thread.shutdown()
        await self._engine.dispose()


def _why_closed(error: Exception) -> StoreError | SettingsError:
    """Why a database could not be opened: for its own sake, or because another one has to be named."""
    words, code = cause(error), getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    # none of its kinds: SQLite says so of a file that it cannot read
    if type(error) is DatabaseError:
        return StoreError(f"the database is damaged: {words}")
    if (why := OF_THE_FILE.get(code & 0xFF)) is not None:
        return StoreError(f"the database cannot be opened: {words}{why}")
    return SettingsError("NEWSBOT_DATABASE_URL", f"the database cannot be opened: {words}")


def whole(connection: Connection) -> None:
    """Refuses a database that holds half a copy: nobody knows what is missing.

    :raises StoreError: it does
    """
    if copying_in(connection) is not None:
        raise StoreError("the database holds half a copy: finish `copy`, or use an empty one")


def copying_in(connection: Connection) -> str | None:
    """How far the copy into this database is; None where there is none under way. Also before `open`."""
    if not inspect(connection).has_table(facts.name):
        return None
    value: str | None = connection.scalar(select(facts.c.value).where(facts.c.name == COPYING))
    return value


@contextmanager
def _as_store_errors() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreError(cause(error)) from error
