"""/follow, /unfollow, /keywords: the words that a digest is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.card import NOTHING
from handlers.visit import Visit
from newsbot.flows import readers

PIECES = re.compile(r'["“「]([^"”」]+)["”」]|([^\s,，、;；]+)')


async def follow(visit: Visit) -> None:
    """/follow 词 …"""
    if not visit.words:
        await visit.ask("follow", "follow.ask")
        return
    new = await readers.follow(visit.room, visit.reader, split(visit.words))
    await (visit.say("follow.done", words=_joined(new)) if new else visit.say("follow.already"))


async def unfollow(visit: Visit) -> None:
    """/unfollow 词 …"""
    if not visit.words:
        await visit.ask("unfollow", "unfollow.ask")
        return
    old = await readers.unfollow(visit.room, visit.reader, split(visit.words))
    await (visit.say("unfollow.done", words=_joined(old)) if old else visit.say("unfollow.unknown"))


async def keywords(visit: Visit) -> None:
    """/keywords"""
    follows = visit.reader.follows
    await (visit.say("keywords.list", words=_joined(follows)) if follows else visit.say("keywords.none"))


async def follow_offered(visit: Visit) -> None:
    """🔔 under a link or an answer: follow its word."""
    word = await readers.remembered_word(visit.room, visit.reader.id, (visit.press or NOTHING).place)
    if word is None:
        await visit.toast("press.old")
        return
    new = await readers.follow(visit.room, visit.reader, [word])
    await (visit.toast("follow.done", words=word) if new else visit.toast("follow.already"))


def split(words: str) -> list[str]:
    """The single words: between spaces and commas of both widths; what is quoted stays together."""
    return [quoted or plain for quoted, plain in PIECES.findall(words)]


def _joined(words: Sequence[str]) -> str:
    return "、".join(words)
