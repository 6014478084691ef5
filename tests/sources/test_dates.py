"""Dates as feeds and Chinese pages write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.sources.dates import parse_date

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 11:00 in Shanghai


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 23 Nov 2026 10:05:00 GMT", "2026-11-23T10:05"),
        ("Mon, 23 Nov 2026 10:05:00 +0800", "2026-11-23T02:05"),
        ("Mon, 23 Nov 2026 10:05:00 CST", "2026-11-23T02:05"),
        ("Mon, 23 Nov 2026 10:05:00 EST", "2026-11-23T15:05"),
        ("Mon, 23 Nov 2026 10:05:00", "2026-11-23T02:05"),
        ("23 Nov 2026 10:05:00 +0000", "2026-11-23T10:05"),
        ("2026-11-23T10:05:00Z", "2026-11-23T10:05"),
        ("2026-11-23T10:05:00.250+08:00", "2026-11-23T02:05"),
        ("2026-11-23 10:05", "2026-11-23T02:05"),
        ("2026/11/23 10:05:59", "2026-11-23T02:05"),
        ("2026-11-23", "2026-11-22T16:00"),
        ("2026年11月23日 10:05", "2026-11-23T02:05"),
        ("2026年11月23日 下午4点5分", "2026-11-23T08:05"),
        ("发布于 2026年11月23日10:05 来源：某网", "2026-11-23T02:05"),
        ("11-23 10:05", "2026-11-23T02:05"),
        ("11月23日", "2026-11-22T16:00"),
        ("12-31 08:00", "2025-12-31T00:00"),
        ("3小时前", "2026-11-24T00:00"),
        ("20 分钟前", "2026-11-24T02:40"),
        ("刚刚", "2026-11-24T03:00"),
        ("昨天", "2026-11-22T16:00"),
        ("昨天 12:30", "2026-11-23T04:30"),
        ("前天 08:00", "2026-11-22T00:00"),
        ("2026-11-23 10:05 GMT+8", "2026-11-23T02:05"),
        ("2026-11-23 10:05 (UTC-5)", "2026-11-23T15:05"),
        ("2026-11-23 10:05 UTC+0530", "2026-11-23T04:35"),
        ("2026-11-23 10:05:00 +08", "2026-11-23T02:05"),
        ("2026-11-23 10:05 PST", "2026-11-23T18:05"),
        ("2026-11-23 10:05 EST", "2026-11-23T15:05"),
        ("2026-11-23 10:05 CET", "2026-11-23T09:05"),
        ("2026-11-23 10:05 IT之家", "2026-11-23T02:05"),
        ("2026-11-23 10:05 AI 快讯", "2026-11-23T02:05"),
        ("2026-11-23 10:05:00 PM", "2026-11-23T14:05"),
        ("2026-11-23 12:05 am", "2026-11-22T16:05"),
        ("Mon, 23 Nov 2026 10:05:00 CET", "2026-11-23T09:05"),
        ("Mon, 23 Nov 2026 10:05:00 GMT+8", "2026-11-23T02:05"),
        ("23 Nov 2026 10:05 PM", "2026-11-23T14:05"),
        ("2026年11月23日 凌晨12:30", "2026-11-22T16:30"),
        ("2026年11月23日 凌晨1:30", "2026-11-22T17:30"),
        ("2026年11月23日 中午12:30", "2026-11-23T04:30"),
        ("2026年11月23日 中午1:30", "2026-11-23T05:30"),
        ("2026年11月22日 晚上12:10", "2026-11-22T16:10"),
        ("2026年11月22日 晚上9:10", "2026-11-22T13:10"),
        ("2026年11月23日 上午10:05", "2026-11-23T02:05"),
        ("1717200000", "2024-06-01T00:00"),
        ("1717200000000", "2024-06-01T00:00"),
    ],
)
def test_a_date_is_understood(text: str, expected: str) -> None:
    """What carries no zone is Shanghai's; the answer is UTC."""
    moment = parse_date(text, "Asia/Shanghai", NOW)

    assert moment is not None
    assert (moment.strftime("%Y-%m-%dT%H:%M"), moment.tzinfo) == (expected, UTC)


def test_cst_is_americas_for_an_american_source() -> None:
    """CST is China's only where the source lives at UTC+8."""
    moment = parse_date("Mon, 23 Nov 2026 10:05:00 CST", "America/New_York", NOW)

    assert moment == datetime(2026, 11, 23, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "Wed, 31 Feb 2024 00:00:00 +0800",
        "0000-00-00T00:00:00Z",
        "99999999999999",
        "9-10",
        "13月40日",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1999-12-31 10:00",
        "2026-11-23 10:05 +99:99x",
        "昨天 25:00",
    ],
)
def test_what_is_no_date_or_an_old_one_is_none(text: str) -> None:
    """Nothing is invented, nothing before 2000 believed."""
    assert parse_date(text, "Asia/Shanghai", NOW) is None


def test_the_future_becomes_now() -> None:
    """A date in the year 2999 pins nothing to the top of every digest."""
    assert parse_date("Mon, 01 Jan 2999 00:00:00 GMT", "UTC", NOW) == NOW


@given(st.text(alphabet="0123456789年月日时-/:：. TZ+昨天前小NovMon,", max_size=60))
def test_no_text_raises(text: str) -> None:
    """Any text is a date between 2000 and now, or none."""
    moment = parse_date(text, "Asia/Shanghai", NOW)

    assert moment is None or datetime(2000, 1, 1, tzinfo=UTC) <= moment <= NOW
