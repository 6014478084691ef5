"""Articles as RSS 2.0, Atom 1.0, JSON Feed 1.1 and HTML pages.

Values in, text out; every value is escaped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Feed:
    """One publisher of the newsstand.

    :ivar format: `rss` (whole articles), `brief` (RSS with summaries only), `atom`, `json`
    :ivar language: `zh` or `en`
    """

    id: str
    name: str
    format: str
    language: str
    category: str
    about: str

    @property
    def path(self) -> str:
        return f"/stand/{self.id}.{'json' if self.format == 'json' else 'xml'}"

    @property
    def zone(self) -> str:
        return "Asia/Shanghai" if self.language == "zh" else "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article; `published` is aware, `paragraphs` are plain text."""

    number: int
    feed: str
    published: datetime
    title: str
    author: str
    summary: str
    paragraphs: tuple[str, ...]
    category: str

    @property
    def path(self) -> str:
        return f"/stand/a/{self.number}.html"

    @property
    def reads(self) -> int:
        """A read count, as such pages show one; made up like the rest."""
        return 860 + self.number * 137 % 9000


@dataclass(frozen=True, slots=True)
class Wording:
    """The words around an article, in one language."""

    home: str
    sections: tuple[str, ...]
    source: str
    author: str
    reads: str
    share: str
    related: str
    notice: str


WORDING = {
    "zh": Wording(
        home="首页",
        sections=("资讯", "手机", "芯片", "人工智能", "开源"),
        source="来源：",
        author="作者：",
        reads="阅读：",
        share="分享到：微信 微博 复制链接",
        related="相关资讯",
        notice="声明：本页为演示用示例，人物、公司、产品与数字均为虚构。",
    ),
    "en": Wording(
        home="Home",
        sections=("News", "Phones", "Chips", "AI", "Open source"),
        source="Source: ",
        author="By ",
        reads="Reads: ",
        share="Share: Mail Copy link",
        related="Related stories",
        notice="Notice: this page is a sample (示例). People, companies, products and figures are invented.",
    ),
}


def utc(when: datetime) -> datetime:
    """The same moment in UTC."""
    return when.astimezone(UTC)


def local(when: datetime, feed: Feed) -> datetime:
    """The same moment as this publisher's clock shows it."""
    return when.astimezone(CHINA if feed.language == "zh" else UTC)


def html_of(article: Article) -> str:
    """The body as HTML paragraphs."""
    return "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in article.paragraphs)


def tag(name: str, value: str, attributes: str = "") -> str:
    """One XML element around an escaped value, or nothing where there is no value."""
    return f"<{name}{attributes}>{escape(value)}</{name}>\n" if value else ""


def rss(feed: Feed, articles: list[Article], base: str) -> str:
    """RSS 2.0 with whole articles in `content:encoded`."""
    items = [rss_item(feed, article, base, whole=True) for article in articles]
    return rss_channel(feed, items, base)


def brief(feed: Feed, articles: list[Article], base: str) -> str:
    """RSS 2.0 with nothing but summaries."""
    items = [rss_item(feed, article, base, whole=False) for article in articles]
    return rss_channel(feed, items, base)


def rss_channel(feed: Feed, items: list[str], base: str) -> str:
    language = "zh-CN" if feed.language == "zh" else "en"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        + tag("title", feed.name)
        + tag("link", f"{base}/stand/")
        + tag("description", feed.about)
        + tag("language", language)
        + "".join(items)
        + "</channel>\n</rss>\n"
    )


def rss_item(feed: Feed, article: Article, base: str, *, whole: bool) -> str:
    link = base + article.path
    return (
        "<item>\n"
        + tag("title", article.title)
        + tag("link", link)
        + tag("guid", link, ' isPermaLink="true"')
        + tag("dc:creator", article.author)
        + tag("category", article.category)
        + tag("pubDate", format_datetime(local(article.published, feed)))
        + tag("description", article.summary)
        + (tag("content:encoded", html_of(article)) if whole else "")
        + "</item>\n"
    )


def atom(feed: Feed, articles: list[Article], base: str) -> str:
    """Atom 1.0 with whole articles."""
    updated = [tag("updated", local(one.published, feed).isoformat()) for one in articles[:1]]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n'
        + tag("id", base + feed.path)
        + tag("title", feed.name)
        + tag("subtitle", feed.about)
        + "".join(updated)
        + f'<link rel="self" href="{escape(base + feed.path)}"/>\n'
        + f'<link rel="alternate" type="text/html" href="{escape(base)}/stand/"/>\n'
        + "".join(atom_entry(feed, article, base) for article in articles)
        + "</feed>\n"
    )


def atom_entry(feed: Feed, article: Article, base: str) -> str:
    link, when = base + article.path, local(article.published, feed).isoformat()
    return (
        "<entry>\n"
        + tag("id", link)
        + tag("title", article.title)
        + f'<link rel="alternate" type="text/html" href="{escape(link)}"/>\n'
        + f"<author>{tag('name', article.author or feed.name)}</author>\n"
        + f'<category term="{escape(article.category)}"/>\n'
        + tag("published", when)
        + tag("updated", when)
        + tag("summary", article.summary)
        + tag("content", html_of(article), ' type="html"')
        + "</entry>\n"
    )


def json_feed(feed: Feed, articles: list[Article], base: str) -> str:
    """JSON Feed 1.1 with whole articles."""
    table = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.name,
        "description": feed.about,
        "home_page_url": f"{base}/stand/",
        "feed_url": base + feed.path,
        "language": "zh-CN" if feed.language == "zh" else "en",
        "items": [json_item(feed, article, base) for article in articles],
    }
    return json.dumps(table, ensure_ascii=False, indent=1)


def json_item(feed: Feed, article: Article, base: str) -> dict[str, object]:
    link = base + article.path
    return {
        "id": link,
        "url": link,
        "title": article.title,
        "summary": article.summary,
        "content_html": html_of(article),
        "date_published": local(article.published, feed).isoformat(),
        "authors": [{"name": article.author or feed.name}],
        "tags": [article.category],
    }


def catalog(feeds: list[Feed], base: str, interval: int | None = None) -> str:
    """The feeds as a catalogue of sources. A JSON string is a TOML string too, so `json` does the quoting."""
    rows = []
    for feed in feeds:
        values: dict[str, object] = {
            "id": feed.id,
            "name": feed.name,
            "url": base + feed.path,
            "kind": "feed",
            "language": feed.language,
            "zone": feed.zone,
            "category": feed.category,
            "on": True,
            "sample": True,
        } | ({} if interval is None else {"interval": interval})
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
        rows.append("[[source]]\n" + "".join(lines))
    return "\n".join(rows)


def index(shelves: list[tuple[Feed, list[Article]]]) -> str:
    """The page that lists every feed with its articles."""
    body = "".join(shelf(feed, articles) for feed, articles in shelves)
    return document("zh-CN", "报刊亭（示例）", "", f"<h1>报刊亭（示例）</h1>\n{body}")


def shelf(feed: Feed, articles: list[Article]) -> str:
    heading = f'<h2>{escape(feed.name)} <a href="{escape(feed.path)}">feed</a></h2>\n'
    return f"<section>\n{heading}<p>{escape(feed.about)}</p>\n{listing(articles)}</section>\n"


def listing(articles: list[Article]) -> str:
    """Titles as a list of links."""
    rows = [f'<li><a href="{escape(a.path)}">{escape(a.title)}</a></li>\n' for a in articles]
    return f"<ul>\n{''.join(rows)}</ul>\n"


def page(feed: Feed, article: Article, related: list[Article], base: str) -> str:
    """The whole page of an article: what surrounds news on the web, and the news in the middle."""
    words = WORDING[feed.language]
    language = "zh-CN" if feed.language == "zh" else "en"
    body = (
        navigation(words)
        + '<main class="main">\n'
        + story(feed, article, words)
        + f'<div class="share-bar"><span>{words.share}</span></div>\n'
        + f'<div class="related"><h3>{words.related}</h3>\n{listing(related)}</div>\n'
        + "</main>\n"
        + f'<footer class="footer"><p>{words.notice}</p><p>© {escape(feed.name)}</p></footer>\n'
    )
    return document(language, f"{article.title} - {feed.name}", metadata(feed, article, base), body)


def navigation(words: Wording) -> str:
    names = (words.home, *words.sections)
    links = "".join(f'<li><a href="/stand/">{escape(name)}</a></li>' for name in names)
    return f'<header class="header"><nav class="nav"><ul>{links}</ul></nav></header>\n'


def story(feed: Feed, article: Article, words: Wording) -> str:
    when = local(article.published, feed)
    byline = (
        f'<span class="time">{when:%Y-%m-%d %H:%M:%S}</span> '
        f'<span class="source">{words.source}{escape(feed.name)}</span> '
        f'<span class="author">{words.author}{escape(article.author or feed.name)}</span> '
        f'<span class="reads">{words.reads}{article.reads}</span>'
    )
    return (
        f'<article class="article">\n<h1 class="title">{escape(article.title)}</h1>\n'
        f'<div class="byline">{byline}</div>\n'
        f'<div class="article-content">\n{html_of(article)}</div>\n</article>\n'
    )


def metadata(feed: Feed, article: Article, base: str) -> str:
    """What a page says about itself in its head."""
    named = {"description": article.summary, "author": article.author}
    properties = {
        "og:type": "article",
        "og:title": article.title,
        "og:site_name": feed.name,
        "article:published_time": local(article.published, feed).isoformat(),
    }
    return (
        f'<link rel="canonical" href="{escape(base + article.path)}">\n'
        + "".join(f'<meta name="{k}" content="{escape(v)}">\n' for k, v in named.items() if v)
        + "".join(f'<meta property="{k}" content="{escape(v)}">\n' for k, v in properties.items())
    )


def document(language: str, title: str, head: str, body: str) -> str:
    """An HTML document."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{head}</head>\n<body>\n{body}</body>\n</html>\n"
    )
