"""The page of what was learned about a reader."""

from __future__ import annotations

from dataclasses import replace

from newsbot.messages.taste import NAME, SHOWN, key, taste
from newsbot.models.taste import Deed, Liking
from tests.messages.phone import EN, ZH, data_of, problems, rows_of, text_of

FOUND = [
    Liking("tag:<芯片>", 2.1, {Deed.VOTE: 3, Deed.OPEN: 5}),
    Liking("source:ithome", -0.4, {Deed.LESS: 1}),
    Liking("category:ai", 0.2),
]


def test_what_was_learned_and_from_what() -> None:
    """Likes and dislikes, sources by their names; a button for each."""
    message = taste(FOUND, {"ithome": "IT之家"}, ZH)

    assert """\
1. 👍 <芯片> +2.1  打开 5 次、投票 3 次
2. 👎 来源 IT之家 −0.4  少来点 1 次
3. 👍 领域 人工智能 +0.2

点 ✕ 去掉一项；之后的投票会重新计入。""" == text_of(message).partition("\n\n")[2]
    assert ["✕ 1 | ✕ 2 | ✕ 3", "⏸ 停止学习 | 🗑 全部清除", "‹ 返回"] == rows_of(message)
    assert f"erase:-:-:{key('source:ithome')}" == data_of(message)[1]
    assert [] == problems(message)


def test_the_same_in_english() -> None:
    """A source that is gone by its id."""
    told = text_of(taste(FOUND, {}, EN))

    assert "2. 👎 source ithome −0.4  less 1" in told


def test_only_the_strongest_are_listed() -> None:
    """And how many there are besides; however long they are."""
    many = [Liking(f"tag:{number}{'长' * 100}", 1.0) for number in range(SHOWN + 5)]
    message = taste(many, {}, ZH)

    assert ("另有 5 项较弱的。" in text_of(message), "长" * NAME in text_of(message)) == (True, False)
    assert [] == problems(message)


def test_nothing_and_off() -> None:
    """Each says what to do."""
    off = replace(ZH, learns=False)

    assert "还没有学到什么" in text_of(taste([], {}, ZH))
    assert ["▶️ 开始学习 | 🗑 全部清除", "‹ 返回"] == rows_of(taste(FOUND, {}, off))
    assert "芯片" not in text_of(taste(FOUND, {}, off))
