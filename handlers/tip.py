"""/tip and /paysupport: Telegram Stars for who runs the bot, and back."""

from __future__ import annotations

from contextlib import suppress
from unicodedata import normalize

from telegram import Update

from handlers.visit import Visit, visit
from newsbot.errors import NotUnderstood, ShutOut
from newsbot.flows import readers, tips
from newsbot.flows.story import Presser
from newsbot.messages import tips as pages
from newsbot.messages.buttons import whole
from newsbot.messages.wording import label
from newsbot.newsroom import Newsroom

STAR = "⭐"


async def tip(visit: Visit) -> None:
    """/tip, /tip 50"""
    amounts = tips.amounts(visit.room)
    if not visit.words:
        await visit.show(pages.offer(amounts, visit.language))
        return
    await _invoice(visit, whole(normalize("NFKC", visit.words).replace(STAR, "").strip()))


async def press(visit: Visit) -> None:
    """One of the amounts; without one the offer, from /settings."""
    if not visit.press.value:
        await visit.show(pages.offer(tips.amounts(visit.room), visit.language))
    else:
        await _invoice(visit, visit.press.number)
    await visit.toast()


async def _invoice(visit: Visit, stars: int | None) -> None:
    amounts = tips.amounts(visit.room)
    if stars not in amounts:
        raise NotUnderstood("tip.which", amounts="、".join(map(str, amounts)))
    carried = tips.payload(visit.room, visit.person_id, stars)
    await visit.show(pages.invoice(stars, carried, visit.language))


async def checkout(room: Newsroom, update: Update) -> None:
    """Somebody is about to pay: yes, or in one sentence why not."""
    query = update.pre_checkout_query
    if query is None:
        return
    refusal = ""
    try:
        tips.checked(room, query.from_user.id, query.total_amount, query.currency, query.invoice_payload)
    except NotUnderstood as error:
        person = await readers.known(room, query.from_user.id, query.from_user.language_code)
        refusal = label(error.key, person.language, **error.values)
    await room.telegram.checked_out(query.id, refusal)


async def paid(room: Newsroom, update: Update) -> None:
    """Money is written down whoever gave it, and thanked for once, however often Telegram tells of it."""
    message = update.effective_message
    if message is None or message.successful_payment is None or message.from_user is None:
        return
    told = message.successful_payment
    who = Presser(message.from_user.id, message.chat_id, update.update_id)
    if not await tips.paid(room, who, told.telegram_payment_charge_id, told.total_amount):
        return
    with suppress(ShutOut):
        visiting = await visit(room, update)
        if visiting is not None:
            await visiting.say("tip.thanks", stars=told.total_amount)
            await tips.thanked(room, who)


async def refunded(room: Newsroom, update: Update) -> None:
    """Telegram tells that a tip was given back."""
    message = update.effective_message
    if message is not None and message.refunded_payment is not None:
        await tips.told_refunded(room, message.refunded_payment.telegram_payment_charge_id)


async def support(visit: Visit) -> None:
    """/paysupport: what one gave, and a question that the owners get the answer to."""
    own = await tips.own(visit.room, visit.person_id)
    if not own:
        tips.amounts(visit.room)
    if visit.words:
        await asked(visit)
        return
    await visit.wonder("paysupport")
    await visit.show(pages.support(own, visit.reader, visit.room.now()))


async def asked(visit: Visit) -> None:
    """What is wrong with a tip, for the owners."""
    is_new = await tips.ask(visit.room, visit.presser, visit.words)
    await visit.say("paysupport.thanks" if is_new else "feedback.again")
