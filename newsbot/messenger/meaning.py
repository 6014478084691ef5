"""What Telegram's answers mean for the message that was being sent: by code first, then by description.

Only Telegram's own refusals count against a message: a proxy's 403 is no reader who blocked us.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeGuard

from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Conflict, RetryAfter, TelegramError
from telegram.warnings import PTBDeprecationWarning

from newsbot.errors import NoAnswer
from newsbot.messenger.transport import Lost, NotSent, Reply
from newsbot.models.deliveries import (
    BadMessage,
    Blocked,
    Doubtful,
    Gone,
    MovedTo,
    Outcome,
    Sent,
    TryLater,
    Unknown,
)

REASON = 200  # characters of a reason that are kept: a proxy's answer may be a whole page
WAIT = 5  # seconds, where a 429 does not say how long
STOPPED = 60  # seconds, where the token is refused: the process ends meanwhile
UNCHANGED = "message is not modified"
NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")
NOT_THERE = "message to delete not found"
SECOND_POLLER = "terminated by other getupdates"
# what may be said of one kind of message and not of another
OF_A_KIND = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

#: how the description of a 400 begins -> what that means; anything else is a bad message
REFUSALS: dict[str, type[Doubtful | Gone] | BadMessage] = {
    "chat not found": Doubtful,
    "chat_write_forbidden": Doubtful,
    "have no rights to send": Doubtful,
    "not enough rights to send": Doubtful,
    "need administrator rights": Doubtful,
    "topic_closed": Doubtful,
    "peer_id_invalid": Doubtful,
    "user is deactivated": Doubtful,
    "message to edit not found": Gone,
    "message can't be edited": Gone,
    "message_id_invalid": Gone,
    "message can't be deleted": Gone,
    "there is no text in the message to edit": Gone,  # a picture, which becomes no text: say it below
    "can't parse entities": BadMessage("", plain=True),
    "message is too long": BadMessage("", plain=True),
    "message_too_long": BadMessage("", plain=True),
    "entities_too_long": BadMessage("", plain=True),
}


def outcome(reply: Reply) -> Outcome:
    """What became of a message that was sent or edited."""
    code, told = reply.code, _told(reply)
    if 200 <= code < 300:
        number = _message_id(told)
        return Unknown("an answer without the message") if number is None else Sent(number)
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLater(_seconds(told), _reason(told, code), limited=True)
    if 400 <= code < 500:
        return _refused(code, told) if told.get("ok") is False else _in_between(code)
    return Unknown(f"Telegram is in trouble ({code})")


def _refused(code: int, told: dict[str, Any]) -> Outcome:
    reason = _reason(told, code)
    moved = _parameters(told).get("migrate_to_chat_id")
    if _is_id(moved):
        return MovedTo(moved)
    if code == HTTPStatus.FORBIDDEN:
        return Blocked(reason)
    if code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        return TryLater(STOPPED, reason)
    if code == HTTPStatus.CONFLICT:
        return TryLater(WAIT, reason)
    return _bad_request(reason)


def _bad_request(reason: str) -> Outcome:
    words = reason.lower()
    for beginning, meaning in REFUSALS.items():
        if words.startswith(beginning):
            return BadMessage(reason, meaning.plain) if isinstance(meaning, BadMessage) else meaning(reason)
    return BadMessage(reason)


def takes_no_such(reply: Reply) -> bool:
    """This kind of message is refused, as it is or altogether: another kind may not be.

    A Bot API server that is older than a method says 404.
    """
    told = _told(reply)
    if reply.code not in OF_A_KIND or told.get("ok") is not False or has_no_topic(reply):
        return False
    return reply.code == HTTPStatus.NOT_FOUND or isinstance(_refused(reply.code, told), BadMessage | Gone)


def administers(reply: Reply) -> bool:
    """Whether the member that Telegram tells of decides for the chat; in a channel whoever may post there.

    :raises NoAnswer: it tells of none
    """
    member = _result(reply)
    status = member.get("status")
    if not isinstance(status, str):
        raise NoAnswer(_reason(_told(reply), reply.code))
    if status == ChatMemberStatus.ADMINISTRATOR:
        return member.get("can_post_messages") is not False  # said of channels alone
    return status == ChatMemberStatus.OWNER


def refusal(reply: Reply) -> str:
    """Why something was refused for good; empty where it was done.

    :raises NoAnswer: nobody can tell
    """
    told = _told(reply)
    if 200 <= reply.code < 300 and told.get("ok") is True:
        return ""
    if reply.code == HTTPStatus.TOO_MANY_REQUESTS or told.get("ok") is not False or reply.code >= 500:
        raise NoAnswer(_reason(told, reply.code))
    return _reason(told, reply.code)


def topic_of(reply: Reply) -> int | None:
    """The topic that was begun; None where it was refused.

    :raises NoAnswer: nobody can tell
    """
    if reply.code == HTTPStatus.TOO_MANY_REQUESTS or not 200 <= reply.code < 500:
        raise NoAnswer(f"no answer about a topic ({reply.code})")
    number = _result(reply).get("message_thread_id")
    return number if _is_id(number) else None


def _result(reply: Reply) -> dict[str, Any]:
    """What a good answer tells; empty where it is none."""
    told = _told(reply)
    result = told.get("result") if told.get("ok") is True and 200 <= reply.code < 300 else None
    return result if isinstance(result, dict) else {}


def file_of(reply: Reply) -> str:
    """The name under which a picture that was sent may be sent again; empty where there is none."""
    result = _told(reply).get("result")
    sizes = result.get("photo") if isinstance(result, dict) else None
    last = sizes[-1] if isinstance(sizes, list) and sizes else None
    name = last.get("file_id") if isinstance(last, dict) else None
    return name if isinstance(name, str) else ""


def lost(error: TelegramError) -> Outcome:
    """What a broken exchange means: it did not leave, or nobody can know."""
    words = error.message[:REASON]
    return TryLater(0, words) if isinstance(error, NotSent) else Unknown(words)


def is_unchanged(reply: Reply) -> bool:
    """An edit that changes nothing is refused, and fine."""
    return reply.code == HTTPStatus.BAD_REQUEST and UNCHANGED in _reason(_told(reply), 400).lower()


def is_done_unseen(reply: Reply) -> bool:
    """An edit that was made to a message which somebody sent through us: that one is not shown to us."""
    return 200 <= reply.code < 300 and is_telegrams(reply) and _told(reply).get("result") is True


def is_gone_already(reply: Reply) -> bool:
    """What was to be deleted is not there any more."""
    reason = _reason(_told(reply), reply.code).lower()
    return reply.code == HTTPStatus.BAD_REQUEST and reason.startswith(NOT_THERE)


def has_no_topic(reply: Reply) -> bool:
    """The topic that it was for is gone, or nobody writes there any more; the chat is not."""
    words = _reason(_told(reply), 400).lower()
    return reply.code == HTTPStatus.BAD_REQUEST and any(one in words for one in NO_TOPIC)


def is_telegrams(reply: Reply) -> bool:
    """A good answer of a Bot API server, whatever it holds."""
    return _told(reply).get("ok") is True


def refuses_token(reply: Reply) -> bool:
    """Telegram itself says that there is no such bot."""
    return reply.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND) and _told(reply).get("ok") is False


def check(reply: Reply) -> None:
    """For the library's own calls: raise what it would take for something else.

    :raises TelegramError: the answer is not Telegram's, or Telegram is in trouble
    """
    code, told = reply.code, _told(reply)
    if 200 <= code < 300 and told.get("ok") is not True:
        raise Lost(f"an answer that is not Telegram's ({code})")
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        with _without_warning():
            raise RetryAfter(timedelta(seconds=_seconds(told)))
    if 400 <= code < 500 and told.get("ok") is not False:
        raise NotSent(_in_between(code).reason)
    if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise BadRequest(_reason(told, code))
    if code >= 500:  # often a gateway's page, of which the library would log a traceback
        raise Lost(f"Telegram is in trouble ({code})")


def seconds_of(error: TelegramError) -> float | None:
    """How long Telegram asks us to wait, if it does."""
    if not isinstance(error, RetryAfter):
        return None
    with _without_warning():
        seconds = error.retry_after
    return seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)


def is_second_poller(error: TelegramError) -> bool:
    """Somebody else asks for this bot's updates."""
    return isinstance(error, Conflict) and SECOND_POLLER in error.message.lower()


def _in_between(code: int) -> TryLater:
    return TryLater(0, f"refused on the way to Telegram ({code})")


def _told(reply: Reply) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none."""
    try:
        told = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _message_id(told: dict[str, Any]) -> int | None:
    result = told.get("result") if told.get("ok") is True else None
    number = result.get("message_id") if isinstance(result, dict) else None
    return number if _is_id(number) else None


def _is_id(number: object) -> TypeGuard[int]:
    """What a database takes for one."""
    return isinstance(number, int) and abs(number) < 1 << 63


def _parameters(told: dict[str, Any]) -> dict[str, Any]:
    found = told.get("parameters")
    return found if isinstance(found, dict) else {}


def _seconds(told: dict[str, Any]) -> float:
    asked = _parameters(told).get("retry_after")
    return float(asked) if isinstance(asked, int | float) and asked > 0 else WAIT


def _reason(told: dict[str, Any], code: int) -> str:
    words = str(told.get("description") or code).encode("utf-8", "replace").decode().replace("\x00", "")
    return words.removeprefix("Bad Request: ")[:REASON]


@contextmanager
def _without_warning() -> Iterator[None]:
    """RetryAfter warns of a change of its type, whatever one does with it. Nothing may be awaited inside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        yield
