"""The command line: `python bot.py …`. Commands are here, what they do is in the module beside.

Exit status: 0 fine; 1 the work failed; 2 wrong use or settings. Never a traceback for what a user can cause.
"""

from __future__ import annotations

import asyncio
import errno
import io
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from newsbot import settings as setting
from newsbot.cli import logs
from newsbot.cli.memory import collect_seldom, give_back, one_arena
from newsbot.errors import CatalogError, NewerDatabase, NewsbotError, NotUnderstood, SettingsError
from newsbot.settings import Settings

Introduce = Callable[[Any], Any]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout and nothing else.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit 1 where any input failed, not only where all did.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="At most so many.")]
Hours = Annotated[float, typer.Option("--hours", min=0.1, max=87_600, help="News of the last so many hours.")]
WRONG_USE = (SettingsError, CatalogError, NewerDatabase, NotUnderstood)


class Language(StrEnum):
    zh = "zh"
    en = "en"


app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    help="A Telegram bot that delivers technology-news digests.",
)
sources_app = typer.Typer(no_args_is_help=True, help="The catalogue and its health.")
app.add_typer(sources_app, name="sources")


def main(introduce: Introduce, arguments: list[str] | None = None) -> int:
    """Run a command; the exit status.

    :param introduce: makes what answers updates, from a newsroom
    """
    one_arena()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a sign gets its number, no error
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(app(arguments, prog_name="bot.py", obj=introduce, standalone_mode=False) or 0)
    except typer.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except OSError as error:
        return _cannot_write(error)
    except NewsbotError as error:
        print(_sentence(error), file=sys.stderr)
        return 2 if isinstance(error, WRONG_USE) else 1
    except Exception as error:
        if not hasattr(error, "show") or not hasattr(error, "exit_code"):
            raise
        error.show()  # wrong use, as the parser of arguments words it
        return int(error.exit_code)


def _cannot_write(error: OSError) -> int:
    """Somebody closed our stdout, such as `head`, or its disk is full."""
    if error.errno not in (errno.EPIPE, errno.ENOSPC):
        raise error
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return 0
    print(f"nothing more can be written: {error.strerror}", file=sys.stderr)
    return 1


def _sentence(error: NewsbotError) -> str:
    if isinstance(error, NotUnderstood):
        from newsbot.messages.wording import label

        return label(error.key, "en", **error.values)
    return str(error)


def _do(job: Callable[[Settings], Coroutine[Any, Any, int]], is_service: bool = False) -> None:
    """Read the settings, do the job, exit with its status.

    :param is_service: it runs until it is stopped, and logs as NEWSBOT_LOG_LEVEL says; others only warn
    """
    settings = setting.read()
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    quiet = not is_service and level == logging.INFO
    logs.configure(settings, logging.WARNING if quiet else level)
    collect_seldom()
    raise typer.Exit(asyncio.run(_serves(job(settings)) if is_service else job(settings)))


async def _serves(job: Coroutine[Any, Any, int]) -> int:
    """For days, perhaps, on a small server."""
    giving = asyncio.create_task(give_back())
    try:
        return await job
    finally:
        giving.cancel()


@app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Without a command: `run` where NEWSBOT_TOKEN is set, else `demo`."""
    if context.invoked_subcommand is None:
        if setting.read().token is not None:
            run(context)
        else:
            demo(context, 0, no_open=False)


@app.command()
def run(context: typer.Context) -> None:
    """The bot: long polling, or a webhook where NEWSBOT_WEBHOOK_URL is set."""
    from newsbot.cli import serving

    _do(lambda settings: serving.run(settings, context.obj), is_service=True)


@app.command()
def worker(
    jobs: Annotated[int, typer.Option(min=1, max=100, help="At the same time.")] = 8,
) -> None:
    """Jobs for a bot on PostgreSQL: asking sources, understanding, composing. Any number, anywhere."""
    from newsbot.cli import working

    _do(lambda settings: working.work(settings, jobs), is_service=True)


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the page; a free one unless given.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """The playground: the same bot in a chat page, without a token or a network."""
    from newsbot.cli import playing, serving

    show = not no_open and serving.on_a_terminal()
    _do(lambda settings: playing.demo(settings, context.obj, port, show))


@app.command()
def refresh(
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also what is not due.")] = False,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Pull what is due."""
    from newsbot.cli import pulling

    _do(lambda settings: pulling.refresh(settings, source or [], force, strict, as_json))


@app.command()
def read(
    inputs: Annotated[list[str], typer.Argument(help="Files, folders, addresses.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing.")] = False,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Take in pages, plain-text articles and feeds."""
    from newsbot.cli import pulling

    _do(lambda settings: pulling.read(settings, inputs, dry_run, strict, as_json))


@app.command(context_settings={"ignore_unknown_options": True})  # -华为 excludes, it is no option
def search(
    words: Annotated[list[str], typer.Argument(help="What to look for, as in the chat.")],
    limit: Limit = 10,
    as_json: Json = False,
) -> None:
    """What the chat search answers, one line per article."""
    from newsbot.cli import asking

    for word in words:
        if word.startswith("--"):
            raise typer.BadParameter(f"there is no option {word}")
    _do(lambda settings: asking.search(settings, " ".join(words), limit, as_json))


@app.command()
def stories(hours: Hours = 24, limit: Limit = 10, as_json: Json = False) -> None:
    """The ranked stories with their articles and reasons."""
    from newsbot.cli import asking

    _do(lambda settings: asking.stories(settings, hours, limit, as_json))


@app.command()
def digest(
    follow: Annotated[list[str] | None, typer.Option(help="A followed word; may be repeated.")] = None,
    hours: Hours = 24,
    language: Annotated[Language | None, typer.Option(help="Of the reader.")] = None,
    as_json: Json = False,
    as_html: Annotated[bool, typer.Option("--html", help="As it is sent.")] = False,
) -> None:
    """The digest such a reader would get now, sent to nobody."""
    from newsbot.cli import asking

    _do(
        lambda settings: asking.digest(
            settings, follow or [], hours, language or settings.language, as_json, as_html
        )
    )


@sources_app.command("list")
def sources_list(as_json: Json = False) -> None:
    """Every source with its health."""
    from newsbot.cli import sources

    _do(lambda settings: sources.listed(settings, as_json))


@sources_app.command("add")
def sources_add(
    address: Annotated[str, typer.Argument(help="Of a feed, a site that has one, or a page.")],
    source_id: Annotated[str | None, typer.Option("--id", help="Else made from the address.")] = None,
    name: Annotated[str | None, typer.Option(help="Else as the feed calls itself.")] = None,
    selector: Annotated[
        str | None, typer.Option(metavar="CSS", help="Where the articles are on a page that lists them.")
    ] = None,
    body: Annotated[
        str | None, typer.Option(metavar="CSS", help="Where the text is on its articles' pages.")
    ] = None,
    noise: Annotated[
        str | None, typer.Option(metavar="KIND", help="What all of it is: deal, advertorial, funding …")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in a source, or the feed of a site; a dead one is refused."""
    from newsbot.cli import sources

    _do(lambda settings: sources.add(settings, address, source_id, name, selector, body, noise, as_json))


@sources_app.command("remove")
def sources_remove(source_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Forget a source; its articles stay."""
    from newsbot.cli import sources

    _do(lambda settings: sources.remove(settings, source_id))


@sources_app.command("check")
def sources_check(
    only: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Without: those that are on.")
    ] = None,
    off_too: Annotated[bool, typer.Option("--all", help="Also those that are off.")] = False,
    turn_on: Annotated[bool, typer.Option("--turn-on", help="Turn on what is off and answers well.")] = False,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Ask sources now; of their answers nothing is stored."""
    from newsbot.cli import sources

    _do(lambda settings: sources.check(settings, only or [], off_too, turn_on, strict, as_json))


@sources_app.command("import")
def sources_import(
    file: Annotated[Path, typer.Argument(help="OPML, as other readers write it.")],
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Take in the subscriptions of an OPML file, without asking them."""
    from newsbot.cli import sources

    _do(lambda settings: sources.bring_in(settings, file, strict, as_json))


@sources_app.command("export")
def sources_export(
    file: Annotated[
        Path | None, typer.Argument(help="A file that is not there yet; without: stdout.")
    ] = None,
) -> None:
    """Every source as OPML."""
    from newsbot.cli import sources

    _do(lambda settings: sources.bring_out(settings, file))


@app.command()
def migrate() -> None:
    """Make the database, or bring it up to date."""
    from newsbot.cli import database

    _do(database.migrate)


@app.command()
def backup(
    file: Annotated[
        str,
        typer.Argument(help="A new file; or a folder (`backups/`), where copies are kept for 30 days."),
    ],
) -> None:
    """Copy the database into a file, while a bot runs on it."""
    from newsbot.cli import database

    _do(lambda settings: database.backup(settings, file))


@app.command()
def copy(
    origin: Annotated[str, typer.Option("--from", metavar="URL", help="Of the database that is there.")],
    goal: Annotated[str, typer.Option("--to", metavar="URL", help="Of an empty one, or of none yet.")],
) -> None:
    """Move everything into another database, SQLite or PostgreSQL; started again it goes on."""
    from newsbot.cli import database

    _do(lambda settings: database.copy(settings, origin, goal))


@app.command()
def audit(
    mend: Annotated[bool, typer.Option("--mend", help="Mend what can be without losing anything.")] = False,
    as_json: Json = False,
) -> None:
    """Look for what must not be in the database."""
    from newsbot.cli import database

    _do(lambda settings: database.audit(settings, mend, as_json))


@app.command()
def tips(limit: Limit = 10, as_json: Json = False) -> None:
    """What came in as tips, and what was given back."""
    from newsbot.cli.tips import listed

    _do(lambda settings: listed(settings, limit, as_json))


@app.command()
def doctor(as_json: Json = False) -> None:
    """What is well and what is not, a line each."""
    from newsbot.cli.doctor import doctor as examine

    _do(lambda settings: examine(settings, as_json))
