"""The door to Telegram: one message in, one Outcome back.

Every message passes one pace, given by the caller, with its urgency: answers before digests, digests before
broadcasts. Foreign errors become meaning in `meaning`, once: what Telegram certainly refused, what never
left, and what nobody can know are three different things (docs/promises.md).
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from time import monotonic
from typing import Any, NamedTuple, Protocol

import structlog
import telegram
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from newsbot.errors import NoAnswer, NotReadable, SecondPoller, SettingsError
from newsbot.messenger import meaning
from newsbot.messenger.line import Line
from newsbot.messenger.transport import Reply, Transport
from newsbot.models.deliveries import Outcome, Sent, TryLater
from newsbot.models.messages import Button, Incoming, Message, Result, Results, Urgency
from newsbot.models.payments import CURRENCY

READ_SECONDS = 30  # a send that answers late was still accepted: better wait than not know
CONNECTIONS = 300  # a thousand messages a second at 100 ms need a hundred; answers come on top
TOAST = 200  # characters (Bot API, answerCallbackQuery)
PROBE_SECONDS = 10.0
RIGHTS_SECONDS = 5.0  # somebody waits for it
MOST_OUTCOMES = 500
MOST_PUSHED = 100  # updates on their way to a webhook at the same time (Bot API, setWebhook)
MOST_FILES = 20  # pictures whose names are remembered
# what the library, which trusts the shape of every good answer, may raise for another one
OF_ANOTHER_SHAPE = (AttributeError, LookupError, TypeError, ValueError)
#: where a menu is shown: everywhere but there, in groups, and there to their administrators
SCOPES = {
    "private": telegram.BotCommandScopeDefault,
    "group": telegram.BotCommandScopeAllGroupChats,
    "administrators": telegram.BotCommandScopeAllChatAdministrators,
}
WANTED = (
    *("message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "inline_query"),
    *("my_chat_member", "message_reaction", "pre_checkout_query"),
)
log = structlog.get_logger()


class Pace(Protocol):
    """What decides when a message may leave; `outbox.pace.Pace` is one."""

    rate: float

    def wait(self, urgency: Urgency, now: float) -> float: ...

    def reserve(self, chat_id: int | None, urgency: Urgency, now: float) -> float: ...

    def reserve_edit(self, chat_id: int, waits: bool, now: float) -> float: ...

    def until_edit(self, chat_id: int, now: float) -> float: ...

    def refused(
        self, chat_id: int | None, urgency: Urgency, seconds: float, left_at: float, now: float
    ) -> None: ...

    def hold(self, urgency: Urgency, seconds: float, now: float) -> None: ...

    def held(self, urgency: Urgency, now: float) -> float: ...

    def learned(self, rate: float) -> None: ...


class Heard(NamedTuple):
    """What came of one message.

    :ivar began, ended: between these moments (`time.monotonic()`) Telegram was asked, perhaps more than once
    """

    chat_id: int | None
    began: float
    ended: float
    outcome: Outcome


class Pushing(NamedTuple):
    """How Telegram's updates go to a webhook.

    :ivar address: empty where there is none
    :ivar waiting: updates that were not delivered yet
    :ivar failed_at: when one could not be delivered last, and why
    """

    address: str
    waiting: int
    failed_at: datetime | None
    failure: str


class Messenger:
    """Telegram, as the flows and handlers see it.

    :ivar bot: python-telegram-bot's client, for the handlers
    :ivar outcomes: of the last messages, for people to look at
    :ivar refused: set once Telegram no longer accepts the token
    :ivar told: hears of every outcome
    """

    def __init__(self, token: str, api_url: str, pace: Pace, read_seconds: float = READ_SECONDS) -> None:
        self._pace = pace
        self._line = Line()
        self._files: dict[bytes, str] = {}  # picture -> its name
        self._takes_rich = True
        self.outcomes: deque[Heard] = deque(maxlen=MOST_OUTCOMES)
        self._calls = Transport(CONNECTIONS, read_seconds, meaning.check)
        self._polls = Transport(2, read_seconds + 20, meaning.check)  # its own: no send keeps it waiting
        self._address = f"{api_url}/bot{token}/"
        self.refused = asyncio.Event()
        self.told: Callable[[Outcome], None] = _nobody
        self.bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
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
        for transport in (self._calls, self._polls):
            await transport.shutdown()

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
        return [_incoming(update) for update in found]

    def incoming(self, body: bytes) -> Incoming:
        """An update that was pushed.

        :raises NotReadable: it is none
        """
        try:
            update = telegram.Update.de_json(json.loads(body), self.bot)
            if type(update.update_id) is not int or not 0 <= update.update_id < 2**63:
                raise ValueError("no number")
            return _incoming(update)
        except (*OF_ANOTHER_SHAPE, RecursionError):
            raise NotReadable("webhook", "not an update") from None

    async def be_pushed(self, address: str, secret: str) -> None:
        """From now on Telegram sends updates to this address; what waits for us there is kept.

        :raises SettingsError: the token is not accepted, or the address
        :raises NoAnswer: Telegram cannot be reached; try again later
        """
        with _meaning():
            try:
                await self.bot.set_webhook(
                    address, secret_token=secret, allowed_updates=WANTED, max_connections=MOST_PUSHED
                )
            except BadRequest as error:
                words = f"Telegram does not take it: {error.message[: meaning.REASON]}"
                raise SettingsError("NEWSBOT_WEBHOOK_URL", words) from None

    async def leave_webhook(self) -> None:
        """Polling gets nothing while an address is set; what waits for us there is kept.

        :raises SettingsError: the token is not accepted
        :raises NoAnswer: Telegram cannot be reached; try again later
        """
        with _meaning():
            await self.bot.delete_webhook()

    async def webhook(self) -> Pushing:
        """Where Telegram sends updates to; raises as `leave_webhook` does."""
        with _meaning():
            found = await self.bot.get_webhook_info()
        failure = (found.last_error_message or "")[: meaning.REASON]
        return Pushing(found.url, found.pending_update_count, found.last_error_date, failure)

    def update(self, payload: str) -> telegram.Update:
        """A stored update, as python-telegram-bot has it."""
        return telegram.Update.de_json(json.loads(payload), self.bot)

    async def toast(self, query_id: str, words: str = "", alert: bool = False) -> None:
        """Answer a press; one that Telegram no longer waits for is no harm."""
        params = {"callback_query_id": query_id, "text": words[:TOAST] or None, "show_alert": alert or None}
        await self._answer("answerCallbackQuery", params)

    async def offer(self, query_id: str, found: Results) -> None:
        """Answer an inline query; one that Telegram no longer waits for is no harm."""
        button = {"text": found.label, "start_parameter": found.start} if found.label else None
        params = {
            "inline_query_id": query_id,
            "results": [_result(one) for one in found.results],
            "next_offset": found.next_offset,
            "cache_time": found.seconds,
            "is_personal": True,
            "button": button,
        }
        await self._answer("answerInlineQuery", params)

    async def _answer(self, method: str, params: dict[str, Any]) -> bool:
        """Whether Telegram took it."""
        try:
            reply = await self._ask(method, params)
        except TelegramError as error:
            log.info("not answered in time", method=method, why=error.message)
            return False
        if reply.code != 200:
            why = reply.body[: meaning.REASON].decode("utf-8", "replace")
            log.info("not answered in time", method=method, why=why)
        return reply.code == 200

    # messages

    async def send(self, chat_id: int, message: Message) -> Outcome:
        """Send an answer to somebody: it takes the next place, before every digest that still waits."""
        await self._come_up(chat_id, Urgency.ANSWER)
        return await self.post(chat_id, message, Urgency.ANSWER)

    def rests(self, chat_id: int) -> float:
        """Seconds for which an edit that nobody waits for is kept from this chat."""
        return self._pace.until_edit(chat_id, monotonic())

    async def edit(self, chat_id: int, message_id: int, message: Message, waits: bool = False) -> Outcome:
        """Put another message in the place of one of ours; an unchanged one is fine.

        :param waits: for the chat's second, as nobody waits for it: the press has been answered
        """
        where = {"chat_id": chat_id, "message_id": message_id}
        return await self._edit(where, chat_id, message_id, message, waits)

    async def edit_shared(self, inline_message_id: str, message: Message) -> Outcome:
        """The same for one that somebody sent into a chat through us; which chat that is nobody tells us."""
        return await self._edit({"inline_message_id": inline_message_id}, None, 0, message)

    async def _edit(
        self,
        where: dict[str, Any],
        chat_id: int | None,
        message_id: int,
        message: Message,
        waits: bool = False,
    ) -> Outcome:
        await self._edit_comes_up(chat_id, waits)
        left_at = monotonic()
        try:
            reply = await self._edited(where, message)
        except TelegramError as error:
            return self._settled(meaning.lost(error), chat_id, Urgency.ANSWER, left_at)
        fine = meaning.is_unchanged(reply) or meaning.is_done_unseen(reply)
        found = Sent(message_id) if fine else meaning.outcome(reply)
        return self._settled(found, chat_id, Urgency.ANSWER, left_at)

    async def revise(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """Other words in a message whose turn has come already (see `turn`); of a picture its caption."""
        left_at = monotonic()
        where = {"chat_id": chat_id, "message_id": message_id}
        try:
            if message.photo:
                content = where | _caption(message)
                reply = await self._ask("editMessageCaption", content)
            else:
                reply = await self._edited(where, message)
        except TelegramError as error:
            return self._settled(meaning.lost(error), chat_id, Urgency.BROADCAST, left_at)
        found = Sent(message_id) if meaning.is_unchanged(reply) else meaning.outcome(reply)
        return self._settled(found, chat_id, Urgency.BROADCAST, left_at)

    async def delete(self, chat_id: int, message_id: int) -> Outcome:
        """Delete a message of ours whose turn has come already; one that is not there any more is fine."""
        left_at = monotonic()
        try:
            reply = await self._ask("deleteMessage", {"chat_id": chat_id, "message_id": message_id})
        except TelegramError as error:
            return self._settled(meaning.lost(error), chat_id, Urgency.BROADCAST, left_at)
        fine = meaning.is_done_unseen(reply) or meaning.is_gone_already(reply)
        found = Sent(message_id) if fine else meaning.outcome(reply)
        return self._settled(found, chat_id, Urgency.BROADCAST, left_at)

    async def _edited(self, where: dict[str, Any], message: Message) -> Reply:
        if message.rich and self._takes_rich:
            reply = await self._ask("editMessageText", where | _rich(message))
            if meaning.is_unchanged(reply) or not meaning.takes_no_such(reply):
                return reply
        return await self._ask("editMessageText", where | _content(message))

    async def turn(self, chat_id: int, urgency: Urgency) -> float:
        """Wait in line until a message that nobody waits for may leave, or nearly. Returns the seconds left.

        The place is this message's: whoever waited the seconds asks `held` and sends.
        """
        async with self._line.first(urgency):
            while seconds := self._pace.wait(urgency, monotonic()):  # noqa: ASYNC110  only time helps
                await asyncio.sleep(seconds)
            return self._pace.reserve(chat_id, urgency, monotonic())

    def held(self, urgency: Urgency) -> float:
        """Seconds for which Telegram said that nothing of this urgency may leave, 0 where it did not."""
        return self._pace.held(urgency, monotonic())

    def holds(self) -> dict[Urgency, float]:
        """What is held, and for how many seconds more."""
        return {urgency: seconds for urgency in Urgency if (seconds := self.held(urgency))}

    def restore(self, holds: dict[Urgency, float], rate: float | None) -> None:
        """Go on waiting, and no faster than before if that is known, after a restart."""
        for urgency, seconds in holds.items():
            self._pace.hold(urgency, seconds, monotonic())
        if rate is not None:
            self._pace.learned(rate)

    @property
    def rate(self) -> float:
        """Messages a second just now."""
        return self._pace.rate

    async def _come_up(self, chat_id: int | None, urgency: Urgency) -> None:
        """Take a place and wait for it; take another one where Telegram said 429 meanwhile."""
        await asyncio.sleep(self._pace.reserve(chat_id, urgency, monotonic()))
        if self._pace.held(urgency, monotonic()):
            await self._come_up(chat_id, urgency)

    async def _edit_comes_up(self, chat_id: int | None, waits: bool) -> None:
        """Take a place; in a group none of the chat's where somebody waits: for all who pressed before."""
        if chat_id is None or (chat_id < 0 and not waits):
            await self._come_up(None, Urgency.ANSWER)
            return
        await asyncio.sleep(self._pace.reserve_edit(chat_id, waits, monotonic()))
        if self._pace.held(Urgency.ANSWER, monotonic()):
            await self._edit_comes_up(chat_id, waits)

    async def post(self, chat_id: int, message: Message, urgency: Urgency) -> Outcome:
        """Send a message whose turn has come already."""
        left_at = monotonic()
        where = {
            "chat_id": chat_id,
            "disable_notification": message.silent or None,
            "message_thread_id": message.thread_id,
            "reply_parameters": _reply(message),
        }
        try:
            reply = await self._posted(where, message)
            if message.thread_id is not None and meaning.has_no_topic(reply):
                reply = await self._posted(where | {"message_thread_id": None}, message)
        except TelegramError as error:
            return self._settled(meaning.lost(error), chat_id, urgency, left_at)
        return self._settled(meaning.outcome(reply), chat_id, urgency, left_at)

    async def _posted(self, where: dict[str, Any], message: Message) -> Reply:
        """As the kind that it is best as, or else as text."""
        if origin := message.forwards or message.copies:
            method = "forwardMessage" if message.forwards else "copyMessage"
            return await self._ask(method, where | {"from_chat_id": origin[0], "message_id": origin[1]})
        if message.invoice:
            return await self._ask("sendInvoice", where | _invoice(message))
        if message.photo:
            return await self._ask("sendPhoto", where | _caption(message) | {"photo": message.photo})
        if message.document:
            name, content = message.document
            return await self._upload("sendDocument", where | _caption(message), "document", content, name)
        if message.rich and self._takes_rich:
            reply = await self._ask("sendRichMessage", where | _rich(message), may_be_unknown=True)
            if not meaning.takes_no_such(reply):
                return reply
            self._takes_rich = reply.code != HTTPStatus.NOT_FOUND
        if message.picture:
            reply = await self._photo(where, message)
            if not meaning.takes_no_such(reply):
                return reply
        return await self._ask("sendMessage", where | _content(message))

    async def _photo(self, where: dict[str, Any], message: Message) -> Reply:
        """A picture is uploaded once, and known by its name afterwards."""
        key = blake2b(message.picture).digest()
        content = where | _caption(message)
        if name := self._files.get(key):
            reply = await self._ask("sendPhoto", content | {"photo": name})
            if not meaning.takes_no_such(reply):
                return reply
        reply = await self._upload("sendPhoto", content, "photo", message.picture, "photo.png")
        if name := meaning.file_of(reply):
            self._files = {**dict(list(self._files.items())[-MOST_FILES:]), key: name}
        return reply

    async def _upload(
        self, method: str, params: dict[str, Any], field: str, content: bytes, name: str
    ) -> Reply:
        reply = await self._calls.upload(self._address + method, params, field, content, name)
        self._notice(reply)
        return reply

    async def download(self, file_id: str, most: int) -> bytes:
        """A file that somebody sent us.

        :param most: bytes
        :raises NotReadable: it is larger
        :raises NoAnswer: Telegram cannot be reached, or has it no more
        """
        with _meaning():
            found = await self.bot.get_file(file_id)
            if (found.file_size or 0) > most:
                raise NotReadable(file_id, "the file is too large", "too_large")
            data = bytes(await found.download_as_bytearray())
        if len(data) > most:
            raise NotReadable(file_id, "the file is too large", "too_large")
        return data

    def _settled(self, found: Outcome, chat_id: int | None, urgency: Urgency, left_at: float) -> Outcome:
        now = monotonic()
        self.outcomes.append(Heard(chat_id, left_at, now, found))
        self.told(found)
        if isinstance(found, TryLater) and found.limited:
            self._pace.refused(chat_id, urgency, found.seconds, left_at, now)
        return found

    async def _ask(self, method: str, params: dict[str, Any], may_be_unknown: bool = False) -> Reply:
        """
        :param may_be_unknown: an older server says 404, which says nothing of the token
        """
        began = monotonic()
        reply = await self._calls.ask(self._address + method, params)
        log.debug("called", method=method, code=reply.code, ms=round((monotonic() - began) * 1000))
        if not (may_be_unknown and reply.code == HTTPStatus.NOT_FOUND):
            self._notice(reply)
        return reply

    def _notice(self, reply: Reply) -> None:
        if meaning.refuses_token(reply):
            self.refused.set()

    async def administers(self, chat_id: int, person_id: int) -> bool:
        """Whether somebody decides for a group or a channel, as Telegram says now.

        :raises NoAnswer: nobody can tell
        """
        try:
            async with asyncio.timeout(RIGHTS_SECONDS):
                reply = await self._ask("getChatMember", {"chat_id": chat_id, "user_id": person_id})
        except (TelegramError, TimeoutError) as error:
            raise NoAnswer(f"no answer about a member: {error}"[: meaning.REASON]) from None
        return meaning.administers(reply)

    async def checked_out(self, query_id: str, refusal: str = "") -> None:
        """Answer a pre-checkout, within 10 seconds: it may be paid, or why not. One too late is no harm."""
        verdict: dict[str, Any] = {"ok": False, "error_message": refusal} if refusal else {"ok": True}
        params = {"pre_checkout_query_id": query_id} | verdict
        if not await self._answer("answerPreCheckoutQuery", params):
            await self._answer("answerPreCheckoutQuery", params)

    async def refund(self, person_id: int, charge_id: str) -> str:
        """Give Stars back. Returns why Telegram will not, empty where it did.

        :raises NoAnswer: nobody can tell whether it did
        """
        params = {"user_id": person_id, "telegram_payment_charge_id": charge_id}
        try:
            reply = await self._ask("refundStarPayment", params)
        except TelegramError as error:
            raise NoAnswer(error.message[: meaning.REASON]) from None
        return meaning.refusal(reply)

    async def new_topic(self, chat_id: int, name: str) -> int | None:
        """Begin a topic in a forum. Returns its number; None where the bot may not, or it is no forum.

        :raises NoAnswer: nobody can tell whether there is one now
        """
        try:
            reply = await self._ask("createForumTopic", {"chat_id": chat_id, "name": name})
        except TelegramError as error:
            raise NoAnswer(error.message[: meaning.REASON]) from None
        return meaning.topic_of(reply)

    async def answers(self) -> bool:
        """Does Telegram answer a question that costs nothing?"""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                reply = await self._ask("getMe", {})
        except (TelegramError, TimeoutError):
            return False
        return 200 <= reply.code < 300 and meaning.is_telegrams(reply)

    async def commands(self, language: str, table: Sequence[tuple[str, str]], whose: str = "private") -> None:
        """Set Telegram's menu for one language; `zh` is also everybody else's.

        :param table: (command, description)
        :param whose: see SCOPES
        :raises NoAnswer: Telegram cannot be reached, or refuses them
        """
        commands = [telegram.BotCommand(name, text) for name, text in table]
        scope = SCOPES[whose]()
        with _meaning():
            if language == "zh":
                await self.bot.set_my_commands(commands, scope)
            await self.bot.set_my_commands(commands, scope, language_code=language)


@contextmanager
def _meaning() -> Iterator[None]:
    """Telegram's errors, where no message was being sent."""
    try:
        yield
    except InvalidToken:
        raise SettingsError("NEWSBOT_TOKEN", "Telegram does not accept this token") from None
    except TelegramError as error:
        if meaning.is_second_poller(error):
            raise SecondPoller from None
        words = f"{type(error).__name__}: {error.message[: meaning.REASON]}"
        raise NoAnswer(words, meaning.seconds_of(error)) from error
    except OF_ANOTHER_SHAPE as error:
        raise NoAnswer("an answer of another shape than Telegram's") from error


def _nobody(_outcome: Outcome) -> None:
    """Nobody wants to hear of it."""


def _incoming(update: telegram.Update) -> Incoming:
    is_urgent = update.pre_checkout_query is not None
    return Incoming(update.update_id, _about(update), update.to_json(), is_urgent)


def _about(update: telegram.Update) -> int:
    """The chat that an update belongs to; the person where it belongs to none, as inline queries do.

    A pre-checkout has 10 seconds: it has a line of its own, and waits for nothing else of this person.
    """
    if update.pre_checkout_query is not None:
        return -update.pre_checkout_query.from_user.id
    whom = update.effective_chat or update.effective_user
    return whom.id if whom else 0


def _content(message: Message) -> dict[str, Any]:
    """What a message says, as Telegram takes it."""
    return {
        "text": message.text,
        "parse_mode": "HTML" if message.is_html else None,
        "reply_markup": markup(message),
        "link_preview_options": _preview(message.preview),
    }


def _caption(message: Message) -> dict[str, Any]:
    return {
        "caption": message.caption or None,
        "parse_mode": "HTML" if message.is_html else None,
        "reply_markup": markup(message),
    }


def _invoice(message: Message) -> dict[str, Any]:
    """A tip in Telegram Stars (Bot API, sendInvoice: Stars, one price, no provider)."""
    payload, stars = message.invoice or ("", 0)
    return {
        "title": message.caption,
        "description": message.text,
        "payload": payload,
        "provider_token": "",
        "currency": CURRENCY,
        "prices": [{"label": message.caption, "amount": stars}],
    }


def _rich(message: Message) -> dict[str, Any]:
    return {"rich_message": {"html": message.rich}, "reply_markup": markup(message)}


def _reply(message: Message) -> dict[str, Any] | None:
    """To which message it is the answer; where that is gone it is sent all the same."""
    if message.reply_to is None:
        return None
    return {"message_id": message.reply_to, "allow_sending_without_reply": True}


def _preview(address: str) -> dict[str, Any]:
    return {"url": address, "prefer_small_media": True} if address else {"is_disabled": True}


def _result(one: Result) -> dict[str, Any]:
    content = _content(one.message)
    return {
        "type": "article",
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "thumbnail_url": one.image or None,
        "reply_markup": content.pop("reply_markup"),
        "input_message_content": {
            "message_text": content.pop("text"),
            **{name: value for name, value in content.items() if value is not None},
        },
    }


def markup(message: Message) -> dict[str, Any] | None:
    """The buttons, or the question, as Telegram takes them."""
    if message.asks is not None:
        hint = {"input_field_placeholder": message.asks} if message.asks else {}
        only_to = {"selective": True} if message.reply_to is not None else {}
        return {"force_reply": True} | only_to | hint
    if not message.buttons:
        return None
    return {"inline_keyboard": [[_button(button) for button in row] for row in message.buttons]}


def _button(button: Button) -> dict[str, str]:
    action = {"url": button.url} if button.url else {"callback_data": button.data}
    return {"text": button.text} | action
