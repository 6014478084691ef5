"""One story in a line or two: the parts that digests, answers and cards share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from newsbot.messages.markup import bold, cut, first_sentences, leaf, link
from newsbot.messages.wording import say
from newsbot.models.readers import Reader
from newsbot.models.stories import Story
from newsbot.tags.alias import spoken
from newsbot.tags.hashtag import hashtag

TITLE = 90  # UTF-16 units of a headline in a list
NAME = 40  # of a source
WHY = {"zh": 50, "en": 110}


def title(story: Story, reader: Reader, most: int = TITLE) -> Markup:
    """The bold linked headline, translated where this reader wants that."""
    words = cut(leaf(translated(story, reader) or story.title), most) or name(story.lead.source) or "—"
    return bold(link(story.lead.link, words))


def translated(story: Story, reader: Reader) -> str:
    """Its title in Chinese, where a model translated it and this reader wants that; else empty."""
    wanted = reader.own_titles and reader.language == "zh" and story.lead.language != "zh"
    wanted = wanted and not story.lead.original  # what an editor wrote stands above a model
    return story.lead.model_title if wanted else ""


def why(story: Story) -> str:
    """Why it matters, in a sentence; empty where the article does not say."""
    words = leaf(story.lead.model_summary or story.lead.summary)
    return first_sentences(words, WHY.get(story.lead.language, WHY["en"])) if words else ""


def by_model(story: Story, language: str) -> Markup:
    """`AI 摘要` where a model wrote the summary, else nothing."""
    return say("card.model", language) if story.lead.model_summary else Markup("")


def name(source: str) -> str:
    """A source's name, which may come from the source itself."""
    return cut(leaf(source), NAME)


def names(story: Story) -> list[str]:
    """The names of those who tell it, the lead's first, each once; nobody where no name can be seen."""
    return list(filter(None, dict.fromkeys(map(name, story.sources))))


def sources(story: Story, language: str) -> Markup:
    """`IT之家 等 3 家`."""
    told = names(story)
    if not told:
        return Markup("")
    if len(told) < 2:
        return say("digest.why_source", language, source=told[0])
    return say("digest.why_sources", language, source=told[0], count=len(told), others=len(told) - 1)


def when(moment: datetime, now: datetime, reader: Reader) -> Markup:
    """`14:05`, `昨天 14:05`, `11-22` or `2025-11-22`, in the reader's zone."""
    zone = ZoneInfo(reader.zone)
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    if days <= 0:
        return Markup(local.strftime("%H:%M"))  # noqa: S704 digits alone
    if days == 1:
        return say("time.yesterday", reader.language, time=local.strftime("%H:%M"))
    form = "%m-%d" if local.year == today.year else "%Y-%m-%d"
    return Markup(local.strftime(form))  # noqa: S704 digits alone


def hashtags(tags: Iterable[str], language: str) -> list[str]:
    """Tags in the form that Telegram makes a link of, in the reader's language where there is a name."""
    return [form for form in (_hashtag(spoken(tag, language)) for tag in tags) if form]


@lru_cache(10_000)  # a digest has two dozen of them, and the next digest mostly the same
def _hashtag(tag: str) -> str:
    return hashtag(leaf(tag))


def small_print(story: Story, now: datetime, reader: Reader) -> Markup:
    """`source 等 N 家 · time`."""
    told = sources(story, reader.language)
    return Markup(" · ").join([*([told] if told else []), when(story.when, now, reader)])
