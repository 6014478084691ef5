"""Rich messages: their HTML, their blocks, their limits."""

from __future__ import annotations

from typing import Any

import pytest

from playground import schema
from playground.errors import ApiError
from playground.faults import Limits
from playground.rich import rich_of
from tests.playground.conftest import Client

MARKUP = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
SEVENTEEN = "<blockquote>" * 17 + "x" + "</blockquote>" * 17
SIXTEEN = "<blockquote>" * 16 + "x" + "</blockquote>" * 16


def blocks(html: str, **more: Any) -> list[Any]:
    """The blocks of this HTML, which have the shape of the schema."""
    message = rich_of({"html": html, **more})["rich_message"]
    schema.conforms(message, "RichMessage")
    found: list[Any] = message["blocks"]
    return found


def text(html: str, **more: Any) -> Any:
    """The text of the one paragraph of this HTML."""
    (paragraph,) = blocks(html, **more)
    assert paragraph["type"] == "paragraph"
    return paragraph["text"]


def paragraph(words: Any) -> dict[str, Any]:
    """A paragraph."""
    return {"type": "paragraph", "text": words}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>", [paragraph("a")]),
        ("a<p>b</p>c", [paragraph("a"), paragraph("b"), paragraph("c")]),
        (
            "<h1>a</h1>\n<h6>b</h6>",
            [{"type": "heading", "size": n, "text": t} for n, t in ((1, "a"), (6, "b"))],
        ),
        ("<pre>\ta\n  b</pre>", [{"type": "pre", "text": "\ta\n  b"}]),
        (
            '<pre><code class="language-python">x  = 1</code></pre>',
            [{"type": "pre", "text": "x  = 1", "language": "python"}],
        ),
        ("<footer>a</footer>", [{"type": "footer", "text": "a"}]),
        ("a<hr>b<hr/>", [paragraph("a"), {"type": "divider"}, paragraph("b"), {"type": "divider"}]),
        (
            "<blockquote>a<p>b</p></blockquote>",
            [{"type": "blockquote", "blocks": [paragraph("a"), paragraph("b")]}],
        ),
        (
            "<details><summary>a</summary>b</details>",
            [{"type": "details", "summary": "a", "blocks": [paragraph("b")]}],
        ),
        (
            "<DETAILS OPEN>\n<summary>a</summary></details>",
            [{"type": "details", "summary": "a", "blocks": [], "is_open": True}],
        ),
        (
            "<ul>\n<li>a</li><li><p>b</p></li></ul>",
            [{"type": "list", "items": [{"label": "•", "blocks": [paragraph(one)]} for one in "ab"]}],
        ),
    ],
)
def test_tags_become_blocks(html: str, expected: list[Any]) -> None:
    """What stands between them becomes paragraphs, blanks become nothing."""
    assert expected == blocks(html)


def test_an_ordered_list_is_numbered() -> None:
    """From its start, and anew from the value of an item."""
    (found,) = blocks('<ol start="3"><li>a</li><li value="7">b</li><li>c</li></ol>')

    assert [("3.", 3, "1"), ("7.", 7, "1"), ("8.", 8, "1")] == [
        (item["label"], item["value"], item["type"]) for item in found["items"]
    ]


def test_a_table_has_cells_in_rows() -> None:
    """With headers, spans, alignment and a caption."""
    (table,) = blocks(
        '<table bordered striped><caption>价格</caption><tr><th>a</th><th align="right">b</th></tr>\n'
        '<tr><td colspan="2" rowspan="1" valign="bottom">c</td></tr><tr><td></td></tr></table>'
    )
    plain = {"align": "left", "valign": "top"}

    assert ["价格", True, True] == [table["caption"], table["is_bordered"], table["is_striped"]]
    assert [
        [
            {"text": "a", "is_header": True, **plain},
            {"text": "b", "is_header": True, **plain, "align": "right"},
        ],
        [{"text": "c", "colspan": 2, **plain, "valign": "bottom"}],
        [{"text": "", **plain}],
    ] == table["cells"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>a</b>", {"type": "bold", "text": "a"}),
        ("<strong>a</strong>", {"type": "bold", "text": "a"}),
        ("<i>a</i><em>b</em>", [{"type": "italic", "text": "a"}, {"type": "italic", "text": "b"}]),
        ("<u>a<s>b</s></u>", {"type": "underline", "text": ["a", {"type": "strikethrough", "text": "b"}]}),
        ("<code>a  b</code>", {"type": "code", "text": "a b"}),
        (" a \n b <b> c </b> d ", ["a b ", {"type": "bold", "text": "c "}, "d"]),
        ("<br>a <br/> b<br>", "a\nb"),
        ("a<b></b>c", "ac"),
        ("&lt;b&gt; &amp;nbsp; &#x4e2d;&nbsp;&hellip; &copy;", "<b> &nbsp; 中\u00a0… &copy;"),
        ('<a href="https://a.cn">a</a>', {"type": "url", "text": "a", "url": "https://a.cn/"}),
        ('<a href="tg://user?id=1">a</a>', {"type": "url", "text": "a", "url": "tg://user?id=1"}),
    ],
)
def test_words_are_styled(html: str, expected: Any) -> None:
    """And blanks are those a browser would show."""
    assert expected == text(html)


def test_links_and_tags_in_words_are_found() -> None:
    """As in other messages, counted in characters of any size; not in code or links, nor if not wanted."""
    words = "😀 https://a.cn/x #芯片 @someone /hot a@b.cn"
    found = text(words)

    assert ["😀 ", "url", "hashtag", "mention", "bot_command", "email_address"] == [
        one if isinstance(one, str) else one["type"] for one in found if one != " "
    ]
    assert {"type": "hashtag", "text": "#芯片", "hashtag": "芯片"} == found[3]
    assert words == text(words, skip_entity_detection=True)
    assert {"type": "code", "text": "#x"} == text("<code>#x</code>")


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (
            "<p>x",
            "can't parse rich message: can't find end tag corresponding to start tag \"p\" at byte offset 0",
        ),
        ("中</p>", "can't parse rich message: unexpected end tag at byte offset 3"),
        (
            "<b>x</i>",
            'can\'t parse rich message: unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ("<div>x</div>", 'can\'t parse rich message: unsupported start tag "div" at byte offset 0'),
        ("<script>x</script>", 'can\'t parse rich message: unsupported start tag "script" at byte offset 0'),
        ("a < b", "can't parse rich message: unclosed or unknown tag at byte offset 2"),
        ("<!-- x -->", "can't parse rich message: unclosed or unknown tag at byte offset 0"),
        ("<p/>", 'can\'t parse rich message: tag "p" must have an end tag at byte offset 0'),
        ("<b><p>x</p></b>", 'can\'t parse rich message: unexpected tag "p" at byte offset 3'),
        ("<li>x</li>", 'can\'t parse rich message: unexpected tag "li" at byte offset 0'),
        ("<ul>x</ul>", 'can\'t parse rich message: unexpected text in the tag "ul" at byte offset 0'),
        ("<ul><p>x</p></ul>", 'can\'t parse rich message: unexpected tag "p" at byte offset 4'),
        ("<table><td>x</td></table>", 'can\'t parse rich message: unexpected tag "td" at byte offset 7'),
        (
            "<details>x</details>",
            'can\'t parse rich message: tag "details" must begin with a tag "summary" at byte offset 0',
        ),
        ('<a href="/x">x</a>', "RICH_MESSAGE_URL_INVALID"),
        ('<a href="javascript:x">x</a>', "RICH_MESSAGE_URL_INVALID"),
        ('<a href="http://nowhere">x</a>', "RICH_MESSAGE_URL_INVALID"),
        ("<a>x</a>", "RICH_MESSAGE_URL_INVALID"),
        ("", "rich message must be non-empty"),
        (" <p> <b> </b><br></p>", "RICH_MESSAGE_EMPTY"),
        ("中" * 32_768, ""),
        ("中" * 32_769, "RICH_MESSAGE_TEXT_TOO_LONG"),
        ("<h1>x</h1>" * 500, ""),
        ("<h1>x</h1>" * 501, "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        ("<ul>" + "<li>x</li>" * 250 + "</ul>", "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        ("<table><tr>" + "<td>x</td>" * 20 + "</tr></table>", ""),
        (
            '<table><tr><td colspan="2">x</td>' + "<td>x</td>" * 19 + "</tr></table>",
            "RICH_MESSAGE_TABLE_COLS_TOO_MANY",
        ),
        (SIXTEEN, ""),
        (SEVENTEEN, "RICH_MESSAGE_DEPTH_INVALID"),
    ],
)
def test_what_cannot_be_read_or_is_too_much_is_refused(html: str, reason: str) -> None:
    """An empty reason means that it is accepted."""
    said = ""
    try:
        assert rich_of({"html": html})["rich_message"]["blocks"]
    except ApiError as refusal:
        said = refusal.description

    assert said == (f"Bad Request: {reason}" if reason else "")


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"rich_message": None}, "rich message must be non-empty"),
        ({"rich_message": {}}, "rich message must be non-empty"),
        ({"rich_message": {"html": "半\ud83d"}}, "strings must be encoded in UTF-8"),
        ({"rich_message": "{"}, "can't parse rich message JSON object"),
        (
            {"rich_message": {"markdown": "# x"}},
            "can't parse rich message: the playground knows html only, no markdown",
        ),
        (
            {"rich_message": {"markdown": "x", "html": "x"}},
            "can't parse rich message: exactly one of the fields html and markdown must be used",
        ),
        ({"chat_id": 42}, "chat not found"),
        ({"message_thread_id": 7}, "message thread not found"),
        ({"reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]}},
            "BUTTON_DATA_INVALID",
        ),
    ],
)
async def test_they_are_checked_like_other_messages(
    client: Client, params: dict[str, Any], reason: str
) -> None:
    """Chat, thread, reply and buttons."""
    given = {"chat_id": client.reader, "rich_message": {"html": "x"}, **params}

    assert f"Bad Request: {reason}" == await client.refusal("sendRichMessage", **given)


async def test_they_count_against_the_same_limits(client: Client) -> None:
    """One message a second to a chat, of whatever kind."""
    client.playground.faults.limits = Limits(per_chat_second=1)
    await client.sends()

    assert "Too Many Requests: retry after 1" == await client.refusal(
        "sendRichMessage", chat_id=client.reader, rich_message={"html": "x"}
    )


async def test_a_rich_message_becomes_text_and_rich_again(client: Client) -> None:
    """By editMessageText, with nothing of the other kind left; what changes nothing is refused."""
    rich = {"html": "<h1>题</h1>", "is_rtl": True}
    sent = await client.result(
        "sendRichMessage", chat_id=client.reader, rich_message=rich, reply_markup=MARKUP
    )
    where = {"chat_id": client.reader, "message_id": sent["message_id"]}
    same = await client.refusal("editMessageText", **where, rich_message=rich, reply_markup=MARKUP)
    words = await client.result("editMessageText", **where, text="<b>字</b>", parse_mode="HTML")
    again = await client.result("editMessageText", **where, rich_message=rich)
    keys = await client.result("editMessageReplyMarkup", **where, reply_markup=MARKUP)

    schema.conforms(sent, "Message")
    assert sent["rich_message"] == {
        "blocks": [{"type": "heading", "size": 1, "text": "题"}],
        "is_rtl": True,
    }
    assert same.startswith("Bad Request: message is not modified")
    assert ["字", False, False] == [words["text"], "rich_message" in words, "reply_markup" in words]
    assert [sent["rich_message"]] * 2 == [again["rich_message"], keys["rich_message"]]
    assert not {"text", "entities"} & set(again)
    assert "<h1>题</h1>" == client.telegram.messages(client.reader)[-1]["html"]


async def test_an_edit_has_either_text_or_rich_content(client: Client) -> None:
    """Not both, not neither; and no caption."""
    sent = await client.result("sendRichMessage", chat_id=client.reader, rich_message={"html": "x"})
    where = {"chat_id": client.reader, "message_id": sent["message_id"]}

    assert [
        "Bad Request: text and rich_message can't be used at the same time",
        "Bad Request: message text is empty",
        "Bad Request: rich message must be non-empty",
        "Bad Request: there is no caption in the message to edit",
    ] == [
        await client.refusal("editMessageText", **where, text="x", rich_message={"html": "x"}),
        await client.refusal("editMessageText", **where),
        await client.refusal("editMessageText", **where, rich_message={"html": ""}),
        await client.refusal("editMessageCaption", **where, caption="x"),
    ]


async def test_a_rich_message_is_copied_and_forwarded(client: Client) -> None:
    """Whole."""
    sent = await client.result("sendRichMessage", chat_id=client.reader, rich_message={"html": "<p>x</p>"})
    source = {"chat_id": client.reader, "from_chat_id": client.reader, "message_id": sent["message_id"]}
    await client.result("copyMessage", **source, caption="y")
    await client.result("forwardMessage", **source)

    kept = [message["rich_message"] for message in client.telegram.messages(client.reader)]
    assert [sent["rich_message"]] * 3 == kept


def test_another_shape_does_not_conform() -> None:
    """The check of the shape above can fail, at any depth."""
    for wrong in (
        {"type": "bold"},
        [{"type": "blink", "text": "x"}],
        {"type": "bold", "text": {"type": "x"}},
    ):
        with pytest.raises(schema.Mismatch):
            schema.conforms({"blocks": [paragraph(wrong)]}, "RichMessage")
