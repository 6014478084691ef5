"""The preview of an address that the bot names."""

from __future__ import annotations

from typing import Any

import pytest

from playground import schema
from tests.playground.conftest import Client


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (
            {"url": "https://a.cn", "prefer_small_media": True},
            {"url": "https://a.cn/", "prefer_small_media": True},
        ),
        ({"is_disabled": True}, {"is_disabled": True}),
        ({"is_disabled": True, "url": "ftp://a.cn/x"}, {"is_disabled": True}),
        ({"url": "javascript:alert(1)"}, None),
        ({"url": "tg://resolve?domain=x"}, None),
        ({"url": "http://nowhere"}, None),
        ({}, None),
    ],
)
async def test_an_address_that_has_no_preview_is_ignored(
    client: Client, options: dict[str, Any], kept: dict[str, Any] | None
) -> None:
    """Only http and https have one; the rest of the options stays."""
    sent = await client.sends("x", link_preview_options=options)

    schema.conforms(sent, "Message")
    assert kept == sent.get("link_preview_options")


async def test_an_edit_says_anew_what_is_previewed(client: Client) -> None:
    """Options of another shape are refused."""
    sent = await client.sends("x", link_preview_options={"url": "https://a.cn/"})
    where = {"chat_id": client.reader, "message_id": sent["message_id"]}
    edited = await client.result("editMessageText", **where, text="y")
    refused = await client.refusal("sendMessage", chat_id=client.reader, text="x", link_preview_options="x")

    assert "link_preview_options" not in edited
    assert "Bad Request: can't parse link preview options JSON object" == refused
