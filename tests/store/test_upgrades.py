"""Every migration, from the version before it with rows in every table, on both databases."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import Connection, text

from newsbot.store import Store, migrate
from newsbot.store.inspection import NAMED
from tests.examples import NOON
from tests.store.past import KNOWN, Past, check, on, to
from tests.store.rows import fill, lost, stored

# what a migration takes away or changes: (its revision, table) -> why
CHANGES = {
    ("0005", "search"): "another index: flows.index fills it anew, as the fact search_rest says",
    ("0011", "search"): "arrays of grams become vectors of the same grams: looked at below",
}


@pytest.mark.parametrize(("before", "after"), [*pairwise(KNOWN)])
async def test_a_migration_loses_and_changes_nothing(past: Past, before: str, after: str) -> None:
    """Rows and values of before are there afterwards; then on to the last, which opens and can be audited."""
    address = await past.of(before)

    def migrated(connection: Connection) -> dict[str, list[str]]:
        rows = fill(connection)
        to(connection, after)
        return lost(rows, stored(connection))

    found = await on(address, migrated)
    assert {} == {table: rows for table, rows in found.items() if (after, table) not in CHANGES}

    store = Store(address)
    try:
        assert after == await store.open()
        async with store.read() as tx:
            for name in NAMED:
                await tx.inspection.look(name, NOON)
    finally:
        await store.close()


async def test_arrays_of_grams_become_vectors_that_find(past: Past) -> None:
    """On PostgreSQL, of whatever article: those with more than a vector takes keep the shortest."""
    address = await past.of("0010")
    pairs = [f"{first}_{number}" for first in ("芯片", "手机") for number in range(70_000)]
    kept = {7: ["芯", "芯_片"], 5_001: ["芯", "_s每_日"], 15_000: ["芯", *pairs]}

    def migrated(connection: Connection) -> dict[int, set[str]]:
        if connection.dialect.name == "sqlite":
            pytest.skip("only PostgreSQL's index is another")
        rows = [{"id": one, "grams": grams} for one, grams in kept.items()]
        connection.execute(text("INSERT INTO search (id, grams) VALUES (:id, :grams)"), rows)
        to(connection, "0011")
        said = text("SELECT id, tsvector_to_array(grams) FROM search")
        return {one: set(grams) for one, grams in connection.execute(said)}

    found = await on(address, migrated)
    assert [{*kept[7], "_b0"}, {*kept[5_001], "_b1"}] == [found[7], found[5_001]]
    assert {"芯", "_b3", "芯片_0"} < found[15_000] < {*kept[15_000], "_b3"}


async def test_all_migrations_come_to_what_the_tables_say(past: Past) -> None:
    """Also where there are rows: Alembic finds no difference to tables.py, and looks itself."""
    address = await past.of(KNOWN[0])
    await on(address, fill)
    store = Store(address)
    await store.open()
    await store.close()

    await on(address, check)


def test_what_is_said_to_change_is_a_migration_of_ours() -> None:
    """Nothing stays in the list that nobody looks up."""
    assert {revision for revision, _ in CHANGES} <= set(migrate.revisions())
