"""Which articles are one story."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsbot.models.stories import Signature
from newsbot.stories.cluster import MOST, WINDOW, candidates, choose, is_reprint, keys
from newsbot.stories.signature import signature
from tests.conftest import shared
from tests.stories.articles import article

LONG = "。".join(
    f"第{number}段说的是新工厂的第{number * 7}号机器怎样在{number * 3}天里装好" for number in range(40)
)
OTHER = "。".join(
    f"会上有{number}人谈到{number * 11}种电池与它们的{number * 5}次试验" for number in range(60)
)


def stored(number: int, title: str, text: str = "", **more: Any) -> Signature:
    return replace(signature(article(number, title, text, **more)), story_id=number)


def joins(one: Signature, other: Signature) -> bool:
    """Whether the second article joins the story of the first one, found through its keys."""
    found = [one] if set(keys(one)) & set(keys(other)) else []
    return choose(replace(other, story_id=None), found) == one.story_id


@pytest.mark.parametrize(
    "text",
    [LONG, LONG[:300], "本文转载自网络，版权归原作者所有。" + LONG, LONG.replace("第3段", "某段")],
    ids=["the same", "its beginning", "with a notice", "edited"],
)
def test_a_reprint_joins_whatever_its_title(text: str) -> None:
    """60 % of the shorter text is enough."""
    assert joins(stored(1, "工厂开工", LONG), stored(2, "完全两样的标题文字", text, source_id="two"))


def test_another_text_is_no_reprint() -> None:
    """Texts that share no runs are two."""
    assert not is_reprint(stored(1, "工厂开工", LONG), stored(2, "电池大会", OTHER))


def test_a_short_teaser_is_no_reprint() -> None:
    """What many articles may share does not join them."""
    assert not is_reprint(
        stored(1, "甲", "点击查看全文，更多内容请下载客户端"),
        stored(2, "乙", "点击查看全文，更多内容请下载客户端"),
    )


def test_a_round_up_does_not_swallow_what_it_contains() -> None:
    """An article that stands whole in a round-up stays apart; the round-up's own reprint joins it."""
    roundup = stored(1, "早报：工厂开工；电池大会", LONG + OTHER, noise="roundup")

    assert not joins(roundup, stored(2, "新工厂开工了吗", LONG))
    assert joins(roundup, stored(3, "晨间新闻汇总", LONG + OTHER, noise="roundup"))


def test_the_same_headline_of_another_source_joins() -> None:
    """Punctuation and the site's name do not matter."""
    assert joins(stored(1, "某厂发布新手机"), stored(2, "【快讯】某厂发布新手机！_某站", source_id="two"))


def test_the_standing_title_of_a_column_does_not_join() -> None:
    """The same title from the same source a day later is the next issue; after four days from any source."""
    assert not joins(stored(1, "每周硬件观察", hours=24), stored(2, "每周硬件观察"))
    assert not joins(stored(1, "每周硬件观察", hours=96), stored(2, "每周硬件观察", source_id="two"))


@pytest.mark.parametrize(
    ("one", "other", "tags"),
    [
        ("何小树发布语言模型，参数105M", "只有105M参数，何小树的新语言模型", ("何小树",)),
        ("Acme宣布终止滔滔的线上经销权", "Acme“砸锅”，线上经销商震惊", ("Acme",)),
        ("王小狗收入1965亿，船漏水了", "营收1965亿，王小狗的船怎么漏水了", ("王小狗",)),
    ],
)
def test_the_same_event_in_other_words_joins(one: str, other: str, tags: tuple[str, ...]) -> None:
    """A rare name and something more in common: figures, rare words."""
    assert joins(stored(1, one, tags=tags, hours=5), stored(2, other, tags=tags, source_id="two"))


@pytest.mark.parametrize(
    ("one", "other", "tags"),
    [
        ("Acme宣布终止滔滔的线上经销权", "Acme开了一家咖啡馆", ("Acme",)),
        ("谷歌发布新的手机系统", "谷歌公布季度营收", ("谷歌",)),
        ("OpenAI紧急叫停GPT-6训练计划", "OpenAI紧急叫停GPT-5训练计划", ("OpenAI",)),
        ("如何在Zorin上安装Brave浏览器", "如何在Zorin上安装Docker浏览器", ("Zorin",)),
        ("Acme深度观察之三：线上经销", "Acme深度观察之四：线上经销", ("Acme",)),
    ],
    ids=["one company twice", "a common name", "another version", "guides", "a series"],
)
def test_two_happenings_stay_apart(one: str, other: str, tags: tuple[str, ...]) -> None:
    """Whatever their titles share, they are not one event."""
    assert not joins(stored(1, one, tags=tags, hours=5), stored(2, other, tags=tags, source_id="two"))


def test_two_long_texts_on_other_subjects_stay_apart() -> None:
    """Similar titles over texts that share nothing are two events."""
    one, other = "Acme终止滔滔的线上经销权", "Acme终止海海的线上经销权"

    assert joins(stored(1, one, tags=("Acme",)), stored(2, other, tags=("Acme",)))
    assert not joins(stored(1, one, LONG, tags=("Acme",)), stored(2, other, OTHER, tags=("Acme",)))


def test_the_same_event_after_four_days_is_another_story() -> None:
    """Other words join within 72 hours only."""
    assert not joins(
        stored(1, "Acme终止滔滔的线上经销权", tags=("Acme",), hours=96),
        stored(2, "Acme：滔滔的线上经销到此为止", tags=("Acme",), source_id="two"),
    )


def test_english_headlines_need_half_of_their_words() -> None:
    """A name and a common verb are not enough in a language whose words have no counts."""
    one = stored(1, "Acme recalls Falcon phones over battery fires")

    assert joins(one, stored(2, "Battery fires: Acme recalls all Falcon phones", source_id="two"))
    assert not joins(
        one, stored(2, "Acme battery plant opens near Falcon city, workers cheer", source_id="two")
    )


def test_an_article_without_neighbours_begins_a_story() -> None:
    """Nor does it join itself, or an article that has no story yet."""
    new = stored(1, "某厂发布新手机")

    assert [None, None, None] == [
        choose(new, []),
        choose(new, [new]),
        choose(new, [replace(stored(2, "某厂发布新手机", source_id="two"), story_id=None)]),
    ]


def test_candidates_share_keys_and_those_that_share_most_come_first() -> None:
    """Within the window, and no more than so many; of equals the oldest."""
    new = signature(article(1, "云雀大模型今天开源"))
    old = new.when - WINDOW - timedelta(seconds=1)
    many = [(number, new.when) for number in range(100, 100 + 2 * MOST)]
    under = {"a": [(7, new.when), (8, new.when), (9, old)], "b": [(8, new.when)], "z": [(6, new.when)]}

    assert [8, 7] == candidates(new, ["a", "b"], under)
    assert [*range(100, 100 + MOST)] == candidates(new, ["a"], {"a": many})


def test_keys_are_few() -> None:
    """However long and full of names an article is."""
    names = tuple(f"名字{number}" for number in range(200))

    assert len(keys(stored(1, " ".join(f"Name{n} {n}亿" for n in range(100)), LONG, tags=names))) <= 32


def test_labelled_reprints_join_and_nothing_else() -> None:
    """On 450 rewrites of 75 articles no two different ones meet, and hardly a rewrite is missed."""
    with gzip.open(shared("fulltext/same_story.jsonl.gz"), "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][:120]
    made = [stored(n, row["title"], row["text"], source_id=str(n)) for n, row in enumerate(rows)]
    pairs = [(a, b) for a in range(len(rows)) for b in range(a)]
    found = {pair for pair in pairs if is_reprint(made[pair[0]], made[pair[1]])}
    true = {(a, b) for a, b in pairs if rows[a]["cluster"] == rows[b]["cluster"]}

    assert found <= true
    assert len(found) >= 0.97 * len(true)
