"""主编语: an editor's line on top of the digests of a day, for who reads its language."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from newsbot.articles.language import language
from newsbot.errors import NotUnderstood
from newsbot.flows import staff
from newsbot.flows.story import Presser
from newsbot.messages.markup import leaf
from newsbot.messages.wording import LANGUAGES
from newsbot.models.staff import Right
from newsbot.newsroom import Newsroom

FACT = "note:"  # facts of these lines; the language follows
KEPT = timedelta(hours=24)
LONGEST = 200  # characters


async def write(room: Newsroom, who: Presser, words: str) -> None:
    """In the place of the one that was there.

    :raises NotUnderstood: not allowed, empty or too long
    """
    words = leaf(words)
    await staff.authorise(room, who, Right.DESK, "desk_note", words)
    if not words or len(words) > LONGEST:
        raise NotUnderstood("desk.long_note", most=LONGEST)
    theirs = "zh" if language(words) == "zh" else "en"
    kept = {"words": words, "until": (room.now() + KEPT).isoformat()}
    async with room.store.begin() as tx:
        if await tx.inbox.apply(who.update_id):
            await tx.facts.put(f"{FACT}{theirs}", json.dumps(kept, ensure_ascii=False))
            await staff.done(room, tx, who, "desk_note", words)


async def remove(room: Newsroom, who: Presser) -> None:
    """None stands there any more."""
    await staff.authorise(room, who, Right.DESK, "desk_no_note")
    async with room.store.begin() as tx:
        await tx.facts.remove_like(FACT)
        await staff.done(room, tx, who, "desk_no_note")


async def notes(room: Newsroom) -> dict[str, str]:
    """Those that stand there now: language of the reader -> words."""
    found = {}
    async with room.store.read() as tx:
        for theirs in LANGUAGES:
            kept = json.loads(await tx.facts.get(f"{FACT}{theirs}") or "null")
            if kept and datetime.fromisoformat(kept["until"]) > room.now():
                found[theirs] = kept["words"]
    return found
