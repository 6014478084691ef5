"""Links into the bot, `t.me/<bot>?start=…`: kw_<word>, story_<id>, src_<id>. They change nothing."""

from __future__ import annotations

import base64
import binascii
import re

from handlers.card import show_story
from handlers.search import search
from handlers.visit import Visit
from newsbot.flows import follows, readers
from newsbot.messages.buttons import encode
from newsbot.messages.wording import label, say
from newsbot.models.messages import Button, Message


async def follow_link(visit: Visit) -> bool:
    """Answer a link; False where it is none of ours, and /start goes on as usual."""
    kind, _, value = visit.words.partition("_")
    if kind == "story" and re.fullmatch(r"[0-9]{1,18}", value):
        await show_story(visit, int(value))
    elif kind == "src" and re.fullmatch(r"[A-Za-z0-9_-]{1,100}", value):
        await search(visit.told(f"来源:{value}"))
    elif kind == "kw" and value:
        await _offer(visit, word_of(value))
    else:
        return False
    return True


async def _offer(visit: Visit, word: str) -> None:
    """The word, found and ready to be followed."""
    (word,) = follows.checked([word])
    place = await readers.remember_word(visit.room, visit.reader.id, word)
    button = Button(label("button.follow", visit.language, word=word), encode("follow", place))
    await visit.show(Message(text=str(say("link.word", visit.language, word=word)), buttons=((button,),)))
    await search(visit.told(word))


def word_of(value: str) -> str:
    """The word of a link: base64url of UTF-8, or, as a person types it, the word itself."""
    try:
        padded = value.encode("ascii") + b"=" * (-len(value) % 4)
        word = base64.b64decode(padded, altchars=b"-_", validate=True).decode("utf-8")
    except (UnicodeError, binascii.Error):
        return value
    return word if word.isprintable() and word.strip() else value
