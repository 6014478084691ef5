"""An administrator's Markdown, as Telegram takes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.errors import NotUnderstood
from newsbot.messages.markdown import html, looks_like_it
from playground.entities import formatted

WHOLE = """# 标题 <x>

你好 **粗体** 和 *斜* `code` [链接](https://a.example/x?a=1&b=2)

- 一
- 二
  - 三

1. 甲
2. 乙

> 引用

```
x<y
```

2*3*4 ~~删~~ \\*\\*原样\\*\\*
"""


def test_everything_that_telegram_has() -> None:
    """Headings and lists become what is nearest."""
    assert """\
<b>标题 &lt;x&gt;</b>

你好 <b>粗体</b> 和 <i>斜</i> <code>code</code> <a href="https://a.example/x?a=1&amp;b=2">链接</a>

• 一
• 二
　• 三

1. 甲
2. 乙

<blockquote>引用</blockquote>
<pre>x&lt;y</pre>

2<i>3</i>4 <s>删</s> **原样**""" == html(WHOLE)


@pytest.mark.parametrize(
    ("words", "line", "sign"),
    [
        ("好\n\n坏 **没有", 3, "**"),
        ("`没有", 1, "`"),
        ("一\n二 ~~没有", 2, "~~"),
        ("[坏](javascript:alert)", 1, "]("),
        ("- 一\n- 二 __没有", 2, "__"),
    ],
)
def test_what_is_not_closed_is_shown(words: str, line: int, sign: str) -> None:
    """The line, the sign, and the words around it."""
    with pytest.raises(NotUnderstood) as refused:
        html(words)

    assert (line, sign, True) == (
        refused.value.values["line"],
        refused.value.values["sign"],
        sign in str(refused.value.values["place"]),
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("**重要**", True),
        ("# 标题", True),
        ("- 一", True),
        ("5*3*2=30", False),
        ("a_b_c", False),
        ("今晚维护", False),
    ],
)
def test_who_may_have_meant_it_is_asked(words: str, expected: bool) -> None:
    assert expected == looks_like_it(words)


@given(st.text(alphabet="ab *_~`[]()>#-1.\n<&\\!|", max_size=60))
def test_whatever_is_written_is_html_or_refused(words: str) -> None:
    """Never something that Telegram would not parse."""
    try:
        made = html(words)
    except NotUnderstood:
        return
    if made.strip():
        formatted(made, "HTML")
