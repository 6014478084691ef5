"""refresh and read: articles in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from newsbot.cli import output
from newsbot.cli.opening import newsroom
from newsbot.errors import SettingsError
from newsbot.flows import catalogue, group
from newsbot.flows import read as reading
from newsbot.flows.pull import Pulled
from newsbot.flows.read import Taken
from newsbot.flows.refresh import refresh as pull
from newsbot.models.articles import Draft
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings

READ_FIELDS = (
    "input", "kind", "id", "story", "title", "link", "source", "author", "published", "reads", "language",
    "category", "noise", "tags", "summary", "text", "image", "related", "error",
)  # fmt: skip


async def refresh(settings: Settings, only: list[str], force: bool, strict: bool, as_json: bool) -> int:
    """Pull what is due; the exit status."""
    async with newsroom(settings) as room:
        known = {source.id for source, _ in await catalogue.listed(room)}
        for wanted in only:
            if wanted not in known:
                raise SettingsError("--source", f"there is no source {wanted!r}; `sources list` shows them")
        with _progress(room, as_json) as told:
            results = await pull(room, only, force, told)
    for result in results:
        if as_json:
            output.line(_pulled(result))
    if not as_json:
        heads = ("source", "status", "new", "changed", "ms", "bytes", "error")
        output.table(
            heads, ([*_pulled(result).values()][:1] + [*_pulled(result).values()][2:] for result in results)
        )
    return _status([result.status == "failed" for result in results], strict)


def _pulled(result: Pulled) -> dict[str, Any]:
    return {
        "source": result.source.id,
        "url": result.source.url,
        "status": result.status,
        "new": result.new,
        "changed": result.changed,
        "ms": result.ms,
        "bytes": result.size,
        "error": result.error,
    }


@contextmanager
def _progress(room: Newsroom, as_json: bool) -> Iterator[Callable[[Pulled], None]]:
    """A bar on a terminal, as sources answer."""
    with output.bar(hidden=as_json) as show:
        yield lambda pulled: show(room.progress.done, room.progress.total, pulled.source.id)


async def read(settings: Settings, inputs: list[str], dry_run: bool, strict: bool, as_json: bool) -> int:
    """Take in documents; the exit status."""
    async with newsroom(settings) as room:
        names = [name for given in inputs for name in reading.expand(given)]
        taken = [one async for one in reading.take(room, names, dry_run)]
        if not dry_run:
            await group.group(room)
        for one in taken:
            values = await _read(room, one)
            if as_json:
                output.line({name: values[name] for name in READ_FIELDS})
            else:
                _show(values)
    return _status([one.error is not None for one in taken], strict)


async def _read(room: Newsroom, one: Taken) -> dict[str, Any]:
    """One taken article, or one broken input: READ_FIELDS and `noise_why`."""
    values: dict[str, Any] = dict.fromkeys(READ_FIELDS) | {
        "input": one.name,
        "kind": one.kind,
        "error": one.error,
    }
    draft: Draft | None = one.draft
    if one.id is not None:
        async with room.store.read() as tx:
            stored = (await tx.articles.load([one.id]))[one.id]
        draft = stored
        values |= {"id": stored.id, "story": stored.story_id}
    if draft is None:
        return values | {"tags": [], "related": []}
    same = (
        "title", "link", "source", "author", "reads", "language", "category", "noise", "noise_why", "text",
        "image",
    )  # fmt: skip
    return (
        values
        | {name: getattr(draft, name) for name in same}
        | {
            "source": draft.source or None,
            "published": output.moment(draft.published, room.settings.timezone),
            "tags": list(draft.tags),
            "summary": draft.summary or None,
            "related": [{"title": item.title, "link": item.link} for item in draft.related],
        }
    )


def _show(values: dict[str, Any]) -> None:
    """All that is known of an article, for people; of its text and related links how much there is."""
    if values["error"]:
        output.words(f"✗ {values['error']}")
        return
    noise = f"{values['noise']} ({values['noise_why']})" if values["noise"] else ""
    reads = "" if values["reads"] is None else f"{values['reads']} reads"
    lines = (
        (values["source"], values["author"], values["published"], reads),
        (values["language"], values["category"], noise),
        (" ".join("#" + tag for tag in values["tags"]),),
        (values["summary"],),
        (values["link"],),
        (values["image"],),
        (f"{len(values['text'] or '')} characters", f"{len(values['related'])} related"),
    )
    output.words(f"✓ {values['title']}")
    for parts in lines:
        line = " · ".join(str(part) for part in parts if part)
        if line:
            output.words(f"  {line}")


def _status(failed: list[bool], strict: bool) -> int:
    """1 where every input failed, or any with --strict."""
    return int(bool(failed) and (all(failed) or (strict and any(failed))))
