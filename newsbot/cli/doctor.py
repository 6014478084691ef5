"""doctor: what is wrong before a reader finds out; a line each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from newsbot.cli import output
from newsbot.cli.opening import bare, newsroom
from newsbot.errors import AlreadyRunning, NewsbotError, SettingsError
from newsbot.flows import catalogue, health, standing
from newsbot.flows.dispatch import has_jobs
from newsbot.models.deliveries import State
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)  # no clock that is right shows an earlier time
AHEAD = timedelta(minutes=10)
APART = timedelta(seconds=5)  # two clocks that agree
LATELY = timedelta(hours=1)


async def doctor(settings: Settings, as_json: bool) -> int:
    """1 where a line fails."""
    lines = [("settings", True, _settings(settings))]
    try:
        async with newsroom(settings, with_telegram=settings.token is not None) as room:
            lines.append(("database", True, f"{room.store.dialect}, revision {await room.store.revision()}"))
            looks = LOOKS | ({"model": _model} if room.summariser else {})
            for name, look in looks.items():
                lines.append((name, *await _looked(room, look)))
    except NewsbotError as error:
        is_setting = isinstance(error, SettingsError) and error.setting != "NEWSBOT_DATABASE_URL"
        lines = [("settings", False, str(error))] if is_setting else [*lines, ("database", False, str(error))]
        lines += await _without_database(settings)
    for check, ok, detail in lines:
        if as_json:
            output.line({"check": check, "ok": ok, "detail": detail})
        else:
            output.words(f"{'✓' if ok else '✗'} {check:<9} {detail}")
    return int(not all(ok for _, ok, _ in lines))


async def _without_database(settings: Settings) -> list[tuple[str, bool, str]]:
    """What can be looked at all the same."""
    with suppress(NewsbotError):
        async with bare(settings) as room:
            return [(name, *await _looked(room, LOOKS[name])) for name in ("disk", "token", "webhook")]
    return []


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
    """Where Telegram sends updates, and whether they arrive."""
    if room.messenger is None:
        return True, "none"
    found, wanted = await room.messenger.webhook(), room.settings.webhook_url
    if not wanted:
        left = f"set to {found.address}: polling gets nothing until `run` removes it"
        return not found.address, left if found.address else "none"
    if found.address != wanted:
        return False, f"updates go to {found.address or 'nobody'}, not to {wanted}, until `run` says so"
    recent = found.failed_at is not None and room.now() - found.failed_at < LATELY
    words = f"{found.address}, {found.waiting} waiting"
    return not (recent and found.waiting), words + (f"; lately: {found.failure}" if recent else "")


async def _bot(room: Newsroom) -> tuple[bool, str]:
    """Whether one runs is for its operator to say; who does the jobs that wait is not."""
    try:
        async with room.store.alone():
            runs = "none runs on this database"
    except AlreadyRunning:
        runs = "one runs on this database"
    if not has_jobs(room):
        return True, runs
    async with room.store.read() as tx:
        workers, failed = await tx.jobs.workers(), await tx.jobs.failed()
    words = f"{runs}; who does jobs, the bot itself where there are no workers: {workers}"
    return not failed, words + (f"; {failed} jobs given up in the last week, see its log" if failed else "")


async def _waiting(room: Newsroom) -> tuple[bool, str]:
    """What waits for longer than it should."""
    found = await health.waiting(room)
    late = [f"{one.check} ({one.detail})" for one in health.judged(room, found) if not one.ok]
    return not late, ", ".join(late) or str(sum(one.depth for one in found.values()))


async def _disk(room: Newsroom) -> tuple[bool, str]:
    found = health.disk(room)
    return found.ok, found.detail


async def _clock(room: Newsroom) -> tuple[bool, str]:
    """A clock that is wrong shows itself beside what was written down earlier, and beside the database's."""
    known = [one.checked_at for _, one in await catalogue.listed(room) if one.checked_at]
    latest = max(known, default=WRITTEN)
    now = room.now()
    words = output.moment(now, room.settings.timezone) or ""
    if now < WRITTEN or now + AHEAD < latest:
        return False, f"{words} is earlier than what was written down at {latest.isoformat()}"
    async with room.store.read() as tx:
        apart = abs((await tx.facts.now() - room.now()).total_seconds())
    if apart > APART.total_seconds():
        return False, f"{words} is {apart:.0f} s away from the database's clock"
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
    "disk": _disk,
    "token": _token,
    "webhook": _webhook,
    "bot": _bot,
    "waiting": _waiting,
    "clock": _clock,
    "sources": _sources,
    "delivery": _delivery,
}
