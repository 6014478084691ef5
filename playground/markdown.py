"""Telegram's two Markdowns, with the wording of the real parser: text with entities in UTF-16 units.

core.telegram.org/bots/api, "MarkdownV2 style" and "Markdown style".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.errors import ApiError, bad_request
from playground.links import checked_link
from playground.reading import Entity, Reading

RESERVED = "_*[]()~`>#+-=|{}.!"
#: how the parser calls an entity -> its type in the Bot API
TYPES = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "CustomEmoji": "custom_emoji",
    "BlockQuote": "blockquote",
}
#: what opens and closes an entity; the longer ones are looked for first
MARKS = {
    "```": "Pre",
    "__": "Underline",
    "||": "Spoiler",
    "![": "CustomEmoji",
    "_": "Italic",
    "*": "Bold",
    "~": "Strikethrough",
    "`": "Code",
    "[": "TextUrl",
}
ENDS = {name: mark for mark, name in MARKS.items()} | {"PreCode": "```", "TextUrl": "]", "CustomEmoji": "]"}
IN_CODE = ("Code", "Pre", "PreCode")
EMOJI = "tg://emoji?id="


@dataclass
class _Open:
    name: str
    at: int
    start: int
    language: str = ""


@dataclass
class _Reader(Reading):
    """Markdown that is being read."""

    opened: list[_Open] = field(default_factory=list)

    def wrong(self, reason: str, at: int | None = None) -> ApiError:
        place = "" if at is None else f" {self.bytes_before(at)}"
        return bad_request(f"can't parse entities: {reason}{place}")

    def add(self, name: str, start: int, **more: str) -> None:
        """An entity over what was read since `start`; over nothing there is none."""
        if self.units > start:
            self.entities.append({"type": TYPES[name], "offset": start, "length": self.units - start} | more)


def parse_markdown_v2(source: str) -> tuple[str, list[Entity]]:
    """Raises ApiError as the real parser does."""
    reader = _Reader(source)
    while reader.at < len(source):
        _step(reader)
    if reader.opened and reader.opened[-1].name == "BlockQuote":
        _end_quote(reader)
    if reader.opened:
        last = reader.opened[-1]
        raise reader.wrong(f"Can't find end of {last.name} entity at byte offset", last.at)
    return "".join(reader.parts), reader.entities


def _step(reader: _Reader) -> None:
    """The next character, mark or end."""
    source, character = reader.source, reader.source[reader.at]
    following = source[reader.at + 1 : reader.at + 2]
    if character == "\\" and following and 0 < ord(following) <= 126:
        reader.say(following)
        reader.at += 2
        return
    top = reader.opened[-1].name if reader.opened else ""
    if top == "BlockQuote" and _ends_quote(reader):
        return
    if top and top != "BlockQuote" and _is_end(reader, top):
        _end(reader)
    elif top in IN_CODE or character not in RESERVED:
        reader.say(character)
        reader.at += 1
    else:
        _begin(reader, character)


def _is_end(reader: _Reader, name: str) -> bool:
    if name == "Italic" and reader.begins("__"):
        return False
    return reader.begins(ENDS[name])


def _begin(reader: _Reader, character: str) -> None:
    if character == ">" and _at_line_start(reader):
        reader.opened.append(_Open("BlockQuote", reader.at, reader.units))
        reader.at += 1
        return
    mark = next((one for one in MARKS if reader.begins(one)), None)
    if mark is None:
        raise reader.wrong(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
    opened = _Open(MARKS[mark], reader.at, reader.units)
    reader.at += len(mark)
    if mark == "```":
        _language(reader, opened)
    reader.opened.append(opened)


def _language(reader: _Reader, opened: _Open) -> None:
    """What stands behind ``` up to a space names a language; one line break after it is not shown."""
    end = reader.at
    while end < len(reader.source) and not reader.source[end].isspace() and reader.source[end] != "`":
        end += 1
    if reader.at < end < len(reader.source) and reader.source[end] != "`":
        opened.name, opened.language = "PreCode", reader.source[reader.at : end]
        reader.at = end
    for line_break in ("\r\n", "\n\r", "\n", "\r"):
        if reader.begins(line_break):
            reader.at += len(line_break)
            return


def _end(reader: _Reader) -> None:
    opened = reader.opened.pop()
    reader.at += len(ENDS[opened.name])
    if opened.name == "TextUrl":
        url = checked_link(_address(reader) or reader.since(opened.start))
        if url:
            reader.add("TextUrl", opened.start, url=url)
    elif opened.name == "CustomEmoji":
        address = _address(reader) or ""
        if not address.startswith(EMOJI):
            raise reader.wrong("Custom emoji entity must contain a tg://emoji URL")
        reader.add("CustomEmoji", opened.start, custom_emoji_id=address.removeprefix(EMOJI))
    else:
        more = {"language": opened.language} if opened.language else {}
        reader.add(opened.name, opened.start, **more)


def _address(reader: _Reader) -> str | None:
    """What stands in (…), None where nothing does."""
    if not reader.begins("("):
        return None
    begin = reader.at = reader.at + 1
    parts = []
    while reader.at < len(reader.source) and not reader.begins(")"):
        if reader.begins("\\") and reader.at + 1 < len(reader.source):
            reader.at += 1
        parts.append(reader.source[reader.at])
        reader.at += 1
    if not reader.begins(")"):
        raise reader.wrong("Can't find end of a URL at byte offset", begin)
    reader.at += 1
    return "".join(parts)


def _at_line_start(reader: _Reader) -> bool:
    before = reader.source[: reader.at].removesuffix("**")  # an empty bold may part two quotations
    return not reader.opened and (not before or before.endswith("\n"))


def _ends_quote(reader: _Reader) -> bool:
    """Whether the quotation ends here, or goes on with the next line."""
    expands = reader.begins("||") and reader.source[reader.at + 2 : reader.at + 3] in ("", "\n")
    if expands and not reader.source.startswith("\n>", reader.at + 2):
        _end_quote(reader, "expandable_blockquote")
        reader.at += 2
        return True
    if reader.begins("\n>"):
        reader.say("\n")
        reader.at += 2
        return True
    if reader.begins("\n"):
        _end_quote(reader)
    return False


def _end_quote(reader: _Reader, kind: str = "blockquote") -> None:
    reader.add("BlockQuote", reader.opened.pop().start, type=kind)


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """The older Markdown, in which nothing stands inside something else. Raises ApiError."""
    reader = _Reader(source)
    while reader.at < len(source):
        character = source[reader.at]
        if character == "\\" and source[reader.at + 1 : reader.at + 2] in set("_*`["):
            reader.say(source[reader.at + 1])
            reader.at += 2
        elif character in "_*`[":
            _old_entity(reader)
        else:
            reader.say(character)
            reader.at += 1
    return "".join(reader.parts), reader.entities


def _old_entity(reader: _Reader) -> None:
    begin = reader.at
    mark = "```" if reader.begins("```") else reader.source[begin]
    opened = _Open(MARKS[mark], begin, reader.units)
    reader.at += len(mark)
    if mark == "```":
        _language(reader, opened)
    end = reader.source.find(ENDS[opened.name], reader.at)
    if end < 0:
        raise reader.wrong("Can't find end of the entity starting at byte offset", begin)
    reader.say(reader.source[reader.at : end])
    reader.at = end + len(ENDS[opened.name])
    if opened.name == "TextUrl":
        url = checked_link(_address(reader) or "")
        if url:
            reader.add("TextUrl", opened.start, url=url)
    else:
        reader.add(opened.name, opened.start, **({"language": opened.language} if opened.language else {}))
