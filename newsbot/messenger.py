"""The door to Telegram: one message in, one Outcome back.

Every call passes one pace, given by the caller. Foreign errors become meaning here, once: what Telegram
certainly refused, what never left, and what nobody can know are three different things (docs/promises.md).
"""

from __future__ import annotations

import asyncio
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from time import monotonic
from typing import Any, Protocol

import httpx
import structlog
import telegram
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from newsbot.errors import NoAnswer, SettingsError
from newsbot.models.deliveries import BadMessage, Blocked, MovedTo, Outcome, Sent, TryLater, Unknown
from newsbot.models.messages import Incoming, Message

READ_SECONDS = 30  # a send that answers late was still accepted: better wait than not know
GONE = (
    "chat not found",
    "user is deactivated",
    "peer_id_invalid",
    "chat_write_forbidden",
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights",
    "topic_closed",
)
UNCHANGED = "message is not modified"
TOAST = 200  # characters (Bot API, answerCallbackQuery)
REASON = 200  # characters of a reason that are kept: a proxy's answer may be a whole page
WAIT = 5  # seconds, where a 429 does not say how long
TOLD = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\s*,')  # how every good answer of a Bot API server begins
# what the library, which trusts the shape of every good answer, may raise for another one
OF_ANOTHER_SHAPE = (AttributeError, LookupError, TypeError, ValueError)
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
log = structlog.get_logger()


class Pace(Protocol):
    """What decides when a message may leave; `outbox.pace.Pace` is one."""

    def wait(self, now: float) -> float: ...

    def reserve(self, chat_id: int | None, now: float) -> float: ...

    def hold(self, seconds: float, now: float) -> None: ...

    def held(self, now: float) -> bool: ...


class NotTelegram(Exception):
    """Something before Telegram refused: a proxy, a firewall, a gateway that is full."""


NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    NotTelegram,
)


class _Request(HTTPXRequest):
    """python-telegram-bot's transport; it tells Telegram's own answers from those of others."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        code, body = await super().do_request(*args, **kwargs)
        if 200 <= code < 300 and not TOLD.match(body):
            raise TelegramError(f"an answer that is not Telegram's ({code})")
        if 400 <= code < 500:
            _refuse(code, body)
        if code >= 500:  # often a gateway's page, of which the library would log a traceback
            raise NetworkError(f"Telegram is in trouble ({code})")
        return code, body


def _refuse(code: int, body: bytes) -> None:
    """Raise what the library would take for something else; it words the usual refusals itself."""
    try:
        told = json.loads(body)
        is_telegrams = told["ok"] is False
    except (ValueError, TypeError, KeyError):
        told, is_telegrams = {}, False
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        with _without_warning():
            raise RetryAfter(told.get("parameters", {}).get("retry_after") or WAIT)
    if not is_telegrams:
        raise NetworkError(f"refused on the way to Telegram ({code})") from NotTelegram()
    if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise BadRequest(str(told.get("description")))


@contextmanager
def _without_warning() -> Iterator[None]:
    """RetryAfter warns of a change of its type, whatever one does with it. Nothing may be awaited inside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        yield


class Messenger:
    """Telegram, as the flows and handlers see it.

    :ivar bot: python-telegram-bot's client, for the handlers
    """

    def __init__(self, token: str, api_url: str, pace: Pace, read_seconds: float = READ_SECONDS) -> None:
        self._pace = pace
        self._line = asyncio.Lock()
        # a small pool: httpx's is quadratic in the number of connections to one origin
        calls = _Request(connection_pool_size=8, read_timeout=read_seconds, connect_timeout=10)
        polls = _Request(connection_pool_size=1, read_timeout=read_seconds + 20)
        self._requests = (calls, polls)
        self.bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=calls,
            get_updates_request=polls,
        )

    async def open(self) -> None:
        """Ask Telegram who we are.

        :raises SettingsError: the token is not accepted
        :raises NoAnswer: Telegram cannot be reached; try again later
        """
        with _meaning():
            await self.bot.initialize()

    async def close(self) -> None:
        """Close every connection, also where `open` did not succeed."""
        await self.bot.shutdown()
        for request in self._requests:
            await request.shutdown()

    @property
    def id(self) -> int:
        return self.bot.id

    @property
    def username(self) -> str:
        return self.bot.username

    async def updates(self, offset: int, seconds: int) -> list[Incoming]:
        """The updates from `offset` on; waits at most so many seconds for the first.

        Asking with an offset confirms everything before it: store first, then ask again.

        :raises SettingsError: the token is not accepted
        :raises NoAnswer: the caller waits and asks again
        """
        with _meaning():
            found = await self.bot.get_updates(offset=offset, timeout=seconds, allowed_updates=WANTED)
        return [Incoming(update.update_id, _about(update), update.to_json()) for update in found]

    async def leave_webhook(self) -> None:
        """Polling gets nothing while an address is set; what waits for us there is kept.

        :raises SettingsError: the token is not accepted
        :raises NoAnswer: Telegram cannot be reached; try again later
        """
        with _meaning():
            await self.bot.delete_webhook()

    async def webhook(self) -> str:
        """The address that Telegram sends updates to, or empty; raises as `leave_webhook` does."""
        with _meaning():
            return (await self.bot.get_webhook_info()).url

    def update(self, payload: str) -> telegram.Update:
        """A stored update, as python-telegram-bot has it."""
        return telegram.Update.de_json(json.loads(payload), self.bot)

    async def toast(self, query_id: str, words: str = "", alert: bool = False) -> None:
        """Answer a press; one that Telegram no longer waits for is no harm."""
        try:
            await self.bot.answer_callback_query(query_id, words[:TOAST] or None, show_alert=alert)
        except TelegramError as error:
            log.info("press not answered", why=error.message)

    async def send(self, chat_id: int, message: Message) -> Outcome:
        """Send an answer to somebody: it takes the next place, before every digest that still waits."""
        await self._come_up(self._pace.reserve(chat_id, monotonic()), chat_id)
        return await self.post(chat_id, message)

    async def turn(self, chat_id: int) -> None:
        """Wait in line until a message that nobody waits for, such as a digest, may leave to this chat."""
        async with self._line:
            await asyncio.sleep(self._pace.wait(monotonic()))
            seconds = self._pace.reserve(chat_id, monotonic())
        await self._come_up(seconds, chat_id)

    async def _come_up(self, seconds: float, chat_id: int | None) -> None:
        """Wait for a place that was taken; for another one where Telegram said 429 meanwhile."""
        await asyncio.sleep(seconds)
        if self._pace.held(monotonic()):
            await self._come_up(self._pace.reserve(chat_id, monotonic()), chat_id)

    async def post(self, chat_id: int, message: Message) -> Outcome:
        """Send a message whose turn has come already."""
        try:
            sent = await self.bot.send_message(
                chat_id,
                message.text,
                parse_mode="HTML",
                reply_markup=markup(message),
                disable_notification=message.silent,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
            return Sent(sent.message_id)
        except TelegramError as error:
            return self._outcome(error)
        except OF_ANOTHER_SHAPE:
            return Unknown("an answer without the message")

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """Put another message in the place of one of ours; an unchanged one is fine."""
        await self._come_up(self._pace.reserve(None, monotonic()), None)
        try:
            await self.bot.edit_message_text(
                message.text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode="HTML",
                reply_markup=markup(message),  # type: ignore[arg-type]  # we edit with inline keyboards alone
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except BadRequest as error:
            if UNCHANGED in error.message.lower():
                return Sent(message_id)
            return self._outcome(error)
        except TelegramError as error:
            return self._outcome(error)
        except OF_ANOTHER_SHAPE:
            return Unknown("an answer without the message")
        return Sent(message_id)

    async def commands(
        self, language: str, table: Sequence[tuple[str, str]], in_groups: bool = False
    ) -> None:
        """Set Telegram's menu for one language, in groups or elsewhere; `zh` is also everybody else's.

        :param table: (command, description)
        :raises NoAnswer: Telegram cannot be reached, or refuses them
        """
        commands = [telegram.BotCommand(name, text) for name, text in table]
        scope = telegram.BotCommandScopeAllGroupChats() if in_groups else telegram.BotCommandScopeDefault()
        with _meaning():
            if language == "zh":
                await self.bot.set_my_commands(commands, scope)
            await self.bot.set_my_commands(commands, scope, language_code=language)

    def _outcome(self, error: TelegramError) -> Outcome:
        found = outcome(error)
        if isinstance(found, TryLater) and found.limited:
            self._pace.hold(found.seconds, monotonic())
        return found


@contextmanager
def _meaning() -> Iterator[None]:
    """Telegram's errors, where no message was being sent."""
    try:
        yield
    except InvalidToken:
        raise SettingsError("NEWSBOT_TOKEN", "Telegram does not accept this token") from None
    except TelegramError as error:
        later = outcome(error)
        seconds = later.seconds if isinstance(later, TryLater) and later.limited else None
        raise NoAnswer(f"{type(error).__name__}: {error.message[:REASON]}", seconds) from error
    except OF_ANOTHER_SHAPE as error:
        raise NoAnswer("an answer of another shape than Telegram's") from error


def _about(update: telegram.Update) -> int:
    """The chat that an update belongs to; the person where it belongs to none, as inline queries do."""
    whom = update.effective_chat or update.effective_user
    return whom.id if whom else 0


def outcome(error: TelegramError) -> Outcome:
    """What an error means for the message that was being sent."""
    words = error.message[:REASON]
    if isinstance(error, RetryAfter):
        return TryLater(_seconds(error), words, limited=True)
    if isinstance(error, ChatMigrated):
        return MovedTo(error.new_chat_id)
    if isinstance(error, Forbidden):
        return Blocked(words)
    if isinstance(error, BadRequest):
        return Blocked(words) if any(known in words.lower() for known in GONE) else BadMessage(words)
    if isinstance(error, NetworkError) and isinstance(error.__cause__, NOT_SENT):
        return TryLater(0, f"not reached: {type(error.__cause__).__name__}")
    if isinstance(error, InvalidToken | Conflict):
        return TryLater(60, words)
    return Unknown(f"{type(error).__name__}: {words}")


def _seconds(error: RetryAfter) -> float:
    with _without_warning():
        seconds = error.retry_after
    return seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)


def markup(message: Message) -> InlineKeyboardMarkup | telegram.ForceReply | None:
    """The buttons, as Telegram takes them."""
    if message.asks is not None:
        return telegram.ForceReply(input_field_placeholder=message.asks or None)
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.text, url=button.url)
                if button.url
                else InlineKeyboardButton(button.text, callback_data=button.data)
                for button in row
            ]
            for row in message.buttons
        ]
    )
