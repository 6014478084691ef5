"""Hours in which a reader wants to hear nothing: what falls into them comes when they are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsbot.models.readers import Reader


def heard(reader: Reader, moment: datetime) -> datetime:
    """The moment itself, or when the reader's quiet hours are over that it falls into (aware, UTC)."""
    if reader.quiet is None:
        return moment
    since, until = reader.quiet
    zone = ZoneInfo(reader.zone)
    local = moment.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    over_midnight = since > until
    is_quiet = at >= since or at < until if over_midnight else since <= at < until
    if not is_quiet:
        return moment
    day = local.date() + timedelta(days=1 if over_midnight and at >= since else 0)
    end = datetime.combine(day, until, tzinfo=zone)
    # an end that comes twice counts when it comes again; one that is skipped, after the gap
    return max(end.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
