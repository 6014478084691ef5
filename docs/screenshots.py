"""The pictures of README and docs, taken from the playground as a phone or a desk shows it.

python docs/screenshots.py        needs a system Chromium; writes docs/images/

It says how long the page and the first digest took from the start of the command on (figure F1), and how many
screens of 390 x 844 each digest is tall, with its buttons (figure F13).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

HERE = Path(__file__).parent
BOT = HERE.parent / "bot.py"
PHONE, DESK = (390, 844), (1280, 800)
ENDS = {"zh": "今天就这些", "en": "That's all for now"}
FIRST = 30_000  # milliseconds: the bot has just been started
STILL = 500  # milliseconds without a change


def main() -> int:
    """The exit status: 2 where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("no Chromium is installed", file=sys.stderr)
        return 2
    with demo() as (address, began), sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language in ENDS:
            first_digest(browser, address, language, began if language == "zh" else None)
        reading(browser, address)
        desk(browser, address)
        broadcast(browser, address)
        browser.close()
    return 0


@contextmanager
def demo() -> Iterator[tuple[str, float]]:
    """The playground's address, and when its command was started."""
    began = time.perf_counter()
    command = [sys.executable, str(BOT), "demo", "--no-open"]
    bot = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        found = re.search(r"http://\S+", bot.stdout.readline() if bot.stdout else "")
        if found is None:
            raise SystemExit("the playground did not start")
        yield found[0], began
    finally:
        bot.terminate()
        bot.wait()


def opened(browser: Browser, address: str, who: str, size: tuple[int, int] = PHONE) -> Page:
    """The page as this person's."""
    width, height = size
    screen = {"width": width, "height": height}
    page = browser.new_page(viewport=screen, device_scale_factor=1.5 if size == PHONE else 1, locale="zh-CN")
    page.goto(f"{address}/#{who}")
    return page


def shoot(page: Page, name: str) -> None:
    """Once nothing moves any more, and no toast lies over it."""
    page.locator(".toast").wait_for(state="detached")
    page.wait_for_timeout(STILL)
    page.screenshot(path=HERE / "images" / f"{name}.png")


def answer(page: Page, words: str) -> Locator:
    """The bot's last message with these words, by its number from now on."""
    found = page.locator(".message[data-from=bot]", has_text=words).last
    found.wait_for(timeout=FIRST)
    return page.locator(f'.message[data-message-id="{found.get_attribute("data-message-id")}"]')


def says(page: Page, words: str) -> None:
    """Typed and sent."""
    page.fill("#say", words)
    page.press("#say", "Enter")


def first_digest(browser: Browser, address: str, language: str, began: float | None) -> None:
    """Its two screens."""
    page = opened(browser, address, language)
    page.locator("#say").wait_for()
    if began is not None:
        print(f"page {time.perf_counter() - began:.1f} s after the command")
    digest = answer(page, ENDS[language])
    if began is not None:
        print(f"digest {time.perf_counter() - began:.1f} s after the command")
    page.locator(".message[data-from=bot]").nth(1).wait_for()
    digest.evaluate("item => item.scrollIntoView({ block: 'start' })")
    shoot(page, f"digest-{language}-1")
    digest.evaluate("item => item.scrollIntoView({ block: 'end' })")
    shoot(page, f"digest-{language}-2")
    box = digest.bounding_box() or {"height": 0}
    screens = box["height"] / PHONE[1]
    print(f"digest ({language}): {box['height']:.0f} px with its buttons, {screens:.2f} screens")
    page.close()


def reading(browser: Browser, address: str) -> None:
    """A card with a vote, a search."""
    page = opened(browser, address, "zh")
    digest = answer(page, ENDS["zh"])
    digest.get_by_role("button", name="1", exact=True).click()
    digest.get_by_role("button", name="👍 0").click()
    digest.get_by_role("button", name="👍 1 ✓").wait_for()
    shoot(page, "card")
    says(page, "芯片")
    answer(page, "芯片：")
    shoot(page, "search")
    page.close()


def desk(browser: Browser, address: str) -> None:
    """The whole page: chats, conversation, what is behind it."""
    page = opened(browser, address, "zh", DESK)
    answer(page, "芯片：")
    page.click("#open-backstage")
    page.locator(".entry").nth(5).wait_for()
    page.wait_for_timeout(2 * STILL)
    shoot(page, "playground")
    page.click("#tab-newsstand")
    page.locator(".article").first.wait_for()
    shoot(page, "newsstand")
    page.close()


def broadcast(browser: Browser, address: str) -> None:
    """An administrator's, with its report."""
    page = opened(browser, address, "admin")
    answer(page, ENDS["zh"])
    says(page, "/broadcast 今晚 23:00 维护十分钟，简报照常")
    draft = answer(page, "广播草稿")
    draft.get_by_role("button", name="发送", exact=True).click()
    draft.locator(".text", has_text="送达 3").wait_for(timeout=FIRST)
    draft.locator(".text", has_text="发送中").wait_for(state="detached", timeout=FIRST)
    shoot(page, "broadcast")
    page.close()


if __name__ == "__main__":
    sys.exit(main())
