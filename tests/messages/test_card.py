"""A story's card."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsbot.messages.card import MOST_COVERAGE, REASONS, Mine, card, vote_row
from newsbot.models.stories import Reason
from tests.examples import NOON, article, story
from tests.messages.phone import EN, ZH, bold_of, data_of, links_of, problems, robot, rows_of, sky, text_of


def test_a_card_in_chinese() -> None:
    """Headline, who and when and how valued, the summary, tags, and everybody who tells it."""
    assert """\
云雀大模型开源，商用免费
IT之家 · 张三 · 11:00 · 阅读 12800 · 价值分 3.93

团队表示，模型权重今天起可以下载，商用免费。下一版已在训练。

#大模型 #Cpp #GPT_4o #开源

同题 3 家：
IT之家 · 11:00
36氪 · 11:30
The Verge · 11:50""" == text_of(card(sky(), Mine(), ZH, NOON))


def test_a_card_in_english() -> None:
    """The same."""
    assert """\
云雀大模型开源，商用免费
IT之家 · 张三 · 03:00 · 12800 reads · value 3.93

团队表示，模型权重今天起可以下载，商用免费。下一版已在训练。

#LLM #Cpp #GPT_4o #open_source

Covered by 3 sources:
IT之家 · 03:00
36氪 · 03:30
The Verge · 03:50

What's wrong with it?""" == text_of(card(sky(), Mine(), EN, NOON, extra="more"))


def test_a_card_of_which_little_is_known() -> None:
    """No line for what there is not."""
    assert """\
青松机器人开始量产人形机器人 <X1> & “X2”
机器之心 · 昨天 18:00

#机器人""" == text_of(card(robot(), Mine(), ZH, NOON))


def test_headline_and_sources_lead_to_the_originals() -> None:
    """Each source once, with the address of its own article; who has none is only named."""
    message = card(sky(), Mine(), ZH, NOON)

    assert ["云雀大模型开源，商用免费"] == bold_of(message)
    assert [
        "https://daily.example/11?a=1&b=2",
        "https://daily.example/11?a=1&b=2",
        "https://weekly.example/12",
    ] == links_of(message)


def test_at_most_six_sources_are_listed() -> None:
    """All of them are counted, and 更多 shows them all."""
    many = story(1, *(article(number, source=f"第{number}家") for number in range(1, 10)))
    text, more = (text_of(card(many, Mine(), ZH, NOON, extra=extra)) for extra in ("", "more"))

    assert "同题 9 家：" in text
    assert MOST_COVERAGE == sum(line.startswith("第") for line in text.split("家：")[1].splitlines())
    assert ("还有 3 家" in text, "还有" in more) == (True, False)
    assert 9 == sum(line.startswith("第") for line in more.split("家：")[1].splitlines())


def test_a_flood_of_sources_is_cut() -> None:
    """A hundred copies with links are more than a message can show."""
    many = story(1, *(article(number, source=f"第{number}家" + "长" * 30) for number in range(1, 101)))

    assert [] == problems(card(many, Mine(), ZH, NOON, extra="more"))


def test_why_it_is_here() -> None:
    """Each part with its points, the weightiest first, and their sum."""
    reasons = (
        Reason("rank.fresh", 2.4, (("hours", 3.9),)),
        Reason("rank.noise", -3.0, (("kind", "deal"),)),
        Reason("rank.follow", 2.0, (("words", "<芯片>"),)),
    )
    zh, en = (card(sky(), Mine(), one, NOON, "d12", "why", reasons) for one in (ZH, EN))

    assert """\
为什么在这里（1.4 分）
−3.0  类型：优惠
+2.4  3.9 小时前
+2.0  你关注的：<芯片>""" == text_of(zh).partition("11:50\n\n")[2]
    assert "−3.0  kind: Deals" in text_of(en)
    assert [[], []] == [problems(zh), problems(en)]


def test_what_an_administrator_may_decide() -> None:
    """On top, one with another, and two where there are two articles; nobody else sees that."""
    rows = [rows_of(card(told, Mine(), ZH, NOON, extra="more", may_rule=True)) for told in (sky(), robot())]
    pinned = replace(sky(), pinned_until=NOON + timedelta(hours=1))

    assert ["📌 置顶 | 🔗 合并 | ✂ 拆分", "📌 置顶 | 🔗 合并"] == [one[4] for one in rows]
    assert {"🗞 编辑 | 📣 广播"} == {one[3] for one in rows}
    assert "📌 置顶 ✓ | 🔗 合并 | ✂ 拆分" in rows_of(
        card(pinned, Mine(), ZH, NOON, extra="more", may_rule=True)
    )
    assert not any("置顶" in row for row in rows_of(card(sky(), Mine(), ZH, NOON, extra="more")))


def test_who_does_not_want_that_anything_is_learned_is_not_asked() -> None:
    """少来点这类 would change nothing."""
    assert "为什么在这里" in rows_of(card(sky(), Mine(), replace(ZH, learns=False), NOON))
    assert "为什么在这里 | 少来点这类 ✓" in rows_of(card(sky(), Mine(less=True), ZH, NOON))


def test_without_a_summary_the_text_begins() -> None:
    """As many whole sentences as fit."""
    told = article(1, summary="", text="这是第一句话。" * 40 + "没有完")

    assert "这是第一句话。" * 40 in text_of(card(story(1, told), Mine(), ZH, NOON))
    assert (
        text_of(card(story(1, article(1, summary="", text="长" * 999)), Mine(), ZH, NOON)).count("长") == 319
    )


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (Mine(), "👍 12 | 👎 3 | ★ 3.93 | ☆ 收藏"),
        (Mine(vote=1), "👍 12 ✓ | 👎 3 | ★ 3.93 | ☆ 收藏"),
        (Mine(vote=-1, value=5), "👍 12 | 👎 3 ✓ | ★ 3.93 ✓ | ☆ 收藏"),
        (Mine(saved=True), "👍 12 | 👎 3 | ★ 3.93 | ★ 已收藏"),
    ],
)
def test_the_vote_row_shows_counts_and_what_is_mine(mine: Mine, expected: str) -> None:
    """A tick at what the reader chose."""
    assert expected == " | ".join(button.text for button in vote_row(sky(), mine, "zh", ""))


def test_before_five_values_there_is_none() -> None:
    """The button asks for one instead."""
    few = story(1, value_sum=20, value_count=4)

    assert "👍 0 | 👎 0 | ★ Rate | ☆ Save" == rows_of(card(few, Mine(), EN, NOON))[0]
    assert "价值分" not in text_of(card(few, Mine(), ZH, NOON))


def test_the_vote_row_stays_whatever_is_opened() -> None:
    """★ opens five values, 更多 what may be wrong; the way back is last."""
    rate, more = (card(sky(), Mine(), ZH, NOON, "d12", extra) for extra in ("rate", "more"))
    votes, last = "👍 12 | 👎 3 | ★ 3.93 | ☆ 收藏", "相关 | 更多 | 原文 ↗ | ‹ 返回"
    story = ["🔔 关注后续 | 🔇 别再提", "为什么在这里 | 少来点这类"]

    assert [votes, "1★ | 2★ | 3★ | 4★ | 5★", *story, last] == rows_of(rate)
    assert [votes, "标题党 | 重复 | 标签错 | 过时", "打不开 | 广告 | 其他", *story, last] == rows_of(more)
    assert [True, True] == [text_of(rate).endswith("给它打几分？"), text_of(more).endswith("哪里有问题？")]
    assert [[], []] == [problems(rate), problems(more)]


def test_every_button_knows_the_list_it_came_from() -> None:
    """So that ‹ back leads there whatever was pressed; without a list there is no way back."""
    placed, alone = card(sky(), Mine(), ZH, NOON, "d12"), card(sky(), Mine(), ZH, NOON)

    assert [
        "vote:d12:1:+1",
        "vote:d12:1:-1",
        "rate:d12:1:",
        "save:d12:1:",
        "pursue:d12:1:",
        "hush:d12:1:",
        "why:d12:1:",
        "less:d12:1:",
        "related:d12:1:",
        "more:d12:1:",
        "back:d12:1:",
    ] == data_of(placed)
    assert ["相关 | 更多 | 原文 ↗", "vote:-:1:+1"] == [rows_of(alone)[-1], data_of(alone)[0]]


def test_what_is_followed_or_muted_is_marked() -> None:
    """Pressed again it is not any more; in a group there is nothing to press."""
    one = replace(ZH, follows=("story:1",), mutes=("story:2", "story:1"))
    in_a_group = replace(ZH, id=-5)

    assert "🔔 关注后续 ✓ | 🔇 别再提 ✓" == rows_of(card(sky(), Mine(), one, NOON))[1]
    assert "🔔 Follow story | 🔇 Mute story" == rows_of(card(sky(), Mine(), EN, NOON))[1]
    assert ["相关 | 更多 | 原文 ↗"] == rows_of(card(sky(), Mine(), in_a_group, NOON))[1:]


def test_values_and_reasons_are_carried_by_their_buttons() -> None:
    """One to five, and each reason by its name."""
    rate, more = (data_of(card(robot(), Mine(), ZH, NOON, extra=extra)) for extra in ("rate", "more"))

    assert [f"value:-:2:{number}" for number in range(1, 6)] == rate[4:9]
    assert [f"report:-:2:{reason}" for reason in REASONS] == more[4:11]


def test_the_original_opens_where_telegram_takes_its_address() -> None:
    """One that it refuses would cost the whole card; the headline leads there all the same."""
    hosts = {
        "https://daily.example/1": True,
        "HTTPS://Daily.Example:8080?a=1": True,
        "https://xn--fiq228c.example/": True,
        "http://localhost/1": False,
        "http://127.0.0.1/1": False,
        "https://-bad.example/": False,
        "https://a_b.example/": False,
        "https://新闻.example/": False,
        "javascript:alert(1)": False,
    }
    made = {link: card(story(1, article(1, link=link)), Mine(), ZH, NOON) for link in hosts}

    assert hosts == {link: any(b.url for row in one.buttons for b in row) for link, one in made.items()}
