"""Forget what nobody needs any more: old lists, old deliveries, old articles but the saved ones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from newsbot.flows import figures, index, rights, rules, taste, tips
from newsbot.flows.follows import KEPT, STORY_KEPT
from newsbot.flows.plan import SKIPPED, rewind, skipped
from newsbot.flows.search import OF_SEARCHES
from newsbot.newsroom import Newsroom
from newsbot.stories.lead import lead

SEARCHES_KEPT = timedelta(days=1)  # nobody's searches are remembered for longer than their buttons need them
PUSHED_AGAIN = timedelta(days=2)  # an update that Telegram pushes again comes within a day (Bot API, Update)
LISTS_KEPT = timedelta(days=30)  # a button under an older list says that it no longer works
WITHDRAWN_KEPT = timedelta(days=1)  # votes: an earlier press may still be on its way
CANDIDATES_KEPT = timedelta(days=30)  # what is published late is mostly not that late
LOG_KEPT = timedelta(days=365)  # of what was done, and broadcasts with their reports
DRAFTS_KEPT = timedelta(days=30)
DELIVERIES_KEPT = timedelta(days=30)  # and the ledger: a digest looks back 14 days
AT_ONCE = 500  # articles in one transaction: others who write wait for it
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many of each."""

    lists: int
    deliveries: int
    shown: int
    articles: int
    stories: int


async def tidy(room: Newsroom) -> Forgotten:
    """What the clock does every night."""
    now = room.now()
    async with room.store.begin() as tx:
        lists = await tx.views.remove_before(now - LISTS_KEPT)
        lists += await tx.views.remove_before(now - SEARCHES_KEPT, OF_SEARCHES)
        await tx.facts.remove_like("searches:")  # of before there were tallies
        await tx.tallies.remove_before(figures.forgotten(room))
        await tx.audit.remove_before(now - LOG_KEPT)
        await tx.broadcasts.remove_before(now - DRAFTS_KEPT, now - LOG_KEPT)
        await tx.facts.remove_like(SKIPPED, but=skipped(room))
        await tx.questions.remove_before(now)
        await tx.inbox.expire(now - PUSHED_AGAIN)
        await tx.hits.remove_before(now - KEPT)
        await tx.posts.remove_before(now - LISTS_KEPT)
        await tx.corrections.remove_before(now - LISTS_KEPT)
        await tx.votes.forget_withdrawn(now - WITHDRAWN_KEPT)
        for kind in ("follow", "mute"):
            await tx.readers.forget_stories(kind, now - STORY_KEPT)
    async with room.store.begin() as tx:
        deliveries, shown = await tx.deliveries.remove_before(now - DELIVERIES_KEPT)
    await rewind(room)
    await rules.all_again(room)
    await rights.tidy(room)
    await asyncio.to_thread(room.vault.prune, now)
    await tips.tidy(room)
    await taste.tidy(room)
    await _keys(room)
    articles, stories = await _articles(room)
    async with room.store.begin() as tx:
        await tx.sources.count(now)
    await room.store.rewrite()
    await room.store.expire_copies(now)
    done = Forgotten(lists, deliveries, shown, articles, stories)
    log.info("tidied", lists=lists, deliveries=deliveries, shown=shown, articles=articles, stories=stories)
    return done


async def _keys(room: Newsroom) -> None:
    """What is so old that no new article can tell the same."""
    many = AT_ONCE
    while many == AT_ONCE and not room.closing.is_set():
        async with room.store.begin() as tx:
            many = await tx.stories.forget_keys(room.now() - CANDIDATES_KEPT, AT_ONCE)


async def _articles(room: Newsroom) -> tuple[int, int]:
    """Those that were stored too long ago, and the stories that have none left."""
    before = room.now() - timedelta(days=room.settings.keep_days)
    many = 0
    while not room.closing.is_set():
        async with room.store.read() as tx:
            told = await tx.articles.load(await tx.articles.old(before, AT_ONCE))
        documents = await index.documents(room, list(told.values()))
        async with room.store.begin() as tx:
            now = await tx.articles.load(told)
            same = [one for one in told if now.get(one) == told[one]]
            removed = set(await tx.articles.remove(same, before))
            await tx.search.remove([one for one in documents if one[0] in removed])
        many += len(removed)
        if len(told) < AT_ONCE:
            break
    await _leads(room)  # also where a crash kept it from being done
    async with room.store.begin() as tx:
        return many, await tx.stories.remove_empty()


async def _leads(room: Newsroom) -> None:
    """A story whose lead was forgotten shows another of its articles."""
    async with room.store.read() as tx:
        told = await tx.stories.tellers(await tx.stories.without_lead())
    leads = {story_id: lead(tellers) for story_id, tellers in told.items()}
    async with room.store.begin() as tx:
        for story_id, article_id in leads.items():
            await tx.stories.lead(story_id, article_id)
