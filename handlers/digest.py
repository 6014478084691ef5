"""/digest: what would come now; its pages, and what comes after it."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import digest as digests
from newsbot.flows import story as stories
from newsbot.flows import turnstile
from newsbot.flows.plan import of_here
from newsbot.messages.digest import digest as wording
from newsbot.models.views import View


async def digest(visit: Visit) -> None:
    """A digest right now; the next one at its hour is not spoilt by it."""
    reader = of_here(visit.reader, visit.thread_id)
    found, place = await digests.now(visit.room, reader)
    await visit.show(wording(found, reader, visit.room.now(), place))


async def leaf(visit: Visit) -> None:
    """◀ and ▶ under a long one."""
    view = await _view(visit)
    found = await digests.kept(visit.room, view)
    place, page = visit.press.place, visit.press.number or 0
    await visit.edit(wording(found, visit.reader, visit.room.now(), place, page=page, before=view.words))
    await visit.toast()


async def more(visit: Visit) -> None:
    """更多: the next best, in its place; the ledger does not know of them."""
    turnstile.enter(visit.room, visit.person_id)
    view = await _view(visit)
    reader = of_here(visit.reader, visit.thread_id)
    found, place = await digests.more(visit.room, reader, view, visit.press.place)
    if not found.stories:
        await visit.toast("digest.no_more")
        return
    before = visit.press.place
    await visit.edit(wording(found, visit.reader, visit.room.now(), place, before=before))
    await visit.toast()


async def _view(visit: Visit) -> View:
    view = await stories.listed_at(visit.room, visit.reader.id, visit.press.place)
    if view is None or view.kind != "digest":
        raise NotUnderstood("press.old")
    return view
