"""Hours as people write them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.plan import CLOCK, DAYS, FILLERS, MOST, parse
from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEK, WEEKEND, WORKDAYS
from tests.conftest import shared

NAMES = {WEEK: "", WORKDAYS: "工作日 ", WEEKEND: "周末 "}


def said(words: str) -> str:
    """The hours as `08:00 · 工作日 10:00`."""
    return " · ".join(f"{NAMES[hour.days]}{hour.at:%H:%M}" for hour in parse(words))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("8:30", "08:30"),
        ("08:30 18:00", "08:30 · 18:00"),
        ("18:00、8:30", "08:30 · 18:00"),
        ("８：３０，１８：００", "08:30 · 18:00"),
        ("8:30\n18:30", "08:30 · 18:30"),
        ("0:00", "00:00"),
        ("24:00", "00:00"),
        ("8点", "08:00"),
        ("8點半", "08:30"),
        ("8点整", "08:00"),
        ("8点钟", "08:00"),
        ("8点一刻 9点三刻", "08:15 · 09:45"),
        ("8点5分", "08:05"),
        ("8点 18点", "08:00 · 18:00"),
        ("8点18:30", "08:00 · 18:30"),
        ("8時30分", "08:30"),
        ("8am", "08:00"),
        ("8:30 PM", "20:30"),
        ("8 a.m. and 9 p.m.", "08:00 · 21:00"),
        ("12am 12pm", "00:00 · 12:00"),
    ],
)
def test_times_of_day_are_understood(words: str, expected: str) -> None:
    """In digits of both widths, with 点, with am and pm; in the order of the day."""
    assert expected == said(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("八点", "08:00"),
        ("两点", "02:00"),
        ("十点半", "10:30"),
        ("十二点", "12:00"),
        ("二十点", "20:00"),
        ("二十三点五十九分", "23:59"),
        ("八点零五分", "08:05"),
        ("零点", "00:00"),
        ("早上八點半、晚上九點", "08:30 · 21:00"),
    ],
)
def test_numbers_may_be_chinese(words: str, expected: str) -> None:
    """As most people type them on a phone."""
    assert expected == said(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("早上8点", "08:00"),
        ("早8", "08:00"),
        ("上午10:30", "10:30"),
        ("中午12点", "12:00"),
        ("中午1点", "13:00"),
        ("中午11点半", "11:30"),
        ("下午3点", "15:00"),
        ("下午12点半", "12:30"),
        ("下午15:00", "15:00"),
        ("傍晚6点", "18:00"),
        ("晚上8点", "20:00"),
        ("晚8", "20:00"),
        ("晚上12点", "00:00"),
        ("晚上1点", "01:00"),
        ("凌晨12点半", "00:30"),
        ("凌晨5点", "05:00"),
    ],
)
def test_the_part_of_the_day_decides_which_half(words: str, expected: str) -> None:
    """As a Chinese speaker means it: 晚上12点 is midnight, 晚上1点 after it, 中午12点 noon."""
    assert expected == said(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("工作日 8:00 周末 10:00", "工作日 08:00 · 周末 10:00"),
        ("工作日8点周末10点", "工作日 08:00 · 周末 10:00"),
        ("工作日 8:00 18:00 週末 10:00", "工作日 08:00 · 周末 10:00 · 工作日 18:00"),
        ("周一至周五早上8点，周六日10点", "工作日 08:00 · 周末 10:00"),
        ("weekdays 8:00 weekends 10:00", "工作日 08:00 · 周末 10:00"),
        ("8am on weekdays, 10am on weekends", "工作日 08:00 · 周末 10:00"),
        ("8:00 工作日 10:00 周末", "工作日 08:00 · 周末 10:00"),
        ("工作日和周末 8:00", "08:00"),
        ("每天8:00", "08:00"),
        ("每天早上7点和晚上9点", "07:00 · 21:00"),
        ("每晚9点", "21:00"),
        ("Every day at 8:30", "08:30"),
        ("Daily 8AM", "08:00"),
        ("周一到周五八点", "工作日 08:00"),
        ("周一至五 8:00 周六、日 10:00", "工作日 08:00 · 周末 10:00"),
        ("星期六和星期天十点", "周末 10:00"),
        ("Mon-Fri 8am, Sat and Sun 10am", "工作日 08:00 · 周末 10:00"),
        ("monday to friday at 7:30", "工作日 07:30"),
    ],
)
def test_days_belong_to_their_hours(words: str, expected: str) -> None:
    """Before the hours, or after them throughout; days named together are added up."""
    assert expected == said(words)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("周一 8:00", {0}),
        ("周一三五 8:00", {0, 2, 4}),
        ("周二、四 8:00", {1, 3}),
        ("周五六点", {4}),
        ("周五十点半", {4}),
        ("周日 8点", {6}),
        ("礼拜天 8点", {6}),
        ("星期六到星期二 8点", {5, 6, 0, 1}),
        ("周一到周日 8点", {0, 1, 2, 3, 4, 5, 6}),
        ("tue, thu 8am", {1, 3}),
        ("Wednesdays 8am", {2}),
        ("thurs 8am", {3}),
        ("8am mon", {0}),
        ("sat-mon 8am", {5, 6, 0}),
    ],
)
def test_days_may_be_named(words: str, days: set[int]) -> None:
    """One by one, in a row, from one to another; in both languages."""
    assert [days] == [set(hour.days) for hour in parse(words)]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "周九 8:00",
        "month 8:00",
        "\ue001 8:00x",
        "  \u3000",
        "8",
        "20 30",
        "0830",
        "8:5",
        "8:300",
        "8:60",
        "25:00",
        "24:01",
        "13pm",
        "0am",
        "三十点",
        "十十点",
        "8-10点",
        "8:30am-ish",
        "早上好",
        "工作日",
        "工作日 8:00 周末",
        "明天",
        "-8:30",
        "8:30 and so on",
        "\ud800\0",
    ],
)
def test_what_is_no_hour_is_not_guessed(words: str) -> None:
    """A number alone, an impossible time, days without an hour, words around it."""
    with pytest.raises(NotUnderstood) as raised:
        parse(words)

    assert "schedule.not_understood" == raised.value.key


def test_the_same_hour_twice_is_one() -> None:
    """However it is written."""
    assert "08:00" == said("8:00 8点 早上八点 8am 08:00 8:00 8:00 8:00")


def test_seven_hours_are_too_many() -> None:
    """Six are fine."""
    hours = [f"{hour}:00" for hour in range(8, 15)]
    with pytest.raises(NotUnderstood) as raised:
        parse(" ".join(hours))

    assert ("schedule.too_many", {"most": MOST}) == (raised.value.key, raised.value.values)
    assert MOST == len(parse(" ".join(hours[:MOST])))


pieces = st.sampled_from(
    [
        *DAYS,
        *FILLERS,
        *CLOCK.pattern,
        *"0123456789",
        "8:30",
        "8点",
        "二十",
        "早上",
        "晚上",
        "am",
        "pm",
        "半",
        "：",
        "８",
    ]
)


@given(st.one_of(st.text(alphabet=st.characters(), max_size=300), st.lists(pieces, max_size=12).map("".join)))
def test_whatever_is_typed_is_understood_or_refused(words: str) -> None:
    """No input raises anything but NotUnderstood, and what is understood is at least one hour."""
    try:
        hours = parse(words)
    except NotUnderstood:
        return
    assert 1 <= len(hours) <= MOST
    assert all(hour.days in (WEEK, WORKDAYS, WEEKEND) for hour in hours)


@given(st.times(), st.sampled_from(("{:%H:%M}", "{0.hour}点{0.minute}分", "{:%H：%M}", "每天{:%I:%M%p}")))
def test_every_minute_of_the_day_can_be_chosen(at: object, form: str) -> None:
    """In each of the usual ways."""
    assert f"{at:%H:%M}" == said(form.format(at))


def test_naughty_strings_are_no_hours() -> None:
    """None of the well-known hostile strings passes for one."""
    understood = []
    for naughty in json.loads(shared("hostile/naughty_strings.json").read_text("utf-8")):
        try:
            understood.append(said(naughty))
        except NotUnderstood:
            continue

    assert [] == understood
