"""Articles into the store: what is new is added, what was edited takes the place of what was there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from newsbot.articles.compare import compare
from newsbot.flows import follows, group, index
from newsbot.models.articles import Article, Draft
from newsbot.models.jobs import Job
from newsbot.models.reading import Understood
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.store.articles import FORGOTTEN, WORDS
from newsbot.stories import cluster
from newsbot.stories.correction import is_correction


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
    room: Newsroom,
    source: Source,
    articles: Sequence[Understood],
    backlog: bool = False,
    by_hand: bool = False,
    then: Sequence[Job] = (),
) -> list[Stored]:
    """Store articles with all by which they are found and compared. Returns what became of each, in order.

    :param backlog: what the source had before it was ours: it counts as first seen when it was published
    :param by_hand: somebody wants them, also if they were forgotten
    :param then: jobs that are due once they are stored
    """
    followed = await follows.answering(room, articles)
    taken = await room.store.take(source.id, articles, room.now(), backlog, by_hand, followed, then)
    places = [article_id for article_id, _ in taken]
    new = {article_id for article_id, is_new in taken if is_new}
    again = {
        place: one
        for place, one in zip(places, articles, strict=True)
        if place not in new and place != FORGOTTEN
    }
    changed = await _change(room, source, again) if again else set()
    room.meters.count("articles", len(new), status="new")
    room.meters.count("articles", len(changed), status="changed")
    for one, (article_id, _) in zip(articles, taken, strict=True):
        if article_id in new and one.draft.published and not backlog:
            late = room.now() - one.draft.published
            room.meters.took("article_lag_seconds", late.total_seconds())
    return [
        Stored(place, "new" if is_new else "changed" if place in changed else "same")
        for place, is_new in taken
    ]


async def _change(room: Newsroom, source: Source, again: dict[int, Understood]) -> set[int]:
    """Articles that came again. Returns the ids of those that had changed."""
    async with room.store.read() as tx:
        before = await tx.articles.load(again)
        signatures = await tx.stories.signatures(again)
    changed = {
        article_id
        for article_id, one in again.items()
        if article_id in before and compare(_as_published(before[article_id]), one.draft)
    }
    followed = await follows.answering(room, [again[one] for one in changed])
    keys = dict(zip(changed, followed, strict=False))  # nothing where nobody follows anything
    old = dict(await index.documents(room, [before[article_id] for article_id in changed]))
    edited = [_as_edited(again[one].draft, before[one]) for one in changed if before[one].is_edited]
    ours = dict(await index.documents(room, edited))  # by an editor's words, which stay
    under = [
        (article_id, cluster.keys(again[article_id].signature), before[article_id].when)
        for article_id in changed
    ]
    async with room.store.begin() as tx:
        now = await tx.articles.load(changed)
        changed = {one for one in changed if now.get(one) == before[one]}  # else somebody was faster
        for article_id in changed:
            one = again[article_id]
            was = signatures.get(article_id)
            if (
                was
                and not before[article_id].has_own_title
                and is_correction((before[article_id], was), (one.draft, one.signature))
            ):
                await tx.corrections.note(article_id, before[article_id].title, room.now())
            await tx.articles.update(article_id, one.draft, source.id, one.folded)
            await tx.search.replace(article_id, old[article_id], ours.get(article_id, one.document))
            await tx.hits.replace(article_id, keys.get(article_id, ()), room.now())
            await tx.stories.describe(article_id, one.signature)
        await tx.stories.index_all(one for one in under if one[0] in changed)
        same = [(place, one.draft.keys) for place, one in again.items() if place not in changed]
        await tx.articles.recognise(source.id, same)
    told = {before[one].story_id for one in changed}
    await group.lead_again(room, sorted(one for one in told if one is not None))
    return changed


def _as_published(one: Article) -> Article:
    """Without the title that an editor gave it."""
    return replace(one, title=one.published_title)


def _as_edited(draft: Draft, before: Article) -> Article:
    """What comes again, under the title and the tags that an editor gave it."""
    return replace(
        before,
        text=draft.text,
        summary=draft.summary,
        source=draft.source,
        title=before.title if before.has_own_title else draft.title,
        tags=before.tags if before.has_own_tags else draft.tags,
    )


def _words(draft: Draft) -> list[str]:
    return [key for key in draft.keys if key.startswith(WORDS)]


def _keys(drafts: Iterable[Draft]) -> list[str]:
    return [key for draft in drafts for key in draft.keys]
