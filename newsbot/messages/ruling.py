"""Merging and splitting stories, for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold, cut, fit, leaf, link
from newsbot.messages.story import name, small_print, title, when
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Ruling, Story

ROW = 8  # buttons
MOST = 24  # articles that may be chosen
TITLE = 70  # UTF-16 units


def offered(story: Story, near: Sequence[Story], reader: Reader, now: datetime, place: str) -> Message:
    """Which of these tells the same event?"""
    language = reader.language
    back = _back(story, language, place)
    if not near:
        return Message(text=str(say("ruling.no_near", language)), buttons=(back,))
    head = [say("ruling.merge", language, title=cut(leaf(story.title), TITLE))]
    blocks = [
        Markup("{}. {}\n{}").format(number, title(other, reader), small_print(other, now, reader))
        for number, other in enumerate(near, 1)
    ]
    text, count = fit(head, blocks, [say("ruling.merge_hint", language)])
    made = [
        Button(str(number), encode("into", place, story.id, str(other.id)))
        for number, other in enumerate(near[:count], 1)
    ]
    return Message(text=text, buttons=(*_rows(made), back))


def articles(story: Story, rulings: Sequence[Ruling], reader: Reader, now: datetime, place: str) -> Message:
    """Which of its articles tells another event?"""
    language = reader.language
    shown = story.articles[:MOST]
    head = [bold(say("ruling.split", language))]
    blocks = [
        Markup("{}. {}\n{} · {}").format(
            number,
            link(one.link, cut(leaf(one.title), TITLE) or "—"),
            name(one.source),
            when(one.when, now, reader),
        )
        for number, one in enumerate(shown, 1)
    ]
    tail = [_remembered(one, story, reader, now) for one in rulings[-3:]]
    text, count = fit(head, blocks, tail)
    made = [
        Button(f"✂ {number}", encode("apart", place, story.id, str(one.id)))
        for number, one in enumerate(shown[:count], 1)
    ]
    return Message(text=text, buttons=(*_rows(made), _back(story, language, place)))


def _remembered(ruling: Ruling, story: Story, reader: Reader, now: datetime) -> Markup:
    other = ruling.other_id if ruling.story_id == story.id else ruling.story_id
    key = "ruling.was_merged" if ruling.kind == "merge" else "ruling.was_split"
    return say(key, reader.language, other=other, when=when(ruling.at, now, reader))


def _rows(made: Sequence[Button]) -> list[tuple[Button, ...]]:
    return [tuple(made[at : at + ROW]) for at in range(0, len(made), ROW)]


def _back(story: Story, language: str, place: str) -> tuple[Button, ...]:
    return (Button(label("button.back", language), encode("open", place, story.id)),)
