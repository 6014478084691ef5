"""An operator's own words: a TOML file in the form of ours, every entry of it checked.

ignored = ["某某"]                       never a tag

[words]
company = ["某某科技"]                    also product, person, term
[aliases]
"某某科技" = ["某某", "Moumou"]            canonical name = its other writings
[noise]
deal = ["内购价"]                         regular expressions, looked for in titles; also the other kinds
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from newsbot.errors import SettingsError
from newsbot.models.articles import NOISES
from newsbot.models.words import KINDS, Vocabulary

_RUNS_AWAY = re.compile(r"[+*}]\)[+*{]|[+*][+*]")
SETTING = "NEWSBOT_WORDS"
LONGEST = 60  # characters of a word
LONGEST_PATTERN = 200
_TABLES = {"words": KINDS, "noise": NOISES}


def parse(text: str, file: str) -> Vocabulary:
    """The words of a file.

    :param file: its path, for the errors
    :raises SettingsError: it is no such file, or an entry is wrong
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(SETTING, f"{file}: {error}") from None
    for name in found:
        if name not in (*_TABLES, "aliases", "ignored"):
            raise _wrong(file, f"{name!r} is not known; known are words, aliases, noise and ignored")
    words, noise = _table(found, "words", file), _table(found, "noise", file)
    return Vocabulary(
        words={word: kind for kind in words for word in _listed(words[kind], f"words.{kind}", file)},
        aliases=_aliases(_dict(found, "aliases", file), file),
        ignored=frozenset(_listed(found.get("ignored", []), "ignored", file)),
        noise={kind: _patterns(noise[kind], f"noise.{kind}", file) for kind in noise},
    )


def _table(found: dict[str, Any], name: str, file: str) -> dict[str, Any]:
    table = _dict(found, name, file)
    for key in table:
        if key not in _TABLES[name]:
            raise _wrong(file, f"{name}.{key} is not known; known are {' '.join(_TABLES[name])}")
    return table


def _dict(found: dict[str, Any], name: str, file: str) -> dict[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise _wrong(file, f"{name} has to be a table, [{name}]")
    return table


def _listed(value: object, name: str, file: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise _wrong(file, f"{name} has to be a list of words")
    for word in value:
        if not 1 < len(word) <= LONGEST or not word.isprintable() or word != word.strip():
            raise _wrong(file, f"{name}: {word!r:.80} is no word of 2 to {LONGEST} characters")
    return tuple(value)


def _aliases(table: dict[str, Any], file: str) -> dict[str, tuple[str, ...]]:
    _listed(list(table), "aliases", file)
    return {name: _listed(others, f"aliases.{name}", file) for name, others in table.items()}


def _patterns(value: object, name: str, file: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(file, f"{name} has to be a list of regular expressions")
    for one in value:
        try:
            if not one or len(one) > LONGEST_PATTERN or re.compile(one).match(""):
                raise _wrong(file, f"{name}: {one!r:.80} matches everything, or is too long")
            if _RUNS_AWAY.search(one):
                raise _wrong(file, f"{name}: {one!r:.80} repeats a repetition, which may take for ever")
        except re.error as error:
            raise _wrong(file, f"{name}: {one!r:.80} is no regular expression ({error})") from None
    return tuple(value)


def _wrong(file: str, what: str) -> SettingsError:
    return SettingsError(SETTING, f"{file}: {what}")
