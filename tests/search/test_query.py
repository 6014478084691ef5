"""What people type into a search."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.errors import NotUnderstood
from newsbot.models.search import Query
from newsbot.search.query import MOST_TERMS, at_any_time, parse, searches
from tests.conftest import shared


def groups(query: Query) -> list[list[str]]:
    return [[phrase.words for phrase in group] for group in query.groups]


def excluded(query: Query) -> list[str]:
    return [phrase.words for phrase in query.excluded]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("鸿蒙 芯片", [["鸿蒙"], ["芯片"]]),
        ("鸿蒙\u3000芯片", [["鸿蒙"], ["芯片"]]),
        ("鸿蒙，芯片", [["鸿蒙"], ["芯片"]]),
        ("鸿蒙 OR 安卓 手机", [["鸿蒙", "安卓"], ["手机"]]),
        ("a OR b OR c", [["a", "b", "c"]]),
        ("鸿蒙 ＯＲ 安卓", [["鸿蒙", "安卓"]]),
        ("OR 鸿蒙 OR", [["鸿蒙"]]),
        ("this or that", [["this"], ["or"], ["that"]]),
        ('"完整 短语" 词', [["完整 短语"], ["词"]]),
        ("“完整 短语”", [["完整 短语"]]),
        ("「完整 短语」", [["完整 短语"]]),
        ('"没有关 上', [["没有关 上"]]),
        ('"OR" x', [["OR"], ["x"]]),
        ("!!! 鸿蒙 😀", [["鸿蒙"]]),
        ("3D 打印", [["3D"], ["打印"]]),
        ('"7天" 酒店', [["7天"], ["酒店"]]),
        ("7天", [["7天"]]),
        ("0天 新闻", [["0天"], ["新闻"]]),
        ("https://example.org", [["https://example.org"]]),
    ],
)
def test_words_become_groups(typed: str, expected: list[list[str]]) -> None:
    """Words are ANDed, OR makes alternatives, quotes a phrase."""
    assert expected == groups(parse(typed))


@pytest.mark.parametrize(
    "typed", ["苹果 -华为", "苹果 －华为", "苹果 –华为", "苹果 OR -华为", '苹果 -"华为"']
)
def test_a_minus_excludes(typed: str) -> None:
    """Every minus that a keyboard makes excludes the word it stands at."""
    query = parse(typed)

    assert ([["苹果"]], ["华为"]) == (groups(query), excluded(query))


def test_a_hyphen_inside_a_word_excludes_nothing() -> None:
    """GPT-4o is one word, found joined as well."""
    (group,) = parse("GPT-4o").groups

    assert [(("gpt", "4o"), "gpt4o")] == [(phrase.tokens, phrase.joined) for phrase in group]


@pytest.mark.parametrize(
    ("typed", "sources", "tags"),
    [
        ("来源:ithome", ("ithome",), ()),
        ("来源：IT之家 source:36kr", ("it之家", "36kr"), ()),
        ("來源: ithome", ("ithome",), ()),
        ("标签:芯片 tag:AI", (), ("芯片", "人工智能")),
        ("标签:LLM tag:大语言模型", (), ("大模型",)),
        ('tag:"RTX 5090"', (), ("rtx 5090",)),
    ],
)
def test_fields_narrow_the_search(typed: str, sources: tuple[str, ...], tags: tuple[str, ...]) -> None:
    """来源: and 标签: work in both languages, both widths, with and without a space."""
    query = parse(typed)

    names = tuple(tuple(one.words for one in part) for part in (query.sources, query.tags))
    assert (sources, tags, ()) == (*names, query.groups)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("鸿蒙 7天", timedelta(days=7)),
        ("鸿蒙 ７ｄ", None),
        ("24h 鸿蒙", timedelta(hours=24)),
        ("鸿蒙 7d 24小时", timedelta(hours=24)),
        ("鸿蒙 2周", timedelta(days=14)),
        ("鸿蒙 9999天", timedelta(days=3650)),
        ("鸿蒙 99999天", None),
        ("鸿蒙", None),
    ],
)
def test_a_length_of_time_narrows_the_search(typed: str, expected: timedelta | None) -> None:
    """The shortest length of time that was typed counts."""
    assert expected == parse(typed).within


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "search.nothing"),
        ("  \u3000 ", "search.nothing"),
        ("!!! 😀 -", "search.nothing"),
        ("OR", "search.nothing"),
        ('""', "search.nothing"),
        ("\ud800\0", "search.nothing"),
        ("-华为", "search.only_excluded"),
        ("-华为 7天", "search.only_excluded"),
        ("苹果 -来源:x", "search.cannot_exclude"),
    ],
)
def test_what_finds_nothing_says_why(typed: str, key: str) -> None:
    """What cannot be looked for is answered with a wording key."""
    with pytest.raises(NotUnderstood) as raised:
        parse(typed)

    assert key == raised.value.key


def test_a_long_question_is_cut() -> None:
    """At most 20 terms of at most 200 characters are considered."""
    many = parse(" ".join(f"w{number}" for number in range(60)))

    assert (MOST_TERMS, 200) == (len(many.groups), len(parse("长" * 999).words))


@given(st.text(alphabet=st.characters(), max_size=300))
def test_whatever_is_typed_is_understood_or_refused(typed: str) -> None:
    """No input raises anything but NotUnderstood."""
    try:
        query = parse(typed)
    except NotUnderstood:
        return
    assert not query.empty


def test_naughty_strings_are_understood_or_refused() -> None:
    """Nor does any of the well-known hostile strings."""
    strings = json.loads(shared("hostile/naughty_strings.json").read_text("utf-8"))
    understood = 0
    for naughty in strings:
        try:
            understood += not parse(naughty).empty
        except NotUnderstood:
            continue

    assert understood > len(strings) / 2


@pytest.mark.parametrize(
    ("typed", "key"),
    [("来源:", "empty_field"), ("芯片 tag：", "empty_field"), ("芯片 OR 来源:x", "or_field")],
)
def test_what_is_not_understood_is_said(typed: str, key: str) -> None:
    """Not taken for something else."""
    with pytest.raises(NotUnderstood, match=f"search.{key}"):
        parse(typed)


@pytest.mark.parametrize(
    ("typed", "groups", "excluded"),
    [
        ("芯片 NOT 手机", [["芯片"]], ["手机"]),
        ("芯片 AND 手机", [["芯片"], ["手机"]], []),
        ("芯片 | 手机｜平板", [["芯片", "手机", "平板"]], []),
        ("not and or", [["not"], ["and"], ["or"]], []),
        ("苹果,谷歌, 1,000", [["苹果"], ["谷歌"], ["1,000"]], []),
    ],
)
def test_what_other_search_engines_take(typed: str, groups: list[list[str]], excluded: list[str]) -> None:
    """In capitals; a comma parts words, not numbers."""
    found = parse(typed)

    assert groups == [[one.words for one in group] for group in found.groups]
    assert excluded == [one.words for one in found.excluded]


def test_what_is_too_long_is_cut_and_says_so() -> None:
    """In characters and in words."""
    assert (True, True, False) == (
        parse("长" * 201).cut,
        parse(" ".join("abcdefghijklmnopqrstuvw")).cut,
        parse("长" * 200).cut,
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("芯片 鸿蒙", ["芯片", "鸿蒙"]),
        ("OpenAI, NVIDIA", ["OpenAI", "NVIDIA"]),
        ('"Apple Watch" #芯片', ['"Apple Watch"', "芯片"]),
        ("华为 -芯片", ["华为 -芯片"]),
        ("芯片\n手机 -飞鹭\n芯片", ["芯片", "手机 -飞鹭"]),
        ("来源:甲 标签:乙", ["来源:甲 标签:乙"]),
        ("!!!", []),
    ],
)
def test_what_a_line_asks_for(typed: str, expected: list[str]) -> None:
    """Each word is a search, or, with more grammar than that, each line."""
    assert expected == searches(typed)


def test_fields_may_stand_apart() -> None:
    """As things to mute do."""
    assert ["券后", "来源:甲", "标签:乙"] == searches("券后 来源:甲 标签:乙", fields_apart=True)


@pytest.mark.parametrize(
    ("typed", "expected"), [("芯片 7天", "芯片"), ("7天", "7天"), ("芯片  手机", "芯片  手机")]
)
def test_the_same_at_any_time(typed: str, expected: str) -> None:
    """Without the time, where something is left."""
    assert expected == at_any_time(typed)
