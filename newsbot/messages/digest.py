"""The digest: read in a minute. Its first line is the lead story's headline: it is the notification too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.markup import cut, fit, is_address, leaf, link
from newsbot.messages.rich import rich
from newsbot.messages.rows import ballots, numbers, turns
from newsbot.messages.story import TITLE, by_model, hashtags, small_print, title, why
from newsbot.messages.wording import label, say
from newsbot.models.digests import Correction, Digest
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

MOST_TAGS = 6
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
    lines = _numbered_lines(found, reader, now, {} if worded is None else worded)
    tags = " ".join(common_tags((one.story for one in found.stories), reader.language))
    goes_on = _footer(tags, found, reader.language, goes_on=True)
    notes = _corrections(found, reader.language)
    if notes:  # as many as fit beside the lead
        notes = notes[: fit([], notes, [lines[0], goes_on])[1]]
    head = [say("digest.note", reader.language, words=found.note)] if found.note else []
    pages = _pages(lines, [*head, *notes], goes_on)
    number = _page_of(story_id, found, pages) if story_id else page % len(pages)
    first, until = pages[number]
    end = goes_on if number + 1 < len(pages) else _footer(tags, found, reader.language)
    head, notes = ([], []) if number else (head, notes)
    stories = [one.story for one in found.stories[first:until]]
    # who opened a story in a channel would open it for everybody there
    rows = (ballots if reader.is_channel and place else numbers)(stories, place, first + 1)
    if len(pages) > 1:
        rows = (*rows, turns("leaf", place, number, len(pages)))
    lead = stories[0].lead.link
    preview = lead if reader.preview and not number and lead and is_address(lead) else ""
    if place and (last := _last_row(place, before, reader, may_go_on=len(found.stories) >= reader.length)):
        rows = (*rows, last)
    told = list(zip(stories, lines[first:until], strict=True))
    return Message(
        text="\n\n".join([*head, *lines[first:until], *notes, end]),
        buttons=rows,
        preview=preview,
        rich=rich(told, notes, end, reader, head) if reader.rich else "",
    )


def _page_of(story_id: int, found: Digest, pages: list[tuple[int, int]]) -> int:
    at = next((place for place, one in enumerate(found.stories) if one.story.id == story_id), 0)
    return max(number for number, (first, _) in enumerate(pages) if first <= at)


def no_digest(found: Digest, language: str) -> Message:
    """What comes in the place of a digest without stories: what was corrected, or that there is nothing."""
    if notes := _corrections(found, language):
        return Message(text=fit([], notes)[0])
    return Message(text=str(say("digest.none", language)), silent=True)


def _nothing(found: Digest, language: str) -> Message:
    notes = _corrections(found, language)
    parts = [say("digest.nothing", language)]
    if found.filtered:
        parts.append(say("digest.filtered", language, count=found.filtered))
    hot = Button(label("button.hot", language), encode("hot", value="hot"))
    text, _ = fit([], notes, [Markup(" ").join(parts)])
    return Message(text=text, silent=True, buttons=((hot,),))


def _numbered_lines(found: Digest, reader: Reader, now: datetime, worded: Worded) -> list[Markup]:
    marked = {story_id: "digest.grown" for story_id in found.grown_ids}
    marked |= dict.fromkeys(found.lost_ids, "digest.lost")
    return [
        _numbered(number, _lines(one.story, now, reader, worded), marked.get(one.story.id), reader.language)
        for number, one in enumerate(found.stories, 1)
    ]


def _pages(lines: list[Markup], notes: list[Markup], end: Markup) -> list[tuple[int, int]]:
    """Of each page the places of its first story and of the next page's; notes stand on the first."""
    pages, first = [], 0
    while first < len(lines):
        _, count = fit([], lines[first : first + PAGE], [*notes, end])
        pages.append((first, first + max(count, 1)))
        first, notes = first + max(count, 1), []
    return pages


def _corrections(found: Digest, language: str) -> list[Markup]:
    return [_correction(one, language) for one in found.corrections]


def _correction(one: Correction, language: str) -> Markup:
    """What it says now and what it said; or that it was taken back, and why."""
    title = cut(leaf(one.title), TITLE) or "—"
    if one.is_retracted:
        said = say("digest.retracted", language, title=title)
    else:
        before = cut(leaf(one.before), TITLE) or "—"
        said = say("digest.corrected", language, title=link(one.link, title), before=before)
    return Markup("{}\n{}").format(said, one.note) if one.note else said


def _last_row(place: str, before: str, reader: Reader, may_go_on: bool) -> tuple[Button, ...]:
    """更多, where there may be more; and the way back or, where it is one person's, ⚙️."""
    language = reader.language
    may_go_on = may_go_on and not reader.is_channel
    made = [Button(label("button.next", language), encode("next", place))] if may_go_on else []
    if before:
        made.insert(0, Button(label("button.back", language), encode("back", before)))
    elif reader.is_person:
        made.append(Button(label("button.settings", language), encode("aside", value="settings")))
    return tuple(made)


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


def _footer(tags: str, found: Digest, language: str, goes_on: bool = False) -> Markup:
    """
    :param goes_on: there is another page behind this one
    """
    end = _end(language, found.filtered, found.sample, len(found.stories) if goes_on else 0)
    return escape(tags) + Markup("\n") + end if tags else end


@lru_cache(1024)
def _end(language: str, filtered: int, sample: bool, count: int) -> Markup:
    """今天就这些 · 已滤 N 条

    :param count: of the stories, where they go on on the next page
    """
    end = [say("digest.goes_on", language, count=count) if count else say("digest.end", language)]
    if filtered:
        end.append(say("digest.filtered", language, count=filtered))
    if sample:
        end.append(say("digest.sample", language))
    return Markup(" · ").join(end)


def common_tags(stories: Iterable[Story], language: str) -> list[str]:
    """The tags that most of the stories carry."""
    counts = Counter(form for story in stories for form in hashtags(story.tags[:3], language))
    return [form for form, _ in counts.most_common(MOST_TAGS)]
