"""Inline mode: what the bot may answer, what becomes of a chosen result, what the bot hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import InlineQueryResultArticle as Article
from telegram import InputTextMessageContent as Text

from playground import schema
from tests.playground.conftest import Client
from tests.playground.test_refusals import TOO_OLD, data, keyboard

NOT_MODIFIED = "Bad Request: message is not modified: "
BUTTON = "can't parse inline query results button"
RESULT = "can't parse inline query result"
ONE_OF = "InlineQueryResultsButton must have exactly one optional field"
START = {"text": "订阅", "start_parameter": "inline_1-a"}
NOT_UTF8 = "strings must be encoded in UTF-8"


def article(number: object = 1, **more: Any) -> dict[str, Any]:
    """A result that posts a bold headline without buttons."""
    content = {"message_text": "<b>芯片</b> 新闻", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": "芯片", "input_message_content": content, **more}


def with_buttons(number: object = 1, *buttons: dict[str, Any]) -> dict[str, Any]:
    """The same with a button to press, or with these."""
    return article(number, reply_markup=keyboard(*(buttons or [data("up")])))


async def answered(client: Client, *results: dict[str, Any], **params: Any) -> str:
    """The id of an inline query of the reader that the bot has answered so."""
    query = client.telegram.inline(client.reader, "芯片")
    await client.result("answerInlineQuery", inline_query_id=query, results=list(results), **params)
    return query


async def chosen(client: Client, chat_id: int, result: dict[str, Any]) -> dict[str, Any]:
    """The message that the reader sent into a chat by choosing this result."""
    query = await answered(client, result)
    return client.telegram.chooses(client.reader, chat_id, query, result["id"])


def pair(client: Client) -> int:
    """The chat of the two readers, without the bot."""
    return client.telegram.meets(client.reader, client.telegram.person("en").id).id


async def heard(client: Client, **params: Any) -> list[tuple[str, Any]]:
    """(kind, payload) of what the bot was told, without the questions themselves."""
    updates = await client.result("getUpdates", **params)
    told = [(kind, one[kind]) for one in updates for kind in one if kind != "update_id"]
    return [(kind, payload) for kind, payload in told if kind != "inline_query"]


async def test_an_answer_is_kept_whole(client: Client) -> None:
    """The results, the next page, how long it keeps and for whom, and the button above."""
    query = client.telegram.inline(client.reader, "芯片", "20")
    assert client.telegram.inline_answer(query) is None
    params = {"next_offset": "40", "cache_time": 7, "is_personal": True, "button": START}
    await client.result("answerInlineQuery", inline_query_id=query, results=[article()], **params)
    answer = client.telegram.inline_answer(query)

    assert answer is not None
    assert [[article()], "40", 7, True, START] == [
        answer.results,
        answer.next_offset,
        answer.cache_time,
        answer.is_personal,
        answer.button,
    ]


@pytest.mark.parametrize(
    ("given", "kept"), [({}, 300), ({"cache_time": -1}, 0), ({"cache_time": 10**6}, 86400)]
)
async def test_an_answer_keeps_five_minutes_unless_told_otherwise(
    client: Client, given: dict[str, int], kept: int
) -> None:
    """A day at most."""
    answer = client.telegram.inline_answer(await answered(client, article(), **given))

    assert answer is not None
    assert kept == answer.cache_time


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"results": []}, ""),
        ({"results": [article(one) for one in range(50)]}, ""),
        ({"results": [article(one) for one in range(51)]}, "too many inline query results specified"),
        ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [article("x" * 64)]}, ""),
        ({"results": [article("中" * 22)]}, "RESULT_ID_INVALID"),
        ({"results": [article(title=" ")]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [{"type": "article", "id": "1"}]}, f'{RESULT}: Can\'t find field "title"'),
        ({"results": [{"id": "1"}]}, f'{RESULT}: Can\'t find field "type"'),
        ({"results": [article(input_message_content={"message_text": "x" * 4096})]}, ""),
        ({"results": [article(input_message_content={"message_text": "x" * 4097})]}, "MESSAGE_TOO_LONG"),
        (
            {"results": [article(input_message_content={"message_text": ""})]},
            f"{RESULT}: Message text is empty",
        ),
        (
            {"results": [article(input_message_content={"message_text": "<x>", "parse_mode": "HTML"})]},
            f'{RESULT}: Can\'t parse entities: Unsupported start tag "x" at byte offset 0',
        ),
        (
            {"results": [article(input_message_content={"message_text": "x", "parse_mode": "wiki"})]},
            "unsupported parse_mode",
        ),
        ({"results": [with_buttons(1, data("x" * 65))]}, "BUTTON_DATA_INVALID"),
        ({"results": "{"}, "can't parse results JSON object"),
        ({"next_offset": "x" * 64}, ""),
        ({"next_offset": "中" * 22}, "NEXT_OFFSET_INVALID"),
        ({"button": START}, ""),
        ({"button": {"text": "x", "web_app": {"url": "https://a.cn/x"}}}, ""),
        ({"button": {"text": "x", "web_app": {"url": "http://a.cn/x"}}}, "SWITCH_WEBVIEW_URL_INVALID"),
        ({"button": {"text": "x"}}, f"{BUTTON}: {ONE_OF}"),
        ({"button": {**START, "web_app": {"url": "https://a.cn"}}}, f"{BUTTON}: {ONE_OF}"),
        ({"button": {"start_parameter": "x"}}, f'{BUTTON}: Can\'t find field "text"'),
        ({"button": {**START, "text": ""}}, "SWITCH_PM_TEXT_EMPTY"),
        ({"button": {**START, "start_parameter": ""}}, "START_PARAM_EMPTY"),
        ({"button": {**START, "start_parameter": "x" * 64}}, ""),
        ({"button": {**START, "start_parameter": "x" * 65}}, "START_PARAM_INVALID"),
        ({"button": {**START, "start_parameter": "芯片"}}, "START_PARAM_INVALID"),
        ({"button": "{"}, f"{BUTTON} JSON object"),
    ],
)
async def test_answers_are_refused_as_by_the_real_server(
    client: Client, params: dict[str, Any], reason: str
) -> None:
    """An empty reason means that it is accepted; after a refusal the query still waits."""
    query = client.telegram.inline(client.reader, "芯片")
    expected = f"Bad Request: {reason}" if reason else ""
    refused = await client.refusal(
        "answerInlineQuery", **{"inline_query_id": query, "results": [article()], **params}
    )
    again = await client.refusal("answerInlineQuery", inline_query_id=query, results=[article()])

    assert expected == refused
    assert ("" if reason else TOO_OLD) == again


async def test_a_query_is_answered_once_and_in_time(client: Client) -> None:
    """Unknown, answered and old queries are refused with the same words."""
    once = await answered(client, article())
    late = client.telegram.inline(client.reader, "芯片")

    async def answer(query: str) -> str:
        return await client.refusal("answerInlineQuery", inline_query_id=query, results=[])

    again = await answer(once)
    then = client.telegram.clock() + 61
    client.telegram.clock = lambda: then

    assert [TOO_OLD, TOO_OLD, TOO_OLD] == [again, await answer(late), await answer("1")]


async def test_a_query_says_in_what_kind_of_chat_it_was_typed(client: Client) -> None:
    """Not in which one."""
    telegram = client.telegram
    places = [
        telegram.add_group("群", [client.reader], kind).id for kind in ("group", "supergroup", "channel")
    ]
    for place in (None, client.reader, pair(client), *places):
        telegram.inline(client.reader, "芯片", "5", place)
    queries = [one["inline_query"] for one in await client.result("getUpdates")]

    kinds = ["sender", "sender", "private", "group", "supergroup", "channel"]
    assert kinds == [one["chat_type"] for one in queries]
    assert {("芯片", "5", client.reader)} == {
        (one["query"], one["offset"], one["from"]["id"]) for one in queries
    }


def test_a_client_types_256_characters_at_most_and_only_where_it_is(client: Client) -> None:
    """As a real one."""
    elsewhere = client.telegram.add_group("群", []).id
    client.telegram.inline(client.reader, "中" * 256)

    with pytest.raises(ValueError, match="256"):
        client.telegram.inline(client.reader, "中" * 257)
    with pytest.raises(KeyError):
        client.telegram.inline(client.reader, "中", chat_id=elsewhere)


async def test_a_chosen_result_stands_in_a_chat_that_the_bot_is_not_in(client: Client) -> None:
    """Said by the person, via the bot; the bot hears nothing of it and cannot write there."""
    options = {"is_disabled": True}
    content = {**article()["input_message_content"], "link_preview_options": options}
    group = client.telegram.add_group("没有机器人的群", [client.reader], with_bot=False).id
    for chat in (pair(client), group):
        await chosen(client, chat, with_buttons() | {"input_message_content": content})
        (message,) = client.telegram.messages(chat)

        assert [client.reader, client.telegram.bot] == [message["from"]["id"], message["via_bot"]]
        assert ["芯片 新闻", "bold", options] == [
            message["text"],
            message["entities"][0]["type"],
            message["link_preview_options"],
        ]
        assert keyboard(data("up")) == message["reply_markup"]
        assert await client.refusal("sendMessage", chat_id=chat, text="x") == "Bad Request: chat not found"
    client.telegram.says(client.reader, "谢谢", group)
    assert [] == await heard(client)


async def test_where_the_bot_is_it_hears_of_a_chosen_result(client: Client) -> None:
    """As of any message, without the inline_message_id; not any more when it was thrown out."""
    group = client.telegram.add_group("群", [client.reader]).id
    left = client.telegram.add_group("旧群", [client.reader]).id
    client.telegram.kicks(left)
    client.telegram.updates.clear()
    for chat in (client.reader, group, left):
        await chosen(client, chat, with_buttons())
    told = await heard(client)

    assert [client.reader, group] == [message["chat"]["id"] for _, message in told]
    assert all(message["via_bot"]["id"] == client.telegram.bot["id"] for _, message in told)
    assert "inline_message_id" not in str((told, client.telegram.messages(group)))
    schema.conforms(told[0][1], "Message")


async def test_only_a_message_with_buttons_has_an_inline_message_id(client: Client) -> None:
    """Without them the bot has nothing to edit, and nobody anything to press."""
    chat = pair(client)
    plain, pressable = await chosen(client, chat, article()), await chosen(client, chat, with_buttons())

    assert ["inline_message_id" in plain, len(pressable["inline_message_id"])] == [False, 32]
    with pytest.raises(KeyError):
        client.telegram.presses(client.reader, chat, plain["message_id"], "up")


async def test_results_that_cannot_be_chosen(client: Client) -> None:
    """Unknown ones, somebody else's, what posts no text, and a chat one is not in."""
    other = client.telegram.person("en").id
    photo = {"type": "photo", "id": "2", "photo_url": "https://a.cn/x", "thumbnail_url": "https://a.cn/y"}
    query = await answered(client, article(), photo, is_personal=True)
    waiting = client.telegram.inline(client.reader, "芯片")
    mine, theirs = client.reader, pair(client)
    admin = client.telegram.meets(other, client.telegram.person("admin").id).id

    for person, chat, asked, result in (
        (mine, mine, query, "3"),
        (mine, mine, query, "2"),
        (mine, mine, waiting, "1"),
        (mine, mine, "1", "1"),
        (other, theirs, query, "1"),
        (mine, admin, query, "1"),
    ):
        with pytest.raises(KeyError):
            client.telegram.chooses(person, chat, asked, result)


async def test_the_choice_is_told_only_with_feedback_and_only_if_asked_for(client: Client) -> None:
    """BotFather's switch is off at first; allowed_updates counts as for any other kind."""
    await chosen(client, pair(client), with_buttons())
    silent = await heard(client)
    client.telegram.inline_feedback = True
    sent = await chosen(client, pair(client), with_buttons())
    await chosen(client, pair(client), article(2))
    (_, first), (_, second) = told = await heard(client)
    await client.result("getUpdates", offset=-1, allowed_updates=["message"])
    await chosen(client, pair(client), with_buttons())
    unasked = await heard(client, offset=client.telegram._next_update)

    assert [[], []] == [silent, unasked]
    assert ["chosen_inline_result"] * 2 == [kind for kind, _ in told]
    assert [sent["inline_message_id"], "1", "芯片", client.reader] == [
        first["inline_message_id"],
        first["result_id"],
        first["query"],
        first["from"]["id"],
    ]
    assert {"result_id", "from", "query"} == set(second)
    schema.conforms(first, "ChosenInlineResult")


async def test_a_press_names_an_inline_message_and_does_not_show_it(client: Client) -> None:
    """Also where the bot is in the chat; anybody in it may press, nobody else."""
    other, stranger = client.telegram.person("en").id, client.telegram.person("admin").id
    sent = await chosen(client, pair(client), with_buttons())
    own = await chosen(client, client.reader, with_buttons())
    client.telegram.presses_inline(other, sent["inline_message_id"], "up")
    client.telegram.presses(client.reader, client.reader, own["message_id"], "up")
    presses = [payload for kind, payload in await heard(client) if kind == "callback_query"]

    assert [sent["inline_message_id"], own["inline_message_id"]] == [
        one["inline_message_id"] for one in presses
    ]
    assert [{"id", "from", "chat_instance", "data", "inline_message_id"}] * 2 == [set(one) for one in presses]
    assert [other, client.reader] == [one["from"]["id"] for one in presses]
    with pytest.raises(KeyError):
        client.telegram.presses_inline(stranger, sent["inline_message_id"], "up")
    assert await client.refusal("answerCallbackQuery", callback_query_id=presses[0]["id"], text="谢谢") == ""
    assert client.telegram.toasts[presses[0]["id"]]["user"] == other
    schema.conforms(presses[0], "CallbackQuery")


async def test_an_inline_message_is_edited_by_its_id(client: Client) -> None:
    """The answer is only True; text and buttons change as elsewhere, and the same again is refused."""
    name = (await chosen(client, pair(client), with_buttons()))["inline_message_id"]
    same = {"inline_message_id": name, "text": "<i>改</i>", "parse_mode": "HTML"}
    same |= {"reply_markup": keyboard(data("down"))}
    edited = await client.result("editMessageText", **same)
    refused = await client.refusal("editMessageText", **same)
    once = client.telegram.inline_message(name)
    bare = await client.result("editMessageReplyMarkup", inline_message_id=name)
    twice = client.telegram.inline_message(name)
    back = await client.result("editMessageReplyMarkup", **same)

    assert [True, True, True] == [edited, bare, back]
    assert refused.startswith(NOT_MODIFIED)
    assert ["改", "<i>改</i>", keyboard(data("down"))] == [once["text"], once["html"], once["reply_markup"]]
    assert ["改", False] == [twice["text"], "reply_markup" in twice]


async def test_an_edit_must_name_an_inline_message_that_is_there(client: Client) -> None:
    """A broken name, an unknown one, one of a deleted message, none; a named chat comes first."""
    sent = await chosen(client, pair(client), with_buttons())
    gone = sent["inline_message_id"]
    client.telegram.deletes(client.reader, sent["message_id"], pair(client))
    by_number = {"chat_id": client.reader, "message_id": 99, "inline_message_id": gone}

    async def edit(**params: Any) -> str:
        return await client.refusal("editMessageText", **{"text": "x", **params})

    assert "Bad Request: invalid inline message identifier specified" == await edit(inline_message_id="x")
    assert "Bad Request: MESSAGE_ID_INVALID" == await edit(inline_message_id="x" * 32)
    assert "Bad Request: MESSAGE_ID_INVALID" == await edit(inline_message_id=gone)
    assert "Bad Request: message identifier is not specified" == await edit()
    assert "Bad Request: message to edit not found" == await edit(**by_number)
    assert "Bad Request: message text is empty" == await edit(inline_message_id=gone, text="")
    with pytest.raises(KeyError):
        client.telegram.inline_message(gone)


async def test_a_message_via_the_bot_is_nobodys_to_correct(client: Client) -> None:
    """The person cannot edit it, nor the bot by its number."""
    sent = await chosen(client, client.reader, with_buttons())
    by_number = {"chat_id": client.reader, "message_id": sent["message_id"], "text": "x"}

    assert "Bad Request: message can't be edited" == await client.refusal("editMessageText", **by_number)
    with pytest.raises(KeyError):
        client.telegram.edits(client.reader, sent["message_id"], "x")


async def test_two_people_have_one_chat(client: Client) -> None:
    """Whoever opens it; nobody has one with themselves or with nobody."""
    other = client.telegram.person("en").id

    assert client.telegram.meets(client.reader, other) is client.telegram.meets(other, client.reader)
    for wrong in (client.reader, 1):
        with pytest.raises(KeyError):
            client.telegram.meets(client.reader, wrong)


async def test_telegram_gives_an_answer_again_for_a_while(client: Client) -> None:
    """To the same words, page and kind of chat; a personal one only to the same person."""
    telegram, other = client.telegram, client.telegram.person("en").id
    public = await answered(client, article(), cache_time=10)
    kept = [
        telegram.inline_kept(other, "芯片"),
        telegram.inline_kept(other, "芯"),
        telegram.inline_kept(other, "芯片", "5"),
        telegram.inline_kept(other, "芯片", chat_type="group"),
    ]
    personal = await answered(client, article(), cache_time=5, is_personal=True)
    mine, theirs = telegram.inline_kept(client.reader, "芯片"), telegram.inline_kept(other, "芯片")
    then = telegram.clock() + 7
    telegram.clock = lambda: then

    assert [public, None, None, None] == kept
    assert [personal, public] == [mine, theirs]
    assert public == telegram.inline_kept(client.reader, "芯片")


async def test_ptb_answers_and_edits(client: Client) -> None:
    """With its stock objects."""
    query = client.telegram.inline(client.reader, "芯片")
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("👍", callback_data="up")]])
    async with Bot(client.playground.token, base_url=f"{client.playground.url}/bot") as ptb:
        (asked,) = await ptb.get_updates()
        result = Article(
            "1", "芯片", Text("<b>x</b>", parse_mode="HTML"), reply_markup=markup, description="y"
        )
        await asked.inline_query.answer([result], cache_time=0, is_personal=True, next_offset="")
        sent = client.telegram.chooses(client.reader, pair(client), query, "1")
        client.telegram.presses_inline(client.reader, sent["inline_message_id"], "up")
        (pressed,) = await ptb.get_updates(offset=asked.update_id + 1)
        await pressed.callback_query.edit_message_text("<i>z</i>", parse_mode="HTML")

    assert pressed.callback_query.message is None
    assert client.telegram.inline_message(sent["inline_message_id"])["text"] == "z"
