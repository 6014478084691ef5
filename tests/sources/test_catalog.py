"""The catalogue of sources."""

from __future__ import annotations

import pytest

from newsbot.errors import CatalogError
from newsbot.models.sources import Source
from newsbot.sources.catalog import builtin, load

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
    """Thirty or more are on, and every one has a category."""
    on = [source for source in builtin() if source.on]

    assert len(on) >= 30
    assert {"zh", "en"} == {source.language for source in on}
    assert all(source.category for source in builtin())
