"""A small Telegram: its state, and what people do.

It knows no HTTP. Verbs (says, presses, blocks …) are what people do and put updates into the queue;
methods.py is what the bot does. It lives in one event loop; only `wait_for` and `changed` wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playground.base import (
    CALLBACK_SECONDS,
    FIRST_PERSON,
    GROUPS,
    INLINE_SECONDS,
    MOST_DATA,
    MOST_QUERY,
    Call,
    Chat,
    InlineAnswer,
    InlineQuestion,
    Message,
    Person,
    Question,
    origin_of,
    typed,
    without_reply,
)
from playground.groups import Groups
from playground.reactions import EMOJIS
from playground.reading import utf16
from playground.stars import Ledger, Stars

__all__ = [
    "CALLBACK_SECONDS",
    "FIRST_PERSON",
    "INLINE_SECONDS",
    "Call",
    "Chat",
    "InlineAnswer",
    "InlineQuestion",
    "Message",
    "Person",
    "Question",
    "Telegram",
    "origin_of",
    "typed",
    "without_reply",
]


class Telegram(Groups, Stars):
    """People, chats and messages, and what people do in private and everywhere; see Base, too."""

    def __init__(self, bot_id: int = 123456, clock: Callable[[], float] = time.time) -> None:
        super().__init__(bot_id, clock)
        self.ledger = Ledger()

    def says(
        self,
        user_id: int,
        text: str,
        chat_id: int | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """A person writes, perhaps in reply to a message, perhaps in a topic of a forum.

        Raises KeyError for an unknown person, chat, message or topic, ValueError for bad text,
        PermissionError in a closed topic and for who may not post in a channel.
        """
        chat = self._chat_of(user_id, chat_id)
        content = typed(text)
        if reply_to is not None:
            answered = chat.messages[reply_to]
            content["reply_to_message"] = without_reply(answered)
            thread_id = thread_id or answered.get("message_thread_id")
        return self._sent(user_id, chat, content | self._in_topic(user_id, chat, thread_id))

    def sends_location(
        self, user_id: int, latitude: float, longitude: float, chat_id: int | None = None
    ) -> Message:
        """A person shares a place, in degrees.

        Raises KeyError for an unknown person or chat, ValueError for a place that is not on Earth.
        """
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise ValueError("a place has a latitude within 90 degrees and a longitude within 180")
        location = {"latitude": latitude, "longitude": longitude}
        return self._sent(user_id, self._chat_of(user_id, chat_id), {"location": location})

    def sends(self, user_id: int, content: dict[str, Any], chat_id: int | None = None) -> Message:
        """A person sends whatever this is; see `media.py`. Raises KeyError for an unknown person or chat."""
        return self._sent(user_id, self._chat_of(user_id, chat_id), content)

    def edits(self, user_id: int, message_id: int, text: str, chat_id: int | None = None) -> Message:
        """A person corrects what they wrote. Raises KeyError where there is no such message of theirs."""
        chat = self._chat_of(user_id, chat_id)
        message = chat.messages[message_id]
        if chat.author_of(message) != user_id or "via_bot" in message or "text" not in message:
            raise KeyError(message_id)
        changed = {**message, **typed(text), "edit_date": int(self.clock())}
        chat.messages[message_id] = changed
        self._deliver("edited_message", chat, changed)
        self.tell("edit", chat, changed)
        return changed

    def presses(self, user_id: int, chat_id: int, message_id: int, data: str) -> str:
        """A person presses a button under a message; the data may be forged, as a real client could.

        Returns the id of the callback query. Raises KeyError where there is no such message, ValueError for
        more than 64 bytes. Who has blocked the bot may still press what it sent before.
        """
        if not 1 <= len(data.encode()) <= MOST_DATA:  # half a character is a ValueError too
            raise ValueError("callback data have 1 to 64 bytes")
        chat = self._chat_of(user_id, chat_id)
        message = chat.messages[message_id]
        pressed = self._pressed(message)
        query_id = self._new_query(self.callbacks, Question(user_id, self.clock()))
        query = {
            "id": query_id,
            "from": self.person_by_id(user_id).user(),
            "chat_instance": str(chat_id * 31),
            "data": data,
        }
        self.put_update("callback_query", query | pressed)
        return query_id

    def presses_inline(self, user_id: int, inline_message_id: str, data: str) -> str:
        """A person presses a button under a message that was sent via the bot; as `presses`."""
        chat, message = self.inline_place(inline_message_id)
        return self.presses(user_id, chat.id, message["message_id"], data)

    def inline(self, user_id: int, query: str, offset: str = "", chat_id: int | None = None) -> str:
        """A person types @bot and words in a chat (None: that with the bot); returns the query's id.

        Raises KeyError where they are not in that chat, ValueError for more than 256 characters.
        """
        offset.encode()
        query.encode()  # half a character is an UnicodeEncodeError, which is a ValueError
        if utf16(query) > MOST_QUERY:
            raise ValueError("an inline query has at most 256 characters")
        question = InlineQuestion(user_id, self.clock(), query=query, offset=offset)
        if chat_id not in (None, user_id):
            question.chat_type = self._chat_of(user_id, chat_id).kind
        query_id = self._new_query(self.inline_queries, question)
        update = {"query": query, "offset": offset, "chat_type": question.chat_type}
        person = self.person_by_id(user_id).user()
        self.put_update("inline_query", {"id": query_id, "from": person, **update})
        return query_id

    def chooses(self, user_id: int, chat_id: int, query_id: str, result_id: str) -> Message:
        """A person sends a result of an inline query into a chat: a message of theirs, via the bot.

        Where it has buttons, what is returned (and nothing else) has the message's inline_message_id.
        Raises KeyError where there is no such chat, or no such result with a text for this person.
        """
        chat = self._chat_of(user_id, chat_id)
        question, answer = self.inline_queries[query_id], self.inline_answers[query_id]
        content = answer.messages[result_id]
        if "text" not in content or (answer.is_personal and question.user_id != user_id):
            raise KeyError(result_id)
        person = self.person_by_id(user_id).user()
        self._check_may_post(chat, user_id)
        message = self.new_message(chat, person, {"via_bot": self.bot, **content})
        name = self._name_inline(message)
        self._deliver("message", chat, message)
        if self.inline_feedback:
            chosen = {"result_id": result_id, "from": person, "query": question.query}
            self.put_update("chosen_inline_result", chosen | name)
        self.tell("message", chat, message)
        return message | name

    def reacts(
        self, user_id: int, chat_id: int, message_id: int, emoji: str | None, anonymous: bool = False
    ) -> None:
        """A person sets a reaction in place of their earlier one, or with None takes it away.

        `anonymous`: as a group's administrator whose name is hidden. The bot hears of it where it asked for
        that and is an administrator, or alone with the person; of a channel it hears only the counts.
        Raises KeyError for an unknown person, chat or message, ValueError for an emoji that is no reaction
        and for an anonymous one outside of groups.
        """
        chat = self._chat_of(user_id, chat_id)
        person, message = self.person_by_id(user_id), chat.messages[message_id]
        if emoji is not None and emoji not in EMOJIS:
            raise ValueError("Telegram has no such reaction")
        if anonymous and chat.kind not in GROUPS:
            raise ValueError("only in groups administrators are anonymous")
        actor = chat.id if anonymous else person.id
        before = chat.reactions.get(message_id, {}).get(actor)
        if before == emoji:
            return
        self.set_reaction(chat, message_id, actor, emoji)
        who = {"actor_chat": chat.brief()} if anonymous else {"user": person.user()}
        self._deliver_reaction(chat, message, who, (before, emoji))

    def blocks(self, user_id: int) -> None:
        """A person blocks the bot: it hears of it once, and every message is refused."""
        self._membership(user_id, blocked=True)

    def unblocks(self, user_id: int) -> None:
        """A person lets the bot in again."""
        self._membership(user_id, blocked=False)

    def deletes(self, user_id: int, message_id: int, chat_id: int | None = None) -> None:
        """A person deletes a message; the bot does not hear of it.

        Raises KeyError, PermissionError for who may not: in groups and channels others' are administrators'.
        """
        chat = self._chat_of(user_id, chat_id)
        own = chat.author_of(chat.messages[message_id]) == user_id
        if not (own or chat.kind == "private" or self.is_in_charge(chat, user_id)):
            raise PermissionError("only administrators delete what others wrote")
        self.remove(chat, message_id)
