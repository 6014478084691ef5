"""search, stories and digest: what readers would be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsbot.cli import output
from newsbot.cli.opening import newsroom
from newsbot.flows import edition, pool
from newsbot.flows import search as searches
from newsbot.flows.index import index
from newsbot.messages.digest import digest as digest_message
from newsbot.messages.markup import plain
from newsbot.messages.why import worded
from newsbot.messages.wording import label
from newsbot.models.digests import Digest
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Reason
from newsbot.settings import Settings


async def search(settings: Settings, words: str, limit: int, as_json: bool) -> int:
    """The best articles, one a line."""
    async with newsroom(settings) as room:
        await index(room)  # all of it, also where a bot has only begun to fill the index anew
        found = await searches.articles(room, words, limit)
    for one in found:
        article = one.article
        snippet = "".join(text for text, _ in one.snippet)
        if as_json:
            brief = output.brief(article, settings.timezone)
            more = {"story": article.story_id, "tags": list(article.tags), "snippet": snippet}
            output.line({"id": brief.pop("id"), "story": more.pop("story"), **brief, **more})
        else:
            when = output.moment(article.when, settings.timezone) or ""
            output.words(
                f"{article.id}\t{when[:16]}\t{article.title}\t{article.source}\t{article.link or ''}"
            )
    if not found and not as_json:
        output.words(label("search.found_none", settings.language, words=words))
    return 0


async def stories(settings: Settings, hours: float, limit: int, as_json: bool) -> int:
    """The ranked stories with their articles and reasons."""
    async with newsroom(settings) as room:
        async with room.store.read() as tx:
            found = [one for one in await pool.stories(room, tx, hours) if one.is_offered]
        weighed = pool.weighed(room, found)
    for one in pool.ranked(weighed)[:limit]:
        reasons = pool.why(weighed, one.story)
        if as_json:
            output.line(_ranked(one, reasons, settings.timezone))
        else:
            output.words(f"{one.score:6.2f}  {one.story.title}  （{' '.join(one.story.sources)}）")
            output.words("        " + "；".join(worded(reason, settings.language) for reason in reasons))
    return 0


def _ranked(one: Ranked, reasons: Sequence[Reason], zone: str) -> dict[str, Any]:
    story, tally = one.story, one.story.tally
    return {
        "id": story.id,
        "title": story.title,
        "tags": list(story.tags),
        "articles": [output.brief(article, zone) for article in story.articles],
        "score": one.score,
        "reasons": [
            {
                "key": reason.key,
                "points": reason.points,
                "zh": worded(reason, "zh"),
                "en": worded(reason, "en"),
            }
            for reason in reasons
        ],
        "up": tally.up,
        "down": tally.down,
        "value": pool.value(story),
    }


async def digest(
    settings: Settings, follows: Sequence[str], hours: float, language: str, as_json: bool, as_html: bool
) -> int:
    """The digest that such a reader would get now; sent to nobody, written down nowhere."""
    reader = Reader(id=0, language=language, zone=settings.timezone, follows=tuple(follows))
    async with newsroom(settings) as room:
        found = await edition.composed(room, reader, hours)
        text = digest_message(found, reader, room.now(), "").text
    if as_json:
        output.line(_digest(found, text))
    else:
        output.words(text if as_html else plain(text))
    return 0


def _digest(found: Digest, text: str) -> dict[str, Any]:
    told = [one.story for one in found.stories]
    return {
        "title": told[0].title if told else None,
        "text": text,
        "stories": [
            {"id": story.id, "title": story.title, "link": story.lead.link, "tags": list(story.tags)}
            for story in told
        ],
    }
