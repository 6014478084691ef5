"""/schedule: when and how digests come, on one page that is edited in place.

the page      what is set, a button for each part of it
at.d at.w at.e, zone, quiet, pause, length, least, alerts      its parts
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from markupsafe import Markup

from newsbot.digests import zones
from newsbot.digests.choices import ALERTS, GROUPS, HOURS, LEAST, PAUSES, QUIETS, group_of
from newsbot.digests.wishes import LENGTHS
from newsbot.messages.buttons import encode
from newsbot.messages.hours import hours_in_words
from newsbot.messages.rows import in_rows, switch
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Hour, Reader

ROW = 3  # buttons
PARTS = ("at", "at.d", "at.w", "at.e", "zone", "quiet", "pause", "length", "least", "alerts")


@dataclass(frozen=True, slots=True)
class Plan:
    """A reader's plan as it is shown.

    :ivar hours: when digests come, also of who never chose
    """

    reader: Reader
    hours: tuple[Hour, ...]
    now: datetime


def page(plan: Plan, part: str = "", head: Markup | None = None) -> Message:
    """The page, or one of its parts.

    :param part: one of PARTS, empty for the page
    :param head: what is said first, such as that something was done
    """
    language = plan.reader.language
    if not part:
        top = [head] if head else [say("plan.head", language), *_hours(plan)]
        lines = [*top, *_lines(plan), say("plan.how" if plan.reader.is_person else "plan.how_chat", language)]
        return Message(text=str(Markup("\n").join(lines)), buttons=_buttons(plan))
    part = hours_part(plan.reader) if part == "at" else part
    name = part.partition(".")[0]
    back = (Button(label("button.back", language), encode("plan")),)
    text = say(f"plan.{name}.ask", language)
    return Message(text=str(text), buttons=(*_choices(plan, part), back))


def part_of(value: str) -> str:
    """The part in which a button with this value stands that leaves its part open: hours are several."""
    if not value.startswith("at."):
        return ""
    group = value.rpartition(".")[2]
    return f"at.{group if group in GROUPS else 'd'}"


def hours_part(reader: Reader) -> str:
    """The group of days that this reader has hours on."""
    theirs = [group_of(hour.days) for hour in reader.hours]
    return f"at.{next((group for group in GROUPS if group in theirs), 'd')}"


def done(plan: Plan, before: Reader) -> Message:
    """The page, with what it comes to on top.

    :param before: the reader as it was
    """
    reader = plan.reader
    if not reader.subscribed:
        return page(plan)
    if (before.hours, before.zone) == (reader.hours, reader.zone):
        return page(plan, head=Markup("\n").join([say("plan.done", reader.language), *_hours(plan)]))
    hours = hours_in_words(plan.hours, reader.language)
    return page(plan, head=say("schedule.done", reader.language, hours=hours, zone=_where(plan)))


def _where(plan: Plan) -> str:
    zone = plan.reader.zone
    return " ".join(dict.fromkeys((zones.city(zone, plan.reader.language), zones.offset(zone, plan.now))))


def _hours(plan: Plan) -> list[Markup]:
    language = plan.reader.language
    when = say("plan.hours", language, hours=hours_in_words(plan.hours, language))
    return [
        when if plan.reader.subscribed else say("plan.stopped", language),
        say("plan.zone", language, zone=_where(plan)),
    ]


def paused(plan: Plan) -> list[Markup]:
    """Until when, where the reader pauses."""
    reader = plan.reader
    if not reader.pauses(plan.now) or reader.paused_until is None:
        return []
    return [say("plan.paused", reader.language, day=_day(reader.paused_until, plan))]


def _lines(plan: Plan) -> list[Markup]:
    reader, language = plan.reader, plan.reader.language
    lines = paused(plan)
    if reader.next_due:
        lines.append(say("plan.next", language, moment=moment(reader.next_due, plan)))
    if reader.quiet:
        lines.append(say("plan.quiet", language, quiet=_span(reader.quiet)))
    lines.append(say("plan.length", language, count=reader.length))
    if reader.least > 1:
        lines.append(say("plan.least", language, count=reader.least))
    if reader.alerts:
        lines.append(say("plan.alerts", language, most=reader.most_alerts))
    return lines


def moment(at: datetime, plan: Plan) -> Markup:
    """`今天 18:30`, `明天 08:00` or `12月5日周六 08:00`, `Sat, Dec 5 08:00`, by the reader's clock."""
    clock = at.astimezone(ZoneInfo(plan.reader.zone)).strftime("%H:%M")
    return Markup("{} {}").format(_day(at, plan), clock)


def _day(at: datetime, plan: Plan) -> str:
    zone, language = ZoneInfo(plan.reader.zone), plan.reader.language
    day, today = at.astimezone(zone).date(), plan.now.astimezone(zone).date()
    if day - today in (timedelta(0), timedelta(days=1)):
        return label("day.today" if day == today else "day.tomorrow", language)
    skeleton = "MMMEd" if day.year == today.year else "yMMMEd"
    return str(format_skeleton(skeleton, day, locale=language))


def _span(quiet: tuple[time, time]) -> str:
    return "–".join(f"{at:%H:%M}" for at in quiet)


def _buttons(plan: Plan) -> tuple[tuple[Button, ...], ...]:
    reader, language = plan.reader, plan.reader.language
    parts = [_part(name, language) for name in ("at", "zone", "length", "quiet", "least")]
    resume = Button(label("plan.resume", language), encode("plan", value="pause.off"))
    parts.append(resume if reader.pauses(plan.now) else _part("pause", language))
    rows = list(in_rows(parts, ROW))
    reviews = label("plan.reviews" if reader.is_person else f"plan.board.{reader.of_many}", language)
    rows.append((in_plan("reviews", reader.reviews, language, reviews), _part("alerts", language)))
    rows.append((in_plan("nothing", reader.tells_nothing, language),))
    rows.append((Button(label("plan.settings", language), encode("set")),))
    return tuple(rows)


def _part(name: str, language: str) -> Button:
    return Button(label(f"plan.to.{name.partition('.')[0]}", language), encode("plan", value=f"page.{name}"))


def in_plan(what: str, is_on: bool, language: str, words: str = "") -> Button:
    """What a plan has on or off, see `SWITCHES` of digests/choices.py.

    :param words: on the button, where they are not its usual ones
    """
    value = f"{what}.{'off' if is_on else 'on'}"
    return switch(words or label(f"plan.{what}", language), is_on, encode("plan", value=value))


def _choices(plan: Plan, part: str) -> list[tuple[Button, ...]]:
    reader, (kind, _, group) = plan.reader, part.partition(".")
    if kind == "at":
        return _times(plan, group)
    if kind == "zone":
        named = [(zones.city(zone, reader.language), f"zone.{at}") for at, zone in enumerate(zones.COMMON)]
        return _picked(named, f"zone.{_index(reader.zone)}")
    if kind == "quiet":
        spans = [(_span(one), "quiet." + ".".join(f"{at:%H%M}" for at in one)) for one in QUIETS]
        chosen = "quiet." + ".".join(f"{at:%H%M}" for at in reader.quiet) if reader.quiet else "quiet.off"
        return _picked([*spans, (label("plan.no_quiet", reader.language), "quiet.off")], chosen, 2)
    if kind == "pause":
        days = [(label(f"plan.pause.{one}", reader.language), f"pause.{one}") for one in PAUSES]
        return _picked(days, "", 2)
    numbers, now = {
        "length": (LENGTHS, reader.length),
        "least": (LEAST, reader.least),
        "alerts": (ALERTS, reader.most_alerts),
    }[kind]
    return _picked([(str(one), f"{kind}.{one}") for one in numbers], f"{kind}.{now}", 4)


def _index(zone: str) -> int:
    return zones.COMMON.index(zone) if zone in zones.COMMON else -1


def _times(plan: Plan, group: str) -> list[tuple[Button, ...]]:
    """The hours of one group of days, each on or off; and the way to the other groups."""
    days, language = GROUPS[group], plan.reader.language
    theirs = {hour.at for hour in plan.reader.hours if hour.days == days}
    covered = {hour.at for hour in plan.reader.hours if hour.days > days}  # every day at seven is so here too
    made = []
    for at in sorted({*HOURS, *theirs} - covered):
        wanted = "off" if at in theirs else "on"
        value = f"at.{wanted}.{at:%H%M}.{group}"
        made.append(Button("✓ " * (at in theirs) + f"{at:%H:%M}", encode("plan", value=value)))
    names = {"d": "schedule.daily", "w": "schedule.workdays", "e": "schedule.weekend"}
    tabs = [
        Button(
            ("· {} ·" if one == group else "{}").format(label(key, language)),
            encode("plan", value=f"page.at.{one}"),
        )
        for one, key in names.items()
    ]
    odd = [hour for hour in plan.reader.hours if hour.days not in GROUPS.values()]
    others = [
        (
            Button(
                f"✓ {hours_in_words([hour], language)}",
                encode("plan", value=f"at.off.{hour.at:%H%M}.{group_of(hour.days)}"),
            ),
        )
        for hour in odd
    ]
    return [tuple(tabs), *in_rows(made, ROW), *others]


def _picked(choices: Iterable[tuple[str, str]], chosen: str, row: int = ROW) -> list[tuple[Button, ...]]:
    made = [Button("✓ " * (value == chosen) + words, encode("plan", value=value)) for words, value in choices]
    return list(in_rows(made, row))
