"""What readers like is learned as it happens."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from newsbot.flows import story, taste
from newsbot.models.readers import Reader
from newsbot.models.taste import Deed
from newsbot.store.tables import marks, tastes
from newsbot.taste.fold import fold

EVENT = "长庚光刻机通过验收"
ME = Reader(id=7)


async def weights(desk) -> dict[str, float]:
    return dict(await taste.of(desk.room, ME))


async def opens(desk, story_id: int) -> None:
    await story.opened(desk.room, await desk.press(), None, await desk.story(story_id), "", is_own=True)


async def test_everything_that_is_done_with_a_story_is_learned(desk):
    """Opened, supported, valued, saved; it says from what."""
    told = await desk.publishes(EVENT, tags=("光刻机",), category="chips")
    await opens(desk, told)
    await opens(desk, told)
    await story.vote(desk.room, await desk.press(), told, 1)
    await story.rate(desk.room, await desk.press(), told, 4)
    await story.save(desk.room, await desk.press(), told)

    found = await taste.page(desk.room, ME)
    assert [("tag:光刻机", 3.0), ("category:chips", 1.0667), ("source:daily", 1.0667)] == [
        (one.key, one.weight) for one in found
    ]
    assert {Deed.OPEN: 1, Deed.VOTE: 1, Deed.VALUE: 1, Deed.SAVE: 1} == found[0].deeds


async def test_what_is_taken_back_is_unlearned(desk):
    """A vote that is withdrawn, a save, 少来点这类; whatever was done to the story meanwhile."""
    told = await desk.publishes(EVENT, tags=("光刻机",))
    for do in (story.save, story.less):
        await do(desk.room, await desk.press(), told)
    await story.vote(desk.room, await desk.press(), told, -1)
    desk.later(days=3)
    async with desk.room.store.begin() as tx:
        await tx.articles.update((await desk.story(told)).lead.id, (await desk.article(1)), "daily", ())
    before = await weights(desk)
    await story.vote(desk.room, await desk.press(), told, -1)
    for do in (story.save, story.less):
        await do(desk.room, await desk.press(), told)

    assert (True, {}) == (before["tag:光刻机"] < 0, await weights(desk))


async def test_a_changed_vote_counts_once(desk):
    """Against, after for."""
    told = await desk.publishes(EVENT, tags=("光刻机",))
    await story.vote(desk.room, await desk.press(), told, 1)
    await story.vote(desk.room, await desk.press(), told, -1)

    assert -1.0 == (await weights(desk))["tag:光刻机"]


async def test_folding_anew_gives_the_same(desk):
    """After all kinds of deeds at all times, changed and taken back."""
    titles = (EVENT, "北斗云宣布存储降价三成", "蓝鲸手机系统测试版推送", "青松机器人开始量产")
    for number, title in enumerate(titles):
        told = await desk.publishes(title, f"s{number}", tags=("光刻机", "芯片", title[:2])[number % 2 :])
        await opens(desk, told)
        for do in (story.save, story.less, story.save)[: 1 + number]:
            await do(desk.room, await desk.press(), told)
        for wish in (1, -1, -1, 1)[number:]:
            await story.vote(desk.room, await desk.press(), told, wish)
        await story.rate(desk.room, await desk.press(), told, 1 + number)
        desk.later(days=7)
    before = await weights(desk)
    await taste.rebuild(desk.room, 7)

    assert before
    assert before == await weights(desk)


async def test_who_prefers_it_teaches_nothing(desk):
    """Nothing is learned and nothing used; what was learned before is there when it is turned on again."""
    told, other = (
        await desk.publishes(EVENT, tags=("光刻机",)),
        await desk.publishes("北斗云降价", tags=("云",)),
    )
    await story.vote(desk.room, await desk.press(), told, 1)
    off = await taste.switch(desk.room, ME, False)
    await story.vote(desk.room, await desk.press(), other, 1)

    assert ({}, False) == (await taste.of(desk.room, off), (await desk.reader(7)).learns)
    on = await taste.switch(desk.room, off, True)
    assert ["source:daily", "tag:光刻机"] == sorted(await taste.of(desk.room, on))


async def test_a_vote_of_before_may_be_taken_back_while_nothing_is_learned(desk):
    """It is unlearned too."""
    told = await desk.publishes(EVENT, tags=("光刻机",))
    await story.vote(desk.room, await desk.press(), told, 1)
    await taste.switch(desk.room, ME, False)
    await story.vote(desk.room, await desk.press(), told, 1)
    await taste.switch(desk.room, ME, True)

    assert {} == await weights(desk)


async def test_one_liking_is_erased(desk):
    """Once a press; the others stay, and it may be learned anew."""
    told = await desk.publishes(EVENT, tags=("光刻机", "芯片"))
    await story.save(desk.room, await desk.press(), told)
    who = await desk.press()
    for _ in range(2):
        await taste.erase(desk.room, ME, "tag:光刻机", who.update_id)

    assert {"source:daily", "tag:芯片"} == set(await weights(desk))
    await taste.rebuild(desk.room, 7)
    assert {"source:daily", "tag:芯片"} == set(await weights(desk))
    await story.vote(desk.room, await desk.press(), told, 1)
    assert "tag:光刻机" in await weights(desk)
    for _ in range(2):  # withdrawn, and saved no longer: nobody expressed a dislike
        await story.vote(desk.room, await desk.press(), told, 1)
        await story.save(desk.room, await desk.press(), told)
    await story.vote(desk.room, await desk.press(), told, 1)
    await story.save(desk.room, await desk.press(), told)
    assert {} == await weights(desk)


async def test_all_is_forgotten(desk):
    """But for the vote itself."""
    told = await desk.publishes(EVENT, tags=("光刻机",))
    await story.vote(desk.room, await desk.press(), told, 1)
    await taste.forget(desk.room, ME)

    assert ({}, [], 1) == (
        await weights(desk), await taste.page(desk.room, ME), (await desk.story(told)).tally.up,
    )  # fmt: skip


async def test_what_was_marked_before_an_update_is_learned_after_it(desk):
    """Once; of stories that are gone nobody knows what they were about."""
    told = await desk.publishes(EVENT, tags=("光刻机",))
    for do in (story.save, story.less):
        await do(desk.room, await desk.press(), told)
    before = await weights(desk)
    async with desk.room.store._engine.begin() as connection:
        await connection.execute(marks.update().values(about={}))
        await connection.execute(
            marks.insert().values(reader_id=8, story_id=99, deed="vote", worth=1, about={}, at=desk.moment)
        )
        await connection.execute(tastes.delete())
    async with desk.room.store.begin() as tx:
        await tx.facts.put(taste.FACT, "1")

    assert [2, 0] == [await taste.catch_up(desk.room), await taste.catch_up(desk.room)]
    assert before == await weights(desk)


async def test_what_is_done_while_it_is_folded_is_not_lost(desk, monkeypatch):
    """Then it is folded again."""
    told = await desk.publishes(EVENT, tags=("光刻机",))
    await story.vote(desk.room, await desk.press(), told, 1)
    begin, late = desk.room.store.begin, [await desk.press()]

    @asynccontextmanager
    async def begins_late():
        if late:  # before the transaction of the folding
            await story.save(desk.room, late.pop(), told)
        async with begin() as tx:
            yield tx

    monkeypatch.setattr(desk.room.store, "begin", begins_late)
    await taste.rebuild(desk.room, 7)

    async with desk.room.store.read() as tx:
        assert {Deed.VOTE, Deed.SAVE} == {mark.deed for mark in await tx.marks.of(7)}
        assert pytest.approx(fold(await tx.marks.of(7)), abs=1e-6) == await tx.marks.tastes(7)
