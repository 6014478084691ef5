"""A page and a selector become a list of articles."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from newsbot.errors import NotReadable
from newsbot.models.sources import Entry, Feed
from newsbot.sources.listing import MAX_LINKS, parse_list
from newsbot.sources.parse import MAX_TITLE
from tests.conftest import shared
from tests.sources.hostile import BOMB, EVIL_LINKS, GARBAGE, LEAK, quickly

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
URL = "https://news.test/tech/"

PAGE = """<!DOCTYPE html><html><head><title> 科技 -
 某报</title></head><body>
<a href="/login">登录</a>
<ul>
<li class="item"><a href="1.html?utm_source=list"><img data-src="/1.jpg" src="data:image/gif;base64,R0"></a>
 <h3><a href="1.html"> 云雀<em>大模型</em>&nbsp;开源 </a></h3><a href="/u/7">张三</a>
 <span class="post-time">3小时前</span></li>
<li class="item"><a href="/2"><img src="/2.jpg"></a><h2>第二条 &lt;b&gt;</h2>
 <time datetime="2026-11-23T10:05:00+08:00">昨天</time></li>
<li class="item"><a href="https://other.test/3#comments">第三条</a></li>
</ul></body></html>"""


def parsed(page: str | bytes, selector: str = "a", url: str = URL) -> Feed:
    data = page.encode() if isinstance(page, str) else page
    return parse_list(data, "text/html", url, selector, "Asia/Shanghai", NOW)


def only(block: str, selector: str = "li") -> Entry:
    (entry,) = parsed(f"<ul><li>{block}</li></ul>", selector).entries
    return entry


def test_blocks_are_read() -> None:
    """Link, title, time and picture of each block; the text stands behind the link."""
    feed = parsed(PAGE, "li.item")

    assert (feed.title, feed.link, feed.behind) == ("科技 - 某报", URL, True)
    assert feed.entries == (
        Entry(
            title="云雀大模型 开源",
            link="https://news.test/tech/1.html",
            published=datetime(2026, 11, 24, 0, 0, tzinfo=UTC),
            image="https://news.test/1.jpg",
        ),
        Entry(
            title="第二条 <b>",
            link="https://news.test/2",
            published=datetime(2026, 11, 23, 2, 5, tzinfo=UTC),
            image="https://news.test/2.jpg",
        ),
        Entry(title="第三条", link="https://other.test/3"),
    )


def test_links_are_read() -> None:
    """A selector may pick the links themselves, each once, in the order of the page."""
    feed = parsed(PAGE, "h3 a, .item > a[href^='http'], h3 a")

    assert [(entry.title, entry.link) for entry in feed.entries] == [
        ("云雀大模型 开源", "https://news.test/tech/1.html"),
        ("第三条", "https://other.test/3"),
    ]


def test_a_card_is_named_by_its_heading() -> None:
    """Where the link is the whole card, teaser and time are no part of the title."""
    entry = only(
        "<a href='/1'><h3>标题</h3><p>一段很长的摘要，比标题长得多。</p><span class='date'>11-23 10:05</span></a>"
    )

    assert (entry.title, entry.published) == ("标题", datetime(2026, 11, 23, 2, 5, tzinfo=UTC))


def test_a_card_without_a_heading_is_named_without_its_time() -> None:
    """Parts that have an element of their own stay apart."""
    entry = only("<a href='/1'><div>标题</div><div>作者</div><span>2026-11-23 10:05</span></a>")

    assert (entry.title, entry.published) == ("标题 作者", datetime(2026, 11, 23, 2, 5, tzinfo=UTC))


def test_a_teaser_that_links_too_is_no_title() -> None:
    """The heading that leads to the same place is."""
    entry = only("<h3><a href='/1'>标题</a></h3><p><a href='/1'>一段很长的摘要，比标题长得多。</a></p>")

    assert (entry.title, entry.link) == ("标题", "https://news.test/1")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("<time>3小时前</time>", "2026-11-24T00:00"),
        ("<time>11月23日 周一</time>", "2026-11-22T16:00"),
        ("<time datetime='soon'>昨天 12:30</time>", "2026-11-23T04:30"),
        ("<span class='pubDate'>发布于 11月23日</span>", "2026-11-22T16:00"),
        ("<span>IT之家 · 3小时前</span>", "2026-11-24T00:00"),
        ("<i>2026-11-23 10:05 来源：某报</i>", "2026-11-23T02:05"),
        ("<i>来源：某报 2026-11-23</i>", "2026-11-22T16:00"),
        ("(11-23 10:05)", "2026-11-23T02:05"),
        ("<b>昨天</b>", "2026-11-22T16:00"),
        ("<time datetime='2026-11-20'></time><span>2026-11-23</span>", "2026-11-19T16:00"),
    ],
)
def test_a_time_is_found(words: str, expected: str) -> None:
    """By its element, by its name, or because a text is nothing else."""
    published = only(f"<a href='/1'>标题</a> {words}").published

    assert published is not None
    assert published.strftime("%Y-%m-%dT%H:%M") == expected


@pytest.mark.parametrize(
    "words",
    [
        "<p>新机将于9月10日正式开售</p>",
        "<p>昨天的发布会上，公司宣布了新机</p>",
        "<span>1717200000</span>",
        "<span class='date'>一段很长的话，里面说到了2026年11月20日这一天，但不是发布时间，而是发布会的时间</span>",
        "<span>阅读 2026</span>",
        "",
    ],
)
def test_a_sentence_about_a_day_is_no_time(words: str) -> None:
    """No date beats a wrong one."""
    assert only(f"<a href='/1'>标题</a> {words}").published is None


@pytest.mark.parametrize("title", ["2026-11-20 早报", "昨天", "11月20日"])
def test_a_title_is_no_time(title: str) -> None:
    """What an article is called is not when it was published, and stays what it is called."""
    entry = only(f"<a href='/1'>{title}</a>")

    assert (entry.title, entry.published) == (title, None)


def test_what_is_not_shown_is_no_title() -> None:
    """Scripts and styles stand inside links too."""
    assert only("<a href='/1'><script>var x = 1;</script><style>a {}</style>标题</a>").title == "标题"


def test_the_first_of_two_links_to_one_place_counts() -> None:
    """A list may show an article again below."""
    (entry,) = parsed("<a href='/1'>标题</a><a href='/1?utm_source=x'>再看一次</a>").entries

    assert entry.title == "标题"


def test_a_time_in_the_future_is_now() -> None:
    """Nothing is published later."""
    assert only("<a href='/1'>标题</a><time>2999-01-01</time>").published == NOW


def test_links_belong_to_the_base_of_the_page() -> None:
    """Links and pictures both."""
    page = "<head><base href='https://cdn.test/x/'></head><li><a href='1'>一</a><img src='1.jpg'></li><li><a href='#2'>二</a></li>"
    (entry,) = parsed(page, "li").entries

    assert (entry.link, entry.image) == ("https://cdn.test/x/1", "https://cdn.test/x/1.jpg")


@pytest.mark.parametrize("address", ["", "#top", "/tech/", "/tech/#a", "?utm_source=x", *EVIL_LINKS])
def test_a_link_that_leads_nowhere_is_left_out(address: str) -> None:
    """To this page, to a place on it, or to what is not the web."""
    page = f"<li><a href='{address}'>读全文的长链接</a><a href='/1'>一</a></li><li><a href='{address}'>x</a></li>"

    assert [entry.link for entry in parsed(page, "li").entries] == ["https://news.test/1"]


@pytest.mark.parametrize("selector", [".missing", "li > a", "img"])
def test_a_selector_without_links_is_said(selector: str) -> None:
    """The page has changed, or the selector never fitted."""
    with pytest.raises(NotReadable, match="the selector finds no links"):
        parsed("<li><span><a href='/1'>一</a></span></li><img src='/a'>", selector)


@pytest.mark.parametrize("selector", ["", "###", "a[", "li >", ":nope", "a::before", "\x00["])
def test_a_broken_selector_is_said(selector: str) -> None:
    """With its words, as far as they can be shown."""
    with pytest.raises(NotReadable, match="its selector is not one: ") as caught:
        parsed(PAGE, selector)

    assert caught.value.problem.isprintable()


def test_a_page_in_gbk_is_read() -> None:
    """By its declaration."""
    page = PAGE.replace("<head>", "<head><meta charset='gb2312'>")

    assert parsed(page.encode("gb18030"), "li").entries == parsed(PAGE, "li").entries


def test_floods_are_bounded() -> None:
    """So many links, from the top, and so long a title."""
    page = "".join(f"<li><a href='/{n}'>{'长' * 600}</a></li>" for n in range(MAX_LINKS + 5))
    feed = parsed(page, "li")

    assert (len(feed.entries), len(feed.entries[0].title)) == (MAX_LINKS, MAX_TITLE)
    assert feed.entries[-1].link == f"https://news.test/{MAX_LINKS - 1}"


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_not_readable(name: str) -> None:
    """A megabyte of it, soon."""
    with quickly(), pytest.raises(NotReadable):
        parsed(GARBAGE[name], "*")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "<a href='/1'>一</a>",
        "<div><a href='/1'>一</a>" * 9_000,
        "<a href='/1'><table><td>" * 3_000 + "长" * 100_000,
        "<div><h1>" * 4_000 + "<a href='/1'>一</a>",
        "<a href='javascript:1'>一</a>" * 30_000,
        "<a href='/1'>昨天 10:00</a>" * 30_000,
    ],
    ids=["deep", "nested", "tables", "headings", "evil", "many"],
)
@pytest.mark.parametrize("selector", ["*", "a", "body"])
def test_pages_made_to_hang_are_over_soon(page: str, selector: str) -> None:
    """Blocks that lie in each other are not read again and again."""
    with quickly():
        try:
            entries = parsed(page, selector).entries
        except NotReadable:
            entries = ()

    assert len(entries) <= 1


def test_entities_mean_nothing_in_html() -> None:
    """They stay the text that they are."""
    feed = parsed(f"{BOMB}<li><a href='/1'>&x9;&file;</a></li>", "li")

    assert feed.entries[0].title == "&x9;&file;"
    assert LEAK not in str(feed)


def test_control_characters_are_taken_off() -> None:
    """From titles and from addresses."""
    entry = only("<a href='/\x00\x1b1'>一\x07二&#27;三\u202e</a>")

    assert (entry.title, entry.link) == ("一二 三", "https://news.test/1")


def test_a_real_page_gives_its_list() -> None:
    """The related articles of a saved page, without its navigation."""
    page = gzip.decompress(shared("pages/thepaper__1.html.gz").read_bytes())
    feed = parsed(page, "a[href*='newsDetail']", "https://www.thepaper.cn/newsDetail_forward_1")

    assert len(feed.entries) >= 5
    assert all(entry.link and entry.link.startswith("https://www.thepaper.cn/") for entry in feed.entries)
