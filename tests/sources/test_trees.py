"""Documents as trees, whatever is in them."""

from __future__ import annotations

import pytest

from newsbot.sources.trees import base_of, children, html_tree, local, text_of, xml_tree
from tests.sources.hostile import BOMB, GARBAGE, LEAK, quickly


def read(text: str) -> str:
    root, _ = xml_tree(text)
    assert root is not None
    return text_of(root)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("A &amp; B &lt;3 &#65;&#x4E2D;", "A & B <3 A中"),
        ("A & B &mdash; C&nbsp;D", "A & B — C\xa0D"),
        ("?a=1&b=2&copy=3", "?a=1&b=2&copy=3"),
        ("<![CDATA[?a=1&b=2 &nbsp;]]>&nbsp;x & y", "?a=1&b=2 &nbsp;\xa0x & y"),
        ("&unheard;", "&unheard;"),
        ("&LT;b&GT; &QUOT;", "&LT;b&GT; &QUOT;"),
        ("one <b>two</b><!-- not this --><?nor this?> three", "one two three"),
    ],
)
def test_text_is_read_as_it_was_meant(inside: str, expected: str) -> None:
    """Entities of HTML and bare ampersands are common in XML that people wrote by hand."""
    assert expected == read(f"<a>{inside}</a>")


def test_an_attribute_keeps_its_ampersands() -> None:
    """An address in an attribute is whole."""
    root, faults = xml_tree('<a b="/?x=1&y=2&amp;z=3"/>')

    assert root is not None
    assert (root.get("b"), faults) == ("/?x=1&y=2&z=3", ())


def test_names_have_no_prefix() -> None:
    """Declared or not, in whatever case."""
    root, _ = xml_tree('<x:Root xmlns:x="urn:x"><news:news>1</news:news><NEWS xmlns="y">2</NEWS></x:Root>')

    assert root is not None
    assert local(root) == "root"
    assert [text_of(child) for child in children(root, "news")] == ["1", "2"]


def test_lines_are_those_of_the_file() -> None:
    """What stands before the root and in the declaration counts."""
    root, faults = xml_tree("\n\n<?xml version='1.0'\n encoding='gbk'?>\n<a>\n<b x=1></b>\n</a>")

    assert root is not None
    assert (root.sourceline, [line for line, _ in faults]) == (5, [6])


def test_words_before_the_root_are_skipped() -> None:
    """Servers print their warnings before the document."""
    assert "x" == read("Warning: deprecated\n<?xml version='1.0'?><a>x</a>")


@pytest.mark.parametrize("text", ["", "words", "<", "< >", "<!DOCTYPE a>", "<?xml version='1.0'?>"])
def test_what_is_no_xml_has_no_root(text: str) -> None:
    """And the fault says why."""
    root, faults = xml_tree(text)

    assert root is None
    assert faults[0][1]


def test_no_entity_is_resolved() -> None:
    """Neither a bomb nor a file of this machine nor an address on the web."""
    place = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">'
    with quickly():
        texts = [read(f"{head}<a b='&x9;&file;'>&x9; &file;</a>") for head in (BOMB, place)]

    assert texts == ["&x9; &file;"] * 2
    assert LEAK not in str(texts)


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_over_soon(name: str) -> None:
    """A megabyte of anything, as XML and as HTML."""
    text = GARBAGE[name].decode("latin-1")
    with quickly():
        xml_tree(text)
        xml_tree(f"<a>{text}")
        html_tree(text)


def test_deep_xml_is_read_to_a_depth() -> None:
    """What is deeper is left out, and said."""
    with quickly():
        root, faults = xml_tree("<a>x" * 250_000)
    _, shallow = xml_tree("<a>" * 300 + "</a>" * 300)

    assert root is not None
    assert "depth" in faults[0][1]
    assert "depth" in shallow[0][1]


def test_a_long_text_is_cut() -> None:
    """Nobody wants more of a title or address."""
    assert len(read(f"<a>{'长' * 1_000_000}</a>")) == 20_000
    assert len(read(f"<a>{'<b>长</b>' * 100_000}</a>")) == 20_000


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 200_000,
        "<DIV/>" * 200_000,
        "<a " + " ".join(f"a{n}" for n in range(100_000)) + ">",
    ],
    ids=["deep", "deep_too", "attributes"],
)
def test_html_that_the_reader_would_hang_on_is_refused(text: str) -> None:
    """It needs the square of what is nested, and of the attributes of one element."""
    with quickly():
        assert html_tree(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "<p>never closed" * 9_000,
        "<br><img src=x>" * 100_000,
        f'<img src="data:image/png;base64,{"A" * 500_000}">',
        "<script>" + "if (a < b && c > d) x = 1; " * 20_000 + "</script>",
        "<div><span>x</span></div>" * 40_000,
    ],
    ids=["paragraphs", "void", "picture", "script", "wide"],
)
def test_html_that_is_only_long_is_read(text: str) -> None:
    """Real pages are long and careless."""
    with quickly():
        assert html_tree(text) is not None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "https://news.test/a/"),
        ("<base href='/b/'>", "https://news.test/b/"),
        ("<base href='javascript:1'>", "https://news.test/a/"),
        ("<base target='_top'><base href=' //cdn.test/ '>", "https://cdn.test/"),
    ],
)
def test_a_page_may_name_its_base(head: str, expected: str) -> None:
    """Where it does not, or not well, its own address is it."""
    tree = html_tree(f"<html><head>{head}</head></html>")

    assert tree is not None
    assert base_of(tree, "https://news.test/a/") == expected
