"""What stands under the answer to a search, and what is offered where nothing was found."""

from __future__ import annotations

import pytest

from newsbot.flows import turnstile
from tests.house import House, buttons

CITIES = "甲乙丙丁戊己庚辛壬"


async def events(home: House) -> None:
    for hours, city in enumerate(CITIES, 1):
        await home.publishes(f"{city}城光刻机投产", hours=hours)


def lines(message: dict) -> list[str]:
    """The headlines of a list."""
    return [line[3:] for line in message["text"].splitlines() if line[:1].isdigit() and line[1:3] == ". "]


async def test_pages_turn_in_place(home: House):
    """Seven a page; the card of the second page leads back to it; no message is added."""
    await events(home)
    first = await home.says("光刻机")
    second = await home.presses("▶")
    await home.presses("2")
    card = home.last()
    back = await home.presses("‹ 返回")
    round_again = await home.presses("▶")

    assert [f"{city}城光刻机投产" for city in CITIES] == lines(first) + lines(second)
    assert "壬城光刻机投产" in card["text"]
    assert (second["text"], first["text"]) == (back["text"], round_again["text"])
    assert {first["message_id"]} == {one["message_id"] for one in (second, card, back, round_again)}


async def test_both_orders(home: House):
    """The best first, or the newest; pressed again it is as before."""
    await home.publishes("光刻机投产", hours=50)
    await home.publishes("无关的标题", hours=1, text="文中提到光刻机。" + "很" * 50)
    best = await home.says("光刻机")
    newest = await home.presses("按时间")
    again = await home.presses("按相关")

    assert ["光刻机投产", "无关的标题"] == lines(best) == lines(again)
    assert ["无关的标题", "光刻机投产"] == lines(newest)


async def test_a_search_is_followed_as_a_whole(home: House):
    """With all its grammar; what it would have matched is said."""
    await home.publishes("光刻机投产")
    await home.says("光刻机 -荷兰 来源:daily")
    await home.presses("🔔 关注")

    assert home.last()["text"].startswith(
        "已关注：光刻机 -荷兰 来源:daily\n\n光刻机 -荷兰 来源:daily：近 7 天 1 条"
    )
    assert "光刻机 -荷兰 来源:daily" in (await home.says("/keywords"))["text"]


async def test_nothing_found_offers_other_words(home: House):
    """The nearest tags, the same at any time, and to follow it; each in the place of the answer."""
    await home.publishes("旧闻", text="鸿蒙系统又升级了。" * 9, hours=24 * 9, tags=("鸿蒙系统",))
    said = await home.says("鸿蒙系桶")
    assert ["🔍 鸿蒙系统", "🔔 关注"] == [one["text"] for one in buttons(said)]
    found = await home.presses("🔍 鸿蒙系统")
    assert (["旧闻"], said["message_id"]) == (lines(found), found["message_id"])

    await home.says("旧闻 24h")
    assert ["旧闻"] == lines(await home.presses("不限时间"))


async def test_nothing_found_can_be_followed(home: House):
    """It may come yet."""
    await home.says("还没有的词")
    await home.presses("🔔 关注")

    assert "还没有的词：近 7 天一条也没有" in home.last()["text"]


async def test_who_searches_without_a_pause_waits_politely(home: House):
    """Twenty a minute; others do not wait for them, nor do they for long."""
    await home.publishes("光刻机投产")
    for _ in range(turnstile.MOST):
        assert lines(await home.says("光刻机"))
    refused = await home.says("光刻机")
    other = await home.says("光刻机", who="en")
    home.later(seconds=61)

    assert "一分钟最多搜 20 次，请 61 秒后再试。" == refused["text"]
    assert other["text"].startswith("光刻机: 1 found") or other["text"].startswith("Nothing found")
    assert lines(await home.says("光刻机"))


@pytest.mark.parametrize("verb", ["page", "sort", "find", "follow"])
@pytest.mark.parametrize("place", ["-", "v999", "d1", "zh"])
async def test_made_up_buttons_are_answered(home: House, verb: str, place: str):
    """As old ones are."""
    said = await home.says("/id")
    await home.forges(f"{verb}:{place}:-:99", said["message_id"])

    assert "这个按钮已失效。" == home.toast


async def test_in_a_group_everybody_turns_the_pages(home: House):
    """But nobody follows for all."""
    await events(home)
    group = home.telegram.add_group("读者群", [home.id_of("zh"), home.id_of("en")]).id
    said = await home.says("/search 光刻机", chat=group)
    await home.forges("page:v1:-:1", said["message_id"], who="en", chat=group)
    assert 2 == len(lines(home.last(chat=group)))
    await home.forges("follow:v1:-:", said["message_id"], chat=group)

    assert "只有这里的管理员能改。" == home.toast
