"""When something is to begin, as people write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.moment import FURTHEST, when
from newsbot.errors import NotUnderstood

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)  # noon in Shanghai
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("20:00", "11-26 20:00"),
        ("8:30", "11-27 08:30"),  # that hour is over today
        ("明天 8:30", "11-27 08:30"),
        ("今晚8点", "11-26 20:00"),
        ("明早九点半", "11-27 09:30"),
        ("后天 下午3点", "11-28 15:00"),
        ("11-27 晚上8点", "11-27 20:00"),
        ("11月27日 20:00", "11-27 20:00"),
        ("2026/12/1 7:00", "12-01 07:00"),
        ("30分钟后", "11-26 12:30"),
        ("两小时后", "11-26 14:00"),
        ("半小时后", "11-26 12:30"),
        ("in 2 hours", "11-26 14:00"),
        ("in 45 min", "11-26 12:45"),
        ("tomorrow 8am", "11-27 08:00"),
        ("tonight 9:00", "11-26 21:00"),
        ("12-20 8:00", "12-20 08:00"),
        ("２０：００", "11-26 20:00"),
        ("一个半小时后", "11-26 13:30"),
        ("1天后", "11-27 12:00"),
        ("8:30 明天", "11-27 08:30"),
        ("8am tomorrow", "11-27 08:00"),
    ],
)
def test_a_moment_is_understood(words: str, expected: str) -> None:
    """By the clock of who wrote it."""
    found = when(words, NOW, ZONE).astimezone(UTC) + timedelta(hours=8)

    assert expected == found.strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("今天 8:00", "moment.past"),
        ("2026-11-25 8:00", "moment.past"),
        ("0分钟后", "moment.bad"),
        ("昨天", "moment.bad"),
        ("13-45 8:00", "moment.bad"),
        ("9", "moment.bad"),
        ("99:99", "moment.bad"),
        ("8:00 20:00", "moment.bad"),
        ("每周一 8:00", "moment.bad"),
        ("2028-01-01 8:00", "moment.bad"),
        ("1-1 8:00", "moment.bad"),  # next year, and further than a month
        ("", "moment.bad"),
    ],
)
def test_what_is_no_moment_is_refused(words: str, key: str) -> None:
    """With the sentence that gives an example."""
    with pytest.raises(NotUnderstood) as refused:
        when(words, NOW, ZONE)

    assert key == refused.value.key


@given(st.text(alphabet="0123456789:-/年月日点分钟小时后今明天晚 inhoursamp", max_size=20))
def test_whatever_is_typed_is_a_moment_to_come_or_refused(words: str) -> None:
    """Nothing else is raised."""
    try:
        found = when(words, NOW, ZONE)
    except NotUnderstood:
        return
    assert NOW < found <= NOW + FURTHEST


def test_a_day_that_next_year_has_not_is_refused() -> None:
    """The 29th of February, asked for in March of a leap year."""
    with pytest.raises(NotUnderstood):
        when("2-29 20:00", datetime(2028, 3, 5, tzinfo=UTC), ZONE)
