"""When a source is asked again, at which address, and how it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsbot.errors import FetchFailed, NotReadable, TookTooLong
from newsbot.models.sources import Fetched, Health, Source, Status
from newsbot.sources.due import Served, addresses, after_failure, after_success, ask_anew, body_hash, status

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=60)
SOURCE = Source(id="a", name="A", url="https://a.test/feed")
HOURLY = replace(SOURCE, interval=3600)
FRESH = Fetched(status=200, url="https://a.test/feed", body=b"<rss/>", etag='"1"')
DOWN = FetchFailed("https://a.test/feed", "it answered 503", status=503)
OTHER = "https://b.test/feed"
CHAIN = replace(SOURCE, fallback=(OTHER, "/a/news"))


def pause(health: Health, since: datetime = NOW) -> float:
    assert health.next_at is not None
    return (health.next_at - since).total_seconds()


def about(expected: float, found: float) -> bool:
    """A pause of our own choice is up to a fifth shorter, by chance."""
    return 0.8 * expected <= found <= expected


def succeeds(
    health: Health, source: Source = SOURCE, seconds: int | None = None, now: datetime = NOW, **served: object
) -> Health:
    return after_success(health, Served(**({"fetched": FRESH} | served)), source, now, seconds)


@pytest.mark.parametrize(
    ("source", "seconds", "expected"), [(SOURCE, 5, 5), (HOURLY, None, 3600), (HOURLY, 5, 3600)]
)
def test_the_pause_is_what_was_set(source, seconds, expected):
    """A source's own interval, else the setting, to the second."""
    assert expected == pause(succeeds(Health(source_id="a"), source, seconds))


@pytest.mark.parametrize(
    ("fresh_for", "ttl", "per_day", "expected"),
    [
        (None, None, 12, 1151),  # less than the double of what twice as much would get
        (None, None, 2000, 300),  # however much is published
        (None, None, 0, 14_967),  # however little
        (None, None, 1 / 7, 8641),
        (1800, None, 12, 1800),
        (60, 60, 12, 1151),
        (None, 1800, 12, 1800),
        (None, 864_000, 12, 86_400),
        (86_400 * 365, None, 12, 86_400),
    ],
)
def test_the_pause_adapts(fresh_for, ttl, per_day, expected):
    """To the publisher's rhythm and wishes, between five minutes and a day."""
    known = Health(source_id="a", per_day=per_day, known_since=LONG_AGO)
    found = pause(succeeds(known, fetched=replace(FRESH, fresh_for=fresh_for), ttl=ttl))

    is_asked = expected in (1800, 86_400, 300)
    assert expected == found if is_asked else about(expected, found)


@pytest.mark.parametrize(("hours", "expected"), [(0, 900), (1, 900), (8, 3600), (80, 14_967)])
def test_a_quiet_source_is_given_time_to_show_its_rhythm(hours, expected):
    """What we know for an hour may have had a quiet hour."""
    quiet = Health(source_id="a", known_since=NOW - timedelta(hours=hours))

    assert about(expected, pause(succeeds(quiet)))


def test_what_was_asked_together_is_not_asked_together_again():
    """Chance spreads the sources, the same chance for the same source at the same time."""
    known = Health(source_id="a", per_day=12, known_since=LONG_AGO)
    pauses = {pause(succeeds(known, replace(SOURCE, id=f"source-{number}"))) for number in range(100)}

    assert len(pauses) > 90
    assert max(pauses) - min(pauses) > 100
    assert pause(succeeds(known)) == pause(succeeds(known))


def test_a_success_forgets_failures_and_remembers_the_body():
    """After an answer the source is healthy."""
    ill = Health(
        source_id="a", failures=4, failing_since=LONG_AGO, error="no answer", reason="no_answer",
        last_modified="yesterday", gone_at=LONG_AGO,
    )  # fmt: skip
    after = succeeds(ill)

    assert (0, None, None, None, None) == (
        after.failures, after.failing_since, after.error, after.reason, after.gone_at,
    )  # fmt: skip
    assert ('"1"', None, body_hash(b"<rss/>"), NOW) == (
        after.etag, after.last_modified, after.body_hash, after.last_success_at,
    )  # fmt: skip


def test_an_unchanged_answer_keeps_what_was_known():
    """304 carries no body, and often no ETag."""
    known = Health(source_id="a", etag='"1"', last_modified="yesterday", body_hash="ab")
    after = succeeds(known, fetched=Fetched(status=304, url="https://a.test/feed"))

    assert ('"1"', "yesterday", "ab") == (after.etag, after.last_modified, after.body_hash)


def test_what_was_left_for_later_is_asked_for_as_if_it_were_new():
    """Else the server would say that nothing changed."""
    after = ask_anew(succeeds(Health(source_id="a")))

    assert (None, None, None) == (after.etag, after.last_modified, after.body_hash)


@pytest.mark.parametrize(
    ("failures", "expected"), [(0, 1800), (1, 3600), (5, 57_600), (6, 86_400), (5000, 86_400)]
)
def test_failures_double_the_pause_up_to_a_day(failures, expected):
    """A source that is gone costs one request a day."""
    before = Health(source_id="a", failures=failures, down_since=NOW if failures else None)
    after = after_failure(before, NotReadable("https://a.test/feed", "no feed"), SOURCE, NOW, None)

    assert (failures + 1, "no feed", "not_readable", NOW) == (
        after.failures, after.error, after.reason, after.failing_since,
    )  # fmt: skip
    assert about(expected, pause(after))


@pytest.mark.parametrize(("retry_after", "expected"), [(1, 60), (7200, 7200), (10_000_000, 86_400)])
def test_retry_after_is_obeyed_within_reason(retry_after, expected):
    """Between a minute and a day, even where the setting wants every second."""
    error = FetchFailed("https://a.test/feed", "it answered 429", status=429, retry_after=retry_after)
    after = after_failure(Health(source_id="a", etag='"1"'), error, SOURCE, NOW, 1)

    assert (expected, '"1"', "status_429") == (pause(after), after.etag, after.reason)


def test_after_a_day_of_failures_it_is_asked_once_a_day():
    """Quarantine: also where the setting wants every second."""
    before = Health(source_id="a", checked_at=NOW, failures=3, down_since=NOW - timedelta(days=1))
    after = after_failure(before, TookTooLong(3), SOURCE, NOW, 1)

    assert about(86_400, pause(after))
    assert ("too_slow", Status.QUARANTINED) == (after.reason, status(SOURCE, after, NOW))


def test_who_says_410_is_gone():
    """Until it answers again."""
    gone = after_failure(
        Health(source_id="a"), FetchFailed(SOURCE.url, "it answered 410", status=410), SOURCE, NOW, None
    )

    assert (NOW, Status.GONE) == (gone.gone_at, status(SOURCE, gone, NOW))
    assert Status.OK == status(SOURCE, succeeds(gone), NOW)


@pytest.mark.parametrize(
    ("source", "health", "expected"),
    [
        (SOURCE, Health(source_id="a"), Status.NEW),
        (replace(SOURCE, on=False), Health(source_id="a", checked_at=NOW), Status.OFF),
        (SOURCE, Health(source_id="a", checked_at=NOW), Status.OK),
        (SOURCE, Health(source_id="a", checked_at=NOW, via=OTHER), Status.FALLBACK),
        (SOURCE, Health(source_id="a", checked_at=NOW, failures=1, failing_since=NOW), Status.FAILING),
    ],
)
def test_how_a_source_is(source, health, expected):
    """One word for it."""
    assert expected == status(source, health, NOW)


@pytest.mark.parametrize(
    ("hub", "expected"),
    [
        (None, (SOURCE.url, OTHER)),
        ("http://hub:1200", (SOURCE.url, OTHER, "http://hub:1200/a/news")),
        ("http://hub/base/", (SOURCE.url, OTHER, "http://hub/base/a/news")),
    ],
)
def test_fallbacks_come_in_their_order(hub, expected):
    """Routes only where there is an RSSHub."""
    assert expected == addresses(CHAIN, Health(source_id="a"), NOW, hub)


def test_while_a_fallback_serves_the_own_address_rests_for_as_long_as_it_has_failed():
    """A quarter of an hour at first, a day at last; then it is tried again."""
    first = succeeds(Health(source_id="a"), CHAIN, via=OTHER, error=DOWN)
    later = NOW + timedelta(hours=3)
    again = succeeds(first, CHAIN, now=later, via=OTHER, error=DOWN)
    rests = [pause(replace(one, next_at=one.own_next_at), at) for one, at in ((first, NOW), (again, later))]

    assert [900, 3 * 3600] == rests
    assert (OTHER, "it answered 503", 0) == (first.via, first.error, first.failures)
    assert (OTHER,) == addresses(CHAIN, first, NOW + timedelta(minutes=14), None)
    assert (SOURCE.url, OTHER) == addresses(CHAIN, first, NOW + timedelta(minutes=15), None)


def test_a_fallback_that_serves_alone_leaves_what_is_known_of_the_own_address():
    """It was not asked, so nothing new is known of it."""
    first = succeeds(Health(source_id="a"), CHAIN, via=OTHER, error=DOWN)
    again = succeeds(first, CHAIN, now=NOW + timedelta(minutes=5), via=OTHER)

    assert (first.error, first.own_next_at, first.failing_since) == (
        again.error, again.own_next_at, again.failing_since,
    )  # fmt: skip


def test_a_fallback_that_the_catalogue_no_longer_has_is_forgotten():
    """Then the own address is asked."""
    serves = Health(source_id="a", via="https://old.test/", own_next_at=NOW + timedelta(days=1))

    assert (SOURCE.url, OTHER) == addresses(CHAIN, serves, NOW, None)
