"""Lists of stories that are not digests."""

from __future__ import annotations

from dataclasses import replace

from newsbot.messages.listing import (
    MOST_BOLD,
    Answer,
    Listed,
    Snippet,
    back_button,
    found_nothing,
    listed,
    related,
)
from newsbot.messages.listing import found as worded
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.stories import Story
from newsbot.search.query import parse
from newsbot.search.snippet import snippet
from tests.examples import NOON, article, story
from tests.messages.phone import EN, ZH, bold_of, data_of, problems, robot, rows_of, sky, text_of

SNIPPET = [("…团队表示，", False), ("云雀", True), (" 的权重今天起可以下载…", False)]


def found(words: str, stories: list[Story], snippets: list[Snippet], reader: Reader, **more) -> Message:
    answer = {"words": words, "stories": tuple(stories), "snippets": tuple(snippets), "place": "v3"}
    return worded(Answer(**answer | {"count": len(stories)} | more), reader, NOON)


def test_an_answer_in_chinese() -> None:
    """How many, then a headline, the place that matches, and who tells it."""
    message = found("云雀 <x>", [sky(), robot()], [SNIPPET, []], ZH)

    assert """\
云雀 <x>：2 条

1. 云雀大模型开源，商用免费
…团队表示，云雀 的权重今天起可以下载…
IT之家 等 3 家 · 11:00

2. 青松机器人开始量产人形机器人 <X1> & “X2”
机器之心 · 昨天 18:00""" == text_of(message)
    assert ["1 | 2", "🕒 按时间 | 🔔 关注"] == rows_of(message)
    assert ["open:v3:1:", "open:v3:2:", "sort:v3:-:", "follow:v3:-:"] == data_of(message)


def test_an_answer_in_english() -> None:
    """The same."""
    message = found("skylark", [robot()], [[("Nothing here", False)]], EN)

    assert """\
skylark: 1 found

1. 青松机器人开始量产人形机器人 <X1> & “X2”
Nothing here
机器之心 · yesterday 10:00""" == text_of(message)


def test_what_was_looked_for_and_matches_is_bold() -> None:
    """So are headlines."""
    message = found("云雀", [sky()], [SNIPPET], ZH)

    assert ["云雀", "云雀大模型开源，商用免费", "云雀"] == bold_of(message)


def test_the_space_around_a_match_stays() -> None:
    """Latin words need it; signs in the text are no markup."""
    parts = snippet("the <b>new</b> chip & the old chip", parse("chip"))

    assert "the <b>new</b> chip & the old chip" in text_of(found("chip", [sky()], [parts], EN))


def test_of_many_matches_some_are_bold() -> None:
    """Telegram shows a hundred entities: without a limit the last headlines would lose their links."""
    parts = snippet("a b " * 40, parse("a"))
    stories = [story(number, article(number)) for number in range(1, 8)]
    message = found("a", stories, [parts] * 7, ZH)

    assert [] == problems(message)
    assert MOST_BOLD * 7 == bold_of(message)[1:].count("a")


def test_an_answer_of_several_pages() -> None:
    """◀ and ▶ go round; more than is kept is said with a plus; by time the other order is offered."""
    message = found("a", [sky()], [[]], EN, page=2, pages=3, count=56, more=True, newest_first=True)

    assert text_of(message).startswith("a: 56+ found")
    assert ["1", "◀ | 3/3 | ▶", "⭐ By rank | 🔔 Follow"] == rows_of(message)
    assert ["page:v3:-:1", "page:v3:-:2", "page:v3:-:0"] == data_of(message)[1:4]


def test_nothing_found_offers_other_words() -> None:
    """In both languages, with what was looked for as it was typed."""
    message = found_nothing("量子 & x", ZH, [("量子计算", "v4"), ("长" * 99, "v5")], "v6", "v3")

    assert "没有找到“量子 & x”。\n点 🔔 关注，以后有它的新闻会排在简报最前面。\n你要找的是不是：" == text_of(
        message
    )
    assert ["🔍 量子计算 | 🔍 " + "长" * 19 + "…", "🕒 不限时间", "🔔 关注"] == rows_of(message)
    assert ["find:v4:-:", "find:v5:-:", "find:v6:-:", "follow:v3:-:"] == data_of(message)
    assert "Nothing found for “a”." == text_of(found_nothing("a", EN, []))


def test_a_long_question_is_shown_short() -> None:
    """It is not what the answer is about."""
    for message in (found_nothing("长" * 999, ZH, []), found("长" * 999, [sky()], [[]], ZH)):
        assert [] == problems(message)
        assert 59 == text_of(message).count("长")


def test_related_stories_in_both_languages() -> None:
    """With numbers to open them and the way back to the card."""
    back = back_button("zh", "d12", 1)
    message = related([robot()], ZH, NOON, "v4", back)

    assert """\
相关

1. 青松机器人开始量产人形机器人 <X1> & “X2”
机器之心 · 昨天 18:00""" == text_of(message)
    assert ["1", "‹ 返回"] == rows_of(message)
    assert ["open:v4:2:", "open:d12:1:"] == data_of(message)
    assert text_of(related([robot()], EN, NOON, "v4", back)).startswith("Related\n")


def test_no_related_stories_still_lead_back() -> None:
    """The card is one tap away."""
    message = related([], EN, NOON, "v4", back_button("en", "d12", 1))

    assert ("No related stories.", ["‹ Back"]) == (text_of(message), rows_of(message))


def test_back_leads_to_the_list_or_to_a_card_of_it() -> None:
    """Depending on where one came from."""
    assert ["back:v3:-:", "open:v3:7:"] == [back_button("zh", "v3").data, back_button("zh", "v3", 7).data]


def test_a_list_of_hot_stories() -> None:
    """What supports it, who tells it; the other lists below."""
    message = listed(Listed(kind="hot", stories=(sky(), robot()), place="v3", pages=2, count=9), ZH, NOON)

    assert """\
今日热门

1. 云雀大模型开源，商用免费
IT之家 等 3 家 · 11:00 · 👍 12

2. 青松机器人开始量产人形机器人 <X1> & “X2”
机器之心 · 昨天 18:00""" == text_of(message)
    assert ["1 | 2", "◀ | 1/2 | ▶", "📅 本周热门 | ✨ 猜你喜欢"] == rows_of(message)
    assert ["open:v3:1:", "turn:v3:-:1", "hot:-:-:week"] == [data_of(message)[place] for place in (0, 2, 5)]
    assert [] == problems(message)


def test_what_is_there_to_try_says_so() -> None:
    """In both languages; votes are no reason there."""
    found = Listed(kind="guess", stories=(sky(), robot()), place="v3", count=2, tried=frozenset((2,)))

    assert [True, True] == [
        text_of(listed(found, reader, NOON)).endswith(end)
        for reader, end in ((ZH, "昨天 18:00 · 换换口味"), (EN, "10:00 · something different"))
    ]
    assert "👍" not in text_of(listed(found, ZH, NOON))


def test_what_was_saved_has_no_other_lists() -> None:
    """A search among it is named, whatever was typed."""
    found = Listed(kind="saved", stories=(sky(),), place="v3", count=1, words="<b>云雀")

    assert text_of(listed(found, ZH, NOON)).startswith("收藏里的“<b>云雀” · 1 条")
    assert ["1"] == rows_of(listed(found, ZH, NOON))
    assert "收藏里没有“<b>云雀”。" == text_of(listed(replace(found, stories=()), ZH, NOON))
