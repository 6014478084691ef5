"""Lists of subscriptions, in and out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsbot.errors import NotReadable
from newsbot.models.opml import Opml, Outline, Problem
from newsbot.models.sources import Source
from newsbot.sources.catalog import builtin, problem
from newsbot.sources.opml import (
    MAX_DEPTH,
    MAX_NAME,
    MAX_OUTLINES,
    MAX_PROBLEMS,
    parse_opml,
    to_source,
    write_opml,
)
from tests.conftest import shared
from tests.sources.hostile import BOMB, EVIL_LINKS, GARBAGE, LEAK, quickly

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
<head><title>我的 订阅</title></head>
<body>
<outline text="科技" title="科技">
  <outline text="中文">
    <outline text=" 某报&#10;网 " title="别名" type="rss" xmlUrl="https://a.test/feed?x=1&amp;y=2" htmlUrl="https://a.test"
      language="zh-CN" category="/手机/芯片, 科技,,中文"/>
  </outline>
  <outline title="B" XMLURL=" https://b.test/feed "/>
</outline>
<outline type="rss" url="https://c.test/feed"/>
<outline text="D" xmlUrl="https://d.test/feed" language="unknown" htmlUrl="javascript:1">
  <outline text="E" xmlUrl="https://e.test/feed"/>
</outline>
</body></opml>"""


def parsed(text: str | bytes) -> Opml:
    return parse_opml(text.encode() if isinstance(text, str) else text, "feeds.opml")


def body(inside: str) -> Opml:
    return parsed(f"<opml><head/><body>\n{inside}\n</body></opml>")


def addresses(opml: Opml) -> list[str]:
    return [outline.url for outline in opml.outlines]


def test_a_list_is_read() -> None:
    """Names, addresses, the folders around them and the categories they name, whatever the case of the letters."""
    assert Opml(
        title="我的 订阅",
        outlines=(
            Outline(
                line=8,
                name="某报 网",
                url="https://a.test/feed?x=1&y=2",
                site="https://a.test/",
                categories=("科技", "中文", "手机/芯片"),
                language="zh-CN",
            ),
            Outline(line=10, name="B", url="https://b.test/feed", categories=("科技",)),
            Outline(line=12, name="", url="https://c.test/feed"),
            Outline(line=13, name="D", url="https://d.test/feed"),
            Outline(line=14, name="E", url="https://e.test/feed"),
        ),
    ) == parsed(LIST)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_in_another_encoding_is_read(encoding: str) -> None:
    """Whatever it declares, also where that is not true."""
    assert parsed(LIST.encode(encoding)) == parsed(LIST)


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        ('<outline text="A"/>', '"A" has no address of a feed (xmlUrl)'),
        ('<outline text="A"><!-- x --><?x y?></outline>', '"A" has no address of a feed (xmlUrl)'),
        ("<outline/>", "this outline has no address of a feed (xmlUrl)"),
        ('<outline text="A" type="rss" xmlUrl=" "/>', '"A" has no address of a feed (xmlUrl)'),
        ('<outline text="A" type="link" url="https://a.test/"/>', '"A" has no address of a feed (xmlUrl)'),
        (
            '<outline text="A" xmlUrl="feed://a.test/"/>',
            '"A" has an address that is not one of the web (http, https): feed://a.test/',
        ),
    ],
)
def test_what_cannot_be_used_is_named_by_its_line(outline: str, words: str) -> None:
    """And does not cost its neighbours."""
    opml = body(f'<outline text="before" xmlUrl="https://b.test/"/>\n{outline}')

    assert addresses(opml) == ["https://b.test/"]
    assert opml.problems == (Problem(3, words),)


@pytest.mark.parametrize("address", EVIL_LINKS)
def test_only_addresses_on_the_web_count(address: str) -> None:
    """Each of the others is a problem; what lies inside is still read."""
    opml = body(f'<outline text="A" xmlUrl="{address}"><outline xmlUrl="https://b.test/"/></outline>')

    assert addresses(opml) == ["https://b.test/"]
    assert [one.line for one in opml.problems] == [2]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("", 1, "no XML"),
        ("\n\nwords", 3, "no XML"),
        ("\n\n<rss version='2.0'/>", 3, "this is <rss>, not <opml>"),
        ("<html>\n<body><outline/></body></html>", 1, "this is <html>, not <opml>"),
        ("<!-- x\n -->\n<opml><head/></opml>", 3, "there is no <body>"),
    ],
)
def test_what_is_no_list_is_said_with_its_line(text: str, line: int, word: str) -> None:
    """Named by its file."""
    with pytest.raises(NotReadable, match=word) as caught:
        parsed(text)

    assert caught.value.address == "feeds.opml"
    assert caught.value.problem.startswith(f"line {line}: ")


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ('<outline text="A" xmlUrl="https://a.test/"/>\n<outline text="x < y"/>', 3),
        ('<outline text="A" xmlUrl="https://a.test/">\n', 4),
        ('<outline text="A" xmlUrl="https://a.test/"/>\n<outline text=y xmlUrl="https://b.test/"/>', 3),
    ],
    ids=["angle", "unclosed", "unquoted"],
)
def test_broken_xml_is_read_as_far_as_it_goes(broken: str, line: int) -> None:
    """And the broken line is named."""
    opml = body(broken)

    assert addresses(opml)[0] == "https://a.test/"
    assert line in [one.line for one in opml.problems if "broken XML" in one.words]


def test_problems_are_in_the_order_of_lines() -> None:
    """Whoever found them."""
    opml = body('<outline text="A"/>\n<outline text="x < y"/>\n<outline text="B"/>')

    assert [one.line for one in opml.problems] == sorted(one.line for one in opml.problems)
    assert ["A" in opml.problems[0].words, "B" in opml.problems[-1].words] == [True, True]


def test_an_address_written_by_hand_is_whole() -> None:
    """Bare ampersands are common, and nothing is lost by them."""
    opml = body('<outline text="A &amp; B & C&nbsp;D" xmlUrl="https://a.test/?feed=rss2&cat=3&copy=1"/>')

    assert (opml.outlines[0].name, opml.outlines[0].url) == (
        "A & B & C D",
        "https://a.test/?feed=rss2&cat=3&copy=1",
    )
    assert opml.problems == ()


def test_all_of_a_real_list_come_in() -> None:
    """Counted by their letters."""
    data = shared("opml/chinese-independent-blogs.opml").read_bytes()
    opml = parsed(data)

    assert len(opml.outlines) == data.count(b"xmlUrl=") == 1326
    assert addresses(opml) == re.findall(r'xmlUrl="([^"]*)"', unescape(data.decode()))
    assert (opml.title, opml.problems) == ("中文独立博客列表", ())


NAMES = (
    "category",
    "outlineDocument",
    "playlist",
    "simpleScript",
    "states",
    "unknownOutlineType2",
)


@pytest.mark.parametrize("name", NAMES)
def test_good_lists_have_no_problems(name: str) -> None:
    """But that they have no feeds."""
    opml = parsed(shared(f"opml/conformance/clean__{name}.opml").read_bytes())

    assert opml.outlines == ()
    assert opml.problems
    assert all("has no address of a feed" in one.words for one in opml.problems)


@pytest.mark.parametrize(
    ("name", "feeds", "problem"),
    [
        ("errors__badlyFormedDateCreated.opml", 0, "no address"),
        ("errors__badlyFormedEmail.opml", 0, "no address"),
        ("errors__incorrectOpmlVersion.opml", 0, ""),
        ("errors__invalidIsBreakpoint.opml", 0, "no address"),
        ("errors__missingBody.opml", None, "there is no <body>"),
        ("errors__missingOpml.opml", None, "this is <haha>, not <opml>"),
        ("errors__missingOutline.opml", 0, ""),
        ("errors__missingTitleAttribute.opml", 1, ""),
        ("errors__notEncoded.opml", 0, "broken XML"),
        ("errors__outlinesInWrongPlaces.opml", 0, "right place"),
        ("errors__subscriptionListErrors2.opml", 4, '"Feed 1" has no address'),
        ("errors__subscriptionListErrors4.opml", 4, '"Feed 1" has no address'),
        ("rss__twittergram.xml", None, "this is <rss>, not <opml>"),
    ],
)
def test_bad_lists_are_read_as_far_as_they_go(name: str, feeds: int | None, problem: str) -> None:
    """Or refused, with the reason."""
    data = shared(f"opml/conformance/{name}").read_bytes()
    if feeds is None:
        with pytest.raises(NotReadable, match=rf"line \d+: {problem}"):
            parsed(data)
        return
    opml = parsed(data)

    assert len(opml.outlines) == feeds
    assert problem in " ".join(one.words for one in opml.problems)
    assert bool(problem) is bool(opml.problems)


def same(sources: Sequence[Source]) -> dict[str, Source]:
    return {source.id: source for source in sources}


def there_and_back(sources: Sequence[Source]) -> dict[str, Source]:
    opml = parsed(write_opml(sources, "我的 & 你的"))

    assert (opml.title, opml.problems) == ("我的 & 你的", ())
    return same([to_source(outline, "unnamed") for outline in opml.outlines])


def test_what_we_write_comes_back() -> None:
    """All of the sources that come with newsbot, as they were."""
    assert same(builtin()) == there_and_back(builtin())


KINDS = [kind for kind in ("feed", "page", "sitemap", "list", "hackernews") if problem("kind", kind) is None]
WORDS = (
    st.text(min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: problem("name", text) is None)
)
ADDRESSES = st.builds(
    "https://{}.test/{}".format,
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.from_regex(r"[a-z0-9/?=&%;<>'\"新闻-]{0,20}", fullmatch=True),
)
SOURCES = st.builds(
    Source,
    id=st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True),
    name=WORDS,
    url=ADDRESSES,
    kind=st.sampled_from(KINDS),
    language=st.sampled_from(["zh", "en", "zh-TW"]),
    zone=st.sampled_from(["UTC", "Asia/Shanghai"]),
    category=st.none() | WORDS,
    on=st.booleans(),
    interval=st.none() | st.integers(1, 31_536_000),
    selector=st.none() | WORDS,
    fallback=st.lists(ADDRESSES | st.just("/36kr/news"), max_size=3).map(tuple),
    sample=st.booleans(),
)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(SOURCES, max_size=5, unique_by=lambda source: source.id))
def test_nothing_of_a_source_is_lost(sources: list[Source]) -> None:
    """Whatever is in it that a catalogue may hold."""
    assert same(sources) == there_and_back(sources)


def test_what_we_write_is_for_everybody() -> None:
    """OPML 2.0 with folders, as other readers expect it; sources without an address are none for them."""
    sources = [
        Source(id="a", name="A", url="https://a.test/feed", category="科技"),
        Source(id="b", name="B", url="https://b.test/feed"),
        Source(id="c", name="C", url="https://c.test/feed", category="科技"),
        Source(id="read", name="", url="", kind="hand", on=False),
    ]
    text = write_opml(sources, "newsbot")
    root = etree.fromstring(text.encode())
    folder, single = root.findall("body/outline")

    assert [line.strip().split()[0] for line in text.splitlines()].count("<outline") == 4  # a line for each
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    assert (root.get("version"), root.findtext("head/title")) == ("2.0", "newsbot")
    assert (folder.get("text"), [one.get("xmlUrl") for one in folder]) == (
        "科技",
        ["https://a.test/feed", "https://c.test/feed"],
    )
    assert [single.get(key) for key in ("text", "title", "type", "xmlUrl", "language")] == [
        "B",
        "B",
        "rss",
        "https://b.test/feed",
        "zh",
    ]


def test_what_we_write_is_xml_whatever_is_in_it() -> None:
    """Control characters and half characters are in no XML; they are left out."""
    source = Source(
        id="a",
        name="\x00A\x1b\ud800 \ufffe<&\"'>",
        url="https://a.test/\x0b1",
        selector="a\x07",
        category="\x01 ",
    )
    text = write_opml([source], "t\x00\n")
    opml = parsed(text)

    assert ("t", "A <&\"'>", "a") == (opml.title, opml.outlines[0].name, opml.outlines[0].selector)
    assert (opml.problems, opml.outlines[0].categories) == ((), ())
    assert etree.fromstring(text.encode()).tag == "opml"  # a strict reader takes it too


@pytest.mark.parametrize(
    ("attribute", "word"),
    [
        ('newsbot:id="a b"', "id has to be"),
        ('newsbot:kind="magic"', "kind has to be"),
        ('newsbot:zone="Mars/Base"', "zone has to be"),
        ('newsbot:on="perhaps"', "on has to be"),
        ('newsbot:interval="0"', "interval has to be"),
        ('newsbot:interval="²"', "interval has to be"),
        ('newsbot:fallback="https://b.test/ javascript:1"', "fallback has to be"),
    ],
)
def test_a_wrong_value_of_our_own_is_said(attribute: str, word: str) -> None:
    """The feed is kept without it, whether the prefix is declared or not."""
    plain = f'<outline text="A" xmlUrl="https://a.test/" {attribute}/>'
    declared = plain.replace("<outline", '<outline xmlns:newsbot="urn:newsbot:source"')

    for text in (plain, declared):
        opml = body(text)
        assert opml.outlines == (Outline(line=2, name="A", url="https://a.test/"),)
        assert [(one.line, word in one.words) for one in opml.problems] == [(2, True)]


def test_a_feed_of_others_becomes_a_source() -> None:
    """Its id is ours to give; its category is the outermost folder."""
    outline = Outline(line=1, name="", url="https://a.test/", categories=("科技", "中文"), language="en")

    assert to_source(outline, "a-test") == Source(
        id="a-test", name="a-test", url="https://a.test/", language="en", category="科技"
    )


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_no_list(name: str) -> None:
    """A megabyte of it, soon."""
    with quickly(), pytest.raises(NotReadable):
        parsed(GARBAGE[name])
    with quickly():
        assert body(GARBAGE[name].decode("latin-1")).outlines == ()


def test_entities_are_not_resolved() -> None:
    """Neither laughter nor a file of this machine gets into a name."""
    with quickly():
        opml = parsed(f"{BOMB}{LIST[LIST.index('<opml') :]}".replace('title="B"', 'title="&x9;&file;"'))

    assert opml.outlines[1].name == "&x9;&file;"
    assert LEAK not in str(opml)


def test_outlines_are_read_to_a_depth() -> None:
    """Folders within folders; what is deeper is said to be left out."""
    levels = "".join(
        f'<outline text="{n}"><outline xmlUrl="https://a.test/{n}"/>' for n in range(MAX_DEPTH + 5)
    )
    with quickly():
        opml = body(levels + "</outline>" * (MAX_DEPTH + 5))

    assert addresses(opml) == [f"https://a.test/{n}" for n in range(MAX_DEPTH - 1)]
    assert opml.outlines[-1].categories == tuple(str(n) for n in range(MAX_DEPTH - 1))
    assert any(f"more than {MAX_DEPTH} deep" in one.words for one in opml.problems)


def test_a_flood_of_folders_is_over_soon() -> None:
    """A hundred thousand within each other."""
    with quickly():
        opml = body('<outline text="x">' * 100_000)

    assert (opml.outlines, bool(opml.problems)) == ((), True)


def test_floods_are_bounded() -> None:
    """So many feeds, so many problems, and so long a name."""
    with quickly():
        feeds = body(
            f"<outline text='{'长' * 1000}' xmlUrl='https://a.test/'/>" * 10
            + "<outline xmlUrl='https://b.test/'/>" * MAX_OUTLINES
        )
    with quickly():
        problems = body("<outline/>" * 100_000)

    assert (len(feeds.outlines), len(feeds.outlines[0].name)) == (MAX_OUTLINES, MAX_NAME)
    assert str(MAX_OUTLINES) in feeds.problems[-1].words
    assert (problems.outlines, len(problems.problems)) == ((), MAX_PROBLEMS)
    assert "no more problems" in problems.problems[-1].words


def test_control_characters_are_taken_off() -> None:
    """From names and from addresses."""
    opml = body('<outline text="a\x00&#7;b\u202e" xmlUrl="https://a.test/\x0b1&#8;"/>')

    assert (opml.outlines[0].name, opml.outlines[0].url) == ("a b", "https://a.test/1")


@settings(deadline=None)  # a busy machine is no fault
@given(st.binary())
def test_any_bytes_are_a_list_or_none(data: bytes) -> None:
    """No other error comes out."""
    for text in (data, b"<opml><body>" + data, b"<opml><body><outline xmlUrl='https://a.test/' " + data):
        try:
            opml = parsed(text)
        except NotReadable:
            continue
        assert all(outline.url.startswith("http") for outline in opml.outlines)


@settings(deadline=None)  # a busy machine is no fault
@given(st.integers(0, len(LIST.encode())), st.integers(0, len(LIST.encode())), st.binary(max_size=4))
def test_a_damaged_list_is_a_list_or_none(start: int, end: int, data: bytes) -> None:
    """Bytes cut out, bytes put in."""
    whole = LIST.encode()
    try:
        opml = parsed(whole[:start] + data + whole[max(start, end) :])
    except NotReadable:
        return

    assert all(one.line >= 1 for one in (*opml.outlines, *opml.problems))
