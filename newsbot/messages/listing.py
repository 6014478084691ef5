"""Lists of stories that are not digests: answers to a search, related stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold, cut, fit, leaf, units
from newsbot.messages.rows import numbers, turns
from newsbot.messages.story import small_print, title
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

PAGE = 7  # stories
SNIPPET = 180  # UTF-16 units
MOST_BOLD = 8  # matches in one snippet: only so many entities are shown in a message
WORDS = 60  # of what was typed
LABEL = 20  # of a tag on a button
Snippet = Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of what a search found.

    :ivar stories: each led by the article that answers best
    :ivar snippets: of each the place that matches
    :ivar place: where the list is kept
    :ivar page: from 0 on
    :ivar count: stories on all pages
    :ivar more: there are more than are kept
    :ivar newest_first: in the order of time
    :ivar cut: not all that was typed was looked at
    """

    words: str
    stories: tuple[Story, ...]
    snippets: tuple[Snippet, ...]
    place: str
    page: int = 0
    pages: int = 1
    count: int = 0
    more: bool = False
    newest_first: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of a list that a reader asked for.

    :ivar kind: `hot`, `week`, `guess`, `board` or `saved`
    :ivar place: where the list is kept
    :ivar page: from 0 on
    :ivar count: stories on all pages
    :ivar words: of a search among what was saved
    :ivar tried: ids of those that are there to try something else
    :ivar votes: of a chat's own list: story -> how many there support and oppose it
    """

    kind: str
    stories: tuple[Story, ...]
    place: str
    page: int = 0
    pages: int = 1
    count: int = 0
    words: str = ""
    tried: frozenset[int] = frozenset()
    votes: Mapping[int, tuple[int, int]] = field(default_factory=dict)


TABS = ("hot", "week", "guess", "board")  # the lists that lead to one another
OF_ONE, OF_MANY = "guess", "board"  # what one person may like is nothing for a group, and a chat's own list


def listed(found: Listed, reader: Reader, now: datetime) -> Message:
    """The page, with the way to the other lists."""
    language = reader.language
    tabs = _tabs(found.kind, reader)
    if not found.stories:
        key = "list.none.saved_words" if found.words else f"list.none.{found.kind}"
        words = cut(leaf(found.words), WORDS)
        return Message(text=str(say(key, language, words=words)), buttons=tabs)
    head = say(
        "list.saved_words" if found.words else f"list.{_tab(found.kind, reader)}",
        language,
        count=found.count,
        words=cut(leaf(found.words), WORDS),
    )
    blocks = [
        Markup("{}. {}\n{}").format(number, title(story, reader), _listed(story, found, reader, now))
        for number, story in enumerate(found.stories, 1)
    ]
    text, count = fit([head], blocks)
    turning = (turns("turn", found.place, found.page, found.pages),) if found.pages > 1 else ()
    return Message(text=text, buttons=(*numbers(found.stories[:count], found.place), *turning, *tabs))


def _listed(story: Story, found: Listed, reader: Reader, now: datetime) -> Markup:
    """Who tells it, when, what readers think of it, and that it is there to try."""
    parts = [small_print(story, now, reader)]
    if story.tally.up and found.kind in ("hot", "week"):
        parts.append(Markup(f"👍 {story.tally.up}"))  # noqa: S704 a number
    if story.id in found.votes:
        parts.append(here(found.votes[story.id]))
    if story.id in found.tried:
        parts.append(say("list.tried", reader.language))
    return Markup(" · ").join(parts)


def here(votes: tuple[int, int]) -> Markup:
    """How many in this chat support and oppose it."""
    up, down = votes
    return Markup(f"👍 {up} 👎 {down}" if down else f"👍 {up}")  # noqa: S704 numbers


def _tab(kind: str, reader: Reader) -> str:
    """A chat's own list is called by what kind of chat it is."""
    return f"board_{reader.of_many}" if kind == OF_MANY else kind


def _tabs(kind: str, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    """The other lists that there are here."""
    if kind not in TABS:
        return ()
    others = [one for one in TABS if one != (OF_MANY if reader.is_person else OF_ONE)]
    return (
        tuple(
            Button(label(f"button.{_tab(one, reader)}", reader.language), encode("hot", value=one))
            for one in others
            if one != kind
        ),
    )


def found(answer: Answer, reader: Reader, now: datetime) -> Message:
    """The answer to a search: one story a line, the matching words bold in a snippet."""
    language = reader.language
    count = f"{answer.count}+" if answer.more else str(answer.count)
    head = say("search.head", language, words=cut(leaf(answer.words), WORDS), count=count)
    blocks = []
    for number, (story, snippet) in enumerate(zip(answer.stories, answer.snippets, strict=True), 1):
        lines = [
            Markup("{}. {}").format(number, title(story, reader)),
            _snippet(snippet),
            _about(story, now, reader),
        ]
        blocks.append(Markup("\n").join(line for line in lines if line))
    tail = [say("search.cut", language)] if answer.cut else []
    text, count_shown = fit([head], blocks, tail)
    rows = (*numbers(answer.stories[:count_shown], answer.place), *_turning(answer, language))
    return Message(text=text, buttons=rows)


def _about(story: Story, now: datetime, reader: Reader) -> Markup:
    """Who tells it, when, and that it is a round-up, a deal or the like."""
    printed = small_print(story, now, reader)
    if not story.lead.noise:
        return printed
    return Markup("{} · {}").format(printed, label(f"noise.{story.lead.noise}", reader.language))


def found_nothing(
    words: str, reader: Reader, tags: Sequence[tuple[str, str]], any_time: str = "", follow: str = ""
) -> Message:
    """What to do where nothing was found.

    :param tags: the nearest, each with the place where it is kept as a word
    :param any_time: the place of the same words without a time, where these find something
    :param follow: the place of the words, for who may follow them
    """
    language = reader.language
    lines = [say("search.found_none", language, words=cut(leaf(words), WORDS))]
    rows: list[tuple[Button, ...]] = []
    if follow:
        lines.append(say("search.try_follow", language))
    if tags:
        lines.append(say("search.nearest", language))
        rows.append(
            tuple(Button(f"🔍 {cut(leaf(tag), LABEL)}", encode("find", place)) for tag, place in tags)
        )
    if any_time:
        rows.append((Button(label("button.any_time", language), encode("find", any_time)),))
    if follow:
        rows.append((Button(label("button.follow_search", language), encode("follow", follow)),))
    return Message(text=str(Markup("\n").join(lines)), buttons=tuple(rows))


def _turning(answer: Answer, language: str) -> list[tuple[Button, ...]]:
    """◀ 1/3 ▶, the other order, 🔔."""
    place = answer.place
    rows: list[tuple[Button, ...]] = []
    if answer.pages > 1:
        rows.append(turns("page", place, answer.page, answer.pages))
    order = "button.by_rank" if answer.newest_first else "button.by_time"
    rows.append(
        (
            Button(label(order, language), encode("sort", place)),
            Button(label("button.follow_search", language), encode("follow", place)),
        )
    )
    return rows


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
