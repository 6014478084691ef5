"""What the segmenter took apart and belongs together."""

from __future__ import annotations

import pytest

from newsbot.chinese.segment import words
from newsbot.tags.phrases import is_address, is_counted, joined, repeated, titled
from newsbot.tags.pick import candidates, pick


def test_new_words_are_found_where_they_are_repeated():
    """Their parts stand together again and again, and hardly ever alone."""
    text = "闪店开业了。快闪店开在商场里，快闪店卖的是进口货，有人专门去逛快闪店。" * 2
    assert "快闪店" in {"".join(pair) for pair in repeated(words(text.replace("闪店开业了。", "")), text)}


@pytest.mark.parametrize(
    "text",
    ["完成融资。完成融资。完成融资。", "发布新品，发布新品，发布新品", "陈校长说。陈校长说。陈校长说。"],
)
def test_what_is_only_often_said_is_no_word(text: str):
    """Two words of the dictionary, and how one speaks of somebody."""
    assert {"完成融资", "发布新品", "陈校长"}.isdisjoint(
        "".join(pair) for pair in repeated(words(text), text)
    )


def test_a_companys_ending_belongs_to_its_name():
    """Also behind names of the field."""
    assert ["卓驭科技"] == joined(["卓驭", "科技"])
    assert ["腾讯音乐"] == joined(["腾讯", "音乐"])
    assert ["我们", "科技"] == joined(["我们", "科技"])


def test_what_is_quoted_as_a_name_is_one():
    """Works always, others where they do something."""
    assert ["爱死机", "方石机器人"] == titled(
        "《爱死机》之后，「方石机器人」完成新一轮融资，重新定义「全局最优」"
    )


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("陈校长", True), ("李女士", True), ("欧阳老师", False), ("校长", False), ("王小云", False)],
)
def test_an_address_is_nobodys_name(word: str, is_one: bool):
    """It means somebody else tomorrow."""
    assert is_one == is_address(word)


@pytest.mark.parametrize(
    ("word", "is_one"), [("三县", True), ("两区", True), ("三星", False), ("一加", False), ("芯片", False)]
)
def test_a_guess_that_counts_is_no_word(word: str, is_one: bool):
    """Names that begin with a numeral are."""
    assert is_one == is_counted(word)


def test_sure_words_come_before_doubtful_ones():
    """Verbs and guesses only fill up to three."""
    assert ("马斯克", "OpenAI") == pick("马斯克怒怼OpenAI", "")[:2]
    assert 3 >= len(pick("卖爆了，凭什么？没得选，撑不住了", ""))


def test_english_articles_are_tagged_too():
    """In the names that Chinese readers know, without everyday words."""
    tags = pick(
        "Nvidia unveils the RTX 5090 with faster memory",
        "Nvidia has unveiled the RTX 5090 today. Jensen Huang said that the new graphics card is faster. "
        * 3,
    )
    assert {"英伟达", "RTX 5090", "黄仁勋", "显卡"} <= set(tags)
    assert {"unveils", "today", "faster", "said"}.isdisjoint(map(str.lower, tags))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("智谱开源 GLM-130B", "GLM-130B"), ("GPT4o 今天更新", "GPT-4o"), ("RTX 5090 涨价", "RTX 5090"),
        ("搭载 M4 Max 的新机", "M4 Max"), ("LLM 的下一步", "大模型"), ("大語言模型的下一步", "大模型"), ("用 C++ 写游戏", "C++"),
        ("Ｎｏｄｅ．ｊｓ 发布", "Node.js"), ("苏妈回应一切", "苏姿丰"),
    ],
)  # fmt: skip
def test_models_and_names_are_kept_whole_and_have_one_name(title: str, name: str):
    """Whatever their writing."""
    assert name in pick(title, "")


@pytest.mark.parametrize(
    "text", ["", "一", "😀😀", "2026 30% 16499 5nm", "的了在", "?!…", "https://a.example/b", "a" * 5000]
)
def test_where_nothing_is_said_nothing_is_invented(text: str):
    """Signs, figures, units, small words, one character."""
    assert [] == [tag for tag in pick(text, text) if not tag.isascii() or tag.lower() not in text]
    assert 1 >= len(pick(text, text))


def test_the_archive_is_asked_about_what_may_be_a_tag():
    """Each word once, by its one name."""
    assert {"大模型", "芯片"} <= candidates("LLM 与芯片", "大语言模型与芯片，2026 年")
    assert "2026" not in candidates("2026 年", "")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("一个字节有八个比特，1024 字节为 1 KB", "字节跳动"),
        ("开源 Qwen4：MIT 许可证", "麻省理工"),
        ("果农说，苹果树今年丰收", "苹果"),
    ],
)
def test_a_word_with_two_meanings_is_left_out_where_it_misleads(text: str, wrong: str):
    """But for those texts it is what it usually is."""
    assert wrong not in pick(text, text)


@pytest.mark.parametrize(
    ("writing", "name"), [("RTX5090", "RTX 5090"), ("iPhone17", "iPhone 17"), ("iOS27", "iOS 27")]
)
def test_a_version_is_written_in_one_way(writing: str, name: str):
    """With a space behind a product's name."""
    assert name in pick(f"{writing} 发布", "")
