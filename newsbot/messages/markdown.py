"""Markdown as Telegram's HTML: CommonMark, read by markdown-it, without raw HTML and pictures.

CommonMark has no mistakes: what does not close stands there as it was typed. Whoever sends to thousands
rather hears of it, so that a sign that opens something and never closes it is an error here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from newsbot.errors import NotUnderstood
from newsbot.messages.markup import is_address

if TYPE_CHECKING:
    from markdown_it.token import Token

MARKS = {"strong": "b", "em": "i", "s": "s"}
OPEN = re.compile(r"\*\*|__|~~|`|\]\(")  # in the text that is left: nothing closed it
AROUND = 12  # characters beside what is wrong
LOOKS_LIKE_IT = re.compile(r"\*\*\S|__\S|~~\S|`\S|\]\(https?:|^#{1,6} |^> |^[-*] ", re.MULTILINE)


def looks_like_it(words: str) -> bool:
    """Whether somebody may have meant it as Markdown."""
    return LOOKS_LIKE_IT.search(words) is not None


def html(words: str) -> str:
    """The same in Telegram's HTML.

    :raises NotUnderstood: `cast.bad_markdown`, with the line and the place in it
    """
    from markdown_it import MarkdownIt  # only administrators need it

    parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable("text_join")
    tokens = parser.parse(words)
    _check(tokens, words)
    return str(_blocks(tokens)).strip("\n")


def _check(tokens: Sequence[Token], words: str) -> None:
    for block in tokens:
        for token in block.children or ():
            found = OPEN.search(token.content) if token.type == "text" else None
            if found:
                first, last = block.map or (0, 1)
                lines = words.splitlines()[first:last]
                place = token.content[max(0, found.start() - AROUND) : found.end() + AROUND]
                number = next((n for n, line in enumerate(lines, first + 1) if found[0] in line), first + 1)
                raise NotUnderstood("cast.bad_markdown", line=number, sign=found[0], place=place)


#: what begins and ends with these
AROUND_IT = {
    "heading_open": Markup("<b>"),
    "heading_close": Markup("</b>\n\n"),
    "paragraph_close": Markup("\n\n"),
    "blockquote_open": Markup("<blockquote>"),
    "hr": Markup("———\n\n"),
}


def _blocks(tokens: Sequence[Token]) -> Markup:
    """Paragraphs with an empty line between them, items of a list without."""
    made = Markup("")
    numbers: list[int] = []  # of the lists that are open: the next item's, 0 where they have none
    for token in tokens:
        if token.type == "inline":
            made += _inline(token.children or ())
        elif token.type in ("fence", "code_block"):
            made += Markup("<pre>{}</pre>\n\n").format(token.content.rstrip("\n"))
        elif token.type == "blockquote_close":
            made = made.rstrip("\n") + Markup("</blockquote>\n")
        elif "list" in token.type:
            made = _listed(made, token, numbers)
        elif token.type == "paragraph_close" and token.hidden:
            made += "\n"
        else:
            made += AROUND_IT.get(token.type, "")
    return made


def _listed(made: Markup, token: Token, numbers: list[int]) -> Markup:
    """• or a number before each item, further in where a list stands in another."""
    if token.type.endswith("list_open"):
        numbers.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else 0)
    elif token.type.endswith("list_close"):
        numbers.pop()
        return made.rstrip("\n") + ("\n" if numbers else "\n\n")
    elif token.type == "list_item_open":
        sign = f"{numbers[-1]}. " if numbers[-1] else "• "
        numbers[-1] += bool(numbers[-1])
        return (made.rstrip("\n") + "\n" if numbers[1:] else made) + "　" * (len(numbers) - 1) + sign
    return made


def _inline(tokens: Sequence[Token]) -> Markup:
    made, links = Markup(""), []
    for token in tokens:
        kind, _, side = token.type.rpartition("_")
        if kind in MARKS:
            made += Markup(f"<{'/' * (side == 'close')}{MARKS[kind]}>")  # noqa: S704 ours
        elif token.type in ("softbreak", "hardbreak"):
            made += "\n"
        elif token.type == "code_inline":
            made += Markup("<code>{}</code>").format(token.content)
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            links.append(is_address(address))
            made += Markup('<a href="{}">').format(address) if links[-1] else ""
        elif token.type == "link_close":
            made += Markup("</a>") if links.pop() else ""
        else:
            made += escape(token.content)
    return made
