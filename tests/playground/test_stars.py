"""Payments in Telegram Stars."""

from __future__ import annotations

from typing import Any

import pytest

from playground import schema
from tests.playground.conftest import Client
from tests.playground.test_reactions import heard

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
INVOICE = {
    "title": "支持我们",
    "description": "一个月的服务器",
    "payload": "support:1",
    "currency": "XTR",
    "prices": [{"label": "支持", "amount": 50}],
}


async def invoice(client: Client, **changed: Any) -> int:
    """The id of an invoice in the reader's chat."""
    sent = await client.result("sendInvoice", **{"chat_id": client.reader, **INVOICE, **changed})
    return int(sent["message_id"])


async def paid(client: Client) -> dict[str, Any]:
    """The successful payment of an invoice."""
    query = client.telegram.pays(client.reader, client.reader, await invoice(client))
    await client.result("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True)
    payment: dict[str, Any] = (await heard(client))[-1][1]["successful_payment"]
    return payment


async def test_an_invoice_is_paid_when_the_bot_agrees(client: Client) -> None:
    """It is asked first, told then, and has the stars; its own words come back to it."""
    sent = await client.result("sendInvoice", chat_id=client.reader, **INVOICE)
    query = client.telegram.pays(client.reader, client.reader, sent["message_id"])
    before = client.telegram.payment_of(query)
    ((kind, asked),) = await heard(client)
    await client.result("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True)
    ((_, told),) = await heard(client)
    balance = await client.result("getMyStarBalance")
    ledger = await client.result("getStarTransactions")

    shown = {"title", "description", "start_parameter", "currency", "total_amount"}
    assert [shown, "support:1"] == [set(sent["invoice"]), asked["invoice_payload"]]
    assert ("pre_checkout_query", query, client.reader, 50) == (
        kind,
        asked["id"],
        asked["from"]["id"],
        asked["total_amount"],
    )
    payment = told["successful_payment"]
    assert [client.reader, "XTR", 50, "support:1"] == [
        told["from"]["id"],
        *(payment[name] for name in ("currency", "total_amount", "invoice_payload")),
    ]
    assert [("pending", ""), ("paid", "")] == [before, client.telegram.payment_of(query)]
    (row,) = ledger["transactions"]
    assert [{"amount": 50}, payment["telegram_payment_charge_id"]] == [balance, row["id"]]
    schema.conforms([sent, told], "Array of Message")
    schema.conforms(asked, "PreCheckoutQuery")
    schema.conforms(ledger, "StarTransactions")


async def test_a_refusal_needs_words_and_takes_nothing(client: Client) -> None:
    """The person reads them."""
    query = client.telegram.pays(client.reader, client.reader, await invoice(client))
    no = {"pre_checkout_query_id": query, "ok": False}
    wordless = await client.refusal("answerPreCheckoutQuery", **no)
    await client.result("answerPreCheckoutQuery", **no, error_message="已经结束了")
    again = await client.refusal("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True)

    assert ['Bad Request: parameter "error_message" is required', TOO_OLD] == [wordless, again]
    assert ("refused", "已经结束了") == client.telegram.payment_of(query)
    assert {"amount": 0} == await client.result("getMyStarBalance")
    assert ["pre_checkout_query"] == [kind for kind, _ in await heard(client)]


async def test_after_ten_seconds_it_is_too_late(client: Client) -> None:
    """As for a question that was never asked."""
    query = client.telegram.pays(client.reader, client.reader, await invoice(client))
    then = client.telegram.clock() + 11
    client.telegram.clock = lambda: then

    for one in (query, "1"):
        assert TOO_OLD == await client.refusal("answerPreCheckoutQuery", pre_checkout_query_id=one, ok=True)
    assert ("expired", "") == client.telegram.payment_of(query)


async def test_what_was_paid_is_given_back_once(client: Client) -> None:
    """To whom it came from; their chat says so, and the bot hears it."""
    charge = (await paid(client))["telegram_payment_charge_id"]
    back = {"user_id": client.reader, "telegram_payment_charge_id": charge}
    other = client.telegram.person("en").id
    wrong = [
        await client.refusal("refundStarPayment", **back | {"user_id": other}),
        await client.refusal("refundStarPayment", **back | {"telegram_payment_charge_id": "x"}),
    ]
    await client.result("refundStarPayment", **back)
    ((_, told),) = await heard(client)
    rows = (await client.result("getStarTransactions"))["transactions"]

    assert ["Bad Request: CHARGE_NOT_FOUND"] * 2 == wrong
    assert "Bad Request: CHARGE_ALREADY_REFUNDED" == await client.refusal("refundStarPayment", **back)
    assert [charge, 50] == [
        told["refunded_payment"][name] for name in ("telegram_payment_charge_id", "total_amount")
    ]
    assert [("source", charge), ("receiver", charge)] == [
        ("source" if "source" in row else "receiver", row["id"]) for row in rows
    ]
    assert {"amount": 0} == await client.result("getMyStarBalance")
    assert rows[1:] == (await client.result("getStarTransactions", offset=1))["transactions"]
    schema.conforms(told, "Message")


async def test_telegram_may_tell_twice_and_people_may_forge(client: Client) -> None:
    """The same payment in another update; a question about another sum."""
    charge = (await paid(client))["telegram_payment_charge_id"]
    client.telegram.repeats_payment(charge)
    number = await invoice(client)
    client.telegram.pays(client.reader, client.reader, number, amount=1, currency="USD", payload="x")
    (_, again), (_, forged) = await heard(client)

    assert charge == again["successful_payment"]["telegram_payment_charge_id"]
    assert [1, "USD", "x"] == [forged[name] for name in ("total_amount", "currency", "invoice_payload")]
    with pytest.raises(KeyError):
        client.telegram.repeats_payment("x")
    with pytest.raises(KeyError):
        client.telegram.pays(client.reader, client.reader, 99)


async def test_a_link_is_an_invoice_too(client: Client) -> None:
    """For whoever opens it."""
    link = await client.result("createInvoiceLink", **INVOICE)
    query = client.telegram.pays_link(client.telegram.person("en").id, link)
    await client.result("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True)

    assert link.startswith("https://t.me/$")
    assert {"amount": 50} == await client.result("getMyStarBalance")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"title": ""}, 'parameter "title" is required'),
        ({"title": "长" * 33}, "STARS_INVOICE_INVALID"),
        ({"description": "长" * 256}, "STARS_INVOICE_INVALID"),
        ({"payload": "长" * 43}, "INVOICE_PAYLOAD_INVALID"),
        ({"currency": "USD"}, "CURRENCY_INVALID"),
        ({"currency": "USD", "provider_token": "1:x"}, "PAYMENT_PROVIDER_INVALID"),
        ({"provider_token": "1:x"}, "STARS_INVOICE_INVALID"),
        ({"prices": []}, "there must be at least one price"),
        ({"prices": [{"label": "x"}]}, "can't parse labeled price: Can't find field \"amount\""),
        (
            {"prices": [{"label": "", "amount": 1}]},
            "can't parse labeled price: LabeledPrice label must be non-empty",
        ),
        ({"prices": [{"label": "x", "amount": 0}]}, "STARS_INVOICE_INVALID"),
        ({"prices": [{"label": "x", "amount": 10_001}]}, "STARS_INVOICE_INVALID"),
        ({"prices": [{"label": "x", "amount": 1}] * 2}, "STARS_INVOICE_INVALID"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}},
            "REPLY_MARKUP_BUY_EMPTY",
        ),
        ({"chat_id": 42}, "chat not found"),
    ],
)
async def test_an_invoice_is_checked(client: Client, changed: dict[str, Any], reason: str) -> None:
    """One mistake each; what is right, with a button of its own that pays, is sent."""
    button = {"text": "支付 ⭐ 50", "pay": True}

    assert f"Bad Request: {reason}" == await client.refusal(
        "sendInvoice", **{"chat_id": client.reader, **INVOICE, **changed}
    )
    assert await invoice(client, provider_token="", reply_markup={"inline_keyboard": [[button]]})


async def test_an_invoice_is_not_copied(client: Client) -> None:
    """But forwarded."""
    at = {"chat_id": client.reader, "from_chat_id": client.reader, "message_id": await invoice(client)}

    assert "Bad Request: message can't be copied" == await client.refusal("copyMessage", **at)
    assert 50 == (await client.result("forwardMessage", **at))["invoice"]["total_amount"]
