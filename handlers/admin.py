"""/admin: who may do what, who is shut out, and what was done."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import staff, tips
from newsbot.messages import admin as words
from newsbot.messages import tips as tip_pages
from newsbot.messages.buttons import whole
from newsbot.models.messages import Message
from newsbot.models.staff import Right, Role

ROLES = {
    **dict.fromkeys(("editor", "编辑"), Role.EDITOR),
    **dict.fromkeys(("moderator", "mod", "版务"), Role.MODERATOR),
    **dict.fromkeys(("remove", "none", "移除"), None),
}
MOST_PAGES = 10_000
LINE = re.compile(r"(?P<deed>out|in|移出|放回)?\s*(?P<id>-?[0-9]{1,18})\s*(?P<rest>.*)", re.DOTALL)


async def admin(visit: Visit) -> None:
    """/admin, /admin 123 editor, /admin out 123 why, /admin in 123"""
    if visit.words:
        await _typed(visit)
        return
    await visit.show(await _page(visit, 0))


async def _page(visit: Visit, number: int) -> Message:
    office = await staff.office(visit.room, visit.presser, number)
    owners, may = visit.room.settings.admins, visit.may(Right.STAFF)
    return words.office(office, owners, number, visit.reader, visit.room.now(), may)


async def _typed(visit: Visit) -> None:
    found = LINE.fullmatch(visit.words)
    if found is None:
        raise NotUnderstood("admin.how")
    person, rest = int(found["id"]), found["rest"].strip()
    if found["deed"] in ("out", "移出"):
        await staff.shut_out(visit.room, visit.presser, person, rest)
        await visit.say("admin.is_out", id=person)
    elif found["deed"]:
        await staff.let_back(visit.room, visit.presser, person)
        await visit.say("admin.is_back", id=person)
    elif rest.lower() in ROLES:
        await _appoint(visit, person, ROLES[rest.lower()])
    else:
        raise NotUnderstood("admin.how")


async def _appoint(visit: Visit, person: int, role: Role | None) -> None:
    unplanned = await staff.appoint(visit.room, visit.presser, person, role)
    if unplanned:
        await visit.say("admin.unplanned", id=person, count=unplanned)
    if role is None:
        await visit.say("admin.is_none", id=person)
    else:
        await visit.say(f"admin.is.{role}", id=person)


async def press(visit: Visit) -> None:
    """`page.3`, `add`, `out`, `drop.123`, `back.123`"""
    action, _, rest = visit.press.value.partition(".")
    number = whole(rest) or 0
    if action == "page":
        await visit.edit(await _page(visit, min(number, MOST_PAGES)))
    elif action in TILL:
        await TILL[action](visit, rest)
    elif action in ("add", "out"):
        right = Right.STAFF if action == "add" else Right.SHUT_OUT
        await staff.authorise(visit.room, visit.presser, right, f"admin_{action}")
        await visit.ask(f"admin_{action}", f"admin.ask.{action}")
    elif action == "drop":
        await staff.appoint(visit.room, visit.presser, number, None)
        await visit.edit(await _page(visit, 0))
    elif action == "back":
        await staff.let_back(visit.room, visit.presser, number)
        await visit.edit(await _page(visit, 0))
    else:
        raise NotUnderstood("press.old")
    await visit.toast()


# tips


async def _till(visit: Visit, page: str) -> None:
    number = min(whole(page) or 0, MOST_PAGES)
    found = await tips.till(visit.room, visit.presser, number)
    if number and not found.payments:
        number, found = 0, await tips.till(visit.room, visit.presser)
    await visit.edit(tip_pages.till(found, number, tips.PAGE, visit.reader, visit.room.now()))


async def _tip(visit: Visit, which: str) -> None:
    number = whole(which) or 0
    one = await tips.of_number(visit.room, visit.presser, number)
    await visit.edit(tip_pages.ask_refund(number, one, visit.reader, visit.room.now()))


async def _refund(visit: Visit, which: str) -> None:
    number, _, marked = which.partition(".")
    one = await tips.of_number(visit.room, visit.presser, whole(number) or 0)
    if tip_pages.mark(one) != marked:
        raise NotUnderstood("press.old")
    try:
        await tips.refund(visit.room, visit.presser, one.charge_id)
        await visit.toast("tips.done", stars=one.stars)
    except NotUnderstood as error:
        await visit.toast(error.key, **error.values)
        if error.key == "tips.unknown":  # its button may be pressed again
            return
    await _till(visit, "0")


TILL = {"tips": _till, "tip": _tip, "refund": _refund}


async def _added(visit: Visit, _: str) -> None:
    await _typed(visit)


async def _out(visit: Visit, _: str) -> None:
    await _typed(visit.told(f"out {visit.words}"))


ANSWERS: dict[str, Callable[[Visit, str], Awaitable[None]]] = {"admin_add": _added, "admin_out": _out}
