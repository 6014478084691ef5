"""What must not be in a database is found, nothing else, and mended where nothing is lost by that."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text

from newsbot.errors import StoreError
from newsbot.models.inspection import Finding
from newsbot.models.search import Document
from newsbot.search.document import document
from newsbot.store import Store
from newsbot.store.inspection import CHECKS, NAMED
from tests.examples import NOON, draft
from tests.store.damage import DAMAGES, Damage, Vandal, healthy

BY_HAND = {"integrity", "constraints", "json", "moments", "search.missing", "search.gone"}  # see below


async def looked(store) -> dict[str, Finding]:
    """What is wrong by every check, though a bot may run."""
    async with store.read() as tx:
        found = [await tx.inspection.look(name, NOON) for name in NAMED]
    return {one.name: one for one in found if not one.is_well}


async def mended(store, name: str) -> list[int]:
    """How many at a time."""
    many = []
    while not many or many[-1]:
        async with store.begin() as tx:
            many.append(await tx.inspection.mend(name, NOON))
    return many[:-1]


def found_by(source: str) -> Document:
    """What the sixth article is found by."""
    made = draft("六")
    return document(made.title, made.text, made.tags, (made.source, source))


def test_every_check_has_a_name_of_its_own_and_a_test():
    """Who adds one is told."""
    assert len(CHECKS) == len(NAMED)
    assert set(NAMED) == {one.name for one in DAMAGES} | BY_HAND


async def test_in_a_database_that_only_the_store_wrote_nothing_is_wrong(store):
    """Empty, and with something of everything."""
    assert {} == await looked(store)
    await healthy(store)
    assert {} == await looked(store)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
async def test_what_is_damaged_is_found_by_its_check_alone_and_mended(store, damage: Damage):
    """With how many there are, and examples; every row that is not damaged stays as it is."""
    await healthy(store)
    vandal = Vandal(store.address)
    well = vandal.sees()
    vandal.breaks(*damage.statements)
    found, before = await looked(store), vandal.sees()

    assert [(damage.name, damage.count)] == [(one.name, one.count) for one in found.values()]
    assert damage.count == len(found[damage.name].examples)
    assert bool(damage.mended) == found[damage.name].is_mendable
    if NAMED[damage.name].decided:
        return  # by a flow: see tests/flows/test_inspect.py

    many = sum(await mended(store, damage.name))
    after, left = vandal.sees(), damage.count - damage.mended
    assert damage.mended == many
    assert damage.mended + damage.more == sum(len(before[name] - after[name]) for name in before)
    assert ([(damage.name, left)] if left else []) == [
        (one.name, one.count) for one in (await looked(store)).values()
    ]
    assert well == after or not damage.restores


async def test_what_is_said_of_a_merged_story_goes_over_where_nothing_was_said_later(store):
    """One voted on both, the later vote stays; one on the merged one alone."""
    await healthy(store)
    past, next_day = "2026-11-01 04:00:00.000000", "2026-11-25 04:00:00.000000"
    for reader, vote, at in ((7, 1, past), (8, 1, next_day), (70, -1, past)):
        values = f"({reader}, 4, {vote}, '{at}')"
        Vandal(store.address).breaks(f"INSERT INTO votes (reader_id, story_id, vote, at) VALUES {values}")  # noqa: S608
    await mended(store, "votes.merged")

    async with store.read() as tx:
        assert [-1, 1, -1] == [(await tx.votes.of(reader, 2))[0] for reader in (7, 8, 70)]
        assert [0, 0, 0] == [(await tx.votes.of(reader, 4))[0] for reader in (7, 8, 70)]


async def test_of_many_there_are_five_examples_and_few_are_mended_in_one_transaction(store):
    """Others who write meanwhile wait for that."""
    await healthy(store)
    rows = ", ".join(f"('daily', 'x{number}', 999)" for number in range(1200))
    Vandal(store.address).breaks(f"INSERT INTO article_keys VALUES {rows}")  # noqa: S608
    (found,) = (await looked(store)).values()

    assert (1200, 5, "daily/x0") == (found.count, len(found.examples), found.examples[0])
    assert [500, 500, 200] == await mended(store, found.name)


async def test_the_index_has_every_article_and_nothing_else(store):
    """On PostgreSQL what is too much goes; what an article is found by only the stages know."""
    await healthy(store)
    async with store.begin() as tx:
        await tx.search.put_all([(90, Document("_sdaily x"))])
        await tx.search.remove([(6, found_by("daily"))])
    found = await looked(store)
    removed = sum(await mended(store, "search.gone"))

    assert {"search.missing": ("6",), "search.gone": ("90",)} == {n: one.examples for n, one in found.items()}
    assert int(store.dialect == "postgresql") == removed


async def test_what_was_read_by_hand_is_not_missing(store):
    """It stands in the index under the name of that, whatever its source is."""
    await healthy(store)
    async with store.begin() as tx:
        await tx.search.remove([(6, found_by("daily"))])
        await tx.search.put_all([(6, found_by("read"))])

    assert {} == await looked(store)


async def test_what_is_being_indexed_anew_is_not_missing(store):
    """After an update the index is filled from the newest article on."""
    await healthy(store)
    async with store.begin() as tx:
        await tx.run(
            lambda connection: (
                connection.execute(text("DELETE FROM search"))
                if store.dialect == "postgresql"
                else connection.execute(text("INSERT INTO search (search) VALUES ('delete-all')"))
            )
        )
    assert 6 == (await looked(store))["search.missing"].count
    async with store.begin() as tx:
        await tx.facts.put("search_rest", "7")
    assert {} == await looked(store)


async def test_constraints_of_the_database_hold(store):
    """On SQLite also keys of tables that nobody here knows; on PostgreSQL what was never looked through."""
    statements = {
        "sqlite": (
            "CREATE TABLE strange (id INTEGER REFERENCES articles (id))", "INSERT INTO strange VALUES (999)",
        ),
        "postgresql": (
            "ALTER TABLE votes ADD CONSTRAINT strange CHECK (vote < 2) NOT VALID",
        ),
    }  # fmt: skip
    Vandal(store.address).breaks(*statements[store.dialect])
    found = await looked(store)

    assert [("constraints", True)] == [
        (name, one.examples[0].startswith("strange")) for name, one in found.items()
    ]


async def test_texts_that_are_neither_json_nor_times_are_found(store):
    """SQLite takes any text for either; PostgreSQL does not."""
    if store.dialect == "postgresql":
        pytest.skip("PostgreSQL takes none")
    await healthy(store)
    Vandal(store.address).breaks(
        "UPDATE articles SET tags = '[' WHERE id = 2", "UPDATE posts SET at = 'yesterday'"
    )
    found = await looked(store)

    assert {"json": ("articles.tags/2",), "moments": ("posts.at/7/50",)} == {
        name: one.examples for name, one in found.items()
    }


async def test_marks_that_cannot_be_read_are_one_finding(store):
    """Nothing stumbles over them."""
    if store.dialect == "postgresql":
        pytest.skip("PostgreSQL takes none")
    await healthy(store)
    Vandal(store.address).breaks("UPDATE marks SET about = '{' WHERE reader_id = 7")

    assert ["json"] == list(await looked(store))


async def test_a_file_with_a_page_of_garbage_is_damaged(store, tmp_path):
    """Its own check says so."""
    if store.dialect == "postgresql":
        pytest.skip("PostgreSQL looks after its files itself")
    await healthy(store)
    damaged = Store(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}")
    await store.backup(tmp_path / "copy.db")
    Vandal(damaged.address).overwrites("ix_articles_at")
    with suppress(StoreError):  # the transaction cannot always be ended
        async with damaged.read() as tx:
            found = await tx.inspection.look("integrity", NOON)
    await damaged.close()

    assert found.count > 0
    assert not found.is_mendable
