"""/privacy, /export, /forget: a person's rights, in their own chat."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import rights
from newsbot.messages import rights as pages


async def privacy(visit: Visit) -> None:
    """/privacy: what is kept, how long, and what one can do about it."""
    await visit.show(pages.privacy(visit.language, visit.is_private))


async def export(visit: Visit) -> None:
    """/export: all of it in two files."""
    data, opml, is_compressed = await rights.export(visit.room, visit.reader)
    for file in pages.exported(data, opml, is_compressed, visit.language):
        await visit.show(file)


async def forget(visit: Visit) -> None:
    """/forget asks once."""
    await visit.show(pages.ask_forget(visit.language))


async def press(visit: Visit) -> None:
    """`export`, `ask`, `do`, `no`"""
    value = visit.press.value
    if value == "export":
        await visit.toast("export.coming")
        await export(visit)
    elif value == "ask":
        await visit.edit(pages.ask_forget(visit.language))
    elif value == "do":
        await rights.forget(visit.room, visit.presser)
        await visit.edit(visit.sentence("forget.done"))
    elif value == "no":
        await visit.edit(visit.sentence("forget.not"))
    else:
        raise NotUnderstood("press.old")
    await visit.toast()
