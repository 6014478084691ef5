"""An answer finds its way: into its topic, to the group's new number, below what is gone, later if it must."""

from __future__ import annotations

import pytest

from handlers import visit
from newsbot.errors import StoreError
from newsbot.flows import readers
from newsbot.flows import receive as receiving
from newsbot.models.readers import Reader
from playground.errors import ApiError
from playground.faults import Fault
from tests.examples import NOON
from tests.house import House, buttons

EVENT = "长庚光刻机通过验收"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits in a test."""
    monkeypatch.setattr(visit, "PAUSES", (0.01, 0.01))
    monkeypatch.setattr(receiving, "UNANSWERED_PAUSES", (0.01,) * 10)


def group_of(home: House, kind: str = "supergroup") -> int:
    return home.telegram.add_group("读书群", [home.id_of()], kind).id


async def test_an_answer_that_may_be_lost_is_given_again(home: House):
    """Rather twice than never: Telegram took it, and its answer was lost."""
    home.playground.faults.garbage(method="sendMessage")
    await home.says("/id")

    assert ["你的用户 ID"] * 2 == [text[:7] for text in home.texts()]


async def test_an_answer_that_telegram_does_not_take_comes_later(home: House):
    """After all the pauses too: the update waits in the inbox."""
    home.playground.faults.script.append(
        Fault(times=5, method="sendMessage", status=403, body="a proxy says no")
    )
    await home.says("/id")

    assert ["你的用户 ID"] == [text[:7] for text in home.texts()]


async def test_a_vote_counts_once_although_its_card_comes_later(home: House):
    """Its effect is noted with it: dealt with again it is only answered."""
    await home.publishes(EVENT)
    digest = await home.says("/digest")
    card = await home.forges(buttons(digest)[0]["callback_data"], digest["message_id"])
    home.playground.faults.script.append(
        Fault(times=4, method="editMessageText", status=403, body="a proxy says no")
    )
    voted = await home.forges(buttons(card)[0]["callback_data"], card["message_id"])

    assert "👍 1 ✓" == buttons(voted)[0]["text"]


async def test_a_card_whose_message_is_gone_comes_below(home: House):
    """Somebody deleted it between the press and the answer."""
    await home.publishes(EVENT)
    digest = await home.says("/digest")
    home.playground.faults.refuse("message to edit not found", method="editMessageText")
    await home.forges(buttons(digest)[0]["callback_data"], digest["message_id"])

    assert EVENT in home.last()["text"]
    assert home.last()["message_id"] > digest["message_id"]


async def test_an_answer_that_cannot_be_parsed_is_said_plainly(home: House):
    """Words without their formatting are better than none."""
    home.playground.faults.refuse("can't parse entities: Unsupported start tag", method="sendMessage")

    assert "你的用户 ID" in (await home.says("/id"))["text"]


async def test_a_group_that_moves_takes_everything_along(home: House):
    """Told by a refusal when something is said there, or by a message of Telegram's."""
    for told in ("refusal", "message"):
        old, new = group_of(home, "group"), group_of(home)
        async with home.room.store.begin() as tx:
            await tx.readers.save(Reader(id=old, next_due=NOON, length=5), NOON)
        if told == "refusal":
            home.playground.faults.migrate(old, new, method="sendMessage")
            await home.says("/id", chat=old)
            assert "你的用户 ID" in home.last(chat=new)["text"]
        else:
            chat, person = home.telegram.chats[old], home.telegram.person("zh")
            message = home.telegram.new_message(chat, person.user(), {"migrate_to_chat_id": new})
            home.telegram.put_update("message", message)
            await home.is_quiet(0)
        async with home.room.store.read() as tx:
            assert (None, 5) == (await tx.readers.get(old), (await tx.readers.get(new)).length)


async def test_what_is_asked_in_a_topic_is_answered_there_or_else_in_the_chat(home: House):
    """Where the topic is gone meanwhile."""
    place = home.telegram.add_group("读书群", [home.id_of()], is_forum=True).id
    chat, person = home.telegram.chats[place], home.telegram.person("zh")
    asked = {
        "text": "/id",
        "entities": [{"type": "bot_command", "offset": 0, "length": 3}],
        "message_thread_id": 7,
        "is_topic_message": True,
    }
    home.telegram.put_update("message", home.telegram.new_message(chat, person.user(), asked))
    await home.is_quiet(0)

    sent = [call.params for call in home.telegram.calls if call.method == "sendMessage"]
    assert [7, None] == [params.get("message_thread_id") for params in sent]


async def test_who_blocks_us_while_we_answer_is_left_alone(home: House):
    """Their digests wait until they come back."""
    async with home.room.store.begin() as tx:
        await tx.readers.save(Reader(id=home.id_of(), next_due=NOON), NOON)
    home.playground.faults.forbid(method="sendMessage")
    await home.says("/id")

    async with home.room.store.read() as tx:
        assert not (await tx.readers.get(home.id_of())).reachable


async def test_a_group_that_is_told_to_wait_holds_up_nobody_else(home: House):
    """429 for one chat: it is answered after its pause."""
    home.playground.faults.script.append(
        Fault(
            method="sendMessage",
            error=ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 0.01}),
        )
    )

    assert "你的用户 ID" in (await home.says("/id"))["text"]


async def test_who_we_cannot_look_up_is_answered_later(home: House, monkeypatch: pytest.MonkeyPatch):
    """The database was away for a moment: the update stays in the inbox."""
    known, broken = readers.known, [2]

    async def breaks(*given):
        if broken[0]:
            broken[0] -= 1
            raise StoreError("the server closed the connection")
        return await known(*given)

    monkeypatch.setattr(readers, "known", breaks)

    assert "你的用户 ID" in (await home.says("/id"))["text"]
    assert 0 == broken[0]


async def test_an_answer_that_stays_unknown_is_not_repeated_for_ever(home: House):
    """Telegram takes it each time and never says so: enough is enough."""
    home.playground.faults.garbage(method="sendMessage", times=10**6)
    await home.says("/id")

    assert 4 <= len(home.texts()) <= 3 * (receiving.MOST_REPEATS + 1)


async def test_an_anonymous_administrator_lets_the_bot_in_again(home: House):
    """Whoever did it, it is the chat that counts."""
    place = group_of(home)
    async with home.room.store.begin() as tx:
        await tx.readers.save(Reader(id=place, next_due=NOON, reachable=False), NOON)
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    bot = home.telegram.bot
    home.telegram.put_update(
        "my_chat_member",
        {
            "chat": home.telegram.chats[place].brief(),
            "from": anonymous,
            "date": 1_700_000_000,
            "old_chat_member": {"status": "left", "user": bot},
            "new_chat_member": {"status": "member", "user": bot},
        },
    )
    await home.is_quiet(0)

    async with home.room.store.read() as tx:
        assert (await tx.readers.get(place)).reachable
