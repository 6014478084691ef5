"""doctor: settings, database, token, clock, sources, a webhook left over; a line each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from newsbot.cli import output
from newsbot.cli.opening import newsroom
from newsbot.errors import NewsbotError, SettingsError
from newsbot.flows import catalogue, standing
from newsbot.models.deliveries import State
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)  # no clock that is right shows an earlier time
AHEAD = timedelta(minutes=10)


async def doctor(settings: Settings, as_json: bool) -> int:
    """1 where a line fails."""
    lines = [("settings", True, _settings(settings))]
    try:
        async with newsroom(settings, with_telegram=settings.token is not None) as room:
            lines.append(("database", True, f"{room.store.dialect}, revision {await room.store.revision()}"))
            looks = LOOKS | ({"model": _model} if room.summariser else {})
            for name, look in looks.items():
                lines.append((name, *await _looked(room, look)))
    except SettingsError as error:
        lines = [("settings", False, str(error))]
    except NewsbotError as error:
        lines.append(("database", False, str(error)))
    for check, ok, detail in lines:
        if as_json:
            output.line({"check": check, "ok": ok, "detail": detail})
        else:
            output.words(f"{'✓' if ok else '✗'} {check:<9} {detail}")
    return int(not all(ok for _, ok, _ in lines))


def _settings(settings: Settings) -> str:
    admins = f"{len(settings.admins)} administrators" if settings.admins else "no administrators: see /id"
    return f"{settings.language}, {settings.timezone}, digests at {settings.digest_time}, {admins}"


async def _looked(
    room: Newsroom, look: Callable[[Newsroom], Awaitable[tuple[bool, str]]]
) -> tuple[bool, str]:
    try:
        return await look(room)
    except NewsbotError as error:
        return False, str(error)


async def _token(room: Newsroom) -> tuple[bool, str]:
    if room.messenger is None:
        return True, "no NEWSBOT_TOKEN: `python bot.py` opens the playground"
    await room.messenger.open()
    inline = "on" if room.messenger.bot.supports_inline_queries else "off (/setinline at @BotFather)"
    return True, f"@{room.messenger.username}, inline mode {inline}"


async def _webhook(room: Newsroom) -> tuple[bool, str]:
    address = await room.messenger.webhook() if room.messenger else ""
    return (
        not address,
        f"set to {address}: polling gets nothing until `run` removes it" if address else "none",
    )


async def _clock(room: Newsroom) -> tuple[bool, str]:
    """A clock that is wrong shows itself beside what was written down earlier."""
    known = [health.checked_at for _, health in await catalogue.listed(room) if health.checked_at]
    latest = max(known, default=WRITTEN)
    now = room.now()
    words = output.moment(now, room.settings.timezone) or ""
    if now < WRITTEN or now + AHEAD < latest:
        return False, f"{words} is earlier than what was written down at {latest.isoformat()}"
    return True, words


async def _sources(room: Newsroom) -> tuple[bool, str]:
    known = [(source, health) for source, health in await catalogue.listed(room) if source.on]
    failing = [source.id for source, health in known if health.failures]
    words = f"{len(known)} on, {len(failing)} failing" + (f": {', '.join(failing[:10])}" if failing else "")
    return not known or len(failing) < len(known), words


async def _delivery(room: Newsroom) -> tuple[bool, str]:
    """How long a thousand readers take, and the last reader of the worst slot."""
    found = await standing.standing(room)
    words = f"{found.minutes_per_thousand:.1f} minutes per 1,000 readers at {found.rate:.0f}/s"
    if found.worst is not None:
        slot = output.moment(found.worst, room.settings.timezone)
        words += f"; slowest slot {slot}: {found.latest.total_seconds() / 60:.1f} minutes"
    if found.is_slow:
        words = f"WARNING: above 15 minutes: {words}"
    if lost := found.counts.get(State.UNKNOWN):
        words += f"; {lost} perhaps missed in the last day"
    return True, words


async def _model(room: Newsroom) -> tuple[bool, str]:
    """The model that summarises."""
    return True, await room.summariser.look() if room.summariser else "none"


LOOKS = {
    "token": _token,
    "webhook": _webhook,
    "clock": _clock,
    "sources": _sources,
    "delivery": _delivery,
}
