"""A database moved into another one: all of it, once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import func, insert, select, text

from newsbot.errors import SettingsError, StoreError
from newsbot.store import COPYING, REWRITE, Store, copying
from newsbot.store.search import REST
from newsbot.store.tables import articles, metadata, rules, tallies
from tests import databases
from tests.examples import NOON
from tests.store.everything import BIG, MANY, fill, seen, value

KINDS = ("sqlite", "postgresql")
WAYS = [(one, other) for one in KINDS for other in KINDS]
Made = Callable[[str], str]


def silent(done: int, total: int, name: str) -> None:
    """Nobody looks."""


@pytest.fixture
def made(tmp_path) -> Made:
    """Makes an empty database of a kind that is up to date; its address."""
    numbers = count()

    def make(kind: str) -> str:
        folder = tmp_path / str(next(numbers))
        return databases.sqlite(folder) if kind == databases.SQLITE else databases.postgres(folder)

    return make


class Pair:
    """A source with something in every table, and a target."""

    def __init__(self, source: str, target: str) -> None:
        self.source, self.target = Store(source), Store(target)

    async def opens(self) -> None:
        await self.source.open()
        await self.source.at_once(fill)
        await self.admits()

    async def admits(self) -> None:
        async with self.source.read() as tx:
            same = await tx.run(copying.server)
        await self.target.open(copying.admit(copying.identity(self.source.address), same))

    async def copies(self, at_once: int = 2) -> copying.Copied:
        return await copying.copy(self.source, self.target, silent, at_once=at_once)

    async def sees(self, store: Store) -> dict:
        async with store.read() as tx:
            return await tx.run(seen)

    async def closes(self) -> None:
        await self.source.close()
        await self.target.close()


@pytest.fixture(params=WAYS, ids=" to ".join)
async def pair(request, made) -> AsyncIterator[Pair]:
    both = Pair(*map(made, request.param))
    await both.opens()
    yield both
    await both.closes()


@pytest.fixture
async def files(made) -> AsyncIterator[Pair]:
    """The same of two files, where the kind makes no difference."""
    both = Pair(made("sqlite"), made("sqlite"))
    await both.opens()
    yield both
    await both.closes()


async def test_every_row_of_every_table_is_the_same_on_the_other_side(pair):
    """Moments, JSON to the letter, bytes, what is true, large numbers: as they were; the source as well."""
    before = await pair.sees(pair.source)
    copied = await pair.copies()

    assert {name: MANY for name in metadata.tables} == {name: len(rows) for name, rows in before.items()}
    assert before == await pair.sees(pair.target)
    assert before == await pair.sees(pair.source)
    assert (len(before), MANY * len(before), 0) == (copied.tables, copied.rows, copied.replaced)


async def test_new_rows_get_numbers_of_their_own(pair):
    """After the last that was given."""
    await pair.copies()
    await copying.finish(pair.target)
    async with pair.target.begin() as tx:
        await tx.run(lambda connection: connection.execute(insert(rules).values(words="x", by=1, at=NOON)))
        last = await tx.run(lambda connection: connection.scalar(select(func.max(rules.c.id))))

    assert BIG + MANY == last


async def test_numbers_of_rows_that_are_gone_are_not_given_again(made):
    """PostgreSQL knows them; a copy of its kind does too."""
    both = Pair(made("postgresql"), made("postgresql"))
    await both.opens()
    await both.source.at_once(
        lambda connection: connection.execute(text("SELECT setval('rules_id_seq', 7000000000)"))
    )
    await both.copies()

    async with both.target.read() as tx:
        last = await tx.run(lambda connection: connection.scalar(text("SELECT last_value FROM rules_id_seq")))
    assert 7_000_000_000 == last
    await both.closes()


class Killed(Exception):
    """As a process is."""


def killed_after(target: Store, commits: int, before: bool) -> Iterator[None]:
    """From now on so many batches are committed; the next is not, or nobody hears that it was."""
    write, left = target.at_once, [commits]

    async def once(work):
        left[0] -= 1
        if left[0] < 0 and before:
            raise Killed
        done = await write(work)
        if left[0] < 0:
            raise Killed
        return done

    target.at_once = once  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        target.at_once = write  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("ways", "before"),
    [(("sqlite", "postgresql"), True), (("postgresql", "sqlite"), False)],
    ids=["sqlite to postgresql, before a commit", "postgresql to sqlite, after one"],
)
async def test_killed_at_every_batch_it_goes_on(made, ways, before):
    """Each start makes one batch and dies at the next; no row is lost, none is there twice."""
    both = Pair(*map(made, ways))
    await both.opens()
    starts = 0
    while True:
        starts += 1
        await both.admits()
        dying = killed_after(both.target, 1, before)
        next(dying)
        try:
            copied = await both.copies(at_once=3)
        except Killed:
            continue
        finally:
            dying.close()
        break

    assert await both.sees(both.source) == await both.sees(both.target)
    assert (MANY * len(metadata.tables), True) == (copied.rows, starts > len(metadata.tables))
    await both.closes()


async def test_the_index_is_begun_once(files):
    """Who is killed while it is filled, or just after, does not fill it again."""
    await files.copies()
    async with files.target.begin() as tx:
        rest = await tx.facts.get(REST)
        await tx.facts.remove(REST)
    await files.admits()
    await files.copies()

    async with files.target.read() as tx:
        assert (str(BIG + MANY), None) == (rest, await tx.facts.get(REST))


async def test_characters_that_postgresql_cannot_hold_are_replaced_and_counted(made):
    """In texts and in JSON; a backslash before what looks like one is none."""
    both = Pair(made("sqlite"), made("postgresql"))
    await both.opens()
    changed = articles.update().where(articles.c.id == BIG)
    tags = ["a\0", "\\u0000", "\\\0"]
    await both.source.at_once(
        lambda connection: connection.execute(changed.values(title="a\0b\0", tags=tags))
    )
    copied = await both.copies()
    async with both.target.read() as tx:
        row = await tx.run(
            lambda connection: connection.execute(
                select(articles.c.title, articles.c.tags).where(articles.c.id == BIG)
            ).one()
        )

    assert (4, "a\ufffdb\ufffd", ["a\ufffd", "\\u0000", "\\\ufffd"]) == (copied.replaced, *row)
    await both.closes()


async def test_a_file_keeps_them(files):
    """SQLite can hold them."""
    changed = articles.update().where(articles.c.id == BIG).values(title="a\0b")
    await files.source.at_once(lambda connection: connection.execute(changed))
    copied = await files.copies()

    assert 0 == copied.replaced
    assert await files.sees(files.source) == await files.sees(files.target)


async def test_facts_about_one_database_stay_there(files):
    """SQLite's file that is to be written anew is the source's; when it was copied is told to the next bot."""
    async with files.source.begin() as tx:
        await tx.facts.put(REWRITE, "yes")
        await tx.facts.put(REST, "12")
        await tx.facts.put("is_a_copy", "2026-11-20")
    await files.copies()
    await copying.finish(files.target)
    async with files.target.read() as tx:
        found = [await tx.facts.get(name) for name in (REWRITE, REST, COPYING, "is_a_copy")]

    assert [None, str(BIG + MANY), None, "2026-11-20"] == found


async def test_half_a_copy_is_opened_by_nobody_else(files):
    """Until it is whole."""
    await files.copies()
    store = Store(files.target.address)
    with pytest.raises(
        StoreError, match=r"^the database holds half a copy: finish `copy`, or use an empty one$"
    ):
        await store.open()
    await copying.finish(files.target)
    await store.open()
    await store.close()


async def test_a_count_that_differs_is_told_with_its_table(files):
    """And the copy stays half."""
    dying = killed_after(files.target, 10, before=False)
    next(dying)
    with pytest.raises(Killed):
        await files.copies(at_once=MANY + 1)
    dying.close()
    await files.target.at_once(lambda connection: connection.execute(copying.TABLES[0].delete()))
    with pytest.raises(StoreError, match=f"^{copying.TABLES[0].name}: 0 rows are there, {MANY} in the other"):
        await files.copies()
    async with files.target.read() as tx:
        assert await tx.facts.get(COPYING) is not None


async def test_a_source_that_changed_meanwhile_is_refused(files):
    """What was copied of it is no longer so."""
    dying = killed_after(files.target, 5, before=True)
    next(dying)
    with pytest.raises(Killed):
        await files.copies()
    dying.close()
    async with files.source.begin() as tx:
        await tx.tallies.count("2026-11-24", "searches")
    with pytest.raises(StoreError, match="has changed since the copy began: use an empty database"):
        await files.copies()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_target_with_data_is_refused_and_stays_as_it_is(made, kind):
    """Whatever it has; also when it is of an older revision."""
    both = Pair(made("sqlite"), made(kind))
    await both.source.open()
    await both.target.open()
    one = insert(tallies).values(day="2026-11-24", name="x", many=1)
    await both.target.at_once(lambda connection: connection.execute(one))
    older = text("UPDATE alembic_version SET version_num = '0008'")
    await both.target.at_once(lambda connection: connection.execute(older))
    with pytest.raises(StoreError, match=r"^the database is not empty, it has tallies: use an empty one$"):
        await both.admits()

    assert "0008" == await both.target.revision()
    await both.closes()


async def test_half_a_copy_of_another_is_refused(made, files):
    """Two never mix."""
    await files.copies()
    other = Pair(made("sqlite"), files.target.address)
    await other.source.open()
    with pytest.raises(StoreError, match="holds half a copy of another one"):
        await other.admits()
    await other.closes()


async def test_a_server_is_known_under_any_name(made):
    """The same database is no target, however it is called."""
    address = made("postgresql")
    both = Pair(address, address + ("&" if "?" in address else "?") + "application_name=x")
    await both.source.open()
    with pytest.raises(SettingsError, match="is the database that is to be copied"):
        await both.admits()
    await both.closes()


def test_an_identity_has_no_secret_and_knows_a_file_by_any_path(tmp_path, monkeypatch):
    """A password, a user and an option make no difference."""
    monkeypatch.chdir(tmp_path)
    one = copying.identity("postgresql+psycopg://me:secret@host/news?connect_timeout=5")

    assert one == copying.identity("postgresql://you@host:5432/news")
    assert one != copying.identity("postgresql://you@host:5433/news")
    assert copying.identity("sqlite+aiosqlite:///a.db") == copying.identity(f"sqlite:///{tmp_path}/x/../a.db")


async def test_a_value_that_does_not_fit_is_told_with_its_table(made):
    """SQLite takes more letters than a column has room for."""
    both = Pair(made("sqlite"), made("postgresql"))
    await both.opens()
    changed = tallies.update().where(tallies.c.day == value(tallies.c.day, 0)).values(day="x" * 99)
    await both.source.at_once(lambda connection: connection.execute(changed))
    with pytest.raises(StoreError, match=r"^tallies: value too long"):
        await both.copies()
    await both.closes()
