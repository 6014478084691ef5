"""What articles are compared by."""

from __future__ import annotations

import pytest

from newsbot.stories.signature import plain_title, shingles, signature
from tests.stories.articles import article


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("营收99.9万", {"999000"}),
        ("营收999,000", {"999000"}),
        ("砸下1965亿元", {"196500000000"}),
        ("参数105M", {"105000000"}),
        ("利润下跌19%", {"19%"}),
        ("GPT-5 与 iOS 27", set()),
        ("2026年的3件事", set()),
        ("没有数字", set()),
    ],
)
def test_figures_are_alike_however_they_are_written(title: str, expected: set[str]) -> None:
    """万 and 亿 are multiplied out; versions, years and small numbers are no figures."""
    assert expected == signature(article(title=title)).numbers


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("排版（1）：列表", {"#1"}),
        ("家族（十二）：实验室", {"#12"}),
        ("开发手记第三部分", {"#3"}),
        ("留言板第177期", {"#177"}),
        ("内幕之三：寄存器", {"#3"}),
        ("十年史（下）", {"#下"}),
        ("十年史·上篇", {"#上"}),
        ("The compiler, Part 3", {"#3"}),
        ("周刊 Vol.12", {"#12"}),
        ("三分之一的人，没有之一的省会", set()),
        ("上集团新车，中篇小说家", set()),
        ("（2026）会议", set()),
    ],
)
def test_the_part_of_a_series_is_found(title: str, expected: set[str]) -> None:
    """In whatever numeral; a fraction is no part, nor is a year."""
    assert expected == {number for number in signature(article(title=title)).numbers if number[0] == "#"}


def test_a_column_is_no_part_of_what_is_told() -> None:
    """What bars part from the headline: its names, and tags for them."""
    made = signature(
        article(title="36氪首发 | 「月泉」造出机器人 | Acme Summit", tags=("36氪", "机器人公司Nova"))
    )

    assert {"月泉", "机器人公司nova"} == made.entities


def test_names_come_from_the_title_and_the_tags() -> None:
    """Latin names with their version, what is quoted, and the tags, all folded."""
    made = signature(article(title="谷歌「刻章」发布 GPT-6 Pro", tags=("谷歌", "Hugging-Face")))

    assert {"刻章", "gpt 6", "谷歌", "hugging face"} == made.entities


def test_a_title_is_compared_without_what_the_site_adds() -> None:
    """【快讯】 in front and the site behind are not the headline; a title of nothing else stays."""
    assert ("鸿蒙系统发布", "快讯") == (
        plain_title("【快讯】鸿蒙系统，发布！_IT之家"),
        plain_title("【快讯】"),
    )


def test_texts_that_differ_in_punctuation_and_writing_have_the_same_shingles() -> None:
    """Spaces, punctuation and traditional characters change nothing; hashes are the same everywhere."""
    assert shingles("鴻蒙系統，發布 了！") == shingles("鸿蒙系统发布了")
    assert 3 == len(shingles("鸿蒙系统发布了"))
    assert 0 == len(shingles("短文"))
