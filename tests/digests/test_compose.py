"""Which stories one reader gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.compose import compose as composed
from newsbot.digests.compose import is_wanted
from newsbot.models.articles import Article
from newsbot.models.digests import Digest, Seen
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story, Wants
from newsbot.stories.board import Board
from newsbot.stories.rank import HALF_LIFE, USUAL, board
from tests.examples import NOON, article, minutes_ago, story


def ranked(number: int, *, followed: bool = False, **article_changes: Any) -> Ranked:
    """A story of one article of the same number, each of its own source and about something else."""
    changes = {"source_id": f"s{number}", "tags": (f"t{number}",), **article_changes}
    return Ranked(story(number, article(number, **changes)), 0.0, followed)


def compose(
    stories: Sequence[Ranked],
    reader: Reader,
    shown: Mapping[int, datetime] = MappingProxyType({}),
    lost: frozenset[int] = frozenset(),
    since: datetime | None = None,
) -> Digest:
    """Of a board on which these stories stand in this order, for a reader who follows those that say so."""
    told = tuple(one.story for one in stories)
    scores = tuple(10.0 * (len(told) - place) for place in range(len(told)))
    on = Board(
        stories=told,
        now=NOON,
        half_life=HALF_LIFE,
        usual=USUAL,
        scores=scores,
        noises={place: (one.lead.noise, 0.0) for place, one in enumerate(told) if one.lead.noise},
        hits={"关注的": {one.story.id for one in stories if one.followed}},
    )
    wants = Wants(follows=("关注的",), mutes=reader.mutes, lets_in=reader.lets_in)
    return composed(on, reader, wants, Seen(shown=shown, lost=lost, since=since))


def ids(digest: Digest) -> list[int]:
    return [one.story.id for one in digest.stories]


def chosen(*stories: Ranked, **reader: Any) -> list[int]:
    return ids(compose(stories, Reader(id=1, **reader)))


def test_the_best_come_first_and_no_more_than_wanted() -> None:
    """The order of the ranking, as long as the reader likes a digest."""
    assert [1, 2, 3] == chosen(*(ranked(number) for number in range(1, 9)), length=3)


def test_what_the_reader_follows_comes_before_the_rest() -> None:
    """Whatever its rank; among followed stories the rank decides."""
    assert [2, 4, 1, 3] == chosen(ranked(1), ranked(2, followed=True), ranked(3), ranked(4, followed=True))


def test_what_may_be_lost_leaves_half_of_the_places_to_news() -> None:
    """The best of it comes first; the others have the place of their rank."""
    stories = [ranked(number) for number in range(1, 11)]
    digest = compose(stories, Reader(id=1, length=4), lost=frozenset((5, 6, 7, 8)))

    assert ([5, 6, 1, 2], frozenset((5, 6))) == (ids(digest), digest.lost_ids)
    assert [5] == ids(compose(stories, Reader(id=1, length=1), lost=frozenset((5,))))


def test_what_may_be_lost_comes_first_and_is_named() -> None:
    """Stories of an unknown delivery are offered again before all others."""
    stories = [ranked(1, followed=True), ranked(2), ranked(3)]
    digest = compose(stories, Reader(id=1), lost=frozenset((3, 99)))

    assert ([3, 1, 2], frozenset((3,))) == (ids(digest), digest.lost_ids)


def test_what_was_shown_does_not_come_again() -> None:
    """One shown article is enough: the other one tells the same event. Not even as perhaps lost."""
    told_twice = Ranked(story=story(1, article(1), article(8, source_id="two")), score=0)
    digest = compose([told_twice, ranked(2)], Reader(id=1), shown={8: NOON}, lost=frozenset((1,)))

    assert ([2], frozenset()) == (ids(digest), digest.lost_ids)


def test_at_most_three_of_a_source_while_there_are_others() -> None:
    """The fourth waits until all other sources had their turn."""
    stories = [ranked(number, source_id="daily") for number in range(1, 6)] + [ranked(6), ranked(7)]

    assert [1, 2, 3, 6, 7] == chosen(*stories, length=5)
    assert [1, 2, 3, 6, 7, 4, 5] == chosen(*stories, length=7)


def test_at_most_three_about_one_thing_while_there_are_others() -> None:
    """The first tag says what a story is about."""
    stories = [ranked(number, tags=("手机", f"t{number}")) for number in range(1, 6)] + [ranked(6), ranked(7)]

    assert [1, 2, 3, 6, 7] == chosen(*stories, length=5)
    assert [1, 2, 3, 6, 7, 4, 5] == chosen(*stories, length=7)


def test_what_arrived_before_the_last_digest_is_old() -> None:
    """Also where nobody was shown it; when it was published does not matter, nor where it was pinned."""
    old, late = ranked(1, first_seen=minutes_ago(200)), ranked(2, first_seen=minutes_ago(20))
    pinned = replace(ranked(3, first_seen=minutes_ago(300)).story, pinned_until=NOON + timedelta(hours=1))
    stories = [old, late, Ranked(pinned, 0)]
    digest = compose(stories, Reader(id=1), since=minutes_ago(60))

    assert ([2, 3], [1, 2, 3]) == (ids(digest), chosen(*stories))


def test_noise_that_is_old_or_muted_or_was_shown_is_not_counted() -> None:
    """已滤 is what the reader would have got now."""
    deals = [
        ranked(number, noise="deal", title=f"优惠 {number}", first_seen=minutes_ago(10 * number))
        for number in range(1, 8)
    ]
    reader = Reader(id=1, mutes=("3",))

    assert 7 == compose(deals, Reader(id=1)).filtered
    assert 2 == compose(deals, reader, shown={2: NOON}, since=minutes_ago(45)).filtered


def test_followed_stories_may_be_of_one_source() -> None:
    """Who follows a word wants all of it."""
    stories = [ranked(number, source_id="daily", followed=True) for number in range(1, 6)]

    assert [1, 2, 3, 4, 5, 6] == chosen(*stories, ranked(6))


def test_noise_stays_out_and_is_counted() -> None:
    """Only noise that this reader would have got."""
    stories = [ranked(1), ranked(2, noise="deal"), ranked(3, noise="deal", language="en")]
    digest = compose(stories, Reader(id=1))

    assert ([1], 1) == (ids(digest), digest.filtered)


def test_nothing_but_noise_is_no_digest_of_samples() -> None:
    """The count is right also where nothing is left."""
    digest = compose([ranked(1, noise="deal")], Reader(id=1))

    assert ((), 1, False) == (digest.stories, digest.filtered, digest.sample)


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ({"language": "zh"}, [1, 3]),
        ({"language": "en"}, [2, 3]),
        ({"language": "zh", "languages": frozenset(("zh", "en"))}, [1, 2, 3]),
        ({"language": "zh", "languages": frozenset(("fr",))}, []),
    ],
)
def test_a_reader_gets_the_languages_that_were_set(reader: dict[str, Any], expected: list[int]) -> None:
    """Those of the bot's words where none were set; one article in it is enough for a story."""
    both = Ranked(story=story(3, article(3, language="en"), article(4)), score=0)

    assert expected == chosen(ranked(1), ranked(2, language="en"), both, **reader)


@pytest.mark.parametrize(
    ("word", "is_muted"),
    [
        ("鸿蒙", True),
        ("鴻蒙", True),
        ("harmony", True),
        ("ＨＡＲＭＯＮＹ", True),
        ("手机", True),
        ("mail", False),
        ("ai", False),
        ("来源:IT之家", True),
        ("来源：it之家", True),
        ("source:ITHOME", True),
        ("来源:别家", False),
        ("来源:", False),
        ("!!!", False),
        ("", False),
    ],
)
def test_muted_words_stay_out(word: str, is_muted: bool) -> None:
    """In title or tags, in any width, script and case, Latin words whole; or the source that tells it."""
    about = ranked(
        1, title="鸿蒙 HARMONY 的 email", tags=("手机",), source="IT之家", source_id="ithome"
    ).story
    found = composed(board([about], NOON), Reader(id=1), Wants(mutes=(word,)))

    assert ([] if is_muted else [1]) == ids(found)
    assert is_wanted(about, Reader(id=1, mutes=(word,))) is not is_muted


def test_samples_are_shown_until_there_is_news() -> None:
    """The newsstand's samples never stand beside real news."""
    samples = [ranked(1, sample=True), ranked(2, sample=True)]
    alone, beside = compose(samples, Reader(id=1)), compose([*samples, ranked(3)], Reader(id=1))

    assert ([1, 2], True) == (ids(alone), alone.sample)
    assert ([3], False) == (ids(beside), beside.sample)


def test_samples_do_not_come_back() -> None:
    """Who has seen all the real news gets nothing rather than samples."""
    digest = compose([ranked(1, sample=True), ranked(2)], Reader(id=1), shown={2: NOON})

    assert ((), False) == (digest.stories, digest.sample)


pools: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        followed=st.booleans(),
        sample=st.booleans(),
        noise=st.sampled_from((None, None, None, "deal")),
        source_id=st.sampled_from(("a", "b", "c")),
        language=st.sampled_from(("zh", "zh", "en")),
    ),
    max_size=25,
)


@given(pools, st.integers(1, 12), st.frozensets(st.integers(0, 25)), st.frozensets(st.integers(0, 25)))
def test_every_digest_keeps_the_rules(
    pool: list[dict[str, Any]], length: int, shown: frozenset[int], lost: frozenset[int]
) -> None:
    """Nothing twice, nothing shown, no noise, samples apart, nothing lost that is not there."""
    stories = [ranked(number, **changes) for number, changes in enumerate(pool)]
    digest = compose(stories, Reader(id=1, length=length), dict.fromkeys(shown, NOON), lost)
    leads = [one.story.lead for one in digest.stories]

    assert len({lead.id for lead in leads}) == len(leads) <= length
    assert not {lead.id for lead in leads} & shown
    assert {(None, "zh", digest.sample)} >= {(lead.noise, lead.language, lead.sample) for lead in leads}
    assert digest.lost_ids == lost & set(ids(digest))


def test_noise_is_out_unless_the_reader_lets_its_kind_in() -> None:
    """Only kinds that are let in; the others are counted."""
    stories = [ranked(1), ranked(2, noise="deal"), ranked(3, noise="funding")]
    digest = compose(stories, Reader(id=1, lets_in=frozenset(("deal",))))

    assert ([1, 2], 1) == (ids(digest), digest.filtered)
    assert [1] == chosen(*stories)


def grown(known: int, since: int, **changes: Any) -> Story:
    """A story that so many sources told an hour ago, and so many others since."""
    told = [article(number, source_id=f"s{number}") for number in range(1, known + 1)]
    later = [
        article(number, source_id=f"s{number}", published=NOON, **changes)
        for number in range(known + 1, known + since + 1)
    ]
    return story(1, *told, *later)


@pytest.mark.parametrize(
    ("known", "since", "comes_back"),
    [(1, 3, True), (1, 2, False), (4, 4, True), (4, 3, False), (2, 0, False)],
)
def test_a_story_that_has_grown_much_comes_back(known: int, since: int, comes_back: bool) -> None:
    """As many sources again as there were, and at least three; it says so."""
    shown = dict.fromkeys(range(1, known + 1), minutes_ago(30))
    digest = compose([Ranked(grown(known, since), 0)], Reader(id=1), shown)

    assert ([1] if comes_back else []) == ids(digest)
    assert (frozenset((1,)) if comes_back else frozenset()) == digest.grown_ids


def test_copies_are_no_growth() -> None:
    """Ten sources that print the same text tell nothing new."""
    shown = {1: minutes_ago(30)}

    assert [] == ids(compose([Ranked(grown(1, 10, copy_of=1), 0)], Reader(id=1), shown))


def test_what_was_published_before_it_was_shown_is_no_growth() -> None:
    """A slow source that is pulled later brings nothing new."""
    shown = {1: minutes_ago(30)}
    late = grown(1, 5)
    early = story(1, *(article(one.id, source_id=one.source_id) for one in late.articles))

    assert [] == ids(compose([Ranked(early, 0)], Reader(id=1), shown))


def test_a_story_comes_back_once() -> None:
    """When it was shown twice already, whatever else comes stays away."""
    shown = {1: minutes_ago(90), 2: minutes_ago(30)}

    assert [] == ids(compose([Ranked(grown(2, 9), 0)], Reader(id=1), shown))


def test_no_more_than_two_come_back() -> None:
    """A digest is for what is new."""
    told = [grown(1, 3) for _ in range(4)]
    stories = [
        Ranked(story(number, *(replace_id(one, 10 * number + one.id) for one in old.articles)), 0)
        for number, old in enumerate(told, 1)
    ]
    shown = {10 * number + 1: minutes_ago(30) for number in range(1, 5)}

    assert [1, 2] == ids(compose(stories, Reader(id=1), shown))


def replace_id(old: Article, number: int) -> Article:
    return replace(old, id=number)


def test_a_topic_has_what_it_is_about_and_nothing_else() -> None:
    """Where others fill up with the best of the rest; also of what an earlier delivery may have lost."""
    stories = [ranked(1), ranked(2, followed=True), ranked(3), ranked(4, followed=True)]
    topic = Reader(id=-7, follows=("芯片",), only_followed=True)
    found = compose(stories, topic, lost=frozenset((1, 4)))

    assert {2, 4} == {one.story.id for one in found.stories}
    assert 4 == len(compose(stories, replace(topic, only_followed=False)).stories)
    assert () == compose([ranked(1)], topic).stories
