"""Log lines."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable

import pytest
import structlog

from newsbot import settings
from newsbot.cli import logs

TOKEN = "123456:AAF-abcdefghijklmnop_QRSTUVWXYZ0123"
DATABASE = 'postgresql+psycopg://news:pa"s%2Fsword@db.example/news'
PASSWORD = 'pa"s/sword'
FORMS = ("text", "json")

Lines = Callable[[], list[str]]

pytestmark = pytest.mark.usefixtures("logs_as_before")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was logged since it was last asked; nothing stands on stdout."""

    def read() -> list[str]:
        captured = capsys.readouterr()
        assert "" == captured.out
        return captured.err.splitlines()

    return read


def configure(form: str, level: int = logging.INFO) -> None:
    logs.configure(settings.read({}, token=TOKEN, database_url=DATABASE, log=form), level)


def fails(words: str) -> None:
    raise ValueError(words)


def test_a_line_of_text_can_be_read(lines: Lines) -> None:
    """Time, level, what happened, and its figures; no colours where nobody looks."""
    configure("text")
    structlog.get_logger().warning("source failed", source="IT之家", ms=12)
    (line,) = lines()

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z \[warning *\] source failed +ms=12 source=IT之家", line)


def test_a_line_of_json_can_be_parsed(lines: Lines) -> None:
    """One object a line, Chinese as it is, also where a value is no JSON."""
    configure("json")
    structlog.get_logger().info("refreshed", source="IT之家", hosts=frozenset(("a",)))
    (line,) = lines()
    found = json.loads(line)

    assert ("refreshed", "info", "IT之家") == (found["event"], found["level"], found["source"])
    assert {"event", "level", "timestamp", "source", "hosts"} == set(found)
    assert "IT之家" in line


@pytest.mark.parametrize("form", FORMS)
def test_an_exception_is_logged_with_its_traceback(form: str, lines: Lines) -> None:
    """As plain text: the values of local variables are nobody's business."""
    configure(form)
    typed = "what somebody" + " typed"
    try:
        fails("a bug")
    except ValueError:
        structlog.get_logger().exception("flow failed", flow="tick")
    text = "\n".join(lines())

    assert "ValueError: a bug" in text
    assert "Traceback" in text
    assert typed not in text
    assert form == "text" or "flow failed" == json.loads(text)["event"]


@pytest.mark.parametrize("form", FORMS)
def test_secrets_appear_in_no_line(form: str, lines: Lines) -> None:
    """Neither as words, in values of any kind, in tracebacks, nor in what a library says."""
    configure(form, logging.DEBUG)
    log, library = structlog.get_logger(), logging.getLogger("some.package")
    address = f"https://api.telegram.org/bot{TOKEN}/getMe"
    for secret in (TOKEN, address, address.replace(":", "%3A"), DATABASE, PASSWORD):
        log.info(secret)
        log.info("asked", url=secret, more={"url": [secret]}, why=ValueError(secret), raw=secret.encode())
        library.warning("HTTP Request: %s", secret)
        library.warning("HTTP Request: %s", {"url": secret})
        for say in (log.exception, library.exception):
            try:
                fails(secret)
            except ValueError:
                say("failed")
    text = "\n".join(lines())

    assert "<secret>" in text
    assert [] == [
        secret
        for secret in (TOKEN, TOKEN.partition(":")[2], DATABASE, PASSWORD, "sword")
        if secret in text.replace("%2Fsword", "sword")
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_line_of_json_stays_json_without_its_secrets(form: str, lines: Lines) -> None:
    """And a line of text a line."""
    configure(form)
    structlog.get_logger().info("asked", url=f"https://api.telegram.org/bot{TOKEN}/getMe", where=DATABASE)
    (line,) = lines()

    if form == "json":
        found = json.loads(line)
        assert ("https://api.telegram.org/bot<secret>/getMe", "<secret>") == (found["url"], found["where"])
    assert 2 == line.count("<secret>")


@pytest.mark.parametrize("form", FORMS)
def test_libraries_may_only_warn(form: str, lines: Lines) -> None:
    """Whatever level our own lines have; the clock's library only where something is broken."""
    configure(form, logging.DEBUG)
    for name in ("httpx", "telegram.ext", "sqlalchemy.engine", "apscheduler.scheduler", "asyncio"):
        logging.getLogger(name).debug("quiet")
        logging.getLogger(name).info("quiet")
        logging.getLogger(name).warning("%s warns", name)
    logging.getLogger("apscheduler.scheduler").error("broken")

    assert ["httpx", "telegram.ext", "sqlalchemy.engine", "asyncio", "broken"] == [
        name
        for line in lines()
        for name in (
            "httpx",
            "telegram.ext",
            "sqlalchemy.engine",
            "apscheduler",
            "asyncio",
            "broken",
            "quiet",
        )
        if name in line
    ]


@pytest.mark.parametrize(("level", "expected"), [(logging.DEBUG, 3), (logging.INFO, 2), (logging.WARNING, 1)])
def test_our_own_lines_have_the_level_that_was_asked_for(level: int, expected: int, lines: Lines) -> None:
    """A command says less than a running bot."""
    configure("text", level)
    log = structlog.get_logger()
    log.debug("a")
    log.info("b")
    log.warning("c")

    assert expected == len(lines())


def test_configuring_again_says_nothing_twice(lines: Lines) -> None:
    """A library's line comes once."""
    configure("text")
    configure("json")
    logging.getLogger("httpx").warning("once")

    assert 1 == len(lines())
