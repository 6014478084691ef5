"""Articles for the index."""

from __future__ import annotations

from newsbot.models.search import LONGEST_GRAM
from newsbot.search.document import document


def grams(*given, **more) -> set[str]:
    made = document(*given, **more)
    found = f"{made.grams} {made.hints}".split()
    assert len(found) == len(set(found))
    return set(found)


def test_an_article_becomes_a_set_of_grams() -> None:
    """Tokens and pairs of each text, compounds joined, whole tags and sources, what stands in the title."""
    expected = {
        *("gpt", "4o", "来", "了", "gpt_4o", "4o_来", "来_了", "gpt4o"),
        *("_tgpt", "_t4o", "_t来", "_t了", "_tgpt_4o", "_t4o_来", "_t来_了", "_tgpt4o"),
        *("ai", "与", "ai_与", "与_gpt"),
        *("芯", "片", "芯_片", "_g芯_片", "_ggpt_4o", "_ggpt4o"),
        *("it", "之", "家", "it_之", "之_家", "_sit_之_家"),
        *("_mgpt", "_m4o", "_mgpt_4o", "_ngpt", "_n4o", "_ngpt_4o"),
    }

    assert expected == grams("GPT-4o来了", "AI与GPT-4o。", ("GPT-4o", "芯片"), ("IT之家", ""))


def test_two_texts_make_no_pair_together() -> None:
    """The end of a title is not joined to the beginning of the text, nor a tag to the next."""
    found = grams("Go", "-Lang", ("甲", "乙"), ())

    assert not {"go_lang", "golang", "甲_乙"} & found


def test_words_that_only_look_like_one_are_told_apart() -> None:
    """上海 is an accident between two known words; where it is meant once it is none, nor is what nobody knows."""
    assert "_x上_海" in grams("以上海量数据", "", (), ())
    assert "_x工_智" in grams("人工智能", "", (), ())
    for title in ("上海量产", "以上海量数据，上海", "华为云发布会"):
        assert not {"_x上_海", "_x华_为"} & grams(title, "", (), ())
    for name in ("壁仞", "燧原", "稀宇", "曦智", "零一", "小爱"):
        assert f"_x{name[0]}_{name[1]}" not in grams(f"传{name}将于下月上市", "", (), ()), name


def test_what_stands_there_often_is_marked() -> None:
    """For its length: twice in a line is very often, in a long article not often; never one character alone."""
    assert {"_m芯_片", "_n芯_片"} <= grams("芯片与芯片", "", (), ())
    long = grams("芯片与芯片", "".join(map(chr, range(0x4E00, 0x4E00 + 3000))), (), ())
    assert not {"_m芯_片", "_m芯"} & long


def test_traditional_and_full_width_are_folded() -> None:
    """In every kind of gram."""
    assert grams("鸿蒙ai", "鸿蒙", ("鸿蒙",), ("鸿蒙",)) == grams("鴻蒙ＡＩ", "鴻蒙", ("鴻蒙",), ("鴻蒙",))


def test_a_word_without_end_is_cut() -> None:
    """PostgreSQL's index takes no entry above 2,700 bytes."""
    assert LONGEST_GRAM == max(map(len, grams("a" * 5000, f"b{'c' * 5000} d", (), ())))
