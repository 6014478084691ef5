"""What a reader follows and mutes, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold, cut, fit, leaf
from newsbot.messages.rows import turns
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader, story_of

ROWS = 8  # words on a page, each with its buttons
WORD = 60  # UTF-16 units
ON_A_BUTTON = 18
TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """A search that is followed from now on, with what the last 7 days would have matched.

    :ivar titles: of the best of them
    """

    words: str
    count: int
    more: bool
    per_day: float
    titles: tuple[str, ...] = ()


def named(word: str, titles: Mapping[str, str], language: str) -> str:
    """A search as it was typed; a story by its headline."""
    if story_of(word) is None:
        return cut(leaf(word), WORD)
    return label("follow.story", language, title=cut(leaf(titles.get(word, "")), TITLE) or "—")


def listed(words: Sequence[str], language: str) -> str:
    """甲、乙, or a, b."""
    return ("、" if language == "zh" else ", ").join(words)


def followed(found: Sequence[Previewed], count: int, reader: Reader, place: str, alerts: int = 0) -> Message:
    """What is followed from now on, how much that is, and what one may change about it.

    :param found: the first of them
    :param count: of all of them
    :param place: where the words are kept
    :param alerts: how many alerts a day there are; 0 where none are wanted
    """
    language = reader.language
    words = listed([cut(leaf(one.words), WORD) for one in found], language)
    if count > len(found):
        words = label("follow.and_more", language, words=words, count=count)
    blocks = [_previewed(one, language) for one in found]
    tail = [say("follow.alerts_on", language, most=alerts)] if alerts else []
    text, _ = fit([say("follow.done", language, words=words)], blocks, tail)
    return Message(text=text, buttons=(_about(place, language, alerts > 0),))


def _previewed(one: Previewed, language: str) -> Markup:
    words = cut(leaf(one.words), WORD)
    if not one.count:
        return say("follow.preview_none", language, words=words)
    count = f"{one.count}+" if one.more else str(one.count)
    rate = (f"{one.per_day:.0f}" if one.per_day >= 2 else f"{one.per_day:.1f}") + "+" * one.more
    lines = [say("follow.preview", language, words=words, count=count, per_day=rate)]
    lines += [Markup("· {}").format(cut(leaf(title), TITLE)) for title in one.titles]
    return Markup("\n").join(lines)


def _about(place: str, language: str, alerts: bool) -> tuple[Button, ...]:
    key, value = ("button.alerts_off", "off") if alerts else ("button.alerts_on", "on")
    return (
        Button(label(key, language), encode("alert", place, value=value)),
        Button(label("button.undo", language), encode("undo", place)),
    )


def keywords(
    reader: Reader,
    words: Sequence[tuple[int, str, str]],
    titles: Mapping[str, str],
    place: str,
    page: int = 0,
) -> Message:
    """/keywords: all that is followed and muted, to be edited.

    :param words: (number, `follow` or `mute`, word) in the order of showing; the numbers as they are kept
    :param titles: of the stories among them
    """
    language = reader.language
    if not words:
        return Message(text=str(say("keywords.none", language)))
    pages = -(-len(words) // ROWS)
    page = max(0, min(page, pages - 1))
    here = words[page * ROWS : (page + 1) * ROWS]
    head = bold(say("keywords.head", language, follows=len(reader.follows), mutes=len(reader.mutes)))
    lines = [
        escape(f"{_mark(kind, word, reader)} {_name(kind, word, titles, language)}") for _, kind, word in here
    ]
    text, _ = fit([head], [Markup("\n").join(lines)], [say("keywords.how", language)])
    rows = [_editing(one, titles, reader, place) for one in here]
    if pages > 1:
        rows.append(turns("list", place, page, pages))
    return Message(text=text, buttons=tuple(rows))


def _name(kind: str, word: str, titles: Mapping[str, str], language: str) -> str:
    if kind == "mute" and word in titles:
        return cut(leaf(titles[word]), TITLE)
    return named(word, titles, language)


def _mark(kind: str, word: str, reader: Reader) -> str:
    if kind == "mute":
        return "🔇"
    return "⚡" if word in reader.alerts else "🔔"


def _editing(
    one: tuple[int, str, str], titles: Mapping[str, str], reader: Reader, place: str
) -> tuple[Button, ...]:
    """The word with the switch of its alerts, and ✕."""
    number, kind, word = one
    name = cut(_name(kind, word, titles, reader.language), ON_A_BUTTON)
    drop = encode("drop", place, value=str(number))
    if kind == "mute":
        return (Button(f"✕ {name}", drop),)
    return (
        Button(f"{_mark(kind, word, reader)} {name}", encode("ring", place, value=str(number))),
        Button("✕", drop),
    )
