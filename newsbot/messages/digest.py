"""The digest: read in a minute. Its first line is the lead story's headline: it is the notification too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup

from newsbot.digests import zones
from newsbot.messages.buttons import encode
from newsbot.messages.markup import cut, fit, is_address, leaf, link
from newsbot.messages.story import TITLE, by_model, hashtags, small_print, title, why
from newsbot.messages.wording import label, say
from newsbot.models.digests import Digest
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

MOST_TAGS = 6
ROW = 7  # number buttons in a row
PAGE = 10  # stories


#: (story, language, zone, titles translated) -> its two lines without the number; of one moment
Worded = dict[tuple[int, str, str, bool], Markup]


def digest(
    found: Digest,
    reader: Reader,
    now: datetime,
    place: str,
    worded: Worded | None = None,
    page: int = 0,
    story_id: int = 0,
    before: str = "",
) -> Message:
    """The digest as it is sent, or another page of it.

    :param place: where the list is kept, for the buttons, such as `d12`; empty on the command line
    :param worded: lines that were made for others at this moment; new ones are added
    :param page: from 0 on; with a story the one where that stands
    :param before: the list that this one goes on from
    """
    if not found.stories:
        return _nothing(found, reader.language)
    pages = _pages(found, _numbered_lines(found, reader, now, {} if worded is None else worded), reader)
    number = _page_of(story_id, found, pages) if story_id else page % len(pages)
    first, text = pages[number]
    until = pages[number + 1][0] if number + 1 < len(pages) else len(found.stories)
    rows = numbers([one.story for one in found.stories[first:until]], place, first + 1)
    if len(pages) > 1:
        rows = (*rows, turns("leaf", place, number, len(pages)))
    lead = found.stories[0].story.lead.link
    preview = lead if reader.preview and lead and is_address(lead) else ""
    if place:
        rows = (*rows, _last_row(place, before, reader))
    return Message(text=text, buttons=rows, preview=preview)


def _page_of(story_id: int, found: Digest, pages: list[tuple[int, str]]) -> int:
    at = next((place for place, one in enumerate(found.stories) if one.story.id == story_id), 0)
    return max(number for number, (first, _) in enumerate(pages) if first <= at)


def no_digest(language: str) -> Message:
    """What comes in the place of a digest with nothing in it, to who wants to know."""
    return Message(text=str(say("digest.none", language)), silent=True)


def _nothing(found: Digest, language: str) -> Message:
    parts = [say("digest.nothing", language)]
    if found.filtered:
        parts.append(say("digest.filtered", language, count=found.filtered))
    hot = Button(label("button.hot", language), encode("hot", value="hot"))
    return Message(text=str(Markup(" ").join(parts)), silent=True, buttons=((hot,),))


def _numbered_lines(found: Digest, reader: Reader, now: datetime, worded: Worded) -> list[Markup]:
    marked = {story_id: "digest.grown" for story_id in found.grown_ids}
    marked |= dict.fromkeys(found.lost_ids, "digest.lost")
    return [
        _numbered(number, _lines(one.story, now, reader, worded), marked.get(one.story.id), reader.language)
        for number, one in enumerate(found.stories, 1)
    ]


def _pages(found: Digest, lines: list[Markup], reader: Reader) -> list[tuple[int, str]]:
    """Of each page its first story, from 0 on, and its text; what was corrected stands on the first."""
    end, pages, first = [_footer(found, reader.language)], [], 0
    corrections = _corrections(found, reader.language)
    while first < len(lines):
        text, count = fit([], lines[first : first + PAGE], [*corrections, *end])
        pages.append((first, text))
        first, corrections = first + max(count, 1), []
    return pages


def _corrections(found: Digest, language: str) -> list[Markup]:
    return [
        say(
            "digest.corrected",
            language,
            title=link(one.link, cut(leaf(one.title), TITLE) or "—"),
            before=cut(leaf(one.before), TITLE) or "—",
        )
        for one in found.corrections
    ]


def _last_row(place: str, before: str, reader: Reader) -> tuple[Button, ...]:
    """更多, and the way back or, where it is one person's, ⚙️."""
    more = Button(label("button.next", reader.language), encode("next", place))
    if before:
        return (Button(label("button.back", reader.language), encode("back", before)), more)
    if reader.id < 0:
        return (more,)
    return (more, Button(label("button.settings", reader.language), encode("set", value="open")))


def numbers(stories: Iterable[Story], place: str, first: int = 1) -> tuple[tuple[Button, ...], ...]:
    """A button per story: pressed, the same message becomes that story's card."""
    made = [
        Button(str(number), encode("open", place, story.id)) for number, story in enumerate(stories, first)
    ]
    return tuple(tuple(made[start : start + ROW]) for start in range(0, len(made), ROW))


def turns(verb: str, place: str, page: int, pages: int) -> tuple[Button, ...]:
    """◀ 1/3 ▶, round and round."""
    to = (("◀", (page - 1) % pages), (f"{page + 1}/{pages}", page), ("▶", (page + 1) % pages))
    return tuple(Button(words, encode(verb, place, value=str(number))) for words, number in to)


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


def onboarding_place(reader: Reader) -> Message:
    """The third tap: by whose clock; theirs as it is comes first."""
    offered = list(dict.fromkeys((reader.zone, *zones.COMMON)))[: len(zones.COMMON)]
    made = [
        Button(zones.city(one, reader.language), encode("place", value=str(zones.COMMON.index(one))))
        if one in zones.COMMON
        else Button(zones.city(one, reader.language), encode("place", value="own"))
        for one in offered
    ]
    rows = tuple(tuple(made[start : start + 3]) for start in range(0, len(made), 3))
    return Message(text=str(say("start.place", reader.language)), buttons=rows)


def onboarded(reader: Reader, hours: str) -> Message:
    """What it comes to.

    :param hours: in words
    """
    words = ("、" if reader.language == "zh" else ", ").join(reader.follows)
    done = say(
        "start.done",
        reader.language,
        words=words or label("start.all_words", reader.language),
        hour=hours,
        zone=zones.city(reader.zone, reader.language),
    )
    return Message(text=str(done))


BUNDLES = ("ai", "devices", "code")
HOURS = ("07:00", "08:00", "09:00", "12:00", "18:00", "21:00")


def bundle(name: str, language: str) -> tuple[str, ...]:
    """The words of a bundle."""
    return tuple(label(f"bundle.{name}", language).split(" · ")) if name in BUNDLES else ()
