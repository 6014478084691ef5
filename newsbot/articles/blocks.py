"""The text of a tree of HTML: a block begins and ends a line, whatever the source's own line breaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCKS = (
    "p,div,section,article,main,header,h1,h2,h3,h4,h5,h6,ul,ol,li,dl,dt,dd,"
    "table,tr,blockquote,pre,figure,figcaption,hr,br"
)
_HIDDEN = ("display:none", "display: none", "display : none", "font-size:0", "font-size: 0")
_SILENT = ",".join((
    *(f"[style*='{one}' i]" for one in _HIDDEN), "[hidden]",
    "script,style,noscript,template,iframe,object,svg,select,button,textarea,head",
))  # fmt: skip
_BREAK = "\x1e"
_SOURCE_SPACE = re.compile(r"[ \t\r\n\f]+")


def text_of(node: LexborNode) -> str:
    """The text of a node, a line per block; changes the tree (silent elements are taken out)."""
    for silent in node.css(_SILENT):
        silent.decompose()
    for block in node.css(_BLOCKS):
        if block.parent is not None:
            block.insert_before(_BREAK)
            block.insert_after(_BREAK)
    text = _SOURCE_SPACE.sub(" ", node.text(deep=True))
    return text.replace(_BREAK, "\n")
