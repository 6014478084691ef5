"""Which event does each new article tell? Decided without a transaction, written down in one.

    waiting, candidates (read) -> placed -> their stories (read) -> written, unless somebody was faster

One flow clusters at a time; where two processes do, such as the bot and the command line beside it, the one
that finds other articles placed meanwhile decides again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from newsbot.flows import follows, rules
from newsbot.models.stories import Placed, Signature
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.apart import WINDOW
from newsbot.stories.cluster import NEWEST, candidates, keys, place
from newsbot.stories.lead import lead

AT_ONCE = 50  # articles in one transaction: others who write wait for it
FACT = "grouped"  # how often articles were placed
REST = "keys_rest"  # articles stand under keys of before an update


async def group(room: Newsroom) -> int:
    """Give every article without a story its own or another's. Returns how many there were."""
    done = 0
    async with room.clustering:
        await _index_anew(room)
        while True:
            async with room.store.read() as tx:
                before = await tx.facts.get(FACT)
                waiting = await tx.stories.waiting(AT_ONCE)
            if not waiting:
                return done
            done += await _group(room, waiting, before)


async def _index_anew(room: Newsroom) -> None:
    """After an update: the articles of the window stand under the keys that are asked for now."""
    async with room.store.read() as tx:
        if await tx.facts.get(REST) is None:
            return
        ids = await tx.stories.told_since(room.now() - WINDOW)
    for at in range(0, len(ids), AT_ONCE):
        async with room.store.read() as tx:
            known = await tx.stories.signatures(ids[at : at + AT_ONCE])
        under = [(one.article_id, keys(one), one.when) for one in known.values()]
        async with room.store.begin() as tx:
            await tx.stories.index_all(under)
    async with room.store.begin() as tx:
        await tx.facts.remove(REST)


async def _group(room: Newsroom, waiting: list[Signature], before: str | None) -> int:
    """Returns how many were placed: none where others were meanwhile."""
    under = {one.article_id: keys(one) for one in waiting}
    near = await _near(room, waiting, under)
    # in a thread, so that nobody waits: fifty articles with sixty candidates each are 3,000 comparisons
    placed = await asyncio.to_thread(place, waiting, near, under)
    leads = await _leads(room, placed)
    joining = {one: found.story_id for one, found in placed.items() if found.story_id > 0}
    followed = await follows.joined(room, joining)
    async with room.store.begin() as tx:
        if not await tx.facts.change(FACT, before, str(int(before or 0) + 1)):
            return 0
        await _write(tx, waiting, placed, leads)
        await tx.hits.add(followed, room.now(), waits=True)
        await tx.stories.index_all((one.article_id, under[one.article_id], one.when) for one in waiting)
    await rules.apply(room, articles=list(placed))
    return len(waiting)


async def _near(
    room: Newsroom, waiting: list[Signature], under: dict[int, tuple[str, ...]]
) -> dict[int, list[Signature]]:
    """What each of these articles is compared with."""
    since, until = min(one.when for one in waiting) - WINDOW, max(one.when for one in waiting) + WINDOW
    asked = (key for theirs in under.values() for key in theirs)
    async with room.store.read() as tx:
        found = await tx.stories.under(asked, since, until, NEWEST)
    ids = {one.article_id: candidates(one, under[one.article_id], found) for one in waiting}
    async with room.store.read() as tx:
        known = await tx.stories.signatures({other for theirs in ids.values() for other in theirs})
    return {
        one.article_id: [
            known[other]
            for other in ids[one.article_id]
            if other in known and known[other].sample == one.sample
        ]
        for one in waiting
    }


async def _leads(room: Newsroom, placed: dict[int, Placed]) -> dict[int, int]:
    """The article that each story will show: story -> article."""
    async with room.store.read() as tx:
        there = sorted({found.story_id for found in placed.values() if found.story_id > 0})
        told = await tx.stories.tellers(there)
        new = await tx.stories.waiting_tellers(sorted(placed))
        led = await tx.stories.led(there)
    for article_id, found in placed.items():
        if article_id in new:
            told.setdefault(found.story_id, []).append(new[article_id])
    return {story_id: lead(tellers) for story_id, tellers in told.items() if story_id not in led}


async def counts(tx: Transaction) -> None:
    """Who places articles meanwhile waits for this transaction, or decides again."""
    await tx.facts.count(FACT)


async def lead_again(room: Newsroom, story_ids: Sequence[int]) -> None:
    """Stories whose articles are not what they were show the best of them."""
    while True:
        async with room.store.read() as tx:
            told = await tx.stories.tellers(story_ids)
            led = await tx.stories.led(story_ids)
        leads = [(story_id, lead(tellers)) for story_id, tellers in told.items() if story_id not in led]
        async with room.store.begin() as tx:
            if await tx.stories.tellers(story_ids) == told:  # else some have joined meanwhile
                await tx.stories.lead_all(leads)
                break
    await rules.apply(room, stories=story_ids)


async def _write(
    tx: Transaction, waiting: list[Signature], placed: dict[int, Placed], leads: dict[int, int]
) -> None:
    beginning = [one for one in waiting if placed[one.article_id].story_id == -one.article_id]
    ids = await tx.stories.begin_all([(one.article_id, one.when) for one in beginning])
    begun = {-one.article_id: story_id for one, story_id in zip(beginning, ids, strict=True)}
    joining = [
        (article_id, replace(found, story_id=begun.get(found.story_id, found.story_id)))
        for article_id, found in placed.items()
        if found.story_id != -article_id
    ]
    await tx.stories.join_all(joining)
    # who begins a story is its lead already, unless others have joined it since
    others = {found.story_id for _, found in joining}
    shown = [(begun.get(story, story), article_id) for story, article_id in leads.items()]
    await tx.stories.lead_all((story, article_id) for story, article_id in shown if story in others)
