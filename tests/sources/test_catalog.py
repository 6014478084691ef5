"""The catalogue of sources."""

from __future__ import annotations

import runpy
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from newsbot.errors import CatalogError
from newsbot.models.sources import Source
from newsbot.sources.catalog import builtin, load

ROOT = Path(__file__).parent.parent.parent
GOOD = """# mine
[[source]]
id = "a"
url = "https://a.test/feed"

[[source]]
id = "b"
name = "B"
url = "https://b.test/feed"
kind = "page"
language = "en"
zone = "UTC"
category = "science"
on = false
interval = 600
selector = ".item"
fallback = ["https://b.test/other"]
"""


def test_a_catalogue_is_read() -> None:
    """What is not said has its default; a name is at least the id."""
    a, b = load(GOOD, "my.toml")

    assert a == Source(id="a", name="a", url="https://a.test/feed")
    assert (b.kind, b.zone, b.on, b.interval, b.fallback) == (
        "page",
        "UTC",
        False,
        600,
        ("https://b.test/other",),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ('id = "b"', 'id = "a"', 7, "already"),
        ('id = "b"', 'id = "b c"', 7, "id has to be"),
        ('id = "b"\n', "", 6, "no id"),
        ('name = "B"', "name = B", 8, "Invalid value"),
        ('url = "https://b.test/feed"', 'url = "ftp://b.test/feed"', 9, "http"),
        ('zone = "UTC"', 'zone = "Mars/Base"', 12, "zone"),
        ('kind = "page"', 'kinds = "page"', 10, "not known"),
        ("interval = 600", "interval = 0", 15, "seconds"),
        ("on = false", 'on = "no"', 14, "true or false"),
        ("# mine", "colour = 1", 1, "not known"),
        ("# mine", "[source", 1, "Expected"),
    ],
)
def test_a_wrong_line_is_named(old: str, new: str, line: int, word: str) -> None:
    """The operator is told file, line and problem."""
    with pytest.raises(CatalogError, match=word) as caught:
        load(GOOD.replace(old, new), "my.toml")

    assert (caught.value.file, caught.value.line) == ("my.toml", line)


def test_a_single_table_is_not_a_list_of_sources() -> None:
    """`[source]` is a common slip for `[[source]]`."""
    with pytest.raises(CatalogError, match=r"\[\[source\]\]"):
        load('[source]\nid = "a"', "my.toml")


def test_the_builtin_catalogue_has_sources_in_two_languages() -> None:
    """A hundred and more, few of them on; every one has a category."""
    known = builtin()
    on = [source.language for source in known if source.on]

    assert len(known) > 100
    assert 20 <= len(on) <= 30
    assert (True, True) == (on.count("zh") >= 10, on.count("en") >= 5)
    assert all(source.category for source in known)
    assert {"feed", "list", "hackernews"} == {source.kind for source in known}


def test_where_every_address_was_found_stands_beside_it() -> None:
    """And, for those that are on, when it was seen to answer, this year."""
    text = files("newsbot.sources").joinpath("catalog.toml").read_text("utf-8")
    tables = tomllib.loads(text)["source"]

    assert [] == [one["id"] for one in tables if not one.get("found")]
    assert [] == [one["id"] for one in tables if one.get("on", True) and one.get("seen", "") < "2026-01"]


CHAIN = """[[source]]
id = "a"
url = "https://a.example/feed"
kind = "list"
selector = ".news a"
fallback = ["https://a.example/list", "/a/news"]
found = "a list of lists"
seen = "2026-11"
"""


def test_a_list_has_a_selector_and_a_chain_of_fallbacks() -> None:
    """Addresses, and routes of an RSSHub."""
    (found,) = load(CHAIN, "my.toml")

    assert ("list", ".news a", ("https://a.example/list", "/a/news")) == (
        found.kind,
        found.selector,
        found.fallback,
    )


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('selector = ".news a"\n', "", 4),
        ('"/a/news"', '"//a/news"', 6),
        ('"/a/news"', '"a/news"', 6),
        ('"/a/news"', '"ftp://a.example"', 6),
        ('"2026-11"', '"November"', 8),
        ('kind = "list"', 'kind = "listing"', 4),
    ],
)
def test_a_wrong_list_is_named(old: str, new: str, line: int) -> None:
    """With its line."""
    with pytest.raises(CatalogError) as caught:
        load(CHAIN.replace(old, new), "my.toml")

    assert line == caught.value.line


def test_every_source_stands_in_the_docs() -> None:
    """As the catalogue has it; `python docs/catalogue.py` writes the page anew."""
    page = runpy.run_path(str(ROOT / "docs/catalogue.py"))["page"]

    assert page() == (ROOT / "docs/catalogue.md").read_text("utf-8")
