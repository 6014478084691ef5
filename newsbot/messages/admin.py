"""/admin: the staff, the outcasts, and the log of what was done and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from markupsafe import Markup

from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold, cut, fit, leaf
from newsbot.messages.rows import in_rows, turns
from newsbot.messages.story import when
from newsbot.messages.wording import catalogue, label, say
from newsbot.models.messages import Button, Message
from newsbot.models.people import is_forgotten
from newsbot.models.readers import Reader
from newsbot.models.staff import Entry, Member, Outcast

LINES = 10  # of the log on a page
ABOUT = 60  # UTF-16 units
MOST_OUT = 10  # that are named


class Office(Protocol):
    """What there is to show; `flows.staff.Office` is one."""

    @property
    def members(self) -> Sequence[Member]: ...

    @property
    def outcasts(self) -> Sequence[Outcast]: ...

    @property
    def lines(self) -> Sequence[Entry]: ...

    @property
    def total(self) -> int: ...


def office(
    found: Office, owners: Sequence[int], page: int, reader: Reader, now: datetime, may_appoint: bool
) -> Message:
    """Roles and outcasts on the first page, the log on all of them."""
    language = reader.language
    head, buttons = ([], []) if page else _people(found, owners, language, may_appoint)
    log = [_line(one, reader, now) for one in found.lines]
    title = bold(say("admin.log", language))
    text, _ = fit([*head, title], [Markup("\n").join(log)] if log else [say("admin.no_log", language)])
    pages = max(1, -(-found.total // LINES))
    rows = list(in_rows(buttons, 2))
    if pages > 1:
        rows.append(turns("admin", "", page, pages, before="page."))
    last = [Button(label("admin.shut_out", language), encode("admin", value="out"))]
    if may_appoint:
        last.insert(0, Button(label("admin.add", language), encode("admin", value="add")))
        last.append(Button(label("admin.tips", language), encode("admin", value="tips.0")))
    rows.append(tuple(last))
    return Message(text=text, buttons=tuple(rows))


def _people(
    found: Office, owners: Sequence[int], language: str, may_appoint: bool
) -> tuple[list[Markup], list[Button]]:
    staff = [
        Markup("· <code>{}</code> {}").format(one, label("admin.role.owner", language)) for one in owners
    ]
    staff += [
        Markup("· <code>{}</code> {}").format(one.id, label(f"admin.role.{one.role}", language))
        for one in found.members
    ]
    blocks = [Markup("\n").join([bold(say("admin.staff", language)), *staff])]
    buttons = [
        Button(label("admin.drop", language, id=one.id), encode("admin", value=f"drop.{one.id}"))
        for one in found.members
        if may_appoint
    ]
    shown = found.outcasts[:MOST_OUT]
    if shown:
        out = [Markup("· <code>{}</code> {}").format(one.id, _why(one, language)) for one in shown]
        blocks.append(Markup("\n").join([bold(say("admin.outcasts", language)), *out]))
        buttons += [
            Button(label("admin.back", language, id=one.id), encode("admin", value=f"back.{one.id}"))
            for one in shown
        ]
    return blocks, buttons


def _why(one: Outcast, language: str) -> str:
    return label("admin.forgotten", language) if is_forgotten(one.id) else cut(leaf(one.why), ABOUT)


def _line(one: Entry, reader: Reader, now: datetime) -> Markup:
    """`14:05 · 123 · 发送广播 #12`, with a sign where it was refused."""
    words = Markup("{} · <code>{}</code> · {} {}").format(
        when(one.at, now, reader), one.by, deed(one.deed, reader.language), cut(leaf(one.about), ABOUT)
    )
    return words if one.is_allowed else Markup("⛔ {}").format(words)


def deed(name: str, language: str) -> str:
    """What was done, in words; what was only tried by its name."""
    key = f"deed.{name}"
    return label(key, language) if key in catalogue(language) else name
