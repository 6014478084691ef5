"""Lists of stories that are not digests."""

from __future__ import annotations

from newsbot.messages.listing import MOST_BOLD, back_button, found, related
from newsbot.search.query import parse
from newsbot.search.snippet import snippet
from tests.examples import NOON, article, story
from tests.messages.phone import EN, ZH, bold_of, data_of, problems, robot, rows_of, sky, text_of

SNIPPET = [("…团队表示，", False), ("云雀", True), (" 的权重今天起可以下载…", False)]


def test_an_answer_in_chinese() -> None:
    """How many, then a headline, the place that matches, and who tells it."""
    message = found("云雀 <x>", [sky(), robot()], [SNIPPET, []], ZH, NOON, "v3")

    assert """\
云雀 <x>：2 条

1. 云雀大模型开源，商用免费
…团队表示，云雀 的权重今天起可以下载…
IT之家 等 3 家 · 11:00

2. 青松机器人开始量产人形机器人 <X1> & “X2”
机器之心 · 昨天 18:00""" == text_of(message)
    assert (["1 | 2"], ["open:v3:1:", "open:v3:2:"]) == (rows_of(message), data_of(message))


def test_an_answer_in_english() -> None:
    """The same."""
    message = found("skylark", [robot()], [[("Nothing here", False)]], EN, NOON, "v3")

    assert """\
skylark: 1 found

1. 青松机器人开始量产人形机器人 <X1> & “X2”
Nothing here
机器之心 · yesterday 10:00""" == text_of(message)


def test_what_was_looked_for_and_matches_is_bold() -> None:
    """So are headlines."""
    message = found("云雀", [sky()], [SNIPPET], ZH, NOON, "v3")

    assert ["云雀", "云雀大模型开源，商用免费", "云雀"] == bold_of(message)


def test_the_space_around_a_match_stays() -> None:
    """Latin words need it; signs in the text are no markup."""
    parts = snippet("the <b>new</b> chip & the old chip", parse("chip"))

    assert "the <b>new</b> chip & the old chip" in text_of(found("chip", [sky()], [parts], EN, NOON, "v3"))


def test_of_many_matches_some_are_bold() -> None:
    """Telegram shows a hundred entities: without a limit the last headlines would lose their links."""
    parts = snippet("a b " * 40, parse("a"))
    stories = [story(number, article(number)) for number in range(1, 8)]
    message = found("a", stories, [parts] * 7, ZH, NOON, "v3")

    assert [] == problems(message)
    assert MOST_BOLD * 7 == bold_of(message)[1:].count("a")


def test_nothing_found_offers_to_follow() -> None:
    """In both languages, with what was looked for as it was typed."""
    assert "没有找到“量子 & x”。\n发送 /follow 量子 & x，以后有它的新闻会排在简报最前面。" == text_of(
        found("量子 & x", [], [], ZH, NOON, "v3")
    )
    assert "Nothing found for “a”.\nSend /follow a and its news will come first in your digests." == text_of(
        found("a", [], [], EN, NOON, "v3")
    )


def test_a_long_question_is_shown_short() -> None:
    """It is not what the answer is about."""
    message = found("长" * 999, [], [], ZH, NOON, "v3")

    assert [] == problems(message)
    assert 2 * 59 == text_of(message).count("长")


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
