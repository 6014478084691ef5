"""What is hot, what a reader may like, what a reader saved."""

from __future__ import annotations

import pytest

from newsbot.errors import NotUnderstood
from newsbot.flows import digest, lists, story
from newsbot.messages.listing import PAGE, Listed
from newsbot.models.readers import Reader
from tests.house import body

EVENT = "长庚光刻机通过验收"
ME = Reader(id=7)


async def saves(desk, *story_ids: int) -> None:
    for one in story_ids:
        await story.save(desk.room, await desk.press(), one)
        desk.later(minutes=1)


def ids(found: Listed) -> list[int]:
    return [one.id for one in found.stories]


async def test_what_is_hot_today(desk):
    """What readers support and many tell, before what is only young; nothing older, no noise, no other language."""
    young = await desk.publishes("蓝鲸手机系统测试版推送", "a", hours=1)
    liked = await desk.publishes(EVENT, "b", hours=2)
    for reader in range(20, 40):
        await story.vote(desk.room, await desk.press(reader), liked, 1)
    await desk.publishes("云雀耳机到手价 199 元", "c", noise="deal")
    await desk.publishes("A story in English", "d", language="en")
    await desk.publishes("北斗云宣布存储降价三成", "e", hours=30)

    assert [liked, young] == ids(await lists.hot(desk.room, ME, "hot"))


async def test_what_is_hot_this_week(desk):
    """Older stories too, which fade more slowly."""
    old = await desk.publishes(EVENT, "b", hours=100)
    for reader in range(20, 40):
        await story.vote(desk.room, await desk.press(reader), old, 1)
    young = await desk.publishes("蓝鲸手机系统测试版推送", "a", hours=1)
    await desk.publishes("北斗云宣布存储降价三成", "e", hours=24 * 8)

    assert ([young], {old, young}) == (
        ids(await lists.hot(desk.room, ME, "hot")), set(ids(await lists.hot(desk.room, ME, "week"))),
    )  # fmt: skip


async def test_what_is_muted_is_not_hot(desk):
    """For this reader."""
    await desk.publishes(EVENT)

    assert [] == ids(await lists.hot(desk.room, Reader(id=7, mutes=("光刻机",)), "hot"))


async def test_what_they_may_like(desk):
    """About what they like first; nothing that they were shown or did anything with; a few other things to try."""
    liked = await desk.publishes(EVENT, "a", tags=("光刻机",))
    await story.vote(desk.room, await desk.press(), liked, 1)
    shown = await desk.publishes("北斗云宣布存储降价三成", "b", tags=("光刻机",))
    async with desk.room.store.begin() as tx:
        await tx.deliveries.show(7, digest.told([await desk.story(shown)]), desk.moment)
    near = await desk.publishes("国产光刻机出口新规公布", "c", tags=("光刻机",), hours=30)
    others = {
        await desk.publishes(f"{name}发布新品", name, tags=(name,), text=body(name))
        for name in ("青松", "蓝鲸", "云雀", "白鹭", "赤狐", "银杏", "雪豹", "红杉")
    }
    found = await lists.guess(desk.room, ME)

    assert (near, PAGE, 2) == (ids(found)[0], len(found.stories), len(found.tried))
    assert found.tried <= others
    assert others >= set(ids(found)[1:])
    assert ids(found) == ids(await lists.guess(desk.room, ME))


async def test_who_likes_nothing_yet_gets_the_best(desk):
    """And nothing breaks where there is nothing at all."""
    assert [] == ids(await lists.guess(desk.room, ME))
    told = await desk.publishes(EVENT)
    found = await lists.guess(desk.room, ME)
    assert ([told], frozenset()) == (ids(found), found.tried)


async def test_what_was_saved(desk):
    """The last first, on pages; page and place are kept."""
    told = [
        await desk.publishes(f"第{n}个{name}", name, text=body(name))
        for n, name in enumerate("甲乙丙丁戊己庚辛")
    ]
    await saves(desk, *told)
    first = await lists.saved(desk.room, ME)
    view = await story.listed_at(desk.room, 7, first.place)
    second = await lists.page(desk.room, view, 1)

    assert (told[:0:-1], told[:1]) == (ids(first), ids(second))
    assert (8, 2, 0, 1) == (first.count, first.pages, first.page, second.page)
    assert ids(second) == ids(await lists.page(desk.room, view, story_id=told[0]))
    assert ids(first) == ids(await lists.page(desk.room, view, 2))
    assert [] == ids(await lists.saved(desk.room, Reader(id=8)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("光刻机", [0]), ("光刻机 OR 降价", [1, 0]), ("-光刻机 降价", [1]), ("来源:weekly", [1]), ("标签:存储", [1]),
        ("没有的", []), ("7天 降价", [1]), ("光刻机 24h", []),
    ],
)  # fmt: skip
async def test_what_was_saved_is_searched(desk, words: str, expected: list[int]):
    """With the whole grammar; the age is that of its youngest article."""
    told = [
        await desk.publishes(EVENT, "daily", hours=60),
        await desk.publishes("北斗云宣布存储降价三成", "weekly", tags=("存储",)),
    ]
    await desk.publishes("光刻机降价存储", "other")
    await saves(desk, *told)

    assert [told[place] for place in expected] == ids(await lists.saved(desk.room, ME, words))


async def test_what_is_no_search_is_said(desk):
    """With a sentence."""
    with pytest.raises(NotUnderstood):
        await lists.saved(desk.room, ME, "!!!")


async def test_what_was_saved_is_there_after_a_merge(desk):
    """Once, under the story that was kept."""
    one, two = await desk.publishes(EVENT), await desk.publishes("北斗云降价", "weekly")
    await saves(desk, one, two)
    kept = await lists.saved(desk.room, ME)
    async with desk.room.store.begin() as tx:
        await tx.rulings.merge(one, two)
        await tx.votes.merge(one, two)
    view = await story.listed_at(desk.room, 7, kept.place)

    assert [one] == ids(await lists.saved(desk.room, ME)) == ids(await lists.page(desk.room, view))
