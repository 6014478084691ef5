"""/help."""

from __future__ import annotations

from newsbot.messages.help import help_text
from tests.messages.phone import problems, text_of


def test_help_in_both_languages() -> None:
    """What it is, every command with what it does, and whose the articles are."""
    chinese = help_text([("start", "开始"), ("help", "帮助 <&>")], "zh", "some_bot")
    english = help_text([("start", "Start")], "en", "some_bot")

    assert """\
科技新闻，每天一分钟。

/start 开始
/help 帮助 <&>

直接发一个词就是搜索，发链接看它的卡片。搜索可以写：手机 -华为、"完整短语"、A OR B、source:ithome、tag:芯片、7天。在任何聊天里输入 @some_bot 加词，可以把新闻发给朋友。文章版权归原作者，卡片都注明来源并链接原文。""" == text_of(
        chinese
    )
    assert """\
Technology news in a minute a day.

/start Start

Send a word to search, or a link to see its card. A search can say: phone -apple, "exact phrase", A OR B, source:ithome, tag:chips, 7d. Type @some_bot and a word in any chat to send news to friends. Articles belong to their publishers: every card names its source and links to the original.""" == text_of(
        english
    )
    assert [[], []] == [problems(chinese), problems(english)]
