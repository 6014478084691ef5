"""Three taps of a newcomer."""

from __future__ import annotations

from dataclasses import replace

from newsbot.digests.plan import parse
from newsbot.digests.zones import COMMON
from newsbot.messages.onboarding import (
    BUNDLES,
    HOURS,
    ask_hour,
    ask_place,
    ask_words,
    bundle,
    onboarded,
)
from tests.messages.phone import EN, ZH, data_of, problems, rows_of, text_of


def test_the_first_tap_chooses_three_words() -> None:
    """A bundle a row, in both languages, or everything."""
    chinese, english = ask_words("zh"), ask_words("en")

    assert "选一组你关心的词（以后可以用 /follow 修改）：" == text_of(chinese)
    assert ["AI · 大模型 · 机器人", "手机 · 芯片 · 汽车", "开源 · 软件 · 安全", "都要"] == rows_of(chinese)
    assert "Pick the words you care about (change them later with /follow):" == text_of(english)
    assert "open source · software · security" == rows_of(english)[2]
    assert [[], []] == [problems(chinese), problems(english)]


def test_a_bundle_is_its_words() -> None:
    """Those that stand on the button; everything, or a made-up name, is none."""
    assert ("手机", "芯片", "汽车") == bundle("devices", "zh")
    assert [3, 3, 3] == [len(bundle(name, "en")) for name in BUNDLES]
    assert [(), ()] == [bundle("all", "zh"), bundle("rank.votes", "zh")]


def test_the_second_tap_chooses_an_hour() -> None:
    """Each of which /schedule understands."""
    chinese, english = ask_hour("zh"), ask_hour("en")

    assert ["每天几点送来？", "What time should your digest come each day?"] == [
        text_of(chinese),
        text_of(english),
    ]
    assert ["07:00 | 08:00 | 09:00", "12:00 | 18:00 | 21:00"] == rows_of(chinese)
    assert "hour:-:-:0700" == data_of(chinese)[0]
    assert 6 == len(parse(" ".join(HOURS)))
    assert [[], []] == [problems(chinese), problems(english)]


def test_the_third_tap_chooses_a_clock() -> None:
    """Theirs as it is comes first, and each is there once."""
    chinese, english = ask_place(ZH), ask_place(EN)

    assert ["按哪里的时间？", "Which time zone are you in?"] == [text_of(chinese), text_of(english)]
    assert ["上海 | 香港 | 台北", "东京 | 新加坡 | 伦敦", "柏林 | 纽约 | 洛杉矶"] == rows_of(chinese)
    assert "London | Shanghai | Hong Kong" == rows_of(english)[0]
    assert [f"place:-:-:{at}" for at in (5, 0, 1, 2, 3, 4, 6, 7, 8)] == data_of(english)
    assert [[], []] == [problems(chinese), problems(english)]


def test_a_clock_that_is_not_offered_to_all_is_their_own() -> None:
    """In the place of the last one."""
    message = ask_place(replace(ZH, zone="Asia/Kathmandu"))

    assert ("加德满都 | 上海 | 香港", "place:-:-:own") == (rows_of(message)[0], data_of(message)[0])
    assert len(COMMON) == len(data_of(message))


def test_what_it_comes_to_is_said() -> None:
    """Words, hours and the city; nobody's words become markup."""
    some, every = replace(ZH, follows=("AI", "<b>")), replace(EN, follows=())

    assert "好的：AI、<b>，每天 09:00（上海）。用 /schedule 可以改时间。" == text_of(onboarded(some, "09:00"))
    assert "Done: all the news, every day at 09:00 (London). Change it with /schedule." == text_of(
        onboarded(every, "09:00")
    )
    assert [[], []] == [problems(onboarded(some, "09:00")), problems(onboarded(every, "09:00"))]
