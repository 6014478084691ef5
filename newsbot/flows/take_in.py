"""Articles into the store: what is new is added, what was edited takes the place of what was there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsbot.articles.compare import compare
from newsbot.models.articles import Draft
from newsbot.models.reading import Understood
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.store.articles import WORDS


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an article.

    :ivar status: new, changed or same
    """

    id: int
    status: str


async def unknown(room: Newsroom, source: Source, drafts: Sequence[Draft], behind: bool) -> list[Draft]:
    """Those that are new or may have changed: only they are worth understanding. Each once.

    :param behind: they only name articles, so that their place is all they are known by
    """
    async with room.store.read() as tx:
        known = set(await tx.articles.known(source.id, _keys(drafts)))
    found = []
    for draft in drafts:
        telling = set(draft.keys) if behind else set(_words(draft) or draft.keys)
        if telling and not telling & known:
            found.append(draft)
            known |= telling
    return found


async def take_in(
    room: Newsroom, tx: Transaction, source: Source, articles: Sequence[Understood]
) -> list[Stored]:
    """Store articles with all by which they are found and compared. Returns what became of each, in order."""
    known = await tx.articles.known(source.id, _keys(one.draft for one in articles))
    new: list[Understood] = []
    places: list[
        int
    ] = []  # of each: the id of the article that we have, or -1, -2 … for the first, second new one
    for one in articles:
        place = next((known[key] for key in one.draft.keys if key in known), None)
        if place is None:
            new.append(one)
            place = -len(new)
            known |= dict.fromkeys(one.draft.keys, place)
        places.append(place)
    ids = await _add(room, tx, source, new)
    changed = await _change(tx, source, {p: one for p, one in zip(places, articles, strict=True) if p > 0})
    added = {-number: article_id for number, article_id in enumerate(ids, start=1)}
    return [
        Stored(added[place], "new") if place < 0 else Stored(place, "changed" if place in changed else "same")
        for place in places
    ]


async def _add(room: Newsroom, tx: Transaction, source: Source, new: Sequence[Understood]) -> list[int]:
    ids = await tx.articles.add_all([(one.draft, one.folded) for one in new], source.id, room.now())
    named = list(zip(ids, new, strict=True))
    await tx.search.put_all([(article_id, one.document) for article_id, one in named])
    await tx.stories.describe_all([(article_id, one.signature) for article_id, one in named])
    return ids


async def _change(tx: Transaction, source: Source, again: dict[int, Understood]) -> set[int]:
    """Articles that came again. Returns the ids of those that had changed."""
    before = await tx.articles.load(again)
    changed = {
        article_id
        for article_id, one in again.items()
        if article_id in before and compare(before[article_id], one.draft)
    }
    for article_id in changed:
        one = again[article_id]
        await tx.articles.update(article_id, one.draft, source.id, one.folded)
        await tx.search.put(article_id, one.document)
        await tx.stories.describe(article_id, one.signature)
    same = [(article_id, one.draft.keys) for article_id, one in again.items() if article_id not in changed]
    await tx.articles.recognise(source.id, same)
    return changed


def _words(draft: Draft) -> list[str]:
    return [key for key in draft.keys if key.startswith(WORDS)]


def _keys(drafts: Iterable[Draft]) -> list[str]:
    return [key for draft in drafts for key in draft.keys]
