"""How fast the playground is: messages a second on one core, and its page with a thousand messages.

python benchmarks/playground.py        the page needs a system Chromium and Playwright
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing import Process, Queue
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from playground.server import Playground

if TYPE_CHECKING:
    from playwright.async_api import Page

MESSAGES = 20_000
ROUNDS = 3
PEOPLE = 100
CONNECTIONS = 16
FIGURE = 2000  # messages a second
TEXT = (
    "<b>1. 云雀大模型开源，商用免费</b>\n三家都在报道 · 示例日报 等 3 家 · 2 小时前\n\n"
    '<b>2. <a href="https://example.org/a?x=1&amp;y=2">青松机器人开始量产</a></b>\n'
    "首批 1200 台 · 昨天 21:02\n\n#芯片 #机器人"
)
KEYS = {"inline_keyboard": [[{"text": str(one), "callback_data": f"d12:{one}"} for one in range(1, 8)]]}
OPENED = 1000  # milliseconds
SMOOTH = 34  # milliseconds of a frame: two of sixty a second
OLD = 1000  # messages in the chat that is opened
SCROLLS = 240  # frames
FRAMES = """async (frames) => {
  const list = document.querySelector("#messages");
  const took = [];
  let last = await new Promise(requestAnimationFrame);
  const step = list.scrollHeight / frames;
  for (let frame = 0; frame < frames; frame += 1) {
    list.scrollTop = frame % 2 ? list.scrollTop - step : list.scrollTop + step * 2;
    const now = await new Promise(requestAnimationFrame);
    took.push(now - last);
    last = now;
  }
  return took;
}"""
COMING = """async (frames) => {
  const took = [];
  let last = await new Promise(requestAnimationFrame);
  for (let frame = 0; frame < frames; frame += 1) {
    const now = await new Promise(requestAnimationFrame);
    took.push(now - last);
    last = now;
  }
  return took;
}"""


def digest_to(chat_id: int) -> dict[str, Any]:
    """The parameters of a message like those of a digest."""
    return {"chat_id": chat_id, "text": TEXT, "parse_mode": "HTML", "reply_markup": KEYS}


def serve(told: Queue[Any]) -> None:
    """The server, on the last core alone."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    async def run() -> None:
        playground = Playground()
        for number in range(PEOPLE):
            playground.telegram.add_person(f"p{number}", f"人{number}", started=True)
        await playground.start()
        told.put((playground.port, playground.token, [one.id for one in playground.telegram.people[3:]]))
        await asyncio.Event().wait()

    asyncio.run(run())


async def send(port: int, token: str, chats: list[int], many: int) -> float:
    """Messages a second, by a client that does as little as possible."""
    left = iter(range(many))

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in left:
            body = json.dumps(digest_to(chats[number % PEOPLE])).encode()
            head = (
                f"POST /bot{token}/sendMessage HTTP/1.1\r\nhost: 127.0.0.1\r\n"
                f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200"), answer
            (length,) = [row for row in answer.lower().split(b"\r\n") if row.startswith(b"content-length")]
            await reader.readexactly(int(length.partition(b":")[2]))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return many / (time.perf_counter() - began)


def rates() -> list[float]:
    """Of several rounds; server and client on a core each."""
    told: Queue[Any] = Queue()
    cores = os.sched_getaffinity(0)
    server = Process(target=serve, args=(told,))
    server.start()
    try:
        port, token, chats = told.get(timeout=30)
        os.sched_setaffinity(0, {min(cores)})
        asyncio.run(send(port, token, chats, MESSAGES // 10))
        return [asyncio.run(send(port, token, chats, MESSAGES)) for _ in range(ROUNDS)]
    finally:
        os.sched_setaffinity(0, cores)
        server.terminate()
        server.join()


@asynccontextmanager
async def full_page() -> AsyncIterator[tuple[Playground, int]]:
    """A playground whose Chinese reader has a long conversation."""
    playground = Playground()
    await playground.start()
    person = playground.telegram.person("zh").id
    try:
        await tell(playground, person, OLD)
        yield playground, person
    finally:
        await playground.stop()


async def tell(playground: Playground, person: int, many: int, pause: float = 0) -> None:
    """So many messages of the bot's."""
    from playground.methods import METHODS

    playground.telegram.opens(person)
    for _ in range(many):
        METHODS["sendMessage"](playground.telegram, digest_to(person))
        if pause:
            await asyncio.sleep(pause)


async def opened(page: Page, playground: Playground, person: int) -> float:
    """Milliseconds until the last message is seen."""
    last = playground.telegram.chats[person].last_message_id
    began = time.perf_counter()
    await page.goto(f"{playground.url}/#zh")
    await page.locator(f'[data-message-id="{last}"]').wait_for()
    return (time.perf_counter() - began) * 1000


def frames(took: list[float]) -> str:
    """In words."""
    ordered = sorted(took)
    p95 = ordered[int(len(ordered) * 0.95)]
    return f"median {statistics.median(took):.1f} ms, p95 {p95:.1f} ms, longest {ordered[-1]:.1f} ms"


async def look(chromium: str) -> bool:
    """The page of that conversation in Chromium. Returns whether it is as fast as it is to be."""
    from playwright.async_api import async_playwright

    fine = True
    async with full_page() as (playground, person), async_playwright() as started:
        browser = await started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, height in ((390, 844), (1400, 900)):
            times = []
            for _ in range(5):
                context = await browser.new_context(viewport={"width": width, "height": height})
                page = await context.new_page()
                times.append(await opened(page, playground, person))
                if len(times) < 5:
                    await context.close()
            shown = ", ".join(f"{one:.0f}" for one in sorted(times))
            fine = fine and max(times) <= OPENED
            print(f"opened at {width} x {height}: {shown} ms (figure: {OPENED:,})")
            while await page.locator(".message").count() < OLD:
                await page.locator("#messages").evaluate("list => { list.scrollTop = 0 }")
                await page.wait_for_timeout(20)
            took = await page.evaluate(FRAMES, SCROLLS)
            fine = fine and sorted(took)[int(len(took) * 0.95)] <= SMOOTH
            print(f"  frames while {OLD:,} messages scroll: {frames(took)}")
            coming = asyncio.create_task(tell(playground, person, 100, pause=0.02))
            print(f"  frames while 50 messages a second come: {frames(await page.evaluate(COMING, 120))}")
            await coming
            began = time.perf_counter()
            await page.locator("#say").press_sequentially("你好世界再见")
            print(f"  a letter typed below them: {(time.perf_counter() - began) / 6 * 1000:.1f} ms")
            await context.close()
        await browser.close()
    return fine


def main() -> int:
    """The exit status: 1 where a figure is missed."""
    found = sorted(rates())
    print(f"sendMessage on one core: {', '.join(f'{one:,.0f}' for one in found)} /s (figure: {FIGURE:,})")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("no Chromium is installed: the page was not looked at")
    fine = chromium is None or asyncio.run(look(chromium))
    return int(found[0] < FIGURE or not fine)


if __name__ == "__main__":
    sys.exit(main())
