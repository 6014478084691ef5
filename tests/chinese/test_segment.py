"""Text into words."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.chinese import segment, tech
from newsbot.chinese.names import names, spans
from newsbot.chinese.people import is_person
from newsbot.chinese.rarity import rarity
from tests.conftest import shared


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
    assert (True, {"company", "product", "person", "term"}) == (
        len(tech.kinds()) >= 400,
        set(tech.kinds().values()),
    )


def test_people_are_told_from_companies():
    """A surname alone makes no person."""
    assert [True, True, False, False, False] == [
        is_person(word) for word in ("黄仁勋", "雷军", "华为", "高通", "方法")
    ]


def test_rare_words_are_rarer_than_common_ones():
    """The table of frequencies is read."""
    assert rarity("光刻机") > rarity("中国")


ODD = [
    "Node.js 的 setup.py 和 node_modules，2.5.1 版，28.8K，100%，C++、C#，foo@bar.com",
    "AT&T 与 A股、B站、T恤、卡拉OK、3D 打印，5G+AI，v1.2-rc3，127.0.0.1:8080/index.html?a=1&b=2",
    "他来到了网易杭研大厦，小明硕士毕业于中国科学院计算所。長庚光刻機通過驗收",
    "ＡＩ　全角 空格\n换行\t制表……——《书名》“引号”🙂👨‍👩‍👧 한국어 かな é",
    "", " ", "。", "a", "的", "-", "._-", "1.", ".5", "%", "A.B-C_D+E#F&G%",
]  # fmt: skip


def _reference(text):
    found, end = [], 0
    for start, stop in (*spans(text), (len(text), len(text))):
        found += [word for word in segment.reference().lcut(text[end:start]) if any(map(str.isalnum, word))]
        found += [text[start:stop]] if stop > start else []
        end = stop
    return found


@pytest.mark.parametrize("text", ODD)
def test_the_quick_segmenter_finds_the_words_of_jieba(text):
    """Word for word, also where Latin letters, figures and marks stand in a row."""
    assert _reference(text) == segment.words(text)


@given(st.text(alphabet=st.sampled_from("云雀大模型开源的了在5G.+-_&#%aB 1２，。\n"), max_size=40))
@settings(max_examples=200, deadline=None)
def test_the_quick_segmenter_is_jieba_on_any_mixture(text):
    """Whatever stands beside whatever."""
    assert _reference(text) == segment.words(text)


def test_the_quick_segmenter_is_jieba_on_ten_thousand_headlines():
    """And on the beginnings of 350 articles."""
    lines = shared("titles/thucnews_titles_dev.tsv").read_text("utf-8").splitlines()
    titles = [line.split("\t")[-1] for line in lines]
    with gzip.open(shared("fulltext/lctt_350.jsonl.gz"), "rt", encoding="utf-8") as articles:
        texts = [json.loads(line)["body_md"][:1500] for line in articles]

    assert [] == [text for text in (*titles, *texts) if _reference(text) != segment.words(text)]


@pytest.mark.parametrize(
    "word",
    [
        "Intelligence",
        "Metadata",
        "RETAIL",
        "REVIEW",
        "Machine",
        "SOTA",
        "survivor",
        "ARM",
        "cargo",
        "Minimax",
        "yahooX",
    ],
)
def test_a_latin_word_stands_whole(word):
    """Whatever name of the field is in it."""
    assert [word] == segment.words(f"，{word}，")


def test_no_word_of_the_field_is_found_inside_a_longer_one():
    """All of them that are Latin."""
    inside = [
        word
        for word in tech.kinds()
        if word.isascii() and word.isalnum() and segment.words(f"xq{word}zj") != [f"xq{word}zj"]
    ]
    assert [] == inside


def test_terms_of_two_words_are_known_in_any_case():
    """Products as they are written."""
    assert ["Machine Learning"] == segment.words("Machine Learning")
    assert ["RTX 5090 Ti"] == segment.words("RTX 5090 Ti")
    assert ["Claude Code"] == segment.words("Claude Code")
