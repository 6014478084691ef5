"""/settings: what a reader has set, and a button to everything that can be set.

the page      a summary, and the way to each part
filter        kinds of noise and languages of articles, each yes or no
look          how digests look
"""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from newsbot.digests import zones
from newsbot.messages.buttons import encode
from newsbot.messages.hours import hours_in_words
from newsbot.messages.plan import Plan, in_plan, paused
from newsbot.messages.rows import in_rows, switch
from newsbot.messages.wording import LANGUAGES, NAMES, label, say
from newsbot.models.articles import NOISES
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader

ROW, PAIR = 3, 2  # buttons


def settings(plan: Plan, with_tips: bool = False) -> Message:
    """The page.

    :param with_tips: the operator takes some
    """
    reader, language = plan.reader, plan.reader.language
    when = hours_in_words(plan.hours, language) if reader.subscribed else label("settings.no_hours", language)
    lines = [
        say("settings.head", language),
        say("settings.hours", language, hours=when, zone=zones.city(reader.zone, language)),
        *paused(plan),
        say(
            "settings.words",
            language,
            count=len(reader.follows) + len(reader.words("topic")),
            muted=len(reader.mutes),
        ),
        say("settings.reads", language, languages=_reads(reader), count=reader.length),
        say("settings.language", language, language=NAMES[language]),
    ]
    return Message(text=str(Markup("\n").join(lines)), buttons=_buttons(reader, with_tips))


def with_way_back(message: Message, language: str) -> Message:
    """A list or the like that stands in the place of the page."""
    return replace(message, buttons=(*message.buttons, _back(language)))


def _reads(reader: Reader) -> str:
    return " + ".join(
        label(f"settings.in.{one}", reader.language) for one in LANGUAGES if one in reader.reads
    )


def _buttons(reader: Reader, with_tips: bool) -> tuple[tuple[Button, ...], ...]:
    language = reader.language
    made = [
        _to("settings.to_plan", "plan", "", language),
        _to("settings.to_words", "set", "words", language),
        _to("settings.to_filter", "set", "filter", language),
        _to("settings.to_sources", "set", "sources", language),
        _to("settings.to_look", "set", "look", language),
    ]
    hot = _to("button.hot", "set", "hot", language)
    made += _own(hot, language, with_tips) if reader.is_person else [hot]
    others = [one for one in LANGUAGES if one != language]
    made += [Button(f"🌐 {NAMES[one]}", encode("set", value=one)) for one in others]
    way = ("settings.to_stop", "stop") if reader.subscribed else ("plan.resume", "resume")
    made.append(_to(way[0], "set", way[1], language))
    rows = in_rows(made, PAIR)
    return rows if reader.is_person else (*rows, (_to("settings.done", "set", "done", language),))


def _own(hot: Button, language: str, with_tips: bool) -> list[Button]:
    """What is one person's alone, and nothing for a group."""
    made = [
        _to("settings.to_saved", "set", "saved", language),
        hot,
        _to("settings.to_feedback", "aside", "feedback", language),
        _to("button.guess", "set", "guess", language),
        _to("button.taste", "set", "taste", language),
        _to("settings.to_privacy", "aside", "privacy", language),
    ]
    return [*made, _to("settings.to_tip", "tip", "", language)] if with_tips else made


def filters(reader: Reader) -> Message:
    """What comes into digests: kinds of noise and languages of articles."""
    language = reader.language
    kinds = [_switch(f"noise.{kind}", kind in reader.lets_in, "let", kind, language) for kind in NOISES]
    reads = tuple(
        _switch(f"settings.in.{one}", one in reader.reads, "reads", one, language) for one in LANGUAGES
    )
    rows = (tuple(kinds[:ROW]), tuple(kinds[ROW:]), reads, _back(language))
    return Message(text=str(say("settings.noise", language)), buttons=rows)


def look(reader: Reader, translates: bool) -> Message:
    """How digests look.

    :param translates: there is a model that translates titles
    """
    language = reader.language
    looks = (("preview", reader.preview), ("rich", reader.rich))
    rows = [(in_plan(what, is_on, language),) for what, is_on in looks]
    if translates and language == "zh":
        wanted = "off" if reader.own_titles else "on"
        rows.append((_switch("settings.titles", reader.own_titles, "titles", wanted, language),))
    return Message(text=str(say("settings.look", language)), buttons=(*rows, _back(language)))


def stopping(language: str) -> Message:
    """Whether they really want no more."""
    rows = ((_to("settings.do_stop", "set", "stopped", language),), _back(language))
    return Message(text=str(say("settings.ask_stop", language)), buttons=rows)


def _back(language: str) -> tuple[Button, ...]:
    return (Button(label("button.back", language), encode("set")),)


def _to(key: str, verb: str, value: str, language: str) -> Button:
    return Button(label(key, language), encode(verb, value=value))


def _switch(key: str, is_on: bool, verb: str, value: str, language: str) -> Button:
    return switch(label(key, language), is_on, encode(verb, value=value))
