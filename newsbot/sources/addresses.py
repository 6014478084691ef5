"""One address for one article: what trackers and sharers add is taken off, what leads nowhere is refused."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

_LONGEST = 2048  # characters; browsers and Telegram take no more
_TRACKERS = frozenset(
    (
        "spm",
        "from",
        "scene",
        "chksm",
        "share_source",
        "share_medium",
        "share_token",
        "share_from",
        "sharer_shareid",
        "isappinstalled",
        "wxshare_count",
        "nsukey",
        "bd_vid",
        "weibo_id",
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "yclid",
        "_hsenc",
        "_hsmi",
        "ref_src",
        "cmpid",
        "ncid",
    )
)
_WECHAT = frozenset(("__biz", "mid", "idx", "sn"))  # these four name an article, all others a way to it
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]+")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\.?|\[[0-9a-f:.]{2,45}\]")
_NAMED = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?:/\S*)?", re.IGNORECASE)  # in a text
_ROUTES = ("/", "!/")
_PORTS = {"http": 80, "https": 443}


def first_in(words: str) -> str:
    """The first address in a text, also one without its https://; empty where there is none."""
    found = _NAMED.search(words)
    if found is None:
        return ""
    return found[0] if "://" in found[0] else f"https://{found[0]}"


def canonical(url: str, base: str | None = None) -> str | None:
    """The address of what `url` shows, the same for every way of sharing it; None where it is no web address.

    Only http and https, nobody's name or password before the host, the host in lower case and ASCII,
    without fragment, unless that is a route (#/news/1) without which the address leads to the front page.

    :param base: what a relative address is relative to
    """
    url = _SPACE.sub("", url) if len(url) <= _LONGEST else ""
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        place = _place(parts)
    except ValueError:  # an impossible port or bracket
        return None
    if not url or place is None:
        return None
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._|")
    query = quote(_kept(parts.query, parts.hostname or ""), safe="=&%/:@!$'()*+,;?~-._[]|")
    route = quote(parts.fragment, safe="/%:@!$&'()*+,;=~-._|?") if parts.fragment.startswith(_ROUTES) else ""
    return urlunsplit((parts.scheme, place, path, query, route))


def _place(parts: SplitResult) -> str | None:
    """Host and, unless it is the usual one, port; None where we would not go."""
    if parts.scheme not in _PORTS or "@" in parts.netloc or not parts.hostname:
        return None
    host = _ascii(parts.hostname)
    if host is None:
        return None
    port = parts.port
    return host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"


def _ascii(host: str) -> str | None:
    host = f"[{host}]" if ":" in host else host.lower()
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return host.removesuffix(".") if _HOST.fullmatch(host) else None


def _kept(query: str, host: str) -> str:
    """The query without what only says how somebody got here."""
    pairs = [pair for pair in query.split("&") if pair]
    if host == "mp.weixin.qq.com" and any(pair.startswith("__biz=") for pair in pairs):
        return "&".join(pair for pair in pairs if _name(pair) in _WECHAT)
    return "&".join(pair for pair in pairs if not _tracks(_name(pair)))


def _name(pair: str) -> str:
    return pair.partition("=")[0]


def _tracks(name: str) -> bool:
    return name.lower().startswith(("utm_", "utm-")) or name.lower() in _TRACKERS
