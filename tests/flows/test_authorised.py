"""Every action of the newsroom asks who does it, whatever button was shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from newsbot.errors import NotUnderstood
from newsbot.flows import (
    broadcast,
    figures,
    inbox,
    notes,
    removal,
    rules,
    rulings,
    source_desk,
    staff,
)
from newsbot.flows import desk as desks
from newsbot.flows.story import Presser
from newsbot.models.broadcasts import Content, Kind, Segment
from newsbot.models.readers import Reader
from newsbot.models.sources import Source
from newsbot.models.staff import Member, Role
from tests.examples import NOON

SAID = Content(kind=Kind.TEXT, text="x")
READER = Reader(id=7)
OFFICE = Source(id="x", name="x", url="https://x.example")
# what is done, with what stands behind room and person; and whether a moderator may
ACTIONS: tuple[tuple[Callable[..., Awaitable[Any]], tuple[Any, ...], bool], ...] = (
    (broadcast.draft, (SAID,), False),
    (broadcast.as_markdown, (1,), False),
    (broadcast.rewrite, (1, SAID), False),
    (broadcast.aim, (1, Segment()), False),
    (broadcast.send, (1,), False),
    (broadcast.plan, (1, NOON), False),
    (broadcast.unplan, (1,), False),
    (broadcast.pause, (1,), False),
    (broadcast.go_on, (1,), False),
    (broadcast.cancel, (1,), False),
    (broadcast.retry, (1,), False),
    (broadcast.withdraw, (1,), False),
    (broadcast.look, (1,), False),
    (broadcast.listed, (), False),
    (desks.pool_of, (READER,), False),
    (desks.look, (1,), False),
    (desks.drop, (1,), False),
    (desks.hold, (1,), False),
    (desks.lead, (1, 1), False),
    (desks.retitle, (1, "x"), False),
    (desks.retag, (1, ["x"]), False),
    (desks.correct, (1, "x", ""), False),
    (desks.retract, (1, "x"), False),
    (desks.undo, (1, 1), False),
    (rulings.pin, (1,), False),
    (rulings.offered, (1,), False),
    (rulings.two, (1, 2), False),
    (rulings.merge, (1, 2), False),
    (rulings.split, (1, 2), False),
    (rulings.articles, (1,), False),
    (rules.rules, (), False),
    (rules.add, ("x",), False),
    (rules.remove, (1,), False),
    (notes.write, ("x",), False),
    (notes.remove, (), False),
    (removal.found, ("https://x.example/1",), False),
    (removal.remove, (1,), False),
    (inbox.tray, (), True),
    (inbox.heaps, ("ad",), True),
    (inbox.words, ("words",), True),
    (inbox.one, (1,), True),
    (inbox.heap, (1, "ad"), True),
    (inbox.close, (1, "ad"), True),
    (inbox.reply, (1, "ad", "x"), True),
    (inbox.reply_to, (1, "x"), True),
    (inbox.merge, (1, 2), False),
    (inbox.retitle, (1, "ad", "x"), False),
    (inbox.retag, (1, "ad", ["x"]), False),
    (inbox.read_again, (1, "ad"), False),
    (inbox.lower, (1, "ad", 1), False),
    (inbox.suggested, (1,), False),
    (inbox.approve, (1,), False),
    (source_desk.listed, (), False),
    (source_desk.preview, ("https://x.example", None), False),
    (source_desk.add, ("https://x.example",), False),
    (source_desk.switch, ("x", True), False),
    (source_desk.weigh, ("x", 1.0), False),
    (source_desk.remove, ("x",), False),
    (source_desk.check, (OFFICE,), False),
    (source_desk.describe, ("x", "name", "y"), False),
    (source_desk.bring_in, ("file", "x.opml"), False),
    (source_desk.bring_out, (), False),
    (staff.office, (), True),
    (staff.shut_out, (8, ""), True),
    (staff.let_back, (8,), True),
    (staff.appoint, (8, Role.EDITOR), False),
    (figures.figures, ("day",), True),
)
NAMES = [f"{action.__module__.rpartition('.')[2]}.{action.__name__}" for action, _, _ in ACTIONS]


@pytest.mark.parametrize(("action", "given", "moderator"), ACTIONS, ids=NAMES)
async def test_who_may_not_is_refused_and_it_is_written_down(desk, action, given, moderator):
    """A reader, somebody of the staff in a chat that is not theirs, and a moderator where editors are needed."""
    async with desk.room.store.begin() as tx:
        await tx.staff.put(Member(9, Role.MODERATOR, 1, desk.moment))
        await tx.staff.put(Member(5, Role.EDITOR, 1, desk.moment))
    tries = [Presser(7, 7, 1), Presser(5, -100, 2)] + ([] if moderator else [Presser(9, 9, 3)])
    for who in tries:
        with pytest.raises(NotUnderstood):
            await action(desk.room, who, *given)
    async with desk.room.store.read() as tx:
        log = await tx.audit.page(0, 100)

    assert [(one.id, one.chat_id) for one in tries] == [(one.by, one.chat_id) for one in reversed(log)]
    assert not any(one.is_allowed for one in log)
