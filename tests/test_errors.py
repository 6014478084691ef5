"""What can go wrong, as one tree."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from newsbot import errors
from newsbot.errors import (
    AlreadyRunning,
    CatalogError,
    Deaf,
    FetchFailed,
    ForbiddenAddress,
    ModelError,
    NewerDatabase,
    NewsbotError,
    NoAnswer,
    NotReadable,
    NotUnderstood,
    SandboxError,
    SecondPoller,
    SettingsError,
    ShutOut,
    SourceError,
    StoreError,
    TookTooLong,
    TookTooMuch,
)
from newsbot.messages.wording import LANGUAGES, catalogue

#: each error, what it must keep, and the sentence for the log
EXAMPLES: list[tuple[NewsbotError, dict[str, object], str]] = [
    (NewsbotError("x"), {}, "x"),
    (SettingsError("NEWSBOT_LOG", "must be text"), {"setting": "NEWSBOT_LOG"}, "NEWSBOT_LOG: must be text"),
    (CatalogError("a.toml", 3, "no id"), {"file": "a.toml", "line": 3}, "a.toml, line 3: no id"),
    (SourceError("a.xml", "broken"), {"address": "a.xml", "problem": "broken"}, "a.xml: broken"),
    (ForbiddenAddress("10.0.0.1", "private"), {"address": "10.0.0.1"}, "10.0.0.1: private"),
    (
        FetchFailed("https://a.example", "busy", 503, 2.5),
        {"address": "https://a.example", "problem": "busy", "status": 503, "retry_after": 2.5},
        "https://a.example: busy",
    ),
    (
        FetchFailed("https://a.example", "gone"),
        {"status": None, "retry_after": None},
        "https://a.example: gone",
    ),
    (NotReadable("a.xml", "a picture"), {"address": "a.xml", "problem": "a picture"}, "a.xml: a picture"),
    (SandboxError("no child"), {}, "no child"),
    (TookTooLong(2.5), {}, "not read within 2.5 s"),
    (TookTooMuch(), {}, "reading it took too much memory"),
    (StoreError("disk I/O error"), {}, "disk I/O error"),
    (
        NewerDatabase("0042"),
        {},
        "the database is at revision 0042, which this newsbot does not know: update newsbot",
    ),
    (AlreadyRunning(), {}, "another newsbot runs on this database: stop it first"),
    (ModelError("status 401", 401), {"status": 401}, "the model: status 401"),
    (NoAnswer("502", 30.0), {"seconds": 30.0}, "502"),
    (
        SecondPoller(),
        {"seconds": None},
        "another program runs with this token: stop it, or give this one a token of its own",
    ),
    (Deaf(125.4), {"silent": 125.4}, "no answer of Telegram's for 125 s"),
    (ShutOut(7), {"person_id": 7}, "this person was shut out"),
    (
        NotUnderstood("follow.too_many", most=100),
        {"key": "follow.too_many", "values": {"most": 100}},
        "follow.too_many",
    ),
]
KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, Exception) and kind.__module__ == errors.__name__
]


@pytest.mark.parametrize(
    ("error", "identity", "sentence"), EXAMPLES, ids=[type(error).__name__ for error, _, _ in EXAMPLES]
)
def test_an_error_travels_between_processes(
    error: NewsbotError, identity: dict[str, object], sentence: str
) -> None:
    """Pickled or copied it is the same kind, with its identity, its wording key and its sentence."""
    for travelled in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301  our own
        assert type(error) is type(travelled)
        assert (error.key, sentence) == (travelled.key, str(travelled))
        assert identity == {name: getattr(travelled, name) for name in identity}


def test_every_kind_has_an_example_here() -> None:
    """A new error is tested with the others."""
    assert set(KINDS) == {type(error) for error, _, _ in EXAMPLES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_can_be_said_to_a_person(language: str) -> None:
    """Its key is in the catalogue, with no placeholder that nobody would fill."""
    sentences = {kind.__name__: catalogue(language)[kind.key] for kind in KINDS}

    assert {} == {name: words for name, words in sentences.items() if "{" in words}


def test_the_docstring_draws_the_tree() -> None:
    """Every class once, below the class that it is a kind of, in the order of the file."""
    drawn: list[tuple[str, str]] = []
    path: list[str] = []
    for indent, name in re.findall(r"^( *)([A-Z]\w+)(?: {2,}\w.*)?$", errors.__doc__ or "", re.MULTILINE):
        path[len(indent) // 4 :] = [name]
        drawn.append((name, path[-2] if len(path) > 1 else "Exception"))

    in_order = sorted(KINDS, key=lambda kind: inspect.getsourcelines(kind)[1])
    assert [(kind.__name__, kind.__base__.__name__) for kind in in_order if kind.__base__] == drawn


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_is(kind: type[NewsbotError]) -> None:
    """A docstring of its own, and under its parent nothing else is caught."""
    assert kind.__doc__
    assert kind.__doc__ not in [parent.__doc__ for parent in kind.__mro__[1:]]
