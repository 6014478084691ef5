"""A crowd of readers and some news, straight into a database: what a benchmark of sending begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import insert

from benchmarks.town import invented
from newsbot.flows.understand import indexable
from newsbot.models.articles import Article, Draft
from newsbot.models.readers import Hour
from newsbot.models.search import Document
from newsbot.models.sources import Source
from newsbot.models.stories import Signature
from newsbot.store import Store
from newsbot.store.tables import readers
from newsbot.stories.signature import signature

PAPER = Source(id="paper", name="第一报", url="https://paper.example/feed")
FIRST_READER = 1_000_001
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def described(number: int) -> tuple[Draft, Document, Signature]:
    """The article with this number, with what it is found and compared by."""
    made = invented(number)
    draft = Draft(
        keys=(f"n:{number}",),
        title=made.title,
        text=made.text,
        link=f"https://paper.example/{number}",
        source=PAPER.name,
        tags=("芯片", "大模型", "开源")[: 1 + number % 3],
        summary=made.text.splitlines()[0][:100],
    )
    values = {name: getattr(draft, name) for name in Draft.__slots__}
    stored = Article(id=0, source_id=PAPER.id, first_seen=LONG_AGO, **values)
    return draft, indexable(draft, PAPER.id), signature(stored)


async def news(store: Store, numbers: Sequence[int], now: datetime) -> None:
    """Articles with these numbers, each a story of its own."""
    async with store.begin() as tx:
        await tx.sources.seed([PAPER], now)
        for number in numbers:
            draft, found_by, mine = described(number)
            draft = replace(draft, published=now - timedelta(minutes=1 + number % 600))
            article_id = await tx.articles.add(draft, PAPER.id, draft.tags, now)
            await tx.search.put_all([(article_id, found_by)])
            await tx.stories.describe(article_id, replace(mine, article_id=article_id))
            await tx.stories.begin(article_id, now)


async def crowd(store: Store, count: int, due: datetime, first: int = FIRST_READER) -> None:
    """So many readers, whose digest is due then."""
    local = due + timedelta(hours=8)
    hour = Hour(time(local.hour, local.minute))
    row = {
        "language": "zh",
        "languages": [],
        "zone": "Asia/Shanghai",
        "hours": [[hour.at.strftime("%H:%M"), sorted(hour.days)]],
        "subscribed": True,
        "reachable": True,
        "length": 7,
        "next_due": due,
        "greeted": due,
        "joined_at": due,
    }
    rows = [row | {"id": first + n} for n in range(count)]
    await store.at_once(lambda connection: connection.execute(insert(readers), rows) and None)
