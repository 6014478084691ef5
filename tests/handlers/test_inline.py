"""@bot words in any chat: cards to send, and the votes on them."""

from __future__ import annotations

from typing import Any

import pytest

from newsbot.flows import turnstile
from tests.house import House, buttons

EVENT = "长庚光刻机通过验收"


async def offered(home: House, words: str, offset: str = "", who: str = "zh") -> Any:
    """What the bot answers."""
    query = home.telegram.inline(home.id_of(who), words, offset)
    return await home.telegram.wait_for(lambda: home.telegram.inline_answer(query))


async def sent(home: House, words: str, who: str = "zh") -> tuple[str, int]:
    """The first result, sent to somebody else: its inline id and the story."""
    person, other = home.id_of(who), home.id_of("en" if who == "zh" else "zh")
    query = home.telegram.inline(person, words)
    answer = await home.telegram.wait_for(lambda: home.telegram.inline_answer(query))
    first = answer.results[0]["id"]
    message = home.telegram.chooses(person, home.telegram.meets(person, other).id, query, first)
    return message["inline_message_id"], int(first)


async def pressed(home: House, inline_id: str, words: str, who: str = "zh") -> dict[str, Any]:
    message = home.telegram.inline_message(inline_id)
    data = next(one["callback_data"] for one in buttons(message) if words in one["text"])
    return await forged(home, inline_id, data, who)


async def forged(home: House, inline_id: str, data: str, who: str = "zh") -> dict[str, Any]:
    before = len(home.telegram.calls)
    query = home.telegram.presses_inline(home.id_of(who), inline_id, data)
    await home.telegram.wait_for(lambda: query in home.telegram.toasts)
    await home.is_quiet(before)
    return home.telegram.inline_message(inline_id)


async def test_words_give_cards(home: House):
    """With title, source and why; a button to subscribe above them; each person their own."""
    await home.publishes(EVENT)
    answer = await offered(home, "光刻机")
    (one,) = answer.results

    assert (EVENT, True, "") == (one["title"], answer.is_personal, answer.next_offset)
    assert one["description"].startswith("daily日报 · 11:00")
    assert {"text": "📮 订阅每日简报", "start_parameter": "subscribe"} == answer.button
    assert answer.messages[one["id"]]["text"].startswith(EVENT)


async def test_no_words_give_the_hot_stories(home: House):
    """Of the day, in the person's languages, without noise; for a minute."""
    await home.publishes(EVENT)
    await home.publishes("旧闻", hours=30)
    await home.publishes("券后九块九", noise="deal")
    await home.publishes("Chips are back", language="en")
    answer = await offered(home, " ")

    assert ([EVENT], 60) == ([one["title"] for one in answer.results], answer.cache_time)
    assert ["Chips are back"] == [one["title"] for one in (await offered(home, "", who="en")).results]


async def test_pages_follow_each_other(home: House):
    """Ten each, none twice; a made-up offset is the beginning."""
    for number in range(23):
        await home.publishes(f"第{number}号光刻机投产", hours=number + 1)
    offset, found = "", []
    for _ in range(3):
        answer = await offered(home, "光刻机", offset)
        found += [one["id"] for one in answer.results]
        offset = answer.next_offset

    assert (23, 23, "") == (len(found), len(set(found)), offset)
    assert found[:10] == [one["id"] for one in (await offered(home, "光刻机", "x9")).results]
    assert [] == (await offered(home, "光刻机", "999")).results


@pytest.mark.parametrize(
    ("typed", "said"),
    [("-华为", "只写了排除词，请再写一个要找的词。"), ("没有的词", "没有找到，点这里订阅每日简报")],
)
async def test_nothing_is_said_above(home: House, typed: str, said: str):
    """In the place where a person looks."""
    answer = await offered(home, typed)

    assert ([], said) == (answer.results, answer.button["text"])


async def test_votes_count_where_the_card_was_sent(home: House):
    """Live for everybody there, in the language in which it was sent; nobody's mark is shown."""
    story = await home.publishes(EVENT)
    inline_id, _ = await sent(home, "光刻机")
    up = await pressed(home, inline_id, "👍")
    both = await pressed(home, inline_id, "👍", who="en")
    assert (["👍 1", "👎 0"], ["👍 2", "👎 0"]) == tuple(
        [one["text"] for one in buttons(message)][:2] for message in (up, both)
    )
    assert "💬 在机器人里看" == buttons(both)[-1]["text"]
    assert buttons(both)[-1]["url"].endswith(f"?start=story_{story}")

    rated = await pressed(home, inline_id, "★")
    assert "5★" in [one["text"] for one in buttons(rated)]
    assert "5★" not in [one["text"] for one in buttons(await pressed(home, inline_id, "5★"))]
    assert "👍 1" in [one["text"] for one in buttons(await pressed(home, inline_id, "👍", who="en"))]


@pytest.mark.parametrize(
    "verb", ["open", "back", "related", "more", "save", "follow", "pursue", "page", "stats"]
)
async def test_nothing_else_is_done_there(home: House, verb: str):
    """A forged press does not put a list, or one person's things, before everybody."""
    await home.publishes(EVENT)
    inline_id, story = await sent(home, "光刻机")
    before = home.telegram.inline_message(inline_id)["text"]
    after = await forged(home, inline_id, f"{verb}:zh:{story}:")

    assert (before, "这个按钮已失效。") == (after["text"], home.toast)


async def test_a_card_that_is_gone_is_no_harm(home: House):
    """Deleted where it was sent: the vote counts all the same."""
    story = await home.publishes(EVENT)
    inline_id, _ = await sent(home, "光刻机")
    message = home.telegram.inline_message(inline_id)
    data = buttons(message)[0]["callback_data"]
    pair = home.telegram.meets(home.id_of(), home.id_of("en"))
    query = home.telegram.presses_inline(home.id_of(), inline_id, data)
    del pair.messages[message["message_id"]]
    await home.telegram.wait_for(lambda: query in home.telegram.toasts)

    async with home.room.store.read() as tx:
        assert {story: (1, 0)} == await tx.votes.counts([story])


async def test_a_card_that_is_sent_to_the_bot_itself_is_no_search(home: House):
    """Its votes work there, too."""
    await home.publishes(EVENT)
    query = home.telegram.inline(home.id_of(), "光刻机")
    answer = await home.telegram.wait_for(lambda: home.telegram.inline_answer(query))
    message = home.telegram.chooses(home.id_of(), home.id_of(), query, answer.results[0]["id"])
    await home.is_quiet(0)
    assert [] == home.texts()

    assert "👍 1" == buttons(await pressed(home, message["inline_message_id"], "👍"))[0]["text"]


async def test_the_button_subscribes(home: House):
    """It is /start."""
    await home.publishes(EVENT)
    await home.says("/start subscribe")

    assert any(text.startswith("1. ") for text in home.texts())


async def test_who_types_without_a_pause_waits(home: House):
    """As in the chat; the same count."""
    await home.publishes(EVENT)
    for _ in range(turnstile.MOST):
        await offered(home, "光刻机")
    answer = await offered(home, "光刻机")

    assert ([], 5) == (answer.results, answer.cache_time)
    assert "秒后再试" in answer.button["text"]
