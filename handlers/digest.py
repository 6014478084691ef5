"""/digest: what would come now."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.flows import digest as digests
from newsbot.messages.digest import digest as wording


async def digest(visit: Visit) -> None:
    """A digest right now; the next one at its hour is not spoilt by it."""
    found, place = await digests.now(visit.room, visit.reader)
    await visit.show(wording(found, visit.reader, visit.room.now(), place))
