"""What a robots.txt allows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.sources.robots import MAX_BYTES, allowed, crawl_delay
from tests.sources.hostile import BOMB, GARBAGE, quickly

PAGE = "https://news.test/a/1.html?x=1"


def may(robots: str | bytes, address: str = PAGE, agent: str = "newsbot") -> bool:
    data = robots.encode() if isinstance(robots, str) else robots
    (answer,) = allowed(data, agent, [address])
    return answer


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /a", False),
        ("User-agent: *\nDisallow: /b", True),
        ("User-agent: *\nDisallow: /*.html$", True),
        ("User-agent: *\nDisallow: /*.html?x=", False),
        ("User-agent: *\nDisallow: /a/\nAllow: /a/1.", True),
        ("User-agent: *\nAllow: /\nDisallow: /a/", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: newsbot\nAllow: /", True),
        ("User-agent: newsbot\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: other\nUser-agent: NewsBot/2.0\nDisallow: /", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: news\nDisallow: /", True),
        ("User-agent: newsbot-images\nDisallow: /", True),
        ("User-agent: newsbot2\nDisallow: /", True),
        ("User-agent: a\nDisallow: /b\nUser-agent: *\nDisallow: /a\nUser-agent: c\nDisallow: /", False),
        ("useragent newsbot # us\ndisallow: /a # it", False),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", False),
        ("Disallow: /", True),
        ("<!DOCTYPE html><html><body>Not found</body></html>", True),
    ],
)
def test_rules_are_read(robots: str, expected: bool) -> None:
    """The longest rule of our group, else of everybody's; what is no rule forbids nothing."""
    assert expected is may(robots)


def test_addresses_are_answered_in_their_order() -> None:
    """One file, many addresses; what is no address may not be fetched."""
    robots = "User-agent: *\nDisallow: /新闻/\n".encode()
    addresses = [
        "https://a.test/x",
        "https://a.test/%E6%96%B0%E9%97%BB/1",
        "http://[bad/新",
        "https://a.test",
    ]

    assert allowed(robots, "newsbot", addresses) == (True, False, False, True)
    assert allowed(robots, "newsbot", []) == ()


@pytest.mark.parametrize("agent", ["newsbot", "NewsBot", "newsbot/1.0 (+https://example.test) feed reader"])
def test_the_name_is_the_beginning_of_the_header(agent: str) -> None:
    """Version and comment behind it are no part of it."""
    assert not may("User-agent: newsbot\nDisallow: /", agent=agent)
    assert may("User-agent: reader\nDisallow: /", agent=agent)


def test_a_file_in_another_encoding_is_read() -> None:
    """As far as its rules are in ASCII."""
    assert not may("# 机器人\nUser-agent: *\nDisallow: /a".encode("gb18030"))
    assert not may("User-agent: *\nDisallow: /a".encode("utf-16"))


def test_only_the_beginning_is_read() -> None:
    """And no half of a rule at its end, which would be another rule."""
    head = b"User-agent: *\nDisallow: /b\n"
    filler = b"#" * (MAX_BYTES - len(head) - len(b"\nDisallow: /")) + b"\nDisallow: /longer\nDisallow: /a\n"

    assert may(head + filler)
    assert not may(head + filler, "https://news.test/b")


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        ("", None),
        ("User-agent: *\nDisallow: /a", None),
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 86400", 60.0),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: inf", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: other\nCrawl-delay: 7", None),
        ("User-agent: *\nCrawl-delay: 7\nUser-agent: newsbot\nCrawl-delay: 3", 3.0),
    ],
)
def test_a_pause_is_read(robots: str, expected: float | None) -> None:
    """Seconds, within reason; nonsense is none."""
    assert crawl_delay(robots.encode(), "newsbot/1.0") == expected


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_allows_all(name: str) -> None:
    """A megabyte of it, soon."""
    with quickly():
        assert may(GARBAGE[name])
        assert crawl_delay(GARBAGE[name], "newsbot") is None


ROBOTS = "\n".join(f"User-agent: robot{n}" for n in range(15_000))
RULES = "\n".join("Disallow: /" for _ in range(15_000))


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        (f"{ROBOTS}\n{RULES}", True),
        ("\n".join(f"User-agent: {'newsbot'[: n % 8]}\nDisallow: /b" for n in range(15_000)), True),
        ("User-agent: *\n" + "\n".join(f"Disallow: /*{n}*a*b" for n in range(20_000)), True),
        ("User-agent: *\nDisallow: /" + "*a" * 200_000, True),
        ("User-agent: *\nDisallow: /" + "%61" * 150_000 + "\nDisallow: /%61", False),
        (f"User-agent: *\n{BOMB}\nDisallow: /a", False),
        ("User-agent: *\n\x00\x1b\nDisal\x00low: /a", False),
        ("User-agent: *\nDisallow: javascript:alert(1)\nDisallow: file:///a", True),
    ],
    ids=["robots", "names", "stars", "long", "escapes", "bomb", "control", "addresses"],
)
def test_files_made_to_hang_are_over_soon(robots: str, expected: bool) -> None:
    """Ten thousand rules for ten thousand robots are not written down for each."""
    address = f"https://news.test/a/{'a' * 1000}"
    with quickly():
        assert expected is may(robots, address)


@settings(deadline=None)  # a busy machine is no fault
@given(st.binary(), st.text(max_size=20), st.text(max_size=40))
def test_nothing_raises(robots: bytes, agent: str, address: str) -> None:
    """Whatever is in the file, our name or the address."""
    rules = b"User-agent: *\nDisallow: /a\nCrawl-delay: 1\n" + robots

    assert len(allowed(rules, agent, [address, f"https://news.test/{address}"])) == 2
    assert 0 <= (crawl_delay(rules, agent) or 0) <= 60
