"""What was learned about a reader, for the reader: what, how strongly, from what; and how to change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from markupsafe import Markup, escape

from newsbot.messages.buttons import encode
from newsbot.messages.follows import listed
from newsbot.messages.markup import cut, leaf
from newsbot.messages.rows import in_rows
from newsbot.messages.why import named
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.taste import Liking

SHOWN = 10  # the strongest
NAME = 30  # UTF-16 units
ROW = 5


def key(name: str) -> str:
    """What names a liking in a button: tags may be longer than a button's data."""
    return blake2b(name.encode("utf-8", "replace"), digest_size=6).hexdigest()


def taste(found: Sequence[Liking], names: Mapping[str, str], reader: Reader) -> Message:
    """The page.

    :param names: of sources, by id
    """
    language = reader.language
    shown = found[:SHOWN]
    lines = [say("taste.head", language)]
    if not reader.learns:
        lines += [Markup(""), say("taste.is_off", language)]
    elif not shown:
        lines += [Markup(""), say("taste.nothing", language)]
    else:
        lines.append(Markup(""))
        lines += [_line(place, one, names, language) for place, one in enumerate(shown, 1)]
        if len(found) > len(shown):
            lines.append(say("taste.more", language, count=len(found) - len(shown)))
        lines += [Markup(""), say("taste.erase", language)]
    return Message(text=str(Markup("\n").join(lines)), buttons=_buttons(shown, reader))


def _line(place: int, one: Liking, names: Mapping[str, str], language: str) -> Markup:
    sign = "👍" if one.weight > 0 else "👎"
    deeds = [label(f"taste.deed.{deed}", language, count=count) for deed, count in sorted(one.deeds.items())]
    told = f"{place}. {sign} {_named(one.key, names, language)} {one.weight:+.1f}".replace("-", "−")
    return escape(f"{told}  {listed(deeds, language)}".rstrip())


def _named(name: str, names: Mapping[str, str], language: str) -> str:
    """芯片, 来源 IT之家, 栏目 人工智能."""
    kind, _, value = name.partition(":")
    if kind == "source":
        return label("taste.source", language, name=cut(leaf(names.get(value, value)), NAME))
    said = cut(named(name, language), NAME)
    return said if kind == "tag" else label("taste.category", language, name=said)


def _buttons(shown: Sequence[Liking], reader: Reader) -> tuple[tuple[Button, ...], ...]:
    language = reader.language
    crosses = [
        Button(f"✕ {place}", encode("erase", value=key(one.key)))
        for place, one in enumerate(shown if reader.learns else (), 1)
    ]
    rows = list(in_rows(crosses, ROW))
    turn, wanted = ("taste.turn_off", "off") if reader.learns else ("taste.turn_on", "on")
    rows.append(
        (
            Button(label(turn, language), encode("learn", value=wanted)),
            Button(label("taste.forget", language), encode("forget", value="ask")),
        )
    )
    rows.append((Button(label("button.back", language), encode("set")),))
    return tuple(rows)


def sure(language: str) -> Message:
    """Before all is forgotten."""
    row = (
        Button(label("taste.sure", language), encode("forget", value="yes")),
        Button(label("button.back", language), encode("taste")),
    )
    return Message(text=str(say("taste.ask", language)), buttons=(row,))
