"""/follow, /unfollow, /mute, /unmute, /keywords: searches and stories that digests and alerts are about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from handlers.card import show_card
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import follows, readers, turnstile
from newsbot.flows import story as stories
from newsbot.messages.follows import ROWS, followed, listed, named
from newsbot.messages.follows import keywords as page
from newsbot.models.messages import Message
from newsbot.models.readers import Reader, of_story, story_of
from newsbot.newsroom import Newsroom

KINDS = ("follow", "mute")
Change = Callable[[Newsroom, Reader, Sequence[str]], Awaitable[Sequence[str]]]


async def follow(visit: Visit) -> None:
    """/follow 词 …"""
    if not visit.words:
        await visit.ask("follow", "follow.ask")
        return
    turnstile.enter(visit.room, visit.person_id)
    new = await follows.follow(visit.room, visit.reader, follows.searches(visit.words))
    await (visit.show(await _followed(visit, new)) if new else visit.say("follow.already"))


async def follow_offered(visit: Visit) -> None:
    """🔔 under a link or an answer: follow its word, or the whole search."""
    word = await readers.remembered_word(visit.room, visit.reader.id, visit.press.place)
    if word is None or story_of(word) is not None:
        raise NotUnderstood("press.old")
    new = await follows.follow(visit.room, visit.reader, [word])
    if not new:
        await visit.toast("follow.already")
        return
    await visit.toast("follow.done", words=word)
    await visit.show(await _followed(visit, new))


async def _followed(visit: Visit, new: Sequence[str], wants_alerts: bool = False) -> Message:
    """What it is about, as the last 7 days would have had it."""
    place = await follows.keep(visit.room, visit.reader, new)
    found = [await follows.preview(visit.room, word) for word in new[: follows.MOST_SHOWN]]
    return followed(found, len(new), visit.reader, place, visit.reader.most_alerts if wants_alerts else 0)


async def alert(visit: Visit) -> None:
    """News of these at once, or no longer."""
    press = visit.press
    words = await follows.kept(visit.room, visit.reader.id, press.place)
    wanted = press.value == "on"
    if not await follows.alert(visit.room, visit.reader, words, wanted):
        raise NotUnderstood("press.old")
    await visit.toast("follow.alerts_on" if wanted else "follow.alerts_off", most=visit.reader.most_alerts)
    await visit.edit(await _followed(visit, words, wanted))


async def undo(visit: Visit) -> None:
    """Not followed after all."""
    words = await follows.kept(visit.room, visit.reader.id, visit.press.place)
    old = await follows.unfollow(visit.room, visit.reader, words) if words else []
    if not old:
        raise NotUnderstood("press.old")
    await visit.edit(await _said(visit, "unfollow.done", old))
    await visit.toast()


async def unfollow(visit: Visit) -> None:
    """/unfollow 词 …"""
    await _change(visit, "unfollow", follows.unfollow, "unfollow.unknown")


async def mute(visit: Visit) -> None:
    """/mute 词 …"""
    await _change(visit, "mute", follows.mute, "mute.already", fields_apart=True)


async def unmute(visit: Visit) -> None:
    """/unmute 词 …"""
    await _change(visit, "unmute", follows.unmute, "unmute.unknown", fields_apart=True)


async def _change(
    visit: Visit, name: str, change: Change, otherwise: str, fields_apart: bool = False
) -> None:
    """Ask for words, or do it and say to which it was done; `otherwise` where it was to none.

    :param fields_apart: 来源:甲 来源:乙 are two things
    """
    if not visit.words:
        await visit.ask(name, f"{name}.ask")
        return
    words = await change(visit.room, visit.reader, follows.searches(visit.words, fields_apart))
    await (visit.show(await _said(visit, f"{name}.done", words)) if words else visit.say(otherwise))


async def _said(visit: Visit, key: str, words: Sequence[str]) -> Message:
    titles = await follows.titles(visit.room, words)
    return visit.sentence(
        key, words=listed([named(word, titles, visit.language) for word in words], visit.language)
    )


# /keywords


async def keywords(visit: Visit) -> None:
    """/keywords: all of it, to be edited."""
    await visit.show(await present(visit, 0))


async def present(visit: Visit, number: int) -> Message:
    """A page of all that is followed and muted now."""
    words = [f"{kind} {word}" for kind in KINDS for word in visit.reader.words(kind)]
    place = await follows.keep(visit.room, visit.reader, words) if words else ""
    return await _page(visit, words, place, number)


async def turn(visit: Visit) -> None:
    """◀ and ▶."""
    words, number, press = await _kept(visit)
    await visit.edit(await _page(visit, words, press, number))
    await visit.toast()


async def ring(visit: Visit) -> None:
    """News of this one at once, or no longer."""
    words, number, _ = await _kept(visit)
    _, _, word = words[min(number, len(words) - 1)].partition(" ")
    wanted = await follows.ring(visit.room, visit.reader, word, visit.update.update_id)
    if wanted is None:
        raise NotUnderstood("press.old")
    await visit.toast("follow.alerts_on" if wanted else "follow.alerts_off", most=visit.reader.most_alerts)
    await _again(visit, number)


async def drop(visit: Visit) -> None:
    """Followed, or muted, no longer."""
    words, number, _ = await _kept(visit)
    kind, _, word = words[min(number, len(words) - 1)].partition(" ")
    taken = follows.unfollow if kind == "follow" else follows.unmute
    old = await taken(visit.room, visit.reader, [word])
    await visit.toast("" if old else "press.old")
    await _again(visit, number)


async def _again(visit: Visit, number: int) -> None:
    """All of it as it is now, also where the page was an old one."""
    visit.reader = await readers.known(visit.room, visit.reader.id, None)
    await visit.edit(await present(visit, number // ROWS))


async def _page(visit: Visit, words: Sequence[str], place: str, number: int) -> Message:
    """What of them is still followed or muted, under its old number: an old page's buttons do no harm."""
    pairs = [(kind, word) for kind, _, word in (one.partition(" ") for one in words)]
    here = [(at, kind, word) for at, (kind, word) in enumerate(pairs) if word in visit.reader.words(kind)]
    titles = await follows.titles(visit.room, [word for _, _, word in here])
    return page(visit.reader, here, titles, place, number)


async def _kept(visit: Visit) -> tuple[list[str], int, str]:
    """The words of the page, the number that was pressed, and where they are kept."""
    press = visit.press
    words = await follows.kept(visit.room, visit.reader.id, press.place)
    if not words or press.number is None:
        raise NotUnderstood("press.old")
    return words, press.number, press.place


# one story


async def pursue(visit: Visit) -> None:
    """关注后续: what comes after this story, at once and in digests; the same again: no longer."""
    await _story(visit, "follow")


async def hush(visit: Visit) -> None:
    """别再提: never this story again; the same again: as before."""
    await _story(visit, "mute")


async def _story(visit: Visit, kind: str) -> None:
    press = visit.press
    seen = await stories.look(visit.room, visit.person_id, press.story)
    if seen is None:
        raise NotUnderstood("card.gone")
    is_on = await follows.toggle(
        visit.room, visit.reader, kind, of_story(seen.story.id), visit.update.update_id
    )
    visit.reader = await readers.known(visit.room, visit.reader.id, None)
    await visit.toast(f"story.{kind}_on" if is_on else f"story.{kind}_off")
    await show_card(visit, seen)
