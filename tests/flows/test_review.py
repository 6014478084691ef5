"""The review of a week: once, on Sunday evening, for who wants it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from newsbot.flows import deliver, readers, review, story
from newsbot.models.deliveries import State
from newsbot.models.taste import Deed
from tests.flows.desk import Desk

SUNDAY = datetime.fromisoformat("2026-11-29T12:00:00+00:00")  # eight in the evening in China


@pytest.fixture
async def me(desk, playground) -> int:
    """A reader who asked for it on the Thursday before."""
    who = playground.telegram.person("zh").id
    desk.moment = SUNDAY - timedelta(days=3)
    await desk.subscribes(who, next_due=None)
    await readers.choose(desk.room, await desk.reader(who), "reviews.on")
    return who


async def tick(desk: Desk) -> int:
    await review.plan_reviews(desk.room)
    return await deliver.deliver(desk.room)


async def a_week(desk: Desk) -> list[int]:
    """Three stories, of which the second is supported most and the third is told by most."""
    one = await desk.publishes("长庚光刻机通过验收", tags=("光刻机",))
    two = await desk.publishes("北斗云宣布存储降价三成", "b", tags=("云计算",))
    three = await desk.publishes("蓝鲸手机系统测试版推送", "c", tags=("手机",))
    for who in (101, 102):
        await story.vote(desk.room, await desk.press(who), two, 1)
    return [one, two, three]


async def test_the_review_comes_on_sunday_evening_once(desk, playground, me):
    """What most supported comes first; it is no news, so that nothing enters the ledger."""
    one, two, three = await a_week(desk)
    await story.vote(desk.room, await desk.press(me), one, 1)
    assert SUNDAY == (await desk.reader(me)).review_due
    desk.moment = SUNDAY
    sent = [await tick(desk), await tick(desk)]
    message = playground.telegram.messages(me)[-1]
    (row,) = await desk.deliveries(me)

    assert ([1, 0], "week:2026-11-29", State.SENT) == (sent, row.slot, row.state)
    assert [two, one, three] == list(row.story_ids)
    words = message.get("caption") or message["text"]
    assert words.startswith("📊 本周回顾 11-23 – 11-29\n\n最受支持\n\n1. 北斗云宣布存储降价三成\n👍 2 · ")
    assert "你这周投票 1 次" in words
    assert SUNDAY + timedelta(days=7) == (await desk.reader(me)).review_due
    async with desk.room.store.read() as tx:
        assert {} == await tx.deliveries.shown(me, SUNDAY - timedelta(days=14))


async def test_rising_words_are_those_of_the_week(desk, me):
    """Against three weeks before, as their articles write them."""
    desk.moment = SUNDAY - timedelta(days=20)
    for number in range(6):
        await desk.publishes(f"旧闻第{number}件大事发生了", f"old{number}", tags=("元宇宙",))
    desk.moment = SUNDAY - timedelta(days=2)
    for number in range(5):
        await desk.publishes(
            f"甲{number}公司发布新的机器人产品", f"new{number}", tags=("人形机器人", "OpenAI")
        )
    desk.moment = SUNDAY
    told = await review.told(desk.room, await desk.reader(me), "week:2026-11-29", [])

    assert {"人形机器人", "OpenAI"} == {one.word for one in told.rising}


async def test_what_one_did_is_counted_for_the_week(desk, me):
    """Withdrawn votes are none; those of before do not count."""
    one, two, _ = await a_week(desk)
    await story.vote(desk.room, await desk.press(me), one, 1)
    await story.vote(desk.room, await desk.press(me), two, 1)
    await story.vote(desk.room, await desk.press(me), two, 1)  # the same again withdraws it
    await story.save(desk.room, await desk.press(me), one)
    desk.moment = SUNDAY
    told = await review.told(desk.room, await desk.reader(me), "week:2026-11-29", [])
    desk.moment = SUNDAY + timedelta(days=14)
    later = await review.told(desk.room, await desk.reader(me), "week:2026-12-13", [])

    assert (1, 0, 1) == tuple(told.deeds[deed] for deed in (Deed.VOTE, Deed.VALUE, Deed.SAVE))
    assert {0} == set(later.deeds.values())


async def test_after_days_without_us_last_sundays_is_skipped(desk, me):
    """It is told until Monday morning, or not at all."""
    await a_week(desk)
    desk.moment = SUNDAY + timedelta(hours=15)

    assert (0, []) == (await tick(desk), await desk.deliveries(me))
    assert SUNDAY + timedelta(days=7) == (await desk.reader(me)).review_due


async def test_who_wants_no_more_gets_no_more(desk, me):
    """Also where it was written down already."""
    await a_week(desk)
    desk.moment = SUNDAY - timedelta(minutes=3)
    assert 1 == await review.plan_reviews(desk.room)
    await readers.choose(desk.room, await desk.reader(me), "reviews.off")
    desk.moment = SUNDAY

    assert (0, None) == (await tick(desk), (await desk.reader(me)).review_due)


async def test_without_stories_there_is_no_review(desk, me):
    """Nor one of samples."""
    await desk.publishes("示例新闻一条", "sample", sample=True)
    desk.moment = SUNDAY

    assert 0 == await tick(desk)


async def test_a_muted_story_is_not_in_it(desk, me):
    """Nor one in another language, nor noise."""
    one, _, three = await a_week(desk)
    async with desk.room.store.begin() as tx:
        await tx.readers.add_words(me, "mute", ["北斗云"], desk.moment)
    desk.moment = SUNDAY
    await review.plan_reviews(desk.room)

    assert [{one, three}] == [set(row.story_ids) for row in await desk.deliveries(me)]


async def test_a_picture_is_drawn_once_for_all(desk, me):
    """Where the extra is installed; a child that fails leaves the text."""
    pytest.importorskip("matplotlib", reason="the extra `pictures` is not installed")
    desk.moment = SUNDAY - timedelta(days=1)
    for number in range(4):
        await desk.publishes(f"甲{number}公司发布新的机器人产品", f"new{number}", tags=("人形机器人",))
    reader = await desk.reader(me)
    told = await review.told(desk.room, reader, "week:2026-11-29", [])
    first = await review.drawn(desk.room, reader, told)

    assert (True, True) == (
        first.startswith(b"\x89PNG"),
        first is await review.drawn(desk.room, reader, told),
    )
