"""python-telegram-bot's own client against the playground."""

from __future__ import annotations

import io

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.warnings import PTBDeprecationWarning

from tests.playground.conftest import Client
from tests.playground.pictures import png


def bot(client: Client, token: str = "") -> Bot:
    """A stock client of this server."""
    return Bot(token or client.playground.token, base_url=f"{client.playground.url}/bot")


async def test_a_conversation(client: Client) -> None:
    """Hear, answer with buttons, be pressed, edit, toast."""
    async with bot(client) as ptb:
        client.telegram.says(client.reader, "/start 芯片")
        (heard,) = await ptb.get_updates(timeout=5)
        button = InlineKeyboardButton("👍", callback_data="up")
        message = await heard.message.reply_html("<b>标题</b>", reply_markup=InlineKeyboardMarkup([[button]]))
        query = client.telegram.presses(client.reader, client.reader, message.message_id, "up")
        (_, pressed) = await ptb.get_updates(timeout=5)
        await pressed.callback_query.answer("谢谢")
        await pressed.callback_query.edit_message_text("<i>已支持</i>", parse_mode="HTML")

    assert heard.message.entities[0].type == "bot_command"
    assert client.telegram.toasts[query]["text"] == "谢谢"
    last = client.telegram.messages(client.reader)[-1]
    assert ["已支持", "<i>已支持</i>"] == [last["text"], last["html"]]
    assert "reply_markup" not in last


async def test_files_commands_and_chats(client: Client) -> None:
    """What goes as multipart, as nested JSON, and what comes back as objects."""
    async with bot(client) as ptb:
        photo = await ptb.send_photo(client.reader, io.BytesIO(png(4, 3)), caption="图")
        document = await ptb.send_document(client.reader, io.BytesIO(b"{}"), filename="导出.json")
        scope = BotCommandScopeChat(client.reader)
        await ptb.set_my_commands([BotCommand("digest", "简报")], scope=scope, language_code="zh")
        commands = await ptb.get_my_commands(scope=scope, language_code="zh")
        chat = await ptb.get_chat(client.reader)
        member = await ptb.get_chat_member(client.reader, client.reader)
        copied = await ptb.copy_message(client.reader, client.reader, document.message_id)
        forwarded = await ptb.forward_message(client.reader, client.reader, photo.message_id)
        again = await ptb.send_photo(client.reader, photo.photo[-1].file_id)
        typing = await ptb.send_chat_action(client.reader, "typing")
        liked = await ptb.set_message_reaction(client.reader, copied.message_id, "👍")

    assert photo.photo[-1].file_size == len(png(4, 3))
    assert document.document.file_name == "导出.json"
    assert commands == (BotCommand("digest", "简报"),)
    assert commands[0].command == client.telegram.commands_for(client.reader)[0]["command"]
    assert [chat.id, member.status] == [client.reader, "member"]
    assert forwarded.forward_origin.sender_user.id == client.telegram.bot["id"]
    assert [True, True, True] == [bool(again.photo), typing, liked]


async def test_refusals_become_the_exceptions_that_ptb_knows(client: Client) -> None:
    """Each kind of refusal as its class."""
    group = client.telegram.add_group("群", [client.reader], kind="group").id
    faults = client.playground.faults
    faults.too_many(17, chat=client.reader)
    faults.forbid(chat=client.reader)
    faults.migrate(group, -1001234567890)
    async with bot(client) as ptb:
        with pytest.raises(RetryAfter), pytest.warns(PTBDeprecationWarning):
            await ptb.send_message(client.reader, "x")
        with pytest.raises(Forbidden):
            await ptb.send_message(client.reader, "x")
        with pytest.raises(ChatMigrated) as moved:
            await ptb.send_message(group, "x")
        with pytest.raises(BadRequest):
            await ptb.send_message(client.reader, "<x>", parse_mode="HTML")
        await ptb.set_webhook("https://a.cn/hook")
        with pytest.raises(Conflict):
            await ptb.get_updates()
    with pytest.raises(InvalidToken):
        async with bot(client, "123456:wrong"):
            pass

    assert moved.value.new_chat_id == -1001234567890
