"""Cards, votes, and whatever a client may press."""

from __future__ import annotations

import asyncio

import pytest

from newsbot.models.messages import Button, Message
from tests.house import House, NoPace, buttons
from tests.playground.pictures import png

TITLE = "云雀大模型开源，商用免费"


async def digest(home: House) -> int:
    """A digest of two stories stands in the chat: its message."""
    await home.publishes(TITLE, hours=1)
    await home.publishes("青松机器人开始量产人形机器人", source="weekly", hours=2)
    return (await home.says("/digest"))["message_id"]


async def test_two_taps_to_a_vote_and_one_back(home: House):
    """The message itself becomes the card, and the digest again."""
    message = await digest(home)
    before = len(home.texts())
    card = await home.presses("1")
    voted = await home.presses("👍")
    back = await home.presses("返回")

    assert [message] * 3 == [one["message_id"] for one in (card, voted, back)]
    assert before == len(home.texts())
    assert card["text"].startswith(TITLE)
    assert "👍 1 ✓" == buttons(voted)[0]["text"]
    assert back["text"].startswith(f"1. {TITLE}")


async def test_under_a_picture_the_card_comes_below(home: House):
    """Telegram makes no text of a picture; a reaction is to the card, and not to the picture."""
    await digest(home)
    chat = home.id_of()
    place = buttons(home.last())[0]["callback_data"]
    picture = Message(text="x", picture=png(), caption="本周回顾", buttons=((Button("一", place),),))
    await home.room.telegram.send(chat, picture)
    shown = await home.presses("一")
    card = home.last()
    counts = []
    for message in (shown, card):
        before = len(home.telegram.calls)
        home.telegram.reacts(chat, chat, message["message_id"], "👍")
        await home.is_quiet(before)
        counts.append(buttons(home.last())[0]["text"])

    assert ("本周回顾", True) == (shown["caption"], card["text"].startswith(TITLE))
    assert ["👍 0", "👍 1 ✓"] == counts


async def test_a_vote_can_be_changed_and_withdrawn(home: House):
    """One vote per person and story, whatever was pressed before."""
    await digest(home)
    await home.presses("1")
    rows = [buttons(await home.presses(sign))[:2] for sign in ("👍", "👎", "👎")]

    shown = [[button["text"] for button in row] for row in rows]
    assert [["👍 1 ✓", "👎 0"], ["👍 0", "👎 1 ✓"], ["👍 0", "👎 0"]] == shown
    assert "已撤回" == home.toast


async def test_a_story_is_given_a_value(home: House):
    """★ opens five buttons; the vote row stays."""
    await digest(home)
    await home.presses("1")
    asked = await home.presses("打分")
    done = await home.presses("4★")

    assert ["1★", "2★", "3★", "4★", "5★"] == [button["text"] for button in buttons(asked)[4:9]]
    assert "👍 0" == buttons(asked)[0]["text"]
    assert ("★ 打分 ✓", "已打 4 分") == (buttons(done)[2]["text"], home.toast)


async def test_a_story_is_saved_and_no_longer(home: House):
    """The button says which."""
    await digest(home)
    await home.presses("1")
    saved = buttons(await home.presses("收藏"))[3]["text"]
    after = buttons(await home.presses("已收藏"))[3]["text"]

    assert ("★ 已收藏", "☆ 收藏") == (saved, after)


async def test_related_stories_lead_back_to_the_card_and_the_list(home: House):
    """From the digest to a card, its related stories, one of their cards, and all the way back."""
    message = await digest(home)
    await home.publishes("云雀大模型的开源许可证引发讨论，社区给出三条建议", source="third", hours=3)
    await home.forges(buttons(home.last())[0]["callback_data"], message)
    related = await home.presses("相关")
    other = await home.presses("1")
    steps = [await home.presses("返回") for _ in range(3)]

    assert related["text"].startswith("相关\n\n1. 云雀大模型的开源许可证")
    assert other["text"].startswith("云雀大模型的开源许可证")
    assert ["相关", TITLE, "1. "] == [
        step["text"][: len(wanted)] for step, wanted in zip(steps, ("相关", TITLE, "1. "), strict=True)
    ]


async def test_what_is_wrong_with_a_story_is_noted_once(home: House):
    """更多 shows the reasons; the same again is folded."""
    await digest(home)
    await home.presses("1")
    toasts = []
    for _ in range(2):
        await home.presses("更多")
        await home.presses("标题党")
        toasts.append(home.toast)

    assert ["谢谢，已经记下。", "这条已经记下过了。"] == toasts


async def test_a_search_is_found_again_on_the_way_back(home: House):
    """‹ back from a card leads to the answer it was opened from."""
    await digest(home)
    found = await home.says("云雀")
    await home.presses("1")
    back = await home.presses("返回")

    assert found["text"] == back["text"]


@pytest.mark.parametrize("steps", [("👎",), ("更多", "标题党")])
async def test_what_readers_say_changes_the_next_ranking(home: House, steps: tuple[str, ...]):
    """A vote against the first story, or a complaint about it, puts the other one first."""
    await home.publishes(TITLE, hours=1)
    await home.publishes("青松机器人开始量产人形机器人", source="weekly", hours=1.1)
    first = await home.says("/digest")
    for step in ("1", *steps):
        await home.presses(step)
    second = await home.says("/digest", who="admin")

    assert first["text"].startswith(f"1. {TITLE}")
    assert second["text"].startswith("1. 青松机器人")


@pytest.mark.parametrize(
    "data",
    [
        "x", "open", "open:v1:1", "open:v1:999999:", "vote:v1:1:+7", "vote:-:1:0", "value:v1:1:9", "back:v999:-:",
        "back:d1:-:", "hour:-:-:9999", "hour:-:-:", "language:-:-:xx", "follow:v1:-:", "words:-:-:nobody",
        "report:v1:1:nonsense", "vote:v1:999999999999999999:+1", "💥" * 16, "'; DROP TABLE votes; --",
    ],
)  # fmt: skip
async def test_every_press_is_answered(home: House, data: str):
    """Old, foreign and made-up ones too, politely; nothing is voted."""
    message = await digest(home)
    await home.forges(data, message)

    async with home.room.store.read() as tx:
        assert (0, 0, False, False) == await tx.votes.of(home.id_of(), 1)
    assert "出了点问题" not in home.toast


async def test_a_list_of_another_chat_stays_there(home: House):
    """The names of lists can be guessed; what stands in them is for their chat."""
    await digest(home)
    mine = await home.says("/help", who="en")
    before = mine["text"]
    after = await home.forges("back:v1:-:", mine["message_id"], who="en")

    assert before == after["text"]
    assert "This button no longer works." == home.toast


class Unhurried(NoPace):
    """A chat may have an edit a second."""

    def __init__(self) -> None:
        self.rests = 0.0

    def until_edit(self, chat_id: int, now: float) -> float:
        return self.rests


async def test_who_presses_on_is_answered_at_once(home: House, monkeypatch: pytest.MonkeyPatch):
    """Of the changes of a card that have to wait only the last is made; ‹ back does not wait, and nothing comes after it."""
    pace = Unhurried()
    monkeypatch.setattr(home.room.telegram, "_pace", pace)
    message = await digest(home)
    await home.presses("1")
    pace.rests = 1.5
    before = len([call for call in home.telegram.calls if call.method == "editMessageText"])
    for sign in ("👍", "👍", "👍", "☆"):
        await home.presses(sign)
    waiting = [button["text"] for button in buttons(home.last())[:4]]
    await asyncio.sleep(2)
    shown = [button["text"] for button in buttons(home.last())[:4]]
    edits = len([call for call in home.telegram.calls if call.method == "editMessageText"]) - before
    await home.presses("👎")
    back = await home.presses("返回")
    await asyncio.sleep(2)

    assert (["👍 0", "👎 0", "★ 打分", "☆ 收藏"], ["👍 1 ✓", "👎 0", "★ 打分", "★ 已收藏"], 1) == (
        waiting,
        shown,
        edits,
    )
    assert back["text"] == home.telegram.chats[home.id_of()].messages[message]["text"]
    assert back["text"].startswith("1. ")
