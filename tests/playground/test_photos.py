"""Photos and their captions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground import schema
from tests.playground.conftest import Client
from tests.playground.pictures import jpeg, png

BUTTON = {"text": "x", "callback_data": "x"}
MARKUP = {"inline_keyboard": [[BUTTON]]}
UNPLACED = "\x89PNG\r\n\x1a\n".encode("latin-1") + b"\0\0\0\rIDAT" + b"\0" * 40


async def uploads(
    client: Client, data: bytes, method: str = "sendPhoto", part: str = "photo", **fields: Any
) -> dict[str, Any]:
    """The answer to a multipart form: a file, and fields as text."""
    given = {"chat_id": client.reader, **fields}
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    files = {part: ("a.png", data, "application/octet-stream")}
    answer: dict[str, Any] = (await client.http.post(client.address(method), data=form, files=files)).json()
    return answer


async def photo(client: Client, **fields: Any) -> dict[str, Any]:
    """The message with a photo that was uploaded."""
    answer = await uploads(client, png(), **fields)
    assert answer["ok"], answer
    message: dict[str, Any] = answer["result"]
    return message


async def refused(client: Client, data: bytes, **fields: Any) -> str:
    """The words of a refusal, "" for none."""
    return str((await uploads(client, data, **fields)).get("description", ""))


async def test_an_uploaded_photo_has_sizes_a_caption_and_buttons(client: Client) -> None:
    """The largest last, with the size of the file; each smaller one in the same proportion."""
    said = {"caption": "<b>图</b>片", "parse_mode": "HTML", "reply_markup": MARKUP}
    message = await photo(client, **said, disable_notification=True)
    sizes = [(size["width"], size["height"]) for size in message["photo"]]

    schema.conforms(message, "Message")
    assert [(90, 50), (320, 180), (640, 360)] == sizes
    assert len(png()) == message["photo"][-1]["file_size"]
    assert ["图片", "bold", MARKUP] == [
        message["caption"],
        message["caption_entities"][0]["type"],
        message["reply_markup"],
    ]
    assert "<b>图</b>片" == client.telegram.messages(client.reader)[-1]["html"]


async def test_a_photo_may_be_attached_under_any_name(client: Client) -> None:
    """attach://name stands for a file of the same form; one that did not come is no photo."""
    sent = await uploads(client, png(), part="图", photo="attach://图")

    assert [(90, 50), (320, 180), (640, 360)] == [
        (size["width"], size["height"]) for size in sent["result"]["photo"]
    ]
    for missing in ("attach://other", "attach://chat_id"):
        assert "Bad Request: there is no photo in the request" == await refused(
            client, png(), part="图", photo=missing
        )


async def test_a_photo_is_sent_again_by_any_of_its_file_ids(client: Client) -> None:
    """Without its caption; people still see the picture."""
    first = await photo(client, caption="图")
    again = [
        await client.result("sendPhoto", chat_id=client.reader, photo=size["file_id"], caption="又")
        for size in first["photo"]
    ]
    last = again[-1]["message_id"]
    address = f"{client.playground.url}/play/chats/{client.reader}/files/{last}?user={client.reader}"
    seen = await client.http.get(address)

    assert [first["photo"]] * 3 == [message["photo"] for message in again]
    assert ["image/png", png()] == [seen.headers["content-type"], seen.content]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "there is no photo in the request"),
        ("x", "wrong remote file identifier specified: Wrong string length"),
        ("https://nowhere", "wrong remote file identifier specified: Wrong string length"),
        ("file-1", "can't use file of type Document as Photo"),
    ],
)
async def test_what_names_no_photo_is_refused(client: Client, given: str, reason: str) -> None:
    """In the words of the real server."""
    assert f"Bad Request: {reason}" == await client.refusal("sendPhoto", chat_id=client.reader, photo=given)


async def test_a_photo_is_no_document(client: Client) -> None:
    """Its file_id cannot be sent as one."""
    file_id = (await photo(client))["photo"][-1]["file_id"]

    assert "Bad Request: can't use file of type Photo as Document" == await client.refusal(
        "sendDocument", chat_id=client.reader, document=file_id
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "file must be non-empty"),
        (b"GIF89a", "IMAGE_PROCESS_FAILED"),
        (b"<svg/>", "IMAGE_PROCESS_FAILED"),
        (png(1, 1)[:20], "IMAGE_PROCESS_FAILED"),
        (UNPLACED, "IMAGE_PROCESS_FAILED"),
        (png(0, 0), "IMAGE_PROCESS_FAILED"),
        (b"\xff\xd8\xff\xd9", "IMAGE_PROCESS_FAILED"),
        (jpeg(640, 480)[:-6], "IMAGE_PROCESS_FAILED"),
        (jpeg(640, 480), ""),
        (jpeg(9000, 1000), ""),
        (jpeg(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (jpeg(2000, 100), ""),
        (jpeg(100, 2001), "PHOTO_INVALID_DIMENSIONS"),
        (
            png(1, 1) + b"\0" * 10_485_760,
            "file of size 10485829 bytes is too big for a photo; the maximum size",
        ),
    ],
)
async def test_only_a_picture_of_fair_size_is_a_photo(client: Client, data: bytes, reason: str) -> None:
    """By its own head, whatever its name says; an empty reason means that it is accepted."""
    answer = await refused(client, data)

    assert answer.startswith(f"Bad Request: {reason}" if reason else "")
    assert bool(answer) == bool(reason)


async def test_a_very_large_photo_is_made_smaller(client: Client) -> None:
    """To 2560 pixels at most; height and width of a JPEG are not mixed up."""
    sizes = (await uploads(client, jpeg(6000, 3000)))["result"]["photo"]

    assert [(90, 45), (320, 160), (800, 400), (1280, 640), (2560, 1280)] == [
        (size["width"], size["height"]) for size in sizes
    ]


async def test_photos_are_refused_like_messages(client: Client) -> None:
    """For their caption, their buttons, the thread, the chat."""
    long = await refused(client, png(), caption="中" * 1025)
    open_tag = await refused(client, png(), caption="<b>x", parse_mode="HTML")
    no_button = await refused(client, png(), reply_markup={"inline_keyboard": [[{"text": "x"}]]})
    thread = await refused(client, png(), message_thread_id=7)
    nowhere = await refused(client, png(), chat_id=42)
    client.telegram.blocks(client.reader)

    assert "Bad Request: message caption is too long" == long
    assert open_tag.startswith("Bad Request: can't parse entities: Can't find end tag")
    assert no_button.startswith("Bad Request: can't parse inline keyboard button")
    assert ["Bad Request: message thread not found", "Bad Request: chat not found"] == [thread, nowhere]
    assert "Forbidden: bot was blocked by the user" == await refused(client, png())


async def test_a_caption_is_edited_and_taken_away(client: Client) -> None:
    """With its buttons, which go where none are given; the picture stays, the text as sent is kept."""
    sent = await photo(client, caption="一", reply_markup=MARKUP)
    where = {"chat_id": client.reader, "message_id": sent["message_id"]}
    edited = await client.result(
        "editMessageCaption", **where, caption="<i>二</i>", parse_mode="HTML", show_caption_above_media=True
    )
    again = await client.refusal(
        "editMessageCaption", **where, caption="<em>二</em>", parse_mode="HTML", show_caption_above_media=True
    )
    keys = await client.result("editMessageReplyMarkup", **where, reply_markup=MARKUP)
    shown = client.telegram.messages(client.reader)[-1]
    bare = await client.result("editMessageCaption", **where)

    assert ["二", "italic", True, sent["photo"]] == [
        edited["caption"],
        edited["caption_entities"][0]["type"],
        edited["show_caption_above_media"],
        edited["photo"],
    ]
    assert again.startswith("Bad Request: message is not modified")
    assert ["<i>二</i>", "二", MARKUP] == [shown["html"], keys["caption"], keys["reply_markup"]]
    assert not {"caption", "caption_entities", "reply_markup", "show_caption_above_media"} & set(bare)


async def test_text_and_caption_are_edited_each_by_its_own_method(client: Client) -> None:
    """And a caption that is edited has 1024 units as well."""
    text = {"chat_id": client.reader, "message_id": (await client.sends())["message_id"]}
    picture = {"chat_id": client.reader, "message_id": (await photo(client))["message_id"]}

    assert [
        "Bad Request: there is no text in the message to edit",
        "Bad Request: there is no caption in the message to edit",
        "Bad Request: MEDIA_CAPTION_TOO_LONG",
        "Bad Request: message to edit not found",
        "",
    ] == [
        await client.refusal("editMessageText", **picture, text="x"),
        await client.refusal("editMessageCaption", **text, caption="x"),
        await client.refusal("editMessageCaption", **picture, caption="中" * 1025),
        await client.refusal("editMessageCaption", chat_id=client.reader, message_id=99, caption="x"),
        await client.refusal("editMessageCaption", **picture, caption="中" * 1024),
    ]


async def test_a_copy_keeps_the_caption_or_gets_another(client: Client) -> None:
    """Nothing of the old one remains then, not even what was bold."""
    sent = await photo(client, caption="<b>一</b>", parse_mode="HTML")
    source = {"chat_id": client.reader, "from_chat_id": client.reader, "message_id": sent["message_id"]}
    await client.result("copyMessage", **source)
    await client.result("copyMessage", **source, caption="二")
    same, other = client.telegram.messages(client.reader)[-2:]

    assert [sent["photo"]] * 2 == [same["photo"], other["photo"]]
    assert ["一", sent["caption_entities"]] == [same["caption"], same["caption_entities"]]
    assert ["二", False] == [other["caption"], "caption_entities" in other]
