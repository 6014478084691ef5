"""The HTML of rich messages as a tree of tags. What is not known, not closed or out of place is refused.

The wording of refusals is ours, in the manner of the parser of other messages: rich ones are parsed on
Telegram's own servers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playground.entities import unescaped
from playground.errors import ApiError, bad_request

MOST_DEPTH = 16
TAGS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "footer", "pre", "blockquote", "hr"),
    *("ul", "ol", "li", "details", "summary", "table", "caption", "tr", "td", "th"),
    *("b", "strong", "i", "em", "u", "s", "code", "a", "br"),
}
VOID = {"br", "hr"}
BLANKS = re.compile("[ \t\n\r\f]+")
TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)"
    r"(?P<attributes>(?:\s+[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*)"
    r"\s*(?P<void>/?)>"
)
ATTRIBUTE = re.compile(r"([A-Za-z_:][\w:.-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
# Beside those of other messages (lt, gt, amp, quot).
NAMED = {
    "apos": "'",
    "nbsp": "\u00a0",
    "hellip": "…",
    "mdash": "—",
    "ndash": "\u2013",
    "lsquo": "\u2018",
    "rsquo": "\u2019",
    "ldquo": "“",
    "rdquo": "”",
}
NAME = re.compile(f"&({'|'.join(NAMED)});")


@dataclass
class Node:
    """A tag and what stands in it: words, in which only `pre` keeps its blanks, and other tags.

    `at` is its byte offset in the source; the root has no tag.
    """

    tag: str
    at: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Tree] = field(default_factory=list)

    def wrong(self, reason: str) -> ApiError:
        """A complaint with the place of this tag."""
        return unparsed(f"{reason} at byte offset {self.at}")

    def misplaced(self) -> ApiError:
        """This tag may not stand where it stands."""
        return self.wrong(f'unexpected tag "{self.tag}"')

    def only(self, *tags: str, first: str = "") -> list[Node]:
        """The tags in this one, all of these kinds, the first perhaps of another; blanks do not count."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, str):
                if child.strip():
                    raise self.wrong(f'unexpected text in the tag "{self.tag}"')
                continue
            if child.tag not in tags and (found or child.tag != first):
                raise child.misplaced()
            found.append(child)
        return found


Tree = Node | str


def unparsed(reason: str) -> ApiError:
    """The refusal of something that cannot be read."""
    return bad_request(f"can't parse rich message: {reason}")


def parse_rich_html(source: str) -> Node:
    """The root of the tree. Raises ApiError."""
    opened = [Node("", 0)]
    at = offset = 0  # in characters, in bytes
    while at < len(source):
        here = source.find("<", at)
        if here == at:
            end = _tag(source, at, offset, opened)
        else:
            end = here if here >= 0 else len(source)
            opened[-1].children.append(_words(source[at:end], opened))
        offset += len(source[at:end].encode())
        at = end
    if len(opened) > 1:
        last = opened[-1]
        raise last.wrong(f'can\'t find end tag corresponding to start tag "{last.tag}"')
    return opened[0]


def _words(raw: str, opened: list[Node]) -> str:
    """Words as they are meant; outside of `pre` all blanks in a row are one."""
    kept = any(node.tag == "pre" for node in opened)
    return _decoded(raw if kept else BLANKS.sub(" ", raw))


def _decoded(raw: str) -> str:
    """What references stand for, once: "&amp;nbsp;" is what "&nbsp;" looks like in the source."""
    return unescaped(NAME.sub(lambda found: NAMED[found[1]], raw)) if "&" in raw else raw


def _tag(source: str, at: int, offset: int, opened: list[Node]) -> int:
    """Open or close the tag at this place; returns where it ends."""
    found = TAG.match(source, at)
    if not found:
        raise unparsed(f"unclosed or unknown tag at byte offset {offset}")
    name = found["name"].lower()
    if name not in TAGS:
        raise unparsed(
            f'unsupported {"end" if found["end"] else "start"} tag "{name}" at byte offset {offset}'
        )
    if found["end"]:
        _close(name, offset, opened)
    else:
        _open(Node(name, offset, _attributes(found["attributes"])), found["void"] == "/", opened)
    return found.end()


def _open(node: Node, void: bool, opened: list[Node]) -> None:
    if void and node.tag not in VOID:
        raise node.wrong(f'tag "{node.tag}" must have an end tag')
    if node.tag == "a" and any(outer.tag == "a" for outer in opened):
        raise node.misplaced()
    opened[-1].children.append(node)
    if node.tag in VOID:
        return
    opened.append(node)
    if len(opened) - 1 > MOST_DEPTH:
        raise bad_request("RICH_MESSAGE_DEPTH_INVALID")


def _close(name: str, offset: int, opened: list[Node]) -> None:
    if len(opened) == 1 or name in VOID:
        raise unparsed(f"unexpected end tag at byte offset {offset}")
    node = opened.pop()
    if node.tag != name:
        raise unparsed(
            f'unmatched end tag at byte offset {offset}, expected "</{node.tag}>", found "</{name}>"'
        )


def _attributes(written: str) -> dict[str, str]:
    """Attributes by name; one without a value has ""."""
    return {
        found[1].lower(): _decoded(next((value for value in found.groups()[1:] if value is not None), ""))
        for found in ATTRIBUTE.finditer(written)
    }
