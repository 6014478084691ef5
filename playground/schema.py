"""Checks the parameters of a call, and the shape of answers, against bot_api.json.

Every type is compiled once into a function value -> value: a call then costs a few dictionary look-ups.
Parameters come as text (forms) or as JSON values and are read from both, as the real server does.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import bad_request

Check = Callable[[Any], Any]
Params = dict[str, Any]
TRUE = {"true", "yes", "1"}
MISSING = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "chat_id is empty",
    "text": "message text is empty",
    "rich_message": "rich message must be non-empty",
    "message_id": "message identifier is not specified",
    "user_id": "invalid user_id specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "commands": 'parameter "commands" is required',
}


# How the real server calls them in its complaints.
SPOKEN = {
    "InlineKeyboardButton": "inline keyboard button",
    "LabeledPrice": "labeled price",
    "KeyboardButton": "keyboard button",
    "InlineQueryResultsButton": "inline query results button",
}
UNREADABLE = {"reply_markup": "reply keyboard markup", "button": "inline query results button"}


class Mismatch(ValueError):
    """A value that is not of the type the schema wants; the message says why."""


@dataclass(frozen=True)
class Upload:
    """A file that came with a multipart form."""

    name: str
    kind: str
    data: bytes


@functools.cache
def load() -> dict[str, Any]:
    """The reduced schema: methods and types, each with their fields."""
    text = Path(__file__).with_name("bot_api.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@functools.cache
def methods() -> dict[str, Callable[[Mapping[str, Any]], Params]]:
    """By method name in small letters: a function that reads and checks the parameters of one call."""
    return {name.lower(): _parameters(entry["fields"]) for name, entry in load()["methods"].items()}


def conforms(value: Any, type_name: str) -> None:
    """Raise Mismatch unless the value has the shape of this type ("Message", "Array of Update" …)."""
    _check(type_name)(value)


def _parameters(fields: dict[str, Any]) -> Callable[[Mapping[str, Any]], Params]:
    rules = [(name, _either(f["types"]), f["types"], f.get("required", False)) for name, f in fields.items()]

    def read(given: Mapping[str, Any]) -> Params:
        params: Params = {}
        for name, check, types, required in rules:
            value = given.get(name)
            if value is None or value == "":
                if required:
                    raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
                if value is None:
                    continue
            params[name] = _parameter(name, value, check, types)
        return params

    return read


def _parameter(name: str, value: Any, check: Check, types: list[str]) -> Any:
    """One parameter: forms carry numbers, booleans and objects as text."""
    try:
        return check(_from_text(value, types) if isinstance(value, str) else value)
    except ValueError as reason:
        raise bad_request(_complaint(name, types, reason)) from None


def _complaint(name: str, types: list[str], reason: ValueError) -> str:
    if isinstance(reason, json.JSONDecodeError):
        return f"can't parse {UNREADABLE.get(name, name.replace('_', ' '))} JSON object"
    if types[0] in ("Integer", "Float", "Boolean") and name in MISSING:
        return MISSING[name]
    if types == ["InlineKeyboardMarkup"] and '"inline_keyboard"' in str(reason):
        return "inline keyboard expected"  # only that can stand under a message that is edited
    return str(reason) if isinstance(reason, _Explained) else f"can't parse {name}: {reason}"


def _from_text(value: str, types: list[str]) -> Any:
    first = types[0]
    if first == "Integer":
        return _whole(value, keep="String" in types)
    if first == "Boolean":
        return value.lower() in TRUE
    if first in ("String", "InputFile"):
        return value
    return float(value) if first == "Float" else _json(value)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", "", 0) from None


def _whole(text: str, keep: bool) -> int | str:
    """An integer written as text; a chat may also be a @name, which is kept."""
    try:
        return int(text)
    except ValueError:
        if keep:
            return text
        raise Mismatch("integer expected") from None


@functools.cache
def _check(type_name: str) -> Check:
    if type_name.startswith("Array of "):
        return _array(type_name.removeprefix("Array of "))
    if type_name in _PLAIN:
        return _PLAIN[type_name]
    entry = load()["types"][type_name]
    if "subtypes" in entry:
        return _either(entry["subtypes"])
    return _object(type_name, entry["fields"])


def _array(of: str) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, list):
            raise Mismatch(f"Array of {of} expected")
        inner = _check(of)
        return [inner(item) for item in value]

    return check


def _object(type_name: str, fields: dict[str, Any]) -> Check:
    rules: list[tuple[str, Check, bool, Any]] = []

    def check(value: Any) -> Any:
        if not rules:  # compiled at the first use: types refer to one another in circles
            rules.extend(_rules(fields))
        if type_name == "KeyboardButton" and isinstance(value, str):
            value = {"text": value}
        try:
            return _read_fields(value, rules)
        except (_Explained, _OtherKind):
            raise
        except Mismatch as mismatch:
            raise _Explained(
                f"can't parse {_spoken(type_name)}: {str(mismatch) or type_name + ' must be an Object'}"
            ) from None

    return check


def _spoken(type_name: str) -> str:
    if type_name in SPOKEN:
        return SPOKEN[type_name]
    return "inline query result" if type_name.startswith("InlineQueryResult") else type_name


def _rules(fields: dict[str, Any]) -> list[tuple[str, Check, bool, Any]]:
    return [(n, _either(f["types"]), f.get("required", False), f.get("is")) for n, f in fields.items()]


def _read_fields(value: Any, rules: list[tuple[str, Check, bool, Any]]) -> dict[str, Any]:
    """The fields the schema knows, each checked; others are dropped, as the real server ignores them."""
    if not isinstance(value, dict):
        raise Mismatch
    found: dict[str, Any] = {}
    for name, check, required, constant in rules:
        given = value.get(name)
        if given is None:
            if required:
                raise Mismatch(f'Can\'t find field "{name}"')
            continue
        if constant is not None and given != constant:
            raise _OtherKind(f'Field "{name}" must be "{constant}"')
        found[name] = _named(name, check, given)
    return found


def _named(name: str, check: Check, given: Any) -> Any:
    try:
        return check(given)
    except _WrongType as wrong:
        raise Mismatch(f'Field "{name}" must be of type {wrong}') from None


def _either(types: list[str]) -> Check:
    if len(types) == 1:
        return _check(types[0])

    def check(value: Any) -> Any:
        first: Mismatch | None = None
        for name in types:
            try:
                return _check(name)(value)
            except Mismatch as mismatch:  # of the kinds it may be, the one it says it is knows best
                first = mismatch if first is None or isinstance(first, _OtherKind) else first
        raise first or Mismatch("no type fits")

    return check


class _WrongType(Mismatch):
    """The value is not of a plain type; the message is that type's name."""


class _OtherKind(Mismatch):
    """The value says that it is of another kind ("type": "photo" where an article is read)."""


class _Explained(Mismatch):
    """The message already names the type that could not be read."""


def _string(value: Any) -> str:
    if isinstance(value, str):
        return _readable(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)  # the real server takes a number for a string
    raise _WrongType("String")


def _readable(text: str) -> str:
    """The text, unless it has half a character: raises ApiError."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return text


def _integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lstrip("-").isascii() and value.lstrip("-").isdecimal():
        return int(value)
    raise _WrongType("Number")


def _float(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise _WrongType("Number")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _WrongType("Boolean")


def _file(value: Any) -> Upload | str:
    if isinstance(value, (Upload, str)):
        return value
    raise _WrongType("InputFile")


_PLAIN: dict[str, Check] = {
    "String": _string,
    "Integer": _integer,
    "Float": _float,
    "Boolean": _boolean,
    "InputFile": _file,
}
