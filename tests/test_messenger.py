"""One message in, one Outcome back: against a real server that refuses and a line that breaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import product
from time import monotonic
from typing import Any

import pytest
import pytest_asyncio
from telegram import InlineKeyboardMarkup
from telegram import error as library

from newsbot.errors import NoAnswer, SettingsError
from newsbot.messenger import Messenger, markup, outcome
from newsbot.models.deliveries import BadMessage, Blocked, MovedTo, Outcome, Sent, TryLater, Unknown
from newsbot.models.messages import Button, Message
from newsbot.outbox.pace import Pace
from playground.errors import ApiError
from playground.faults import Faults
from playground.proxy import Break, Proxy
from playground.server import Playground
from tests.conftest import shared

NEWS = Message(text="<b>新闻</b>")
NOBODY = "http://127.0.0.1:1"


@dataclass
class Freely:
    """A pace at which everything may leave, and which remembers what it was told."""

    holds: list[float] = field(default_factory=list)
    asked: list[int | None] = field(default_factory=list)

    def wait(self, now: float) -> float:
        return 0

    def reserve(self, chat_id: int | None, now: float) -> float:
        self.asked.append(chat_id)
        return 0

    def hold(self, seconds: float, now: float) -> None:
        self.holds.append(seconds)

    def held(self, now: float) -> bool:
        return False


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
    yield Office(server, line, messenger, pace)
    await messenger.close()
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


async def test_an_edit_of_what_is_gone_is_refused(office: Office) -> None:
    """The caller may send a new message instead."""
    assert BadMessage("Message to edit not found") == await office.messenger.edit(office.reader, 99, NEWS)


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
        Blocked("Chat not found"),
        Blocked("Chat_write_forbidden"),
        BadMessage("Message is too long"),
        BadMessage("Button_data_invalid"),
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

    assert [Blocked("Chat not found"), Blocked("Forbidden: bot was blocked by the user")] == [
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
    assert [17.0, 3.0] == office.pace.holds


async def test_too_many_requests_without_a_time_mean_a_little_later(office: Office) -> None:
    """A gateway before Telegram may say 429 as well."""
    office.faults.server_error(429)
    found = await office.sends()

    assert isinstance(found, TryLater)
    assert ([5.0], 5.0, True) == (office.pace.holds, found.seconds, found.limited)


async def test_what_others_refuse_does_not_count_against_the_reader(office: Office) -> None:
    """A proxy's 403 is no reader who blocked us, its 400 no bad message, its 401 no bad token."""
    for status in (400, 401, 403, 404, 407, 408, 409, 413):
        office.faults.server_error(status)

        assert (status, TryLater(0, "not reached: NotTelegram")) == (status, await office.sends())


async def test_a_token_that_is_no_longer_good_loses_no_message(office: Office) -> None:
    """The operator will set another one."""
    office.server._bot_api.token = "9:another"

    assert TryLater(60, "Unauthorized") == await office.sends()


def expected_of(kind: str) -> type[Any]:
    """What each class of the collected errors means for a delivery."""
    if kind.startswith("dead_chat"):
        return Blocked
    return {
        "migrate": MovedTo,
        "not_sent_wait": TryLater,
        "stop_process": TryLater,
        "second_poller": TryLater,
        "unknown_outcome": Unknown,
    }.get(kind, BadMessage)


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

        assert (one, expected_of(one["class"])) == (one, type(await office.sends()))


# What was certainly not sent, because nobody was reached


async def test_nobody_at_home_is_later(office: Office) -> None:
    """A refused connection, and a server that does not speak TLS."""
    found = []
    for address in (NOBODY, f"https://127.0.0.1:{office.server.port}"):
        lost = elsewhere(address)
        found.append(await lost.send(7, NEWS))
        await lost.close()

    assert [TryLater(0, "not reached: ConnectError")] * 2 == found


async def test_a_full_pool_is_later(office: Office) -> None:
    """While all connections wait for answers, the next message does not leave; they are not known."""
    office.faults.hang(times=8)
    await office.messenger.close()
    office.messenger = Messenger(office.server.token, office.server.url, office.pace, read_seconds=1.5)
    hanging = [asyncio.create_task(office.sends()) for _ in range(8)]
    await asyncio.sleep(0.1)
    ninth = await office.sends()
    found = await asyncio.gather(*hanging)

    assert TryLater(0, "not reached: PoolTimeout") == ninth
    assert {Unknown} == {type(one) for one in found}


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

    assert (Unknown("TimedOut: Timed out"), 1) == (await office.sends(), office.arrived())


def test_a_reason_is_short() -> None:
    """It is kept with the delivery, and a gateway's answer may be a whole page."""
    found = outcome(library.NetworkError("<html>" * 9999))

    assert isinstance(found, Unknown)
    assert len(found.reason) < 300


# The pace


async def test_every_message_and_edit_asks_the_pace(office: Office) -> None:
    """A message for its chat; an edit is one more call, but no message of its own in the chat."""
    sent = await office.sends()
    assert isinstance(sent, Sent)
    await office.messenger.edit(office.reader, sent.message_id, NEWS)
    await office.messenger.turn(office.reader)

    assert [office.reader, None, office.reader] == office.pace.asked


async def test_an_answer_goes_before_the_digests_that_wait() -> None:
    """It takes the next place; they wait in line, evenly."""
    order: list[str] = []
    messenger = Messenger("1:x", NOBODY, Pace(rate=20))

    async def leaves(name: str, chat_id: int) -> None:
        await messenger.turn(chat_id)
        order.append(name)

    line = [asyncio.create_task(leaves(f"digest {number}", number)) for number in range(1, 7)]
    await asyncio.sleep(0.02)
    start = monotonic()
    await messenger._come_up(messenger._pace.reserve(99, monotonic()), 99)
    order.append("answer")
    waited = monotonic() - start
    await asyncio.gather(*line)

    assert order.index("answer") <= 2
    assert waited < 0.15
    assert [f"digest {number}" for number in range(1, 7)] == [one for one in order if one != "answer"]


async def test_who_waits_when_telegram_says_stop_waits_on() -> None:
    """A place that was taken before a 429 is void."""
    pace = Pace(rate=1000)
    messenger = Messenger("1:x", NOBODY, pace)
    await messenger.turn(7)
    start = monotonic()
    second = asyncio.create_task(messenger.turn(8))
    pace.hold(0.3, monotonic())
    await second

    assert 0.3 <= monotonic() - start < 1


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


async def test_an_address_that_was_left_over_is_taken_down(office: Office) -> None:
    """While there is one, asking for updates is refused."""
    await office.messenger.bot.set_webhook("https://a.example/hook")
    before = await office.messenger.webhook()
    with pytest.raises(NoAnswer, match="Conflict"):
        await office.messenger.updates(0, 0)
    await office.messenger.leave_webhook()

    assert ["https://a.example/hook", ""] == [before, await office.messenger.webhook()]
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

    assert isinstance(made, InlineKeyboardMarkup)
    assert asked is not None
    assert [[("1", "a", None), ("2", None, "https://a.cn")], [("3", "b", None)]] == [
        [(one.text, one.callback_data, one.url) for one in row] for row in made.inline_keyboard
    ]
    assert {"force_reply": True, "input_field_placeholder": "例如：8:30"} == asked.to_dict()
    assert markup(NEWS) is None
