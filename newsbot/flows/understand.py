"""From bytes to understood articles: the stages in their order, run as one piece in the sandbox.

decode | sniff | parse, or extract | clean | language | noise | tags | category | summary | index

In two halves: `answer` tells the articles apart, and only those that are new or changed go on to `finish`,
which costs ten times as much.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from urllib.parse import urlsplit

from newsbot.articles import html, keys, language, plain, summary
from newsbot.articles.boilerplate import without_boilerplate
from newsbot.articles.clean import clean_line
from newsbot.articles.markdown import unmarked
from newsbot.articles.page import read_page
from newsbot.chinese import ready, vocabulary
from newsbot.chinese.variants import fold
from newsbot.errors import NotReadable
from newsbot.models.articles import Article, Draft, Page
from newsbot.models.reading import Answer, Reading, Understood
from newsbot.models.search import Document
from newsbot.models.sources import Entry, Feed, Source
from newsbot.models.words import Vocabulary
from newsbot.search.document import document
from newsbot.sources import sniff
from newsbot.sources.addresses import canonical
from newsbot.sources.decode import decode
from newsbot.sources.hackernews import parse_item, parse_stories
from newsbot.sources.listing import parse_list
from newsbot.sources.parse import parse_feed
from newsbot.sources.sitemap import parse_sitemap
from newsbot.stories.signature import signature
from newsbot.tags.category import category
from newsbot.tags.noise import noise
from newsbot.tags.pick import candidates, pick

LONGEST_TITLE = 500
NO_ARTICLES = {
    "sitemap": "a sitemap only names articles; `sources add` takes it as a source",
    "opml": "a list of subscriptions holds no articles; `sources import` takes it",
}
SITE = re.compile(r"^(?:www|m|wap|mobile)\.")


def prepare(added: Vocabulary | None = None) -> None:
    """What a child of the sandbox does first: imports and dictionaries, for which no document waits then.

    :param added: the operator's words, and what the archive taught
    """
    vocabulary.use(added or Vocabulary())
    for library in ("fastfeedparser", "feedparser", "lxml.etree", "selectolax.lexbor"):
        import_module(library)
    ready.prepare()


def counted(texts: Sequence[tuple[str, str]]) -> dict[str, int]:
    """In how many of these articles (title and text) each word stands that might be a tag."""
    return dict(Counter(word for title, text in texts for word in candidates(title, text)))


def answer(
    data: bytes, content_type: str, url: str, source: Source, now: datetime, said: str | None = None
) -> Answer:
    """What a source answered, told apart into articles; which of them are new the caller knows.

    :param said: of which kind it is, see Source; None for a fallback, whose answer says itself what it is
    :raises NotReadable: it is none of that
    """
    said = said or _of_a_fallback(data, content_type, url, source)
    if said == "page":
        page = read_page(decode(data, content_type), url, source.zone, now, source.body)
        return Answer(title="", drafts=(_from_page(page, url, source),))
    parsed = _parsed(said, data, content_type, url, source, now)
    title = clean_line(parsed.title)
    drafts = [_from_entry(entry, source, title, parsed.behind) for entry in parsed.entries]
    return Answer(
        title=title,
        drafts=_told_apart([draft for draft in drafts if draft.title or parsed.behind]),
        behind=parsed.behind,
        ttl=parsed.ttl,
    )


def _told_apart(drafts: list[Draft]) -> tuple[Draft, ...]:
    """An address that several of them share (a changelog, a front page) tells none of them."""
    links = Counter(draft.link for draft in drafts)
    return tuple(
        replace(draft, keys=tuple(key for key in draft.keys if not key.startswith(keys.LINK)))
        if draft.link and links[draft.link] > 1
        else draft
        for draft in drafts
    )


def kind(data: bytes, content_type: str, name: str) -> str:
    """What a document is: `feed`, `sitemap`, `hackernews`, `opml`, `page` or `text`."""
    try:
        parse_stories(data, name)
    except NotReadable:
        return sniff.kind(data, content_type, name)
    return "hackernews"


def _of_a_fallback(data: bytes, content_type: str, url: str, source: Source) -> str:
    found = kind(data, content_type, url)
    if found == "page" and source.selector:
        return "list"
    if found in ("feed", "sitemap"):
        return found
    raise NotReadable(url, "there is no feed here, and no selector says what to take of a page")


def _parsed(said: str, data: bytes, content_type: str, url: str, source: Source, now: datetime) -> Feed:
    if said == "sitemap":
        return parse_sitemap(data, content_type, url, source.zone, now)
    if said == "list":
        return parse_list(data, content_type, url, source.selector or "a[href]", source.zone, now)
    if said == "hackernews":
        return parse_stories(data, url)
    return parse_feed(data, content_type, url, source.zone, now)


def behind(
    data: bytes, content_type: str, url: str, named: Draft, source: Source, now: datetime
) -> Draft | None:
    """The article that stands behind a link, and what the list said about it; None where there is none.

    :param named: as the list names it
    :raises NotReadable: there is no article
    """
    if source.kind == "hackernews":
        entry = parse_item(data, url, now)
        return _from_entry(entry, source, source.name) if entry else None
    page = read_page(decode(data, content_type), url, source.zone, now, source.body)
    found = _from_page(page, url, source)
    return replace(
        found,
        # not by the address that the page gives itself: on some sites that is the front page's
        keys=(*named.keys, *(key for key in found.keys if not key.startswith(keys.LINK))),
        title=found.title or named.title,
        link=named.link,
        source=source.name or found.source,
        published=found.published or named.published,
        image=found.image or named.image,
    )


def finish(drafts: Sequence[Draft], source: Source, now: datetime) -> tuple[Understood, ...]:
    """The same articles with all that can be known from their words."""
    return tuple(_understood(draft, source, now) for draft in drafts)


def feed(data: bytes, content_type: str, url: str, source: Source, now: datetime) -> Reading:
    """The articles of a feed, as a document that somebody hands us.

    :raises NotReadable: there is no feed
    """
    found = answer(data, content_type, url, source, now, "feed")
    return Reading(kind="feed", articles=finish(found.drafts, source, now), title=found.title, ttl=found.ttl)


def anything(data: bytes, content_type: str, name: str, source: Source, now: datetime) -> Reading:
    """The articles of a feed, a page or a plain text, whichever it is.

    :param name: the address or path, for its ending and for relative links
    :raises NotReadable: nothing in it is an article
    """
    looked = sniff.kind(data, content_type, name)
    url = name if name.startswith(("http://", "https://")) else ""
    if looked == "feed":
        found = feed(data, content_type, url or "http://localhost/", source, now)
        if not found.articles:
            raise NotReadable(name, "there is no article in this feed")
        return found
    if looked in NO_ARTICLES:
        raise NotReadable(name, NO_ARTICLES[looked])
    words = decode(data, content_type)
    if looked == "page":
        page = read_page(words, url or None, source.zone, now, source.body)
    else:
        is_marked = name.lower().removesuffix(".gz").endswith(".md")
        page = plain.read_text(unmarked(words) if is_marked else words, source.zone, now)
    if not page.title or not (page.text or page.summary):
        raise NotReadable(name, "there is no article here")
    return Reading(kind=looked, articles=(_understood(_from_page(page, url, source), source, now),))


def _from_entry(entry: Entry, source: Source, feed_title: str, behind: bool = False) -> Draft:
    text = html.plain(entry.content or entry.summary)
    given = html.plain(entry.summary) if entry.content else ""
    link = canonical(entry.link) if entry.link else None
    title = clean_line(entry.title or text[:60])[:LONGEST_TITLE]
    # what only names an article is known by its place: its words come later
    words = ("", "") if behind else (title, text)
    return Draft(
        keys=keys.keys(clean_line(entry.guid or ""), link, *words, entry.published),
        title=title,
        text=text,
        link=link,
        source=source.name or feed_title,
        author=clean_line(entry.author or "") or None,
        published=entry.published,
        summary=given,
        image=entry.image,
    )


def _from_page(page: Page, url: str, source: Source) -> Draft:
    link = _link(page, url)
    title = page.title[:LONGEST_TITLE]
    return Draft(
        keys=keys.keys(None, link, title, page.text, page.published),
        title=title,
        text=page.text,
        link=link,
        source=page.source or source.name,
        author=page.author,
        published=page.published,
        reads=page.reads,
        summary=page.summary,
        image=page.image,
        related=page.related,
    )


def _link(page: Page, url: str) -> str | None:
    """The address that a page names for itself, if it is on its own site: nobody speaks for another one."""
    if page.link and (not url or same_site(page.link, url)):
        return page.link
    return canonical(url) if url else None


def same_site(link: str, address: str) -> bool:
    """Whether the hosts are one, as www. and m. are. What is below a host may be anybody's: blogs are."""
    one, other = (SITE.sub("", (urlsplit(each).hostname or "").lower()) for each in (link, address))
    return one == other


def _understood(draft: Draft, source: Source, now: datetime) -> Understood:
    """The same article without what stands around it, and with what can be known from its words."""
    draft = replace(draft, text="\n".join(without_boilerplate(draft.text.split("\n"))))
    tags = pick(draft.title, draft.text)
    spoken = language.language(f"{draft.title} {draft.text[:500]}")
    found = noise(draft.title, draft.text, source, draft.link)
    done = replace(
        draft,
        language=spoken,
        tags=tags,
        summary=summary.summary(draft.title, draft.text, draft.summary),
        noise=found.kind if found else None,
        noise_why=found.why if found else None,
        category=category(tags, draft.title) or source.category,
        sample=source.sample,
    )
    indexed = indexable(done, source.id)
    folded = tuple(dict.fromkeys(fold(tag) for tag in tags))
    return Understood(done, indexed, folded, signature(_stored(done, source, now)))


def indexable(draft: Draft, source_id: str) -> Document:
    """What it is found by."""
    return document(draft.title, draft.text, draft.tags, (draft.source, source_id), draft.summary)


def documents(told: Sequence[Article]) -> list[tuple[int, Document]]:
    """What stored articles are found by: (article id, document)."""
    return [(one.id, indexable(one, one.source_id)) for one in told]


def _stored(draft: Draft, source: Source, now: datetime) -> Article:
    """The article as it would be stored now, still without an id."""
    fields = {field.name: getattr(draft, field.name) for field in dataclasses.fields(draft)}
    return Article(id=0, source_id=source.id, first_seen=now, **fields)
