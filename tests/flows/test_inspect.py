"""The database looked through, and mended, while a bot may run."""

from __future__ import annotations

import pytest

from newsbot.flows import deliver, plan, rulings, story
from newsbot.flows.inspect import DECIDED, inspect
from newsbot.models.inspection import Finding
from newsbot.models.messages import Incoming
from newsbot.store import Store
from newsbot.store.inspection import CHECKS
from playground.server import Playground
from tests import databases
from tests.examples import NOON
from tests.house import House, house
from tests.store.damage import DAMAGES, Damage, Vandal, healthy

EVENT = "长庚光刻机通过验收"
WORKED_OUT = [one for one in DAMAGES if one.name in DECIDED]


async def wrong(desk, mend: bool = False) -> dict[str, Finding]:
    return {one.name: one for one in await inspect(desk.room, mend) if one.count}


@pytest.fixture
async def vandal(desk) -> Vandal:
    """Of a database in which all is well."""
    await healthy(desk.room.store)
    assert {} == await wrong(desk)
    return Vandal(desk.room.store.address)


def test_what_is_worked_out_says_so():
    """The table and the flow agree."""
    assert {one.name for one in CHECKS if one.decided} == set(DECIDED)


@pytest.mark.parametrize("damage", WORKED_OUT, ids=lambda damage: damage.name)
async def test_what_has_to_be_worked_out_is_mended(desk, vandal, damage: Damage):
    """And everything else stays as it is."""
    well = vandal.sees()
    vandal.breaks(*damage.statements)
    before = vandal.sees()
    found = await wrong(desk)
    assert before == vandal.sees()  # who only looks changes nothing
    found = await wrong(desk, mend=True)
    after = vandal.sees()

    assert [(damage.name, damage.count, damage.count)] == [
        (o.name, o.count, o.mended) for o in found.values()
    ]
    assert {} == await wrong(desk)
    touched = {name for name in before if before[name] != after[name]}
    assert touched == {name for name in before if well[name] != before[name]}
    assert well == after or not damage.restores


async def test_a_subscriber_whom_nothing_was_due_for_has_the_next_slot(desk, vandal):
    """At the hour that they chose, as if they had chosen it now; who waits already goes on waiting."""
    vandal.breaks("UPDATE readers SET next_due = NULL WHERE id = 7")
    async with desk.room.store.read() as tx:
        others = await tx.readers.load([8, -9])
    await inspect(desk.room, mend=True)

    async with desk.room.store.read() as tx:
        assert NOON.replace(day=25, hour=0) == (await tx.readers.get(7)).next_due
        assert others == await tx.readers.load([8, -9])


async def test_a_plan_that_cannot_be_read_stops_nothing(desk, vandal):
    """It stays as it is; the others are mended."""
    vandal.breaks(
        "UPDATE readers SET next_due = NULL WHERE id IN (7, 8)",
        f"UPDATE readers SET hours = '{'[[' if databases.ON_SQLITE else '[7]'}' WHERE id = 7",  # noqa: S608
    )
    found = await wrong(desk, mend=True)

    assert {"readers.plan": (1, 0), "readers.never_due": (2, 1)} == {
        name: (one.count, one.mended) for name, one in found.items()
    }


async def test_what_a_running_bot_holds_is_no_finding(desk, vandal):
    """Nor is it taken from it."""
    vandal.breaks("UPDATE deliveries SET state = 'claimed', owner = 'x' WHERE slot = 'waits'")
    before = vandal.sees()
    async with desk.room.store.alone():
        assert {} == await wrong(desk, mend=True)
    assert before == vandal.sees()

    assert ["deliveries.left_behind"] == list(await wrong(desk, mend=True))
    assert {} == await wrong(desk)


async def test_all_damages_at_once_are_found_and_mended(desk, vandal):
    """In any order; what stays is what nobody can mend."""
    names = {
        "article_keys.article_id", "words.reader_id", "posts.story_id", "articles.merged", "votes.merged",
        "stories.lead", "readers.kind", "readers.review_due", "words.key", "tastes", "questions",
        "deliveries.left_behind", "deliveries.chat_id", "inbox", "facts",
    }  # fmt: skip
    vandal.breaks(*(line for one in DAMAGES if one.name in names for line in one.statements))
    found = await wrong(desk, mend=True)

    assert names == set(found)
    assert {"inbox", "facts"} == set(await wrong(desk))


@databases.sqlite_only("damages its file")
async def test_of_a_damaged_file_nothing_else_is_asked(desk, vandal, tmp_path):
    """What it says could be anything."""
    await desk.room.store.backup(tmp_path / "copy.db")
    await desk.room.store.close()
    desk.room.store = Store(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}")
    Vandal(desk.room.store.address).overwrites("ix_articles_at")
    found = await inspect(desk.room, mend=True)

    assert [("integrity", False)] == [(one.name, one.is_well) for one in found]


async def test_what_a_bot_wrote_is_well(tmp_path):
    """People start, search, vote, save, follow, mute and stop; digests leave, stories are merged and parted."""
    playground = Playground()
    await playground.start()
    home = house(playground, tmp_path)
    await home.room.store.open()
    await home.opens()
    try:
        await _a_day(home)
        found = [one for one in await inspect(home.room) if one.count]
    finally:
        await home.closes()
        await playground.stop()

    assert [] == found


async def _a_day(home: House) -> None:
    told = [await home.publishes(f"{EVENT}{number}", source=f"s{number % 3}") for number in range(8)]
    await home.publishes(f"{EVENT}又一次", source="s9")
    for who in ("zh", "en"):
        await home.says("/start", who=who)
    await home.says("/follow 光刻机")
    await home.says("/mute 火星")
    await home.says("光刻机")
    admin = home.id_of("admin")
    home.room.settings = home.room.settings.model_copy(update={"admins": (admin,)})
    await home.says("/start", who="admin")
    home.later(days=1)
    await home.publishes("火星车传回照片")
    await plan.plan(home.room)
    await deliver.deliver(home.room)
    await home.presses("1")
    for button in ("👍", "打分", "4★", "收藏"):
        await home.presses(button)
    await home.says("/stop", who="en")
    presser = story.Presser(admin, admin, 0)
    one, other = sorted(set(told))[:2]
    async with home.room.store.begin() as tx:
        await tx.inbox.keep([Incoming(90, admin, "")], home.room.now())
    await rulings.merge(home.room, presser._replace(update_id=90), one, other)
    async with home.room.store.begin() as tx:
        await tx.inbox.done(90)
    async with home.room.store.read() as tx:
        assert (1, 4, True, False) in [await tx.votes.of(home.id_of(), number) for number in {*told, 9, 10}]
        assert await tx.stories.current([other]) == {other: one}
