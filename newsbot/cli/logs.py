"""One log line per unit of work, on stderr; neither a token nor a person in it.

Libraries may only warn, whatever NEWSBOT_LOG_LEVEL says: httpx logs every address with the token in it,
others what people typed, and a job's name is all that it carries. What they do say has no numbers of people.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from newsbot.settings import PREFIX, Settings, secrets

SHORTEST = 6  # what is shorter stands in too many words to be taken out of them
QUIET = {
    "apscheduler": logging.ERROR,  # it warns whenever a round takes longer than the next is away
    "procrastinate": logging.CRITICAL,  # its errors show all that a job carries; `worker.py` says the same
    "psycopg.pool": logging.ERROR,  # it warns of every attempt to reach a server that is away
}
NUMBER = re.compile(r"(?<![\w.:/-])-?\d{5,}(?![\w.:-])")  # of a person or a chat, in what a library says


def configure(settings: Settings, level: int = logging.INFO) -> None:
    """Text for a terminal, JSON for machines, as NEWSBOT_LOG says."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _nobody,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            pad_event_to=24,
            exception_formatter=structlog.dev.plain_traceback,  # the pretty one shows local values
        )
    )
    redact: Any = _Redact(settings)
    without_numbers: Any = _without_numbers
    structlog.configure(
        processors=[*shared, renderer, redact],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[_without_meta, renderer, redact, without_numbers], foreign_pre_chain=shared
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)


def _without_meta(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def _nobody(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What went wrong may name whom it went wrong for."""
    if isinstance(words := event.get("exception"), str):
        event["exception"] = NUMBER.sub("<number>", words)
    return event


def _without_numbers(_logger: Any, _name: str, line: str) -> str:
    return NUMBER.sub("<number>", line)


class _Redact:
    """Takes secrets out of a finished line, wherever in it they stand."""

    def __init__(self, settings: Settings) -> None:
        written = {form for secret in _secrets(settings) for form in (secret, json.dumps(secret)[1:-1])}
        self._secrets = sorted((secret for secret in written if len(secret) >= SHORTEST), key=len)[::-1]

    def __call__(self, _logger: Any, _name: str, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, "<secret>")
        return line


def _secrets(settings: Settings) -> Iterator[str]:
    """The secrets, and what of them a library may show alone: the token's key, the password of an address."""
    for name in secrets():
        value = getattr(settings, name.removeprefix(PREFIX).lower())
        if value is None:
            continue
        secret = value.get_secret_value()
        yield secret
        with suppress(ValueError):  # an address that is none
            password = urlsplit(secret).password or ""
            yield from (password, unquote(password))
    if settings.token is not None:
        yield settings.token.get_secret_value().partition(":")[2]
