"""Lists of subscriptions in and out, and what list, check and refresh tell, as an operator sees them."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from newsbot.newsroom import utc_now
from newsbot.sources.opml import parse_opml
from tests.cli.command import Done
from tests.cli.conftest import Operator
from tests.flows.web import Web, item
from tests.house import body

LARK, CHANGGENG = "云雀大模型今天开源", "长庚光刻机通过验收"
FEED = (
    item(LARK, body("一"), "https://daily.example/1"),
    item(CHANGGENG, body("二"), "https://daily.example/2"),
)
LIST = """<opml version="2.0"><body>
<outline text="科技"><outline text="甲报" xmlUrl="https://a.example/feed"/></outline>
<outline text="乙报" xmlUrl="https://b.example/feed"/>
<outline text="丙报" xmlUrl="ftp://c.example/feed"/>
</body></opml>"""
WRONG = 'feeds.opml:4: "丙报" has an address that is not one of the web (http, https): ftp://c.example/feed'
FIELDS = [
    "id", "name", "url", "kind", "on", "status", "last_success", "next", "per_day", "error", "fallback",
]  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    """A web on a thread of its own; each test has paths of its own."""
    made = Web()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opening = asyncio.start_server(made.serve, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result(10)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    loop.call_soon_threadsafe(server.close)
    asyncio.run_coroutine_threadsafe(made.closes(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def knows(operator: Operator, **tables: str) -> None:
    """The operator's catalogue has these sources: the rest of each table, as TOML."""
    text = "\n".join(f'[[source]]\nid = "{name}"\n{rest}\n' for name, rest in tables.items())
    operator.settings |= {
        "NEWSBOT_ALLOW_HOSTS": "127.0.0.1",
        "NEWSBOT_SOURCES": operator.writes("s.toml", text),
    }


def ids(operator: Operator) -> list[str]:
    return [line["id"] for line in operator.runs("sources", "list", "--json").lines]


def sentence(done: Done) -> str:
    """The one line in which a command says what is wrong."""
    (line,) = done.errors.splitlines()
    return line


# import


def test_a_list_is_taken_in(operator: Operator):
    """A line for each source, one for them all, and beside the data a line for each that is wrong."""
    operator.writes("feeds.opml", LIST)
    done = operator.runs("sources", "import", "feeds.opml")

    assert 0 == done.status
    assert [
        "+ a-example  甲报  https://a.example/feed",
        "+ b-example  乙报  https://b.example/feed",
        "2 added, 0 known already, 1 wrong lines",
    ] == done.out.splitlines()
    assert WRONG == sentence(done)
    assert ["a-example", "b-example"] == ids(operator)


def test_a_list_is_taken_in_as_json(operator: Operator):
    """Each source as `sources list` has it, and nothing else on stdout, also where a line is wrong."""
    operator.writes("feeds.opml", LIST)
    done = operator.runs("sources", "import", "feeds.opml", "--json")
    again = operator.runs("sources", "import", "feeds.opml", "--json")

    assert (0, WRONG) == (done.status, sentence(done))
    assert [FIELDS, FIELDS] == [list(line) for line in done.lines]
    assert done.lines == operator.runs("sources", "list", "--json").lines
    assert (0, [], WRONG) == (again.status, again.lines, sentence(again))  # all is known


def test_a_strict_import_fails_for_a_wrong_line(operator: Operator):
    """What is right comes in all the same, and comes in again without a word."""
    operator.writes("feeds.opml", LIST)
    operator.writes("good.opml", LIST.replace("ftp:", "https:"))
    strict = operator.runs("sources", "import", "feeds.opml", "--strict")
    good = operator.runs("sources", "import", "good.opml", "--strict")

    assert (1, WRONG) == (strict.status, sentence(strict))
    assert (0, "") == (good.status, good.errors)
    assert good.out.endswith("1 added, 2 known already, 0 wrong lines\n")


def test_a_list_of_wrong_lines_only_is_a_failure(operator: Operator):
    """Nothing could be taken in."""
    operator.writes("feeds.opml", '<opml><body>\n<outline text="A"/>\n<outline xmlUrl="x:y"/></body></opml>')
    done = operator.runs("sources", "import", "feeds.opml", "--json")

    assert (1, []) == (done.status, done.lines)
    assert ["feeds.opml:2: ", "feeds.opml:3: "] == [line[:14] for line in done.errors.splitlines()]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.opml", None, "it cannot be read (No such file or directory)"),
        ("folder", "folder", "it cannot be read (Is a directory)"),
        ("empty.opml", "", "line 1: this is no XML: Document is empty"),
        ("page.html", "<!DOCTYPE html>\n<html><body>x</body></html>", "line 2: this is <html>, not <opml>"),
    ],
)
def test_what_is_no_list_is_a_failure_in_a_sentence(
    operator: Operator, name: str, content: str | None, words: str
):
    """Exit 1, nothing on stdout, the file and what is wrong with it on stderr."""
    if content == "folder":
        (operator.folder / name).mkdir()
    elif content is not None:
        operator.writes(name, content)
    done = operator.runs("sources", "import", name, "--json")

    assert (1, "") == (done.status, done.out)
    assert f"{name}: {words}" == sentence(done)


# export


def test_a_catalogue_goes_to_stdout_or_into_a_file(operator: Operator):
    """The same, and nothing but it; a file that is there already is left as it is."""
    operator.writes("feeds.opml", LIST)
    operator.runs("sources", "import", "feeds.opml")
    shown = operator.runs("sources", "export")
    written = operator.runs("sources", "export", "out.opml")
    again = operator.runs("sources", "export", "feeds.opml")
    nowhere = operator.runs("sources", "export", "nowhere/out.opml")
    found = parse_opml(shown.out.encode(), "out.opml")

    assert (0, "", 0, "out.opml\n", "") == (
        shown.status,
        shown.errors,
        written.status,
        written.out,
        written.errors,
    )
    assert shown.out == (operator.folder / "out.opml").read_text("utf-8")
    assert [("a-example", ("科技",)), ("b-example", ())] == [
        (one.id, one.categories) for one in found.outlines
    ]
    assert (1, "", LIST) == (again.status, again.out, (operator.folder / "feeds.opml").read_text("utf-8"))
    assert "feeds.opml: it cannot be written (File exists)" == sentence(again)
    assert (1, "nowhere/out.opml: it cannot be written (No such file or directory)") == (
        nowhere.status,
        sentence(nowhere),
    )


def test_an_export_is_the_catalogue_of_another_bot(operator: Operator):
    """Imported there, or named as its NEWSBOT_SOURCES, it lists the same."""
    knows(
        operator,
        a='url = "https://a.example/feed"\nname = "甲报"\ninterval = 60\non = false\ncategory = "科技"',
        b='url = "https://b.example/"\nkind = "list"\nselector = "li > a"\nfallback = ["/b/news"]',
    )
    listed = operator.runs("sources", "list", "--json").lines
    operator.runs("sources", "export", "out.opml")
    other = Operator(operator.folder, {"NEWSBOT_SOURCES": "none", "NEWSBOT_DATA": "other"})
    third = Operator(operator.folder, {"NEWSBOT_SOURCES": "out.opml", "NEWSBOT_DATA": "third"})
    done = other.runs("sources", "import", "out.opml", "--strict")

    assert (0, "") == (done.status, done.errors)
    assert listed == other.runs("sources", "list", "--json").lines
    assert listed == third.runs("sources", "list", "--json").lines


def test_a_broken_list_as_the_catalogue_is_a_wrong_setting(operator: Operator):
    """Exit 2, with its file and its line."""
    operator.writes("feeds.opml", "<!-- of mine -->\n<opml><head/></opml>")
    done = operator.runs("sources", "list", NEWSBOT_SOURCES="feeds.opml")

    assert (2, "") == (done.status, done.out)
    assert "NEWSBOT_SOURCES: feeds.opml, line 2: there is no <body> in this <opml>" == sentence(done)


# add, check


def test_a_page_is_added_by_a_selector(operator: Operator, web: Web):
    """Refused without one, with one that is none (exit 1), with an empty one (exit 2); then it is a list."""
    operator.settings |= {"NEWSBOT_ALLOW_HOSTS": "127.0.0.1"}
    links = f'<ul><li><a href="/1">{LARK}</a></li><li><a href="/2">{CHANGGENG}</a></li></ul>'
    html = f"<!DOCTYPE html><html><title>要闻</title><body>{links}</body></html>"
    address = web.serves("/selector/list", html, content_type="text/html")
    given = ([], ["--selector", "li["], ["--selector", ""], ["--selector", "li a"])
    runs = [operator.runs("sources", "add", address, "--json", *more) for more in given]
    (added,) = runs[-1].lines

    assert [(1, ""), (1, ""), (2, "")] == [(done.status, done.out) for done in runs[:-1]]
    assert [
        f"{address}: no feed is found there; a page that lists articles needs a selector that says where they are",
        f"{address}: its selector is not one: li[",
        "--selector: selector has to be a CSS selector, not ''",
    ] == [sentence(done) for done in runs[:-1]]
    assert (0, FIELDS) == (runs[-1].status, list(added))
    assert ("list", "要闻", address, True) == tuple(added[key] for key in ("kind", "name", "url", "on"))


def test_what_is_off_is_checked_and_turned_on(operator: Operator, web: Web):
    """With --all those that are off are asked too, with --turn-on those that answer well are on then."""
    good, dead = web.publishes("/turn/good", *FEED), web.fails("/turn/dead", 503)
    knows(
        operator,
        dead=f'url = "{dead}"\non = false',
        good=f'url = "{good}"\non = false',
        on=f'url = "{good}?1"',
    )
    web.publishes("/turn/good?1", *FEED)
    plain = operator.runs("sources", "check", "--json")
    everything = operator.runs("sources", "check", "--all", "--json")
    turned = operator.runs("sources", "check", "--all", "--turn-on", "--json")
    after = operator.runs("sources", "list", "--json").lines

    assert [("on", "ok")] == [(line["id"], line["status"]) for line in plain.lines]
    assert [
        ("dead", False, "failing", 0, "it answered 503"),
        ("good", False, "ok", 2, None),
        ("on", True, "ok", 2, None),
    ] == [tuple(one[key] for key in ("id", "on", "status", "articles", "error")) for one in everything.lines]
    assert [False, True, True] == [one["on"] for one in turned.lines] == [one["on"] for one in after]
    assert ["off", "new", "new"] == [one["status"] for one in after]  # checking is not pulling
    assert [0, 0, 0] == [done.status for done in (plain, everything, turned)]


def test_a_check_fails_where_all_fail_or_one_strictly(operator: Operator, web: Web):
    """With ids only those are asked, also where they are off."""
    good, dead = web.publishes("/strict/good", *FEED), web.fails("/strict/dead", 404)
    knows(operator, dead=f'url = "{dead}"\non = false', good=f'url = "{good}"')
    given = (["dead"], ["dead", "good"], ["dead", "good", "--strict"])
    runs = [operator.runs("sources", "check", *more, "--json") for more in given]

    assert [1, 0, 1] == [done.status for done in runs]
    assert [["dead"], ["dead", "good"], ["dead", "good"]] == [
        [line["id"] for line in done.lines] for done in runs
    ]
    assert [""] * 3 == [done.errors for done in runs]


# list, refresh


def test_list_and_refresh_tell_how_each_source_is(operator: Operator, web: Web):
    """One that is well, one in trouble, one that another serves for, one that is gone, one that is off."""
    other = web.publishes("/how/other", item(LARK, body("三"), "https://other.example/1"))
    addresses = {
        "failing": web.fails("/how/failing", 503),
        "gone": web.fails("/how/gone", 410),
        "off": web.url("/how/off"),
        "served": web.fails("/how/served", 404),
        "well": web.publishes("/how/well", *FEED),
    }
    tables = {name: f'url = "{url}"\nname = "{name}报"' for name, url in addresses.items()}
    tables["off"] += "\non = false"
    tables["served"] += f'\nfallback = ["{other}"]'
    knows(operator, **tables)
    started = utc_now()
    new = operator.runs("sources", "list", "--json").lines
    refreshed = operator.runs("refresh", "--json")
    listed = operator.runs("sources", "list", "--json").lines
    rows = {line["id"]: line for line in listed}

    assert [("new", None, None, 0.0)] == list(
        {(one["status"], one["next"], one["last_success"], one["per_day"]) for one in new if one["on"]}
    )
    assert [FIELDS] * 5 == [list(line) for line in listed]
    assert [(name, f"{name}报", url, "feed", name != "off") for name, url in addresses.items()] == [
        tuple(line[key] for key in FIELDS[:5]) for line in listed
    ]
    assert {
        "failing": ("failing", 0.0, "it answered 503", None),
        "gone": ("gone", 0.0, "it answered 410", None),
        "off": ("off", 0.0, None, None),
        "served": ("fallback", 0.1, "it answered 404", other),
        "well": ("ok", 0.3, None, None),
    } == {
        name: tuple(row[key] for key in ("status", "per_day", "error", "fallback"))
        for name, row in rows.items()
    }
    assert {"served", "well"} == {name for name, row in rows.items() if row["last_success"]}
    assert {"failing", "served", "well"} == {name for name, row in rows.items() if row["next"]}
    for row in rows.values():
        assert all(MOMENT.fullmatch(row[key]) for key in ("last_success", "next") if row[key])
    assert timedelta() < datetime.fromisoformat(rows["failing"]["next"]) - started < timedelta(hours=1)

    assert [["source", "url", "status", "new", "changed", "ms", "bytes", "error"]] * 4 == [
        list(line) for line in refreshed.lines
    ]
    assert [
        ("failing", addresses["failing"], "failed", 0, 0, "it answered 503"),
        ("gone", addresses["gone"], "failed", 0, 0, "it answered 410"),
        ("served", addresses["served"], "new", 1, 0, None),
        ("well", addresses["well"], "new", 2, 0, None),
    ] == [
        tuple(line[key] for key in ("source", "url", "status", "new", "changed", "error"))
        for line in refreshed.lines
    ]
    assert [False, False, True, True] == [line["bytes"] > 500 for line in refreshed.lines]
    assert (0, True) == (refreshed.status, all(isinstance(line["ms"], int) for line in refreshed.lines))


def test_refresh_and_list_are_tables_for_people(operator: Operator, web: Web):
    """A row each, nothing of it JSON; what a feed writes is no markup there."""
    knows(
        operator,
        dead=f'url = "{web.fails("/table/dead", 503)}"\nname = "[red]x"',
        well=f'url = "{web.publishes("/table/well", *FEED)}"',
    )
    refreshed, listed = operator.runs("refresh"), operator.runs("sources", "list")
    heads, *rows = (line.split() for line in refreshed.out.splitlines())

    assert ["source", "status", "new", "changed", "ms", "bytes", "error"] == heads
    assert [["dead", "failed", "0", "0", "0", "0", "it", "answered", "503"], ["well", "new", "2", "0"]] == [
        rows[0],
        rows[1][:4],
    ]
    assert (0, "", 2) == (refreshed.status, refreshed.errors, len(rows))
    assert "[red]x" in listed.out.splitlines()[1]
    assert (0, "", 3) == (listed.status, listed.errors, len(listed.out.splitlines()))


# wrong use


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sources", "import"], "Missing argument"),
        (["sources", "import", "a.opml", "--nonsense"], "--nonsense"),
        (["sources", "export", "a.opml", "b.opml"], "b.opml"),
        (["sources", "add", "https://a.example/", "--selector"], "--selector"),
        (["sources", "check", "nobody", "--json"], "sources check: there is no source 'nobody'"),
        (["refresh", "--source", "nobody", "--json"], "--source: there is no source 'nobody'"),
    ],
)
def test_wrong_use_is_told_apart_from_failure(operator: Operator, arguments: list[str], words: str):
    """Exit 2, what is wrong on stderr, nothing on stdout."""
    done = operator.runs(*arguments)

    assert (2, "") == (done.status, done.out)
    assert words in done.errors
