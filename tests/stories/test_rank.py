"""The ranking and its reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsbot.models.stories import Story, Tally, Usual, Wants
from newsbot.stories.rank import MUTED, board, is_followed, rank, reasons, shown_value, usual
from tests.stories.articles import NOON as NOW
from tests.stories.articles import article, story


def points(told: Story, **wants: Any) -> dict[str, float]:
    return {reason.key: reason.points for reason in reasons(told, board([told], NOW), Wants(**wants))}


def ids(*stories: Story, **wants: Any) -> list[int]:
    return [one.story.id for one in rank(board(stories, NOW), Wants(**wants))]


def sure(up: int = 0, down: int = 0, seen: float = 0, **more: Any) -> Tally:
    """Votes of readers whom everybody trusts."""
    return Tally(up=up, down=down, sure_up=up, sure_down=down, times=round(seen), seen=seen, **more)


def valued(*values: int, sure: bool = True) -> Tally:
    total, count = sum(values), len(values)
    mine = {"sure_value_sum": total, "sure_value_count": count} if sure else {}
    return Tally(value_sum=total, value_count=count, **mine)


@pytest.mark.parametrize(
    ("told", "key", "expected"),
    [
        (story(tally=valued(5, 5, 5, 5, 5)), "rank.value", 1.0),
        (story(hours=12), "rank.fresh", 1.5),
        (story(hours=-5), "rank.fresh", 3.0),
        (story(reads=999_999), "rank.reads", 1.0),
        (story(tally=Tally(reports=3)), "rank.reports", -1.0),
        (story(tally=Tally(reports=99_999)), "rank.reports", -2.0),
        (story(noise="deal"), "rank.noise", -3.0),
        (story(1, article(1), article(2, source_id="two")), "rank.sources", 1.0),
        (story(1, article(1), article(2, source_id="two", copy_of=1)), "rank.sources", 0.3219),
        (replace(story(), weight=2.0), "rank.weight", 1.0),
        (replace(story(), weight=0.25), "rank.weight", -2.0),
        (replace(story(), weight=1000.0), "rank.weight", 2.0),
        (replace(story(), pinned_until=NOW + timedelta(hours=1)), "rank.pin", 6.0),
    ],
)
def test_each_part_gives_its_points(told: Story, key: str, expected: float) -> None:
    """The formula in the module's docstring, part by part."""
    assert expected == points(told)[key]


def test_a_part_without_points_is_no_reason() -> None:
    """A story without votes, values, reads and noise has its freshness only."""
    assert {"rank.fresh": 3.0} == points(story())


def test_the_score_is_the_sum_of_its_reasons() -> None:
    """Nothing counts that is not told."""
    told = story(tally=sure(3, 1, 40), reads=500, hours=3, tags=("芯片",), noise="deal")
    wants = Wants(follows=("芯片",), mutes=("标题",), taste={"tag:芯片": 0.7})
    on = board([told, story(2)], NOW)
    (ranked,) = [one for one in rank(on, wants) if one.story is told]

    parts = {reason.key: reason.points for reason in reasons(told, on, wants)}
    assert ranked.score == pytest.approx(sum(parts.values()), abs=0.001)
    assert {"follow", "muted", "taste", "noise", "votes", "fresh", "reads"} == {
        key.removeprefix("rank.") for key in parts
    }


def test_four_raters_give_no_value_yet() -> None:
    """A value is shown, and counts, from five raters on."""
    few = story(tally=valued(5, 5, 5, 5))

    assert (None, "rank.value" in points(few)) == (shown_value(few), False)


def test_what_a_source_tells_again_counts_half() -> None:
    """In words of its own; what it prints twice counts for nothing."""
    twice = points(story(1, article(1), article(2)))
    printed_twice = points(story(1, article(1), article(2, copy_of=1)))

    assert (0.585, False) == (twice["rank.sources"], "rank.sources" in printed_twice)


def test_a_vote_changes_the_order() -> None:
    """Of two equal stories the supported one is first, the opposed one last."""
    assert [1, 2, 3] == ids(story(3, tally=sure(down=1)), story(2), story(1, tally=sure(1)))


@pytest.mark.parametrize(
    ("title", "tags", "expected"),
    [
        ("鴻蒙系统发布", (), 2.0),
        ("别的", ("鸿蒙",), 2.0),
        ("Send an email", (), 0.0),
        ("AI与鸿蒙", (), 4.0),
        ("AI、鸿蒙、GPT4o", ("GPT-4o",), 4.0),
    ],
)
def test_a_followed_word_lifts_a_story(title: str, tags: tuple[str, ...], expected: float) -> None:
    """In the title or a tag, Latin words whole, and not without end."""
    found = points(story(title=title, tags=tags), follows=("鸿蒙", "AI", "GPT-4o", "!!!"))

    assert expected == found.get("rank.follow", 0.0)


def test_taste_lifts_and_lowers_within_its_cap() -> None:
    """The weights of tags and source are added up."""
    told = story(tags=("芯片", "汽车"), source_id="ithome")

    assert 0.25 == points(told, taste={"tag:芯片": 1.0, "source:ithome": -0.5})["rank.taste"]
    assert -2.0 == points(told, taste={"tag:芯片": -3.0, "tag:汽车": -3.0})["rank.taste"]


def test_ties_are_always_broken_the_same_way() -> None:
    """Equal stories come in the same order however they were given: the later one first."""
    assert [3, 2, 1] == ids(story(1), story(2), story(3)) == ids(story(3), story(1), story(2))


def test_votes_count_per_reader_who_saw_it() -> None:
    """Ten of a hundred are more than ten of a thousand; one that nobody supports of many is worse than an unseen one."""
    few, many = story(1, tally=sure(10, seen=100)), story(2, tally=sure(10, seen=1000))
    unseen, ignored = story(3), story(4, tally=sure(seen=500))

    assert [1, 3, 2, 4] == ids(few, many, unseen, ignored)


def test_what_is_usual_is_learned_from_the_stories() -> None:
    """Where everybody votes for everything a vote says little."""
    lively = [story(number, tally=sure(50, seen=100)) for number in range(2, 12)]

    assert pytest.approx(Usual(up=510 / 1200, down=2 / 1200).up) == usual(lively).up
    told = story(1, tally=sure(10, seen=100))
    alone, among = board([told], NOW), board([told, *lively], NOW)
    of = {key: {one.key: one.points for one in reasons(told, on)} for key, on in (("a", alone), ("b", among))}
    assert (of["a"]["rank.votes"] > 0, of["b"]["rank.votes"] < 0) == (True, True)


def test_a_crowd_that_was_called_moves_little() -> None:
    """Twenty votes of newcomers are less than three of readers whom it was shown."""
    called = story(1, tally=Tally(up=20))

    assert points(called)["rank.votes"] < points(story(2, tally=sure(3)))["rank.votes"]
    assert points(called)["rank.votes"] > points(story(3, tally=Tally(up=1)))["rank.votes"] > 0


def test_values_of_a_crowd_that_was_called_move_little() -> None:
    """Nine fives of newcomers move the value less than five of readers."""
    called, trusted = story(tally=valued(*[5] * 9, sure=False)), story(tally=valued(*[5] * 5))
    many = Tally(value_sum=70, value_count=14, sure_value_sum=25, sure_value_count=5)

    assert (None, 1.0) == (points(called).get("rank.value"), points(trusted)["rank.value"])
    assert 1.0 < points(story(tally=many))["rank.value"] < 1.2
    assert 4.29 == shown_value(called)  # what is shown is everybody's


def test_what_is_muted_is_last_and_says_so() -> None:
    """Whatever else speaks for it."""
    told = story(1, tally=sure(30, seen=40), title="苹果发布")
    order = rank(board([told, story(2)], NOW), Wants(mutes=("苹果",)))

    assert [(2, False), (1, True)] == [(one.story.id, one.muted) for one in order]
    assert MUTED == points(told, mutes=("苹果",))["rank.muted"]


def test_only_what_a_word_hits_is_looked_at() -> None:
    """Where it is known what followed words hit, others are not asked: the same comes out."""
    stories = [story(number, title=f"芯片 {number}" if number % 3 else "别的") for number in range(1, 30)]
    hits = {"芯片": {one.id for one in stories if "芯片" in one.title}}
    on = board(stories, NOW)
    known = replace(on, hits=hits, leads={})
    asked = Wants(follows=("芯片",))

    assert rank(on, asked) == rank(known, asked)
    assert [bool(one.story.id % 3) for one in rank(known, asked)] == [
        one.followed for one in rank(known, asked)
    ]


WORDS = (
    "芯片", "鴻蒙", "ＡＩ", "GPT-4o", "gpt4o", "iphone16", '"开源 大模型"', "芯片 -华为", "芯片 OR 手机", "来源:one", "标签:手机",
    "story:3", "LLM", "!!!", "",
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_who_may_be_about_a_word_is_asked(word: str) -> None:
    """However it is written: nobody who is about it is left out."""
    titles = (
        "国产芯片量产", "鸿蒙系统发布", "AI 与芯片", "GPT-4o 上线", "GPT4O 降价", "iPhone 16 开售", "开源、大模型", "开源大模型",
        "华为芯片", "手机上市", "email 工具", "",
    )  # fmt: skip
    stories = [story(number, title=title) for number, title in enumerate(titles, 1)]
    stories.append(story(90, title="别的", tags=("手机", "大模型")))
    expected = {one.id for one in stories if is_followed(one, word)}

    on = board(stories, NOW)
    assert expected == {one.story.id for one in rank(on, Wants(follows=(word,))) if one.followed}
    assert expected == {one.story.id for one in rank(on, Wants(mutes=(word,))) if one.muted}
