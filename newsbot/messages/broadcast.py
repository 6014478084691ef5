"""Broadcasts: what readers get, and what the administrator sees of it: draft, audience, progress, report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from newsbot.messages.bars import bar
from newsbot.messages.buttons import encode
from newsbot.messages.card import Mine, vote_row
from newsbot.messages.markup import cut, leaf, plain
from newsbot.messages.rows import in_rows, switch
from newsbot.messages.story import small_print, title, why
from newsbot.messages.wording import LANGUAGES, NAMES, label, say
from newsbot.models.broadcasts import (
    DELETABLE,
    GOING,
    KINDS_OF_CHATS,
    SURE_ABOVE,
    Broadcast,
    Content,
    Kind,
    Report,
    Segment,
    Stage,
)
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story

EXCERPT = 60  # UTF-16 units of what is said
REASON = 120
LISTED = 40
DAYS = (7, 30, 90)
BLOCKS = 12  # of the bar
FEW = 6  # of a list of words or ids


def message(one: Broadcast, reader: Reader, story: Story | None, now: datetime, place: str = "") -> Message:
    """What a reader gets.

    :param place: where it is kept, such as `d12`; empty in a preview
    """
    content = one.content
    match content.kind:
        case Kind.TEXT:
            return Message(text=content.text)
        case Kind.PHOTO:
            return Message(text=content.text, photo=content.photo, caption=content.text)
        case Kind.FORWARD:
            return Message(text="", forwards=content.origin)
        case Kind.COPY:
            return Message(text="", copies=content.origin)
        case Kind.NOTICE:
            return Message(text=str(say(content.text, reader.language, **content.values)))
        case Kind.STORY:
            if story is None:
                raise ValueError("a story is loaded with its broadcast")
            return _story(story, reader, now, place)


def _story(story: Story, reader: Reader, now: datetime, place: str) -> Message:
    lines = [title(story, reader, 200)]
    if told := why(story):
        lines.append(escape(told))
    lines.append(small_print(story, now, reader))
    row = (Button(label("button.card", reader.language), encode("open", place, story.id)),)
    rows = (vote_row(story, Mine(), reader.language, place), row)
    return Message(text=str(Markup("\n").join(lines)), buttons=rows)


# before it begins


def panel(one: Broadcast, count: int, reader: Reader, markdown: bool, note: str = "") -> Message:
    """Below the preview: what it is, whom it is for, and what can be done.

    :param count: of its audience
    :param markdown: it may be meant as Markdown
    :param note: what went wrong, or is to be known
    """
    language, number = reader.language, one.id
    kind = label(f"cast.kind.{one.content.kind}", language)
    is_planned = one.stage is Stage.PLANNED
    lines = [
        say("cast.is_planned" if is_planned else "cast.draft", language, number=number),
        say("cast.what", language, kind=kind, words=_excerpt(one.content)),
        say("cast.for", language, audience=audience(one.segment, language), count=f"{count:,}"),
    ]
    if one.starts_at is not None:
        lines.append(say("cast.planned", language, when=_moment(one.starts_at, reader)))
    if note:
        lines.append(escape(note))
    first = ("now", "unplan") if is_planned else ("send", "cancel")
    rows: list[tuple[Button, ...]] = [
        tuple(_do(one, number, language) for one in first),
        (_do("aim", number, language), _do("time", number, language)),
        (_do("edit", number, language), _do("test", number, language)),
    ]
    if markdown:
        key = "cast.plain" if one.content.typed else "cast.markdown"
        rows.append((Button(label(key, language), encode("cast", value=f"mark.{number}")),))
    return Message(text=str(Markup("\n").join(lines)), buttons=tuple(rows))


def sure(one: Broadcast, count: int, reader: Reader, at: datetime | None = None) -> Message:
    """Before so many get it, now or at a time."""
    language = reader.language
    then = f"sure.{one.id}" if at is None else f"at.{one.id}.{int(at.timestamp())}"
    key = "cast.send_sure" if at is None else "cast.plan_sure"
    rows = (
        Button(label(key, language), encode("cast", value=then)),
        Button(label("button.back", language), encode("cast", value=f"show.{one.id}")),
    )
    told = {"count": f"{count:,}", "words": _excerpt(one.content)}
    if at is None:
        words = say("cast.ask_sure", language, **told)
    else:
        words = say("cast.ask_plan", language, when=_moment(at, reader), **told)
    return Message(text=str(words), buttons=(rows,))


def needs_sure(count: int) -> bool:
    """Whether so many readers are asked for once more."""
    return count > SURE_ABOVE


def dropped(one: Broadcast, language: str) -> Message:
    """A draft that is none any more."""
    return Message(text=str(say("cast.dropped", language, number=one.id, words=_excerpt(one.content))))


def segment(one: Broadcast, count: int, reader: Reader) -> Message:
    """Whom it is for, part by part."""
    language, chosen, number = reader.language, one.segment, one.id
    head = say("cast.for", language, audience=audience(chosen, language), count=f"{count:,}")

    def on(part: str, value: str, words: str, is_on: bool) -> Button:
        return switch(words, is_on, encode("cast", value=f"{part}.{number}.{value}"))

    def of_kind(one: str) -> Button:
        return on("kind", one, label(f"cast.chat.{one}", language), one in chosen.kinds)

    def within(days: int) -> Button:
        return on("days", str(days), label("cast.days", language, days=days), chosen.days == days)

    def ask(part: str, some: frozenset[str] | frozenset[int]) -> Button:
        words = label(f"cast.part.{part}", language)
        return Button(f"{words} ✓" if some else words, encode("cast", value=f"ask.{number}.{part}"))

    rows = (
        tuple(on("lang", one, NAMES[one], one in chosen.languages) for one in LANGUAGES),
        tuple(map(of_kind, KINDS_OF_CHATS)),
        tuple(map(within, DAYS)),
        (ask("words", chosen.words), ask("sources", chosen.sources)),
        (ask("hours", chosen.hours), ask("ids", chosen.ids)),
        (
            Button(label("cast.everybody", language), encode("cast", value=f"all.{number}")),
            Button(label("button.back", language), encode("cast", value=f"show.{number}")),
        ),
    )
    return Message(text=f"{head}\n{say('cast.narrows', language)}", buttons=rows)


def audience(chosen: Segment, language: str) -> str:
    """A segment in words."""
    if chosen.is_everybody:
        return label("cast.all", language)
    parts = [
        "/".join(NAMES[one] for one in sorted(chosen.languages, reverse=True)),
        "/".join(label(f"cast.chat.{one}", language) for one in KINDS_OF_CHATS if one in chosen.kinds),
        label("cast.days", language, days=chosen.days) if chosen.days else "",
        label("cast.follow", language, words=_few(sorted(chosen.words))) if chosen.words else "",
        label("cast.follow", language, words=_few(sorted(chosen.sources))) if chosen.sources else "",
        label("cast.at", language, hours=_few(sorted(chosen.hours))) if chosen.hours else "",
        label("cast.ids", language, count=len(chosen.ids)) if chosen.ids else "",
    ]
    return " · ".join(filter(None, parts))


def without(chosen: Segment, part: str) -> Segment:
    """The segment without one of the parts that are typed."""
    match part:
        case "words":
            return replace(chosen, words=frozenset())
        case "sources":
            return replace(chosen, sources=frozenset())
        case "hours":
            return replace(chosen, hours=frozenset())
    return replace(chosen, ids=frozenset())


def _few(some: Iterable[object]) -> str:
    known = [cut(leaf(str(one)), 20) for one in some]
    return "、".join(known[:FEW]) + "…" * (len(known) > FEW)


# once it has begun


def report(told: Report, reader: Reader, now: datetime) -> Message:
    """How far it is and what came of it; edited in place."""
    one, counts, language = told.broadcast, told.counts, reader.language
    is_gone = one.withdrawn_at is not None and not one.is_amending
    stage = label("cast.stage.gone" if is_gone else f"cast.stage.{one.stage}", language)
    reached = counts.sent + counts.withdrawn
    lines = [
        say("cast.head", language, number=one.id, stage=stage, words=_excerpt(one.content)),
        say("cast.sent", language, sent=f"{reached:,}", all=f"{one.audience:,}"),
        escape(_bar(reached, one.audience)),
        say("cast.all_sent", language)
        if not counts.missed
        else say(
            "cast.not_sent",
            language,
            missing=f"{counts.missed:,}",
            failed=f"{counts.failed:,}",
            blocked=f"{counts.blocked:,}",
            unknown=f"{counts.unknown:,}",
            skipped=f"{counts.skipped:,}",
        ),
    ]
    if counts.left:
        lines.append(say("cast.left", language, left=f"{counts.left:,}"))
    if counts.held:
        lines.append(say("cast.held", language, held=f"{counts.held:,}"))
    if one.stage is Stage.SENDING and counts.left > counts.held and told.rate:
        rest = _span(timedelta(seconds=(counts.left - counts.held) / told.rate), language)
        lines.append(say("cast.rate", language, rate=f"{told.rate:.0f}", time=rest))
    if one.revision and one.withdrawn_at is None:
        lines.append(
            say("cast.edited", language, done=f"{counts.sent - counts.stale:,}", all=f"{counts.sent:,}")
        )
    if one.withdrawn_at is not None:
        lines.append(say("cast.withdrawn", language, done=f"{counts.withdrawn:,}", all=f"{reached:,}"))
    if one.content.story_id and one.stage not in (Stage.SENDING, Stage.PAUSED):
        lines.append(say("cast.acted", language, up=told.up, down=told.down, opened=told.opened))
    lines += [
        Markup("· {} × {}").format(cut(leaf(_reason(reason, language)), REASON), f"{many:,}")
        for reason, many in told.reasons.items()
    ]
    return Message(text=str(Markup("\n").join(lines)), buttons=_next(told, reader.language, now))


def _reason(reason: str, language: str) -> str:
    """Reasons of our own have a wording; what Telegram says stays as it is."""
    known = {
        "cancelled": "cast.why.cancelled",
        "too late": "cast.why.late",
        "nobody or nothing to send": "cast.why.stopped",
        "nothing to send": "cast.why.no_story",
        "shut out": "cast.why.shut_out",
    }
    return label(known[reason], language) if reason in known else reason


def _next(told: Report, language: str, now: datetime) -> tuple[tuple[Button, ...], ...]:
    one, counts = told.broadcast, told.counts
    if one.stage in GOING:
        first = "pause" if one.stage is Stage.SENDING else "go_on"
        rows = ((_do(first, one.id, language), _do("cancel", one.id, language)),)
        return (*rows, (_do("edit", one.id, language),)) if one.content.may_change else rows
    made = []
    if counts.failed and one.stage is Stage.SENT and one.withdrawn_at is None:
        words = label("cast.do.retry", language, count=counts.failed)
        made.append(Button(words, encode("cast", value=f"retry.{one.id}")))
    is_there = counts.sent and one.withdrawn_at is None
    if is_there and one.content.may_change:
        made.append(_do("edit", one.id, language))
    if is_there and one.began_at is not None and now - one.began_at < DELETABLE:
        made.append(_do("undo", one.id, language))
    made.append(Button(label("cast.refresh", language), encode("cast", value=f"show.{one.id}")))
    return in_rows(made, 2)


def ask_undo(one: Broadcast, sent: int, language: str) -> Message:
    """Before it is deleted everywhere."""
    row = (
        Button(label("cast.undo_sure", language), encode("cast", value=f"gone.{one.id}")),
        Button(label("button.back", language), encode("cast", value=f"show.{one.id}")),
    )
    return Message(text=str(say("cast.ask_undo", language, sent=f"{sent:,}")), buttons=(row,))


def listed(some: Sequence[Broadcast], reader: Reader) -> Message:
    """What to do first, and the last ones."""
    language = reader.language
    lines = [say("cast.ask", language)]
    if some:
        lines += [Markup(""), say("cast.last", language)]
    for number, one in enumerate(some, 1):
        stage = label(f"cast.stage.{one.stage}", language)
        at = _moment(one.began_at or one.starts_at or one.at, reader)
        words = cut(_excerpt(one.content), LISTED)
        lines.append(Markup("{}. #{} {} · {} · {}").format(number, one.id, words, stage, at))
    made = [Button(str(number), encode("cast", value=f"open.{one.id}")) for number, one in enumerate(some, 1)]
    return Message(text=str(Markup("\n").join(lines)), buttons=in_rows(made, 8))


# pieces


def _do(action: str, number: int, language: str) -> Button:
    return Button(label(f"cast.do.{action}", language), encode("cast", value=f"{action}.{number}"))


def _excerpt(content: Content) -> str:
    return cut(leaf(plain(content.text)), EXCERPT)


def _bar(done: int, all_of_them: int) -> str:
    share = done / all_of_them if all_of_them else 1.0
    full = min(BLOCKS, int(BLOCKS * share))
    return f"{bar(full, BLOCKS)} {100 * share:.0f}%"


def _span(span: timedelta, language: str) -> str:
    minutes = max(1, round(span.total_seconds() / 60))
    if span < timedelta(minutes=1):
        return label("cast.seconds", language, count=max(1, round(span.total_seconds())))
    if minutes < 60:
        return label("cast.minutes", language, count=minutes)
    return label("cast.hours", language, hours=minutes // 60, minutes=minutes % 60)


def _moment(moment: datetime, reader: Reader) -> str:
    return moment.astimezone(ZoneInfo(reader.zone)).strftime("%m-%d %H:%M")
