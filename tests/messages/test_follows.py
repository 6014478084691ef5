"""What is followed, and news of it."""

from __future__ import annotations

from dataclasses import replace

from newsbot.messages.alert import alert
from newsbot.messages.follows import Previewed, followed, keywords, named
from newsbot.messages.shared import result, shared
from tests.examples import NOON
from tests.messages.phone import EN, ZH, data_of, problems, robot, rows_of, sky, text_of

CHIPS = Previewed(words="芯片", count=23, more=False, per_day=23 / 7, titles=("甲", "乙"))


def test_what_is_followed_from_now_on() -> None:
    """How much that is, in both languages."""
    message = followed(
        [CHIPS, replace(CHIPS, words="AI", count=56, more=True, per_day=0.5, titles=())], 9, ZH, "v3"
    )

    assert """\
已关注：芯片、AI 等 9 个

芯片：近 7 天 23 条，平均每天 3 条
· 甲
· 乙

AI：近 7 天 56+ 条，平均每天 0.5+ 条""" == text_of(message)
    assert ["⚡ 马上提醒 | ↩ 撤销"] == rows_of(message)
    assert ["alert:v3:-:on", "undo:v3:-:"] == data_of(message)

    english = followed([replace(CHIPS, words="chips", count=0)], 1, EN, "v3", alerts=5)
    assert """\
Following: chips

chips: nothing in the last 7 days

I'll tell you at once, up to 5 times a day.""" == text_of(english)
    assert ["alert:v3:-:off", "undo:v3:-:"] == data_of(english)


def test_keywords_with_their_buttons() -> None:
    """Alerts are marked; stories are named by their headlines; numbers stay as they are kept."""
    reader = replace(ZH, follows=("芯片", "story:5"), mutes=("券后",), alerts=frozenset(("story:5",)))
    words = [(0, "follow", "芯片"), (2, "follow", "story:5"), (3, "mute", "券后")]
    message = keywords(reader, words, {"story:5": "长庚光刻机通过验收"}, "v3")

    assert "🔔 芯片\n⚡ 后续：长庚光刻机通过验收\n🔇 券后" in text_of(message)
    assert ["ring:v3:-:0", "drop:v3:-:0", "ring:v3:-:2", "drop:v3:-:2", "drop:v3:-:3"] == data_of(message)
    assert [] == problems(message)


def test_a_hundred_keywords_fit() -> None:
    """Eight a page, the longest ones too."""
    words = [(number, "follow", "长" * 100) for number in range(100)]
    reader = replace(ZH, follows=tuple(f"{number}" for number in range(100)))
    last = keywords(reader, words, {}, "v" + "9" * 18, 99)

    assert ([], "◀ | 13/13 | ▶") == (problems(last), rows_of(last)[-1])


def test_a_word_is_named_as_it_was_typed() -> None:
    """A story whose headline nobody knows any more is one, too."""
    assert ["芯片 -华为", "后续：—"] == [named("芯片 -华为", {}, "zh"), named("story:9", {}, "zh")]


def test_an_alert() -> None:
    """The headline first: it is the notification; then why, who, and for which word."""
    message = alert(sky(), ["云雀", "story:1"], {}, ZH, NOON, "d12")

    assert text_of(message).startswith("云雀大模型开源，商用免费\n")
    assert text_of(message).endswith("IT之家 等 3 家 · 11:00\n\n⚡ 云雀、后续：—")
    assert (["展开"], ["open:d12:1:"], []) == (rows_of(message), data_of(message), problems(message))


def test_a_card_for_any_chat() -> None:
    """Votes that know the language in which it was sent, and the way to the bot."""
    message = shared(sky(), ZH, NOON, "some_bot", "rate")

    assert ["👍 12 | 👎 3 | ★ 3.93", "1★ | 2★ | 3★ | 4★ | 5★", "💬 在机器人里看"] == rows_of(message)
    assert "vote:zh:1:+1" == message.buttons[0][0].data
    assert "https://t.me/some_bot?start=story_1" == message.buttons[-1][0].url
    offer = result(robot(), EN, NOON, "some_bot")
    assert ("2", "机器之心 · yesterday 10:00") == (offer.id, offer.description[:23])
