"""Broken entities, tricks and boilerplate."""

import pytest

from newsbot.articles.boilerplate import without_boilerplate
from newsbot.articles.clean import clean
from newsbot.articles.html import plain


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("怎么办?hellip;hellip;", "怎么办?……"),
        ("CCF Csup3;活动", "CCF C³活动"),
        ("智能mdash;mdash;这个问题", "智能——这个问题"),
        ("ldquo;引号rdquo;", "“引号”"),
        ("AT&amp;T 和 &amp;hellip;", "AT&T 和 …"),
        ("a=1&copy=2", "a=1&copy=2"),
        ("stamp; sometimes; code;", "stamp; sometimes; code;"),
    ],
)
def test_entities_are_repaired(published, expected):
    """With or without their &, but never inside an ordinary word."""
    assert expected == clean(published)


def test_tricks_are_taken_out():
    """Overrides, zero-width and control characters go; an emoji's joiner stays."""
    assert "abc 👩‍💻" == clean("a\u202eb\u200b\x00c\u200d \u2066👩‍💻\ufeff")


def test_floods_of_marks_are_dammed():
    """Two combining marks are enough for any letter."""
    assert len(clean("e" + "\u0316" * 500)) <= 3


def test_paragraphs_stay_one_a_line():
    """Every kind of line break is one, empty lines go."""
    assert "一\n二\n三" == clean("一\r\n\r\n  二\u3000\u2028\xa0三 ")


@pytest.mark.parametrize(
    "line",
    [
        "声明：以上内容为转载，不代表本站观点", "某某网·1997-2023 版权所有", "京ICP备12345678号",
        "支持打赏", "• 支持0人", "打赏", "文章价值打分", "责任编辑：某某", "（编辑：某某）", "300",
        "欢迎关注某某公众号", "扫码加入读者群", "分享到：微信 微博", "未经授权，不得转载",
    ],
)  # fmt: skip
def test_boilerplate_is_left_out(line):
    """What stands around an article is not the article."""
    assert ["正文在这里。"] == without_boilerplate(["正文在这里。", line])


@pytest.mark.parametrize(
    "line",
    [
        "公司随后发布声明，称产品没有问题。",
        "工信部要求应用在页面下方写明备案编号。",
        "用户扫描车身即可开锁，这是新功能。",
        "他说自己支持开源。",
    ],
)
def test_sentences_about_such_things_stay(line):
    """A sentence that only mentions them is news."""
    assert [line] == without_boilerplate([line])


def test_a_list_of_other_articles_ends_where_prose_goes_on():
    """The article may go on behind a list in its middle."""
    prose = "在这之后，公司又用了整整三年的时间，把这一套做法推广到了它在全国各地的所有数据中心里。"
    assert ["开头。", prose] == without_boilerplate(
        ["开头。", "相关阅读", "一篇别的文章", "又一篇别的文章", prose, "猜你喜欢", "再一篇"]
    )


def test_html_becomes_plain_lines():
    """Blocks end lines, inline elements do not, scripts are silent."""
    html = "<p>一<b>二</b>\n三</p><script>alert(1)</script><ul><li>四</li><li>五<br>六</li></ul>&lt;b&gt;"
    assert "一二 三\n四\n五\n六\n<b>" == plain(html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25deg;C 与 10times;20", "25°C 与 10×20"), ("ATamp;T", "AT&T"), ("它#8230;结束了", "它…结束了"), ("他说&ldquo好&rdquo。", "他说“好”。"),
        ("int copy; int reg; double times;", "int copy; int reg; double times;"), ("issue #42; done", "issue #42; done"),
    ],
)  # fmt: skip
def test_lost_entities_are_told_from_words(text, expected):
    """Numbers may stand before degrees; variables are not touched."""
    assert expected == clean(text)
