"""One message in, one Outcome back: against a real server that refuses and a line that breaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from itertools import product
from time import monotonic
from typing import Any

import pytest
import pytest_asyncio
from telegram import error as library

from newsbot.errors import NoAnswer, SecondPoller, SettingsError
from newsbot.messenger import Messenger, markup, meaning, transport
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
from newsbot.models.messages import Button, Message, Urgency
from newsbot.outbox.pace import Pace
from playground.bot_api import SECOND_POLLER
from playground.errors import ApiError
from playground.faults import Fault, Faults
from playground.proxy import Break, Proxy
from playground.server import Playground
from tests.conftest import shared
from tests.playground.pictures import png

NEWS = Message(text="<b>新闻</b>")
BUTTONS = ((Button("1", "open:v1:1:"),),)
RICH = Message(text="新闻", rich="<p><b>新闻</b></p>", buttons=BUTTONS)
PHOTO = Message(text="新闻", picture=png(), caption="<b>本周</b>", buttons=BUTTONS)
UNKNOWN_METHOD = ApiError(404, "Not Found: method not found")
NOBODY = "http://127.0.0.1:1"


@dataclass
class Freely:
    """A pace at which everything may leave, and which remembers what it was told."""

    rate: float = 1000
    holds: list[tuple[Urgency, float]] = field(default_factory=list)
    asked: list[tuple[int | None, Urgency]] = field(default_factory=list)
    edits: list[tuple[int, bool]] = field(default_factory=list)

    def wait(self, urgency: Urgency, now: float) -> float:
        return 0

    def reserve(self, chat_id: int | None, urgency: Urgency, now: float) -> float:
        self.asked.append((chat_id, urgency))
        return 0

    def until_edit(self, chat_id: int, now: float) -> float:
        return 0

    def reserve_edit(self, chat_id: int, waits: bool, now: float) -> float:
        self.edits.append((chat_id, waits))
        return 0

    def refused(
        self, chat_id: int | None, urgency: Urgency, seconds: float, left_at: float, now: float
    ) -> None:
        assert left_at <= now
        self.holds.append((urgency, seconds))

    def hold(self, urgency: Urgency, seconds: float, now: float) -> None: ...

    def held(self, urgency: Urgency, now: float) -> float:
        return 0

    def learned(self, rate: float) -> None: ...


@dataclass
class Office:
    """A messenger, the Telegram it talks to, and the line between them."""

    server: Playground
    line: Proxy
    messenger: Messenger
    pace: Freely

    @property
    def faults(self) -> Faults:
        return self.server.faults

    @property
    def reader(self) -> int:
        return self.server.telegram.person("zh").id

    def called(self) -> list[tuple[str, bool]]:
        """What was asked of Telegram to say something, and whether it was done."""
        calls = self.server.telegram.calls
        return [
            (call.method, call.response.get("ok", False))
            for call in calls
            if call.method[:4] in ("send", "edit")
        ]

    def photos(self) -> list[Any]:
        """What was given as a photo: a name, or else a file."""
        return [call.params["photo"] for call in self.server.telegram.calls if "photo" in call.params]

    def arrived(self) -> int:
        """How many messages are in the reader's chat."""
        return len(self.server.telegram.messages(self.reader))

    async def sends(self, message: Message = NEWS, chat_id: int | None = None) -> Outcome:
        return await self.messenger.send(self.reader if chat_id is None else chat_id, message)


@pytest_asyncio.fixture
async def office() -> AsyncIterator[Office]:
    """The reader's chat is open; everything goes through the proxy."""
    server = Playground()
    await server.start()
    server.telegram.opens(server.telegram.person("zh").id)
    line = Proxy(server.host, server.port)
    await line.start()
    pace = Freely()
    messenger = Messenger(server.token, line.url, pace, read_seconds=0.5)
    await messenger.open()
    made = Office(server, line, messenger, pace)
    yield made
    await made.messenger.close()
    await line.stop()
    await server.stop()


def elsewhere(address: str, server: Playground | None = None) -> Messenger:
    """A messenger that looks for Telegram at another address."""
    return Messenger(server.token if server else "1:x", address, Freely(), read_seconds=0.5)


# What was sent


async def test_a_message_that_arrives_is_sent(office: Office) -> None:
    """With its number, formatted, with its buttons and without a preview of its links."""
    found = await office.sends(
        Message(text="<b>新闻</b>", buttons=((Button("1", "open:v1:1:"),),), silent=True)
    )
    (message,) = office.server.telegram.messages(office.reader)

    assert Sent(message["message_id"]) == found
    assert ("新闻", "bold") == (message["text"], message["entities"][0]["type"])
    assert "open:v1:1:" == message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]


async def test_an_edit_takes_the_place_of_a_message(office: Office) -> None:
    """One that changes nothing is fine too."""
    sent = await office.sends()
    assert isinstance(sent, Sent)
    changed = await office.messenger.edit(office.reader, sent.message_id, Message(text="别的"))
    again = await office.messenger.edit(office.reader, sent.message_id, Message(text="别的"))

    assert [sent, sent] == [changed, again]
    assert ["别的"] == [one["text"] for one in office.server.telegram.messages(office.reader)]


async def test_an_edit_of_what_somebody_sent_through_us_is_answered_without_the_message(
    office: Office,
) -> None:
    """`true` is all that Telegram says of it, also where nothing was changed."""
    telegram, person = office.server.telegram, office.reader
    group = telegram.add_group("群", [person])
    content = {"via_bot": telegram.bot, "text": "旧", "reply_markup": {"inline_keyboard": []}}
    message = telegram.new_message(group, telegram.person("zh").user(), content)
    name = telegram._name_inline(message)["inline_message_id"]

    assert [Sent(0), Sent(0)] == [await office.messenger.edit_shared(name, NEWS) for _ in range(2)]
    assert "新闻" == telegram.inline_message(name)["text"]


async def test_an_edit_of_what_is_gone_is_refused(office: Office) -> None:
    """The caller may send a new message instead."""
    assert Gone("message to edit not found") == await office.messenger.edit(office.reader, 99, NEWS)


# As the kind of message that it is best as


async def test_a_rich_message_is_sent_as_one(office: Office) -> None:
    """With its buttons, silent where it should be; the text is not sent besides."""
    found = await office.sends(replace(RICH, silent=True))
    (message,) = office.server.telegram.messages(office.reader)

    assert Sent(message["message_id"]) == found
    assert [{"type": "paragraph", "text": {"type": "bold", "text": "新闻"}}] == message["rich_message"][
        "blocks"
    ]
    assert "open:v1:1:" == message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert office.called() == [("sendRichMessage", True)]


async def test_a_rich_message_that_is_refused_arrives_as_text(office: Office) -> None:
    """Once; the next one is tried again, for it may be better."""
    found = [await office.sends(replace(RICH, rich="<video>")), await office.sends(RICH)]

    assert [Sent, Sent] == [type(one) for one in found]
    assert ["新闻", None] == [one.get("text") for one in office.server.telegram.messages(office.reader)]


async def test_a_server_that_knows_no_rich_messages_gets_text(office: Office) -> None:
    """Its 404 says nothing of the token; it is asked once, for edits as well."""
    office.faults.script.append(Fault(9, "sendRichMessage", error=UNKNOWN_METHOD))
    found = [await office.sends(RICH) for _ in range(2)]
    await office.messenger.edit(office.reader, 1, replace(RICH, text="别的"))

    assert [Sent, Sent] == [type(one) for one in found]
    assert not office.messenger.refused.is_set()
    assert ["别的", "新闻"] == [one["text"] for one in office.server.telegram.messages(office.reader)]
    assert office.called() == [
        ("sendRichMessage", False), ("sendMessage", True), ("sendMessage", True), ("editMessageText", True)
    ]  # fmt: skip


async def test_a_token_that_is_refused_is_no_missing_method(office: Office) -> None:
    """Whatever kind of message was to leave, the process is told; nothing is sent as another kind."""
    for message in (RICH, PHOTO):
        office.faults.script.append(Fault(error=ApiError(401, "Unauthorized")))

        assert TryLater(60, "Unauthorized") == await office.sends(message)
        assert office.messenger.refused.is_set()
        office.messenger.refused.clear()
    assert 0 == office.arrived()


async def test_an_edit_is_rich_too(office: Office) -> None:
    """In the place of a text, and a text in its place; unchanged it is fine, refused it is text."""
    sent = await office.sends()
    assert isinstance(sent, Sent)
    kinds = []
    for message in (RICH, RICH, NEWS, replace(RICH, text="别的", rich="<video>")):
        assert sent == await office.messenger.edit(office.reader, sent.message_id, message)
        (shown,) = office.server.telegram.messages(office.reader)
        kinds.append(shown.get("text"))

    assert [None, None, "新闻", "别的"] == kinds


async def test_what_is_gone_is_gone_for_a_rich_edit(office: Office) -> None:
    """The caller may send a new message instead."""
    assert Gone("message to edit not found") == await office.messenger.edit(office.reader, 99, RICH)


async def test_a_picture_is_uploaded_once(office: Office) -> None:
    """With its caption and buttons; the next reader gets it by its name."""
    found = [await office.sends(PHOTO) for _ in range(2)]
    first, second = office.server.telegram.messages(office.reader)

    assert [Sent(first["message_id"]), Sent(second["message_id"])] == found
    assert (first["photo"], "本周", "bold") == (
        second["photo"], second["caption"], second["caption_entities"][0]["type"]
    )  # fmt: skip
    assert first["reply_markup"] == second["reply_markup"]
    assert [True, False] == [not isinstance(photo, str) for photo in office.photos()]


async def test_a_name_that_is_forgotten_is_made_anew(office: Office) -> None:
    """The picture is uploaded again, and known by the new name then."""
    await office.sends(PHOTO)
    office.server.telegram.photos.clear()
    found = [await office.sends(PHOTO) for _ in range(2)]

    assert [Sent, Sent] == [type(one) for one in found]
    assert [False, True, False, True] == [isinstance(photo, str) for photo in office.photos()]
    assert 3 == office.arrived()


async def test_a_picture_that_is_refused_is_text(office: Office) -> None:
    """Broken, too large for a photo, with a caption that is too long, or by an answer of its own kind."""
    too_large = ApiError(413, "Request Entity Too Large")
    office.faults.script.append(Fault(method="sendPhoto", error=too_large))
    for message in (PHOTO, replace(PHOTO, picture=b"GIF89a"), replace(PHOTO, caption="长" * 1025)):
        assert isinstance(await office.sends(message), Sent)

    assert ["新闻"] * 3 == [one["text"] for one in office.server.telegram.messages(office.reader)]


async def test_words_without_meaning_do_not_keep_a_picture_back(office: Office) -> None:
    """Half a character is a question mark, as in a text."""
    await office.sends(replace(PHOTO, caption="一\ud800二"))

    assert ["一?二"] == [one["caption"] for one in office.server.telegram.messages(office.reader)]


async def test_an_upload_fails_as_any_message_does(office: Office) -> None:
    """What was certainly refused, what is to come later, and what nobody can know; never as text besides."""
    office.faults.too_many(17)
    later = await office.sends(PHOTO)
    office.faults.forbid()
    blocked = await office.sends(PHOTO)
    office.faults.refuse("chat not found")
    doubtful = await office.sends(PHOTO)
    office.faults.hang(done=False)
    silent = await office.sends(PHOTO)
    unknown = []
    for how in (Break.RESET_AFTER_ACCEPT, Break.RESET_AFTER_REQUEST, Break.HALF_ANSWER):
        fresh = elsewhere(office.line.url, office.server)
        office.line.breaks(how)
        unknown.append(type(await fresh.send(office.reader, PHOTO)))
        await fresh.close()
    nobody = elsewhere(NOBODY)
    not_sent = await nobody.send(office.reader, PHOTO)
    await nobody.close()

    assert isinstance(later, TryLater)
    assert ([(Urgency.ANSWER, 17.0)], True) == (office.pace.holds, later.limited)
    assert [Blocked, Doubtful, Unknown] == [type(one) for one in (blocked, doubtful, silent)]
    assert [Unknown] * 3 == unknown
    assert (TryLater, False) == (type(not_sent), getattr(not_sent, "limited", True))
    assert {"sendPhoto"} == {name for name, _ in office.called()}


async def test_a_rich_message_fails_as_any_message_does(office: Office) -> None:
    """Nor is that sent as text, which would perhaps arrive twice."""
    office.faults.too_many(17)
    later = await office.sends(RICH)
    office.faults.forbid()
    blocked = await office.sends(RICH)
    office.faults.hang()
    silent = await office.sends(RICH)

    assert [TryLater, Blocked, Unknown] == [type(one) for one in (later, blocked, silent)]
    assert [(Urgency.ANSWER, 17.0)] == office.pace.holds
    assert 1 == office.arrived()


async def test_a_topic_that_is_gone_is_left_out_of_every_kind(office: Office) -> None:
    """The message stays as rich as it was, and a picture is not uploaded in vain."""
    for message, method in ((RICH, "sendRichMessage"), (PHOTO, "sendPhoto")):
        office.faults.refuse("message thread not found")
        found = await office.sends(replace(message, thread_id=7))

        assert Sent is type(found)
        assert [(method, 7), (method, None)] == [
            (call.method, call.params.get("message_thread_id")) for call in office.server.telegram.calls[-2:]
        ]
    assert 2 == office.arrived()


async def test_a_picture_becomes_no_text(office: Office) -> None:
    """Telegram edits only words into words: whoever edits it says it below, as if the message were gone."""
    sent = await office.sends(PHOTO)
    assert isinstance(sent, Sent)
    found = [await office.messenger.edit(office.reader, sent.message_id, one) for one in (NEWS, RICH)]

    assert [Gone("there is no text in the message to edit")] * 2 == found


async def test_a_preview_is_of_one_address(office: Office) -> None:
    """Small, below the words, of an address that need not stand in them; without it there is none."""
    await office.sends(Message(text="新闻 https://b.example/", preview="https://a.example/1"))
    await office.sends(Message(text="新闻 https://b.example/"))
    first, second = office.server.telegram.messages(office.reader)

    assert {"url": "https://a.example/1", "prefer_small_media": True} == first["link_preview_options"]
    assert {"is_disabled": True} == second["link_preview_options"]


# What was certainly not sent, because Telegram says so


async def test_a_refusal_has_a_meaning(office: Office) -> None:
    """The chat is gone, has moved, or the message is no good."""
    office.faults.forbid()
    office.faults.forbid("user is deactivated")
    for reason in ("chat not found", "CHAT_WRITE_FORBIDDEN", "message is too long", "BUTTON_DATA_INVALID"):
        office.faults.refuse(reason)
    office.faults.migrate(office.reader, -1001234567890)

    assert [
        Blocked("Forbidden: bot was blocked by the user"),
        Blocked("Forbidden: user is deactivated"),
        Doubtful("chat not found"),
        Doubtful("CHAT_WRITE_FORBIDDEN"),
        BadMessage("message is too long", plain=True),
        BadMessage("BUTTON_DATA_INVALID"),
        MovedTo(-1001234567890),
    ] == [await office.sends() for _ in range(7)]
    assert 0 == office.arrived()


async def test_a_message_that_telegram_cannot_parse_is_bad(office: Office) -> None:
    """So is one that is too long or empty; the server says so by itself."""
    found = [await office.sends(Message(text=text)) for text in ("<int>", "长" * 4097, " ")]

    assert [True, True, True] == [isinstance(one, BadMessage) for one in found]


async def test_an_unknown_chat_is_gone(office: Office) -> None:
    """So is a person who blocks the bot."""
    office.server.telegram.blocks(office.reader)

    assert [Doubtful("chat not found"), Blocked("Forbidden: bot was blocked by the user")] == [
        await office.sends(chat_id=42),
        await office.sends(),
    ]


async def test_too_many_requests_mean_later(office: Office) -> None:
    """Exactly as long as Telegram says, for sends and edits, and the pace is held meanwhile."""
    office.faults.too_many(17)
    sent = await office.sends()
    office.faults.too_many(3)
    edited = await office.messenger.edit(office.reader, 1, NEWS)

    assert [(17.0, True), (3.0, True)] == [
        (one.seconds, one.limited) for one in (sent, edited) if isinstance(one, TryLater)
    ]
    assert [(Urgency.ANSWER, 17.0), (Urgency.ANSWER, 3.0)] == office.pace.holds


async def test_too_many_requests_without_a_time_mean_a_little_later(office: Office) -> None:
    """A gateway before Telegram may say 429 as well."""
    office.faults.server_error(429)
    found = await office.sends()

    assert isinstance(found, TryLater)
    assert ([(Urgency.ANSWER, 5.0)], 5.0, True) == (office.pace.holds, found.seconds, found.limited)


async def test_what_others_refuse_does_not_count_against_the_reader(office: Office) -> None:
    """A proxy's 403 is no reader who blocked us, its 400 no bad message, its 401 no bad token."""
    for status in (400, 401, 403, 404, 407, 408, 409, 413):
        office.faults.server_error(status)

        assert (status, TryLater(0, f"refused on the way to Telegram ({status})")) == (
            status,
            await office.sends(),
        )


async def test_a_token_that_is_no_longer_good_loses_no_message(office: Office) -> None:
    """The process is told, and stops; the operator will set another one."""
    before = office.messenger.refused.is_set()
    office.server._bot_api.token = "9:another"

    assert TryLater(60, "Unauthorized") == await office.sends()
    assert (False, True) == (before, office.messenger.refused.is_set())


MEANINGS: dict[str, Any] = {
    "dead_chat": Blocked,
    "dead_chat_soft": Doubtful,
    "drop_thread_then_retry": BadMessage,  # to the chat itself; see below for a topic
    "migrate": MovedTo,
    "our_bug_send_plain_once": BadMessage,
    "our_bug_park": BadMessage,
    "success": BadMessage,  # of a message; of an edit see below
    "gone": Gone,
    "ignore_keep_effect": BadMessage,  # only presses are answered with it, see below
    "not_sent_wait": TryLater,
    "stop_process": TryLater,
    "second_poller": TryLater,
    "unknown_outcome": Unknown,
}


async def test_every_collected_error_has_its_meaning(office: Office) -> None:
    """Everything that the Bot API is known to answer; `not modified` is a success of edits alone."""
    known = json.loads(shared("telegram/errors.json").read_text("utf-8"))["errors"]
    for one in known:
        if "description" in one:
            description = one["description"]
            error = ApiError(one["code"], description, one.get("parameters", {}))
            office.faults.refuse("")
            office.faults.script[-1].error = error
        else:
            office.faults.server_error(one["code"])

        found = await office.sends()
        assert (one, MEANINGS[one["class"]]) == (one, type(found))
        assert (one, one["class"] == "our_bug_send_plain_once") == (one, getattr(found, "plain", False))
        assert (one, one["class"] == "stop_process") == (one, office.messenger.refused.is_set())
        office.messenger.refused.clear()


async def test_a_topic_that_is_gone_is_left_out(office: Office) -> None:
    """The chat is there still."""
    office.faults.refuse("message thread not found")
    found = await office.sends(Message(text="新闻", thread_id=7))

    assert (Sent, 1) == (type(found), office.arrived())
    assert [7, None] == [
        call.params.get("message_thread_id")
        for call in office.server.telegram.calls
        if call.method == "sendMessage"
    ]


# What was certainly not sent, because nobody was reached


async def test_nobody_at_home_is_later(office: Office) -> None:
    """A refused connection, and a server that does not speak TLS."""
    found = []
    for address in (NOBODY, f"https://127.0.0.1:{office.server.port}"):
        lost = elsewhere(address)
        found.append(await lost.send(7, NEWS))
        await lost.close()

    assert [TryLater, TryLater] == [type(one) for one in found]
    assert ["not reached: ClientConnector"] * 2 == [one.reason[:28] for one in found]


async def test_without_a_free_connection_it_is_later(office: Office, monkeypatch) -> None:
    """While all of them wait for answers, the next message does not leave; they are not known."""
    monkeypatch.setattr("newsbot.messenger.CONNECTIONS", 8)
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 0.3)
    office.faults.hang(times=8)
    await office.messenger.close()
    office.messenger = Messenger(office.server.token, office.server.url, office.pace, read_seconds=1.5)
    hanging = [asyncio.create_task(office.sends()) for _ in range(8)]
    await asyncio.sleep(0.1)
    ninth = await office.sends()
    found = await asyncio.gather(*hanging)

    assert TryLater(0, "not reached: ConnectionTimeoutError") == ninth
    assert {Unknown} == {type(one) for one in found}


async def test_a_name_that_nobody_has_is_later() -> None:
    """Nor does a host that does not answer at all count as one that may have heard."""
    lost = elsewhere("http://telegram.invalid")
    found = await lost.send(7, NEWS)
    await lost.close()

    assert isinstance(found, TryLater)


# What nobody can know


async def test_a_broken_connection_is_unknown(office: Office) -> None:
    """Whether the message arrived cannot be seen from here."""
    for how, arrives in (
        (Break.RESET_AFTER_ACCEPT, False),
        (Break.RESET_AFTER_REQUEST, True),
        (Break.HALF_ANSWER, True),
    ):
        before = office.arrived()
        fresh = elsewhere(office.line.url, office.server)
        office.line.breaks(how)
        found = await fresh.send(office.reader, NEWS)
        await fresh.close()

        assert (how, Unknown, before + arrives) == (how, type(found), office.arrived())


GARBAGE = (
    "<html>welcome to this hotspot</html>",
    "",
    "{}",
    "[]",
    "null",
    "17",
    '"ok"',
    '{"ok": false}',
    '{"ok": true}',
    '{"ok": true, "result": true}',
    '{"ok": true, "result": {}}',
    '{"ok": true, "result": []}',
    '{"ok": true, "result": {"message_id',
)


async def test_an_answer_that_makes_no_sense_is_unknown(office: Office) -> None:
    """200 with a hotspot's page or half of the truth: the message is almost surely there."""
    for count, body in enumerate(GARBAGE, 1):
        office.faults.garbage(body)

        assert (body, Unknown, count) == (body, type(await office.sends()), office.arrived())


async def test_a_server_in_trouble_is_unknown(office: Office) -> None:
    """It may have done what it was asked before it fell over."""
    for status, done in product((302, 500, 502, 503, 504), (False, True)):
        before = office.arrived()
        office.faults.server_error(status, done=done)

        assert (status, Unknown) == (status, type(await office.sends()))
        assert before + done == office.arrived()


async def test_no_answer_in_time_is_unknown(office: Office) -> None:
    """A send that answers late was still accepted."""
    office.faults.hang()

    assert (Unknown("no answer in time"), 1) == (await office.sends(), office.arrived())


def test_a_reason_is_short() -> None:
    """It is kept with the delivery, and a gateway's answer may be a whole page."""
    found = meaning.lost(library.NetworkError("<html>" * 9999))

    assert isinstance(found, Unknown)
    assert len(found.reason) < 300


# The pace


async def test_every_message_and_edit_asks_the_pace(office: Office) -> None:
    """A message for its chat; an edit too, but in a group for none where somebody waits for it."""
    sent = await office.sends()
    assert isinstance(sent, Sent)
    for waits in (False, True):
        await office.messenger.edit(office.reader, sent.message_id, NEWS, waits)
    for waits in (False, True):
        await office.messenger.edit(-7, 1, NEWS, waits)
    await office.messenger.turn(office.reader, Urgency.DIGEST)

    assert [
        (office.reader, Urgency.ANSWER),
        (None, Urgency.ANSWER),
        (office.reader, Urgency.DIGEST),
    ] == office.pace.asked
    assert [(office.reader, False), (office.reader, True), (-7, True)] == office.pace.edits


async def test_the_urgent_goes_first() -> None:
    """An answer takes the next place; digests wait in line, evenly; broadcasts wait for all of them."""
    order: list[str] = []
    messenger = Messenger("1:x", NOBODY, Pace(most=20, rate=19.2))

    async def leaves(urgency: Urgency, chat_id: int) -> None:
        await asyncio.sleep(await messenger.turn(chat_id, urgency))
        order.append(f"{urgency.name} {chat_id}")

    line = [asyncio.create_task(leaves(Urgency.BROADCAST, number)) for number in range(11, 15)]
    line += [asyncio.create_task(leaves(Urgency.DIGEST, number)) for number in range(1, 5)]
    await asyncio.sleep(0.02)
    await messenger._come_up(99, Urgency.ANSWER)
    order.append("ANSWER 99")
    await asyncio.gather(*line)

    assert order.index("ANSWER 99") <= 2
    order.remove("ANSWER 99")
    assert ["BROADCAST 11", "BROADCAST 12"] == order[:2]  # they came first, and one was called already
    assert [f"DIGEST {n}" for n in range(1, 5)] == order[2:6]
    assert ["BROADCAST 13", "BROADCAST 14"] == order[6:]


async def test_who_leaves_the_line_keeps_nobody_waiting() -> None:
    """A digest that is cancelled, while it waits and just when it is called."""
    messenger = Messenger("1:x", NOBODY, Pace(most=1000, rate=100))
    async with messenger._line.first(Urgency.DIGEST):
        waiting = [asyncio.create_task(messenger.turn(number, Urgency.DIGEST)) for number in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
    waiting[1].cancel()

    assert await asyncio.wait_for(waiting[2], 1) >= 0


async def test_who_waits_when_telegram_says_stop_waits_on() -> None:
    """A place that was taken before a 429 is void."""
    pace = Pace(most=1000, rate=900)
    messenger = Messenger("1:x", NOBODY, pace)
    await messenger.turn(7, Urgency.DIGEST)
    start = monotonic()
    pace.hold(Urgency.ANSWER, 0.3, monotonic())
    answer = asyncio.create_task(messenger._come_up(9, Urgency.ANSWER))
    await messenger.turn(8, Urgency.DIGEST)
    await asyncio.wait_for(answer, 30)

    assert monotonic() - start >= 0.3
    assert not messenger.holds()


async def test_holds_are_handed_over() -> None:
    """From the process that was told to the one that comes after it."""
    pace = Pace(most=1000)
    first, second = Messenger("1:x", NOBODY, pace), Messenger("1:x", NOBODY, Pace(most=1000))
    pace.refused(7, Urgency.DIGEST, 30, monotonic(), monotonic())
    second.restore(first.holds(), first.rate)

    assert [Urgency.DIGEST, Urgency.BROADCAST] == list(second.holds())
    assert (True, first.rate) == (29 < second.held(Urgency.DIGEST) <= 30, second.rate)


# What is not a message


async def test_a_wrong_token_is_a_wrong_setting(office: Office) -> None:
    """The operator is told which one."""
    stranger = Messenger("1:wrong", office.server.url, Freely())
    with pytest.raises(SettingsError, match="NEWSBOT_TOKEN"):
        await stranger.open()
    await stranger.close()


async def test_a_token_that_is_refused_later_is_a_wrong_setting_too(office: Office) -> None:
    """Whatever was asked; the token is not repeated."""
    office.server._bot_api.token = "9:another"
    for asked in (
        office.messenger.updates(0, 0),
        office.messenger.commands("zh", [("digest", "简报")]),
        office.messenger.leave_webhook(),
        office.messenger.webhook(),
    ):
        with pytest.raises(SettingsError) as raised:
            await asked

        assert "NEWSBOT_TOKEN: Telegram does not accept this token" == str(raised.value)


async def test_an_answer_of_another_shape_is_no_answer(office: Office) -> None:
    """JSON, and good, but not what was asked for; a failed line is closed like any other."""
    for result in ("7", "{}", "[7]"):
        fresh = elsewhere(office.server.url, office.server)
        for asked in (fresh.open, fresh.webhook):
            office.faults.garbage(f'{{"ok": true, "result": {result}}}')
            with pytest.raises(NoAnswer, match="shape"):
                await asked()
        await fresh.close()


async def test_an_edit_without_an_answer_is_unknown(office: Office) -> None:
    """As it is for a message."""
    sent = await office.sends()
    assert isinstance(sent, Sent)
    for body in ("<html>", '{"ok": true, "result": {}}', '{"ok": true, "result": [7]}'):
        office.faults.garbage(body, method="editMessageText")

        assert Unknown is type(
            await office.messenger.edit(office.reader, sent.message_id, Message(text=body[:3]))
        )


async def test_telegram_answers_or_not(office: Office) -> None:
    """The question that costs nothing, while messages are kept back."""
    found = [await office.messenger.answers()]
    for status in (429, 500, 502):
        office.faults.server_error(status, method="getMe")
        found.append(await office.messenger.answers())
    office.faults.garbage(method="getMe")
    found += [await office.messenger.answers(), await office.messenger.answers()]

    assert [True, False, False, False, False, True] == found


async def test_another_program_with_the_same_token_is_told_apart(office: Office) -> None:
    """From a webhook that was left over, which is also a conflict."""
    office.faults.script.append(Fault(method="getUpdates", error=ApiError(409, f"Conflict: {SECOND_POLLER}")))
    with pytest.raises(SecondPoller, match="another program runs with this token"):
        await office.messenger.updates(0, 0)


async def test_an_address_that_was_left_over_is_taken_down(office: Office) -> None:
    """While there is one, asking for updates is refused."""
    await office.messenger.bot.set_webhook("https://a.example/hook")
    before = await office.messenger.webhook()
    with pytest.raises(NoAnswer, match="Conflict"):
        await office.messenger.updates(0, 0)
    await office.messenger.leave_webhook()

    assert ["https://a.example/hook", ""] == [before.address, (await office.messenger.webhook()).address]
    assert [] == await office.messenger.updates(0, 0)


async def test_a_wrong_address_says_nothing_about_the_token(office: Office) -> None:
    """A page that is not found, or nobody at all, is no answer of Telegram's."""
    for address in (f"{office.server.url}/elsewhere", NOBODY):
        lost = elsewhere(address, office.server)
        with pytest.raises(NoAnswer):
            await lost.open()
        await lost.close()


async def test_updates_come_with_their_chat_and_can_be_kept(office: Office) -> None:
    """The payload is JSON, and the same update again after a night in the database."""
    office.server.telegram.says(office.reader, "/start 芯片")
    (incoming,) = await office.messenger.updates(0, 1)
    update = office.messenger.update(incoming.payload)

    assert (office.reader, incoming.id) == (incoming.chat_id, update.update_id)
    assert update.effective_message is not None
    assert "/start 芯片" == update.effective_message.text
    assert [] == await office.messenger.updates(incoming.id + 1, 0)


async def test_no_updates_is_an_error_of_ours(office: Office) -> None:
    """Whatever comes instead; the caller asks again."""
    for body in ("<html>", "", "{}", "[]", '{"ok": true}', '{"ok": true, "result": [{}]}'):
        office.faults.garbage(body, method="getUpdates")
        with pytest.raises(NoAnswer):
            await office.messenger.updates(0, 0)


async def test_updates_may_be_asked_for_too_often(office: Office) -> None:
    """The pause that Telegram asks for comes with the error."""
    office.faults.too_many(9, method="getUpdates")
    with pytest.raises(NoAnswer) as raised:
        await office.messenger.updates(0, 0)

    assert 9 == raised.value.seconds


async def test_a_press_is_answered_and_an_old_one_does_no_harm(office: Office) -> None:
    """At most 200 characters."""
    sent = await office.sends(Message(text="x", buttons=((Button("👍", "up"),),)))
    assert isinstance(sent, Sent)
    query = office.server.telegram.presses(office.reader, office.reader, sent.message_id, "up")
    await office.messenger.toast(query, "谢" * 300)
    await office.messenger.toast(query, "谢谢")
    await office.messenger.toast("1")

    assert "谢" * 200 == office.server.telegram.toasts[query]["text"]


async def test_the_menu_is_chinese_for_who_speaks_neither(office: Office) -> None:
    """English where it is set for English."""
    await office.messenger.commands("zh", [("digest", "简报")])
    await office.messenger.commands("en", [("digest", "A digest")])
    shown = {
        language: (await office.messenger.bot.get_my_commands(language_code=language))[0].description
        for language in ("", "zh", "en")
    }

    assert {"": "简报", "zh": "简报", "en": "A digest"} == shown


def test_buttons_carry_data_or_an_address() -> None:
    """Rows stay rows; a question shows its hint in the empty field; a plain message has neither."""
    made = markup(
        Message(text="x", buttons=((Button("1", "a"), Button("2", url="https://a.cn")), (Button("3", "b"),)))
    )
    asked = markup(Message(text="x", asks="例如：8:30"))

    assert [
        [{"text": "1", "callback_data": "a"}, {"text": "2", "url": "https://a.cn"}],
        [{"text": "3", "callback_data": "b"}],
    ] == (made or {})["inline_keyboard"]
    assert {"force_reply": True, "input_field_placeholder": "例如：8:30"} == asked
    assert markup(NEWS) is None


async def test_a_proxy_that_does_not_let_us_through_is_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that the environment names: nothing has left towards Telegram."""

    async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuses, "127.0.0.1", 0)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    lost = elsewhere("https://telegram.example")
    found = await lost.send(7, NEWS)
    await lost.close()
    server.close()

    assert TryLater(0, "not reached: ClientHttpProxyError") == found


# groups, and money


@pytest.mark.parametrize(
    ("status", "decides"), [("creator", True), ("administrator", True), ("member", False), ("left", False)]
)
async def test_who_decides_for_a_chat_says_telegram(office: Office, status: str, decides: bool) -> None:
    """Its owner and its administrators; nobody who is a member, or is not there."""
    telegram = office.server.telegram
    person, other = office.reader, telegram.person("en").id
    group = telegram.add_group("群", [person, other], owner=person if status == "creator" else other)
    if status == "administrator":
        group.admins.add(person)
    if status == "left":
        group.members.discard(person)

    assert decides is await office.messenger.administers(group.id, person)


async def test_in_a_channel_whoever_may_post_decides(office: Office) -> None:
    """An administrator who only answers comments does not."""
    told = {"status": "administrator", "can_post_messages": False}
    answer = json.dumps({"ok": True, "result": told}).encode()

    assert not meaning.administers(transport.Reply(200, answer))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=502, body="bad gateway"),
        Fault(status=200, body="[]"),
        Fault(status=200, body='{"ok": true, "result": {"status": 7}}'),
        Fault(error=ApiError(400, "Bad Request: member list is inaccessible")),
        Fault(error=ApiError(429, "Too Many Requests: retry after 3")),
        Fault(seconds=float("inf")),
    ],
)
async def test_where_nobody_can_tell_who_decides_that_is_said(
    office: Office, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the answer looks like, and however long there is none."""
    monkeypatch.setattr("newsbot.messenger.RIGHTS_SECONDS", 0.3)
    office.server.faults.script.append(fault)

    with pytest.raises(NoAnswer):
        await office.messenger.administers(-7, office.reader)


async def test_a_refund_says_why_not(office: Office) -> None:
    """What Telegram refuses is a reason; where nobody can tell it is an error."""
    assert "CHARGE_NOT_FOUND" in await office.messenger.refund(office.reader, "nothing")
    for fault in (
        Fault(status=500, body="oops"),
        Fault(status=200, body="{}"),
        Fault(error=ApiError(429, "wait")),
    ):
        office.server.faults.script.append(fault)
        with pytest.raises(NoAnswer):
            await office.messenger.refund(office.reader, "nothing")


async def test_a_reply_is_sent_also_where_what_it_answers_is_gone(office: Office) -> None:
    """And a topic is begun only in a forum where the bot may."""
    sent = await office.sends(Message(text="新闻", reply_to=99))
    assert isinstance(sent, Sent)
    telegram = office.server.telegram
    forum = telegram.add_group("论坛", [office.reader], is_forum=True, bot_is_admin=True)
    plain = telegram.add_group("群", [office.reader])

    assert await office.messenger.new_topic(forum.id, "芯片") in forum.topics
    assert await office.messenger.new_topic(plain.id, "芯片") is None
    office.server.faults.script.append(Fault(status=502, body="bad gateway"))
    with pytest.raises(NoAnswer):
        await office.messenger.new_topic(forum.id, "芯片")
