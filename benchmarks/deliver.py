"""F11: CPU per message, and the rate that is reached, beside stock python-telegram-bot and aiogram.

    python benchmarks/deliver.py            each at 30/s and at 1,000/s, a server 100 ms away
    python benchmarks/deliver.py newsbot 30 300 PORT     one run, as the above starts them

newsbot does all its work: it claims rows, words digests, writes down what leaves before it leaves, and what
became of it, on SQLite that survives a loss of power. The peers send such a text and remember nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

TOKEN = "123456:BENCHMARK-benchmark-benchmark-00000"  # noqa: S105 - invented
FAR = 0.1
PEERS = ROOT / ".venv/peers/bin/python"  # aiogram wants another pydantic than ours
RUNS = (("30/s", 30, 300), ("1,000/s", 1000, 4000))
WHO = ("newsbot", "python-telegram-bot", "aiogram")
STORIES = 7


async def newsbot(rate: float, count: int, url: str) -> dict[str, float]:
    """A slot of so many readers, written down beforehand; measured from its hour to the last row."""
    import structlog

    from benchmarks.crowd import crowd, news
    from newsbot import settings
    from newsbot.fetcher import Fetcher
    from newsbot.flows import deliver, plan
    from newsbot.messenger import Messenger
    from newsbot.newsroom import Newsroom
    from newsbot.outbox.pace import Pace
    from newsbot.sandbox import Sandbox
    from newsbot.store import Store

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        given = settings.read({}, token=TOKEN, data=Path(folder), api_url=url)
        pace = Pace(most=rate + 1, rate=rate)
        room = Newsroom(
            settings=given,
            store=Store(given.database),
            fetcher=Fetcher(),
            sandbox=Sandbox(),
            messenger=Messenger(TOKEN, url, pace),
        )
        await room.store.open()
        due = datetime.now(UTC).replace(second=0, microsecond=0)
        await news(room.store, range(STORIES), due)
        await crowd(room.store, count, due)
        before = cpu()
        await plan.plan(room)
        planned = cpu() - before
        before, began = cpu(), time.monotonic()
        sent = await deliver.deliver(room)
        seconds = time.monotonic() - began
        used = cpu() - before
        async with room.store.read() as tx:
            counts = await tx.deliveries.counts()
        assert {"sent": count} == counts, counts
        assert sent == count
        await room.close()
    return {"cpu": used, "seconds": seconds, "planned": planned}


async def stock(rate: float, count: int, url: str) -> dict[str, float]:
    """python-telegram-bot as its own builder makes it."""
    from telegram.ext import ApplicationBuilder

    bot = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").pool_timeout(600).build().bot
    await bot.initialize()
    measured = await paced(lambda: bot.send_message(7, text(), parse_mode="HTML"), rate, count)
    await bot.shutdown()
    return measured


async def aiogram(rate: float, count: int, url: str) -> dict[str, float]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    measured = await paced(lambda: bot.send_message(7, text(), parse_mode="HTML"), rate, count)
    await bot.session.close()
    return measured


async def paced(send: Callable[[], Awaitable[object]], rate: float, count: int) -> dict[str, float]:
    """So many messages at that rate, none waits for another."""
    before, began = cpu(), time.monotonic()
    tasks = []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        tasks.append(asyncio.ensure_future(send()))
    await asyncio.gather(*tasks)
    return {"cpu": cpu() - before, "seconds": time.monotonic() - began}


def text() -> str:
    """As long as a digest of seven stories."""
    below = "它为什么重要，用一句话说完。 · 某某网 · 2小时前"
    lines = (
        f'<b><a href="https://news.example/{n}">第{n}条新闻的标题有二十来个字那么长</a></b>\n{below}'
        for n in range(STORIES)
    )
    return "\n".join([*lines, "#芯片 #大模型 #开源", "今天就这些"])


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(who: str, rate: int, count: int, port: int) -> dict[str, float]:
    """One contender in a process of its own."""
    from benchmarks.town import environment

    python = str(PEERS) if who == "aiogram" else sys.executable
    command = [python, __file__, who, str(rate), str(count), str(port)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    return dict(json.loads(done.stdout.splitlines()[-1]))


def line(who: str, told: dict[str, float], count: int, most: float) -> str:
    each, share = told["cpu"] / count * 1000, told["cpu"] / told["seconds"]
    ahead = f"   and {told['planned'] / count * 1000:.1f} ms to compose ahead" if "planned" in told else ""
    return (
        f"{who:<20} {each:6.2f} ms CPU a message, {told['cpu'] / most:4.2f} of stock"
        f"   {count / told['seconds']:5.0f}/s   {share:4.0%} of a core{ahead}"
    )


def main() -> None:
    from benchmarks.town import machine

    print(machine())
    command = [sys.executable, str(Path(__file__).with_name("far_telegram.py")), str(FAR)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        for name, rate, count in RUNS:
            print(f"{name}, {count} messages, round trip {FAR * 1000:.0f} ms")
            here = [who for who in WHO if who != "aiogram" or PEERS.exists()]
            results = {who: run(who, rate, count, port) for who in here}
            most = results["python-telegram-bot"]["cpu"]
            for who, told in results.items():
                print("  " + line(who, told, count, most))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        contender = {"newsbot": newsbot, "python-telegram-bot": stock, "aiogram": aiogram}[sys.argv[1]]
        url = f"http://127.0.0.1:{sys.argv[4]}"
        print(json.dumps(asyncio.run(contender(float(sys.argv[2]), int(sys.argv[3]), url))))
