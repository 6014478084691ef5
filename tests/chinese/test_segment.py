"""Text into words."""

import pytest

from newsbot.chinese import segment, tech
from newsbot.chinese.names import names
from newsbot.chinese.people import is_person
from newsbot.chinese.rarity import rarity


@pytest.mark.parametrize(
    "name",
    [
        "GLM-130B",
        "GPT-4o",
        "RTX 5090",
        "M4 Max",
        "Node.js",
        "iPhone 17 Pro",
        "Windows 11",
        "C++",
        "Claude Code",
        "GPT-5.1",
    ],
)
def test_names_of_products_stay_whole(name):
    """A name is one word, whatever joins its parts."""
    assert name in segment.words(f"昨天，{name}发布了，很多人喜欢。")


@pytest.mark.parametrize("text", ["iPhone 100万台", "Windows 2024年", "GPT 3倍", "In 2024 AI 12月"])
def test_numbers_that_count_are_no_part_of_a_name(text):
    """What comes before 万台, 年 or 倍 is a figure."""
    assert [] == names(text)


def test_a_maker_is_a_word_of_its_own():
    """A company before its product keeps its own place."""
    assert ["NVIDIA", "B200"] == segment.words("NVIDIA B200")


def test_words_of_the_field_are_not_taken_apart():
    """The dictionary of the field is in use."""
    assert ["智谱AI", "发布", "大模型", "月之暗面", "建", "算力中心"] == segment.words(
        "智谱AI发布大模型，月之暗面建算力中心。"
    )


def test_punctuation_is_no_word():
    """Only what has a letter or a digit is a word."""
    assert [] == segment.words("……——《》 ！\n")


def test_the_field_has_hundreds_of_words():
    """At least 400, each of a kind."""
    assert (True, {"company", "product", "term"}) == (len(tech.kinds()) >= 400, set(tech.kinds().values()))


def test_people_are_told_from_companies():
    """A surname alone makes no person."""
    assert [True, True, False, False, False] == [
        is_person(word) for word in ("黄仁勋", "雷军", "华为", "高通", "方法")
    ]


def test_rare_words_are_rarer_than_common_ones():
    """The table of frequencies is read."""
    assert rarity("光刻机") > rarity("中国")


def test_the_prepared_dictionary_lies_in_the_folder_it_was_given(tmp_path):
    """Nothing is loaded from the common temporary folder."""
    segment.configure(tmp_path / "jieba")
    segment.tokenizer.cache_clear()
    try:
        segment.words("算力")
        assert ["jieba.cache"] == [path.name for path in (tmp_path / "jieba").iterdir()]
    finally:
        segment._cache_dir.clear()
        segment.tokenizer.cache_clear()
