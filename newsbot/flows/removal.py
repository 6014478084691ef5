"""An article is removed for good, by its address: who has the rights to it asks for that.

Its text, its title, its place in the index and in every list go, and nobody brings it again, neither its
source nor a pasted link. What backups hold already is not touched; the next one is without it.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from newsbot.errors import NotUnderstood
from newsbot.flows import index, staff
from newsbot.flows.story import Presser
from newsbot.models.articles import Article
from newsbot.models.staff import Right
from newsbot.newsroom import Newsroom
from newsbot.sources.addresses import canonical
from newsbot.stories.lead import lead

MOST = 20  # articles under one address: sources may carry the same
log = structlog.get_logger()


async def found(room: Newsroom, who: Presser, address: str) -> Sequence[Article]:
    """The articles of this address.

    :raises NotUnderstood: not allowed, or there is none
    """
    await staff.authorise(room, who, Right.DESK, "removal_look", address)
    address = address.strip()
    links = [link for link in (address, canonical(address)) if link]
    async with room.store.read() as tx:
        known = await tx.articles.all_by_link(links)
    if not known or len(known) > MOST:
        raise NotUnderstood("removal.none")
    return known


async def remove(room: Newsroom, who: Presser, article_id: int) -> int:
    """This article and all others of its address. Returns how many.

    :raises NotUnderstood: not allowed, or there is none
    """
    await staff.authorise(room, who, Right.DESK, "removal", article_id)
    async with room.store.read() as tx:
        one = (await tx.articles.load([article_id])).get(article_id)
        known = await tx.articles.all_by_link([one.link]) if one and one.link else [one] if one else []
    if not known:
        raise NotUnderstood("removal.none")
    documents = await index.documents(room, known)
    async with room.store.begin() as tx:
        now = await tx.articles.load([article.id for article in known])
        if any(now.get(article.id) != article for article in known):
            raise NotUnderstood("desk.changed")
        await tx.search.remove(documents)
        ids = [article.id for article in known]
        told = sorted({article.story_id for article in known if article.story_id is not None})
        await tx.articles.take_out(ids)
        await tx.articles.not_related(known[0].link)
        await tx.rulings.forget_words(ids)
        await tx.corrections.forget(told)
        await tx.broadcasts.forget_titles(told)
        for story_id in told:  # what an editor said was said of this article
            await tx.stories.change(story_id, is_led=False, correction="", corrected_at=None)
        left = await tx.stories.tellers(told)
        await tx.stories.lead_all((story_id, lead(tellers)) for story_id, tellers in left.items())
        await tx.stories.remove_empty()
        await staff.done(room, tx, who, "removal", known[0].link or f"#{article_id}")
    log.info("articles removed", many=len(known), by=room.alias(who.id))
    return len(known)
