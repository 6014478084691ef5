"""Lists of stories that are not digests: answers to a search, related stories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.digest import numbers
from newsbot.messages.markup import bold, cut, fit, leaf, units
from newsbot.messages.story import small_print, title
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

SNIPPET = 180  # UTF-16 units
MOST_BOLD = 8  # matches in one snippet: only so many entities are shown in a message
Snippet = Sequence[tuple[str, bool]]


def found(
    words: str,
    stories: Sequence[Story],
    snippets: Sequence[Snippet],
    reader: Reader,
    now: datetime,
    place: str,
) -> Message:
    """The answer to a search: one story a line, the matching words bold in a snippet."""
    shown = cut(leaf(words), 60)
    if not stories:
        lines = [say("search.found_none", reader.language, words=shown)]
        lines.append(say("search.try_follow", reader.language, words=shown))
        return Message(text="\n".join(lines))
    head = say("search.head", reader.language, words=shown, count=len(stories))
    blocks = []
    for number, (story, snippet) in enumerate(zip(stories, snippets, strict=True), 1):
        lines = [
            Markup("{}. {}").format(number, title(story, reader)),
            _snippet(snippet),
            small_print(story, now, reader),
        ]
        blocks.append(Markup("\n").join(line for line in lines if line))
    text, count = fit([head], blocks)
    return Message(text=text, buttons=numbers(stories[:count], place))


def related(stories: Sequence[Story], reader: Reader, now: datetime, place: str, back: Button) -> Message:
    """Other stories about the same things; ‹ back leads to the card they belong to."""
    if not stories:
        return Message(text=str(say("card.no_related", reader.language)), buttons=((back,),))
    blocks = [
        Markup("{}. {}\n{}").format(number, title(story, reader), small_print(story, now, reader))
        for number, story in enumerate(stories, 1)
    ]
    text, count = fit([bold(say("card.related", reader.language))], blocks)
    return Message(text=text, buttons=(*numbers(stories[:count], place), (back,)))


def back_button(language: str, place: str, story: int = 0) -> Button:
    """To the list, or, with a story, to its card."""
    verb = "open" if story else "back"
    return Button(label("button.back", language), encode(verb, place, story))


def _snippet(parts: Snippet) -> Markup:
    made, hits, room = [], 0, SNIPPET
    for text, is_hit in parts:
        words = cut(_inner(text), room)
        room -= units(words)
        hits += is_hit
        made.append(bold(words) if is_hit and hits <= MOST_BOLD else escape(words))
        if room < 2:
            break
    return Markup("").join(made).strip()


def _inner(text: str) -> str:
    """Like `leaf`, but the space at either end stays: it separates words from the match."""
    clean = leaf(text)
    return f"{' ' * text[:1].isspace()}{clean}{' ' * text[-1:].isspace()}" if clean else " "
