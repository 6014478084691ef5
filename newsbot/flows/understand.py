"""From bytes to understood articles: the stages in their order, run as one piece in the sandbox.

decode | sniff | parse, or extract | clean | language | noise | tags | category | summary | index
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from newsbot.articles import html, keys, language, plain, summary
from newsbot.articles.clean import clean_line
from newsbot.articles.page import read_page
from newsbot.chinese import ready, segment
from newsbot.chinese.variants import fold
from newsbot.errors import NotReadable
from newsbot.models.articles import Article, Draft, Page
from newsbot.models.reading import Reading, Understood
from newsbot.models.sources import Entry, Source
from newsbot.search.document import document
from newsbot.sources import sniff
from newsbot.sources.addresses import canonical
from newsbot.sources.decode import decode
from newsbot.sources.parse import parse_feed
from newsbot.stories.signature import signature
from newsbot.tags.category import category
from newsbot.tags.noise import noise
from newsbot.tags.pick import pick

LONGEST_TITLE = 500
SITE = re.compile(r"^(?:www|m|wap|mobile)\.")
NEWEST = 200  # entries of one feed that are worth understanding; older ones have been seen or are too old


def prepare(cache: Path | None = None) -> None:
    """What a child of the sandbox does first: imports and dictionaries."""
    if cache is not None:
        segment.configure(cache)
    ready.prepare()


def feed(data: bytes, content_type: str, url: str, source: Source, now: datetime) -> Reading:
    """The articles of a feed.

    :raises NotReadable: there is no feed
    """
    parsed = parse_feed(data, content_type, url, source.zone, now)
    title = clean_line(parsed.title)
    found = [_from_entry(entry, source, title) for entry in parsed.entries[:NEWEST]]
    articles = tuple(_understood(draft, source, now) for draft in found if draft.title)
    return Reading(kind="feed", articles=articles, title=title, ttl=parsed.ttl)


def anything(data: bytes, content_type: str, name: str, source: Source, now: datetime) -> Reading:
    """The articles of a feed, a page or a plain text, whichever it is.

    :param name: the address or path, for its ending and for relative links
    :raises NotReadable: nothing in it is an article
    """
    kind = sniff.kind(data, content_type, name)
    url = name if name.startswith(("http://", "https://")) else ""
    if kind == "feed":
        found = feed(data, content_type, url or "http://localhost/", source, now)
        if not found.articles:
            raise NotReadable(name, "there is no article in this feed")
        return found
    words = decode(data, content_type)
    if kind == "page":
        page = read_page(words, url or None, source.zone, now)
    else:
        page = plain.read_text(words, source.zone, now)
    if not page.title or not (page.text or page.summary):
        raise NotReadable(name, "there is no article here")
    return Reading(kind=kind, articles=(_understood(_from_page(page, url, source), source, now),))


def _from_entry(entry: Entry, source: Source, feed_title: str) -> Draft:
    text = html.plain(entry.content or entry.summary)
    given = html.plain(entry.summary) if entry.content else ""
    link = canonical(entry.link) if entry.link else None
    title = clean_line(entry.title or text[:60])[:LONGEST_TITLE]
    return Draft(
        keys=keys.keys(clean_line(entry.guid or ""), link, title, text, entry.published),
        title=title,
        text=text,
        link=link,
        source=source.name or feed_title,
        author=clean_line(entry.author or "") or None,
        published=entry.published,
        summary=summary.summary(title, text, given),
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
        summary=summary.summary(title, page.text, page.summary),
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
    """The same article with what can be known from its words."""
    tags = pick(draft.title, draft.text)
    spoken = language.language(f"{draft.title} {draft.text[:500]}")
    done = replace(
        draft,
        language=spoken,
        tags=tags,
        noise=noise(draft.title, draft.text, source.category),
        category=category(tags, draft.title) or source.category,
        sample=source.sample,
    )
    names = f"{done.source} {source.name} {source.id}"
    indexed = document(done.title, f"{done.text} {done.summary}", tags, names)
    folded = tuple(dict.fromkeys(fold(tag) for tag in tags))
    return Understood(done, indexed, folded, signature(_stored(done, source, now)))


def _stored(draft: Draft, source: Source, now: datetime) -> Article:
    """The article as it would be stored now, still without an id."""
    fields = {field.name: getattr(draft, field.name) for field in dataclasses.fields(draft)}
    return Article(id=0, source_id=source.id, first_seen=now, **fields)
