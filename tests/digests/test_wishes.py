"""What a reader says of when and how digests come."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests import wishes
from newsbot.digests.plan import LONGEST, MOST
from newsbot.digests.wishes import wished, zone
from newsbot.errors import NotUnderstood
from newsbot.messages.wording import LANGUAGES, say
from newsbot.models.readers import Hour, Reader
from tests.conftest import shared
from tests.sources.hostile import quickly

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)  # a Tuesday, noon in Shanghai
READER = Reader(
    id=7, hours=(Hour(time(12)),), quiet=(time(1), time(2)), paused_until=datetime(2026, 12, 1, tzinfo=UTC)
)
GROUPS = {(0, 1, 2, 3, 4, 5, 6): "", (0, 1, 2, 3, 4): "工作日 ", (5, 6): "周末 "}


def hours(reader: Reader) -> str:
    """`08:00 · 工作日 18:30 · 135 07:40`."""
    named = [(GROUPS.get(tuple(sorted(one.days)), f"{[*one.days]} "), one.at) for one in reader.hours]
    return " · ".join(f"{days}{at:%H:%M}" for days, at in named)


def quiet(words: str) -> str:
    found = wished(READER, words, NOON).quiet
    return "-".join(f"{at:%H:%M}" for at in found) if found else "none"


def refusal(words: str, now: datetime = NOON) -> str:
    with pytest.raises(NotUnderstood) as refused:
        wished(READER, words, now)
    return refused.value.key


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("工作日8点和18点半", "工作日 08:00 · 工作日 18:30"),
        ("平日早八", "工作日 08:00"),
        ("早八晚八", "08:00 · 20:00"),
        ("早八點晚十一點半", "08:00 · 23:30"),
        ("每天早上8点推送", "08:00"),
        ("改成８点半吧", "08:30"),
        ("周一/三/五 7:40", "[0, 2, 4] 07:40"),
        ("every weekday at 8", "工作日 08:00"),
        ("Mondays at 9", "[0] 09:00"),
        ("mon–fri 8.30am", "工作日 08:30"),
        ("noon and midnight", "00:00 · 12:00"),
        ("8 o’clock", "08:00"),
        ("\u200e8:30\u202c", "08:30"),
    ],
)
def test_hours_are_understood_as_people_type_them(words: str, expected: str) -> None:
    """The zone stays, and so does everything else."""
    reader = wished(READER, words, NOON)

    assert (expected, READER.zone, READER.quiet) == (hours(reader), reader.zone, reader.quiet)


@pytest.mark.parametrize(
    ("words", "expected", "place"),
    [
        ("8am pst", "08:00", "America/Los_Angeles"),
        ("九点 上海", "09:00", "Asia/Shanghai"),
        ("九点上海", "09:00", "Asia/Shanghai"),
        ("东京时间8点", "08:00", "Asia/Tokyo"),
        ("每天東京時間早上八點", "08:00", "Asia/Tokyo"),
        ("早上8点（纽约时间）", "08:00", "America/New_York"),
        ("工作日 8:00 和 18:30，伦敦", "工作日 08:00 · 工作日 18:30", "Europe/London"),
        ("7:30 new york", "07:30", "America/New_York"),
        ("Los Angeles 7:30", "07:30", "America/Los_Angeles"),
        ("weekdays 8am in London", "工作日 08:00", "Europe/London"),
        ("8am Washington, D.C.", "08:00", "America/New_York"),
        ("8am Port-au-Prince", "08:00", "America/Port-au-Prince"),
        ("8:00 UTC+9", "08:00", "Etc/GMT-9"),
        ("utc+5:45 8:00", "08:00", "Asia/Kathmandu"),
    ],
)
def test_hours_may_come_with_a_zone(words: str, expected: str, place: str) -> None:
    """Before them, behind or between, with spaces or without."""
    reader = wished(READER, words, NOON)

    assert (expected, place) == (hours(reader), reader.zone)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("东京", "Asia/Tokyo"),
        ("時區：東京", "Asia/Tokyo"),
        ("time zone: new york", "America/New_York"),
        ("tz pst", "America/Los_Angeles"),
        ("in Paris", "Europe/Paris"),
        ("UTC+9", "Etc/GMT-9"),
        ("washington, d.c.", "America/New_York"),
    ],
)
def test_a_zone_alone_keeps_the_hours(words: str, place: str) -> None:
    """They are by the clock there from now on."""
    reader = wished(READER, words, NOON)

    assert (place, READER.hours) == (reader.zone, reader.hours)


@pytest.mark.parametrize("words", ["Mars 8:00", "8:00 Mars", "8点 洛杉", "mars", "8am san fran"])
def test_the_beginning_of_a_name_is_no_zone_beside_other_words(words: str) -> None:
    """Mars is not Marseille."""
    assert "schedule.not_understood" == refusal(words)


def test_the_beginning_of_a_name_answers_the_question_for_a_city() -> None:
    """There it can be nothing else."""
    assert ["America/Los_Angeles", "America/Los_Angeles"] == [zone("洛杉"), zone("san fran")]
    assert "America/Los_Angeles" == wished(READER, "时区 洛杉", NOON).zone
    assert "schedule.no_zone" == refusal("时区 火星")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("静音 晚11点-早7点", "23:00-07:00"),
        ("靜音晚上十一點到早上七點", "23:00-07:00"),
        ("免打扰23点～7点", "23:00-07:00"),
        ("免打擾 ２３：００－７：００", "23:00-07:00"),
        ("免打扰 23:00 7:00", "23:00-07:00"),
        ("免打扰：23-7", "23:00-07:00"),
        ("23:00-7:00免打扰", "23:00-07:00"),
        ("从晚上11点到第二天早上7点不要打扰", "23:00-07:00"),
        ("晚11点半到7点免打扰", "23:30-07:00"),
        ("晚上10点到12点免打扰", "22:00-00:00"),
        ("免打扰 下午1点到3点", "13:00-15:00"),
        ("免打扰 中午12点到下午2点", "12:00-14:00"),
        ("免打扰 0点到8点", "00:00-08:00"),
        ("quiet 23-7", "23:00-07:00"),
        ("Quiet hours: 11pm to 7am", "23:00-07:00"),
        ("quiet from 10.30pm to 6am", "22:30-06:00"),
        ("quiet between 11pm and 7", "23:00-07:00"),
        ("quiet 1-3pm", "13:00-15:00"),
        ("dnd 12-8am", "00:00-08:00"),
        ("do not disturb 22:00 – 08:00", "22:00-08:00"),
        ("quiet midnight to 7:00", "00:00-07:00"),
    ],
)
def test_quiet_hours_have_two_ends(words: str, expected: str) -> None:
    """Where only one of them says which half of the day it is in, the shorter time is meant."""
    assert expected == quiet(words)


@pytest.mark.parametrize(
    "words",
    [
        *("免打扰 关", "免打扰关闭", "关闭免打扰", "取消免打擾", "不要免打扰"),
        *("quiet off", "turn off quiet hours", "no quiet hours", "DND OFF"),
    ],
)
def test_quiet_hours_can_be_none(words: str) -> None:
    """However it is said."""
    assert "none" == quiet(words)


@pytest.mark.parametrize(
    "words",
    [
        *("免打扰", "quiet", "免打扰 23:00", "quiet 7-7", "quiet 25-7", "8点 静音", "免打扰 晚上"),
        *("quiet 11-7", "免打扰 11点到7点", "quiet 1-2-3", "quiet hours on", "免打扰 工作日8点 周末9点"),
    ],
)
def test_quiet_hours_are_not_guessed(words: str) -> None:
    """11-7 may be a night, or nearly the whole day."""
    assert "schedule.no_quiet" == refusal(words)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("暂停到下周三", "2026-12-02"),
        ("暫停 3天", "2026-11-27"),
        ("先暂停三天", "2026-11-27"),
        ("推送暂停两周", "2026-12-08"),
        ("停到12月5日", "2026-12-05"),
        ("今天暂停", "2026-11-25"),
        ("休息3天", "2026-11-27"),
        ("pause till jan 3", "2027-01-03"),
        ("Pause digests for 2 weeks", "2026-12-08"),
        ("stop until Dec 5", "2026-12-05"),
        ("snooze 3 days", "2026-11-27"),
    ],
)
def test_a_pause_ends_with_a_day(words: str, day: str) -> None:
    """It begins at midnight by the reader's clock, which is still yesterday in UTC."""
    until = wished(READER, words, NOON).paused_until

    assert until is not None
    assert f"{day}T00:00:00+08:00" == until.isoformat()


def test_a_pause_counts_from_the_readers_today() -> None:
    """Noon in Shanghai is still Monday in Los Angeles."""
    reader = Reader(id=7, zone="America/Los_Angeles")
    until = wished(reader, "pause until tomorrow", NOON).paused_until

    assert until is not None
    assert "2026-11-24T00:00:00-08:00" == until.isoformat()


@pytest.mark.parametrize("words", ["暂停", "暂停一下", "暂停明天", "暂停周三", "pause", "pause tomorrow"])
def test_a_pause_without_an_end_is_asked_for_one(words: str) -> None:
    """Also where a day may be the only one that is meant."""
    assert "schedule.no_pause" == refusal(words)


@pytest.mark.parametrize(
    "words", ["恢复", "恢復推送", "继续", "取消暂停", "不暂停了", "resume", "Resume digests", "unpause"]
)
def test_a_pause_can_be_over(words: str) -> None:
    """Who had stopped wants digests again, too."""
    reader = wished(Reader(id=7, subscribed=False, paused_until=NOON), words, NOON)

    assert (None, True) == (reader.paused_until, reader.subscribed)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        *(("10条", 10), ("每次20条", 20), ("每份 5 篇", 5), ("１０條", 10), ("十条", 10), ("二十条新闻", 20)),
        *(("最多七条", 7), ("10 stories", 10), ("20 articles per digest", 20)),
    ],
)
def test_the_length_is_a_number_of_stories(words: str, count: int) -> None:
    """In digits or in Chinese."""
    assert count == wished(READER, words, NOON).length


def test_another_length_is_refused_with_those_that_there_are() -> None:
    """Instead of the next best."""
    with pytest.raises(NotUnderstood) as refused:
        wished(READER, "12条", NOON)

    assert ("schedule.length", "5 / 7 / 10 / 20") == (refused.value.key, refused.value.values["lengths"])
    assert {"schedule.length"} == {refusal(words) for words in ("0条", "100条", "十二条")}


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            "8",
            "8 pst",
            "0830",
            "-1",
            "8:00 -9:00",
            "8:00 - 9:00",
            "+8 8:00",
            "每天10条",
            "明天8点",
            "8点前",
            "不要8点推送",
            "取消8点",
            "除了周末8点",
        ),
        *(
            "8点上海9点东京",
            "8点 👍",
            "at 8 and 18",
            "8am my time",
            "every other day at 8",
            "每2小时",
            "stop",
        ),
        *("8:00" + " " * 50 + "x", "8:00 " * 41, "\ud8008:00", "﷽" * 20),
    ],
)
def test_what_is_no_wish_is_not_guessed(words: str) -> None:
    """Half of it would be a plan; all of it is none."""
    assert "schedule.not_understood" == refusal(words)


def test_what_is_too_long_is_no_wish() -> None:
    """Nothing is cut off: it might have said otherwise. Spaces around do not count."""
    assert "08:30" == hours(wished(READER, " " * LONGEST + "8:30" + "\n" * LONGEST, NOON))
    assert "schedule.not_understood" == refusal("8:30" + " " * LONGEST + "不要")


def test_too_many_hours_are_said_to_be() -> None:
    """Also beside a zone."""
    many = " ".join(f"{hour}:00" for hour in range(8, 9 + MOST))

    assert ["schedule.too_many", "schedule.too_many"] == [refusal(many), refusal(f"{many} 上海")]


pieces = st.sampled_from(
    [
        *(
            "8:30",
            "8点",
            "八",
            "23-7",
            "3天",
            "12月5日",
            "2月29日",
            "下周三",
            "jan 3",
            "31号",
            "10条",
            "UTC+8",
        ),
        *("暂停", "到", "免打扰", "恢复", "quiet", "pause", "until", "off", "工作日", "周一三五", "mon-fri"),
        *(
            "上海",
            "new york",
            "早上",
            "晚",
            "am",
            "pm",
            "at",
            "and",
            " ",
            "-",
            "：",
            "８",
            "半",
            "十",
            "个月",
        ),
        *("\u202e", "👍", "\0", "é", "\ue001", "٣", "²", "Ⅷ"),
    ]
)
typed = st.one_of(
    st.text(max_size=2000),
    st.lists(pieces, max_size=14).map("".join),
    st.lists(pieces, max_size=14).map(" ".join),
)


def answer(words: str, now: datetime) -> Reader | NotUnderstood:
    try:
        return wished(READER, words, now)
    except NotUnderstood as error:
        return error


@given(typed, st.integers(1_577_836_800, 2_840_140_800))
def test_whatever_is_typed_is_understood_or_refused(words: str, seconds: int) -> None:
    """On any day of any year, and a refusal has a sentence in both languages."""
    now = datetime.fromtimestamp(seconds, UTC)
    found = answer(words, now)

    if isinstance(found, NotUnderstood):
        assert all(say(found.key, language, **found.values) for language in LANGUAGES)
    else:
        assert 1 <= len(found.hours) <= MOST
        assert found.paused_until in (None, READER.paused_until) or found.paused_until > now


@pytest.mark.parametrize(
    "words",
    [
        *(
            "a " * 100,
            "中国 " * 60,
            "8:00 " * 6 + "北 " * 20,
            "上海 " * 40,
            "周一" * 100,
            "十" * 200,
            "at " * 60,
        ),
        *(
            "免打扰 " * 40,
            "暂停" * 100,
            "-" * 200,
            "8 " * 100,
            "a" * 2000,
            "停" + " " * 190 + "x",
            "臺" * 200,
        ),
        *("暂停到" + "到" * 190, "pause" + " to" * 60, "每次" * 99 + "x", "今天" + "推送" * 90 + "x"),
    ],
    ids=lambda words: ascii(words[:12]),
)
def test_an_answer_takes_no_time(words: str) -> None:
    """Whatever is repeated: no pattern goes back and forth in it."""
    with quickly(1):
        answer(words, NOON)


def test_naughty_strings_are_no_wishes() -> None:
    """None of the well-known hostile strings changes a plan."""
    understood = []
    for naughty in json.loads(shared("hostile/naughty_strings.json").read_text("utf-8")):
        try:
            understood.append((naughty, wished(READER, naughty, NOON)))
        except NotUnderstood:
            continue

    assert [] == understood


def test_the_examples_of_our_own_sentences_are_understood() -> None:
    """What the bot tells people to type has to work."""
    examples = "8:30；工作日 8:00 和 18:30；8:00 东京时间；免打扰 23:00-7:00；暂停到 12月5日；暂停 3天；暂停到下周一；东京；免打扰 关；周一三五 7:40"
    english = "8:30; weekdays 8am and 6:30pm; 8:00 Tokyo; quiet 23:00-7:00; pause until Dec 5; pause 3 days; pause until next Monday; Tokyo; quiet off; mon wed fri 7:40"

    for words in (*examples.split("；"), *english.split("; ")):
        assert READER != wished(READER, words, NOON)
    assert wishes.LENGTHS == tuple(wished(READER, f"{one}条", NOON).length for one in wishes.LENGTHS)
