"""The digest a reader would get now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newsbot.flows import digest
from newsbot.flows import story as stories
from newsbot.models.deliveries import Delivery, State
from newsbot.models.digests import Digest
from newsbot.models.messages import Incoming
from newsbot.models.readers import Reader
from newsbot.models.views import View
from tests.examples import NOON, minutes_ago

ME = Reader(id=7)


async def composed(desk, reader: Reader = ME, hours: float = 24) -> Digest:
    return await digest.composed(desk.room, reader, hours)


def ids(found: Digest) -> list[int]:
    return [one.story.id for one in found.stories]


async def test_stories_of_the_window_are_in_it(desk):
    """Not those of last week, unless one looks so far back."""
    today = await desk.publishes("长庚光刻机通过验收", hours=3)
    old = await desk.publishes("北斗云存储降价", hours=100)

    assert ([today], {today, old}) == (ids(await composed(desk)), set(ids(await composed(desk, hours=200))))


async def test_what_is_followed_comes_first(desk):
    """Whatever else there is."""
    for title in ("北斗云存储降价", "蓝鲸手机系统推送", "演唱会门票开售"):
        await desk.publishes(title, title[:2])
    wanted = await desk.publishes("长庚光刻机通过验收", hours=20)

    assert wanted == ids(await composed(desk, replace(ME, follows=("光刻机",))))[0]


async def test_what_was_shown_does_not_come_again(desk):
    """Also where another article of the story was shown."""
    first = await desk.publishes("长庚光刻机通过验收")
    second = await desk.publishes("北斗云存储降价")
    async with desk.room.store.begin() as tx:
        await tx.deliveries.show(ME.id, digest.told([await desk.story(first)]), NOON)

    assert ([second], {first, second}) == (
        ids(await composed(desk)),
        set(ids(await composed(desk, replace(ME, id=8)))),
    )


async def test_what_may_have_been_lost_is_offered_again(desk):
    """Marked, and first; also where the window is over by now, but not for ever."""
    lost = await desk.publishes("长庚光刻机通过验收", hours=20)
    await desk.publishes("北斗云存储降价")
    async with desk.room.store.begin() as tx:
        unknown = Delivery(
            id=0, chat_id=7, slot="x", state=State.UNKNOWN, due_at=NOON, expires_at=NOON, story_ids=(lost,)
        )
        await tx.deliveries.plan(unknown)
    now, desk.moment = await composed(desk), NOON.replace(day=25)
    tomorrow, desk.moment = await composed(desk), NOON + timedelta(days=9)

    assert (lost, {lost}) == (ids(now)[0], now.lost_ids)
    assert ([lost], []) == (ids(tomorrow), ids(await composed(desk)))


async def test_samples_make_way_for_real_news(desk):
    """A digest is of one or the other."""
    sample = await desk.publishes("示例新闻", "newsstand", sample=True)
    before = await composed(desk)
    real = await desk.publishes("长庚光刻机通过验收")
    after = await composed(desk)

    assert (True, [sample], False, [real]) == (before.sample, ids(before), after.sample, ids(after))


async def test_a_vote_changes_what_comes_first(desk):
    """Taste is learned from the rows of this reader alone."""
    about = {"tags": ("光刻机",)}
    old = await desk.publishes("长庚光刻机通过验收", hours=30, **about)
    rest = [await desk.publishes(f"{name}存储降价", name, hours=2) for name in ("北斗", "南山", "东湖")]
    liked = await desk.publishes("光刻机出口新规公布", "weekly", hours=3, **about)
    before = ids(await composed(desk))
    async with desk.room.store.begin() as tx:
        await tx.inbox.keep([Incoming(number, 7, "{}") for number in (1, 2)], NOON)
    await stories.vote(desk.room, stories.Presser(7, 7, 1), old, 1)
    await stories.save(desk.room, stories.Presser(7, 7, 2), old)

    after = ids(await composed(desk))
    assert {*rest, liked} == set(before) == set(after)
    assert after.index(liked) < before.index(liked) or after.index(liked) == 0


async def test_asking_for_a_digest_keeps_a_list_and_no_ledger(desk):
    """The same may be asked for again."""
    story_id = await desk.publishes("长庚光刻机通过验收")
    found, name = await digest.now(desk.room, ME)
    again, other = await digest.now(desk.room, ME)

    assert ([story_id], [story_id], True) == (ids(found), ids(again), name != other)
    async with desk.room.store.read() as tx:
        assert View(id=int(name[1:]), chat_id=7, kind="digest", story_ids=(story_id,)) == await tx.views.get(
            int(name[1:]), 7
        )
        assert {} == await tx.deliveries.shown(7, minutes_ago(60))


async def test_a_kept_list_shows_todays_counts(desk):
    """The same stories in the same order, whatever was published or voted since."""
    first = await desk.publishes("长庚光刻机通过验收")
    second = await desk.publishes("北斗云存储降价")
    view = View(chat_id=7, kind="digest", story_ids=(second, first), lost_ids=(first,), filtered=2)
    await desk.publishes("蓝鲸手机系统推送")
    async with desk.room.store.begin() as tx:
        await tx.votes.cast(1, first, 1, NOON)

    found = await digest.kept(desk.room, view)
    assert ([second, first], {first}, 2) == (ids(found), found.lost_ids, found.filtered)
    assert [0, 1] == [one.story.tally.up for one in found.stories]
