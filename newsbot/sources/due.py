"""When a source is asked again: politely, adaptively, and less and less often while it fails."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from newsbot.errors import FetchFailed, NewsbotError, SourceError
from newsbot.models.sources import Feed, Fetched, Health, Source

_SOONEST = 900.0  # seconds, where nobody set anything
_LATEST = 3600.0  # seconds, however quiet or cached a healthy source is: news is late by this at most
_LONGEST = 86_400.0  # seconds, the longest pause after failures
_RETRY_AFTER = (60.0, 86_400.0)  # seconds; less is no pause, more would lose the source for good
_PULLS_PER_ARTICLE = 4  # a source of six articles a day is asked once an hour
_ERROR_CHARS = 300


def body_hash(body: bytes) -> str:
    """What tells a body that was read before; 32 hexadecimal digits."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def after_success(
    health: Health,
    fetched: Fetched,
    feed: Feed | None,
    source: Source,
    now: datetime,
    refresh_seconds: int | None,
) -> Health:
    """What we remember after an answer that was good.

    :param feed: what was read from it, or None where nothing had to be read (304, the same body, a page)
    :param refresh_seconds: NEWSBOT_REFRESH_SECONDS, or None where it is unset
    """
    pause = _exact(source, refresh_seconds) or _adaptive(health, fetched, feed)
    return replace(
        health,
        etag=fetched.etag or (health.etag if fetched.unchanged else None),
        last_modified=fetched.last_modified or (health.last_modified if fetched.unchanged else None),
        body_hash=health.body_hash if fetched.unchanged else body_hash(fetched.body),
        checked_at=now,
        last_success_at=now,
        next_at=now + timedelta(seconds=pause),
        failures=0,
        error=None,
    )


def after_failure(
    health: Health, error: NewsbotError, source: Source, now: datetime, refresh_seconds: int | None
) -> Health:
    """What we remember after a failure: twice the pause for every one in a row, up to a day."""
    failures = health.failures + 1
    usual = _exact(source, refresh_seconds) or _SOONEST
    pause = max(min(usual * 2 ** min(failures, 20), _LONGEST), _asked_for(error))
    words = error.problem if isinstance(error, SourceError) else str(error)
    return replace(
        health,
        checked_at=now,
        next_at=now + timedelta(seconds=pause),
        failures=failures,
        error=words[:_ERROR_CHARS],
    )


def _exact(source: Source, refresh_seconds: int | None) -> float | None:
    return source.interval or refresh_seconds


def _adaptive(health: Health, fetched: Fetched, feed: Feed | None) -> float:
    """The longest of what the publisher asks for and what its pace allows, between 15 minutes and an hour."""
    wishes = [_SOONEST, fetched.fresh_for or 0.0, float(feed.ttl or 0) if feed else 0.0]
    if health.per_day > 0:  # 0 also means that we do not know yet
        wishes.append(86_400 / (health.per_day * _PULLS_PER_ARTICLE))
    return min(max(wishes), _LATEST)


def _asked_for(error: NewsbotError) -> float:
    """Retry-After in seconds, within reason; 0 where the server asked for nothing."""
    if not isinstance(error, FetchFailed) or error.retry_after is None:
        return 0.0
    shortest, longest = _RETRY_AFTER
    return min(max(error.retry_after, shortest), longest)
