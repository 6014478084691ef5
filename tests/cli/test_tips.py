"""`tips` as the operator runs it."""

from __future__ import annotations

import asyncio

from newsbot.models.payments import Payment
from newsbot.store import Store
from tests.cli.conftest import Operator
from tests.examples import NOON


async def paid(address: str) -> None:
    store = Store(address)
    await store.open()
    async with store.begin() as tx:
        for number in (1, 2, 3):
            await tx.payments.add(
                Payment(
                    charge_id=f"c{number}", person_id=number, stars=50 * number, at=NOON, update_id=number
                )
            )
        await tx.payments.refunded("c1", 9, NOON)
    await store.close()


def test_tips_are_listed_with_their_sum(operator: Operator) -> None:
    """The newest first; as lines for a person, and as JSON."""
    assert "⭐ 0 in 0 tips" in operator.runs("tips").out
    asyncio.run(paid(operator.database))

    said = operator.runs("tips")
    assert 0 == said.status
    assert said.out.startswith("⭐ 250 in 2 tips, ")
    assert "⭐ 50 refunded" in said.out
    assert 4 == len(said.out.splitlines())
    told = operator.runs("tips", "--json", "--limit", "2").lines
    assert [
        ("c1", 1, 50, "2026-11-24T12:00:00+08:00", "2026-11-24T12:00:00+08:00"),
        ("c2", 2, 100, "2026-11-24T12:00:00+08:00", None),
    ] == [(one["charge"], one["person"], one["stars"], one["at"], one["refunded"]) for one in told]
    assert 2 == operator.runs("tips", "--limit", "0").status
