"""What a document is."""

from __future__ import annotations

import pytest

from newsbot.sources.sniff import kind


@pytest.mark.parametrize(
    ("data", "content_type", "name", "expected"),
    [
        (b'<?xml version="1.0"?><!-- hi --><rss version="2.0">', "text/html", "a.html", "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "", "", "feed"),
        (b"<rdf:RDF xmlns='x'>", "text/plain", "", "feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "", "", "feed"),
        (b"<!DOCTYPE html><html>", "application/rss+xml", "feed.xml", "page"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><html>", "", "", "page"),
        (b"<div><p>text</p></div>", "", "", "page"),
        (b"<?xml version='1.0'?><!-- a plugin's --><urlset xmlns='x'>", "text/html", "a.html", "sitemap"),
        (b"<sm:sitemapindex xmlns:sm='x'>", "", "", "sitemap"),
        (b"<?xml version='1.0'?>\n<opml version='2.0'>", "text/xml", "feeds.xml", "opml"),
        (b"<outlineDocument>", "", "", "opml"),
        (b"<opmlish>", "", "", "page"),
        ("标题\n\n正文".encode(), "", "article.txt", "text"),
        ("# 标题\n<br>".encode(), "", "article.md.gz", "text"),
        ("标题\n\n正文".encode(), "", "", "text"),
        ("只有正文".encode(), "text/html; charset=utf-8", "", "page"),
        ('<?xml version="1.0"?><rss>'.encode("utf-16"), "", "", "feed"),
    ],
)
def test_a_document_is_recognised(data: bytes, content_type: str, name: str, expected: str) -> None:
    """Content first, then the name, then the header."""
    assert kind(data, content_type, name) == expected
