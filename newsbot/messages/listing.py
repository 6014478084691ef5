"""Lists of stories that are not digests: answers to a search, related stories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.digest import numbers
from newsbot.messages.markup import cut, leaf
from newsbot.messages.story import small_print, title
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

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
    blocks = [say("search.head", reader.language, words=shown, count=len(stories))]
    for number, (story, snippet) in enumerate(zip(stories, snippets, strict=True), 1):
        lines = [
            Markup("{}. {}").format(number, title(story)),
            _snippet(snippet),
            small_print(story, now, reader),
        ]
        blocks.append(Markup("\n").join(line for line in lines if line))
    return Message(text=str(Markup("\n\n").join(blocks)), buttons=numbers(stories, place))


def related(stories: Sequence[Story], reader: Reader, now: datetime, place: str, back: Button) -> Message:
    """Other stories about the same things; ‹ back leads to the card they belong to."""
    if not stories:
        return Message(text=str(say("card.no_related", reader.language)), buttons=((back,),))
    blocks = [Markup("<b>{}</b>").format(say("card.related", reader.language))]
    for number, story in enumerate(stories, 1):
        blocks.append(Markup("{}. {}\n{}").format(number, title(story), small_print(story, now, reader)))
    return Message(text=str(Markup("\n\n").join(blocks)), buttons=(*numbers(stories, place), (back,)))


def back_button(language: str, place: str, story: int = 0) -> Button:
    """To the list, or, with a story, to its card."""
    verb = "open" if story else "back"
    return Button(label("button.back", language), encode(verb, place, story))


def _snippet(parts: Snippet) -> Markup:
    made = [Markup("<b>{}</b>").format(leaf(text)) if hit else escape(_inner(text)) for text, hit in parts]
    return Markup("").join(made).strip()


def _inner(text: str) -> str:
    """Like `leaf`, but the space at either end stays: it separates words from the match."""
    clean = leaf(text)
    return f"{' ' * text[:1].isspace()}{clean}{' ' * text[-1:].isspace()}" if clean else " "
