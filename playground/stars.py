"""Payments in Telegram Stars: invoices that people pay, what the bot says to that, and the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playground.base import Base, Chat, Message

CHECKOUT_SECONDS = 10


@dataclass(frozen=True)
class Invoice:
    """What the bot asks for; the payload is told only to the bot again."""

    title: str
    description: str
    payload: str
    currency: str
    amount: int
    start_parameter: str = ""

    def shown(self) -> dict[str, Any]:
        """As a message has it."""
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": self.start_parameter,
            "currency": self.currency,
            "total_amount": self.amount,
        }


@dataclass
class Payment:
    """One attempt to pay: "pending" until the bot answers or its time is over ("expired"), then "paid" or
    "refused" with the bot's words.
    """

    user_id: int
    currency: str
    amount: int
    payload: str
    asked: float
    state: str = "pending"
    words: str = ""
    charge_id: str = ""
    paid: int = 0
    refunded: int | None = None

    def told(self) -> dict[str, Any]:
        """What both a successful and a refunded payment say."""
        return {
            "currency": self.currency,
            "total_amount": self.amount,
            "invoice_payload": self.payload,
            "telegram_payment_charge_id": self.charge_id,
        }


@dataclass
class Ledger:
    """Invoices by their places, payments by the ids of their questions and, once made, of their charges."""

    invoices: dict[tuple[int, int], Invoice] = field(default_factory=dict)
    links: dict[str, Invoice] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    charges: dict[str, Payment] = field(default_factory=dict)


class Stars(Base):
    """The verbs of payments, and what the bot's methods need for them."""

    ledger: Ledger

    def pays(
        self,
        user_id: int,
        chat_id: int,
        message_id: int,
        *,
        amount: int | None = None,
        currency: str | None = None,
        payload: str | None = None,
    ) -> str:
        """A person presses Pay under an invoice: the bot is asked; the id of the question.

        What is named besides is forged. Raises KeyError where there is no such chat or invoice.
        """
        chat = self._chat_of(user_id, chat_id)
        if message_id not in chat.messages:
            raise KeyError(message_id)
        return self._asks(user_id, self.ledger.invoices[chat_id, message_id], amount, currency, payload)

    def pays_link(self, user_id: int, link: str) -> str:
        """A person opens a link of createInvoiceLink and pays; as `pays`."""
        return self._asks(user_id, self.ledger.links[link])

    def payment_of(self, query_id: str) -> tuple[str, str]:
        """("pending", "paid", "refused" or "expired", the bot's words). Raises KeyError."""
        payment = self.ledger.payments[query_id]
        late = payment.state == "pending" and self.clock() - payment.asked > CHECKOUT_SECONDS
        return "expired" if late else payment.state, payment.words

    def repeats_payment(self, charge_id: str) -> Message:
        """Telegram tells the bot once more of a payment, as it may. Raises KeyError."""
        payment = self.ledger.charges[charge_id]
        chat = self.opens(payment.user_id)
        for message in chat.messages.values():
            if message.get("successful_payment", {}).get("telegram_payment_charge_id") == charge_id:
                self._deliver("message", chat, message)
                return message
        raise KeyError(charge_id)

    def _asks(
        self,
        user_id: int,
        invoice: Invoice,
        amount: int | None = None,
        currency: str | None = None,
        payload: str | None = None,
    ) -> str:
        payment = Payment(
            user_id,
            invoice.currency if currency is None else currency,
            invoice.amount if amount is None else amount,
            invoice.payload if payload is None else payload,
            self.clock(),
        )
        person = self.person_by_id(user_id).user()
        query_id = self._new_query(self.ledger.payments, payment)
        asked = payment.told()
        del asked["telegram_payment_charge_id"]  # there is none yet
        self.put_update("pre_checkout_query", {"id": query_id, "from": person, **asked})
        return query_id

    def settle(self, query_id: str, refusal: str | None) -> None:
        """What the bot answers: with None the person pays, else they read why not. Raises KeyError."""
        if self.payment_of(query_id)[0] != "pending":
            raise KeyError(query_id)
        payment = self.ledger.payments[query_id]
        chat = self.opens(payment.user_id)
        told = {"callback": query_id, "user": payment.user_id, "text": refusal or "", "alert": True}
        if refusal is None:
            self._paid(chat, payment)
        else:
            payment.state, payment.words = "refused", refusal
        self.tell("toast", chat, told)

    def _paid(self, chat: Chat, payment: Payment) -> None:
        number = len(self.ledger.charges) + 1
        payment.state, payment.charge_id, payment.paid = "paid", f"stx{number:021d}", int(self.clock())
        self.ledger.charges[payment.charge_id] = payment
        provider = {"provider_payment_charge_id": f"{payment.user_id}_{number}"}
        content = {"successful_payment": payment.told() | provider}
        self._written(chat, self.person_by_id(payment.user_id).user(), content)

    def refund(self, payment: Payment) -> None:
        """The stars go back, and the person's chat says so."""
        payment.refunded = int(self.clock())
        self._written(self.opens(payment.user_id), self.bot, {"refunded_payment": payment.told()})

    def transactions(self) -> list[dict[str, Any]]:
        """What came and went, as StarTransactions, oldest first."""
        found = []
        for payment in self.ledger.charges.values():
            who = {
                "type": "user",
                "transaction_type": "invoice_payment",
                "user": self.person_by_id(payment.user_id).user(),
                "invoice_payload": payment.payload,
            }
            row = {"id": payment.charge_id, "amount": payment.amount}
            found.append({**row, "date": payment.paid, "source": who})
            if payment.refunded is not None:
                found.append({**row, "date": payment.refunded, "receiver": who})
        return sorted(found, key=lambda one: one["date"])
