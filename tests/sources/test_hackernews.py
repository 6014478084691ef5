"""Hacker News by its API."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newsbot.errors import NotReadable
from newsbot.models.sources import Entry
from newsbot.sources.hackernews import MAX_STORIES, parse_item, parse_stories
from newsbot.sources.parse import MAX_TITLE
from tests.sources.hostile import BOMB, EVIL_LINKS, GARBAGE, quickly

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LIST = "https://hacker-news.firebaseio.com/v0/topstories.json"
ITEM = "https://hacker-news.firebaseio.com/v0/item/8863.json"
DISCUSSION = "https://news.ycombinator.com/item?id=8863"
STORY = {
    "by": "dhouston",
    "descendants": 71,
    "id": 8863,
    "kids": [9224, 8917],
    "score": 104,
    "time": 1790000000,
    "title": "My YC app: Lark &amp; Sparrow",
    "type": "story",
    "url": "http://www.example.test/u/app?utm_source=hn",
}
DEEP = [b"[" * 100_000, b"{" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"1" + b"]" * 100_000]


def short(data: bytes) -> str:
    return data[:12].decode()


def item(**changes: object) -> Entry | None:
    return parse_item(json.dumps(STORY | changes).encode(), ITEM, NOW)


def test_a_list_names_its_stories() -> None:
    """In its order, each once, by the address of its item."""
    feed = parse_stories(b"[8863, 121003, 8863]", LIST)

    assert (feed.behind, feed.language) == (True, "en")
    assert feed.entries == (
        Entry(title="", guid=DISCUSSION, link=ITEM),
        Entry(
            title="",
            guid="https://news.ycombinator.com/item?id=121003",
            link="https://hacker-news.firebaseio.com/v0/item/121003.json",
        ),
    )


def test_a_list_is_bounded() -> None:
    """The top of five hundred."""
    feed = parse_stories(json.dumps(list(range(1, 501))).encode(), LIST)

    assert len(feed.entries) == MAX_STORIES
    assert feed.entries[-1].guid == f"https://news.ycombinator.com/item?id={MAX_STORIES}"


def test_an_empty_list_is_one() -> None:
    """Nothing new."""
    assert parse_stories(b"[]", LIST).entries == ()


def test_what_is_no_number_is_left_out() -> None:
    """It does not cost its neighbours."""
    odd = b'[8863, true, null, "7", -1, 0, 1.5, 99999999999999999999, [9], {"id": 9}]'

    assert [entry.guid for entry in parse_stories(odd, LIST).entries] == [DISCUSSION]


@pytest.mark.parametrize("data", [b"null", b"{}", b'["a"]', b"7", b"<html>", b"[1", *DEEP], ids=short)
def test_what_is_no_list_is_not_readable(data: bytes) -> None:
    """Named by its address."""
    with quickly(), pytest.raises(NotReadable, match="topstories"):
        parse_stories(data, LIST)


def test_a_story_is_read() -> None:
    """Its link leads to the article, its identity is the discussion."""
    assert item() == Entry(
        title="My YC app: Lark & Sparrow",
        link="http://www.example.test/u/app",
        guid=DISCUSSION,
        author="dhouston",
        published=datetime.fromtimestamp(1790000000, UTC),
    )


@pytest.mark.parametrize("url", [None, "", *EVIL_LINKS])
def test_a_story_without_an_address_leads_to_its_discussion(url: str | None) -> None:
    """A question, say; its text stays HTML."""
    entry = item(url=url, text="How?<p>So.")

    assert entry is not None
    assert (entry.link, entry.summary) == (DISCUSSION, "How?<p>So.")


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "job"},
        {"type": "comment"},
        {"type": "poll"},
        {"type": None},
        {"dead": True},
        {"deleted": True},
        {"title": ""},
        {"title": 7},
    ],
    ids=str,
)
def test_what_is_nothing_to_show_is_none(changes: dict[str, object]) -> None:
    """Jobs, comments, and what was taken away."""
    assert item(**changes) is None


def test_an_item_that_is_not_there_is_none() -> None:
    """The API says null."""
    assert parse_item(b"null", ITEM, NOW) is None


@pytest.mark.parametrize(
    ("time", "expected"),
    [(9999999999, NOW), ("soon", None), (True, None), (None, None), (-5, None), (10**30, None), (0, None)],
)
def test_a_time_is_believable(time: object, expected: datetime | None) -> None:
    """Never later than now, and none where it makes no sense."""
    entry = item(time=time)

    assert entry is not None
    assert entry.published == expected


@pytest.mark.parametrize(
    "data",
    [b"", b"7", b"[]", b"{}", b'{"error": "Permission denied"}', b'{"id": true}', b'{"id": "7"}', *DEEP],
)
def test_what_is_no_item_is_not_readable(data: bytes) -> None:
    """Named by its address."""
    with quickly(), pytest.raises(NotReadable, match="8863"):
        parse_item(data, ITEM, NOW)


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_not_readable(name: str) -> None:
    """A megabyte of it, soon."""
    with quickly():
        for read in (lambda data: parse_stories(data, LIST), lambda data: parse_item(data, ITEM, NOW)):
            with pytest.raises(NotReadable):
                read(GARBAGE[name])


def test_floods_and_tricks_are_bounded() -> None:
    """Long titles are cut, control characters go, entities stay what they are."""
    entry = item(title=f"a\x00\u0007{BOMB}&x9;" + "长" * 1000, by="\x1bme" * 100, text="x" * 1_000_000)

    assert entry is not None
    assert (len(entry.title), len(entry.summary), len(entry.author or "")) == (MAX_TITLE, 200_000, 200)
    assert entry.title.isprintable()
