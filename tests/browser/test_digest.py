"""A newcomer with a browser: the first digest, a card, a vote that counts, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from playground.server import Playground
from tests.house import House, house

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.xdist_group("browser")


@pytest_asyncio.fixture
async def home(playground: Playground, tmp_path: Path) -> AsyncIterator[House]:
    """The bot is open, and there is news."""
    made = house(playground, tmp_path)
    await made.room.store.open()
    await made.publishes("云雀大模型开源，商用免费", hours=1)
    await made.publishes("青松机器人开始量产人形机器人", source="weekly", hours=2)
    await made.opens()
    yield made
    await made.closes()


async def test_a_digest_is_read_and_a_story_voted_for(home: House, page: Page):
    """By opening the page and pressing three buttons."""
    await page.goto(f"{home.playground.url}/#zh")
    digest = page.locator(".message[data-from=bot]", has_text="今天就这些")
    await digest.wait_for()
    headline = (await digest.locator(".text").inner_text()).split("\n")[0]
    message = await digest.get_attribute("data-message-id")
    card = page.locator(f'.message[data-message-id="{message}"]')

    await card.get_by_role("button", name="1", exact=True).click()
    await card.get_by_role("button", name="👍 0").click()
    await page.locator(".toast", has_text="已支持").wait_for()
    await card.get_by_role("button", name="👍 1 ✓").wait_for()
    await card.get_by_role("button", name="‹ 返回").click()
    await digest.wait_for()

    assert "1. 云雀大模型开源，商用免费" == headline
    async with home.room.store.read() as tx:
        (story,) = [one for one in await tx.stories.load([1, 2]) if "云雀" in one.title]
    assert (1, 0) == (story.tally.up, story.tally.down)
