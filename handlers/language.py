"""/language: the bot's words."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import readers
from newsbot.messages.buttons import encode
from newsbot.messages.wording import LANGUAGES, NAMES, say
from newsbot.models.messages import Button, Message

TYPED = {"zh": "zh", "中文": "zh", "汉语": "zh", "chinese": "zh", "en": "en", "英文": "en", "english": "en"}


async def language(visit: Visit) -> None:
    """/language en; without a word two buttons."""
    if not visit.words:
        row = tuple(Button(NAMES[code], encode("language", value=code)) for code in LANGUAGES)
        await visit.show(Message(text=str(say("language.ask", visit.language)), buttons=(row,)))
        return
    typed = visit.words.lower()
    wanted = TYPED.get(typed) or TYPED.get(typed.replace("_", "-").partition("-")[0])
    if wanted is None:
        raise NotUnderstood("language.unknown")
    visit.reader = await readers.speak(visit.room, visit.reader, wanted)
    await visit.say("language.done")


async def language_chosen(visit: Visit) -> None:
    """One of the two buttons."""
    wanted = visit.press.value
    if wanted not in LANGUAGES:
        raise NotUnderstood("press.old")
    visit.reader = await readers.speak(visit.room, visit.reader, wanted)
    await visit.edit(Message(text=str(say("language.done", wanted))))
    await visit.toast()
