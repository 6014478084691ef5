"""The pictures of README and docs, taken from the playground as a phone shows it.

python docs/screenshots.py        needs a system Chromium; writes docs/images/
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
BOT = HERE.parent / "bot.py"
PHONE = {"width": 390, "height": 844}


def main() -> int:
    """The exit status: 2 where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("no Chromium is installed", file=sys.stderr)
        return 2
    demo = subprocess.Popen(
        [sys.executable, str(BOT), "demo", "--no-open"], stdout=subprocess.PIPE, text=True
    )
    try:
        address = re.search(r"http://\S+", demo.stdout.readline() if demo.stdout else "")
        if address is None:
            return 1
        with sync_playwright() as started:
            browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=PHONE, device_scale_factor=2, locale="zh-CN")
            _take(page, address[0])
            browser.close()
    finally:
        demo.terminate()
        demo.wait()
    return 0


def _take(page: Page, address: str) -> None:
    page.goto(f"{address}/#zh")
    digest = page.locator(".message[data-from=bot]", has_text="今天就这些")
    digest.wait_for()
    message = page.locator(f'.message[data-message-id="{digest.get_attribute("data-message-id")}"]')
    page.locator(".message", has_text="选一组").wait_for()
    page.evaluate("document.querySelector('#messages').scrollTop = 0")
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / "images" / "playground.png")
    message.get_by_role("button", name="1", exact=True).click()
    message.get_by_role("button", name="👍 0").click()
    message.get_by_role("button", name="👍 1 ✓").wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / "images" / "card.png")


if __name__ == "__main__":
    sys.exit(main())
