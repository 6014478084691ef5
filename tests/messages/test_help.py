"""/help."""

from __future__ import annotations

from newsbot.messages.help import help_text
from tests.messages.phone import problems, text_of


def test_help_in_both_languages() -> None:
    """What it is, every command with what it does, and whose the articles are."""
    chinese = help_text([("start", "开始"), ("help", "帮助 <&>")], "zh")
    english = help_text([("start", "Start")], "en")

    assert """\
科技新闻，每天一分钟。

/start 开始
/help 帮助 <&>

直接发一个词就是搜索；发一个链接，就能看到它的卡片。文章版权归原媒体所有，每张卡片都注明来源，并链接到原文。""" == text_of(
        chinese
    )
    assert """\
Technology news in a minute a day.

/start Start

Send a word to search, or a link to see its card. Articles belong to their publishers: every card names its source and links to the original.""" == text_of(
        english
    )
    assert [[], []] == [problems(chinese), problems(english)]
