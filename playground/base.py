"""The state of a small Telegram: people, chats, messages, the queue of updates, and who hears of what.

What people do with it is in telegram.py, groups.py and stars.py, what the bot does in methods.py.
"""

from __future__ import annotations

import asyncio
import struct
import time
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, NamedTuple, TypeVar

from playground.entities import formatted, is_empty
from playground.members import administrator, creator, kicked, left, member, restricted
from playground.reactions import reaction_counts, reaction_types, shown_reactions
from playground.reading import utf16
from playground.schema import Upload
from playground.trace import Trace

Message = dict[str, Any]
T = TypeVar("T")

MOST_CALLS = 200_000
MOST_TEXT = 4096
MOST_QUERY = 256
MOST_DATA = 64  # bytes
MOST_FILES = 100
CALLBACK_SECONDS = 60
INLINE_SECONDS = 60
FIRST_PERSON = 5_000_000_101
FIRST_PAIR = 9_000_000_000_001  # the bot never gets to see these
FIRST_GROUP = -4_000_000_001
FIRST_SUPERGROUP = -1_002_000_000_001
GROUPS = ("group", "supergroup")
HIDDEN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
SERVICE = (
    "new_chat_members",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "successful_payment",
    "refunded_payment",
)
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True)
class Person:
    """Somebody with a Telegram client."""

    id: int
    key: str
    name: str
    language_code: str

    def user(self) -> dict[str, Any]:
        """This person as a User of the Bot API."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language_code,
        }


@dataclass
class Topic:
    """One topic of a forum; its id is that of the service message that opened it."""

    name: str
    icon_color: int
    closed: bool = False


@dataclass
class Chat:
    """A chat and what stands in it; `messages` holds what has not been deleted, oldest first.

    `raw` is the text as it was sent, `prompts` a question or keyboard for the text field (force_reply …).
    `with_bot`: the bot is in it now; `known`: it has been in it at some time; `thrown_out`: it was, and did
    not leave by itself; `muted`: it may not write. `admins` are people besides the `owner`.
    `posters` has for each message of a channel whose it is, which nobody else is told.
    `moved_to`: the id of the supergroup that this group has become.
    `reactions` has for a message's id who set what: their id, for anonymous ones the chat's, and the emoji.
    """

    id: int
    kind: str
    title: str
    members: set[int] = field(default_factory=set)
    with_bot: bool = True
    bot_is_admin: bool = False
    known: bool = True
    thrown_out: bool = False
    muted: bool = False
    owner: int | None = None
    admins: set[int] = field(default_factory=set)
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    moved_to: int | None = None
    blocked: bool = False
    last_message_id: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    raw: dict[int, str] = field(default_factory=dict)
    prompts: dict[int, dict[str, Any]] = field(default_factory=dict)
    reactions: dict[int, dict[int, str]] = field(default_factory=dict)
    posters: dict[int, int] = field(default_factory=dict)
    menu_button: dict[str, Any] | None = None

    def brief(self) -> dict[str, Any]:
        """This chat as a Chat of the Bot API."""
        name = "first_name" if self.kind == "private" else "title"
        brief = {"id": self.id, "type": self.kind, name: self.title}
        return brief | ({"is_forum": True} if self.is_forum else {})

    def author_of(self, message: Message) -> int:
        """The id of who wrote this message; of a post in a channel too."""
        number: int = message["message_id"]
        return self.posters[number] if number in self.posters else int(message["from"]["id"])


@dataclass
class Question:
    """A callback or inline query that waits for its answer."""

    user_id: int
    asked: float
    answered: bool = False


@dataclass
class InlineQuestion(Question):
    """The words behind @bot, the offset of the page of results that is wanted, the kind of the chat."""

    query: str = ""
    offset: str = ""
    chat_type: str = "sender"


@dataclass(frozen=True)
class InlineAnswer:
    """What the bot answered to an inline query.

    `results` as sent; `messages` has for each result's id the content of its message; `until`, in seconds
    since 1970, Telegram gives this answer to the same query without asking the bot.
    """

    results: list[dict[str, Any]]
    messages: dict[str, dict[str, Any]]
    next_offset: str
    cache_time: int
    is_personal: bool
    button: dict[str, Any] | None
    until: float


class Call(NamedTuple):
    """One call of the bot: the method, its checked parameters, the JSON answer."""

    method: str
    params: dict[str, Any]
    response: dict[str, Any]


class Base:
    """People, chats and messages. `clock` gives seconds since 1970 and may be replaced.

    `inline_feedback` is BotFather's switch for chosen_inline_result, `privacy` that for groups: with it the
    bot hears there only what is meant for it, unless it is an administrator.
    """

    def __init__(self, bot_id: int = 123456, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.bot: dict[str, Any] = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "Playground",
            "username": "playground_bot",
        }
        self.people: list[Person] = []
        self.chats: dict[int, Chat] = {}
        self.updates: deque[dict[str, Any]] = deque()
        self.allowed_updates: list[str] = []
        self.webhook: dict[str, Any] = {}
        self.callbacks: dict[str, Question] = {}
        self.inline_queries: dict[str, InlineQuestion] = {}
        self.inline_answers: dict[str, InlineAnswer] = {}
        self.inline_messages: dict[str, tuple[int, int]] = {}  # inline_message_id -> chat's id, message's
        self.inline_feedback = False
        self.privacy = True
        self.toasts: dict[str, dict[str, Any]] = {}
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.files: dict[str, Upload] = {}
        self.photos: dict[str, list[dict[str, Any]]] = {}  # file_id -> all sizes of that photo
        self.calls: list[Call] = []
        self.trace = Trace()
        self.run = token_hex(8)  # a page that sees another one begins anew
        self.listeners: list[Callable[[dict[str, Any]], None]] = []
        self._next_update = 700_000_001
        self._next_query = 4_400_000_000_000_001
        self._waiting: list[asyncio.Future[None]] = []
        for key, name, code in (
            ("zh", "读者", "zh-hans"),
            ("en", "Reader", "en"),
            ("admin", "管理员", "zh-hans"),
        ):
            self.add_person(key, name, code)

    # Who and where

    def add_person(
        self, key: str, name: str, language_code: str = "zh-hans", started: bool = False
    ) -> Person:
        """One more person; `started` opens the chat with the bot, as after an earlier /start."""
        person = Person(FIRST_PERSON + len(self.people), key, name, language_code)
        self.people.append(person)
        if started:
            self.opens(person.id)
        return person

    def person(self, key: str) -> Person:
        """The person with this key ("zh", "en", "admin" …). Raises KeyError."""
        for person in self.people:
            if person.key == key:
                return person
        raise KeyError(key)

    def person_by_id(self, user_id: int) -> Person:
        """Raises KeyError."""
        place = user_id - FIRST_PERSON  # ids are given in order
        if 0 <= place < len(self.people):
            return self.people[place]
        raise KeyError(user_id)

    def opens(self, user_id: int) -> Chat:
        """The private chat of a person with the bot, made at its first use."""
        chat = self.chats.get(user_id)
        if chat is None:
            person = self.person_by_id(user_id)
            chat = Chat(user_id, "private", person.name, {user_id})
            self.chats[user_id] = chat
        return chat

    def meets(self, user_id: int, other_id: int) -> Chat:
        """The private chat of two people, without the bot, made at its first use. Raises KeyError."""
        one, other = self.person_by_id(user_id), self.person_by_id(other_id)
        if one is other:
            raise KeyError(other_id)
        pair = {one.id, other.id}
        for chat in self.chats.values():
            if chat.kind == "private" and chat.members == pair:
                return chat
        chat_id = FIRST_PAIR + len(self.chats)
        title = f"{one.name}, {other.name}"
        self.chats[chat_id] = Chat(chat_id, "private", title, pair, with_bot=False, known=False)
        return self.chats[chat_id]

    def add_group(
        self,
        title: str,
        members: list[int],
        kind: str = "supergroup",
        with_bot: bool = True,
        bot_is_admin: bool = False,
        owner: int | None = None,
        admins: Iterable[int] = (),
        is_forum: bool = False,
    ) -> Chat:
        """A group, supergroup or channel with these people in it, and the bot unless told otherwise.

        In a channel a bot is always an administrator. Only a supergroup can be a forum: ValueError.
        """
        if is_forum and kind != "supergroup":
            raise ValueError("only a supergroup can have topics")
        first = FIRST_GROUP if kind == "group" else FIRST_SUPERGROUP
        chat = Chat(first - len(self.chats), kind, title, set(members), with_bot=with_bot, known=with_bot)
        chat.bot_is_admin = with_bot and (bot_is_admin or kind == "channel")
        chat.owner, chat.admins, chat.is_forum = owner, set(admins), is_forum
        chat.members |= chat.admins | ({owner} if owner is not None else set())
        chat.last_message_id = int(is_forum)  # 1 is the topic that every forum has, and no message
        self.chats[chat.id] = chat
        return chat

    # What can be seen

    def messages(self, chat_id: int) -> list[Message]:
        """What stands in a chat now, oldest first, each with "html", the text as it was sent."""
        chat = self.chats.get(chat_id)
        if chat is None:
            return []
        return [_with_html(chat, message) for message in chat.messages.values()]

    def inline_answer(self, query_id: str) -> InlineAnswer | None:
        """What the bot answered to an inline query, None so far."""
        return self.inline_answers.get(query_id)

    def inline_kept(
        self, user_id: int, query: str, offset: str = "", chat_type: str = "sender"
    ) -> str | None:
        """The id of an earlier query whose answer Telegram still gives to this one, newest first."""
        for query_id, answer in reversed(self.inline_answers.items()):
            earlier = self.inline_queries[query_id]
            same = (earlier.query, earlier.offset, earlier.chat_type) == (query, offset, chat_type)
            theirs = earlier.user_id == user_id or not answer.is_personal
            if same and theirs and self.clock() < answer.until:
                return query_id
        return None

    def inline_message(self, inline_message_id: str) -> Message:
        """A message sent via the bot as it is now, with "html". Raises KeyError where it is gone."""
        return _with_html(*self.inline_place(inline_message_id))

    def seen(self, chat: Chat, message: Message) -> Message:
        """A message as a person's client has it, with what the bot is not told of.

        That is a question or a keyboard for the text field, "reactions" [{emoji, by}], ids of who set it, and
        "topic", the name of the topic it stands in.
        """
        number = message["message_id"]
        shown = dict(message)
        if number in chat.prompts:
            shown["reply_markup"] = chat.prompts[number]
        if message.get("message_thread_id") in chat.topics:
            shown["topic"] = chat.topics[message["message_thread_id"]].name
        if chat.reactions.get(number):
            shown["reactions"] = shown_reactions(chat.reactions[number])
        return shown

    def commands_for(self, user_id: int, chat_id: int | None = None) -> list[dict[str, Any]]:
        """The commands that a person's menu shows in a chat (None: that with the bot).

        The narrowest scope first, in it their language, then any (Bot API, "Determining list of commands").
        """
        language = self.person_by_id(user_id).language_code.split("-")[0]
        for scope in self._scopes(user_id, self.chats.get(chat_id or user_id)):
            for code in (language, ""):
                if (scope, code) in self.commands:
                    return self.commands[scope, code]
        return []

    def _scopes(self, user_id: int, chat: Chat | None) -> list[str]:
        if chat is None or chat.kind == "private":
            return [f"chat {user_id}", "all_private_chats", "default"]
        decides = self.is_in_charge(chat, user_id)
        in_chat = [f"chat_member {chat.id} {user_id}", decides and f"chat_administrators {chat.id}"]
        anywhere = [f"chat {chat.id}", decides and "all_chat_administrators", "all_group_chats", "default"]
        return [one for one in (*in_chat, *anywhere) if one]

    async def changed(self) -> None:
        """Returns at the next change of anything."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """What the predicate returns as soon as it is true. Raises TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not (value := predicate()):
                await self.changed()
        return value

    # What the bot's methods need

    def inline_place(self, inline_message_id: str) -> tuple[Chat, Message]:
        """The chat and the message behind an inline_message_id. Raises KeyError."""
        chat_id, message_id = self.inline_messages[inline_message_id]
        chat = self.chats[chat_id]
        return chat, chat.messages[message_id]

    def bot_member(self, chat: Chat) -> dict[str, Any]:
        """The bot as a ChatMember of a chat that it is in or has left."""
        if not chat.with_bot:
            return kicked(self.bot) if chat.thrown_out else left(self.bot)
        if chat.bot_is_admin:
            return administrator(self.bot, chat.kind, may_post=not chat.muted)
        return restricted(self.bot) if chat.muted else member(self.bot)

    def chat_member(self, chat: Chat, user_id: int) -> dict[str, Any]:
        """A person as a ChatMember. Raises KeyError for an unknown one."""
        user = self.person_by_id(user_id).user()
        if user_id not in chat.members:
            return left(user)
        if user_id == chat.owner:
            return creator(user)
        return administrator(user, chat.kind) if user_id in chat.admins else member(user)

    def is_in_charge(self, chat: Chat, user_id: int) -> bool:
        """Whether somebody is the owner or an administrator of a chat."""
        return user_id == chat.owner or user_id in chat.admins

    def take_bot_out(self, chat: Chat, thrown_out: bool = False) -> None:
        """The bot is not in this chat any more."""
        chat.with_bot = chat.bot_is_admin = chat.muted = False
        chat.thrown_out = thrown_out
        self.wake()

    def set_reaction(self, chat: Chat, message_id: int, actor: int, emoji: str | None) -> None:
        """Keep what somebody has set under a message, None for nothing, and show it."""
        reactions = chat.reactions.setdefault(message_id, {})
        reactions.pop(actor, None)
        if emoji is not None:
            reactions[actor] = emoji
        self.tell("reaction", chat, {"message_id": message_id, "reactions": shown_reactions(reactions)})

    def new_message(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        """Write a message into a chat; what `content` has of "html" and "prompt" is kept beside it."""
        chat.last_message_id += 1
        content = dict(content)
        raw, prompt = content.pop("html", ""), content.pop("prompt", None)
        if chat.kind == "channel":  # whoever posts, it is the channel that speaks
            chat.posters[chat.last_message_id] = sender["id"]
            said_by = {"sender_chat": chat.brief()}
        else:
            said_by = {"from": sender}
        message = {
            "message_id": chat.last_message_id,
            **said_by,
            "chat": chat.brief(),
            "date": int(self.clock()),
            **content,
        }
        chat.messages[chat.last_message_id] = message
        chat.raw[chat.last_message_id] = raw
        if prompt:
            chat.prompts[chat.last_message_id] = prompt
        return message

    def remove(self, chat: Chat, message_id: int) -> None:
        """Take a message out of a chat. Raises KeyError."""
        message = chat.messages.pop(message_id)
        chat.raw.pop(message_id, None)
        chat.prompts.pop(message_id, None)
        chat.reactions.pop(message_id, None)
        chat.posters.pop(message_id, None)
        self.tell("delete", chat, message)

    def keep_file(self, file_id: str, file: Upload) -> None:
        """Keep a file for people to open; of very many only the newest."""
        self.files[file_id] = file
        if len(self.files) > MOST_FILES:
            del self.files[next(iter(self.files))]

    def file(self, file_id: str) -> Upload | None:
        """A file that is kept; of a photo's smaller sizes, which nobody draws here, the whole."""
        sizes = self.photos.get(file_id)
        return self.files.get(sizes[-1]["file_id"] if sizes else file_id)

    def put_update(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update unless the bot did not ask for its kind, and wake who waits for it."""
        wanted = kind in self.allowed_updates if self.allowed_updates else kind not in NOT_BY_DEFAULT
        if wanted:
            self.updates.append({"update_id": self._next_update, kind: payload})
            self.trace.add("update", kind, self.clock(), self.updates[-1])
            self._next_update += 1
        self.wake()

    def confirm_updates(self, before: int) -> None:
        """Forget updates with ids below this one; a negative number keeps only that many of the last."""
        if before < 0:
            before = self.updates[max(before, -len(self.updates))]["update_id"] if self.updates else 0
        while self.updates and self.updates[0]["update_id"] < before:
            self.updates.popleft()

    def record(self, call: Call) -> None:
        """Keep a call for who looks at them later; the oldest half goes when there are very many."""
        if len(self.calls) >= MOST_CALLS:
            del self.calls[: MOST_CALLS // 2]
        self.calls.append(call)
        self.wake()

    def tell(self, kind: str, chat: Chat | None, message: Any) -> None:
        """Tell the listeners (open pages) about a change, and wake who waits."""
        if chat and kind in ("message", "edit"):
            message = self.seen(chat, message)
        event = {"type": kind, "chat": chat.id if chat else None, "message": message}
        for listener in tuple(self.listeners):
            listener(event)
        self.wake()

    def wake(self) -> None:
        """Let everybody look again who waits for a change."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def _chat_of(self, user_id: int, chat_id: int | None) -> Chat:
        if chat_id is None or chat_id == user_id:
            return self.opens(user_id)
        chat = self.chats[chat_id]
        if user_id not in chat.members or chat.moved_to is not None:
            raise KeyError(chat_id)
        return chat

    def _check_may_post(self, chat: Chat, user_id: int) -> None:
        if chat.kind == "channel" and not self.is_in_charge(chat, user_id):
            raise PermissionError("only administrators post in a channel")

    def _check_not_blocked(self, chat: Chat) -> None:
        if chat.blocked:
            raise PermissionError("the bot is blocked: let it in again first")

    def _sent(self, user_id: int, chat: Chat, content: dict[str, Any]) -> Message:
        """A person's new message, which the bot and the pages hear of.

        PermissionError for who may not post in a channel, or has blocked the bot.
        """
        self._check_may_post(chat, user_id)
        self._check_not_blocked(chat)
        return self._written(chat, self.person_by_id(user_id).user(), content)

    def _written(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        message = self.new_message(chat, sender, content)
        self._deliver("message", chat, message)
        self.tell("message", chat, message)
        return message

    def _deliver(self, kind: str, chat: Chat, message: Message) -> None:
        """Tell the bot of a message, if it is in that chat and may hear it; a channel's is a post."""
        if chat.with_bot and self._hears(chat, message):
            said = "channel_post" if chat.kind == "channel" else "message"
            self.put_update(kind.replace("message", said), message)

    def _hears(self, chat: Chat, message: Message) -> bool:
        """Whether the bot gets this message: in a group with privacy only what is meant for it."""
        if chat.kind not in GROUPS or chat.bot_is_admin or not self.privacy:
            return True
        if "via_bot" in message or any(name in message for name in SERVICE):
            return True
        answered = message.get("reply_to_message", {})
        return bool(answered.get("from", {}).get("id") == self.bot["id"] or self._is_command(message))

    def _is_command(self, message: Message) -> bool:
        """Whether a message begins with a command that is not for another bot."""
        entities: list[dict[str, Any]] = message.get("entities") or message.get("caption_entities", [])
        words: str = message.get("text") or message.get("caption", "")
        for entity in entities:
            if entity["type"] == "bot_command" and entity["offset"] == 0:
                name = words[: entity["length"]].partition("@")[2].lower()
                return name in ("", self.bot["username"].lower())
        return False

    def _deliver_reaction(
        self, chat: Chat, message: Message, who: dict[str, Any], change: tuple[str | None, str | None]
    ) -> None:
        """Tell the bot what somebody has set instead of what, if it may know."""
        if not chat.with_bot or not (chat.kind == "private" or chat.bot_is_admin):
            return
        told = {"chat": chat.brief(), "message_id": message["message_id"], "date": int(self.clock())}
        if chat.kind == "channel":
            counts = reaction_counts(chat.reactions[message["message_id"]].values())
            self.put_update("message_reaction_count", {**told, "reactions": counts})
            return
        old, new = (reaction_types(emoji) for emoji in change)
        self.put_update("message_reaction", {**told, **who, "old_reaction": old, "new_reaction": new})

    def _new_query(self, questions: dict[str, T], question: T) -> str:
        query_id = str(self._next_query)
        self._next_query += 1
        questions[query_id] = question
        return query_id

    def _pressed(self, message: Message) -> dict[str, Any]:
        """What a callback query says of its message: all of it, or of one via the bot only a name."""
        if "via_bot" not in message:
            return {"message": message}
        name = _inline_message_id(message)
        if name not in self.inline_messages:
            raise KeyError(message["message_id"])  # it never had a button
        return {"inline_message_id": name}

    def _name_inline(self, message: Message) -> dict[str, Any]:
        """As on Telegram only a message with buttons gets an inline_message_id."""
        if "reply_markup" not in message:
            return {}
        name = _inline_message_id(message)
        self.inline_messages[name] = (message["chat"]["id"], message["message_id"])
        return {"inline_message_id": name}

    def _membership(self, user_id: int, blocked: bool) -> None:
        chat = self.opens(user_id)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        inside, outside = self.bot_member(chat), kicked(self.bot)
        before, after = (inside, outside) if blocked else (outside, inside)
        self._deliver_membership(self.person_by_id(user_id).user(), chat, before, after)

    def _deliver_membership(
        self, by: dict[str, Any], chat: Chat, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Tell the bot what somebody made of it in a chat."""
        told = {
            "chat": chat.brief(),
            "from": by,
            "date": int(self.clock()),
            "old_chat_member": before,
            "new_chat_member": after,
        }
        self.put_update("my_chat_member", told)


def without_reply(message: Message) -> Message:
    """A message as another one quotes it: not with what it replied to itself."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def origin_of(message: Message) -> dict[str, Any]:
    """Where a message comes from, as a MessageOrigin of who forwards it."""
    if "sender_chat" not in message:
        return {"type": "user", "date": message["date"], "sender_user": message["from"]}
    place = message["sender_chat"]
    if place["type"] != "channel":
        return {"type": "chat", "date": message["date"], "sender_chat": place}
    number = message["message_id"]
    return {"type": "channel", "date": message["date"], "chat": place, "message_id": number}


def _with_html(chat: Chat, message: Message) -> Message:
    return {**message, "html": chat.raw.get(message["message_id"], "")}


def _inline_message_id(message: Message) -> str:
    """24 bytes in 32 letters as Telegram's: data centre, owner, message, and what makes it hard to guess."""
    sender: dict[str, Any] = message.get("from") or message["sender_chat"]
    parts = (2, message["chat"]["id"], message["message_id"], hash((message["date"], sender["id"])))
    return urlsafe_b64encode(struct.pack("<iqiq", *parts)).decode()


def typed(text: str) -> dict[str, Any]:
    """What a person typed, as the content of a message. Raises ValueError for no, too much or broken text."""
    text.encode()  # half a character is an UnicodeEncodeError, which is a ValueError
    if utf16(text) > MOST_TEXT:
        raise ValueError("a message has at most 4096 characters")
    shown = formatted(text, None)
    if is_empty(shown.text):
        raise ValueError("a message needs text")
    content: dict[str, Any] = {"text": shown.text, "html": text}
    if shown.entities:
        content["entities"] = shown.entities
    return content
