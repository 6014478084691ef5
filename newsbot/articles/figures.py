"""Read counts, as pages word them."""

from __future__ import annotations

import re

READS = re.compile(
    r"(?:阅读量?|阅读数|浏览量?|浏览次数|点击量?|围观|热度|views?|reads?)\s*[:：(（]?\s*([0-9][0-9,]{0,12}(?:\.[0-9]{1,2})?)\s*([万亿kKwW]?)"
)
_TIMES = {"": 1, "k": 1_000, "w": 10_000, "万": 10_000, "亿": 100_000_000}


def reads(text: str) -> int | None:
    """`阅读量:19536` is 19536 and `阅读 1.2万` is 12000; None where no count is named."""
    found = READS.search(text)
    if found is None:
        return None
    return round(float(found[1].replace(",", "")) * _TIMES[found[2].lower()])
