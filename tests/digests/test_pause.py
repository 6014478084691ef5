"""Until when a reader pauses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.pause import LONGEST, until
from newsbot.errors import NotUnderstood

TUESDAY = date(2026, 11, 24)


def day(words: str, today: date = TUESDAY) -> str:
    return until(words, today).isoformat()


def refusal(words: str, today: date = TUESDAY) -> str:
    with pytest.raises(NotUnderstood) as refused:
        until(words, today)
    return refused.value.key


@pytest.mark.parametrize(
    ("words", "days"),
    [
        *((" 3天", 3), ("3 天", 3), ("三天", 3), ("十五天", 15), ("3日", 3), ("两周", 14), ("2个星期", 14)),
        *(("一个礼拜", 7), ("半个月", 15), ("1个月", 30), ("半年", 182), ("一年", 365), ("3天后恢复", 3)),
        *(("3 days", 3), ("for 3 days", 3), ("for a week", 7), ("one week", 7), ("ten days", 10)),
        *(("two weeks", 14), ("a month", 30), ("到3天后", 3), ("今天", 1), ("for today", 1)),
    ],
)
def test_a_pause_may_be_so_long(words: str, days: int) -> None:
    """Counted from today, which is one of them."""
    assert days == (until(words, TUESDAY) - TUESDAY).days


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        *(("到12月5日", "2026-12-05"), ("到 12月5号为止", "2026-12-05"), ("至12.5", "2026-12-05")),
        *(("到12/5", "2026-12-05"), ("到十二月五日", "2026-12-05"), ("到2027年1月3日", "2027-01-03")),
        *(("到1月3日", "2027-01-03"), ("到2027-01-03", "2027-01-03"), ("到二〇二七年一月三日", "2027-01-03")),
        *(
            ("到3月", "2027-03-01"),
            ("到一月", "2027-01-01"),
            ("到5号", "2026-12-05"),
            ("到3日", "2026-12-03"),
        ),
        *(("到25号", "2026-11-25"), ("到下月1号", "2026-12-01"), ("到下个月", "2026-12-01")),
        *(("until jan 3", "2027-01-03"), ("till January 3rd", "2027-01-03"), ("until 3 jan", "2027-01-03")),
        *(("until the 3rd of january", "2027-01-03"), ("until dec. 5, 2026", "2026-12-05")),
        *(("until sept 1", "2027-09-01"), ("until march", "2027-03-01"), ("to dec 5", "2026-12-05")),
        *(("until 12/25", "2026-12-25"), ("until 25.12.", "2026-12-25"), ("until 12/12", "2026-12-12")),
    ],
)
def test_a_pause_may_end_on_a_date(words: str, expected: str) -> None:
    """The next one of that name, over new year too."""
    assert expected == day(words.lower())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        *(("到明天", "2026-11-25"), ("到后天", "2026-11-26"), ("until tomorrow", "2026-11-25")),
        *(("到周三", "2026-11-25"), ("到周二", "2026-12-01"), ("到星期一", "2026-11-30")),
        *(("到下周三", "2026-12-02"), ("到下个星期二", "2026-12-01"), ("到下周日", "2026-12-06")),
        *(("到本周五", "2026-11-27"), ("到这周日", "2026-11-29"), ("到下周", "2026-11-30")),
        *(("until monday", "2026-11-30"), ("till fri", "2026-11-27"), ("until next monday", "2026-11-30")),
        *(("until this friday", "2026-11-27"), ("until next week", "2026-11-30"), ("这周", "2026-11-30")),
        *(("until next month", "2026-12-01"), ("this week", "2026-11-30")),
    ],
)
def test_a_pause_may_end_on_a_day_of_the_week(words: str, expected: str) -> None:
    """下周三 is of the next week, 周三 the next one."""
    assert expected == day(words)


def test_29_february_is_there_once_in_four_years() -> None:
    """Of this year, of the next one, or of none."""
    assert ["2028-02-29", "2028-02-29"] == [
        day("到2月29日", date(2028, 1, 5)), day("until feb 29", date(2027, 12, 24))
    ]  # fmt: skip
    assert "schedule.no_pause" == refusal("到2月29日", date(2026, 12, 24))
    assert "2028-03-01" == day("到3月1日", date(2028, 2, 29))


def test_the_next_month_of_any_day_is_the_next_one() -> None:
    """Not the one after it on the 31st of January."""
    assert ["2027-02-01", "2027-01-01"] == [
        day("到下个月", date(2027, 1, 31)),
        day("到下月", date(2026, 12, 1)),
    ]
    assert "schedule.no_pause" == refusal("到下个月31号", date(2027, 1, 31))


@pytest.mark.parametrize(
    "words",
    [
        *("", "到", "until", "0天", "半天", "3小时", "到今天", "到昨天", "到13月1日", "到2月30日", "到32号"),
        *("明天", "周三", "12月5日", "下周", "tomorrow", "monday", "dec 5"),  # until then, or then alone?
        *("到本周一", "到周末", "到月底", "到下下周一", "until marx 5", "until mayday", "a few days"),
        *("until 12/5", "until 5.12", "until next friday", "until next sunday"),  # one reading or the other
        *(
            "到11月24日",
            "到11月20日",
            "到2026年11月20日",
            "一个半月",
            "3天4天",
            "到2026年13月",
            "3 days or so",
        ),
    ],
)
def test_an_end_is_not_guessed(words: str) -> None:
    """What is over, what is not there, and what may be read in two ways."""
    assert "schedule.no_pause" == refusal(words)


def test_a_pause_has_an_end_that_comes() -> None:
    """At most a year and a day; a year by name is believed."""
    assert LONGEST == (until("366天", TUESDAY) - TUESDAY).days
    assert {"schedule.long_pause"} == {refusal(words) for words in ("367天", "999 days", "到2028年1月1日")}
    assert "2027-11-20" == day("到2027年11月20日")


@given(
    st.text("到至12月日号天个周下一三十.-/ untilmonjafe", max_size=20),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_a_pause_ends_after_today(words: str, today: date) -> None:
    """Whatever is typed, on any day."""
    try:
        found = until(words, today)
    except NotUnderstood:
        return
    assert today < found <= today + timedelta(days=LONGEST)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 299))
def test_every_day_of_the_next_months_can_be_named(today: date, ahead: int) -> None:
    """With its month, in both languages."""
    wanted = today + timedelta(days=ahead)

    assert [wanted] * 3 == [
        until(words, today)
        for words in (
            f"到{wanted.month}月{wanted.day}日",
            f"until {wanted.day} {wanted:%b}".lower(),
            f"until {wanted:%B} {wanted.day}".lower(),
        )
    ]
