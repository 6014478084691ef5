"""sources list, add, remove, check, import, export: the catalogue and its health."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from newsbot.cli import output
from newsbot.cli.opening import newsroom
from newsbot.errors import NotReadable, SettingsError
from newsbot.flows import catalogue, exchange
from newsbot.flows.catalogue import Checked
from newsbot.models.sources import Health, Source, Status
from newsbot.newsroom import utc_now
from newsbot.settings import Settings
from newsbot.sources.due import status

AT_ONCE = 32
OPML_BYTES = 20_000_000


async def listed(settings: Settings, as_json: bool) -> int:
    """Every source with its health."""
    async with newsroom(settings) as room:
        known, now = await catalogue.listed(room), room.now()
    rows = [_row(source, health, settings.timezone, now) for source, health in known]
    if as_json:
        for row in rows:
            output.line(row)
        return 0
    heads = ("id", "name", "kind", "status", "last success", "next", "a day", "fallback", "error")
    fields = ("id", "name", "kind", "status", "last_success", "next", "per_day", "fallback", "error")
    output.table(heads, ([row[field] for field in fields] for row in rows))
    return 0


def _row(source: Source, health: Health, zone: str, now: datetime) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "url": source.url,
        "kind": source.kind,
        "on": source.on,
        "status": status(source, health, now),
        "last_success": output.moment(health.last_success_at, zone),
        "next": output.moment(health.next_at, zone) if source.on and health.gone_at is None else None,
        "per_day": round(health.per_day, 1),
        "error": health.error,
        "fallback": health.via,
    }


async def add(
    settings: Settings,
    address: str,
    source_id: str | None,
    name: str | None,
    selector: str | None,
    body: str | None,
    noise: str | None,
    as_json: bool,
) -> int:
    """Take in a source after asking it once."""
    async with newsroom(settings) as room:
        source = await catalogue.add(room, address, source_id, name, selector, body, noise)
        now = room.now()
    if as_json:
        output.line(_row(source, Health(source_id=source.id), settings.timezone, now))
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


async def check(
    settings: Settings, only: list[str], off_too: bool, turn_on: bool, strict: bool, as_json: bool
) -> int:
    """Ask sources now and store nothing; without ids those that are on."""
    async with newsroom(settings) as room:
        known = {source.id: (source, health) for source, health in await catalogue.listed(room)}
        for wanted in only:
            if wanted not in known:
                raise SettingsError("sources check", f"there is no source {wanted!r}")
        chosen = [
            pair for source_id, pair in known.items()
            if (source_id in only if only else pair[0].on or off_too)
        ]  # fmt: skip
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(source: Source, health: Health) -> Checked:
            async with turns:
                checked = await catalogue.check(room, source)
            if turn_on and checked.error is None and (not source.on or health.gone_at):
                await catalogue.switch(room, source.id, True)
                return replace(checked, source=replace(source, on=True))
            return checked

        results = await asyncio.gather(*(ask(source, health) for source, health in chosen))
        now = room.now()
    rows = [
        _checked(result, health, now, settings.timezone)
        for result, (_, health) in zip(results, chosen, strict=True)
    ]
    if as_json:
        for row in rows:
            output.line(row)
    else:
        fields = ("id", "on", "status", "articles", "per_day", "last_success", "next", "fallback", "error")
        heads = ("id", "on", "status", "articles", "a day", "last success", "next", "fallback", "error")
        output.table(heads, ([row[field] for field in fields] for row in rows))
    failed = [result.error is not None for result in results]
    return int(bool(failed) and (all(failed) or (strict and any(failed))))


def _checked(result: Checked, health: Health, now: datetime, zone: str) -> dict[str, Any]:
    row = _row(result.source, health, zone, now)
    if result.error is None:
        row["last_success"] = output.moment(now, zone)
    how = Status.FAILING if result.error else Status.FALLBACK if result.via else Status.OK
    return row | {
        "status": how, "articles": result.articles, "error": result.error, "fallback": result.via,
    }  # fmt: skip


async def bring_in(settings: Settings, file: Path, strict: bool, as_json: bool) -> int:
    """Take in the subscriptions of an OPML file; 1 where it has none, or (strict) where a line is wrong."""
    data = _read(file)
    async with newsroom(settings) as room:
        found = await exchange.bring_in(room, data, str(file))
    for problem in found.problems:
        output.complain(f"{file}:{problem.line}: {problem.words}")
    if as_json:
        for source in found.added:
            output.line(_row(source, Health(source_id=source.id), settings.timezone, utc_now()))
    else:
        for source in found.added:
            output.words(f"+ {source.id}  {source.name}  {source.url}")
        output.words(
            f"{len(found.added)} added, {len(found.known)} known already, {len(found.problems)} wrong lines"
        )
    nothing = not found.added and not found.known
    return int(nothing or (strict and bool(found.problems)))


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > OPML_BYTES:
            raise NotReadable(str(file), f"it is larger than {OPML_BYTES // 1_000_000} MB")
        return file.read_bytes()
    except OSError as error:
        raise NotReadable(str(file), f"it cannot be read ({error.strerror})") from None


async def bring_out(settings: Settings, file: Path | None) -> int:
    """Write every source as OPML, to a file that is not there yet or to stdout."""
    async with newsroom(settings) as room:
        text = await exchange.bring_out(room)
    if file is None:
        sys.stdout.write(text)
        return 0
    try:
        with file.open("x", encoding="utf-8") as made:
            made.write(text)
    except OSError as error:
        raise NotReadable(str(file), f"it cannot be written ({error.strerror})") from None
    output.words(f"{file}")
    return 0
