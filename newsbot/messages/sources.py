"""/sources: where the news come from, each on or off for one reader."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from newsbot.messages.buttons import encode
from newsbot.messages.markup import cut
from newsbot.messages.rows import in_rows, switch, turns
from newsbot.messages.story import name
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader

PAGE, ROW = 14, 2
ON_A_BUTTON = 16  # UTF-16 units
Known = tuple[str, str]  # id and name


def word(source_id: str) -> str:
    """How a source stands among what is muted."""
    return f"来源:{source_id}"


def sources(known: Sequence[Known], reader: Reader, place: str, page: int = 0) -> Message:
    """A page of them.

    :param known: in the order in which they are kept
    :param place: where their ids are kept
    """
    language = reader.language
    if not known:
        return Message(text=str(say("origins.none", language)))
    pages = -(-len(known) // PAGE)
    page %= pages
    off = sum(word(source_id) in reader.mutes for source_id, _ in known)
    lines = [
        say("origins.head", language, count=len(known) - off, off=off),
        say("origins.how", language),
    ]
    first = page * PAGE
    made = [
        _switch(one, number, reader, place) for number, one in enumerate(known[first : first + PAGE], first)
    ]
    rows = list(in_rows(made, ROW))
    if pages > 1:
        rows.append(turns("origins", place, page, pages))
    rows.append((Button(label("origins.suggest", language), encode("origin", value="suggest")),))
    return Message(text=str(Markup("\n").join(lines)), buttons=tuple(rows))


def _switch(one: Known, number: int, reader: Reader, place: str) -> Button:
    """What is to be stands in the button: pressed twice it does no harm."""
    source_id, called = one
    is_off = word(source_id) in reader.mutes
    words = cut(name(called) or source_id, ON_A_BUTTON)
    data = encode("origin", place, value=f"{number}.{'on' if is_off else 'off'}")
    return switch(words, not is_off, data)
