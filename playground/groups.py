"""What people do with groups and channels: who may do what in them, topics, posts, and the way to a
supergroup.
"""

from __future__ import annotations

from typing import Any

from playground.base import CHANNEL, GROUPS, HIDDEN, Base, Chat, Message, Topic, typed

TOPIC_COLOR = 0x6FB9F0


class Groups(Base):
    """The verbs of groups and channels."""

    # The bot in a chat

    def adds_bot(self, user_id: int, chat_id: int, as_admin: bool = False) -> None:
        """A person brings the bot into a group or channel, where it is an administrator.

        It hears of it; a group also says so itself. Raises KeyError where the person is not in that chat,
        ValueError where the bot already is.
        """
        chat, person = self._chat_of(user_id, chat_id), self.person_by_id(user_id).user()
        if chat.with_bot:
            raise ValueError("the bot is already there")
        before = self.bot_member(chat)
        chat.with_bot = chat.known = True
        chat.thrown_out = False
        chat.bot_is_admin = as_admin or chat.kind == "channel"
        self._deliver_membership(person, chat, before, self.bot_member(chat))
        if chat.kind in GROUPS:
            self._written(chat, person, {"new_chat_members": [self.bot]})

    def kicks(self, chat_id: int, user_id: int | None = None) -> None:
        """Somebody (unless named, whoever has most to say) throws the bot out; it hears of it once."""
        chat = self.chats[chat_id]
        by = self._ruler(chat) if user_id is None else self.person_by_id(user_id).user()
        if not chat.with_bot:
            return
        before = self.bot_member(chat)
        self.take_bot_out(chat, thrown_out=True)
        self._deliver_membership(by, chat, before, self.bot_member(chat))

    def promotes(self, user_id: int, chat_id: int) -> None:
        """A person makes the bot an administrator of a group; it hears of it once.

        Raises KeyError where the person or the bot is not in that chat, ValueError in a private one.
        """
        self._rank(user_id, chat_id, admin=True)

    def demotes(self, user_id: int, chat_id: int) -> None:
        """A person makes the bot a plain member again; as `promotes`, and ValueError in a channel."""
        self._rank(user_id, chat_id, admin=False)

    def restricts(self, user_id: int, chat_id: int, can_send: bool = False) -> None:
        """A person takes from the bot the right to write, or gives it back; it hears of it once.

        In a supergroup it is no administrator afterwards, in a channel it stays one. Raises KeyError where
        the person or the bot is not in that chat, ValueError in a private one and in a small group.
        """
        chat = self._chat_with_bot(user_id, chat_id)
        if chat.kind not in ("supergroup", "channel"):
            raise ValueError("only supergroups restrict their members, and channels their administrators")
        if chat.muted != can_send:
            return
        before = self.bot_member(chat)
        chat.muted = not can_send
        chat.bot_is_admin = chat.kind == "channel"
        self._deliver_membership(self.person_by_id(user_id).user(), chat, before, self.bot_member(chat))

    def _rank(self, user_id: int, chat_id: int, admin: bool) -> None:
        chat = self._chat_with_bot(user_id, chat_id)
        if chat.kind == "private":
            raise ValueError("a private chat has no administrators")
        if chat.kind == "channel" and not admin:
            raise ValueError("a bot in a channel is its administrator")
        if chat.bot_is_admin == admin:
            return
        before = self.bot_member(chat)
        chat.bot_is_admin, chat.muted = admin, False
        self._deliver_membership(self.person_by_id(user_id).user(), chat, before, self.bot_member(chat))

    def _chat_with_bot(self, user_id: int, chat_id: int) -> Chat:
        chat = self._chat_of(user_id, chat_id)
        if not chat.with_bot:
            raise KeyError(chat_id)
        return chat

    def _ruler(self, chat: Chat) -> dict[str, Any]:
        """Whoever has most to say in a chat, as a User: owner, administrator, member, a hidden one."""
        owner = [] if chat.owner is None else [chat.owner]
        people = [*owner, *sorted(chat.admins), *sorted(chat.members)]
        return self.person_by_id(people[0]).user() if people else HIDDEN

    # People's rights

    def appoints(self, user_id: int, chat_id: int, other_id: int) -> None:
        """A person makes another member an administrator; the bot, which did not ask for it, hears nothing.

        Raises KeyError where either is not in that chat, PermissionError for who is no administrator of a
        chat that has one, ValueError in a private chat.
        """
        self._in_charge(user_id, chat_id, other_id).admins.add(other_id)
        self.wake()

    def dismisses(self, user_id: int, chat_id: int, other_id: int) -> None:
        """A person makes an administrator a plain member again; as `appoints`."""
        self._in_charge(user_id, chat_id, other_id).admins.discard(other_id)
        self.wake()

    def _in_charge(self, user_id: int, chat_id: int, other_id: int) -> Chat:
        chat = self._chat_of(user_id, chat_id)
        if other_id not in chat.members:
            raise KeyError(other_id)
        if chat.kind == "private":
            raise ValueError("a private chat has no administrators")
        if (chat.owner is not None or chat.admins) and not self.is_in_charge(chat, user_id):
            raise PermissionError("only administrators appoint others")
        return chat

    # In the name of a chat

    def says_as_group(self, chat_id: int, text: str) -> Message:
        """An administrator of a group whose name is hidden writes. Raises KeyError for an unknown group."""
        chat = self.chats[chat_id]
        return self._written(chat, HIDDEN, typed(text) | {"sender_chat": chat.brief()})

    def says_as_channel(self, user_id: int, chat_id: int, channel_id: int, text: str) -> Message:
        """A person writes into a group in the name of a channel that is theirs.

        Raises KeyError where they are not in that chat or channel, PermissionError where the channel is not
        theirs, ValueError for bad text and where one of the two chats is of another kind.
        """
        chat, channel = self._chat_of(user_id, chat_id), self._chat_of(user_id, channel_id)
        if chat.kind not in GROUPS or channel.kind != "channel":
            raise ValueError("a channel speaks in a group")
        if user_id != channel.owner:
            raise PermissionError("only its owner speaks as a channel")
        return self._written(chat, CHANNEL, typed(text) | {"sender_chat": channel.brief()})

    def posts(self, user_id: int, chat_id: int, text: str) -> Message:
        """A person writes in a channel, as the channel; `edits` corrects it.

        Raises KeyError where they are not in it, PermissionError for who is no administrator of it,
        ValueError for bad text and where the chat is no channel.
        """
        chat = self._chat_of(user_id, chat_id)
        if chat.kind != "channel":
            raise ValueError("only channels have posts")
        return self._sent(user_id, chat, typed(text))

    # Topics

    def adds_topic(self, chat_id: int, name: str, user_id: int | None = None) -> int:
        """Somebody opens a topic in a forum: its message_thread_id. ValueError where it is no forum."""
        chat = self.chats[chat_id]
        by = self._ruler(chat) if user_id is None else self.person_by_id(user_id).user()
        if not chat.is_forum:
            raise ValueError("the chat is not a forum")
        return self.open_topic(chat, by, name, TOPIC_COLOR)

    def closes_topic(self, chat_id: int, thread_id: int, user_id: int | None = None) -> None:
        """Somebody closes a topic: nobody but administrators writes there. Raises KeyError."""
        chat = self.chats[chat_id]
        by = self._ruler(chat) if user_id is None else self.person_by_id(user_id).user()
        self.close_topic(chat, by, thread_id)

    def deletes_topic(self, chat_id: int, thread_id: int) -> None:
        """Somebody deletes a topic with all that stands in it; the bot does not hear of it. KeyError."""
        self.drop_topic(self.chats[chat_id], thread_id)

    def open_topic(self, chat: Chat, by: dict[str, Any], name: str, color: int) -> int:
        """A new topic, with the service message that begins it; the bot hears of what it did itself, too."""
        thread_id = chat.last_message_id + 1
        chat.topics[thread_id] = Topic(name, color)
        self._written(chat, by, {"forum_topic_created": {"name": name, "icon_color": color}} | _in(thread_id))
        return thread_id

    def rename_topic(self, chat: Chat, by: dict[str, Any], thread_id: int, name: str) -> None:
        """Another name. Raises KeyError."""
        chat.topics[thread_id].name = name
        self._written(chat, by, {"forum_topic_edited": {"name": name}} | _in(thread_id))

    def close_topic(self, chat: Chat, by: dict[str, Any], thread_id: int) -> None:
        """No more messages there. Raises KeyError."""
        chat.topics[thread_id].closed = True
        self._written(chat, by, {"forum_topic_closed": {}} | _in(thread_id))

    def drop_topic(self, chat: Chat, thread_id: int) -> None:
        """A topic goes, and its messages with it. Raises KeyError."""
        del chat.topics[thread_id]
        for message in list(chat.messages.values()):
            if message.get("message_thread_id") == thread_id:
                self.remove(chat, message["message_id"])

    def _in_topic(self, user_id: int, chat: Chat, thread_id: int | None) -> dict[str, Any]:
        """What a message in this topic says of it. Raises KeyError, PermissionError in a closed one."""
        if thread_id is None:
            return {}
        if chat.topics[thread_id].closed and not self.is_in_charge(chat, user_id):
            raise PermissionError("the topic is closed")
        return _in(thread_id)

    # The way to a supergroup

    def migrates(self, chat_id: int, user_id: int | None = None) -> Chat:
        """A group becomes a supergroup, which has another id; the bot hears of it in both.

        Raises KeyError for an unknown group, ValueError for what is none.
        """
        old = self.chats[chat_id]
        if old.kind != "group" or old.moved_to is not None:
            raise ValueError("only a group becomes a supergroup")
        by = self._ruler(old) if user_id is None else self.person_by_id(user_id).user()
        new = self.add_group(old.title, sorted(old.members), owner=old.owner, admins=old.admins)
        new.with_bot, new.known, new.thrown_out = old.with_bot, old.known, old.thrown_out
        new.bot_is_admin = old.bot_is_admin
        self._written(old, by, {"migrate_to_chat_id": new.id})
        old.moved_to = new.id
        self._written(new, HIDDEN, {"sender_chat": new.brief(), "migrate_from_chat_id": old.id})
        return new


def _in(thread_id: int) -> dict[str, Any]:
    return {"message_thread_id": thread_id, "is_topic_message": True}
