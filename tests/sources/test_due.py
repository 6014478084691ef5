"""When a source is asked again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsbot.errors import FetchFailed, NotReadable
from newsbot.models.sources import Feed, Fetched, Health, Source
from newsbot.sources.due import after_failure, after_success, body_hash

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SOURCE = Source(id="a", name="A", url="https://a.test/feed")
HOURLY = Source(id="a", name="A", url="https://a.test/feed", interval=3600)
FRESH = Fetched(status=200, url="https://a.test/feed", body=b"<rss/>", etag='"1"')


def pause(health: Health) -> float:
    assert health.next_at is not None
    return (health.next_at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("source", "refresh_seconds", "expected"),
    [(SOURCE, None, 900), (SOURCE, 5, 5), (HOURLY, None, 3600), (HOURLY, 5, 3600)],
)
def test_the_pause_is_what_was_set(source: Source, refresh_seconds: int | None, expected: int) -> None:
    """A source's own interval, else the setting, else 15 minutes."""
    after = after_success(Health(source_id="a"), FRESH, None, source, NOW, refresh_seconds)

    assert pause(after) == expected


@pytest.mark.parametrize(
    ("fresh_for", "ttl", "per_day", "expected"),
    [
        (1200, None, 0, 1200),
        (None, 1800, 0, 1800),
        (None, 86_400, 0, 3600),
        (60, 60, 200, 900),
        (None, None, 12, 1800),
    ],
)
def test_the_pause_adapts(fresh_for: float | None, ttl: int | None, per_day: float, expected: int) -> None:
    """Publishers who ask for patience and quiet sources are asked less often, once an hour at least."""
    fetched = Fetched(status=200, url="https://a.test/feed", fresh_for=fresh_for)
    after = after_success(Health(source_id="a", per_day=per_day), fetched, Feed(ttl=ttl), SOURCE, NOW, None)

    assert pause(after) == expected


def test_a_success_forgets_failures_and_remembers_the_body() -> None:
    """After an answer the source is healthy."""
    ill = Health(source_id="a", failures=4, error="no answer", last_modified="yesterday")
    after = after_success(ill, FRESH, Feed(), SOURCE, NOW, None)

    assert (after.failures, after.error, after.etag, after.last_modified) == (0, None, '"1"', None)
    assert (after.body_hash, after.last_success_at) == (body_hash(b"<rss/>"), NOW)


def test_an_unchanged_answer_keeps_what_was_known() -> None:
    """304 carries no body, and often no ETag."""
    known = Health(source_id="a", etag='"1"', last_modified="yesterday", body_hash="ab")
    after = after_success(known, Fetched(status=304, url="https://a.test/feed"), None, SOURCE, NOW, None)

    assert (after.etag, after.last_modified, after.body_hash) == ('"1"', "yesterday", "ab")


@pytest.mark.parametrize(
    ("failures", "expected"), [(0, 1800), (1, 3600), (5, 57_600), (6, 86_400), (5000, 86_400)]
)
def test_failures_double_the_pause_up_to_a_day(failures: int, expected: int) -> None:
    """A source that is gone costs one request a day."""
    after = after_failure(
        Health(source_id="a", failures=failures),
        NotReadable("https://a.test/feed", "no feed"),
        SOURCE,
        NOW,
        None,
    )

    assert (after.failures, pause(after), after.error) == (failures + 1, expected, "no feed")


@pytest.mark.parametrize(
    ("retry_after", "expected"), [(1, 60), (7200, 7200), (10_000_000, 86_400), (None, 2)]
)
def test_retry_after_is_obeyed_within_reason(retry_after: float | None, expected: int) -> None:
    """Between a minute and a day, even where the setting wants every second."""
    error = FetchFailed("https://a.test/feed", "it answered 429", status=429, retry_after=retry_after)
    after = after_failure(Health(source_id="a", etag='"1"'), error, SOURCE, NOW, 1)

    assert (pause(after), after.etag) == (expected, '"1"')
