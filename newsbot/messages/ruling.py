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
REMEMBERED, BRIEF = 3, 30  # of what was decided the last; UTF-16 units of their headlines
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
        Markup("{}. {}\n{}").format(
            number,
            link(one.link, cut(leaf(one.title), TITLE) or "—"),
            Markup(" · ").join(filter(None, (name(one.source), when(one.when, now, reader)))),
        )
        for number, one in enumerate(shown, 1)
    ]
    known = [_remembered(one, story, reader, now) for one in rulings[-REMEMBERED:]]
    text, count = fit(head, blocks, [Markup("\n").join(known)] if known else [])
    made = [
        Button(f"✂ {number}", encode("apart", place, story.id, str(one.id)))
        for number, one in enumerate(shown[:count], 1)
    ]
    return Message(text=text, buttons=(*_rows(made), _back(story, language, place)))


def sure(story: Story, other: str, verb: str, value: str, language: str, place: str) -> Message:
    """Before two stories become one, or one two: it cannot be undone entirely."""
    key = "ruling.ask_merge" if verb == "join" else "ruling.ask_split"
    rows = (
        (Button(label(f"button.{verb}", language), encode(verb, place, story.id, value)),),
        _back(story, language, place),
    )
    text = say(key, language, title=cut(leaf(story.title), TITLE), other=cut(leaf(other), TITLE))
    return Message(text=str(text), buttons=rows)


def _remembered(ruling: Ruling, story: Story, reader: Reader, now: datetime) -> Markup:
    key = "ruling.was_merged" if ruling.kind == "merge" else "ruling.was_split"
    titles = [one.title for one in story.articles if one.id in ruling.article_ids]
    title = f"“{cut(leaf(titles[0]), BRIEF)}”" if titles else ""
    many, at = len(ruling.article_ids), when(ruling.at, now, reader)
    return say(key, reader.language, count=many, when=at, title=title, by=ruling.by)


def _rows(made: Sequence[Button]) -> list[tuple[Button, ...]]:
    return [tuple(made[at : at + ROW]) for at in range(0, len(made), ROW)]


def _back(story: Story, language: str, place: str) -> tuple[Button, ...]:
    return (Button(label("button.back", language), encode("open", place, story.id)),)
