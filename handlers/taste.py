"""我的口味: what was learned about a reader, and how to change it."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import catalogue
from newsbot.flows import taste as tastes
from newsbot.messages.taste import key, sure, taste
from newsbot.models.messages import Message


async def show(visit: Visit) -> None:
    """The page, in the place of /settings."""
    await _show(visit)
    await visit.toast()


async def erase(visit: Visit) -> None:
    """✕: nothing is left of this one."""
    wanted = visit.press.value
    names = [one.key for one in await tastes.page(visit.room, visit.reader) if key(one.key) == wanted]
    if names:
        await tastes.erase(visit.room, visit.reader, names[0], visit.update.update_id)
    await _show(visit)
    await visit.toast("taste.erased" if names else "press.old")


async def learn(visit: Visit) -> None:
    """Learn from what the reader does, or make nothing of it."""
    wanted = visit.press.value
    if wanted not in ("on", "off"):
        raise NotUnderstood("press.old")
    visit.reader = await tastes.switch(visit.room, visit.reader, wanted == "on")
    await _show(visit)
    await visit.toast()


async def forget(visit: Visit) -> None:
    """All of it, after asking once."""
    if visit.press.value != "yes":
        await visit.edit(sure(visit.language))
        await visit.toast()
        return
    await tastes.forget(visit.room, visit.reader)
    await _show(visit)
    await visit.toast("taste.forgotten")


async def page(visit: Visit) -> Message:
    """What was learned, as it is now."""
    names = await catalogue.names(visit.room)
    return taste(await tastes.page(visit.room, visit.reader), names, visit.reader)


async def _show(visit: Visit) -> None:
    await visit.edit(await page(visit))
