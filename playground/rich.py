"""Rich messages: the HTML of InputRichMessage, read into the blocks of a RichMessage.

    rich_html.parse_rich_html    HTML -> a tree of tags
    rich_of                      an InputRichMessage -> what a message keeps of it

The limits are those of core.telegram.org/bots/api#rich-message-limits; what is in capitals comes from
Telegram's own servers. They take more tags (pictures, formulas, checkboxes …) and Markdown; here both are
refused. List items count as blocks, as the documentation has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from playground.errors import bad_request
from playground.links import checked_link, detect
from playground.rich_html import Node, Tree, parse_rich_html, unparsed
from playground.schema import Params

Block = dict[str, Any]
RichText = Any  # a string, a list of RichText, or an object with a type

MOST_CHARACTERS = 32_768
MOST_BLOCKS = 500
MOST_COLUMNS = 20
STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
}
INLINE = {*STYLES, "a", "br"}
CLOSED = {"a", "code"}  # nothing is found in them that Telegram would make an entity of
# What an entity found in plain text is called in rich text, the field that names it, and its sign before it.
FOUND = {
    "url": ("url", "url", ""),
    "email": ("email_address", "email_address", ""),
    "mention": ("mention", "username", "@"),
    "hashtag": ("hashtag", "hashtag", "#"),
    "bot_command": ("bot_command", "bot_command", "/"),
}
LINKS = ("http://", "https://", "tg://")
LANGUAGE = re.compile(r"language-(\S+)")
SPAN = re.compile("[1-9][0-9]?")
NUMBER = re.compile("-?[0-9]{1,9}")


def rich_of(given: Params) -> Params:
    """rich_message, and "html", the text as it was sent. Raises ApiError."""
    if "html" in given and "markdown" in given:
        raise unparsed("exactly one of the fields html and markdown must be used")
    if "markdown" in given:
        raise unparsed("the playground knows html only, no markdown")
    if not given.get("html"):
        raise bad_request("rich message must be non-empty")
    blocks = _blocks(parse_rich_html(given["html"]).children, not given.get("skip_entity_detection"))
    _check_limits(blocks)
    message: Params = {"blocks": blocks}
    if given.get("is_rtl"):
        message["is_rtl"] = True
    return {"rich_message": message, "html": given["html"]}


# Blocks


def _blocks(children: Iterable[Tree], detects: bool) -> list[Block]:
    """Blocks as they stand; words between them are paragraphs."""
    found: list[Block] = []
    words: list[Tree] = []
    for child in children:
        if isinstance(child, str) or child.tag in INLINE:
            words.append(child)
            continue
        found += _paragraph(words, detects)
        words = []
        found += _block(child, detects)
    return found + _paragraph(words, detects)


def _block(node: Node, detects: bool) -> list[Block]:
    """The block of a tag, or none where nothing would be seen of it."""
    match node.tag:
        case "p":
            return _paragraph(node.children, detects)
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            return _with_text({"type": "heading", "size": int(node.tag[1])}, node, detects)
        case "footer":
            return _with_text({"type": "footer"}, node, detects)
        case "hr":
            return [{"type": "divider"}]
        case "pre":
            return _preformatted(node)
        case "blockquote":
            return _filled({"type": "blockquote"}, "blocks", _blocks(node.children, detects))
        case "ul" | "ol":
            return _filled({"type": "list"}, "items", _items(node, detects))
        case "table":
            return _table(node, detects)
        case "details":
            return _details(node, detects)
    raise node.misplaced()


def _filled(block: Block, name: str, content: Any) -> list[Block]:
    return [block | {name: content}] if content else []


def _paragraph(children: list[Tree], detects: bool) -> list[Block]:
    return _filled({"type": "paragraph"}, "text", _text(children, detects))


def _with_text(block: Block, node: Node, detects: bool) -> list[Block]:
    return _filled(block, "text", _text(node.children, detects))


def _preformatted(node: Node) -> list[Block]:
    """A text whose blanks stay; only a `<code class="language-…">` around all of it names its language."""
    block: Block = {"type": "pre"}
    children = node.children
    code = children[0] if len(children) == 1 else None
    if isinstance(code, Node) and code.tag == "code":
        children = code.children
        language = LANGUAGE.fullmatch(code.attributes.get("class", ""))
        block |= {"language": language[1]} if language else {}
    return _filled(block, "text", _joined(_inline(children, iter(_texts(children)), detects=False)))


def _items(node: Node, detects: bool) -> list[Block]:
    """The items of a list; those of an ordered one are numbered from `start`, or anew from their `value`."""
    number = _number(node.attributes.get("start"), 1)
    items: list[Block] = []
    for item in node.only("li"):
        content = {"blocks": _blocks(item.children, detects)}
        if node.tag == "ul":
            items.append({"label": "•", **content})
            continue
        number = _number(item.attributes.get("value"), number)
        items.append({"label": f"{number}.", **content, "value": number, "type": "1"})
        number += 1
    return items


def _number(written: str | None, otherwise: int) -> int:
    return int(written) if written and NUMBER.fullmatch(written) else otherwise


def _table(node: Node, detects: bool) -> list[Block]:
    """Rows of cells, perhaps with a caption before them."""
    rows = node.only("tr", first="caption")
    block: Block = {"type": "table"}
    if rows and rows[0].tag == "caption":
        block["caption"] = _text(rows.pop(0).children, detects)
    cells = [[_cell(cell, detects) for cell in row.only("td", "th")] for row in rows]
    for attribute in ("bordered", "striped"):
        if attribute in node.attributes:
            block[f"is_{attribute}"] = True
    return _filled(block, "cells", [row for row in cells if row])


def _cell(node: Node, detects: bool) -> Block:
    cell: Block = {"text": _text(node.children, detects)}
    if node.tag == "th":
        cell["is_header"] = True
    for name in ("colspan", "rowspan"):
        span = node.attributes.get(name, "")
        if SPAN.fullmatch(span) and span != "1":
            cell[name] = int(span)
    cell["align"] = _one_of(node.attributes.get("align"), ("left", "center", "right"))
    cell["valign"] = _one_of(node.attributes.get("valign"), ("top", "middle", "bottom"))
    return cell


def _one_of(value: str | None, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]


def _details(node: Node, detects: bool) -> list[Block]:
    """What is folded below its summary, which comes first."""
    at = next((at for at, child in enumerate(node.children) if not _is_blank(child)), None)
    summary = None if at is None else node.children[at]
    if at is None or not isinstance(summary, Node) or summary.tag != "summary":
        raise node.wrong('tag "details" must begin with a tag "summary"')
    block: Block = {
        "type": "details",
        "summary": _text(summary.children, detects),
        "blocks": _blocks(node.children[at + 1 :], detects),
    }
    return [block | ({"is_open": True} if "open" in node.attributes else {})]


def _is_blank(child: Tree) -> bool:
    return isinstance(child, str) and not child.strip()


# Text


def _text(children: list[Tree], detects: bool) -> RichText:
    """Words and tags as RichText, "" for nothing; blanks as a browser shows them."""
    return _joined(_inline(children, iter(_trimmed(_texts(children))), detects))


def _texts(children: list[Tree]) -> list[str]:
    """All words below, in order; a line break is one of them."""
    found: list[str] = []
    for child in children:
        if isinstance(child, str):
            found.append(child)
        elif child.tag == "br":
            found.append("\n")
        else:
            found += _texts(child.children)
    return found


def _trimmed(texts: list[str]) -> list[str]:
    """No blanks at either end of a line, one between words; no empty lines at either end of all."""
    forward = _without_leading(texts)
    backward = _without_leading([text[::-1] for text in reversed(forward)])
    return [text[::-1] for text in reversed(backward)]


def _without_leading(texts: list[str]) -> list[str]:
    kept: list[str] = []
    last = ""
    for text in texts:
        gone = {"": " \n", " ": " ", "\n": " "}.get(last, "")
        rest = text.lstrip(gone) if gone else text
        last = rest[-1:] or last
        kept.append(rest)
    return kept


def _inline(children: list[Tree], texts: Iterator[str], detects: bool) -> Iterator[RichText]:
    """The same tree as RichText, with its words taken from `texts`."""
    for child in children:
        if isinstance(child, str):
            yield from _found(next(texts)) if detects else [next(texts)]
        elif child.tag == "br":
            yield next(texts)
        elif child.tag in INLINE:
            inner = _joined(_inline(child.children, texts, detects and child.tag not in CLOSED))
            if inner:
                yield _styled(child, inner)
        else:
            raise child.misplaced()


def _joined(parts: Iterable[RichText]) -> RichText:
    """Parts as one RichText, as plain as can be."""
    kept: list[RichText] = []
    for part in parts:
        if isinstance(part, str) and kept and isinstance(kept[-1], str):
            kept[-1] += part
        elif part:
            kept.append(part)
    return kept[0] if len(kept) == 1 else kept or ""


def _styled(node: Node, text: RichText) -> Block:
    if node.tag != "a":
        return {"type": STYLES[node.tag], "text": text}
    url = node.attributes.get("href", "").strip()
    kept = checked_link(url) if url.lower().startswith(LINKS) else None
    if not kept:
        raise bad_request("RICH_MESSAGE_URL_INVALID")
    return {"type": "url", "text": text, "url": kept}


def _found(text: str) -> list[RichText]:
    """Plain text with the links, @names, #tags and /commands that Telegram finds in it by itself."""
    units = text.encode("utf-16-le")
    parts: list[RichText] = []
    at = 0
    for entity in detect(text, []):
        start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
        named = _named(entity["type"], units[start:end].decode("utf-16-le"))
        parts += [units[at:start].decode("utf-16-le"), named]
        at = end
    return [*parts, units[at:].decode("utf-16-le")]


def _named(kind: str, text: str) -> Block:
    kind, name, sign = FOUND[kind]
    return {"type": kind, "text": text, name: text.removeprefix(sign)}


# Limits


def _check_limits(blocks: list[Block]) -> None:
    """32768 characters, 500 blocks, 20 columns. Raises ApiError."""
    if not blocks:
        raise bad_request("RICH_MESSAGE_EMPTY")
    if _characters(blocks) > MOST_CHARACTERS:
        raise bad_request("RICH_MESSAGE_TEXT_TOO_LONG")
    everything = list(_all(blocks))
    if len(everything) > MOST_BLOCKS:
        raise bad_request("RICH_MESSAGE_BLOCKS_TOO_MANY")
    rows = [row for block in everything if isinstance(block, dict) for row in block.get("cells", ())]
    if any(sum(cell.get("colspan", 1) for cell in row) > MOST_COLUMNS for row in rows):
        raise bad_request("RICH_MESSAGE_TABLE_COLS_TOO_MANY")


def _all(blocks: list[Block]) -> Iterator[Any]:
    """Every block, list item and row of a table, at any depth."""
    for block in blocks:
        yield block
        yield from block.get("cells", ())
        yield from _all(block.get("items", []))
        yield from _all(block.get("blocks", []))


def _characters(content: Any) -> int:
    """Characters people read: whatever stands under "text", "summary" and "caption"."""
    if isinstance(content, str):
        return len(content)
    if isinstance(content, list):
        return sum(_characters(one) for one in content)
    shown = ("text", "summary", "caption", "cells", "items", "blocks")
    return sum(_characters(content[name]) for name in shown if name in content)
