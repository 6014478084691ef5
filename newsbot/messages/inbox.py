"""The inbox: what readers say, by reason and by source, and what can be done about it with one press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold, cut, fit, leaf, link
from newsbot.messages.rows import in_rows
from newsbot.messages.source import key, nearest_weight
from newsbot.messages.story import name, small_print, title, when
from newsbot.messages.wording import label, say
from newsbot.models.articles import Draft
from newsbot.models.feedback import OF_A_STORY, SUGGEST, WORDS, Heap, Said
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story
from newsbot.sources.addresses import first_in

LISTED = 8
SAID = 200  # UTF-16 units of what somebody said
ON_A_BUTTON = 14
HEADLINE = 70
ITEMS = 5  # of a source that was suggested
#: what is offered first for a reason; the others stand behind
FIRST = {
    "clickbait": ("title",),
    "duplicate": (),
    "tags": ("tags",),
    "outdated": ("lower",),
    "broken": ("read",),
    "ad": ("lower",),
    "other": (),
}
OTHERS = ("title", "tags", "read", "lower", "reply", "seen")


def tray(reasons: Mapping[str, int], sources: Sequence[tuple[str, str, int]], reader: Reader) -> Message:
    """How much waits, a button for each reason and each source."""
    language = reader.language
    if not reasons:
        return Message(text=str(say("inbox.empty", language)))
    made = [
        Button(f"{reason_of(reason, language)} {reasons[reason]}", encode("inbox", value=f"by.{reason}"))
        for reason in (*OF_A_STORY, WORDS, SUGGEST)
        if reason in reasons
    ]
    about = [
        Button(f"{cut(name(called), ON_A_BUTTON)} {many}", encode("inbox", value=f"from.{key(source_id)}"))
        for source_id, called, many in sources
    ]
    lines = [say("inbox.head", language, count=sum(reasons.values()))]
    if about:
        lines.append(say("inbox.by_source", language))
    return Message(text=str(Markup("\n").join(lines)), buttons=(*in_rows(made, 3), *in_rows(about, 2)))


def reason_of(reason: str, language: str) -> str:
    """A reason in words."""
    if reason in (WORDS, SUGGEST):
        return label(f"inbox.{reason}", language)
    return label(f"feedback.{reason}", language)


def heaps(found: Sequence[Heap], what: str, reader: Reader, now: datetime) -> Message:
    """Stories that something is said of, what most said first.

    :param what: the reason, or the source, in words
    """
    language = reader.language
    back = _back(language)
    if not found:
        return Message(text=str(say("inbox.none", language)), buttons=(back,))
    shown = found[:LISTED]
    blocks = [
        Markup("{}. {}\n{} · {} × {} · {}").format(
            number,
            cut(leaf(one.title), HEADLINE),
            name(one.source),
            reason_of(one.reason, language),
            one.many,
            when(one.at, now, reader),
        )
        for number, one in enumerate(shown, 1)
    ]
    text, count = fit([bold(escape(what))], blocks)
    made = [
        Button(str(number), encode("inbox", story=one.story_id, value=f"heap.{one.reason}"))
        for number, one in enumerate(shown[:count], 1)
    ]
    return Message(text=text, buttons=(*in_rows(made, LISTED), back))


def heap(
    story: Story,
    said: Sequence[Said],
    same: Story | None,
    reader: Reader,
    now: datetime,
    weight: float | None,
    may: Mapping[str, bool],
) -> Message:
    """A story, what is said of it, and the answers.

    :param same: the story that most likely tells the same, where that is what they say
    :param weight: what is thought of its source; None where that is not in the catalogue
    :param may: answer -> whether this administrator may give it; what is not named all may
    """
    language, reason = reader.language, said[0].reason
    many = len({one.reader_id for one in said})
    lines = [
        title(story, reader, 200),
        small_print(story, now, reader),
        say("inbox.said", language, reason=reason_of(reason, language), count=many),
    ]
    lines += [Markup("· {}").format(cut(leaf(one.words), SAID)) for one in said[:3] if one.words]
    rows: list[tuple[Button, ...]] = []
    if same is not None and may.get("merge", True):
        lines += [Markup(""), say("inbox.same", language, title=cut(leaf(same.title), HEADLINE))]
        rows.append((_do("merge", story, f"merge.{same.id}", language),))
    step = "" if weight is None else f".{max(nearest_weight(weight) - 1, 0)}"
    offered = [one for one in OTHERS if may.get(one, True) and (one != "lower" or step)]
    made = {
        one: _do(one, story, f"{one}.{reason}{step if one == 'lower' else ''}", language) for one in offered
    }
    first = [made.pop(one) for one in FIRST.get(reason, ()) if one in made]
    if first:
        rows.append(tuple(first))
    rest = list(made.values())
    if may.get("title", True):
        rest.append(Button(label("button.desk", language), encode("desk", story=story.id, value="card")))
    rows += in_rows(rest, 3)
    rows.append(_back(language, f"by.{reason}"))
    return Message(text=str(Markup("\n").join(lines)), buttons=tuple(rows))


def words(found: Sequence[Said], reason: str, reader: Reader, now: datetime) -> Message:
    """What readers wrote, the newest first."""
    language = reader.language
    back = _back(language)
    if not found:
        return Message(text=str(say("inbox.none", language)), buttons=(back,))
    shown = found[:LISTED]
    blocks = [
        Markup("{}. {} · {}").format(number, cut(leaf(one.words), SAID), when(one.at, now, reader))
        for number, one in enumerate(shown, 1)
    ]
    text, count = fit([bold(escape(reason_of(reason, language)))], blocks)
    made = [
        Button(str(number), encode("inbox", value=f"one.{one.id}"))
        for number, one in enumerate(shown[:count], 1)
    ]
    return Message(text=text, buttons=(*in_rows(made, LISTED), back))


def one(said: Said, reader: Reader, now: datetime) -> Message:
    """What one reader wrote, whole, and the answers."""
    language = reader.language
    lines = [
        say("inbox.wrote", language, id=said.reader_id, when=when(said.at, now, reader)),
        escape(said.words),
    ]
    if said.reason == SUGGEST:
        first = ("preview",) if first_in(said.words) else ()
        row = [_one(action, said, language) for action in (*first, "decline", "answer")]
    else:
        row = [_one(action, said, language) for action in ("answer", "thank")]
    rows = (tuple(row), _back(language, f"by.{said.reason}"))
    return Message(text=str(Markup("\n").join(lines)), buttons=rows)


def suggested(said: Said, items: Markup, language: str) -> Message:
    """What a suggested source has, see `previewed`, before it is taken in."""
    row = tuple(_one(action, said, language) for action in ("approve", "decline"))
    return Message(text=str(items), buttons=(row, _back(language, f"by.{said.reason}")))


def previewed(called: str, url: str, kind: str, drafts: Sequence[Draft], language: str) -> Markup:
    """A source and its last items."""
    lines = [bold(cut(leaf(called), HEADLINE) or url), Markup("{} · {}").format(kind, url)]
    lines.append(say("source.last_items", language, count=len(drafts)))
    lines += [
        Markup("· {}").format(link(draft.link, cut(leaf(draft.title), HEADLINE) or "—"))
        for draft in newest(drafts)
    ]
    return Markup("\n").join(lines)


def newest(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The last ones; feeds have them first, and not all say when they were published."""
    dated = [draft for draft in drafts if draft.published is not None]
    if len(dated) < len(drafts):
        return drafts[:ITEMS]
    return sorted(dated, key=lambda draft: (draft.published is not None, draft.published), reverse=True)[
        :ITEMS
    ]


def _do(action: str, story: Story, value: str, language: str) -> Button:
    return Button(label(f"inbox.do.{action}", language), encode("inbox", story=story.id, value=value))


def _one(action: str, said: Said, language: str) -> Button:
    return Button(label(f"inbox.do.{action}", language), encode("inbox", value=f"{action}.{said.id}"))


def _back(language: str, value: str = "all") -> tuple[Button, ...]:
    return (Button(label("button.back", language), encode("inbox", value=value)),)
