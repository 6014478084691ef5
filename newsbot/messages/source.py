"""Sources, for administrators: a page of all, a card of each, and the note when some fail or are well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Protocol
from zoneinfo import ZoneInfo

from markupsafe import Markup

from newsbot.errors import NewsbotError
from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold, cut, leaf, link
from newsbot.messages.rows import in_rows
from newsbot.messages.wording import catalogue, label, say
from newsbot.models.messages import Button, Message
from newsbot.models.opml import Outline, Problem
from newsbot.models.readers import Reader
from newsbot.models.sources import EDITABLE, Health, Source, Status
from newsbot.sources.due import in_words, status

PER_PAGE = 10
IN_A_ROW = 5
LONGEST_NAME = 40
MOST_NAMED = 20  # sources in a note; when the network is gone all of them fail
LONGEST_ADDRESS = 300
SIGNS = {
    Status.GONE: "⚫",
    Status.QUARANTINED: "🔴",
    Status.FAILING: "🟠",
    Status.FALLBACK: "🟡",
    Status.NEW: "⚪",
    Status.OK: "🟢",
    Status.OFF: "⏸",
}
BAD = (Status.GONE, Status.QUARANTINED, Status.FAILING)
ORDER = tuple(SIGNS)  # what wants attention comes first
WEIGHTS = (0.25, 0.5, 1.0, 2.0, 4.0)  # how much an editor may think of a source
IS_STATUS = re.compile(r"status_(\d{3})")
Known = tuple[Source, Health]


def key(source_id: str) -> str:
    """What names a source in a button: ids may be longer than a button's data."""
    return blake2b(source_id.encode(), digest_size=6).hexdigest()


def sources(known: Sequence[Known], page: int, reader: Reader, now: datetime) -> Message:
    """A page of the catalogue, what fails first.

    :param page: from 0; one that is not there is the last one
    """
    language = reader.language
    if not known:
        return Message(text=str(say("source.none", language)))
    ordered = sorted(
        known, key=lambda one: (ORDER.index(status(one[0], one[1], now)), one[0].name, one[0].id)
    )
    pages = (len(ordered) + PER_PAGE - 1) // PER_PAGE
    page = min(page, pages - 1)
    shown = ordered[page * PER_PAGE : (page + 1) * PER_PAGE]
    bad = sum(status(source, health, now) in BAD for source, health in known)
    head = say("source.head", language, total=len(known), on=sum(one.on for one, _ in known), bad=bad)
    lines = [
        Markup("{}. {}").format(number, _line(source, health, reader, now))
        for number, (source, health) in enumerate(shown, 1 + page * PER_PAGE)
    ]
    text = str(Markup("\n").join([head, Markup(""), *lines]))
    files = tuple(
        Button(label(f"source.opml.{way}", language), encode("opml", value=way)) for way in ("in", "out")
    )
    return Message(text=text, buttons=(*_numbers(shown, page), *_pager(page, pages), files))


def card(
    source: Source, health: Health, reader: Reader, now: datetime, checked: Markup | None = None
) -> Message:
    """One source, with what can be done about it.

    :param checked: what asking it just now came to, see `checked_well` and `checked_badly`
    """
    language, how = reader.language, status(source, health, now)
    lines = [
        Markup("{} {}").format(SIGNS[how], bold(_name(source))),
        Markup("{} · {} · <code>{}</code>").format(
            label(f"source.status.{how}", language), source.kind, source.id
        ),
        link(source.url, cut(source.url, LONGEST_ADDRESS)),
        Markup(""),
        _last(health, reader),
        say("source.per_day", language, count=_number(health.per_day)),
    ]
    if health.next_at is not None and how not in (Status.OFF, Status.GONE):
        lines.append(say("source.next", language, when=_moment(health.next_at, reader)))
    if health.via:
        lines.append(say("source.via", language, address=cut(health.via, LONGEST_ADDRESS)))
    if health.error:
        lines.append(say("source.error", language, why=why(health.reason, health.error, language)))
    if checked is not None:
        lines += [Markup(""), checked]
    mine = key(source.id)
    asked = source.on and how != Status.GONE
    switch = ("source.turn_off", f"{mine}.off") if asked else ("source.turn_on", f"{mine}.on")
    buttons = (
        (
            Button(label(switch[0], language), encode("switch", value=switch[1])),
            Button(label("source.check", language), encode("check", value=mine)),
            Button(label("source.edit", language), encode("edit", value=mine)),
            Button(label("source.remove", language), encode("remove", value=mine)),
        ),
        _weights(source, mine, language),
        (Button(label("button.back", language), encode("sources", value="0")),),
    )
    return Message(text=str(Markup("\n").join(lines)), buttons=buttons)


def _weights(source: Source, mine: str, language: str) -> tuple[Button, ...]:
    """A step down, how much is thought of it, a step up."""
    place = nearest_weight(source.weight)
    steps = ((max(place - 1, 0), "−"), (place, ""), (min(place + 1, len(WEIGHTS) - 1), "＋"))
    named = label("source.weight", language, weight=f"{source.weight:g}")
    return tuple(Button(sign or named, encode("weight", value=f"{mine}.{to}")) for to, sign in steps)


def nearest_weight(weight: float) -> int:
    """The place in WEIGHTS of the step that is the nearest."""
    return min(range(len(WEIGHTS)), key=lambda place: abs(WEIGHTS[place] - weight))


def fields(source: Source, language: str) -> Message:
    """Which part of it is to be changed?"""
    mine = key(source.id)
    made = [
        Button(label(f"source.field.{field}", language), encode("edit", value=f"{mine}.{field}"))
        for field in EDITABLE
    ]
    back = Button(label("button.back", language), encode("source", value=mine))
    head = Markup("{}\n{}").format(bold(_name(source)), say("source.edit_head", language))
    return Message(text=str(head), buttons=(*in_rows(made, 3), (back,)))


def to_save(items: Markup, place: str, language: str) -> Message:
    """What a new source has, and whether it is to be saved."""
    row = (
        Button(label("source.save", language), encode("keep", place, value="yes")),
        Button(label("source.no_save", language), encode("keep", place, value="no")),
    )
    return Message(text=str(items), buttons=(row,))


class Imported(Protocol):
    """What came of a file; `flows.exchange.Imported` is one."""

    @property
    def added(self) -> Sequence[Source]: ...

    @property
    def known(self) -> Sequence[Outline]: ...

    @property
    def problems(self) -> Sequence[Problem]: ...


def imported(found: Imported, language: str) -> Message:
    """How many are new, and which lines cannot be used."""
    counts = {"added": len(found.added), "known": len(found.known), "problems": len(found.problems)}
    lines = [say("source.imported", language, **counts)]
    lines += [
        say("source.import_line", language, line=one.line, words=cut(one.words, LONGEST_ADDRESS))
        for one in found.problems[:PER_PAGE]
    ]
    button = Button(label("source.show", language), encode("sources", value="0"))
    return Message(text=str(Markup("\n").join(lines)), buttons=((button,),))


def sure(source: Source, language: str) -> Message:
    """Before a source is removed."""
    mine = key(source.id)
    row = (
        Button(label("source.sure", language), encode("removed", value=mine)),
        Button(label("button.back", language), encode("source", value=mine)),
    )
    return Message(text=str(say("source.ask_remove", language, name=_name(source))), buttons=(row,))


def checked_well(articles: int, via: str | None, language: str, is_asked: bool) -> Markup:
    """
    :param is_asked: it is on, and not gone: nothing has to be done
    """
    if via:
        told = say("source.checked_via", language, count=articles, address=cut(via, LONGEST_ADDRESS))
    else:
        told = say("source.checked_ok", language, count=articles)
    return told if is_asked else Markup("\n").join([told, say("source.can_be_on", language)])


def added(language: str, is_new: bool) -> Markup:
    return say("source.added" if is_new else "source.is_there", language)


def checked_badly(reason: str | None, error: str, language: str) -> Markup:
    return say("source.checked_bad", language, why=why(reason, error, language))


def note(bad: Sequence[Known], well: Sequence[Known], reader: Reader, now: datetime) -> Message:
    """Which sources went bad, and which are well again, each once."""
    language = reader.language
    blocks = []
    if bad:
        lines = [_bad(source, health, reader, now) for source, health in bad[:MOST_NAMED]]
        blocks.append(_block(say("source.note_bad", language, count=len(bad)), lines, len(bad), language))
    if well:
        lines = [Markup("{} {}").format(SIGNS[Status.OK], _name(source)) for source, _ in well[:MOST_NAMED]]
        blocks.append(_block(say("source.note_well", language, count=len(well)), lines, len(well), language))
    button = Button(label("source.show", language), encode("sources", value="0"))
    return Message(text=str(Markup("\n\n").join(blocks)), buttons=((button,),))


def _block(head: Markup, lines: Sequence[Markup], count: int, language: str) -> Markup:
    more = [say("source.more", language, count=count - len(lines))] if count > len(lines) else []
    return Markup("\n").join([head, *lines, *more])


def _bad(source: Source, health: Health, reader: Reader, now: datetime) -> Markup:
    words = why(health.reason, health.error or "", reader.language)
    return Markup("{} {} · {}").format(SIGNS[status(source, health, now)], _name(source), words)


def why_not(error: NewsbotError, language: str) -> str:
    """The same of an error."""
    words, reason = in_words(error)
    return why(reason, words, language)


def why(reason: str | None, error: str, language: str) -> str:
    """What is wrong, in the reader's language; what has no wording there stays the sentence of the log."""
    found = IS_STATUS.fullmatch(reason or "")
    if found:
        known = f"source.why.{found[1]}"
        return label(
            known if known in catalogue(language) else "source.why.status", language, status=found[1]
        )
    worded = f"source.why.{reason}"
    return label(worded, language) if worded in catalogue(language) else cut(leaf(error), 200)


def _name(source: Source) -> str:
    return cut(leaf(source.name) or source.id, LONGEST_NAME)


def _line(source: Source, health: Health, reader: Reader, now: datetime) -> Markup:
    how = status(source, health, now)
    about = label(f"source.status.{how}", reader.language)
    if health.error and how in BAD:
        about = why(health.reason, health.error, reader.language)
    elif how == Status.OK:
        about = label("source.count", reader.language, count=_number(health.per_day))
    return Markup("{} {} · {}").format(SIGNS[how], bold(_name(source)), about)


def _last(health: Health, reader: Reader) -> Markup:
    if health.last_success_at is None:
        return say("source.never", reader.language)
    return say("source.last", reader.language, when=_moment(health.last_success_at, reader))


def _number(value: float) -> str:
    return f"{round(value, 1):g}"


def _moment(moment: datetime, reader: Reader) -> str:
    return moment.astimezone(ZoneInfo(reader.zone)).strftime("%m-%d %H:%M")


def _numbers(shown: Sequence[Known], page: int) -> list[tuple[Button, ...]]:
    buttons = [
        Button(str(number), encode("source", value=key(source.id)))
        for number, (source, _) in enumerate(shown, 1 + page * PER_PAGE)
    ]
    return list(in_rows(buttons, IN_A_ROW))


def _pager(page: int, pages: int) -> list[tuple[Button, ...]]:
    steps = [(page - 1, "‹"), (page + 1, "›")]
    row = tuple(Button(sign, encode("sources", value=str(to))) for to, sign in steps if 0 <= to < pages)
    return [row] if row else []
