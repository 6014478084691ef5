"""Sources, and what is remembered of asking them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from newsbot.models.sources import Health, Source
from tests.examples import NOON, draft, minutes_ago, source

FULL = Source(
    id="full",
    name="全 日报",
    url="https://full.example/feed",
    kind="page",
    language="en",
    zone="Europe/Berlin",
    category="ai",
    on=False,
    interval=600,
    selector="li a",
    fallback=("https://full.example/2", "https://full.example/3"),
    sample=True,
)
ASKED = Health(
    source_id="daily",
    known_since=NOON,
    etag='"1"',
    last_modified="yesterday",
    body_hash="ab" * 16,
    checked_at=NOON,
    last_success_at=minutes_ago(60),
    next_at=NOON + timedelta(minutes=15),
    failures=3,
    down_since=minutes_ago(45),
    failing_since=minutes_ago(90),
    ttl=1800,
    error="it answered 503",
    reason="status_503",
    via="https://other.example/feed",
    own_next_at=NOON + timedelta(hours=1),
    gone_at=minutes_ago(5),
    per_day=1.4,
)


async def seed(store, *sources: Source) -> None:
    async with store.begin() as tx:
        await tx.sources.seed(sources, NOON)


async def health(store, *after: Health) -> None:
    async with store.begin() as tx:
        for one in after:
            await tx.sources.save_health(one)


async def remove(store, source_id: str) -> bool:
    async with store.begin() as tx:
        return await tx.sources.remove(source_id, NOON)


async def listed(store) -> list[tuple[Source, Health]]:
    async with store.read() as tx:
        return await tx.sources.all()


async def due(store, now=NOON) -> list[str]:
    async with store.read() as tx:
        return [found.id for found, _ in await tx.sources.due(now)]


async def test_sources_come_back_as_they_were_seeded(store):
    """Every field survives; in the order of their ids; what was handed in is no source to ask."""
    await seed(store, FULL, source("daily"), source("by-hand", kind="hand", on=False))

    assert [source("daily"), FULL] == [found for found, _ in await listed(store)]


async def test_what_asking_came_to_is_remembered(store):
    """Every field of it."""
    await seed(store, source("daily"))
    await health(store, ASKED)

    assert [(source("daily"), ASKED)] == await listed(store)


async def test_what_administrators_were_told_is_no_matter_of_asking(store):
    """A pull that ends after they were told does not make them hear it twice."""
    await seed(store, source("daily"), source("weekly"))
    async with store.begin() as tx:
        await tx.sources.tell(["daily"], NOON)
    await health(store, ASKED)
    told = [one.told_at for _, one in await listed(store)]
    async with store.begin() as tx:
        await tx.sources.tell(["daily", "weekly"], None)

    assert ([NOON, None], [None, None]) == (told, [one.told_at for _, one in await listed(store)])


async def test_what_several_answered_is_written_down_together(store):
    """Each with its own."""
    await seed(store, source("daily"), source("weekly"))
    both = [replace(ASKED, source_id=one, failures=number) for number, one in enumerate(("daily", "weekly"))]
    await asyncio.gather(*(store.remember((one, f"https://{one.source_id}.example/feed")) for one in both))

    assert both == [one for _, one in await listed(store)]


async def test_who_is_gone_is_not_due(store):
    """Until somebody turns it on again."""
    await seed(store, source("daily"))
    await health(store, replace(ASKED, next_at=minutes_ago(5)))
    gone = await due(store)
    async with store.begin() as tx:
        switched = [await tx.sources.switch("daily", True), await tx.sources.switch("none", True)]

    assert ([], [True, False], ["daily"]) == (gone, switched, await due(store))


async def test_a_source_that_was_turned_off_is_not_due(store):
    """And stays in the list."""
    await seed(store, source("daily"))
    async with store.begin() as tx:
        await tx.sources.switch("daily", False)

    assert ([], [False]) == (await due(store), [one.on for one, _ in await listed(store)])


async def test_a_source_that_moved_is_asked_at_its_new_address(store):
    """What is known of it stays."""
    await seed(store, source("daily"))
    await health(store, ASKED)
    async with store.begin() as tx:
        moved = [
            await tx.sources.move("daily", f"https://{host}.example/feed", "https://new.example/feed")
            for host in ("other", "daily", "daily")
        ]

    assert [False, True, False] == moved
    assert [("https://new.example/feed", ASKED)] == [(one.url, asked) for one, asked in await listed(store)]


async def test_seeding_again_changes_nothing(store):
    """What an operator changed, and what asking came to, is worth more than the catalogue."""
    await seed(store, source("daily", name="我改的名字"))
    await health(store, ASKED)
    await seed(store, source("daily"), source("weekly"))

    assert [("我改的名字", 3), ("weekly 日报", 0)] == [
        (found.name, asked.failures) for found, asked in await listed(store)
    ]


async def test_a_removed_source_stays_removed_when_seeded_again(store):
    """The catalogue comes with every start."""
    await seed(store, source("daily"))
    removed = [await remove(store, "daily"), await remove(store, "daily"), await remove(store, "none")]
    await seed(store, source("daily"))

    assert ([True, False, False], [], []) == (removed, await listed(store), await due(store))


async def test_a_removed_source_can_be_added_again(store):
    """By hand, and then it is asked as if it were new."""
    await seed(store, source("daily"))
    await health(store, ASKED)
    await remove(store, "daily")
    async with store.begin() as tx:
        await tx.sources.add(source("daily", url="https://other.example/feed"), NOON)

    ((found, asked),) = await listed(store)
    assert "https://other.example/feed" == found.url
    assert Health(source_id="daily", known_since=NOON) == asked
    assert ["daily"] == await due(store)


async def test_a_source_is_due_when_its_time_has_come(store):
    """The longest waiting first; one never asked at once; one that is off never."""
    await seed(store, *(source(name) for name in ("a", "b", "c", "new")), source("off", on=False))
    await health(
        store,
        Health(source_id="a", next_at=minutes_ago(1)),
        Health(source_id="b", next_at=minutes_ago(5)),
        Health(source_id="c", next_at=NOON + timedelta(seconds=1)),
    )

    assert ["b", "a", "new"] == await due(store)
    assert "c" in await due(store, NOON + timedelta(seconds=1))


async def test_articles_a_day_are_counted_over_a_week(store):
    """Older ones, and those of others, do not count."""
    await seed(store, source("daily"), source("weekly"))
    async with store.begin() as tx:
        for number in range(14):
            made = draft(f"{number}", published=NOON - timedelta(hours=12 * number))
            await tx.articles.add(made, "daily", (), NOON)
        await tx.articles.add(draft("旧", published=NOON - timedelta(days=8)), "daily", (), NOON)

    async with store.read() as tx:
        assert (2.0, 0.0) == (
            await tx.sources.per_day("daily", NOON),
            await tx.sources.per_day("weekly", NOON),
        )


async def test_health_of_a_source_that_is_gone_is_no_error(store):
    """It was removed from the database while it was asked."""
    await health(store, replace(ASKED, source_id="nobody"))

    assert [] == await listed(store)
