"""The desk: the ranked pool as an editor sees it, a story with all that may be decided, and the nudge."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold, cut, fit, leaf, link
from newsbot.messages.rows import in_rows, turns
from newsbot.messages.story import hashtags, name, names, small_print, title, when
from newsbot.messages.wording import label, say
from newsbot.models.articles import Article
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Rule, Ruling, Story
from newsbot.stories.desk import last

PAGE = 7
MOST_ARTICLES = 12  # of a story that may lead it
REMEMBERED = 6  # rulings that are shown
AFTER = 50  # UTF-16 units of what was decided


def pool(
    told: Sequence[Story], place: str, page: int, reader: Reader, now: datetime, notes: Mapping[str, str]
) -> Message:
    """A page of the pool, with a sign for what was decided.

    :param notes: the lines above coming digests: language -> words
    """
    language = reader.language
    pages = max(1, -(-len(told) // PAGE))
    page %= pages
    shown = told[page * PAGE : (page + 1) * PAGE]
    head = [bold(say("desk.head", language, count=len(told)))]
    head += [say("desk.noted", language, language=one, words=words) for one, words in sorted(notes.items())]
    blocks = [
        Markup("{}. {}{}\n{}").format(
            number, signs(story, now), title(story, reader), small_print(story, now, reader)
        )
        for number, story in enumerate(shown, 1 + page * PAGE)
    ]
    text, count = fit(head, blocks or [say("desk.empty", language)])
    numbers = [
        Button(str(number), encode("desk", place, story.id, "card"))
        for number, story in enumerate(shown[:count], 1 + page * PAGE)
    ]
    rows = list(in_rows(numbers, PAGE)) if numbers else []
    if pages > 1:
        rows.append(turns("desk", place, page, pages, before="page."))
    rows += in_rows([_do(one, place, 0, language) for one in ("again", "rules", "note", "remove")], 4)
    return Message(text=text, buttons=tuple(rows))


def signs(story: Story, now: datetime) -> str:
    """📌 🚫 ⏸ ↩ ✏️, as far as they hold."""
    found = ""
    if story.pinned_until is not None and story.pinned_until > now:
        found += "📌"
    if story.is_dropped or story.rule:
        found += "🚫"
    if story.held_until is not None:
        found += "⏸"
    if story.retracted is not None:
        found += "↩️"
    if story.lead.is_edited:
        found += "✏️"
    return f"{found} " if found else ""


def card(story: Story, known: Sequence[Ruling], reader: Reader, now: datetime, place: str) -> Message:
    """A story, what was decided about it, and what may be.

    :param place: the pool that it was opened from, or empty
    """
    language = reader.language
    lines = [Markup("{}{}").format(signs(story, now), title(story, reader, 200))]
    if story.lead.original:
        lines.append(say("card.original", language, title=cut(leaf(story.lead.original), 200)))
    lines.append(small_print(story, now, reader))
    if tags := " ".join(hashtags(story.tags, language)):
        lines.append(escape(tags))
    if len(names(story)) > 1:
        lines.append(say("desk.told", language, count=len(names(story))))
    if story.rule:
        lines.append(say("desk.by_rule", language, words=story.rule))
    lines += [_ruling(one, reader, now) for one in known[-REMEMBERED:]]
    buttons = _buttons(story, last(known), language, place, now)
    return Message(text=str(Markup("\n").join(lines)), buttons=buttons)


def _buttons(
    story: Story, latest: Ruling | None, language: str, place: str, now: datetime
) -> tuple[tuple[Button, ...], ...]:
    is_on = {
        "pin": story.pinned_until is not None and story.pinned_until > now,
        "drop": story.is_dropped or bool(story.rule),
        "hold": story.held_until is not None,
    }
    several = len(story.articles) > 1

    def do(action: str) -> Button:
        made = _do(action, place, story.id, language)
        return Button(made.text + " ✓", made.data) if is_on.get(action) else made

    def other(verb: str) -> Button:
        return Button(label(f"button.{verb}", language), encode(verb, place, story.id))

    rows = [
        tuple(map(do, ("pin", "drop", "hold"))),
        tuple(map(do, ("title", "tags", "lead") if several else ("title", "tags"))),
        tuple(map(other, ("merge", "split", "cast") if several else ("merge", "cast"))),
        tuple(map(do, ("correct",) if story.retracted is not None else ("correct", "retract"))),
    ]
    if latest is not None:
        words = label("desk.undo", language, what=kind_of(latest, language))
        rows.append((Button(words, encode("desk", place, story.id, f"undo.{latest.id}")),))
    if place:
        rows.append((Button(label("button.back", language), encode("desk", place, story.id, "pool")),))
    return tuple(rows)


def _ruling(one: Ruling, reader: Reader, now: datetime) -> Markup:
    """`14:05 改题 “…”（管理员 5）`, crossed out where it was taken back."""
    words = Markup("{} {}{}").format(
        when(one.at, now, reader), ruled(one, reader.language), say("ruling.by", reader.language, by=one.by)
    )
    undone = Markup("· <s>{}</s>").format(words)
    return undone if one.undone_at is not None else Markup("· {}").format(words)


def kind_of(one: Ruling, language: str) -> str:
    """What was decided, in a word; of what is on or off which of both."""
    way = "off" if one.before.get("was_on") else "kind"
    return label(f"ruling.{way}.{one.kind}", language)


def ruled(one: Ruling, language: str) -> str:
    """What was decided, in words."""
    what = kind_of(one, language)
    return f"{what} “{cut(leaf(one.after), AFTER)}”" if one.after else what


def leads(story: Story, reader: Reader, now: datetime, place: str) -> Message:
    """Which article is to be shown?"""
    language = reader.language
    shown = story.articles[:MOST_ARTICLES]
    blocks = [Markup("{}. {}").format(number, _told(one, reader, now)) for number, one in enumerate(shown, 1)]
    text, count = fit([bold(say("desk.which_lead", language))], blocks)
    made = [
        Button(str(number), encode("desk", place, story.id, f"lead.{one.id}"))
        for number, one in enumerate(shown[:count], 1)
    ]
    back = Button(label("button.back", language), encode("desk", place, story.id, "card"))
    return Message(text=text, buttons=(*in_rows(made, 6), (back,)))


def _told(one: Article, reader: Reader, now: datetime) -> Markup:
    """An article: its headline, its source, its time."""
    headline = link(one.link, cut(leaf(one.title), 90) or "—")
    return Markup("{}\n{} · {}").format(headline, name(one.source), when(one.when, now, reader))


def rules(known: Sequence[Rule], place: str, reader: Reader) -> Message:
    """The standing rules, each with a button that removes it."""
    language = reader.language
    lines = [say("desk.rules", language)]
    lines += [Markup("{}. {}").format(number, one.words) for number, one in enumerate(known, 1)]
    made = [
        Button(f"✕ {number}", encode("desk", place, value=f"norule.{one.id}"))
        for number, one in enumerate(known, 1)
    ]
    last = (
        Button(label("desk.do.add_rule", language), encode("desk", place, value="rule")),
        Button(label("button.back", language), encode("desk", place, value="pool")),
    )
    return Message(text=str(Markup("\n").join(lines)), buttons=(*(in_rows(made, 6) if made else ()), last))


def noted(notes: Mapping[str, str], place: str, language: str) -> Message:
    """The lines above coming digests, and what can be done with them."""
    lines = [say("desk.note_is", language)]
    lines += [say("desk.noted", language, language=one, words=words) for one, words in sorted(notes.items())]
    row = [Button(label("desk.do.write_note", language), encode("desk", place, value="write"))]
    if notes:
        row.append(Button(label("desk.do.no_note", language), encode("desk", place, value="nonote")))
    back = Button(label("button.back", language), encode("desk", place, value="pool"))
    return Message(text=str(Markup("\n").join(lines)), buttons=(tuple(row), (back,)))


def removing(known: Sequence[Article], reader: Reader, now: datetime) -> Message:
    """Before articles are removed for good."""
    language = reader.language
    lines = [say("removal.ask", language, count=len(known))]
    lines += [Markup("· {}").format(_told(one, reader, now)) for one in known[:5]]
    row = (
        Button(label("removal.sure", language), encode("desk", value=f"gone.{known[0].id}")),
        Button(label("removal.no", language), encode("desk", value="pool")),
    )
    return Message(text=str(Markup("\n").join(lines)), buttons=(row,))


def nudge(best: Sequence[Story], slot: datetime, many: int, reader: Reader, now: datetime) -> Message:
    """What would lead a busy slot that comes soon."""
    language = reader.language
    at = slot.astimezone(ZoneInfo(reader.zone)).strftime("%H:%M")
    head = say("desk.nudge", language, when=at, count=f"{many:,}")
    lines = [
        Markup("{}. {}{}").format(number, signs(story, now), title(story, reader))
        for number, story in enumerate(best, 1)
    ]
    text, _ = fit([head], [Markup("\n").join(lines)] if lines else [])
    row = (
        Button(label("desk.do.open", language), encode("desk", value="pool")),
        Button(label("desk.do.no_nudge", language), encode("desk", value="nonudge")),
    )
    return Message(text=text, buttons=(row,))


def tags_of(typed: str) -> list[str]:
    """`#芯片 #华为`, `芯片、华为`: tags as they are typed."""
    return [word for word in re.split(r"[#,，、;；\s]+", typed) if word]


def _do(action: str, place: str, story_id: int, language: str) -> Button:
    return Button(label(f"desk.do.{action}", language), encode("desk", place, story_id, action))
