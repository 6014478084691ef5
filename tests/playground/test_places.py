"""Places that people share."""

from __future__ import annotations

import math

import pytest

from playground import schema
from tests.playground.conftest import Client

SHANGHAI = (31.2304, 121.4737)


async def test_a_place_is_shared_with_the_bot(client: Client) -> None:
    """It hears of its latitude and longitude, and of no text; nobody can make a text of it."""
    sent = client.telegram.sends_location(client.reader, *SHANGHAI)
    (update,) = await client.result("getUpdates")
    await client.result(
        "forwardMessage", **dict.fromkeys(("chat_id", "from_chat_id"), client.reader), message_id=1
    )

    schema.conforms(update, "Update")
    assert {"latitude": SHANGHAI[0], "longitude": SHANGHAI[1]} == update["message"]["location"]
    assert "text" not in update["message"]
    assert sent["location"] == client.telegram.messages(client.reader)[-1]["location"]
    with pytest.raises(KeyError):
        client.telegram.edits(client.reader, sent["message_id"], "x")


@pytest.mark.parametrize("place", [(90.1, 0), (0, -180.1), (math.nan, 0), (0, math.inf)])
def test_a_place_is_on_earth(client: Client, place: tuple[float, float]) -> None:
    """Anything else no client could send."""
    with pytest.raises(ValueError, match="latitude"):
        client.telegram.sends_location(client.reader, *place)


async def test_a_place_is_shared_in_groups_too(client: Client) -> None:
    """By their members; a key that asks for one is for private chats."""
    group = client.telegram.add_group("群", [client.reader], bot_is_admin=True).id
    markup = {"keyboard": [[{"text": "位置", "request_location": True}]]}
    client.telegram.sends_location(client.reader, 0, 0, group)
    (update,) = await client.result("getUpdates")

    assert group == update["message"]["chat"]["id"]
    with pytest.raises(KeyError):
        client.telegram.sends_location(client.telegram.person("en").id, 0, 0, group)
    assert "Bad Request: location can be requested in private chats only" == await client.refusal(
        "sendMessage", chat_id=group, text="在哪里？", reply_markup=markup
    )
    assert (
        await client.refusal("sendMessage", chat_id=client.reader, text="在哪里？", reply_markup=markup) == ""
    )
