"""The digest: read in a minute. Its first line is the lead story's headline: it is the notification too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup

from newsbot.messages.buttons import encode
from newsbot.messages.markup import fit
from newsbot.messages.story import by_model, hashtags, small_print, title, why
from newsbot.messages.wording import label, say
from newsbot.models.digests import Digest
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

MOST_TAGS = 6
ROW = 7  # number buttons in a row


#: (story, language, zone, titles translated) -> its two lines without the number; of one moment
Worded = dict[tuple[int, str, str, bool], Markup]


def digest(found: Digest, reader: Reader, now: datetime, place: str, worded: Worded | None = None) -> Message:
    """The digest as it is sent.

    :param place: where the list is kept, for the number buttons, such as `d12`
    :param worded: lines that were made for others at this moment; new ones are added
    """
    if not found.stories:
        parts = [say("digest.nothing", reader.language)]
        if found.filtered:
            parts.append(say("digest.filtered", reader.language, count=found.filtered))
        return Message(text=str(Markup(" ").join(parts)), silent=True)
    stories = [one.story for one in found.stories]
    marked = {story_id: "digest.grown" for story_id in found.grown_ids}
    marked |= dict.fromkeys(found.lost_ids, "digest.lost")
    worded = {} if worded is None else worded
    lines = [
        _numbered(number, _lines(story, now, reader, worded), marked.get(story.id), reader.language)
        for number, story in enumerate(stories, 1)
    ]
    text, count = fit([], lines, [_footer(found, reader.language)])
    return Message(text=text, buttons=numbers(stories[:count], place))


def shown(found: Digest, message: Message) -> tuple[Story, ...]:
    """The stories that a digest's message really shows, a number button each: the rest did not fit."""
    count = sum(len(row) for row in message.buttons)
    return tuple(one.story for one in found.stories[:count])


def numbers(stories: Iterable[Story], place: str) -> tuple[tuple[Button, ...], ...]:
    """A button per story: pressed, the same message becomes that story's card."""
    made = [Button(str(number), encode("open", place, story.id)) for number, story in enumerate(stories, 1)]
    return tuple(tuple(made[start : start + ROW]) for start in range(0, len(made), ROW))


def _lines(story: Story, now: datetime, reader: Reader, worded: Worded) -> Markup:
    key = story.id, reader.language, reader.zone, reader.own_titles
    if key not in worded:
        told = why(story).removesuffix("。")
        below = [
            part for part in (told, by_model(story, reader.language), small_print(story, now, reader)) if part
        ]
        worded[key] = title(story, reader) + Markup("\n") + Markup(" · ").join(below)
    return worded[key]


def _numbered(number: int, lines: Markup, mark: str | None, language: str) -> Markup:
    end = f" · {say(mark, language)}" if mark else ""
    return Markup(f"{number}. {lines}{end}")  # noqa: S704 a number, and what is escaped already


def _footer(found: Digest, language: str) -> Markup:
    tags = " ".join(common_tags((one.story for one in found.stories), language))
    end = _end(language, found.filtered, found.sample)
    return Markup("{}\n{}").format(tags, end) if tags else end


@lru_cache(1024)
def _end(language: str, filtered: int, sample: bool) -> Markup:
    """今天就这些 · 已滤 N 条"""
    end = [say("digest.end", language)]
    if filtered:
        end.append(say("digest.filtered", language, count=filtered))
    if sample:
        end.append(say("digest.sample", language))
    return Markup(" · ").join(end)


def common_tags(stories: Iterable[Story], language: str) -> list[str]:
    """The tags that most of the stories carry."""
    counts = Counter(form for story in stories for form in hashtags(story.tags[:3], language))
    return [form for form, _ in counts.most_common(MOST_TAGS)]


def onboarding_words(language: str) -> Message:
    """The first of two taps: three words at once."""
    rows = [(Button(label(f"bundle.{name}", language), encode("words", value=name)),) for name in BUNDLES]
    rows.append((Button(label("start.skip", language), encode("words", value="all")),))
    return Message(text=str(say("start.words", language)), buttons=tuple(rows))


def onboarding_hour(language: str) -> Message:
    """The second tap: an hour."""
    made = [Button(hour, encode("hour", value=hour.replace(":", ""))) for hour in HOURS]
    return Message(text=str(say("start.hour", language)), buttons=(tuple(made[:3]), tuple(made[3:])))


BUNDLES = ("ai", "devices", "code")
HOURS = ("07:00", "08:00", "09:00", "12:00", "18:00", "21:00")


def bundle(name: str, language: str) -> tuple[str, ...]:
    """The words of a bundle."""
    return tuple(label(f"bundle.{name}", language).split(" · ")) if name in BUNDLES else ()
