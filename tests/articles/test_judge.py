"""Language, summary, identity and change."""

from datetime import UTC, datetime

import pytest

from newsbot.articles.compare import compare
from newsbot.articles.keys import keys
from newsbot.articles.language import language
from newsbot.articles.summary import summary
from newsbot.models.articles import Draft

FIRST = "这家公司今天在北京发布了一款新的推理芯片，功耗比上一代低三成。"
SECOND = "新芯片明年春天开始供货，价格还没有公布。"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("OpenAI 发布 GPT-5.1，ChatGPT 用户今天可用", "zh"),
        ("The kernel team has released a new version of Linux", "en"),
        ("アップルは新しいiPhoneを発表した", "ja"),
        ("삼성전자가 새로운 반도체를 발표했다", "ko"),
        ("Новая версия ядра вышла сегодня", "ru"),
        ("Der neue Prozessor ist da und das Team ist mit der Leistung zufrieden", "de"),
        ("", "en"),
    ],
)
def test_a_language_is_known_by_its_letters(text, code):
    """Latin names do not make Chinese English."""
    assert code == language(text)


def test_a_summary_is_whole_sentences_from_the_beginning():
    """The title again and a notice are no summary."""
    text = f"新的推理芯片\n责任编辑：某某\n{FIRST}{SECOND}\n" + "后面还有很多。" * 40
    assert FIRST + SECOND == summary("新的推理芯片", text)[: len(FIRST + SECOND)]


def test_a_summary_keeps_its_bounds():
    """20 to 200 characters, or none."""
    assert 20 <= len(summary("标题", "这是很长的一段话里的一句。" * 100)) <= 200
    assert "" == summary("标题", "太短。")


def test_what_the_publisher_gave_comes_first():
    """Where it says something."""
    assert FIRST == summary("标题", SECOND * 5 + FIRST, given=FIRST)
    assert summary("标题", SECOND * 5) == summary("标题", SECOND * 5, given="标题")


def test_a_sites_slogan_is_no_summary():
    """What shares no words with the article is not about it."""
    slogan = "某某网是国内领先的科技媒体，为您提供最新最全的资讯和深度评测内容。"
    assert FIRST + SECOND == summary("标题", FIRST + SECOND, given=slogan)


def test_who_says_it_stays():
    """A dateline of the site's own goes."""
    rumour = "据彭博社报道，苹果正考虑收购英特尔的代工业务，双方都没有回应置评请求，谈判还在早期，也可能没有结果，消息传出后股价上涨。"
    assert rumour == summary("苹果考虑收购", rumour)
    assert rumour == summary("苹果考虑收购", "IT之家 11 月 25 日消息，" + rumour)


def test_identities_are_best_first():
    """The title's identity does not depend on its writing."""
    found = keys("abc", "https://example.com/1", "ＡＩ：鴻蒙 ！")
    assert ("guid:abc", "link:https://example.com/1") == found[:2]
    assert found[2:] == keys(None, None, "ai 鸿蒙")


def test_a_column_is_another_article_every_day():
    """The same words under one title are one article, another text or another day is another one."""
    monday, tuesday = (datetime(2026, 11, day, tzinfo=UTC) for day in (23, 24))
    found = [
        keys(None, None, "早报", *more)
        for more in (("一", monday), ("一", monday), ("二", monday), ("一", tuesday))
    ]

    assert [True, False, False] == [found[0] == other for other in found[1:]]


def test_nothing_has_no_identity():
    """Without guid, link and letters there is none."""
    assert () == keys(" ", None, "!!!")


@pytest.mark.parametrize(
    ("title", "text", "changed"),
    [
        ("标题", "一二三四五六", False),
        ("标 题", "一二三 四五六", False),
        ("标题", "一二三…", False),
        ("标题", "", False),
        ("新标题", "一二三四五六", True),
        ("标题", "一二三四五六七", True),
    ],
)
def test_a_change_is_in_the_words(title, text, changed):
    """Spaces and a shorter beginning are no change."""
    old = Draft(keys=("title:1",), title="标题", text="一二三四五六")
    assert changed is compare(old, Draft(keys=("title:1",), title=title, text=text))
