"""The line under a title that says where from, when, by whom and how often read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from newsbot.articles.figures import READS, reads
from newsbot.sources.dates import parse_date

_DATE = re.compile(
    r"(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?(?:[T\s]{0,3}\d{1,2}[:时]\d{2}(?:[:分]\d{2})?秒?)?(?:\s?(?:Z|[+-]\d{2}:?\d{2}))?"
)
_SOURCE = re.compile(r"(?:来源|来自|来源于|出处|稿源|Source)\s*[:：]\s*([^\s:：|丨，。,；;]{1,30})")
# `新华社 2020-01-03 18:13`, `2020-01-03 18:13 新华社`: who stands alone beside the time
_BESIDE_DATE = re.compile(r"(?:原创\s*)?([^\W\d_]{2,12})\s*[·|丨/]?\s*$")
_NO_NAME = re.compile(
    r"发布|发表|时间|日期|更新|作者|编辑|记者|阅读|浏览|首页|分享|收藏|评论|字号|原创|昨天|今天"
)
_AUTHOR = re.compile(r"(?:作者|记者|撰文|文|By)\s*[:：/]\s*([^\s:：|丨/，。,；;？?]{1,20})")
_LABELS = re.compile(
    r"发布|发表|更新|时间|日期|作者|编辑|来源|原创|公众号|by|published|updated|on", re.IGNORECASE
)
_MOST_BESIDES = 14  # letters beside what such a line says: a name without its label
_LONGEST = 150
_SENTENCE = re.compile(r"[。！？][”」』）]?\s*$|，[^，]{4,}[，。]|[a-z]{2,}\.\s*$")
_CONTROLS = re.compile(r"字号|超大|[大中小]|标准|分享|评论|收藏|阅读量?|浏览量?|举报|点赞|订阅|\d+|[^\w]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What such a line says; None for what it does not."""

    source: str | None = None
    author: str | None = None
    published: datetime | None = None
    reads: int | None = None

    def with_more(self, other: Head) -> Head:
        """This, and what the other one says beside it."""
        return Head(
            source=self.source or other.source,
            author=self.author or other.author,
            published=self.published or other.published,
            reads=self.reads if self.reads is not None else other.reads,
        )

    @property
    def empty(self) -> bool:
        return (self.source, self.author, self.published, self.reads) == (None, None, None, None)


def head(line: str, zone: str, now: datetime) -> Head:
    """Read `来源:快科技 2023-03-02 16:22:35  阅读量:19536`; times without a zone are in `zone`.

    A sentence that mentions such things is no such line.
    """
    if len(line) > _LONGEST or _SENTENCE.search(line):
        return Head()
    date = _DATE.search(line)
    rest = line if date is None else line.replace(date.group(), " ")
    source, author = _SOURCE.search(rest), _AUTHOR.search(rest)
    return Head(
        source=source[1] if source else _beside(line, date),
        author=author[1] if author else None,
        published=parse_date(date.group(), zone, now) if date else None,
        reads=reads(rest),
    )


def _beside(line: str, date: re.Match[str] | None) -> str | None:
    """A source that is named by its place alone, before the time or after it."""
    if date is None:
        return None
    before, after = line[: date.start()].strip(), _CONTROLS.sub(" ", line[date.end() :]).strip()
    if before and after:
        return None
    found = _BESIDE_DATE.fullmatch(before or after)
    return found[1] if found and not _NO_NAME.search(found[1]) else None


def is_alone(line: str) -> bool:
    """Does a line say hardly more than such things, so that it is no part of the article?"""
    rest = line
    for pattern in (_DATE, _SOURCE, _AUTHOR, READS, _CONTROLS, _LABELS):
        rest = pattern.sub(" ", rest)
    return len("".join(filter(str.isalnum, rest))) <= _MOST_BESIDES
