"""The counter where every update arrives: python-telegram-bot finds the handler, the tables have it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Update
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
    filters,
)

from handlers import BUTTONS, COMMANDS, RIGHTS, Command, Handler, about, menu
from handlers.inline import offered
from handlers.media import media
from handlers.membership import membership, migrated
from handlers.reaction import reaction
from handlers.schedule import place
from handlers.text import text
from handlers.visit import Visit, visit
from newsbot.errors import NewsbotError, NoAnswer, NotUnderstood, ShutOut, StoreError
from newsbot.flows import figures, staff
from newsbot.messages.wording import LANGUAGES, label, reader_language
from newsbot.models.messages import Incoming
from newsbot.models.staff import Right
from newsbot.newsroom import Newsroom

log = structlog.get_logger()
PRIVATE = filters.ChatType.PRIVATE
OF_A_PERSON = (
    *("words", "hour", "place", "plan", "set", "aside", "origin", "origins", "language"),
    *("follow", "alert", "undo", "list", "ring", "drop", "pursue", "hush"),
    *("taste", "erase", "learn", "forget", "less"),
)  # in a group nobody changes these for all by a press
ANYWHERE = ("vote", "rate", "value")  # what a card does that somebody sent through the bot
NEW = filters.UpdateType.MESSAGE  # a live location is edited as long as it lives
WRITTEN = filters.TEXT | filters.COMMAND | filters.StatusUpdate.ALL


class Counter:
    """Answers updates with the handlers of the tables."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room
        self._unanswered: dict[int, NewsbotError] = {}
        builder = ApplicationBuilder().bot(room.telegram.bot).updater(None).job_queue(None)
        self._application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        for command in COMMANDS:
            where = None if command.in_groups else PRIVATE
            handler = command.handler if command.right is None else for_staff(command)
            self._application.add_handler(CommandHandler(command.name, self._command(handler), where))
            if command.right is not None:
                tried = CommandHandler(command.name, self._notes(refused(command)), ~PRIVATE)
                self._application.add_handler(tried)
        self._application.add_handler(CallbackQueryHandler(self._does(pressed)))
        self._application.add_handler(InlineQueryHandler(self._does(offered)))
        self._application.add_handler(ChatMemberHandler(self._notes(membership)))
        self._application.add_handler(MessageReactionHandler(self._notes(reaction)))
        self._application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self._notes(migrated)))
        self._application.add_handler(
            MessageHandler(filters.TEXT & ~filters.COMMAND & PRIVATE, self._does(text))
        )
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
            for in_groups in (False, True):
                await self._room.telegram.commands(language, menu(language, in_groups), in_groups)

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
            except StoreError as error:
                self._unanswered[update.update_id] = error

        return callback

    def _command(self, handler: Handler) -> Any:
        """A command closes the question that was open."""

        async def closing(visiting: Visit) -> None:
            await visiting.close()
            await handler(visiting)

        return self._does(closing)

    def _does(self, handler: Handler) -> Any:
        async def callback(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
            try:
                await _served(self._room, update, handler)
            except (NoAnswer, StoreError) as error:
                self._unanswered[update.update_id] = error

        return callback


async def _served(room: Newsroom, update: Update, handler: Handler) -> None:
    try:
        visiting = await visit(room, update)
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
    elif not (visiting.is_private or verb not in OF_A_PERSON):
        raise NotUnderstood("press.old")
    await BUTTONS[verb](visiting)
    place = visiting.press.place
    if place[:1] == "d" and not visiting.is_shared:
        await figures.acted(visiting.room, visiting.reader.id, int(place[1:]))
