"""/sources: each on or off for the reader."""

from __future__ import annotations

import pytest

from newsbot.models.sources import Source
from tests.house import House, buttons, words


async def test_a_source_is_switched_off_and_on(home: House):
    """For this reader alone; search finds it all the same."""
    await home.publishes("长庚光刻机通过验收", source="a")
    await home.publishes("北斗云宣布存储降价三成", source="b")
    page = await home.says("/sources")
    off = await home.presses("✓ a日报")
    mine, theirs = await home.says("/digest"), await home.says("/digest", who="admin")
    found = await home.says("光刻机")
    await home.presses("○ a日报")

    assert ("收 2 个，不收 0 个" in page["text"], "收 1 个，不收 1 个" in off["text"]) == (True, True)
    assert (False, True, True) == (
        "光刻机" in mine["text"],
        "光刻机" in theirs["text"],
        "光刻机" in found["text"],
    )
    assert "光刻机" in (await home.says("/digest"))["text"]


async def test_samples_stand_first_and_are_switched_off_like_others(home: House):
    """In the playground they are what is read, as long as there is no real news."""
    async with home.room.store.begin() as tx:
        await tx.sources.seed([Source(id="a", name="a日报", url="https://a.example/feed")], home.room.now())
    await home.publishes("长庚光刻机通过验收", source="y", sample=True)
    await home.publishes("北斗云宣布存储降价三成", source="z", sample=True)
    page = await home.says("/sources")
    await home.presses("✓ y日报")
    digest = (await home.says("/digest"))["text"]

    assert ["✓ y日报", "✓ z日报", "✓ a日报"] == words(page)[:3]
    assert (False, True) == ("光刻机" in digest, "北斗云" in digest)


async def test_many_sources_have_pages(home: House):
    """Fourteen each, turned in place."""
    for number in range(20):
        await home.publishes(f"第{number}号公司发布了新品", source=f"s{number:02}")
    first = await home.says("/sources")
    second = await home.presses("▶")

    assert (["✓ s00日报", "✓ s14日报"], 20) == (
        [words(first)[0], words(second)[0]],
        len({one for page in (first, second) for one in words(page) if one.startswith("✓")}),
    )


async def test_a_source_may_be_suggested(home: House):
    """To the people who run the bot."""
    await home.publishes("长庚光刻机通过验收", source="a")
    await home.says("/sources")
    await home.presses("推荐来源")
    said = await home.says("https://news.example <b>")

    assert "谢谢，已经记下。" == said["text"]


@pytest.mark.parametrize("value", ["", "x", "99.on", "0.yes", "-1.on", "0", "999999999.on"])
async def test_a_forged_press_changes_nothing(home: House, value: str):
    """It is answered."""
    await home.publishes("长庚光刻机通过验收", source="a")
    page = await home.says("/sources")
    place = buttons(page)[0]["callback_data"].split(":")[1]
    await home.forges(f"origin:{place}:-:{value}", page["message_id"])

    assert ("这个按钮已失效。", "✓ a日报") == (home.toast, words(home.last())[0])


async def test_without_sources_it_says_so(home: House):
    """Before there is a catalogue."""
    assert "现在还没有来源。" == (await home.says("/sources"))["text"]
