"""/start: the first digest, then three words and an hour in two taps."""

from __future__ import annotations

from handlers.links import follow_link
from handlers.schedule import plan_of
from handlers.visit import Visit
from newsbot.flows import digest as flow
from newsbot.flows import follows, readers, welcome
from newsbot.messages import digest as digests
from newsbot.messages import onboarding
from newsbot.messages.hours import hours_in_words
from newsbot.messages.wording import say
from newsbot.models.deliveries import Sent
from newsbot.models.digests import Digest
from newsbot.models.messages import Message
from newsbot.newsroom import Progress


async def start(visit: Visit) -> None:
    """A subscriber from now on; what comes is the news, not a greeting."""
    if visit.words and await follow_link(visit):
        return
    back = visit.reader.greeted is not None and not visit.reader.subscribed
    visit.reader = await readers.begin(visit.room, visit.reader, visit.thread_id)
    if back:
        await visit.say("start.again")
    is_new = visit.reader.greeted is None
    await _first_digest(visit)
    if is_new and visit.is_private:
        await visit.show(onboarding.ask_words(visit.language))
    elif is_new:
        await visit.show(onboarding.begun(plan_of(visit)))


async def _first_digest(visit: Visit) -> None:
    """One message: it says how far the pull is, and becomes the digest."""
    message_id = None
    async for step in welcome.first(visit.room, visit.reader):
        message = _progress(step, visit.language) if isinstance(step, Progress) else _digest(visit, step)
        outcome = await (visit.show(message) if message_id is None else visit.change(message_id, message))
        if not isinstance(outcome, Sent):
            return
        message_id = outcome.message_id
        if not isinstance(step, Progress):
            await _greeted(visit, step[0])


async def _greeted(visit: Visit, found: Digest) -> None:
    """Only the first digest enters the ledger: what a later /start shows still comes at its hour."""
    if visit.reader.greeted is None and found.stories:
        told = flow.told([one.story for one in found.stories])
        await readers.greeted(visit.room, visit.reader, told)


def _progress(step: Progress, language: str) -> Message:
    return Message(text=str(say("start.pulling", language, done=step.done, total=step.total)))


def _digest(visit: Visit, step: tuple[Digest, str]) -> Message:
    found, place = step
    if not found.stories:
        return onboarding.nothing_yet(plan_of(visit))
    return digests.digest(found, visit.reader, visit.room.now(), place)


async def words(visit: Visit) -> None:
    """The first tap: a bundle of words, or all the news."""
    bundle = onboarding.bundle(visit.press.value, visit.language)
    if bundle:
        await follows.follow(visit.room, visit.reader, bundle)
    await visit.edit(onboarding.ask_hour(visit.language))
    await visit.toast()


async def hour(visit: Visit) -> None:
    """The second tap: an hour."""
    value = visit.press.value
    visit.reader = await readers.schedule(visit.room, visit.reader, f"{value[:2]}:{value[2:]}")
    await visit.wonder("plan:zone")
    await visit.edit(onboarding.ask_place(visit.reader))
    await visit.toast()


async def place(visit: Visit) -> None:
    """The third tap: by whose clock."""
    if visit.press.value != "own":
        visit.reader = await readers.choose(visit.room, visit.reader, f"zone.{visit.press.value}")
    await visit.close()
    hours = readers.hours_of(visit.room, visit.reader)
    await visit.edit(onboarding.onboarded(visit.reader, hours_in_words(hours, visit.language)))
    await visit.toast()
