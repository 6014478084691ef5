"""/tip and /paysupport: money is counted once, thanked for once, and given back once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from newsbot.flows import tidy, tips
from newsbot.flows.mailing import mail
from newsbot.flows.story import Presser
from newsbot.models.messages import Incoming
from newsbot.models.payments import Payment, Till
from playground.faults import Fault
from tests.house import House, buttons, words


@pytest.fixture
def taker(home: House, admin: str) -> str:
    """The operator takes tips of 50, 100 or 500 Stars."""
    home.room.settings = home.room.settings.model_copy(update={"tips": (50, 100, 500)})
    return admin


async def invoice(home: House, stars: int = 100, who: str = "zh") -> dict[str, Any]:
    await home.says("/tip", who=who)
    await home.presses(f"⭐ {stars}", who=who)
    return home.last(who)


async def pays(home: House, message: dict[str, Any], who: str = "zh", **forged: Any) -> tuple[str, str]:
    """What becomes of a payment; `forged`: what a client puts in place of what the invoice says."""
    before = len(home.telegram.calls)
    person = home.id_of(who)
    query = home.telegram.pays(person, person, message["message_id"], **forged)
    await home.is_quiet(before)
    state, words = home.telegram.payment_of(query)
    return state, words


async def till(home: House) -> Till:
    async with home.room.store.read() as tx:
        return await tx.payments.till(home.moment, 0, 100)


async def payments(home: House) -> list[Payment]:
    return list((await till(home)).payments)


async def test_a_tip_is_two_taps_and_a_thank_you(home: House, taker: str):
    """An invoice in Stars; paid, written down and thanked for."""
    offered = await home.says("/tip")
    assert ["⭐ 50", "⭐ 100", "⭐ 500"] == words(offered)
    asked = await invoice(home)
    assert {"currency": "XTR", "total_amount": 100}.items() <= asked["invoice"].items()

    assert "paid" == (await pays(home, asked))[0]

    assert "谢谢你的 ⭐ 100！" == home.last()["text"]
    (one,) = await payments(home)
    assert (home.id_of(), 100, None) == (one.person_id, one.stars, one.refunded_at)


async def test_where_the_operator_takes_none_there_is_nothing_to_pay(home: House, admin: str):
    """And no menu says otherwise."""
    assert "不收打赏" in (await home.says("/tip"))["text"]
    assert "/tip" not in (await home.says("/help"))["text"]
    assert "不收打赏" in (await home.says("/paysupport"))["text"]
    said = await home.says("/settings")
    assert "🎁 打赏" not in words(said)
    await home.forges("tip:-:-:100", said["message_id"])
    assert "不收打赏" in home.toast


@pytest.mark.parametrize(
    "amount", ["7", "0", "-50", "51", "1e2", "９９９９９９９９９９", "100.0", "很多", "50 100"]
)
async def test_other_amounts_are_refused(home: House, taker: str, amount: str):
    """Typed or made up; nothing is to be paid."""
    said = await home.says(f"/tip {amount}")
    assert "可以选：50、100、500" in said["text"]
    assert "sendInvoice" not in [one.method for one in home.telegram.calls]


async def test_an_amount_on_one_line(home: House, taker: str):
    for said in ("/tip 50", "/tip ⭐50", "/tip ⭐ 500"):
        assert "invoice" in await home.says(said)


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        ({"amount": 1}, "金额不对"),
        ({"amount": 500}, "金额不对"),
        ({"currency": "USD"}, "不是这里开的"),
        ({"payload": "tip:100:1:0000000000000000"}, "不是这里开的"),
        ({"payload": "donate"}, "不是这里开的"),
        ({"payload": "tip:99999999999999999999:1:00"}, "不是这里开的"),
        ({"payload": ""}, "不是这里开的"),
    ],
)
async def test_what_was_not_offered_is_not_paid(home: House, taker: str, forged: dict[str, Any], why: str):
    """In one sentence, before anything is paid."""
    state, said = await pays(home, await invoice(home), **forged)

    assert "refused" == state
    assert why in said
    assert [] == await payments(home)


async def test_an_invoice_is_for_whom_it_was_made(home: House, taker: str):
    """Somebody else who pays with it is refused."""
    carried = tips.payload(home.room, home.id_of("en"), 100)
    state, said = await pays(home, await invoice(home), payload=carried)

    assert "refused" == state
    assert "给别人的" in said


async def test_an_amount_that_is_no_longer_offered_is_refused(home: House, taker: str):
    asked = await invoice(home, 500)
    home.room.settings = home.room.settings.model_copy(update={"tips": (50,)})

    assert "refused" == (await pays(home, asked))[0]


async def test_a_checkout_waits_for_nothing_else(home: House, taker: str, monkeypatch: pytest.MonkeyPatch):
    """Ten seconds are not much: what the same person asked before is answered behind it."""
    asked = await invoice(home)
    home.playground.faults.script.append(Fault(method="sendMessage", seconds=3.0, done=True))
    home.telegram.says(home.id_of(), "/id")
    query = home.telegram.pays(home.id_of(), home.id_of(), asked["message_id"])
    await home.telegram.wait_for(lambda: home.telegram.payment_of(query)[0] == "paid", 2.0)


async def test_a_payment_told_again_is_thanked_for_once(home: House, taker: str):
    """Telegram may tell of it twice, and does in other updates."""
    await pays(home, await invoice(home))
    (one,) = await payments(home)
    for _ in range(3):
        before = len(home.telegram.calls)
        home.telegram.repeats_payment(one.charge_id)
        await home.is_quiet(before)

    assert 1 == sum("谢谢你的" in one.get("text", "") for one in home.telegram.messages(home.id_of()))
    assert (100, 1) == ((await till(home)).stars, (await till(home)).many)


async def test_who_is_shut_out_is_not_robbed(home: House, taker: str):
    """What they paid is written down, and can be given back."""
    asked = await invoice(home)
    await home.says(f"/admin out {home.id_of()} x", who=taker)
    await pays(home, asked)

    assert [100] == [one.stars for one in await payments(home)]


# back


async def test_an_owner_gives_it_back_once(home: House, taker: str):
    """Listed with its sum; asked once more; the person is told."""
    await pays(home, await invoice(home))
    home.later(minutes=5)
    await pays(home, await invoice(home, 50, "en"), "en")
    await home.says("/admin", who=taker)
    page = await home.presses("打赏", who=taker)
    assert "共 ⭐ 150（2 笔），近 30 天 ⭐ 150" in page["text"]
    await home.presses("退 1", who=taker)
    page = await home.presses("退还 ⭐ 100", who=taker)

    assert "已退还 ⭐ 100" == home.toast
    assert "共 ⭐ 50（1 笔）" in page["text"]
    assert "已退 ⭐ 100" in page["text"]
    await mail(home.room)
    assert "⭐ 100 已退还给你。" == home.last()["text"]
    refunds = [one for one in home.telegram.calls if one.method == "refundStarPayment"]
    assert [home.id_of()] == [one.params["user_id"] for one in refunds]


async def test_a_refund_that_nobody_answered_is_asked_again_and_made_once(home: House, taker: str):
    """Telegram did it, and its answer was lost: the second time it says so, and that is as good."""
    await pays(home, await invoice(home))
    await home.says("/admin", who=taker)
    await home.presses("打赏", who=taker)
    await home.presses("退 1", who=taker)
    home.playground.faults.script.append(
        Fault(method="refundStarPayment", status=502, body="bad gateway", done=True)
    )
    await home.presses("退还 ⭐ 100", who=taker)
    assert "不知道退成没有" in home.toast
    (one,) = await payments(home)
    await home.presses("退还 ⭐ 100", who=taker)

    (one,) = await payments(home)
    assert one.refunded_at is not None


async def test_a_refund_that_telegram_tells_of_is_known(home: House, taker: str):
    """Made by whomever, it is in the list."""
    await pays(home, await invoice(home))
    (one,) = await payments(home)
    before = len(home.telegram.calls)
    await home.room.telegram.refund(home.id_of(), one.charge_id)
    await home.is_quiet(before)

    (one,) = await payments(home)
    assert one.refunded_at is not None


@pytest.mark.parametrize("data", ["tips.0", "tip.1", "refund.1.00000000"])
@pytest.mark.parametrize("role", ["", "editor", "moderator"])
async def test_money_is_the_owners(home: House, taker: str, data: str, role: str):
    """Neither readers nor editors see it, and nobody gives anything back by a made-up press."""
    await pays(home, await invoice(home))
    if role:
        await home.says(f"/admin {home.id_of('en')} {role}", who=taker)
    said = await home.says("/id", who="en")
    await home.forges(f"admin:-:-:{data}", said["message_id"], who="en")

    assert home.toast
    assert "refundStarPayment" not in [one.method for one in home.telegram.calls]
    assert "⭐" not in home.last("en")["text"]


async def test_a_button_for_another_payment_gives_nothing_back(home: House, taker: str):
    """It carries the mark of the payment that it was made for."""
    await pays(home, await invoice(home))
    said = await home.says("/admin", who=taker)
    await home.forges("admin:-:-:refund.1.deadbeef", said["message_id"], who=taker)

    assert "refundStarPayment" not in [one.method for one in home.telegram.calls]


async def test_after_half_a_year_it_is_nobodys(home: House, taker: str):
    """Until then it can be given back; the sums stay."""
    await pays(home, await invoice(home))
    await home.says("/forget")
    await home.presses("全部删除")
    assert [home.id_of()] == [one.person_id for one in await payments(home)]
    home.later(days=181)
    await tidy.tidy(home.room)

    assert ([0], 100) == ([one.person_id for one in await payments(home)], (await till(home)).stars)
    await home.says("/admin", who=taker)
    page = await home.presses("打赏", who=taker)
    assert "退 1" not in words(page)


async def test_paysupport_shows_what_was_given_and_reaches_the_owners(home: House, taker: str):
    """In the inbox, and at once."""
    await home.says("/start", who=taker)
    await pays(home, await invoice(home))
    said = await home.says("/paysupport")
    assert "⭐ 100" in said["text"]
    assert "运营者会尽快回复你" in (await home.says("点错了，想退款"))["text"]
    await mail(home.room)

    assert "有人来问打赏的事" in home.last(taker)["text"]
    await home.says("/inbox", who=taker)
    for button in buttons(home.last(taker)):
        if "1" in button["text"]:
            await home.forges(button["callback_data"], home.last(taker)["message_id"], who=taker)
    assert "点错了，想退款" in home.last(taker)["text"]


async def test_a_refund_that_telegram_tells_of_first_is_logged_and_told(home: House, taker: str):
    """Its own word may come before the answer to who asked for it."""
    await home.says("/start")
    await pays(home, await invoice(home))
    await home.says("/admin", who=taker)
    await home.presses("打赏", who=taker)
    await home.presses("退 1", who=taker)
    home.playground.faults.script.append(
        Fault(
            method="refundStarPayment",
            seconds=0.5,
            done=True,
            status=200,
            body='{"ok": true, "result": true}',
        )
    )
    await home.presses("退还 ⭐ 100", who=taker)
    await mail(home.room)

    assert "⭐ 100 已退还给你。" == home.last()["text"]
    assert "退还打赏" in (await home.says("/admin", who=taker))["text"]


async def test_who_was_forgotten_is_told_of_their_refund_and_named_nowhere_else(home: House, taker: str):
    await home.says("/start")
    await pays(home, await invoice(home))
    await home.says("/forget")
    await home.presses("全部删除")
    await home.says("/admin", who=taker)
    await home.presses("打赏", who=taker)
    await home.presses("退 1", who=taker)
    await home.presses("退还 ⭐ 100", who=taker)

    assert "⭐ 100 已退还给你。" == home.last()["text"]
    async with home.room.store.read() as tx:
        said = await tx._connection.execute(text("SELECT segment FROM broadcasts"))
        assert str(home.id_of()) not in str(said.all())


async def test_an_update_that_is_dealt_with_again_is_not_thanked_for_again(home: House, taker: str):
    """Around a crash, after thanks were said."""
    await pays(home, await invoice(home))
    (one,) = await payments(home)
    who = Presser(home.id_of(), home.id_of(), one.update_id)
    async with home.room.store.begin() as tx:
        await tx.inbox.keep([Incoming(one.update_id, home.id_of(), "{}")], home.moment)
    assert await tips.paid(home.room, who, one.charge_id, 100)
    await tips.thanked(home.room, who)

    assert not await tips.paid(home.room, who, one.charge_id, 100)
