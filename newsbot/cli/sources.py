"""sources list, add, remove, check: the catalogue and its health."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from newsbot.cli import output
from newsbot.cli.opening import newsroom
from newsbot.errors import SettingsError
from newsbot.flows import catalogue
from newsbot.flows.catalogue import Checked
from newsbot.models.sources import Health, Source
from newsbot.settings import Settings

AT_ONCE = 8


async def listed(settings: Settings, as_json: bool) -> int:
    """Every source with its health."""
    async with newsroom(settings) as room:
        known = await catalogue.listed(room)
    rows = [_row(source, health, settings.timezone) for source, health in known]
    if as_json:
        for row in rows:
            output.line(row)
        return 0
    heads = ("id", "name", "on", "status", "last success", "next", "a day", "error")
    fields = ("id", "name", "on", "status", "last_success", "next", "per_day", "error")
    output.table(heads, ([row[field] for field in fields] for row in rows))
    return 0


def _row(source: Source, health: Health, zone: str) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "on": source.on,
        "status": _status(source, health),
        "last_success": output.moment(health.last_success_at, zone),
        "next": output.moment(health.next_at, zone),
        "per_day": health.per_day,
        "error": health.error,
    }


def _status(source: Source, health: Health) -> str:
    if health.checked_at is None:
        return "new" if source.on else "off"
    return "failing" if health.failures else "ok"


async def add(
    settings: Settings, address: str, source_id: str | None, name: str | None, as_json: bool
) -> int:
    """Take in a source after asking it once."""
    async with newsroom(settings) as room:
        source = await catalogue.add(room, address, source_id, name)
    if as_json:
        output.line(_row(source, Health(source_id=source.id), settings.timezone))
    else:
        output.words(f"+ {source.id}  {source.name}  {source.url}")
    return 0


async def remove(settings: Settings, source_id: str) -> int:
    """Forget a source; its articles stay."""
    async with newsroom(settings) as room:
        if not await catalogue.remove(room, source_id):
            raise SettingsError("sources remove", f"there is no source {source_id!r}")
    output.words(f"- {source_id}")
    return 0


async def check(settings: Settings, only: list[str], strict: bool, as_json: bool) -> int:
    """Ask sources now and store nothing; without ids those that are on."""
    async with newsroom(settings) as room:
        known = {source.id: (source, health) for source, health in await catalogue.listed(room)}
        for wanted in only:
            if wanted not in known:
                raise SettingsError("sources check", f"there is no source {wanted!r}")
        chosen = [pair for source_id, pair in known.items() if (source_id in only if only else pair[0].on)]
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(source: Source) -> Checked:
            async with turns:
                return await catalogue.check(room, source)

        results = await asyncio.gather(*(ask(source) for source, _ in chosen))
        now = room.now()
    rows = [
        _checked(result, health, now, settings.timezone)
        for result, (_, health) in zip(results, chosen, strict=True)
    ]
    if as_json:
        for row in rows:
            output.line(row)
    else:
        output.table(
            ("id", "status", "articles", "error"),
            ([r["id"], r["status"], r["articles"], r["error"]] for r in rows),
        )
    failed = [result.error is not None for result in results]
    return int(bool(failed) and (all(failed) or (strict and any(failed))))


def _checked(result: Checked, health: Health, now: datetime, zone: str) -> dict[str, Any]:
    row = _row(result.source, health, zone)
    if result.error is None:
        row["last_success"] = output.moment(now, zone)
    status = "failing" if result.error else "ok"
    return row | {"status": status, "articles": result.articles, "error": result.error}
