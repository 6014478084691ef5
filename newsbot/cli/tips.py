"""tips: what came in, and what was given back."""

from __future__ import annotations

from newsbot.cli import output
from newsbot.cli.opening import newsroom
from newsbot.flows import tips
from newsbot.settings import Settings


async def listed(settings: Settings, limit: int, as_json: bool) -> int:
    """The last tips, the newest first, below their sum."""
    async with newsroom(settings) as room:
        found = await tips.all_of_them(room, limit)
    if not as_json:
        output.words(
            f"⭐ {found.stars} in {found.many} tips, ⭐ {found.month} in the last 30 days, "
            f"⭐ {found.refunded} refunded"
        )
    for one in found.payments:
        at, back = (output.moment(moment, settings.timezone) for moment in (one.at, one.refunded_at))
        if as_json:
            output.line(
                {
                    "charge": one.charge_id,
                    "person": one.person_id or None,
                    "stars": one.stars,
                    "at": at,
                    "refunded": back,
                }
            )
        else:
            output.words(
                f"{at}  ⭐ {one.stars}  {one.person_id or '—'}  {'refunded' if back else ''}".rstrip()
            )
    return 0
