"""Text as Telegram understands it: its HTML and Markdown, entities in UTF-16 units, its complaints.

parse_html      "<b>x</b>" -> text and entities
formatted       the same for a whole message: parsed, trimmed, links and #tags found, 100 entities kept
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.errors import bad_request
from playground.links import checked_link, detect
from playground.markdown import parse_markdown, parse_markdown_v2
from playground.reading import Entity, Reading, utf16

MOST_ENTITIES = 100
MOST_UNITS = 1_000_000
MOST_RAW_BYTES = 32 * 1024
TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPECIAL = re.compile("[<&]")
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot)(?![a-zA-Z]));?")
NAME_END = re.compile(r"[\s>]")
ATTRIBUTE_END = re.compile(r"[\s=]")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
BLANK = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
GONE = re.compile("[\r\u030a\u0333\u033f\u2028-\u202e]")
NOTHING = re.compile("[\\s\u180e\u200b-\u200f\u202e\u2800\ufeff\ufffc\U000e0000-\U000e007f]*")
CLOSED = ("code", "pre")


@dataclass(frozen=True)
class Formatted:
    """The text people see and its entities, in order; offsets and lengths in UTF-16 units."""

    text: str
    entities: list[Entity]


@dataclass
class _Open:
    tag: str
    at: int
    start: int
    attributes: dict[str, str]


@dataclass
class _Parser(Reading):
    """HTML that is being read."""

    opened: list[_Open] = field(default_factory=list)

    def wrong(self, reason: str, at: int) -> Exception:
        """A complaint with the byte offset of a position in the source."""
        return bad_request(f"can't parse entities: {reason.format(at=self.bytes_before(at))}")


def is_empty(text: str) -> bool:
    """Whether people would see nothing of it: blanks and characters of no width only."""
    return NOTHING.fullmatch(text) is not None


def formatted(raw: str, parse_mode: str | None, given: list[Entity] | None = None) -> Formatted:
    """The text of a message as it will be shown. Raises ApiError for what the real server refuses."""
    if len(raw.encode("utf-8", "replace")) > MOST_RAW_BYTES:
        raise bad_request("text is too long")
    return _tidy(_parsed(raw, parse_mode, given))


def _parsed(raw: str, parse_mode: str | None, given: list[Entity] | None) -> Formatted:
    mode = (parse_mode or "").lower()
    if not mode:
        return Formatted(raw, [_placed(one) for one in given or []])
    if mode not in PARSERS:
        raise bad_request("unsupported parse_mode")
    return PARSERS[mode](raw)


def _placed(entity: Entity) -> Entity:
    """A copy of an entity that the bot itself has measured."""
    for name in ("offset", "length"):
        if not 0 <= entity[name] <= MOST_UNITS:
            raise bad_request(f"receive an entity with incorrect {name} {entity[name]}")
    return dict(entity)


def parse_html(source: str) -> Formatted:
    """Text and entities of Telegram's HTML; raises ApiError with the wording of the real parser."""
    parser = _Parser(source)
    while parser.at < len(source):
        special = SPECIAL.search(source, parser.at)
        end = special.start() if special else len(source)
        if end > parser.at:
            parser.say(source[parser.at : end])
            parser.at = end
        if special:
            _special(parser)
    if parser.opened:
        last = parser.opened[-1]
        reason = f'Can\'t find end tag corresponding to start tag "{last.tag}"'
        raise parser.wrong(reason, last.at)
    return Formatted("".join(parser.parts), parser.entities)


def _special(parser: _Parser) -> None:
    if parser.source[parser.at] == "&":
        _reference(parser)
    elif parser.begins("</"):
        _end_tag(parser)
    else:
        _start_tag(parser)


def _reference(parser: _Parser) -> None:
    character, parser.at = _decoded(parser.source, parser.at)
    parser.say(character)


def _decoded(source: str, at: int) -> tuple[str, int]:
    """The character that `&…` at this place stands for, and where it ends; an unknown one is itself."""
    found = REFERENCE.match(source, at)
    if not found:
        return "&", at + 1
    hexadecimal, decimal, name = found.groups()
    if name:
        return NAMED[name], found.end()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal[:9])
    if not 0 < code < 0x10FFFF:
        return "&", at + 1
    if 0xD800 <= code <= 0xDFFF:
        raise bad_request(
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code), found.end()


def _start_tag(parser: _Parser) -> None:
    begin, source = parser.at, parser.source
    end = NAME_END.search(source, begin + 1)
    if not end:
        raise parser.wrong("Unclosed start tag at byte offset {at}", begin)
    tag = source[begin + 1 : end.start()].lower()
    if tag not in TAGS:
        shown = tag.replace("{", "{{").replace("}", "}}")
        raise parser.wrong(f'Unsupported start tag "{shown}" at byte offset {{at}}', begin)
    parser.at = end.start()
    attributes: dict[str, str] = {}
    while not _skip_space(parser).begins(">"):
        name, value = _attribute(parser, tag, begin)
        attributes[name] = value
    parser.at += 1
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise parser.wrong('Tag "span" must have class "tg-spoiler" at byte offset {at}', begin)
    parser.opened.append(_Open(tag, begin, parser.units, attributes))


def _skip_space(parser: _Parser) -> _Parser:
    while parser.at < len(parser.source) and parser.source[parser.at].isspace():
        parser.at += 1
    return parser


def _attribute(parser: _Parser, tag: str, begin: int) -> tuple[str, str]:
    """One name="value"; `expandable` stands alone."""
    source = parser.source
    end = ATTRIBUTE_END.search(source, parser.at)
    bare = re.compile(r"expandable(?=[\s>])").match(source, parser.at) if tag == "blockquote" else None
    if bare:
        parser.at = bare.end()
        return "expandable", ""
    name = source[parser.at : end.start() if end else len(source)].lower()
    if not name:
        raise parser.wrong(f'Empty attribute name in the tag "{tag}" at byte offset {{at}}', begin)
    parser.at += len(name)
    if not _skip_space(parser).begins("="):
        reason = f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
        raise parser.wrong(reason + " at byte offset {at}", begin)
    parser.at += 1
    if _skip_space(parser).at >= len(source):
        raise parser.wrong(f'Unclosed start tag "{tag}" at byte offset {{at}}', begin)
    return name, _value(parser, begin)


def _value(parser: _Parser, begin: int) -> str:
    source, start = parser.source, parser.at
    quote = source[start]
    if quote not in "'\"":
        token = TOKEN.match(source, start)
        parser.at = token.end() if token else start
        if not source[parser.at : parser.at + 1].isspace() and not parser.begins(">"):
            raise parser.wrong("Unexpected end of name token at byte offset {at}", start)
        return source[start : parser.at].lower()
    end = source.find(quote, start + 1)
    if end < 0:
        raise parser.wrong("Unclosed start tag at byte offset {at}", begin)
    parser.at = end + 1
    return unescaped(source[start + 1 : end])


def unescaped(text: str) -> str:
    parts, at = [], 0
    while (amp := text.find("&", at)) >= 0:
        character, after = _decoded(text, amp)
        parts += [text[at:amp], character]
        at = after
    return "".join([*parts, text[at:]])


def _end_tag(parser: _Parser) -> None:
    begin, source = parser.at, parser.source
    if not parser.opened:
        raise parser.wrong("Unexpected end tag at byte offset {at}", begin)
    end = NAME_END.search(source, begin + 2)
    name = source[begin + 2 : end.start() if end else len(source)].lower()
    parser.at = end.start() if end else len(source)
    if not _skip_space(parser).begins(">"):
        raise parser.wrong("Unclosed end tag at byte offset {at}", begin)
    parser.at += 1
    opened = parser.opened.pop()
    if name and name != opened.tag:
        shown = name.replace("{", "{{").replace("}", "}}")
        reason = f'Unmatched end tag at byte offset {{at}}, expected "</{opened.tag}>", found "</{shown}>"'
        raise parser.wrong(reason, begin)
    _close(parser, opened)


def _close(parser: _Parser, opened: _Open) -> None:
    """Turn a finished tag into an entity; a link with a bad address is plain text."""
    length = parser.units - opened.start
    if length == 0:
        return
    entity: Entity = {"type": TAGS[opened.tag], "offset": opened.start, "length": length}
    if opened.tag == "a":
        url = checked_link(opened.attributes.get("href") or parser.since(opened.start))
        if not url:
            return
        entity["url"] = url
    elif opened.tag == "tg-emoji":
        entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
    elif opened.tag == "blockquote" and "expandable" in opened.attributes:
        entity["type"] = "expandable_blockquote"
    elif opened.tag == "code" and opened.attributes.get("class", "").startswith("language-"):
        entity["language"] = opened.attributes["class"].removeprefix("language-")
    parser.entities.append(entity)


def _tidy(parsed: Formatted) -> Formatted:
    """Control characters go, both ends are trimmed, links and tags are found, the rest is cut."""
    parsed = _without_gone(Formatted(BLANK.sub(" ", parsed.text), parsed.entities))
    text = parsed.text
    left = utf16(text) - utf16(text.lstrip(" \n"))
    text = text.strip(" \n")
    kept = _cut_to(parsed.entities, left, utf16(text))
    entities = _sorted(_in_code_merged(kept))
    return Formatted(text, _sorted(entities + detect(text, entities))[:MOST_ENTITIES])


def _without_gone(parsed: Formatted) -> Formatted:
    """Without what the real server removes (text direction, lines through letters); entities move along."""
    text, places, units, at = parsed.text, [], 0, 0
    for match in GONE.finditer(text):
        units += utf16(text[at : match.start()])
        at = match.start()
        places.append(units)
    if not places:
        return parsed
    moved = []
    for entity in parsed.entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        start, end = (place - bisect_left(places, place) for place in (start, end))
        moved.append({**entity, "offset": start, "length": end - start})
    return Formatted(GONE.sub("", text), moved)


def _cut_to(entities: list[Entity], left: int, units: int) -> list[Entity]:
    """Entities moved by what was trimmed on the left, cut at both ends, without empty ones."""
    moved = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, units)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return moved


def _in_code_merged(entities: list[Entity]) -> list[Entity]:
    """Nothing stands inside code or pre; `<pre><code class=…>` is one block with its language."""
    closed = [one for one in entities if one["type"] in CLOSED]
    if not closed:
        return entities
    for inner in closed:
        for outer in closed:
            if outer["type"] == "pre" and inner["type"] == "code" and _within(inner, outer):
                outer.update({"language": inner["language"]} if "language" in inner else {})
    for one in closed:
        if one["type"] == "code":
            one.pop("language", None)
    return [one for one in entities if not any(_within(one, box) and _yields(one, box) for box in closed)]


def _yields(one: Entity, box: Entity) -> bool:
    """An entity in a box is dropped; of `<code><pre>` and `<pre><code>` over one range the pre stays."""
    return one is not box and not (one["type"] == "pre" and box["type"] == "code")


def _within(inner: Entity, outer: Entity) -> bool:
    start, end = inner["offset"], inner["offset"] + inner["length"]
    return bool(outer["offset"] <= start and end <= outer["offset"] + outer["length"])


def _sorted(entities: list[Entity]) -> list[Entity]:
    """By place, outer ones first; of two over the same text a quotation is the outer one."""
    return sorted(
        entities, key=lambda one: (one["offset"], -one["length"], not one["type"].endswith("blockquote"))
    )


PARSERS: dict[str, Callable[[str], Formatted]] = {
    "html": parse_html,
    "markdownv2": lambda source: Formatted(*parse_markdown_v2(source)),
    "markdown": lambda source: Formatted(*parse_markdown(source)),
}
