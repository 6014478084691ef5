"""/stats: how delivering goes, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from newsbot.messages.markup import cut
from newsbot.messages.wording import say
from newsbot.models.deliveries import Delivery, Standing, State
from newsbot.models.messages import Message
from newsbot.models.readers import Reader

WAITING = (State.QUEUED, State.CLAIMED, State.SENDING)
LONGEST_REASON = 120
LONGEST_TEXT = 900  # of a parked message: three of them are one message


def standing_lines(standing: Standing, reader: Reader) -> list[Markup]:
    """What arrived, what did not and why, and how long a slot takes."""
    language, counts = reader.language, standing.counts
    return [
        say(
            "stats.day",
            language,
            sent=counts.get(State.SENT, 0),
            waiting=sum(counts.get(state, 0) for state in WAITING),
        ),
        say(
            "stats.failed",
            language,
            unknown=counts.get(State.UNKNOWN, 0),
            gave_up=counts.get(State.GAVE_UP, 0),
            parked=counts.get(State.PARKED, 0),
            skipped=counts.get(State.SKIPPED, 0),
        ),
        *(
            Markup("· {} × {}").format(many, cut(reason, LONGEST_REASON))
            for reason, many in standing.reasons.items()
        ),
        say(
            "stats.rate",
            language,
            rate=f"{standing.rate:.0f}",
            minutes=f"{standing.minutes_per_thousand:.1f}",
        ),
        *_lateness(standing, reader),
    ]


def _lateness(standing: Standing, reader: Reader) -> list[Markup]:
    lines = []
    if standing.held:
        lines.append(say("stats.held", reader.language, seconds=f"{standing.held:.0f}"))
    if standing.worst is not None:
        lines.append(
            say(
                "stats.slow" if standing.is_slow else "stats.worst",
                reader.language,
                slot=standing.worst.astimezone(ZoneInfo(reader.zone)).strftime("%H:%M"),
                minutes=f"{standing.latest.total_seconds() / 60:.1f}",
            )
        )
    return lines


def parked(found: Sequence[Delivery], reader: Reader) -> Message:
    """Messages that Telegram refused for a fault of ours, with their text."""
    if not found:
        return Message(text=str(say("stats.none_parked", reader.language)))
    parts = [
        Markup("<b>{}</b> · {}\n<pre>{}</pre>").format(
            one.slot, cut(one.reason or "", LONGEST_REASON), escape(cut(one.text or "", LONGEST_TEXT))
        )
        for one in found
    ]
    return Message(text=str(Markup("\n\n").join(parts)))
