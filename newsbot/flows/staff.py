"""Who may do what: asked in every action, whatever was shown, and written into the log that /admin shows.

Owners are named in the settings, editors and moderators by an owner in the chat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import structlog

from newsbot.errors import NotUnderstood
from newsbot.flows.story import Presser
from newsbot.models.staff import NAMED, Entry, Member, Outcast, Right, Role, may
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction

REFUSALS = 20  # of one person an hour that are written down: more say nothing new
AN_HOUR = timedelta(hours=1)
LONGEST_ABOUT = 200  # characters of what something was done to
LINES = 10  # of the log on a page
MOST_OUT = 30  # outcasts that are listed
log = structlog.get_logger()


class Standing(NamedTuple):
    """What somebody is to the bot."""

    role: Role | None = None
    is_out: bool = False


async def standing(room: Newsroom, person_id: int) -> Standing:
    """Their role, and whether they were shut out."""
    async with room.store.read() as tx:
        role = await role_of(room, tx, person_id)
        is_out = role is None and await tx.outcasts.get(person_id, room.pseudonym(person_id)) is not None
    return Standing(role, is_out)


async def role_of(room: Newsroom, tx: Transaction, person_id: int) -> Role | None:
    """Of somebody of the staff; None for everybody else."""
    return Role.OWNER if room.settings.is_admin(person_id) else await tx.staff.role(person_id)


async def authorise(room: Newsroom, who: Presser, right: Right, deed: str, about: object = "") -> Role:
    """Who may not is refused, and it is written down that they tried. Others' buttons are nobody's.

    :raises NotUnderstood: as for a button that there is not
    """
    async with room.store.read() as tx:
        role = await role_of(room, tx, who.id)
    if role is None or not may(role, right) or who.chat_id != who.id:
        await refused(room, who.id, who.chat_id, deed, about)
        raise NotUnderstood("press.old" if role is None or who.chat_id != who.id else "staff.not_yours")
    return role


async def refused(room: Newsroom, by: int, chat_id: int, deed: str, about: object = "") -> None:
    """Somebody tried what they may not."""
    now = room.now()
    log.warning("refused", person=room.alias(by), chat=room.alias(chat_id), deed=deed)
    async with room.store.begin() as tx:
        if await tx.audit.refused(by, now - AN_HOUR) < REFUSALS:
            await tx.audit.add(Entry(by, chat_id, deed, _words(about), now, is_allowed=False))


async def done(room: Newsroom, tx: Transaction, who: Presser, deed: str, about: object = "") -> None:
    """Write down what was done, in its transaction."""
    await tx.audit.add(Entry(who.id, who.chat_id, deed, _words(about), room.now()))


def _words(about: object) -> str:
    return " ".join(str(about).split())[:LONGEST_ABOUT]


async def everybody(room: Newsroom, right: Right) -> list[int]:
    """Who may do that, owners first."""
    async with room.store.read() as tx:
        named = [one.id for one in await tx.staff.all() if may(one.role, right)]
    return list(dict.fromkeys((*room.settings.admins, *named)))


class Office(NamedTuple):
    """What /admin shows.

    :ivar lines: of the log, the newest first
    :ivar total: of all of them
    """

    members: Sequence[Member]
    outcasts: Sequence[Outcast]
    lines: Sequence[Entry]
    total: int


async def office(room: Newsroom, who: Presser, page: int = 0) -> Office:
    """Everybody with a role, who is out, and a page of the log."""
    await authorise(room, who, Right.LOG, "admin_look")
    async with room.store.read() as tx:
        return Office(
            members=await tx.staff.all(),
            outcasts=await tx.outcasts.all(MOST_OUT),
            lines=await tx.audit.page(page * LINES, LINES),
            total=await tx.audit.count(),
        )


async def appoint(room: Newsroom, who: Presser, person_id: int, role: Role | None) -> int:
    """Give somebody a role in the place of theirs; with None they have none any more.

    Returns how many broadcasts that they had planned are drafts again, as they may not send any more.

    :raises NotUnderstood: not an owner, or it is one, whose role stands in the settings
    """
    await authorise(room, who, Right.STAFF, "admin_appoint", f"{person_id} {role or '-'}")
    if room.settings.is_admin(person_id):
        raise NotUnderstood("admin.is_owner")
    if role is not None and (role not in NAMED or person_id <= 0):
        raise NotUnderstood("admin.no_person")
    async with room.store.begin() as tx:
        if role is None:
            if not await tx.staff.remove(person_id):
                raise NotUnderstood("admin.no_member")
        else:
            await tx.staff.put(Member(person_id, role, who.id, room.now()))
            await tx.outcasts.remove(person_id, room.pseudonym(person_id))
        unplanned = 0 if may(role, Right.BROADCAST) else await tx.broadcasts.unplan(person_id)
        await done(room, tx, who, "admin_appoint", f"{person_id} {role or '-'}")
    return unplanned


async def shut_out(room: Newsroom, who: Presser, person_id: int, why: str) -> None:
    """The bot does nothing for them any more; what they said counts as before.

    :raises NotUnderstood: not allowed, or it is somebody of the staff
    """
    await authorise(room, who, Right.SHUT_OUT, "admin_shut_out", person_id)
    if person_id <= 0:
        raise NotUnderstood("admin.no_person")
    async with room.store.begin() as tx:
        if await role_of(room, tx, person_id) is not None:
            raise NotUnderstood("admin.is_staff")
        await tx.outcasts.put(Outcast(person_id, who.id, why, room.now()))
        await tx.readers.no_alerts(person_id)
        reader = await tx.readers.get(person_id)
        if reader is not None:
            gone = replace(reader, subscribed=False, next_due=None, review_due=None)
            await tx.readers.save(gone, room.now())
            await tx.deliveries.drop_waiting(person_id)
        await done(room, tx, who, "admin_shut_out", f"{person_id} {why}")


async def let_back(room: Newsroom, who: Presser, person_id: int) -> None:
    """They may come again; digests come once they ask for them.

    :raises NotUnderstood: not allowed, or they are not out
    """
    await authorise(room, who, Right.SHUT_OUT, "admin_let_back", person_id)
    async with room.store.begin() as tx:
        if not await tx.outcasts.remove(person_id, room.pseudonym(person_id)):
            raise NotUnderstood("admin.not_out")
        await done(room, tx, who, "admin_let_back", person_id)


async def nudge(room: Newsroom, who: Presser, wanted: bool) -> None:
    """They are told before a busy slot, or no longer."""
    role = await authorise(room, who, Right.DESK, "desk_nudge")
    async with room.store.begin() as tx:
        if role is Role.OWNER:  # stands in no table
            name = f"{NOT_NUDGED}{who.id}"
            await (tx.facts.remove(name) if wanted else tx.facts.put(name, "yes"))
        else:
            await tx.staff.nudge(who.id, wanted)


NOT_NUDGED = "not_nudged:"  # facts of owners who do not want to be told; the person follows


async def nudged(room: Newsroom) -> list[int]:
    """Everybody who wants to be told before a busy slot."""
    async with room.store.read() as tx:
        members = {one.id: one.nudged for one in await tx.staff.all()}
        off = {one for one in room.settings.admins if await tx.facts.get(f"{NOT_NUDGED}{one}") is not None}
    return [one for one in await everybody(room, Right.DESK) if one not in off and members.get(one, True)]
