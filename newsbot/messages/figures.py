"""/stats: numbers of a day, a week or a month, with the days as bars of text."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from newsbot.messages.bars import bar
from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold, cut, fit, leaf
from newsbot.messages.stats import standing_lines
from newsbot.messages.wording import label, say
from newsbot.models.deliveries import Standing, State
from newsbot.models.figures import ACTED, DIGESTS, LEFT, MUTES, NEW, SEARCHES, STOPS, VOTES, Day, Figures
from newsbot.models.messages import Button, Message
from newsbot.models.readers import Reader
from newsbot.models.sources import Status

SPANS = ("day", "week", "month")
BLOCKS = 8
HEADLINE, WORD = 40, 16
MOST_BARS = 10  # of a month: three days each


def figures(found: Figures, standing: Standing | None, reader: Reader) -> Message:
    """The page.

    :param standing: how delivering goes, on the page of the day
    """
    language = reader.language
    blocks = [_numbers(found, language)]
    if len(found.days) > 1:
        blocks.append(Markup("\n").join([say("figures.unit", language), _bars(found.days)]))
    blocks += [_top(found, language), _health(found, reader)]
    if standing is not None:
        blocks.append(Markup("\n").join(standing_lines(standing, reader)))
    head = bold(say(f"figures.span.{found.span}", language))
    text, _ = fit([head], list(filter(None, blocks)))
    rows = [
        tuple(
            Button(
                label(f"figures.tab.{span}", language) + " ✓" * (span == found.span),
                encode("figures", value=f"show.{span}"),
            )
            for span in SPANS
        ),
        tuple(
            Button(label(f"figures.{what}", language), encode("figures", value=f"{what}.{found.span}"))
            for what in ("picture", "csv")
        ),
    ]
    if standing is not None and standing.counts.get(State.PARKED, 0):
        rows.append((Button(label("stats.parked", language), encode("parked")),))
    return Message(text=text, buttons=tuple(rows))


def caption(found: Figures, language: str) -> str:
    """Of the picture, and what stands in its place where it cannot be sent."""
    head = [label(f"figures.span.{found.span}", language), label("figures.unit", language)]
    return "\n".join([*head, _bars(found.days)])


def _numbers(found: Figures, language: str) -> Markup:
    reached, unreachable = found.readers
    lines = [
        say(
            "figures.readers",
            language,
            reached=f"{reached:,}",
            active=f"{found.active:,}",
            new=found.total(NEW),
            left=found.total(LEFT),
            unreachable=f"{unreachable:,}",
        ),
        say(
            "figures.digests",
            language,
            digests=f"{found.total(DIGESTS):,}",
            share=_percent(found.total(ACTED), found.total(DIGESTS)),
        ),
        say(
            "figures.votes",
            language,
            votes=f"{found.total(VOTES):,}",
            searches=f"{found.total(SEARCHES):,}",
        ),
        say(
            "figures.thousand",
            language,
            mutes=_rate(found.per_thousand(MUTES)),
            stops=_rate(found.per_thousand(STOPS)),
        ),
    ]
    return Markup("\n").join(lines)


def _percent(acted: int, digests: int) -> str:
    return f"{100 * min(1.0, acted / digests):.0f}%" if digests else "—"


def _rate(per_thousand: float | None) -> str:
    return "—" if per_thousand is None else f"{per_thousand:.1f}"


def _bars(days: Sequence[Day]) -> Markup:
    """`11-26 ▇▇▇▇▇▁▁▁ 812 · 31%`; of a month some days together."""
    step = -(-len(days) // MOST_BARS)
    groups = [days[at : at + step] for at in range(0, len(days), step)]
    digests = [sum(day.of(DIGESTS) for day in group) for group in groups]
    top = max(1, *digests)
    lines = []
    for group, many in zip(groups, digests, strict=True):
        full = round(BLOCKS * many / top)
        share = _percent(sum(day.of(ACTED) for day in group), many)
        lines.append(f"{group[0].day[5:]} {bar(full, BLOCKS)} {many:,} · {share}")
    return escape("\n".join(lines))


def _top(found: Figures, language: str) -> Markup:
    lines = []
    if found.words:
        told = " · ".join(f"{cut(leaf(word), WORD)} {many:,}" for word, many in found.words)
        lines.append(say("figures.words", language, words=told))
    lines += [
        Markup("{}. {} 👍 {} 👎 {}").format(number, cut(leaf(title), HEADLINE), up, down)
        for number, (_, title, up, down) in enumerate(found.stories, 1)
    ]
    return Markup("\n").join(lines)


def _health(found: Figures, reader: Reader) -> Markup:
    language, zone = reader.language, ZoneInfo(reader.zone)
    lines = []
    if found.sources:
        told = " · ".join(
            f"{label(f'source.status.{one}', language)} {found.sources[one]}"
            for one in Status
            if one in found.sources
        )
        lines.append(say("figures.sources", language, sources=told))
    lines += [
        say(
            "figures.slot",
            language,
            slot=slot.due_at.astimezone(zone).strftime("%m-%d %H:%M"),
            count=f"{slot.many:,}",
            minutes=f"{slot.took.total_seconds() / 60:.1f}",
        )
        for slot in found.slots
    ]
    return Markup("\n").join(lines)
