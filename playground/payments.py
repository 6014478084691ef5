"""What the bot does with payments in Telegram Stars: invoices, answers before a payment, refunds."""

from __future__ import annotations

from playground.access import writable
from playground.errors import bad_request
from playground.posting import post
from playground.questions import TOO_OLD
from playground.reading import utf16
from playground.schema import Params
from playground.stars import Invoice
from playground.telegram import Message, Telegram

STARS = "XTR"
MOST_STARS = 10_000
MOST_TITLE = 32
MOST_DESCRIPTION = 255
MOST_PAYLOAD_BYTES = 128
MOST_TRANSACTIONS = 100


def send_invoice(telegram: Telegram, params: Params) -> Message:
    """A message that can be paid, in Stars only: nobody else is there to pay with."""
    invoice = _invoice(params)
    chat = writable(telegram, params, "invoices")
    _check_pay_button(params.get("reply_markup") or {})
    message = post(telegram, chat, params, {"invoice": invoice.shown()})
    telegram.ledger.invoices[chat.id, message["message_id"]] = invoice
    return message


def create_invoice_link(telegram: Telegram, params: Params) -> str:
    """An address that opens an invoice; there are no subscriptions here."""
    if params.get("subscription_period"):
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    invoice = _invoice(params)
    link = f"https://t.me/${len(telegram.ledger.links) + 1:016d}"
    telegram.ledger.links[link] = invoice
    return link


def answer_pre_checkout_query(telegram: Telegram, params: Params) -> bool:
    """Whether somebody may pay now; once, within ten seconds."""
    refusal = None if params["ok"] else params.get("error_message", "")
    if refusal == "":
        raise bad_request('parameter "error_message" is required')
    try:
        telegram.settle(params["pre_checkout_query_id"], refusal)
    except KeyError:
        raise bad_request(TOO_OLD) from None
    return True


def refund_star_payment(telegram: Telegram, params: Params) -> bool:
    """All of a payment goes back, once."""
    payment = telegram.ledger.charges.get(params["telegram_payment_charge_id"])
    if payment is None or payment.user_id != params["user_id"]:
        raise bad_request("CHARGE_NOT_FOUND")
    if payment.refunded is not None:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    telegram.refund(payment)
    return True


def get_my_star_balance(telegram: Telegram, params: Params) -> Params:
    """What was paid and not given back."""
    charges = telegram.ledger.charges.values()
    return {"amount": sum(one.amount for one in charges if one.refunded is None)}


def get_star_transactions(telegram: Telegram, params: Params) -> Params:
    """Payments and refunds, oldest first."""
    offset = max(params.get("offset", 0), 0)
    limit = min(max(params.get("limit", MOST_TRANSACTIONS), 1), MOST_TRANSACTIONS)
    return {"transactions": telegram.transactions()[offset : offset + limit]}


def _invoice(params: Params) -> Invoice:
    """The invoice of a call, checked. Raises ApiError."""
    prices = params["prices"]
    if any(not one["label"] for one in prices):
        raise bad_request("can't parse labeled price: LabeledPrice label must be non-empty")
    if not prices:
        raise bad_request("there must be at least one price")
    token = params.get("provider_token", "")
    if params["currency"] != STARS:
        raise bad_request("PAYMENT_PROVIDER_INVALID" if token else "CURRENCY_INVALID")
    _check_sizes(params)
    if token or len(prices) != 1 or not 1 <= prices[0]["amount"] <= MOST_STARS:
        raise bad_request("STARS_INVOICE_INVALID")
    return Invoice(
        title=params["title"],
        description=params["description"],
        payload=params["payload"],
        currency=STARS,
        amount=prices[0]["amount"],
        start_parameter=params.get("start_parameter", ""),
    )


def _check_sizes(params: Params) -> None:
    if not 1 <= len(params["payload"].encode()) <= MOST_PAYLOAD_BYTES:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if utf16(params["title"]) > MOST_TITLE or utf16(params["description"]) > MOST_DESCRIPTION:
        raise bad_request("STARS_INVOICE_INVALID")


def _check_pay_button(markup: Params) -> None:
    """Of buttons below an invoice the first is the one that pays; without any, clients show one."""
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if buttons and not buttons[0].get("pay"):
        raise bad_request("REPLY_MARKUP_BUY_EMPTY")
