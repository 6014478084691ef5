"""What a reader holds in the hand: how tall a digest is, how many taps a vote takes, what hostile titles do.

    python benchmarks/phone.py

The first part needs Playwright and a system Chromium, the last one ../shared/data; each says so and is left
out where they are missing. A screen is 390 x 844, and a digest is measured with its buttons.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from first_digest import Page as Api
from first_digest import demo
from town import ROOT, machine

from newsbot.messages import card, digest, listing
from newsbot.messenger import Messenger
from newsbot.models.articles import Article
from newsbot.models.deliveries import Sent
from newsbot.models.digests import Digest
from newsbot.models.messages import Message, Urgency
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story
from newsbot.outbox.pace import Pace
from playground.server import Playground

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

DATA = ROOT.parent / "shared" / "data" / "hostile"
PHONE = {"width": 390, "height": 844}
MOST_SCREENS, MOST_TAPS = 2, 2
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
STORIES = 7
ITEM_TITLE = re.compile(r"<item>.*?<title>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</title>", re.DOTALL)


# ---- on the screen ----------------------------------------------------------------------------------------


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser | None]:
    """The system's Chromium; None, and a sentence, where something is missing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.async_api import async_playwright
    except ModuleNotFoundError:
        path = None
    if path is None:
        print("screens and taps skipped: Playwright or Chromium is not installed")
        yield None
        return
    async with async_playwright() as started:
        # Chromium's own sandbox needs rights that a container does not give
        browser = await started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def measure_demo(browser: Browser, who: str) -> None:
    """The demonstration's first digest, and the way to a vote."""
    with demo() as address:
        api = Api(address, who)
        api.says("/start")
        sent = api.digest()
        page = await opened(browser, address, who)
        message = page.locator(f'[data-message-id="{sent["message_id"]}"]')
        height = await tall(message)
        taps = await vote(message)
    first_line = sent["text"].partition("\n")[0]
    is_news = {"bold", "text_link"} <= {
        one["type"] for one in sent["entities"] if one["offset"] < len(first_line)
    }
    print(f"  {who}: {told(height)}, {taps} taps to a vote (at most {MOST_TAPS})")
    print(f"      first line, {'a linked headline' if is_news else 'NO HEADLINE'}: {first_line}")


async def opened(browser: Browser, address: str, who: str) -> Page:
    page = await browser.new_page(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    await page.goto(f"{address}/#{who}")
    return page


async def tall(message: Locator) -> float:
    """The height of a message with its buttons, in pixels."""
    await message.wait_for()
    box = await message.bounding_box()
    assert box is not None
    return box["height"]


def told(height: float) -> str:
    return f"{height:.0f} px = {height / PHONE['height']:.2f} screens (at most {MOST_SCREENS})"


async def vote(message: Locator) -> int:
    """Press by press from the list to a vote that counts; returns how many presses that took."""
    taps, vote_button = 0, message.get_by_role("button", name="👍")
    if not await vote_button.count():
        await message.get_by_role("button", name="1", exact=True).click()
        taps += 1
    await vote_button.click()
    taps += 1
    await message.get_by_role("button", name="✓").wait_for()
    return taps


async def measure_longest(browser: Browser, playground: Playground, messenger: Messenger) -> None:
    """Seven stories with titles, reasons and tags as long as they may be."""
    for who, letters in (("zh", "长"), ("en", "long ")):
        person = playground.telegram.person(who).id
        playground.telegram.opens(person)
        words = letters * (500 // len(letters))
        made = [story(number, words, f"{letters}{number}", who) for number in range(1, STORIES + 1)]
        reader = Reader(id=person, language=who)
        outcome = await messenger.post(
            person, digest.digest(collected(made), reader, NOW, "d1"), Urgency.DIGEST
        )
        assert isinstance(outcome, Sent), outcome
        page = await opened(browser, playground.url, who)
        height = await tall(page.locator(f'[data-message-id="{outcome.message_id}"]'))
        print(f"  {who}, as long as it can get: {told(height)}")
        await page.close()


# ---- hostile titles ---------------------------------------------------------------------------------------


def hostile() -> list[str]:
    """Every naughty string, and the titles of the hostile feed as they stand there."""
    strings = json.loads((DATA / "naughty_strings.json").read_text("utf-8"))
    return list(strings) + ITEM_TITLE.findall((DATA / "titles.xml").read_text("utf-8"))


def story(number: int, words: str, name: str, language: str = "zh") -> Story:
    """A story that says these words wherever a story can say something."""
    article = Article(
        id=number, source_id="source", first_seen=NOW, keys=(), title=words, text=words, summary=words,
        link="https://news.example/1?a=1&b=<2>", source=name, author=words, language=language,
        published=NOW - timedelta(hours=number), tags=(*(f"{name}{n}" for n in range(8)), words),
    )  # fmt: skip
    return Story(id=number, lead=article, articles=(article,))


def collected(stories: list[Story]) -> Digest:
    ranked = tuple(Ranked(one, 0) for one in stories)
    return Digest(stories=ranked, lost_ids=frozenset({1}), filtered=3, sample=True)


def messages(words: str, reader: Reader) -> Iterator[tuple[str, Message]]:
    """Everything that is said about stories with such words."""
    told = [story(number, words, words, reader.language) for number in range(1, STORIES + 1)]
    snippets = [[(words, False), (words, True), (words, False)]] * STORIES
    yield "digest", digest.digest(collected(told), reader, NOW, "d1")
    for extra in ("", "rate", "more"):
        yield "card", card.card(told[0], card.Mine(), reader, NOW, "d1", extra)
    answer = listing.Answer(
        words=words, stories=tuple(told), snippets=tuple(snippets), place="v1", pages=8, count=56
    )
    yield "search answer", listing.found(answer, reader, NOW)
    yield "empty answer", listing.found_nothing(words, reader, [(words, "v1")], "v1", "v1")


async def measure_hostile(playground: Playground, messenger: Messenger) -> None:
    """How many messages the strict server takes."""
    if not DATA.is_dir():
        print(f"hostile titles skipped: there is no {DATA.relative_to(ROOT.parent)} beside this checkout")
        return
    strings, taken, made = hostile(), Counter[str](), Counter[str]()
    for who in ("zh", "en"):
        reader = Reader(id=playground.telegram.person(who).id, language=who)
        playground.telegram.opens(reader.id)
        for words in strings:
            for kind, message in messages(words, reader):
                made[kind] += 1
                outcome = await messenger.post(reader.id, message, Urgency.DIGEST)
                taken[kind] += isinstance(outcome, Sent)
                if not isinstance(outcome, Sent):
                    print(f"  refused, {kind}: {words[:60]!r}: {outcome}")
    print(f"{len(strings)} hostile strings as title, source, author, tag and summary, for zh and en readers")
    for kind in made:
        print(f"  {kind:<14}{taken[kind]} of {made[kind]} accepted")


@asynccontextmanager
async def strict() -> AsyncIterator[tuple[Playground, Messenger]]:
    """A strict server and our door to it."""
    playground = Playground()
    await playground.start()
    messenger = Messenger(playground.token, playground.url, Pace(rate=1000, most=1000))
    await messenger.open()
    try:
        yield playground, messenger
    finally:
        await messenger.close()
        await playground.stop()


async def main() -> None:
    print(machine())
    async with chromium() as browser, strict() as (playground, messenger):
        if browser is not None:
            print(f"on a screen of {PHONE['width']} x {PHONE['height']}")
            for who in ("zh", "en"):
                await measure_demo(browser, who)
            await measure_longest(browser, playground, messenger)
        await measure_hostile(playground, messenger)


if __name__ == "__main__":
    asyncio.run(main())
