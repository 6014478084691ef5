"""When a source is asked again, and where: politely, adaptively, less and less often while it fails."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsbot.errors import FetchFailed, NewsbotError, SourceError
from newsbot.models.sources import Fetched, Health, Source, Status

_USUAL = 900.0  # seconds, where nobody set anything and nothing is known
_SOONEST, _LATEST = 300.0, 86_400.0  # seconds, whatever anybody wishes
_RETRY_AFTER = (60.0, 86_400.0)  # seconds; less is no pause, more would lose the source for good
# News is late by half a pause on average. For a given number of requests the sum of that over all articles is
# least where pauses go with one over the root of the rate: twice as much news, asked 1.4 times as often.
# How much this one costs and brings: benchmarks/pull_day.py.
_RHYTHM = 4_000.0  # seconds for a source of one article a day
_LEARNING = 8  # of the time that a source is known, at most the eighth part is let pass
_HALF_AN_ARTICLE = 0.5 / 7  # a day: a week without one is no proof that there never is one
_DAY = timedelta(days=1)
_EARLIER = 0.2  # of a pause it is shortened by, at most: what failed together does not come back together
_ERROR_CHARS = 300
_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A good answer.

    :ivar via: the fallback that gave it, or None for the source's own address
    :ivar read: it was another answer than the last one
    :ivar ttl: seconds for which the publisher asks to be left alone, or None
    :ivar error: why its own address did not serve, if it was asked
    """

    fetched: Fetched
    via: str | None = None
    read: bool = True
    ttl: int | None = None
    error: NewsbotError | None = None


def body_hash(body: bytes) -> str:
    """What tells a body that was read before; 32 hexadecimal digits."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def addresses(source: Source, health: Health, now: datetime, hub: str | None) -> tuple[str, ...]:
    """Where to ask, in order, until one serves.

    :param hub: the RSSHub base for fallbacks that are routes; without one they are left out
    """
    others = [joined for one in source.fallback if (joined := _joined(one, hub))]
    waits = health.via in others and health.own_next_at is not None and now < health.own_next_at
    return tuple(dict.fromkeys(others if waits else [source.url, *others]))


def _joined(fallback: str, hub: str | None) -> str | None:
    if not fallback.startswith("/"):
        return fallback
    return f"{hub.rstrip('/')}{fallback}" if hub else None


def after_success(
    health: Health, served: Served, source: Source, now: datetime, refresh_seconds: int | None
) -> Health:
    """What we remember after an answer that was good.

    :param refresh_seconds: NEWSBOT_REFRESH_SECONDS, or None where it is unset
    """
    fetched = served.fetched
    exact = _exact(source, refresh_seconds)
    ttl = served.ttl if served.read else health.ttl
    pause = exact or _adaptive(health, fetched, ttl, source, now)
    after = replace(
        health,
        etag=fetched.etag or (health.etag if fetched.unchanged else None),
        last_modified=fetched.last_modified or (health.last_modified if fetched.unchanged else None),
        body_hash=health.body_hash if fetched.unchanged else body_hash(fetched.body),
        checked_at=now,
        last_success_at=now,
        next_at=now + timedelta(seconds=pause),
        failures=0,
        down_since=None,
        via=served.via,
        ttl=ttl,
        gone_at=None,
    )
    return _without_own(after, served, now) if served.via else _well(after)


def ask_anew(health: Health) -> Health:
    """Something was left for the next time: then the same answer is to be read again."""
    return replace(health, etag=None, last_modified=None, body_hash=None)


def wait_for(health: Health, seconds: float, now: datetime) -> Health:
    """Its site asks to be left alone for so long."""
    until = now + timedelta(seconds=_within_reason(seconds))
    return replace(health, next_at=max(health.next_at or until, until))


def _well(health: Health) -> Health:
    return replace(health, failing_since=None, error=None, reason=None, own_next_at=None)


def _without_own(health: Health, served: Served, now: datetime) -> Health:
    """A fallback serves: its own address is tried again after as long as it has failed already."""
    if served.error is None:
        return health
    since = health.failing_since or now
    asked = timedelta(seconds=_asked_for(served.error))
    pause = max(min(max(now - since, timedelta(seconds=_USUAL)), _DAY), asked)
    words, reason = in_words(served.error)
    return replace(health, failing_since=since, error=words, reason=reason, own_next_at=now + pause)


def after_failure(
    health: Health, error: NewsbotError, source: Source, now: datetime, refresh_seconds: int | None
) -> Health:
    """What we remember after a failure: twice the pause for every one in a row, up to a day."""
    failures = health.failures + 1
    since = health.down_since or now
    usual = _exact(source, refresh_seconds) or _USUAL
    doubled = min(usual * 2 ** min(failures, 20), _LATEST) if now - since < _DAY else _LATEST
    pause = max(_earlier(doubled, source.id, now), _asked_for(error))
    words, reason = in_words(error)
    return replace(
        health,
        checked_at=now,
        next_at=now + timedelta(seconds=pause),
        failures=failures,
        down_since=since,
        failing_since=health.failing_since or now,
        error=words,
        reason=reason,
        gone_at=now if isinstance(error, FetchFailed) and error.status == _GONE else health.gone_at,
    )


def in_words(error: NewsbotError) -> tuple[str, str]:
    """What is wrong, as a sentence and as one word."""
    words = error.problem if isinstance(error, SourceError) else str(error)
    return words[:_ERROR_CHARS], getattr(error, "reason", "other")


def status(source: Source, health: Health, now: datetime) -> Status:
    """How a source is."""
    if not source.on:
        return Status.OFF
    if health.gone_at is not None:
        return Status.GONE
    if health.checked_at is None:
        return Status.NEW
    if health.failures:
        since = health.down_since or now
        return Status.QUARANTINED if now - since >= _DAY else Status.FAILING
    return Status.FALLBACK if health.via else Status.OK


def _exact(source: Source, refresh_seconds: int | None) -> float | None:
    return source.interval or refresh_seconds


def _adaptive(health: Health, fetched: Fetched, ttl: int | None, source: Source, now: datetime) -> float:
    """The longest of what the publisher asks for and what its rhythm allows."""
    rhythm = _earlier(_rhythm(health, now), source.id, now)
    return min(max(rhythm, fetched.fresh_for or 0.0, float(ttl or 0), _SOONEST), _LATEST)


def _rhythm(health: Health, now: datetime) -> float:
    """Seconds after which something new may be there; no longer than what we know of it bears."""
    known = (now - health.known_since).total_seconds() if health.known_since else 0.0
    rhythm = _RHYTHM / math.sqrt(health.per_day + _HALF_AN_ARTICLE)
    return min(rhythm, max(_USUAL, known / _LEARNING))


def _earlier(pause: float, source_id: str, now: datetime) -> float:
    """A little less, by chance: but the same chance for the same source at the same time."""
    digest = hashlib.blake2b(f"{source_id} {now.isoformat()}".encode(), digest_size=4).digest()
    return pause * (1 - _EARLIER * int.from_bytes(digest) / 2**32)


def _asked_for(error: NewsbotError) -> float:
    """Retry-After in seconds, within reason; 0 where the server asked for nothing."""
    if not isinstance(error, FetchFailed) or error.retry_after is None:
        return 0.0
    return _within_reason(error.retry_after)


def _within_reason(seconds: float) -> float:
    shortest, longest = _RETRY_AFTER
    return min(max(seconds, shortest), longest)
