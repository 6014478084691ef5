"""Whatever encoding a publisher uses or claims, the text comes out."""

from __future__ import annotations

import pytest

from newsbot.sources.decode import decode

NEWS = "国产手机发布新的操作系统，用户可以在本月升级"
TRADITIONAL = "這個電動車與開發者的產業新聞來自時報，說明國際市場"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_undeclared_chinese_text_is_read(encoding: str) -> None:
    """No declaration is needed for the usual encodings of Chinese."""
    assert decode(NEWS.encode(encoding)) == NEWS


def test_undeclared_big5_is_told_from_gbk() -> None:
    """Big5 bytes are valid GBK too; the common characters tell them apart."""
    assert decode(TRADITIONAL.encode("big5")) == TRADITIONAL


def test_utf8_wins_over_a_header_that_lies() -> None:
    """Bytes that are UTF-8 are read as that, whatever is declared."""
    assert decode(NEWS.encode(), "text/html; charset=gb2312") == NEWS


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0" encoding="gb2312"?>',
        '<meta charset="gbk">',
        "<meta content='text/html; charset=GB2312'>",
    ],
)
def test_gb2312_means_gb18030(head: str) -> None:
    """Rare characters outside of GB2312 are read where GB2312 is declared."""
    text = head + "镕喆𠀀"

    assert decode(text.encode("gb18030")) == text


def test_western_text_is_not_taken_for_chinese() -> None:
    """Latin-1 has no common Chinese characters in it."""
    assert decode("Café crème à la carte".encode("latin-1")) == "Café crème à la carte"


def test_control_characters_are_taken_off() -> None:
    """One raw control character makes XML readers refuse a whole feed; lines stay lines."""
    assert decode(b"a\x00b\x08c\td\ne\x1f") == "abc\td\ne"


def test_one_broken_byte_spoils_one_character_only() -> None:
    """UTF-8 with a broken byte is still UTF-8."""
    assert decode(NEWS.encode() + b"\xff" + NEWS.encode()) == f"{NEWS}\ufffd{NEWS}"


def test_a_declared_codec_that_is_none_of_ours_is_not_used() -> None:
    """Python's own codecs, some of them quadratic, are not for publishers to choose."""
    assert decode(b"\xff-abc", "text/html; charset=punycode") == "ÿ-abc"


@pytest.mark.parametrize("declared", ["", "text/xml; charset=utf-8"])
def test_a_broken_byte_in_utf_8_costs_one_sign(declared: str) -> None:
    """Not all accents and quotation marks of an English feed."""
    words = "Apple’s café – “naïve” résumé, Zürich’s Öl … " * 3
    data = words.encode() + b"\xe9 end"

    assert f"{words}\ufffd end" == decode(data, declared)


def test_latin_letters_are_no_broken_utf_8() -> None:
    """Where nothing is whole, it is another encoding."""
    assert "café, naïve, déjà vu" == decode("café, naïve, déjà vu".encode("cp1252"))
