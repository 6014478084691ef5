"""Telegram's HTML, and what may stand in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from newsbot.messages.markup import cut, first_sentences, fits, leaf, link, plain, units

anything = st.text(alphabet=st.characters(), max_size=200)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("  云雀 \t\n 开源  ", "云雀 开源"),
        ("a\rb\x0bc\x85d\u2028e\u3000f", "a b c d e f"),
        ("零\u200b宽\u200c字\ufeff符\u00ad", "零宽字符"),
        ("\u202e倒过来\u202c正常\u2066x\u2069\u061c", "倒过来正常x"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("Z\u0336\u0321\u0327\u0328\u031balgo", "Z\u0336\u0321algo"),
        ("ก\u0e47\u0e47\u0e47\u0e47\u0e47", "ก\u0e47\u0e47"),
        ("e\u0301", "é"),
        ("\u3164", ""),
        ("\u2800\u115f \u200d", ""),
        ("空\u3164白", "空 白"),
        ("👩\u200d💻 a\u200db", "👩\u200d💻 ab"),
        ("a\ud800b", "ab"),
        ("x\U000e0041\U000e007f", "x"),
        ("<b>C++ & AT&T</b>", "<b>C++ & AT&T</b>"),
    ],
)
def test_text_from_outside_plays_no_tricks(words: str, expected: str) -> None:
    """One line, nothing invisible, nothing reversed, at most two marks on a letter; signs stay as they are."""
    assert expected == leaf(words)


@given(anything)
def test_a_leaf_is_one_clean_line(words: str) -> None:
    """Whatever comes in, and cleaning it again changes nothing."""
    clean = leaf(words)

    assert clean == leaf(clean) == " ".join(clean.split())
    assert unicodedata.is_normalized("NFC", clean)
    assert not {unicodedata.category(sign) for sign in clean} & {"Cc", "Cs", "Zl", "Zp"}
    clean.encode("utf-8")


@pytest.mark.parametrize(("words", "expected"), [("", 0), ("云雀", 2), ("👩\u200d💻", 5), ("𠮷", 2)])
def test_length_is_counted_as_telegram_does(words: str, expected: int) -> None:
    """In UTF-16 units: an emoji is two."""
    assert expected == units(words)


@pytest.mark.parametrize(
    ("words", "most", "expected"),
    [
        ("云雀开源", 4, "云雀开源"),
        ("云雀大模型开源，商用免费，明年继续", 13, "云雀大模型开源，商用免费…"),
        ("云雀大模型开源，商用免费，明年继续", 12, "云雀大模型开源…"),
        ("云，雀大模型开源商用免费", 9, "云，雀大模型开源…"),
        ("Skylark opens its weights", 18, "Skylark opens its…"),
        ("😀😀😀", 4, "😀…"),
        ("，，，，，，", 3, "…"),
    ],
)
def test_what_is_too_long_is_cut_at_a_pause(words: str, most: int, expected: str) -> None:
    """Where there is one in the second half, never within a character, and an ellipsis says so."""
    assert expected == cut(words, most)


@given(anything.map(leaf), st.integers(2, 50))
def test_what_is_cut_fits(words: str, most: int) -> None:
    """And is the beginning of what it was."""
    short = cut(words, most)

    assert units(short) <= most
    assert words.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("words", "most", "expected"),
    [
        ("第一句。第二句", 20, "第一句。第二句"),
        ("第一句。第二句！第三句没有写完", 10, "第一句。第二句！"),
        ("第一句；还是第一句。第二句很长很长很长", 12, "第一句；还是第一句。"),
        ("他说：“好。”然后就走了没有回来", 10, "他说：“好。”"),
        ("一句话很长很长，没有写完的样子", 10, "一句话很长很长…"),
        ("See https://a.example/?x=1 for all of it", 30, "See https://a.example/?x=1…"),
        ("Is it new? Nobody knows that yet.", 20, "Is it new?"),
    ],
)
def test_a_summary_ends_with_a_sentence(words: str, most: int, expected: str) -> None:
    """All of it, as many whole sentences as fit, or the first one cut; an address ends no sentence."""
    assert expected == first_sentences(words, most)


@pytest.mark.parametrize(
    "address",
    ["https://a.example/x?a=1&b=@2", "http://a.example", "HTTPS://A.example:8443/#x", "https://a.example?x"],
)
def test_web_addresses_are_linked(address: str) -> None:
    """With every sign in them escaped."""
    assert f'<a href="{Markup.escape(address)}">x &lt; y</a>' == link(address, "x < y")


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        "tg://resolve?domain=x",
        "//a.example/",
        "https://",
        "https://user@a.example/",
        "https://a.example:x@b.example/",
        "https://a.example\\@b.example/",
        "https://a.example/ x",
        "https://a.example/\n",
        "https://a.example/?" + "&" * 600,
        "http://rsshub/",
        "http://a..example/",
        "http://a.example./",
        "http://[::1",
        "http://a.example:0/",
        "http://a.<b>/",
    ],
)
def test_other_addresses_are_not(address: str | None) -> None:
    """No other scheme, nobody's name, no space, no host that Telegram refuses, nothing that fills the message."""
    assert "x &lt; y" == link(address, "x < y")


def test_a_message_is_plain_again_after_parsing() -> None:
    """Tags go, references become what they stand for."""
    assert "x < y & &lt;" == plain(str(Markup("<b>{}</b>").format("x < y & &lt;")))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("中" * 4096, True),
        ("中" * 4097, False),
        ("😀" * 2048, True),
        ("<b>" + "中" * 4096 + "</b>", True),
        ("<b>x</b>" * 100, True),
        ("<b>x</b>" * 101, False),
        ("<b>x</b>" * 50 + " #a" * 50, True),
        ("<b>x</b>" * 50 + " #a" * 51, False),
        (f'<a href="https://a.example/{"x" * 33_000}">x</a>', False),
    ],
)
def test_what_fits_is_known_before_it_is_sent(html: str, expected: bool) -> None:
    """4096 units, 32 KiB, 100 entities, those that Telegram finds by itself included."""
    assert expected is fits(html)
