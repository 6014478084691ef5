"""One story in a line or two: the parts that digests, answers and cards share."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from newsbot.messages.markup import bold, cut, first_sentences, leaf, link
from newsbot.messages.wording import say
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

TITLE = 90  # UTF-16 units of a headline in a list
WHY = {"zh": 60, "en": 120}


def title(story: Story, most: int = TITLE) -> Markup:
    """The bold linked headline."""
    words = cut(leaf(story.title), most) or leaf(story.lead.source) or "—"
    return bold(link(story.lead.link, words))


def why(story: Story) -> str:
    """Why it matters, in a sentence; empty where the article does not say."""
    words = leaf(story.lead.summary)
    return first_sentences(words, WHY.get(story.lead.language, WHY["en"])) if words else ""


def sources(story: Story, language: str) -> Markup:
    """`IT之家 等 3 家`."""
    names = [leaf(name) for name in story.sources]
    if len(names) < 2:
        return say("digest.why_source", language, source=names[0])
    return say("digest.why_sources", language, source=names[0], count=len(names), others=len(names) - 1)


def when(moment: datetime, now: datetime, reader: Reader) -> Markup:
    """`14:05`, `昨天 14:05` or `11-22`, in the reader's zone."""
    zone = ZoneInfo(reader.zone)
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    if days <= 0:
        return Markup(local.strftime("%H:%M"))  # noqa: S704 digits alone
    if days == 1:
        return say("time.yesterday", reader.language, time=local.strftime("%H:%M"))
    return Markup(local.strftime("%m-%d"))  # noqa: S704 digits alone


def small_print(story: Story, now: datetime, reader: Reader) -> Markup:
    """`source 等 N 家 · time`."""
    return Markup(" · ").join([sources(story, reader.language), when(story.when, now, reader)])
