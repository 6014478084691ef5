"""One thing that a person did in a chat, with what a handler needs to answer it.

A handler reads the visit, calls one flow and says the result. `say` and `show` answer with a message; where
the person pressed a button `edit` puts another message in the place of that one, and `toast` answers the
press itself, which every press needs once.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog
from markupsafe import Markup
from telegram import Message as Said
from telegram import Update

from newsbot.errors import NoAnswer, ShutOut
from newsbot.flows import chats, holds, readers, staff
from newsbot.flows.story import Presser
from newsbot.messages.buttons import Press, decode
from newsbot.messages.markup import unformatted
from newsbot.messages.wording import label, say
from newsbot.models.deliveries import BadMessage, Blocked, Gone, MovedTo, Outcome, Sent, TryLater, Unknown
from newsbot.models.messages import Message
from newsbot.models.readers import Reader
from newsbot.models.staff import Right, Role, may
from newsbot.newsroom import Newsroom

PAUSES = (1.0, 5.0)  # seconds
LONGEST_PAUSE = 10.0  # what takes longer waits in the inbox, where it keeps nobody's place
NOTHING = Press(verb="")
log = structlog.get_logger()


@dataclass(slots=True)
class Visit:
    """What one person did.

    :ivar reader: the chat and what it wants; of somebody never seen, what a reader begins with
    :ivar person_id: who did it: votes are a person's, words and hours are a chat's
    :ivar words: what stands behind a command, or the whole of a plain text
    :ivar press: of a pressed button, what it carries; empty where it is none of ours
    :ivar role: of somebody of the staff
    :ivar asks: a question is open, and the next message of ours is it
    """

    room: Newsroom
    update: Update
    reader: Reader
    person_id: int
    words: str = ""
    press: Press = NOTHING
    answered: bool = False
    role: Role | None = None
    asks: bool = False

    @property
    def language(self) -> str:
        return self.reader.language

    def may(self, right: Right) -> bool:
        """Whether to show it; every action asks again."""
        return may(self.role, right)

    @property
    def is_foreign(self) -> bool:
        """A message that somebody else wrote: forwarded, or made through another bot."""
        message = self.update.effective_message
        if message is None or self.update.callback_query is not None:
            return False
        return message.forward_origin is not None or message.via_bot is not None

    @property
    def is_private(self) -> bool:
        return self.reader.is_person

    async def decides(self) -> bool:
        """Whether they may set what this chat gets: their own, or one that they administer.

        :raises NotUnderstood: nobody can tell just now
        """
        if self.is_private:
            return True
        if self.is_foreign:
            return False
        return await chats.administers(self.room, self.reader.id, self.person_id)

    @property
    def thread_id(self) -> int | None:
        """The topic of a forum where it was said, or where the button stands."""
        asked = self.update.effective_message
        return asked.message_thread_id if isinstance(asked, Said) and asked.is_topic_message else None

    @property
    def is_shared(self) -> bool:
        """Pressed under a card that somebody sent through the bot, in a chat that nobody tells us."""
        query = self.update.callback_query
        return query is not None and query.inline_message_id is not None

    @property
    def message_id(self) -> int | None:
        """The message whose button was pressed; None where Telegram does not say which."""
        query = self.update.callback_query
        return query.message.message_id if query is not None and query.message is not None else None

    @property
    def presser(self) -> Presser:
        """Who did it, as votes know them."""
        return Presser(self.person_id, self.reader.id, self.update.update_id)

    async def say(self, key: str, /, **values: object) -> Outcome:
        """Answer with a sentence."""
        return await self.show(self.sentence(key, **values))

    def sentence(self, key: str, /, **values: object) -> Message:
        """A sentence in the reader's language."""
        return Message(text=str(say(key, self.language, **values)))

    async def show(self, message: Message) -> Outcome:
        """Answer with a message, in the topic where it was asked; among several people as a reply."""
        asked = self.update.effective_message
        message = replace(message, thread_id=self.thread_id)
        if asked is not None and not self.is_private and self.update.callback_query is None:
            message = replace(message, reply_to=asked.message_id)
        return await self._persists(message, lambda said: self.room.telegram.send(self.reader.id, said))

    async def change(self, message_id: int, message: Message) -> Outcome:
        """Put a message in the place of one of ours; where that is gone, below everything else."""
        place = self.reader.id, message_id
        if (overtaken := self.room.edits.pop(place, None)) is not None:
            overtaken.cancel()
        if self.answered and self.room.telegram.rests(self.reader.id):
            later = asyncio.create_task(self._change_later(message_id, message))
            self.room.edits[place] = later
            later.add_done_callback(lambda done: self._changed(place, done))
            return Sent(message_id)
        outcome = await self._persists(
            message, lambda said: self.room.telegram.edit(self.reader.id, message_id, said, self.answered)
        )
        return await self.show(message) if isinstance(outcome, Gone) else outcome

    async def _change_later(self, message_id: int, message: Message) -> None:
        """Who was answered and presses on is not kept waiting: only the last of these changes is made."""
        await asyncio.sleep(self.room.telegram.rests(self.reader.id))
        await self.room.telegram.edit(self.reader.id, message_id, message, waits=True)

    def _changed(self, place: tuple[int, int], done: asyncio.Task[None]) -> None:
        if self.room.edits.get(place) is done:
            del self.room.edits[place]
        if not done.cancelled() and (error := done.exception()) is not None:
            log.warning("not changed", reader=self.room.alias(place[0]), why=str(error))

    async def _persists(self, message: Message, attempt: Callable[[Message], Awaitable[Outcome]]) -> Outcome:
        """Try again what did not arrive, or may not have: an answer is rather repeated than lost.

        :raises NoAnswer: Telegram is not reached; the update stays in the inbox
        """
        outcome = await attempt(message)
        for pause in PAUSES:
            if isinstance(outcome, TryLater | Unknown):
                await self._waits(outcome, pause)
            elif isinstance(outcome, MovedTo):
                await readers.moved(self.room, self.reader.id, outcome.chat_id)
                self.reader = replace(self.reader, id=outcome.chat_id)
            elif isinstance(outcome, BadMessage) and outcome.plain and message.is_html:
                message = unformatted(message)
            else:
                break
            outcome = await attempt(message)
        return await self._answered(outcome)

    async def _waits(self, outcome: TryLater | Unknown, pause: float) -> None:
        if isinstance(outcome, TryLater) and outcome.limited:
            await holds.refused(self.room)
            pause = max(pause, outcome.seconds)
        if pause > LONGEST_PAUSE:
            raise NoAnswer(outcome.reason, pause)
        await asyncio.sleep(pause)

    async def _answered(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Sent) and self.asks and not self.is_private:
            await readers.asked_with(self.room, self.reader.id, outcome.message_id)
        if isinstance(outcome, Sent | Gone):
            return outcome
        why = getattr(outcome, "reason", "") or type(outcome).__name__
        log.warning("not answered", reader=self.room.alias(self.reader.id), why=why)
        if isinstance(outcome, TryLater | Unknown):
            raise NoAnswer(why, perhaps=isinstance(outcome, Unknown))
        if isinstance(outcome, Blocked):
            await readers.reachable(self.room, self.reader.id, False)
        return outcome

    async def edit(self, message: Message) -> Outcome:
        """Put a message in the place of the one whose button was pressed."""
        query = self.update.callback_query
        if query is not None and query.inline_message_id is not None:
            return await self._shared(query.inline_message_id, message)
        if query is None or query.message is None:
            return await self.show(message)
        return await self.change(query.message.message_id, message)

    async def _shared(self, inline_message_id: str, message: Message) -> Outcome:
        return await self._persists(
            message, lambda said: self.room.telegram.edit_shared(inline_message_id, said)
        )

    async def toast(self, key: str = "", /, **values: object) -> None:
        """Answer the press; without a key only the waiting ends."""
        query = self.update.callback_query
        if query is not None and not self.answered:
            self.answered = True
            await self.room.telegram.toast(query.id, label(key, self.language, **values) if key else "")

    async def complain(self, key: str, /, **values: object) -> None:
        """Say what is wrong, where the person looks: at the button, or below what was typed."""
        if self.update.callback_query is None:
            await self.say(key, **values)
        else:
            await self.toast(key, **values)

    async def ask(self, about: str, key: str, /, payload: str = "", **values: object) -> None:
        """Ask something: the next plain text in this chat answers it.

        :param payload: what the answer is to be done to
        """
        await self.wonder(about, payload)
        # Telegram lets nobody be asked in a channel: there a reply answers all the same
        text, hint = say(key, self.language, **values), None
        if self.reader.is_channel:
            text = Markup("{}\n{}").format(text, say("ask.reply", self.language))
        else:
            hint = label(f"{about}.hint", self.language)
        await self.show(Message(text=str(text), asks=hint))

    async def wonder(self, about: str, payload: str = "") -> None:
        """A question is open, which the next message of ours is."""
        await readers.ask(self.room, self.reader.id, about, payload)
        self.asks = True

    async def remove(self) -> None:
        """Delete the message whose button was pressed."""
        if self.message_id is not None:
            await self.room.telegram.delete(self.reader.id, self.message_id)

    async def close(self) -> None:
        """Whatever was asked is not asked any more."""
        await readers.answered(self.room, self.reader.id, self.update.update_id)

    def told(self, words: str) -> Visit:
        """The same visit as if these words stood behind a command."""
        return replace(self, words=words)


async def visit(room: Newsroom, update: Update, of_all: bool = False) -> Visit | None:
    """The visit behind an update; None where nobody is there to be answered.

    :param of_all: also of somebody who was shut out
    :raises ShutOut: nothing is done for this person
    """
    chat, person, person_id = update.effective_chat, update.effective_user, _who(update)
    if person_id is None:
        return None
    kind = "private" if chat is None or chat.id > 0 else "channel" if chat.type == chat.CHANNEL else "group"
    code = person.language_code if person is not None else None
    reader = await readers.known(room, chat.id if chat else person_id, code, kind)
    standing = await staff.standing(room, person_id)
    if standing.is_out and not of_all:
        raise ShutOut(person_id)
    await readers.here(room, reader)
    query = update.callback_query
    return Visit(
        room=room,
        update=update,
        reader=reader,
        person_id=person_id,
        words=_words(update),
        press=decode((query.data if query else "") or "") or NOTHING,
        role=standing.role,
    )


def _who(update: Update) -> int | None:
    """The person; of who writes in the name of a group or a channel that one's id.

    None of another bot, and of what a group takes over from its channel by itself.
    """
    message = update.effective_message if update.callback_query is None else None
    if message is not None and message.sender_chat is not None:
        return None if message.is_automatic_forward else message.sender_chat.id
    person = update.effective_user
    return None if person is None or person.is_bot else person.id


def _words(update: Update) -> str:
    """What was typed, without the command before it."""
    message = update.effective_message
    text = (message.text or "") if message is not None and update.callback_query is None else ""
    return re.sub(r"^/\S+\s*", "", text).strip()
