"""Standing rules: what no editor wants in any digest is dropped as it comes.

A rule looks at a story's lead, and looks again when the lead changes: what a shop's feed began and three
papers tell by now is no longer the shop's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from newsbot.errors import NotUnderstood
from newsbot.flows import staff
from newsbot.flows.story import Presser
from newsbot.models.staff import Right
from newsbot.models.stories import Rule
from newsbot.newsroom import Newsroom
from newsbot.search.query import parsed
from newsbot.stories.desk import rule_of

WITHIN = timedelta(days=8)  # stories that a new rule looks at: as far back as a digest does
MOST, LONGEST = 50, 200  # rules, and characters of one
AT_ONCE = 200  # stories


async def apply(
    room: Newsroom, articles: Sequence[int] = (), stories: Sequence[int] = (), is_anew: bool = False
) -> None:
    """Look at these stories again, and at those that these articles tell.

    :param is_anew: also where there is no rule any more
    """
    async with room.store.read() as tx:
        rules = [one.words for one in await tx.rulings.rules()]
        if not rules and not is_anew:
            return
        ids = [*stories, *await tx.stories.telling(articles)]
    if ids:
        for at in range(0, len(ids), AT_ONCE):
            await _apply(room, rules, ids[at : at + AT_ONCE])


async def _apply(room: Newsroom, rules: Sequence[str], ids: Sequence[int]) -> None:
    async with room.store.read() as tx:
        told = await tx.stories.load(ids)
    # in a thread: fifty rules about two hundred stories take a third of a second
    found = await asyncio.to_thread(lambda: {story.id: rule_of(story, rules) for story in told})
    changed = {
        story.id: found[story.id] for story in told if story.rule != "" and story.rule != found[story.id]
    }
    if changed:
        async with room.store.begin() as tx:
            await tx.stories.ruled(changed)


async def rules(room: Newsroom, who: Presser) -> list[Rule]:
    """All of them, the first first."""
    await staff.authorise(room, who, Right.DESK, "desk_rules")
    async with room.store.read() as tx:
        return await tx.rulings.rules()


async def add(room: Newsroom, who: Presser, words: str) -> None:
    """From now on, and for what came lately.

    :raises NotUnderstood: not allowed, or it is no search, or there are enough
    """
    await staff.authorise(room, who, Right.DESK, "desk_rule", words)
    words = " ".join(words.split())
    query = parsed(words)
    if query is None or len(words) > LONGEST:
        raise NotUnderstood("desk.no_rule")
    async with room.store.begin() as tx:
        is_new = await tx.inbox.apply(who.update_id)
        there = await tx.rulings.rules()
        if is_new and words not in [one.words for one in there]:
            if len(there) >= MOST:
                raise NotUnderstood("desk.enough_rules", most=MOST)
            await tx.rulings.add_rule(words, who.id, room.now())
            await staff.done(room, tx, who, "desk_rule", words)
    await all_again(room)


async def remove(room: Newsroom, who: Presser, rule_id: int) -> None:
    """What it dropped lately is offered again."""
    await staff.authorise(room, who, Right.DESK, "desk_no_rule", rule_id)
    async with room.store.begin() as tx:
        known = {one.id: one.words for one in await tx.rulings.rules()}
        if not await tx.rulings.remove_rule(rule_id):
            raise NotUnderstood("press.old")
        await staff.done(room, tx, who, "desk_no_rule", known[rule_id])
    await all_again(room)


async def all_again(room: Newsroom) -> None:
    """All that came lately; every night too, so that a crash in between leaves nothing out for long."""
    async with room.store.read() as tx:
        ids = await tx.stories.since(room.now() - WITHIN)
    await apply(room, stories=ids, is_anew=True)
