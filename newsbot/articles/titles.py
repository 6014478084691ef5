"""A title without what the page hangs on it."""

from __future__ import annotations

import re

from newsbot.articles.clean import clean_line

LONGEST = 500
_DANGLING = re.compile(r"[\s\-_|—–·]+$")
_MARKDOWN = re.compile(r"^#{1,6}\s+")
# ` - 网站`, `_频道_网站`, `|栏目_网站`: short parts at the end, after a mark that titles rarely hold.
_MARK = r"\s*(?:_|\s[-–—|丨]\s?|\s?[-–—|]{1,2}(?=[^-–—|_]{2,16}$))\s*"
_SUFFIX = re.compile(_MARK + r"[^_|]{1,24}$")  # stored keys were made by it
_LAST_PART = re.compile(_MARK + r"[^_|–—丨-]{1,24}$")
_SITE = re.compile(
    r"(?:网|新闻|频道|财经|科技|资讯|博客|社区|专栏|日报|晚报|快讯|之家|在线|头条|客户端|官网|媒体|周刊|论坛)$|^(?:首页|新闻|科技|财经)|"
    r"(?i:\b(?:news|blog|daily|times|post|weekly|magazine|tech|com|net)$|\.(?:com|cn|net|org))"
)


def tidy_title(text: str) -> str:
    """One clean line, without a dangling `--`; at most 500 characters."""
    line = _MARKDOWN.sub("", clean_line(text))
    return _DANGLING.sub("", line)[:LONGEST]


def without_site(title: str) -> str:
    """`标题_频道_网站` becomes `标题`, whatever the parts are: for comparing, not for showing."""
    shorter = title
    for _ in range(3):
        cut = _SUFFIX.sub("", shorter)
        if cut == shorter or len(cut) < 8:
            break
        shorter = cut
    return shorter


def of_article(title: str, site: str) -> str:
    """A page's title without the names of its site and channels behind it; what may be a part of it stays.

    :param site: as the page names it, or empty
    """
    shorter = title
    for _ in range(3):
        found = _LAST_PART.search(shorter)
        if found is None or found.start() < 6:
            break
        name = found.group().strip(" _-–—|丨")
        if not (
            found.group().lstrip().startswith("_")
            or _SITE.search(name)
            or (site and (name in site or site in name))
        ):
            break
        shorter = shorter[: found.start()].rstrip()
    return shorter
