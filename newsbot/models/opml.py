"""A list of subscriptions as feed readers exchange it: OPML, http://opml.org/spec2.opml"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What a line of a file has that cannot be used, as a sentence.

    :ivar line: from 1
    """

    line: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One subscription of a list; what the file does not say of it is None.

    :ivar line: where it stands, from 1; of a tag over several lines the last
    :ivar name: may be empty
    :ivar site: the address of its pages, or None
    :ivar categories: the outlines around it, outermost first, then those it names itself
    :ivar id: newsbot's own, as the others below it; see Source
    """

    line: int
    name: str
    url: str
    site: str | None = None
    categories: tuple[str, ...] = ()
    language: str | None = None
    id: str | None = None
    kind: str | None = None
    zone: str | None = None
    on: bool | None = None
    interval: int | None = None
    selector: str | None = None
    body: str | None = None
    noise: str | None = None
    weight: float | None = None
    fallback: tuple[str, ...] | None = None
    sample: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opml:
    """A file that was read.

    :ivar outlines: in the order of the file
    :ivar problems: in the order of its lines
    """

    title: str = ""
    outlines: tuple[Outline, ...] = ()
    problems: tuple[Problem, ...] = ()
