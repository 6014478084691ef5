"""What commands print: JSON Lines and nothing else with --json, otherwise lines and tables for a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from newsbot.articles.clean import clean_line
from newsbot.models.articles import Article


def line(values: dict[str, Any]) -> None:
    """One JSON object on one line."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def words(text: str) -> None:
    """A line for a person."""
    print(text, flush=True)


def complain(text: str) -> None:
    """A line about something that is wrong, beside the data."""
    print(text, file=sys.stderr, flush=True)


def moment(value: datetime | None, zone: str) -> str | None:
    """`2023-03-02T16:22:35+08:00`"""
    return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if value else None


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as wide as the terminal; what comes from outside is shown as it is, never as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        made.add_row(*(Text(clean_line("" if cell is None else str(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160).print(made)


def brief(article: Article, zone: str) -> dict[str, Any]:
    """An article as others list it."""
    return {
        "id": article.id,
        "title": article.title,
        "link": article.link,
        "source": article.source,
        "published": moment(article.published, zone),
    }


@contextmanager
def bar(hidden: bool = False, remaining: bool = False) -> Iterator[Callable[[int, int, str], None]]:
    """How far something is, on a terminal: told how much is done, of how much, and what is done just now.

    :param remaining: how long it will take, not how long it took
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    clock = TimeRemainingColumn() if remaining else TimeElapsedColumn()
    columns = (BarColumn(), MofNCompleteColumn(), clock, TextColumn("{task.description}"))
    is_hidden = hidden or not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), disable=is_hidden, transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, total, name: shown.update(task, completed=done, total=total, description=name)
