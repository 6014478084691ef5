"""Telegram's HTML."""

from __future__ import annotations

import pytest

from playground.entities import formatted
from playground.errors import ApiError
from playground.reading import utf16


def shown(html: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text and its entities as (type, offset, length)."""
    result = formatted(html, "HTML")
    return result.text, [(one["type"], one["offset"], one["length"]) for one in result.entities]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>你好</b>吗", ("你好吗", [("bold", 0, 2)])),
        ("😀<i>x</i>", ("😀x", [("italic", 2, 1)])),
        ("<b>a<i>b</i></b>", ("ab", [("bold", 0, 2), ("italic", 1, 1)])),
        ("&lt;&gt;&amp;&quot;&#65;&#x42;&laquo;", ('<>&"AB&laquo;', [])),
        ("<a href='https://a.cn/?x=1&amp;y=2'>x</a>", ("x", [("text_link", 0, 1)])),
        ('<span class="tg-spoiler">x</span>', ("x", [("spoiler", 0, 1)])),
        ("<blockquote expandable>x</blockquote>", ("x", [("expandable_blockquote", 0, 1)])),
        ("<B>x</>", ("x", [("bold", 0, 1)])),
        ("  <b> x </b>  ", ("x", [("bold", 0, 1)])),
        ("<b></b>x", ("x", [])),
        ("看 #人工智能 @news_bot", ("看 #人工智能 @news_bot", [("hashtag", 2, 5), ("mention", 8, 9)])),
        ("见 https://a.cn/b.", ("见 https://a.cn/b.", [("url", 2, 14)])),
        ("<code>#x</code>", ("#x", [("code", 0, 2)])),
        ("😀 #科技", ("😀 #科技", [("hashtag", 3, 3)])),
        ("一\r\n<b>\u202e二\t三</b>\u202c<i>四</i>", ("一\n二 三四", [("bold", 2, 3), ("italic", 5, 1)])),
        ("　　缩进", ("　　缩进", [])),
    ],
)
def test_html_becomes_text_and_entities(html: str, expected: object) -> None:
    """Tags become entities with offsets in UTF-16 units."""
    assert expected == shown(html)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("你<int>", 'Unsupported start tag "int" at byte offset 3'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<i x>", 'Expected equal sign in declaration of an attribute of the tag "i" at byte offset 0'),
        ("<i =x>", 'Empty attribute name in the tag "i" at byte offset 0'),
        ("<i x = ", 'Unclosed start tag "i" at byte offset 0'),
        ("<i x=a_b>", "Unexpected end of name token at byte offset 5"),
        ('<a href="x>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("{0}<{at}>", 'Unsupported start tag "{at}" at byte offset 3'),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(html: str, reason: str) -> None:
    """Each mistake has its own wording and byte offset."""
    with pytest.raises(ApiError) as refusal:
        formatted(html, "HTML")

    assert f"Bad Request: can't parse entities: {reason}" == refusal.value.description


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://", "http://a b.cn", "ftp://a.cn/", "http://[x"]
)
def test_a_link_with_a_bad_address_is_only_text(url: str) -> None:
    """The text stays, the link goes."""
    assert ("x", []) == shown(f'<a href="{url}">x</a>')


def test_only_a_hundred_entities_are_kept() -> None:
    """The last ones lose their format, silently."""
    _, entities = shown("<b>a</b> " * 130)

    assert [("bold", 2 * n, 1) for n in range(100)] == entities


def test_code_in_pre_is_one_block_with_its_language() -> None:
    """As the documentation writes a block of code."""
    result = formatted('<pre><code class="language-python">x</code></pre>', "HTML")

    assert [{"type": "pre", "offset": 0, "length": 1, "language": "python"}] == result.entities


def test_length_is_counted_in_utf16_units() -> None:
    """A character beyond the basic plane counts twice."""
    assert [1, 1, 2] == [utf16(text) for text in ("a", "中", "😀")]
