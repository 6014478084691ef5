"""打赏: tips in Telegram Stars, where the operator allows them.

/tip -> invoice -> pre-checkout (is it ours, theirs, and this much?) -> paid: written down, thanked once
/paysupport -> the inbox -> an owner gives it back
"""

from __future__ import annotations

import hmac
import re
from hashlib import blake2b

import structlog

from newsbot.errors import NoAnswer, NotUnderstood
from newsbot.flows import mailing, rights, staff
from newsbot.flows import story as stories
from newsbot.flows.story import Presser
from newsbot.models.feedback import WORDS
from newsbot.models.payments import CURRENCY, REFUNDABLE, Payment, Till
from newsbot.models.staff import Right
from newsbot.newsroom import Newsroom

PAYLOAD = re.compile(r"tip:([0-9]{1,5}):([0-9]{1,18}):([0-9a-f]{16})")
PAGE = 8  # payments
SIGN = "⭐"  # before what is said of tips, among what else waits in the inbox
MOST_OWN = 5  # of a person that /paysupport names
ALREADY = "CHARGE_ALREADY_REFUNDED"
log = structlog.get_logger()


def amounts(room: Newsroom) -> tuple[int, ...]:
    """Stars that may be given.

    :raises NotUnderstood: the operator takes no tips
    """
    if not room.settings.tips:
        raise NotUnderstood("tip.off")
    return room.settings.tips


def payload(room: Newsroom, person_id: int, stars: int) -> str:
    """What an invoice carries: for whom it is, over how much, and that we made it."""
    return f"tip:{stars}:{person_id}:{_sign(room, stars, person_id)}"


def _sign(room: Newsroom, stars: int, person_id: int) -> str:
    return blake2b(f"{stars}:{person_id}".encode(), key=room.vault.key, digest_size=8).hexdigest()


def checked(room: Newsroom, person_id: int, stars: int, currency: str, carried: str) -> None:
    """Whether this may be paid.

    :raises NotUnderstood: another currency, amount or person than the invoice was made for
    """
    found = PAYLOAD.fullmatch(carried)
    if found is None or currency != CURRENCY:
        raise NotUnderstood("tip.not_ours")
    named, person, sign = int(found[1]), int(found[2]), found[3]
    if not hmac.compare_digest(sign, _sign(room, named, person)):
        raise NotUnderstood("tip.not_ours")
    if person != person_id:
        raise NotUnderstood("tip.not_yours")
    if stars != named or stars not in amounts(room):
        raise NotUnderstood("tip.amount")


async def paid(room: Newsroom, who: Presser, charge_id: str, stars: int) -> bool:
    """It was paid, whatever we think of it. False where thanks were said: it was told before."""
    one = Payment(charge_id=charge_id, person_id=who.id, stars=stars, at=room.now(), update_id=who.update_id)
    async with room.store.begin() as tx:
        is_new = await tx.payments.add(one) and not await tx.inbox.is_applied(who.update_id)
    log.info("tip", person=room.alias(who.id), stars=stars, is_new=is_new)
    return is_new


async def thanked(room: Newsroom, who: Presser) -> None:
    """Thanks were said, which is all that this update was to bring about."""
    async with room.store.begin() as tx:
        await tx.inbox.apply(who.update_id)


async def own(room: Newsroom, person_id: int) -> list[Payment]:
    """The last tips of a person."""
    async with room.store.read() as tx:
        return await tx.payments.of(person_id, MOST_OWN)


async def ask(room: Newsroom, who: Presser, words: str) -> bool:
    """Somebody wants to talk about a tip: the inbox has it, and owners are told. False where it had it."""
    is_new = await stories.feedback(room, who.id, None, WORDS, who.update_id, f"{SIGN} {words}")
    if is_new and room.settings.admins:
        async with room.store.begin() as tx:
            rest = await mailing.tell(room, tx, room.settings.admins, "tips.asked")
        await mailing.call(room, rest, "tips.asked")
    return is_new


async def till(room: Newsroom, who: Presser, page: int = 0) -> Till:
    """What came in.

    :raises NotUnderstood: not an owner
    """
    await staff.authorise(room, who, Right.MONEY, "tips_look")
    async with room.store.read() as tx:
        return await tx.payments.till(room.now(), page * PAGE, PAGE)


async def all_of_them(room: Newsroom, limit: int) -> Till:
    """The same for the operator, at their own machine."""
    async with room.store.read() as tx:
        return await tx.payments.till(room.now(), 0, limit)


async def of_number(room: Newsroom, who: Presser, number: int) -> Payment:
    """The payment at this place of the list, the oldest first: its number stays while others come.

    :raises NotUnderstood: not an owner, or there is none
    """
    await staff.authorise(room, who, Right.MONEY, "tips_look", number)
    async with room.store.read() as tx:
        found = await tx.payments.till(room.now(), 0, 0)
        told = await tx.payments.till(room.now(), found.total - number, 1)
    if not 0 < number <= found.total or not told.payments:
        raise NotUnderstood("press.old")
    return told.payments[0]


async def refund(room: Newsroom, who: Presser, charge_id: str) -> Payment:
    """Give a tip back. Asked twice it is given back once: Telegram says so, and that is as good.

    :raises NotUnderstood: not an owner, it is too late, or Telegram refuses or does not answer
    """
    await staff.authorise(room, who, Right.MONEY, "tips_refund", charge_id)
    now = room.now()
    async with room.store.begin() as tx:
        one = await tx.payments.get(charge_id)
        if one is None or not one.is_refundable(now):
            is_back = one is not None and one.refunded_at is not None
            raise NotUnderstood("tips.is_back" if is_back else "tips.too_late", days=REFUNDABLE.days)
        await tx.payments.refunding(charge_id, now)
    try:
        refusal = await room.telegram.refund(one.person_id, charge_id)
    except NoAnswer as error:
        log.warning("refund not known", why=str(error))
        raise NotUnderstood("tips.unknown") from None
    if refusal and ALREADY not in refusal:
        raise NotUnderstood("tips.refused", why=refusal)
    await _refunded(room, one, who)
    return one


async def _refunded(room: Newsroom, one: Payment, who: Presser) -> None:
    async with room.store.begin() as tx:
        if not await tx.payments.refunded(one.charge_id, who.id, room.now()):
            return
        await staff.done(room, tx, who, "tips_refund", f"{one.stars} {one.charge_id}")
        rest = await mailing.tell(room, tx, [one.person_id], "tip.refunded", stars=str(one.stars))
    await mailing.call(room, rest, "tip.refunded", stars=str(one.stars))


async def told_refunded(room: Newsroom, charge_id: str) -> None:
    """Telegram says that it was given back, by whomever."""
    async with room.store.begin() as tx:
        await tx.payments.refunded(charge_id, None, room.now())


async def tidy(room: Newsroom) -> int:
    """Tips that can no longer be given back are nobody's. Returns how many."""
    async with room.store.begin() as tx:
        many = await tx.payments.let_go(room.now() - REFUNDABLE)
        if many:
            await tx.facts.put(rights.SCRUB, room.now().isoformat())
    return many
