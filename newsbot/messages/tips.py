"""打赏: what may be given, the invoice, what was given, and what came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from markupsafe import Markup

from newsbot.messages.buttons import encode
from newsbot.messages.markup import bold
from newsbot.messages.rows import in_rows, turns
from newsbot.messages.story import when
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message
from newsbot.models.payments import REFUNDABLE, Payment, Till
from newsbot.models.readers import Reader

ROW = 3  # buttons


def offer(amounts: Sequence[int], language: str) -> Message:
    """How much one may give."""
    made = [Button(f"⭐ {stars}", encode("tip", value=str(stars))) for stars in amounts]
    return Message(text=str(say("tip.offer", language)), buttons=in_rows(made, ROW))


def invoice(stars: int, payload: str, language: str) -> Message:
    """What Telegram asks to be paid."""
    return Message(
        text=label("tip.invoice", language), caption=label("tip.title", language), invoice=(payload, stars)
    )


def support(own: Sequence[Payment], reader: Reader, now: datetime) -> Message:
    """How to get something back, and what there is to get back."""
    language = reader.language
    lines = [say("paysupport.head", language, days=REFUNDABLE.days)]
    lines += [
        Markup("· ⭐ {} · {}{}").format(one.stars, when(one.at, now, reader), _state(one, now, language))
        for one in own
    ]
    lines.append(say("paysupport.ask" if own else "paysupport.none", language))
    return Message(text=str(Markup("\n").join(lines)), asks=label("paysupport.hint", language))


def till(found: Till, page: int, size: int, reader: Reader, now: datetime) -> Message:
    """Sums, and a page of tips with a button each."""
    language = reader.language
    lines = [
        bold(say("tips.head", language)),
        say("tips.sum", language, stars=found.stars, many=found.many, month=found.month),
    ]
    if found.refunded:
        lines.append(say("tips.sum_refunded", language, stars=found.refunded))
    first = found.total - page * size
    made = []
    for number, one in zip(range(first, 0, -1), found.payments, strict=False):
        who = Markup("<code>{}</code>").format(one.person_id) if one.person_id else Markup("—")
        lines.append(
            Markup("{}. ⭐ {} · {} · {}{}").format(
                number, one.stars, who, when(one.at, now, reader), _state(one, now, language)
            )
        )
        if one.is_refundable(now):
            made.append(
                Button(label("tips.refund", language, number=number), encode("admin", value=f"tip.{number}"))
            )
    if not found.payments:
        lines.append(say("tips.none", language))
    rows = list(in_rows(made, ROW))
    if (pages := -(-found.total // size)) > 1:
        rows.append(turns("admin", "", page, pages, before="tips."))
    rows.append((Button(label("button.back", language), encode("admin", value="page.0")),))
    return Message(text=str(Markup("\n").join(lines)), buttons=tuple(rows))


def ask_refund(number: int, one: Payment, reader: Reader, now: datetime) -> Message:
    """Whether this one is really to be given back."""
    language = reader.language
    text = say(
        "tips.ask_refund", language, number=number, stars=one.stars,
        id=one.person_id, when=when(one.at, now, reader), charge=one.charge_id,
    )  # fmt: skip
    rows = (
        (
            Button(
                label("tips.do_refund", language, stars=one.stars),
                encode("admin", value=f"refund.{number}.{mark(one)}"),
            ),
            Button(label("button.back", language), encode("admin", value="tips.0")),
        ),
    )
    return Message(text=str(text), buttons=rows)


def mark(one: Payment) -> str:
    """Tells that a button was made for this payment and no other."""
    return blake2b(one.charge_id.encode(), digest_size=4).hexdigest()


def _state(one: Payment, now: datetime, language: str) -> Markup:
    if one.refunded_at is not None:
        return Markup(" · {}").format(say("tips.refunded", language))
    if one.refunding_at is not None:
        return Markup(" · {}").format(say("tips.refunding", language))
    return Markup("")
