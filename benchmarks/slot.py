"""F3: how long a slot takes, and how fast a press is answered meanwhile.

    python benchmarks/slot.py [READERS] [--postgres]
        1,000 readers at one hour, a strict server that takes 30 a second; on SQLite, or on PostgreSQL

The bot is the real one, in a process of its own; every two seconds somebody votes.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.crowd import crowd, news
from benchmarks.postgres import server
from benchmarks.town import is_digest, machine, town
from newsbot import settings
from newsbot.store import Store
from playground.faults import Limits

RATE = 30
VOTE_SECONDS = 2.1  # Telegram takes about one message or edit a second in a chat
STORIES = 40
PATIENCE = 600


async def measure(readers: int, folder: Path, address: str = "") -> None:
    """
    :param address: of the database; empty for SQLite in the folder
    """
    given = {"NEWSBOT_DATABASE_URL": address} if address else {}
    async with town(folder) as place:
        telegram = place.playground.telegram
        people = [
            telegram.add_person(f"p{number}", f"p{number}", started=True).id for number in range(readers)
        ]
        due = (datetime.now(UTC) + timedelta(minutes=1, seconds=20)).replace(second=0, microsecond=0)
        store = Store(address or settings.read({}, data=folder / "data").database)
        await store.open()
        await news(store, range(STORIES), due)
        await crowd(store, readers, due, people[0])
        await store.close()
        place.playground.faults.limits = Limits(per_second=RATE, per_chat_second=1)
        arrived: list[float] = []
        telegram.listeners.append(
            lambda event: (
                arrived.append(time.time())
                if event["type"] == "message" and is_digest(event["message"])
                else None
            )
        )
        async with place.bot(folder / "data", **given):
            place.says("/digest")
            await telegram.wait_for(lambda: [one for one in place.heard() if is_digest(one)], 60)
            await asyncio.sleep(max(0.0, due.timestamp() - time.time()))
            arrived.clear()
            voting = asyncio.create_task(votes(place))
            await telegram.wait_for(lambda: len(arrived) >= readers, PATIENCE)
            voting.cancel()
            await asyncio.wait([voting])
    refused = sum(call.response.get("error_code") == 429 for call in telegram.calls)
    seconds = arrived[-1] - due.timestamp()
    share = seconds * RATE / readers
    print(f"{readers} readers at {RATE}/s: over after {seconds:.1f} s = {share:.3f} x N / rate")
    print(f"first message {arrived[0] - due.timestamp():.2f} s after the hour; {refused} refused with 429")
    middle, most = statistics.median(WAITS) * 1000, percentile(WAITS, 0.95) * 1000
    print(f"{len(WAITS)} presses meanwhile: median {middle:.0f} ms, p95 {most:.0f} ms")


WAITS: list[float] = []


async def votes(place: Any) -> None:
    """Open the first story and vote on it, again and again."""
    telegram, person = place.playground.telegram, place.person()
    message = place.heard()[-1]
    opening = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await pressed(telegram, person, message["message_id"], opening)
    while True:
        card = telegram.chats[person].messages[message["message_id"]]
        up = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        WAITS.append(await pressed(telegram, person, message["message_id"], up))
        await asyncio.sleep(VOTE_SECONDS)


async def pressed(telegram: Any, person: int, message_id: int, data: str) -> float:
    """Seconds until the press is answered."""
    began = time.monotonic()
    query = telegram.presses(person, person, message_id, data)
    await telegram.wait_for(lambda: query in telegram.toasts, 60)
    return time.monotonic() - began


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    print(machine())
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    readers = numbers[0] if numbers else 1000
    with tempfile.TemporaryDirectory() as folder, ExitStack() as kept:
        address = kept.enter_context(server()).database("slot") if "--postgres" in sys.argv else ""
        asyncio.run(measure(readers, Path(folder), address))


if __name__ == "__main__":
    main()
