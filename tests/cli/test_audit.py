"""`audit` on the database of an operator: what is wrong, a line each, and what was mended of it."""

from __future__ import annotations

import asyncio

import pytest

from newsbot.newsroom import utc_now
from newsbot.store import Store
from tests import databases
from tests.cli.conftest import Operator
from tests.store.damage import Vandal, healthy

ORPHANS = "INSERT INTO article_keys VALUES ('daily', 'x', 999), ('daily', 'y', 999)"
LEAD = "UPDATE stories SET lead_id = 6 WHERE id = 1"
VOTE = "UPDATE votes SET vote = 5 WHERE story_id = 1 AND reader_id = 7"


@pytest.fixture
def vandal(operator: Operator) -> Vandal:
    """Of a database with something of everything, in the operator's folder."""
    made = Vandal(operator.database)

    async def make() -> None:
        store = Store(made.address)
        await store.open()
        await healthy(store)
        await store.close()

    asyncio.run(make())
    # the clock of a command is the world's: what waits, waits from now on
    now = utc_now().replace(tzinfo=None).isoformat(" ", "microseconds")
    made.breaks(f"UPDATE deliveries SET due_at = '{now}', expires_at = '9999-01-01 00:00:00.000000'")  # noqa: S608
    made.breaks(f"UPDATE questions SET expires_at = '{now}'")  # noqa: S608
    return made


def test_one_line_where_nothing_is_wrong(operator, vandal):
    """And no other."""
    before = vandal.sees()
    done = operator.runs("audit")

    assert (0, "") == (done.status, done.errors)
    assert done.out.startswith("✓ ")
    assert done.out.endswith(" checks, nothing wrong\n")
    assert before == vandal.sees()


def test_a_new_database_is_well(newcomer):
    """It is made, as by every command."""
    assert 0 == newcomer.runs("audit").status


def test_a_line_for_each_thing_that_is_wrong(operator, vandal):
    """With how many, what and examples; who only looks changes nothing."""
    vandal.breaks(ORPHANS, LEAD, VOTE)
    before = vandal.sees()
    done = operator.runs("audit")

    assert 1 == done.status
    assert [
        "✗ article_keys.article_id: 2 rows of article_keys whose articles are gone (daily/x, daily/y);"
        " --mend mends what is safe",
        "✗ stories.lead: 1 stories whose lead is none of their articles (1); --mend mends what is safe",
        "✗ votes.vote: 1 votes with an unknown vote (7/1)",
    ] == sorted(done.out.splitlines())
    assert before == vandal.sees()


def test_what_can_be_mended_is(operator, vandal):
    """0 where all of it was; the next look finds nothing."""
    well = vandal.sees()
    vandal.breaks(ORPHANS, LEAD)
    mended, again = operator.runs("audit", "--mend"), operator.runs("audit")

    assert (0, 0) == (mended.status, again.status)
    assert mended.out.splitlines()[0].endswith("(daily/x, daily/y); 2 mended")
    assert mended.out.splitlines()[-1].endswith(" checks, nothing wrong any more")
    assert well == vandal.sees()


def test_what_cannot_be_mended_stays_wrong(operator, vandal):
    """Votes are nobody's to change."""
    vandal.breaks(ORPHANS, VOTE)
    done = operator.runs("audit", "--mend")

    assert 1 == done.status
    assert "✗ votes.vote: 1 votes with an unknown vote (7/1)" in done.out.splitlines()
    assert "nothing wrong" not in done.out


def test_json_has_a_line_for_every_check(operator, vandal):
    """Of what is well too."""
    vandal.breaks(ORPHANS)
    lines = {one["check"]: one for one in operator.runs("audit", "--json", "--mend").lines}

    assert {
        "check": "article_keys.article_id",
        "ok": True,
        "count": 2,
        "examples": ["daily/x", "daily/y"],
        "mended": 2,
        "detail": "rows of article_keys whose articles are gone",
    } == lines["article_keys.article_id"]
    assert {"integrity", "tastes", "deliveries.left_behind"} < set(lines)
    assert all(one["ok"] for one in lines.values())


@databases.sqlite_only("damages its file")
def test_a_page_of_garbage_is_one_sentence(operator, vandal):
    """Nothing is mended in such a file."""
    vandal.overwrites("articles")
    done = operator.runs("audit", "--mend")

    assert 1 == done.status
    assert 1 == len((done.out + done.errors).splitlines())
    assert "integrity" in done.out


@databases.sqlite_only("its file is another one")
def test_a_file_that_is_no_database_is_one_sentence(operator):
    """As the operator's other files may be taken for it."""
    (operator.data / databases.FILE).write_bytes(b"\xff\x13 garbage" * 2000)
    done = operator.runs("audit")

    assert (1, "") == (done.status, done.out)
    assert ["the database is damaged: file is not a database"] == done.errors.splitlines()
