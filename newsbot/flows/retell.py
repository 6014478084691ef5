"""Summaries by a model, for the stories that are most likely to be shown, within a day's budget.

    ranked -> counted against the budget -> asked, one after the other -> checked -> stored

Nothing waits for it: whoever is shown a story before the model was asked, or whose answer may not be shown,
reads the extract.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from newsbot.articles.retelling import checked, question
from newsbot.errors import ModelError
from newsbot.flows import pool
from newsbot.models.articles import Article, Retelling
from newsbot.newsroom import Newsroom

MOST_STORIES = 60  # of the ranked pool: what comes after them hardly any digest shows
AT_ONCE = 10  # articles in one round, asked one after the other
FEWEST_CHARS = 200  # of a text: a shorter one is its own summary
CHECKING_SECONDS = 5.0
MOST_TRIES = 2  # without an answer: perhaps it is this article that takes the server too long
ABOUT_THE_ARTICLE = (400, 413, 422, 451)  # statuses: this one is refused, the next one may not be
FIRST_PAUSE, LONGEST_PAUSE = 120.0, 3600.0  # seconds
log = structlog.get_logger()


async def retell(room: Newsroom) -> int:
    """Ask the model about the next articles. Returns how many of its answers may be shown."""
    if room.summariser is None or (room.model_after and room.now() < room.model_after):
        return 0
    good = 0
    for article in await _next(room):
        if room.closing.is_set() or not await _counted(room):
            break
        try:
            answer = await room.summariser.ask(*question(article.title, article.text, article.language))
        except ModelError as error:
            log.warning("no summary", article=article.id, why=str(error))
            if error.status in ABOUT_THE_ARTICLE:
                await _keep(room, article, Retelling())
                continue
            room.model_tries[article.id] = room.model_tries.get(article.id, 0) + 1
            await _pause(room)
            break
        found = await room.sandbox.run(
            checked, answer, article.title, article.text, article.language, seconds=CHECKING_SECONDS
        )
        room.model_pause = 0.0
        await _keep(room, article, found)
        good += bool(found.summary)
    return good


async def _pause(room: Newsroom) -> None:
    """The server has a bad time: it is left alone for twice as long each time, up to an hour."""
    seconds = min(2 * room.model_pause or FIRST_PAUSE, LONGEST_PAUSE)
    room.model_pause, room.model_after = seconds, room.now() + timedelta(seconds=seconds)


async def _next(room: Newsroom) -> list[Article]:
    """The leads of the best stories that no model was asked about."""
    async with room.store.read() as tx:
        told = await pool.stories(room, tx)
        best = [one.story.lead for one in pool.ranked(pool.weighed(room, told))[:MOST_STORIES]]
        asked = await tx.articles.asked([lead.id for lead in best])
    only_samples = all(lead.sample for lead in best)  # the demonstration, before there is real news
    fresh = [
        lead
        for lead in best
        if lead.id not in asked and lead.noise is None and (only_samples or not lead.sample)
        and room.model_tries.get(lead.id, 0) < MOST_TRIES
    ]  # fmt: skip
    return [lead for lead in fresh if len(lead.text) >= FEWEST_CHARS][:AT_ONCE]


async def _counted(room: Newsroom) -> bool:
    """Whether the day's budget has room for one more; it is written down before the model is asked."""
    name = f"model.{room.today}"
    async with room.store.begin() as tx:
        before = await tx.facts.get(name)
        many = int(before or 0)
        if many >= room.settings.summary_budget:
            return False
        if before is None:
            await tx.facts.remove_like("model.")
        await tx.facts.put(name, str(many + 1))
    return True


async def _keep(room: Newsroom, article: Article, found: Retelling) -> None:
    """Only if the article is still the one that was asked about."""
    async with room.store.begin() as tx:
        now = (await tx.articles.load([article.id])).get(article.id)
        if now is not None and (now.title, now.text) == (article.title, article.text):
            await tx.articles.retold(article.id, found, room.now())
    if not found.summary:
        log.info("summary refused", article=article.id)
