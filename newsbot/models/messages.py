"""What is said in a chat."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class Urgency(IntEnum):
    """Who goes first where only so many messages may leave."""

    ANSWER = 0  # somebody is waiting for it
    DIGEST = 1
    BROADCAST = 2


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that happened in Telegram, as it told us.

    :ivar id: grows with every update
    :ivar chat_id: where it happened, or of whom it tells; what happens in one chat is dealt with in order
    :ivar payload: the update as JSON
    :ivar is_urgent: Telegram waits for the answer, and not for long
    """

    id: int
    chat_id: int
    payload: str
    is_urgent: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: `data` comes back when it is pressed, or `url` is opened.

    :ivar data: at most 64 bytes, see `messages.buttons`
    """

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as Telegram takes it.

    :ivar text: HTML, every value in it escaped; at most 4096 UTF-16 units after parsing
    :ivar buttons: rows of buttons
    :ivar silent: arrives without a sound
    :ivar asks: wants an answer typed (Telegram's force-reply), with this text in the empty field
    :ivar preview: the address whose picture and words are shown below, empty for none
    :ivar rich: the same as a rich message, in Telegram's HTML for these; sent where it takes them
    :ivar picture: a PNG that is sent with `caption` in the place of the text
    :ivar caption: HTML; at most 1024 UTF-16 units after parsing
    :ivar photo: the same by the name that Telegram has for a picture
    :ivar forwards, copies: chat and message of what is sent in the place of all this
    :ivar document: a file that is sent with `caption`, and its name
    :ivar invoice: what a tip carries, and how many Stars it is; `caption` is its title, `text` what it says
    :ivar is_html: False where the text is plain, to the last sign
    :ivar thread_id: the topic of a forum that it belongs to
    :ivar reply_to: the message that it answers, in a chat of several people
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    asks: str | None = None
    preview: str = ""
    rich: str = ""
    picture: bytes = b""
    caption: str = ""
    photo: str = ""
    forwards: tuple[int, int] | None = None
    copies: tuple[int, int] | None = None
    document: tuple[str, bytes] | None = None
    invoice: tuple[str, int] | None = None
    is_html: bool = True
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A card that may be sent into any chat, in the answer to an inline query.

    :ivar id: at most 64 bytes, each once in an answer
    :ivar image: the address of a picture, or empty
    """

    id: str
    title: str
    description: str
    message: Message
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The answer to an inline query.

    :ivar next_offset: where the next page begins, empty where there is none; at most 64 bytes
    :ivar seconds: for which Telegram may give it to the same person again
    :ivar label: of the button above the results, which opens the bot with `start`
    """

    results: tuple[Result, ...]
    next_offset: str = ""
    seconds: int = 60
    label: str = ""
    start: str = ""
