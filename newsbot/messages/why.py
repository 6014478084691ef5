"""Why a story has its place, in words: each part of its score with its points."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from newsbot.messages.markup import cut, leaf
from newsbot.messages.wording import catalogue, label, say
from newsbot.models.stories import Reason
from newsbot.tags.alias import spoken

RULED = "ruled."  # what an editor decided, which gives no points
VALUE = 60  # UTF-16 units of a name or of words in a reason


def worded(reason: Reason, language: str) -> str:
    """A reason as a sentence."""
    key, values = reason.key, dict(reason.values)
    if key == "rank.sources" and not values["copies"]:
        key = "rank.own_sources"
    if key == "rank.fresh" and not values["hours"]:
        key = "rank.just_now"
    return label(key, language, **{name: _value(name, value, language) for name, value in values.items()})


def named(key: str, language: str) -> str:
    """What `tag:…`, `category:…` and `source:…` are called; a field that a feed made up stays as it is."""
    kind, _, name = key.partition(":")
    known = f"category.{name}"
    if kind == "category" and known in catalogue(language):
        return label(known, language)
    return cut(leaf(spoken(name, language) if kind == "tag" else name), VALUE)


def why(reasons: Sequence[Reason], language: str) -> Markup:
    """All reasons, the weightiest first, with their points, and their sum."""
    score = sum(round(reason.points, 1) for reason in reasons)  # of what is written below
    parts = [
        escape(f"{_points(reason.points)}  {worded(reason, language)}")
        for reason in sorted(reasons, key=lambda one: -abs(one.points))
        if round(reason.points, 1)
    ]
    ruled = [escape(worded(one, language)) for one in reasons if one.key.startswith(RULED)]
    return Markup("\n").join([say("why.head", language, score=_points(score, plus=False)), *parts, *ruled])


def _points(points: float, plus: bool = True) -> str:
    """`+2.0`, `−0.5`, with a true minus."""
    sign = "−" if round(points, 1) < 0 else "+" if plus else ""
    return f"{sign}{abs(points):.1f}"


def _value(name: str, value: str | int | float, language: str) -> str | int | float:
    """Kinds of noise and categories have a wording; what comes from outside is cut."""
    if name == "kind" and f"noise.{value}" in catalogue(language):
        return label(f"noise.{value}", language)
    if name == "about":
        return named(str(value), language)
    if isinstance(value, float):
        return f"{value:g}"
    return cut(leaf(value), VALUE) if isinstance(value, str) else value
