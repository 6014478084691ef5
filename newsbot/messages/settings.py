"""/settings: what a reader has set, on one page, with a button for what is yes or no."""

from __future__ import annotations

from markupsafe import Markup

from newsbot.messages.buttons import encode
from newsbot.messages.hours import hours_in_words
from newsbot.messages.wording import LANGUAGES, NAMES, label, say
from newsbot.models.articles import NOISES
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Hour, Reader

ROW = 3  # buttons


def settings(reader: Reader, hours: tuple[Hour, ...], translates: bool) -> Message:
    """The page.

    :param hours: when this reader's digests come
    :param translates: there is a model that translates titles
    """
    language = reader.language
    when = hours_in_words(hours, language) if reader.subscribed else label("settings.no_hours", language)
    lines = [
        say("settings.head", language),
        say("settings.hours", language, hours=when, zone=reader.zone),
        say("settings.words", language, count=len(reader.follows)),
        say("settings.language", language, language=NAMES[language]),
        Markup(""),
        say("settings.noise", language),
    ]
    return Message(text=str(Markup("\n").join(lines)), buttons=_buttons(reader, translates))


def _buttons(reader: Reader, translates: bool) -> tuple[tuple[Button, ...], ...]:
    language = reader.language
    kinds = [_switch(f"noise.{kind}", kind in reader.lets_in, "let", kind, language) for kind in NOISES]
    rows = [tuple(kinds[:ROW]), tuple(kinds[ROW:])]
    rows.append(
        tuple(_switch(f"settings.in.{one}", one in reader.reads, "reads", one, language) for one in LANGUAGES)
    )
    if translates and language == "zh":
        wanted = "off" if reader.own_titles else "on"
        rows.append((_switch("settings.titles", reader.own_titles, "titles", wanted, language),))
    if reader.id > 0:  # what one person likes is nothing for a group
        rows.append(
            (
                Button(label("button.taste", language), encode("taste")),
                Button(label("button.guess", language), encode("hot", value="guess")),
            )
        )
    return tuple(rows)


def _switch(key: str, is_on: bool, verb: str, value: str, language: str) -> Button:
    return Button(("✓ " if is_on else "○ ") + label(key, language), encode(verb, value=value))
