"""What an editor decides, beside what publishers and other flows do to the same articles."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from newsbot.errors import NotUnderstood
from newsbot.flows import desk as desks
from newsbot.flows import removal, rules, rulings, search, tidy
from newsbot.flows import story as stories
from newsbot.flows.take_in import take_in
from newsbot.models.articles import Link
from newsbot.models.readers import of_story
from newsbot.models.sources import Source
from newsbot.store.tables import metadata
from tests import databases
from tests.examples import draft, source
from tests.flows.desk import understood
from tests.house import body

ADMIN = 99
ONE, TWO = "长庚光刻机通过验收", "云雀大模型开源"


@pytest_asyncio.fixture
async def admin(desk) -> int:
    desk.room.settings = desk.room.settings.model_copy(update={"admins": (ADMIN,)})
    return ADMIN


async def found(desk, words: str) -> list[str]:
    return [one.article.title for one in await search.articles(desk.room, words, 10)]


async def edited(desk, title: str, text: str, **changes) -> None:
    """The publisher changes the article of the first title."""
    link = f"https://daily.example/{abs(hash(ONE))}"
    made = draft(title, text=text, link=link, keys=(f"link:{link}",), source=source("daily").name, **changes)
    await take_in(desk.room, Source(id="daily", name="日报", url="https://daily.example"), [understood(made)])


def index_is_whole(desk) -> bool:
    """SQLite's own check of the index, which raises where something is wrong; PostgreSQL keeps its own whole."""
    if not databases.ON_SQLITE:
        return True
    path = desk.room.settings.database.partition("///")[2]
    with closing(sqlite3.connect(Path(path))) as db:
        db.execute("INSERT INTO search(search) VALUES ('integrity-check')")
    return True


async def test_the_publisher_does_not_take_the_editors_words_back(desk, admin):
    """Neither title nor tags; the text is the publisher's, and is found."""
    story = await desk.publishes(ONE, tags=("光刻机",))
    await desks.retitle(desk.room, await desk.press(ADMIN), story, "国产设备过关")
    await desks.retag(desk.room, await desk.press(ADMIN), story, ["验收"])
    await edited(desk, "长庚光刻机验收通过（更新）", body("补充了参数"), tags=("长庚",))
    told = await desk.story(story)

    assert ("国产设备过关", "长庚光刻机验收通过（更新）", ("验收",)) == (
        told.title, told.lead.original, told.lead.tags,
    )  # fmt: skip
    assert [["国产设备过关"]] * 3 == [
        await found(desk, words) for words in ("国产设备", "补充了参数", "标签:验收")
    ]
    assert [[], True] == [await found(desk, "标签:长庚"), index_is_whole(desk)]


@pytest.mark.parametrize("first", ["title", "tags"])
async def test_one_of_both_is_the_editors(desk, admin, first: str):
    """The other follows the publisher; taken back, all of it is the publisher's as it is by now."""
    story = await desk.publishes(ONE, tags=("光刻机",))
    if first == "title":
        await desks.retitle(desk.room, await desk.press(ADMIN), story, "国产设备过关")
    else:
        await desks.retag(desk.room, await desk.press(ADMIN), story, ["验收"])
    await edited(desk, "长庚设备有了新进展", body("补充了参数"), tags=("长庚",))
    told = await desk.story(story)
    _, known = await desks.look(desk.room, await desk.press(ADMIN), story)
    await desks.undo(desk.room, await desk.press(ADMIN), story, known[-1].id)
    after = await desk.story(story)

    if first == "title":
        assert ("国产设备过关", ("长庚",)) == (told.title, told.lead.tags)
    else:
        assert ("长庚设备有了新进展", ("验收",)) == (told.title, told.lead.tags)
    assert ("长庚设备有了新进展", ("长庚",), False) == (after.title, after.lead.tags, after.lead.is_edited)
    assert ["长庚设备有了新进展"] == await found(desk, "新进展")
    assert ([], [], True) == (
        await found(desk, "国产设备过关"),
        await found(desk, "标签:验收"),
        index_is_whole(desk),
    )


async def test_rulings_are_taken_back_one_by_one(desk, admin):
    """The last first; an older one cannot be, and each once."""
    story = await desk.publishes(ONE)
    await desks.drop(desk.room, await desk.press(ADMIN), story)
    await desks.retitle(desk.room, await desk.press(ADMIN), story, "甲")
    await desks.retitle(desk.room, await desk.press(ADMIN), story, "乙")
    await desks.hold(desk.room, await desk.press(ADMIN), story)
    _, known = await desks.look(desk.room, await desk.press(ADMIN), story)
    with pytest.raises(desks.NotUnderstood):
        await desks.undo(desk.room, await desk.press(ADMIN), story, known[0].id)
    titles = []
    for one in reversed(known):
        told = await desks.undo(desk.room, await desk.press(ADMIN), story, one.id)
        titles.append((told.title, told.is_offered))
    with pytest.raises(desks.NotUnderstood):
        await desks.undo(desk.room, await desk.press(ADMIN), story, known[0].id)

    assert [("乙", False), ("甲", False), (ONE, False), (ONE, True)] == titles


async def test_a_merge_is_taken_back(desk, admin):
    """Both are there again with their articles; a split joined again likewise."""
    one, other = await desk.publishes(ONE), await desk.publishes(TWO)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, other)
    merged = await desk.stories()
    _, known = await desks.look(desk.room, await desk.press(ADMIN), one)
    await desks.undo(desk.room, await desk.press(ADMIN), one, known[-1].id)
    apart = await desk.stories()
    again = await desk.story(other)

    assert ([{ONE, TWO}], [{TWO}, {ONE}], other) == (merged, apart, again.id)


async def test_a_split_is_taken_back(desk, admin):
    """The article is a part of the story again."""
    one, other = await desk.publishes(ONE), await desk.publishes(TWO)
    moved = (await desk.story(other)).lead.id
    await rulings.merge(desk.room, await desk.press(ADMIN), one, other)
    await rulings.split(desk.room, await desk.press(ADMIN), one, moved)
    apart = await desk.stories()
    _, known = await desks.look(desk.room, await desk.press(ADMIN), one)
    await desks.undo(desk.room, await desk.press(ADMIN), one, known[-1].id)

    assert ([{TWO}, {ONE}], [{ONE, TWO}]) == (apart, await desk.stories())


async def test_a_press_that_is_dealt_with_twice_decides_once(desk, admin):
    """After a crash between the decision and its answer."""
    story = await desk.publishes(ONE)
    press = await desk.press(ADMIN)
    for _ in range(2):
        await desks.drop(desk.room, press, story)
    _, known = await desks.look(desk.room, await desk.press(ADMIN), story)

    assert (True, 1) == ((await desk.story(story)).is_dropped, len(known))


async def test_what_was_taken_back_stays_so_through_the_night(desk, admin):
    """Tidying forgets neither rulings nor what is edited."""
    story = await desk.publishes(ONE)
    await desks.retitle(desk.room, await desk.press(ADMIN), story, "国产设备过关")
    await desks.retract(desk.room, await desk.press(ADMIN), story, "不实")
    await tidy.tidy(desk.room)
    told = await desk.story(story)

    assert ("国产设备过关", "不实", [], True) == (
        told.title, told.retracted, await found(desk, "国产设备过关"), index_is_whole(desk),
    )  # fmt: skip


async def test_a_rule_looks_again_when_the_lead_changes(desk, admin):
    """What a shop began and a paper tells is the paper's."""
    await rules.add(desk.room, await desk.press(ADMIN), "来源:shop")
    story = await desk.publishes(ONE, source_id="shop", text="短")
    before = (await desk.story(story)).rule
    await desk.publishes(ONE, source_id="paper", text=body(ONE))
    told = await desk.story(story)

    assert ("来源:shop", 2, None) == (before, len(told.articles), told.rule)


async def test_votes_and_follows_go_back_with_a_merge(desk, admin):
    """Those of who had said something of one alone."""
    one, other = await desk.publishes(ONE), await desk.publishes(TWO)
    await desk.subscribes(7)
    for reader, story in ((7, other), (8, other), (8, one)):
        await stories.vote(desk.room, await desk.press(reader), story, 1)
    await stories.save(desk.room, await desk.press(7), other)
    async with desk.room.store.begin() as tx:
        await tx.readers.add_words(7, "follow", [of_story(other)], desk.moment)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, other)
    merged = await desk.story(one)
    _, known = await desks.look(desk.room, await desk.press(ADMIN), one)
    await desks.undo(desk.room, await desk.press(ADMIN), one, known[-1].id)
    first, second = await desk.story(one), await desk.story(other)

    assert 2 == merged.tally.up
    assert [(1, 0), (1, 1)] == [(story.tally.up, story.tally.saves) for story in (first, second)]
    assert (of_story(other),) == (await desk.reader(7)).follows


async def test_what_hangs_on_a_ruling_keeps_it(desk, admin):
    """A story that was split off, and went into another one since."""
    one, other, third = [await desk.publishes(title) for title in (ONE, TWO, "硅岸发布新手机")]
    moved = (await desk.story(other)).lead.id
    await rulings.merge(desk.room, await desk.press(ADMIN), one, other)
    _, new = await rulings.split(desk.room, await desk.press(ADMIN), one, moved)
    _, known = await desks.look(desk.room, await desk.press(ADMIN), one)
    await rulings.merge(desk.room, await desk.press(ADMIN), third, new.id)
    with pytest.raises(NotUnderstood):
        await desks.undo(desk.room, await desk.press(ADMIN), one, known[-1].id)


async def test_what_was_retracted_is_not_merged(desk, admin):
    """It would be found again."""
    one, other = await desk.publishes(ONE), await desk.publishes(TWO)
    await desks.retract(desk.room, await desk.press(ADMIN), other, "不实")
    with pytest.raises(NotUnderstood):
        await rulings.merge(desk.room, await desk.press(ADMIN), one, other)


async def test_a_rule_looks_at_an_editors_headline(desk, admin):
    await rules.add(desk.room, await desk.press(ADMIN), "促销")
    story = await desk.publishes(ONE)
    await desks.retitle(desk.room, await desk.press(ADMIN), story, "光刻机大促销")

    assert "促销" == (await desk.story(story)).rule


async def test_nothing_of_a_removed_headline_is_left(desk, admin):
    """Neither in what editors did with it nor in what is related to others; the story lives on."""
    same = body("x")
    story = await desk.publishes(ONE, source_id="a", text=same)
    await desk.publishes("光刻机验收通过了", source_id="b", text=same)
    lead = (await desk.story(story)).lead
    await desk.publishes(TWO, related=(Link(ONE, lead.link),))
    await desks.correct(desk.room, await desk.press(ADMIN), story, f"{ONE}（更正）", f"{ONE}有误")
    await desks.retitle(desk.room, await desk.press(ADMIN), story, f"{ONE}二")
    await removal.remove(desk.room, await desk.press(ADMIN), lead.id)
    kept = {
        name
        for name in metadata.tables
        for row in databases.rows(desk.room.settings.database, f'SELECT * FROM "{name}"')  # noqa: S608 its own
        if any(ONE in str(value) for value in row.values())
    }

    assert (set(), ["光刻机验收通过了"]) == (kept, [one.title for one in (await desk.story(story)).articles])
