"""The words of a week that there are more of than there were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.rising import rising
from newsbot.models.review import Rising

CALM = {"苹果": 400, "华为": 400}  # of four weeks: the rest of the archive


def words(
    this: dict[str, int], before: dict[str, int] | None = None, weeks: int = 4, **more: int
) -> list[str]:
    """What rose, beside a calm rest."""
    calm = {word: count // 4 for word, count in CALM.items()}
    return [one.word for one in rising(calm | this, CALM | (before or {}), weeks, **more)]


def test_a_word_rises_against_an_average_week() -> None:
    """Its count is this week's, what was before is a week's share of all weeks."""
    assert [Rising("芯片", 12, 4.0)] == rising({"芯片": 12, "苹果": 100}, {"芯片": 16, "苹果": 400}, 4)


def test_a_new_word_rises() -> None:
    """It was in none of the weeks before."""
    assert [Rising("云雀", 6, 0.0)] == rising({"云雀": 6, "苹果": 100}, {"苹果": 400}, 4)


def test_a_word_that_is_always_there_does_not_rise() -> None:
    """However many stories it has."""
    assert ["云雀"] == words({"云雀": 6})


def test_a_word_does_not_rise_because_the_archive_grows() -> None:
    """Twice as many sources tell twice as much of everything."""
    assert [] == rising({"芯片": 24, "苹果": 200}, {"芯片": 48, "苹果": 400}, 4)


def test_a_word_does_not_rise_in_a_thin_week() -> None:
    """A greater share of fewer stories is no rise that could be shown as one."""
    assert [] == rising({"芯片": 10, "苹果": 20}, {"芯片": 44, "苹果": 400}, 4)


def test_a_little_more_is_chance() -> None:
    """105 stories after 100 are nothing to tell."""
    assert [] == words({"手机": 105}, {"手机": 400})


def test_many_stories_weigh_more_than_a_rare_word() -> None:
    """Three after none is infinitely more, and tells less than thirty after five."""
    assert ["大模型", "云雀"] == words({"云雀": 3, "大模型": 30}, {"大模型": 20})


def test_a_few_stories_are_no_rise() -> None:
    """Two may be the same day's echo."""
    assert (["云雀"], ["云雀", "青松"]) == (
        words({"云雀": 3, "青松": 2}),
        words({"云雀": 3, "青松": 2}, least=2),
    )


def test_only_the_strongest_are_told() -> None:
    """As many as a phone shows."""
    assert ["f", "e"] == words({word: 10 + place for place, word in enumerate("abcdef")}, most=2)


def test_of_equal_words_the_order_stays() -> None:
    """The same week gives the same list."""
    assert ["a", "b", "c"] == words({"c": 6, "a": 6, "b": 6})


@pytest.mark.parametrize(("before", "weeks"), [({}, 0), ({"b": 90}, 0)])
def test_without_weeks_before_the_count_decides(before: dict[str, int], weeks: int) -> None:
    """A young bot tells what there was most of, and claims no rise."""
    assert [Rising("b", 9, None), Rising("a", 4, None)] == rising({"a": 4, "b": 9, "c": 1}, before, weeks)


def test_weeks_without_stories_are_no_mistake() -> None:
    """A bot may have been off."""
    assert [Rising("a", 4, 0.0)] == rising({"a": 4}, {}, 4)
    assert [] == rising({}, {}, 4)


COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), max_size=8)


@given(this=COUNTS, before=COUNTS, weeks=st.integers(0, 8), least=st.integers(1, 6))
def test_nothing_rises_with_too_few_stories(
    this: dict[str, int], before: dict[str, int], weeks: int, least: int
) -> None:
    """Whatever was before."""
    assert all(one.count >= least for one in rising(this, before, weeks, least=least))


@given(
    this=COUNTS,
    before=COUNTS,
    weeks=st.integers(0, 8),
    word=st.sampled_from("abcdefgh"),
    more=st.integers(1, 30),
)
def test_more_stories_never_lower_a_word(
    this: dict[str, int], before: dict[str, int], weeks: int, word: str, more: int
) -> None:
    """Also though they make the archive grow."""
    fewer = [one.word for one in rising(this, before, weeks)]
    after = [one.word for one in rising(this | {word: this.get(word, 0) + more}, before, weeks)]

    assert word not in fewer or after.index(word) <= fewer.index(word)
