"""The counter where every update arrives: python-telegram-bot finds the handler, the tables have it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from telegram import Bot, Message, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    PreCheckoutQueryHandler,
    filters,
)

from handlers import BUTTONS, COMMANDS, RIGHTS, Command, Handler, about, menu, tip
from handlers.inline import offered
from handlers.media import media
from handlers.membership import membership, migrated
from handlers.reaction import reaction
from handlers.schedule import place
from handlers.text import in_chat, mention, text
from handlers.visit import Visit, visit
from newsbot.errors import NewsbotError, NoAnswer, NotUnderstood, ShutOut, StoreError
from newsbot.flows import figures, staff, turnstile
from newsbot.messages.buttons import decode
from newsbot.messages.onboarding import only_in_private
from newsbot.messages.wording import LANGUAGES, label, reader_language
from newsbot.messenger import SCOPES
from newsbot.models.messages import Incoming
from newsbot.models.staff import Right
from newsbot.newsroom import Newsroom

log = structlog.get_logger()
PRIVATE = filters.ChatType.PRIVATE
#: what anybody may press in a group or a channel; the rest sets what all of them get
OF_ANYBODY = (
    *("open", "back", "vote", "ballot", "rate", "value", "save", "related", "more", "report", "why"),
    *("page", "sort", "find", "hot", "turn", "leaf", "next"),
)
IN_A_CHANNEL = ("ballot", "vote")  # there everybody looks at the same message
#: in private only
OF_A_PERSON = (*("tip", "wipe", "taste", "erase", "learn", "forget"), *("less", "pursue", "hush"))
ANYWHERE = ("vote", "rate", "value")  # what a card does that somebody sent through the bot
NEW = filters.UpdateType.MESSAGE  # a live location is edited as long as it lives
POSTS = filters.UpdateType.CHANNEL_POSTS
ANY_CHAT = filters.UpdateType.MESSAGES | POSTS
WRITTEN = filters.TEXT | filters.COMMAND | filters.StatusUpdate.ALL


class Counter:
    """Answers updates with the handlers of the tables."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room
        self._unanswered: dict[int, NewsbotError] = {}
        builder = ApplicationBuilder().bot(room.telegram.bot).updater(None).job_queue(None)
        self._application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        for command in COMMANDS:
            is_private_only = not (command.in_groups or command.of_chat)
            where = PRIVATE if is_private_only else ANY_CHAT & ~PRIVATE if command.only_chats else ANY_CHAT
            handler = for_staff(command) if command.right else for_chat(command)
            callback = self._command(handler, command.of_all)
            self._application.add_handler(CommandHandler(command.name, callback, where))
            if is_private_only and command.right is None:
                elsewhere = self._does(in_private(command))
                self._application.add_handler(CommandHandler(command.name, elsewhere, ANY_CHAT & ~PRIVATE))
            if command.right is not None:
                tried = CommandHandler(command.name, self._notes(refused(command)), ~PRIVATE)
                self._application.add_handler(tried)
        self._application.add_handler(CallbackQueryHandler(self._does(pressed)))
        self._application.add_handler(InlineQueryHandler(self._does(offered)))
        self._application.add_handler(ChatMemberHandler(self._notes(membership)))
        self._application.add_handler(MessageReactionHandler(self._notes(reaction)))
        self._application.add_handler(PreCheckoutQueryHandler(self._notes(tip.checkout)))
        self._application.add_handler(MessageHandler(filters.SUCCESSFUL_PAYMENT, self._notes(tip.paid)))
        back = filters.StatusUpdate.REFUNDED_PAYMENT
        self._application.add_handler(MessageHandler(back, self._notes(tip.refunded)))
        self._application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self._notes(migrated)))
        self._application.add_handler(
            MessageHandler(filters.TEXT & ~filters.COMMAND & PRIVATE, self._does(text))
        )
        to_us = ToUs(room.telegram.bot) & filters.TEXT & ~filters.COMMAND & ~PRIVATE
        self._application.add_handler(MessageHandler(to_us & ANY_CHAT, self._does(in_chat)))
        self._application.add_handler(MessageHandler(filters.COMMAND & PRIVATE, self._command(about.unknown)))
        self._application.add_handler(MessageHandler(NEW & filters.LOCATION & PRIVATE, self._does(place)))
        self._application.add_handler(MessageHandler(NEW & ~WRITTEN & PRIVATE, self._does(media)))

    async def open(self) -> None:
        """Once the messenger is open."""
        await self._application.initialize()

    async def menus(self) -> None:
        """Set Telegram's menus, a language each.

        :raises NoAnswer: they stay as they were
        """
        for language in LANGUAGES:
            for whose in SCOPES:
                shown = menu(language, whose, bool(self._room.settings.tips))
                await self._room.telegram.commands(language, shown, whose)

    async def answer(self, incoming: Incoming) -> None:
        """Deal with one update; whatever goes wrong, the person hears of it.

        :raises NoAnswer: Telegram is not reached: later, the same again
        :raises StoreError: we do not even know who it is: likewise
        """
        await self._application.process_update(self._room.telegram.update(incoming.payload))
        if error := self._unanswered.pop(incoming.id, None):  # the library keeps what a handler raises
            raise error

    def _notes(self, note: Callable[[Newsroom, Update], Awaitable[None]]) -> Any:
        """Something that Telegram tells of a chat, whoever did it, and that nobody is answered."""

        async def callback(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
            try:
                await note(self._room, update)
            except (NoAnswer, StoreError) as error:
                self._unanswered[update.update_id] = error

        return callback

    def _command(self, handler: Handler, of_all: bool = False) -> Any:
        """A command closes the question that was open.

        :param of_all: also somebody who was shut out may say it
        """

        async def closing(visiting: Visit) -> None:
            if visiting.is_private:  # among several people somebody else may have been asked
                await visiting.close()
            await handler(visiting)

        return self._does(closing, of_all)

    def _does(self, handler: Handler, of_all: bool = False) -> Any:
        async def callback(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
            try:
                await _served(self._room, update, handler, of_all or _is_of_all(update))
            except (NoAnswer, StoreError) as error:
                self._unanswered[update.update_id] = error

        return callback


def _is_of_all(update: Update) -> bool:
    """A button with which also somebody who was shut out has what is kept of them, or has it removed."""
    query = update.callback_query
    press = decode(query.data or "") if query is not None else None
    return press is not None and press.verb == "wipe"


async def _served(room: Newsroom, update: Update, handler: Handler, of_all: bool) -> None:
    try:
        visiting = await visit(room, update, of_all)
    except ShutOut as error:
        await _turned_away(room, update, error)
        return
    if visiting is None:
        return
    try:
        await handler(visiting)
    except NoAnswer:
        raise
    except NotUnderstood as error:
        await visiting.complain(error.key, **error.values)
    except NewsbotError as error:
        log.warning("not done", handler=handler.__name__, why=str(error))
        await visiting.complain(error.key)
    except Exception:
        log.exception("handler failed", handler=handler.__name__)
        await visiting.complain("error.internal")
    finally:
        await visiting.toast()


async def _turned_away(room: Newsroom, update: Update, error: ShutOut) -> None:
    """Somebody who was shut out: a press is answered, words are not."""
    if update.callback_query is not None:
        code = update.callback_query.from_user.language_code
        language = reader_language(code, room.settings.language)
        await room.telegram.toast(update.callback_query.id, label(error.key, language))


def for_staff(command: Command) -> Handler:
    """Who has no role gets the answer to an unknown command; a command that was forwarded is nobody's."""
    right, deed = command.right or Right.STAFF, f"/{command.name}"

    async def asked(visiting: Visit) -> None:
        if visiting.may(right) and not visiting.is_foreign:
            await command.handler(visiting)
            return
        await staff.refused(visiting.room, visiting.person_id, visiting.reader.id, deed)
        if visiting.role is None:
            await about.unknown(visiting)
        else:
            await visiting.say("staff.foreign" if visiting.is_foreign else "staff.not_yours")

    return asked


def refused(command: Command) -> Callable[[Newsroom, Update], Awaitable[None]]:
    """In a group nobody is obeyed, an anonymous administrator least of all; that is written down."""

    async def tried(room: Newsroom, update: Update) -> None:
        chat, person = update.effective_chat, update.effective_user
        message = update.effective_message
        anonymous = message.sender_chat if message is not None else None
        by = anonymous.id if anonymous is not None else person.id if person is not None else 0
        if chat is not None:
            await staff.refused(room, by, chat.id, f"/{command.name}")

    return tried


class ToUs(filters.MessageFilter):
    """What is said to us among several people: a reply to a message of ours, or what begins with our name."""

    def __init__(self, bot: Bot) -> None:
        super().__init__()
        self._bot = bot

    def filter(self, message: Message) -> bool:
        before = message.reply_to_message
        if before is not None and before.from_user is not None and before.from_user.id == self._bot.id:
            return True
        if before is not None and message.chat.type == message.chat.CHANNEL:
            return True  # of posts nobody is told who wrote them; whether it is a question of ours is asked
        return mention(self._bot.username, message.text or "") is not None


def for_chat(command: Command) -> Handler:
    """In a group or a channel only who administers it sets what it gets."""

    async def asked(visiting: Visit) -> None:
        if visiting.is_foreign and not visiting.is_private:
            return  # somebody shows others what somebody said
        if command.of_chat and not await visiting.decides():
            if turnstile.hears_it_again(visiting.room, visiting.reader.id, visiting.person_id):
                return  # once a minute is enough, and leaves the chat to others
            raise NotUnderstood("chat.not_yours")
        await command.handler(visiting)

    return asked if command.of_chat or command.in_groups else command.handler


def in_private(command: Command) -> Handler:
    """Said in a group to nobody but us it is pointed to our own chat."""

    async def asked(visiting: Visit) -> None:
        message = visiting.update.effective_message
        name = f"/{command.name}@{visiting.room.telegram.username}".lower()
        if message is not None and (message.text or "").lower().startswith(name):
            await visiting.show(only_in_private(visiting.language, visiting.room.telegram.username))

    return asked


def _stands_there(update: Update) -> bool:
    """Whether the message has this button: among several people nobody makes one up for all."""
    query = update.callback_query
    shown = query.message.reply_markup if query is not None and isinstance(query.message, Message) else None
    if query is None or shown is None:  # of some messages Telegram does not tell the buttons
        return True
    return any(button.callback_data == query.data for row in shown.inline_keyboard for button in row)


def _of_anybody(visiting: Visit) -> Sequence[str]:
    """What whoever sees it may press in this chat."""
    return IN_A_CHANNEL if visiting.reader.is_channel else OF_ANYBODY


async def pressed(visiting: Visit) -> None:
    """A button: also an old, a foreign or a made-up one is answered."""
    verb = visiting.press.verb
    if visiting.is_shared and verb not in ANYWHERE:
        raise NotUnderstood("press.old")
    if verb not in BUTTONS:
        raise NotUnderstood("press.old")
    if right := RIGHTS.get(verb):
        if not (visiting.may(right) and visiting.reader.id == visiting.person_id):
            press = visiting.press
            about_what = f"{press.story or ''} {press.value}".strip()
            await staff.refused(visiting.room, visiting.person_id, visiting.reader.id, verb, about_what)
            raise NotUnderstood("press.old" if visiting.role is None else "staff.not_yours")
    elif not visiting.is_private:
        if verb in OF_A_PERSON or not _stands_there(visiting.update):
            raise NotUnderstood("press.old")
        if verb not in _of_anybody(visiting) and not await visiting.decides():
            raise NotUnderstood("chat.not_yours")
    await BUTTONS[verb](visiting)
    place = visiting.press.place
    if place[:1] == "d" and not visiting.is_shared:
        await figures.acted(visiting.room, visiting.reader.id, int(place[1:]))
