"""What the chat page asks."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from playground import play
from playground.telegram import FIRST_PERSON
from tests.playground.conftest import Client


async def ask(client: Client, path: str) -> Any:
    """GET as the page does."""
    answer = await client.http.get(client.playground.url + path)
    assert answer.status_code == 200
    return answer.json()


async def post(client: Client, path: str, **given: Any) -> tuple[int, Any]:
    """POST as the page does: the status and the answer."""
    answer = await client.posts(client.playground.url + path, given)
    return answer.status_code, answer.json()


async def test_the_page_learns_who_is_there(client: Client) -> None:
    """The bot and three people."""
    state = await ask(client, "/play/state")

    assert state["bot"] == {"id": 123456, "username": "playground_bot", "name": "Playground"}
    people = [(one["key"], one["name"], one["language_code"]) for one in state["people"]]
    assert people == [("zh", "读者", "zh-hans"), ("en", "Reader", "en"), ("admin", "管理员", "zh-hans")]
    assert [chat["id"] for chat in state["chats"]] == [client.reader]


async def test_a_person_talks_and_presses(client: Client) -> None:
    """The bot gets updates as from a phone."""
    person = client.telegram.person("en").id
    await post(client, "/play/say", user=person, chat=person, text="/start")
    button = {"text": "x", "callback_data": "up"}
    markup = {"inline_keyboard": [[button]]}
    sent = await client.result("sendMessage", chat_id=person, text="hi", reply_markup=markup)
    pressed = {"user": person, "chat": person, "message": sent["message_id"], "data": "up"}
    _, press = await post(client, "/play/press", **pressed)
    updates = await client.result("getUpdates")
    seen = await ask(client, f"/play/chats/{person}/messages?user={person}")

    assert [updates[0]["message"]["text"], updates[1]["callback_query"]["id"]] == [
        "/start",
        press["callback"],
    ]
    assert [(one["text"], one.get("reply_markup")) for one in seen] == [("/start", None), ("hi", markup)]


async def test_a_question_is_seen_and_answered(client: Client) -> None:
    """The bot is not told of its own force_reply; the page is, and an answer carries the question."""
    asks = {"force_reply": True, "input_field_placeholder": "意见"}
    sent = await client.sends("想说什么？", reply_markup=asks)
    seen = await ask(client, f"/play/chats/{client.reader}/messages?user={client.reader}")
    said = {"user": client.reader, "chat": client.reader, "text": "很好"}
    status, _ = await post(client, "/play/say", **said, reply_to=sent["message_id"])
    (update,) = await client.result("getUpdates")

    assert ["reply_markup" in sent, seen[0]["reply_markup"]] == [False, asks]
    assert [status, update["message"]["reply_to_message"]["text"]] == [200, "想说什么？"]
    assert [404, 400] == [(await post(client, "/play/say", **said, reply_to=wrong))[0] for wrong in (99, "1")]


async def test_a_place_can_be_shared(client: Client) -> None:
    """Whole degrees too; the bot hears of it."""
    place = {"latitude": 31.5, "longitude": 121}
    status, said = await post(client, "/play/locate", user=client.reader, chat=client.reader, **place)
    (update,) = await client.result("getUpdates")

    assert [200, place, place] == [status, said["location"], update["message"]["location"]]


async def test_a_document_can_be_saved(client: Client) -> None:
    """By those in the chat, under its name, and never as a page of this server."""
    stranger = client.telegram.person("en").id
    files = {"document": ("导出.html", b"<script>", "text/html"), "chat_id": (None, str(client.reader))}
    sent = (await client.http.post(client.address("sendDocument"), files=files)).json()["result"]
    address = f"{client.playground.url}/play/chats/{client.reader}/files/{sent['message_id']}"
    saved = await client.http.get(f"{address}?user={client.reader}")
    kept_out = await client.http.get(f"{address}?user={stranger}")

    assert [saved.content, kept_out.status_code] == [b"<script>", 404]
    assert saved.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%AF%BC%E5%87%BA.html"
    assert saved.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/play/say", {"user": 1, "chat": 1, "text": "x"}, 404),
        ("/play/say", {"text": "x"}, 400),
        ("/play/say", {"user": True, "chat": 1, "text": "x"}, 400),
        ("/play/say", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "text": "\ud83d"}, 400),
        ("/play/locate", {"user": FIRST_PERSON, "chat": 1, "latitude": 1, "longitude": 1}, 404),
        ("/play/locate", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "latitude": 91, "longitude": 1}, 400),
        ("/play/locate", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "latitude": "1", "longitude": 1}, 400),
        ("/play/press", {"user": 1, "chat": 1, "message": 1, "data": "x"}, 404),
        ("/play/react", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "message": 9, "emoji": "👍"}, 404),
        ("/play/react", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "message": "1"}, 400),
        ("/play/say", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "text": "x", "thread": 7}, 404),
        ("/play/post", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "text": "x"}, 400),
        ("/play/pay", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "message": 9}, 404),
        ("/play/meet", {"user": FIRST_PERSON, "other": FIRST_PERSON}, 404),
        ("/play/inline", {"user": FIRST_PERSON, "chat": 1, "query": "x", "offset": ""}, 404),
        ("/play/inline", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "query": "x" * 257, "offset": ""}, 400),
        ("/play/inline", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "query": "\ud83d", "offset": ""}, 400),
        ("/play/choose", {"user": FIRST_PERSON, "chat": FIRST_PERSON, "query": "1", "result": "1"}, 404),
    ],
)
async def test_nonsense_is_refused(client: Client, path: str, given: dict[str, Any], status: int) -> None:
    """With a status and a reason, never a crash."""
    answer = await post(client, path, **given)

    assert status == answer[0]
    assert answer[1]["error"]


async def test_empty_and_endless_text_cannot_be_said(client: Client) -> None:
    """As a client of Telegram would not send it."""
    statuses = [
        (await post(client, "/play/say", user=client.reader, chat=client.reader, text=text))[0]
        for text in (" ", "x" * 4097)
    ]

    assert statuses == [400, 400]


async def test_a_chat_is_only_for_its_members(client: Client) -> None:
    """Also a group's."""
    stranger = client.telegram.person("en").id
    group = client.telegram.add_group("群", [client.reader]).id
    client.telegram.says(client.reader, "大家好", group)

    async def status(chat: int, user: int) -> int:
        url = f"{client.playground.url}/play/chats/{chat}/messages?user={user}"
        return (await client.http.get(url)).status_code

    assert [200, 404, 404] == [
        await status(group, client.reader),
        await status(group, stranger),
        await status(client.reader, stranger),
    ]


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}],
)
async def test_other_sites_are_kept_out(client: Client, headers: dict[str, str]) -> None:
    """By the Host, the Origin and what the browser says."""
    answers = [
        await client.http.get(client.playground.url + p, headers=headers) for p in ("/play/state", "/")
    ]

    assert [403, 403] == [answer.status_code for answer in answers]


async def test_the_page_is_served_with_a_policy(client: Client) -> None:
    """Whatever is served may only use this server."""
    answer = await client.http.get(client.playground.url + "/play/state")

    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


async def test_commands_are_those_of_the_persons_language(client: Client) -> None:
    """The Chinese reader sees Chinese, others the default."""
    await client.result("setMyCommands", commands=[{"command": "digest", "description": "digest"}])
    chinese = [{"command": "digest", "description": "简报"}]
    await client.result("setMyCommands", commands=chinese, language_code="zh")

    shown = [
        (await ask(client, f"/play/commands?user={client.telegram.person(key).id}"))[0]["description"]
        for key in ("zh", "en")
    ]
    assert shown == ["简报", "digest"]


async def test_events_tell_what_happens(client: Client) -> None:
    """Messages, edits, toasts, typing and deletions, in order; the stream ends with the server."""
    async with client.http.stream("GET", client.playground.url + "/play/events") as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        client.telegram.says(client.reader, "x")
        sent = (await client.sends("a"))["message_id"]
        await client.result("editMessageText", chat_id=client.reader, message_id=sent, text="b")
        query = client.telegram.presses(client.reader, client.reader, sent, "up")
        await client.result("answerCallbackQuery", callback_query_id=query, text="好")
        await client.result("sendChatAction", chat_id=client.reader, action="typing")
        await client.result("deleteMessage", chat_id=client.reader, message_id=sent)
        await asyncio.wait_for(client.playground.stop(), 3)
        events = [json.loads(line[6:]) async for line in lines if line.startswith("data: ")]

    assert [one["type"] for one in events] == ["message", "message", "edit", "toast", "action", "delete"]
    assert [one["chat"] for one in events] == [client.reader] * 6
    assert events[3]["message"] == {"callback": query, "user": client.reader, "text": "好", "alert": False}


async def test_a_reaction_is_set_seen_and_taken_away(client: Client) -> None:
    """With who set it, the bot too; an edit of the message keeps it, and no other emoji is taken."""
    sent = await client.sends("a")
    place = {"chat": client.reader, "message": sent["message_id"]}
    where = {"chat_id": client.reader, "message_id": sent["message_id"]}
    told: list[Any] = []
    client.telegram.listeners.append(told.append)

    async def shown() -> Any:
        seen = await ask(client, f"/play/chats/{client.reader}/messages?user={client.reader}")
        return seen[0].get("reactions")

    await post(client, "/play/react", user=client.reader, **place, emoji="👍")
    await client.result("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👍"}])
    await client.result("editMessageText", **where, text="b")
    both = await shown()
    bad, _ = await post(client, "/play/react", user=client.reader, **place, emoji="x")
    gone, _ = await post(client, "/play/react", user=client.reader, **place, emoji=None)
    await client.result("setMessageReaction", **where)
    one, two = [client.reader], [client.reader, client.telegram.bot["id"]]

    assert [{"emoji": "👍", "by": two}] == both
    assert [400, 200, None] == [bad, gone, await shown()]
    assert ["reaction", "reaction", "edit", "reaction", "reaction"] == [event["type"] for event in told]
    assert [one, two, two, two[1:], []] == [
        [who for shown in event["message"]["reactions"] for who in shown["by"]] for event in told
    ]


async def test_words_behind_the_bots_name_show_its_results(client: Client) -> None:
    """With the next page and the button; a chosen one stands in the chat of two people."""
    other = client.telegram.person("en").id
    _, place = await post(client, "/play/meet", user=client.reader, other=other)
    given = {"user": client.reader, "chat": place["id"], "query": "芯片", "offset": ""}
    asked = asyncio.create_task(post(client, "/play/inline", **given))
    (update,) = await client.result("getUpdates", timeout=5)
    query, content = update["inline_query"]["id"], {"message_text": "新闻"}
    rows = [{"id": "a", "title": "题", "description": "述"}, {"id": "b", "title": "题", "description": ""}]
    results = [{"type": "article", "input_message_content": content, **row} for row in rows]
    answer = {"next_offset": "2", "button": {"text": "订阅", "start_parameter": "x"}}
    await client.result("answerInlineQuery", inline_query_id=query, results=results, **answer)
    shown = await asked
    again = await post(client, "/play/inline", **given)
    status, _ = await post(client, "/play/choose", **{**given, "query": query}, result="b")
    seen = await ask(client, f"/play/chats/{place['id']}/messages?user={other}")

    assert (200, {"query": query, "results": rows, **answer}) == shown == again
    assert ["private", False, sorted([client.reader, other])] == [
        place["type"],
        place["with_bot"],
        place["members"],
    ]
    assert [200, "新闻", "playground_bot"] == [status, seen[0]["text"], seen[0]["via_bot"]["username"]]
    assert len(client.telegram.inline_queries) == 1


async def test_a_bot_that_does_not_answer_is_waited_for_a_while(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for ever, and not when the server stops."""
    given = {"user": client.reader, "chat": client.reader, "query": "", "offset": ""}
    monkeypatch.setattr(play, "INLINE_PATIENCE", 0.1)
    late, _ = await post(client, "/play/inline", **given)
    monkeypatch.setattr(play, "INLINE_PATIENCE", 60)
    asked = asyncio.create_task(post(client, "/play/inline", **given))
    await client.telegram.wait_for(lambda: len(client.telegram.inline_queries) == 2)
    await asyncio.wait_for(client.playground.stop(), 3)

    assert [504, 504] == [late, (await asked)[0]]


async def test_a_forum_and_a_channel_are_described_and_written_in(client: Client) -> None:
    """With topics and who may write; a message says the name of its topic, and others may not post."""
    telegram, other = client.telegram, client.telegram.person("en").id
    forum = telegram.add_group("读者群", [client.reader], is_forum=True).id
    channel = telegram.add_group("频道", [other], "channel", owner=client.reader).id
    gone = telegram.migrates(telegram.add_group("群", [client.reader], "group").id).id
    topic = telegram.adds_topic(forum, "芯片")
    said = {"user": client.reader, "chat": forum, "text": "你好", "thread": topic}
    posted = {"user": client.reader, "chat": channel, "text": "一"}
    statuses = [
        (await post(client, "/play/say", **said))[0],
        (await post(client, "/play/post", **posted))[0],
        (await post(client, "/play/post", **posted | {"user": other}))[0],
    ]
    chats = {chat["id"]: chat for chat in (await ask(client, "/play/state"))["chats"]}
    seen = await ask(client, f"/play/chats/{forum}/messages?user={client.reader}")

    assert [200, 200, 403] == statuses
    assert {client.reader, forum, channel, gone} == set(chats)
    assert [True, [{"id": topic, "name": "芯片", "closed": False}]] == [
        chats[forum][name] for name in ("is_forum", "topics")
    ]
    assert [[client.reader], [client.reader]] == [chats[chat]["writers"] for chat in (forum, channel)]
    assert ["芯片", "芯片"] == [message["topic"] for message in seen]


async def test_an_invoice_is_paid_from_the_page(client: Client) -> None:
    """The answer of the bot comes as a toast, with its words where it refuses."""
    prices = [{"label": "支持", "amount": 50}]
    invoice = {"title": "支持", "description": "谢谢", "payload": "x", "currency": "XTR", "prices": prices}
    sent = await client.result("sendInvoice", chat_id=client.reader, **invoice)
    place = {"user": client.reader, "chat": client.reader, "message": sent["message_id"]}
    _, first = await post(client, "/play/pay", **place)
    _, second = await post(client, "/play/pay", **place)
    no = {"ok": False, "error_message": "结束了"}
    await client.result("answerPreCheckoutQuery", pre_checkout_query_id=first["callback"], **no)
    told: list[Any] = []
    client.telegram.listeners.append(told.append)
    await client.result("answerPreCheckoutQuery", pre_checkout_query_id=second["callback"], ok=True)

    assert ("refused", "结束了") == client.telegram.payment_of(first["callback"])
    assert ["message", "toast"] == [event["type"] for event in told]
    assert [second["callback"], ""] == [told[1]["message"][name] for name in ("callback", "text")]
