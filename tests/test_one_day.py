"""The whole loop with the real process: news comes out, a digest arrives, a vote counts, tomorrow differs, a kill
in the middle repeats nothing and loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from playground.newsstand import Newsstand
from playground.server import Playground
from tests import databases
from tests.house import body, buttons

HERE = Path(__file__).parent
DAY = 24 * 3600
PATIENCE = 40


class Town:
    """A bot in a process of its own, its Telegram, its newsstand, and the time of day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = databases.address(folder / "data")
        self.clock = folder / "clock"
        self.ahead = 0.0
        self.stand = Newsstand(self.now)
        self.playground = Playground(extra_routes=self.stand.routes())
        self.process: asyncio.subprocess.Process | None = None
        self.turns(0)
        self.turns_to(12)  # which stories are still fresh must not depend on when the tests run

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def turns(self, seconds: float) -> None:
        """The clock goes on."""
        self.ahead += seconds
        new = self.clock.with_suffix(".new")
        new.write_text(str(self.ahead), "ascii")
        new.replace(self.clock)

    def turns_to(self, hour: int) -> None:
        """Until it is so late in Shanghai, today or tomorrow."""
        local = self.now() + timedelta(hours=8)
        then = local.replace(hour=hour, minute=0, second=1)
        self.turns(((then - local).total_seconds()) % DAY)

    async def opens(self) -> None:
        await self.playground.start()
        catalogue = self.stand.catalog(self.playground.url).replace("sample = true", "sample = false")
        (self.folder / "sources.toml").write_text(catalogue, "utf-8")

    async def starts(self) -> None:
        """`python bot.py run`"""
        mine = {
            "CLOCK": str(self.clock),
            "NEWSBOT_TOKEN": self.playground.token,
            "NEWSBOT_API_URL": self.playground.url,
            "NEWSBOT_DATA": str(self.folder / "data"),
            "NEWSBOT_DATABASE_URL": self.database,
            "NEWSBOT_SOURCES": str(self.folder / "sources.toml"),
            "NEWSBOT_ALLOW_HOSTS": "127.0.0.1",
            "NEWSBOT_REFRESH_SECONDS": "1",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, str(HERE / "clocked.py"), "run", env=kept | mine, cwd=self.folder, stderr=log
            )

    async def ends(self, how: signal.Signals) -> int:
        """The process is told to stop, or killed; its exit status."""
        assert self.process is not None
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 30)

    async def closes(self) -> None:
        if self.process is not None and self.process.returncode is None:
            await self.ends(signal.SIGKILL)
        await self.playground.stop()

    # people

    def digests(self, who: str = "zh") -> list[dict[str, Any]]:
        """The digests that stand in a chat."""
        person = self.playground.telegram.person(who).id
        own = [one for one in self.playground.telegram.messages(person) if one["from"]["id"] != person]
        return [one for one in own if "今天就这些" in one["text"] or "That's all" in one["text"]]

    async def gets(self, count: int, who: str = "zh") -> dict[str, Any]:
        """Wait for so many digests; the last."""
        telegram = self.playground.telegram
        await telegram.wait_for(lambda: len(self.digests(who)) >= count, PATIENCE)
        return self.digests(who)[-1]

    def says(self, text: str, who: str = "zh") -> None:
        self.playground.telegram.says(self.playground.telegram.person(who).id, text)

    async def hears(self, words: str, who: str = "zh") -> None:
        """Wait until the newest message has these words."""
        telegram = self.playground.telegram
        person = telegram.person(who).id
        await telegram.wait_for(lambda: words in telegram.messages(person)[-1]["text"], PATIENCE)

    async def presses(self, message: dict[str, Any], data: str, who: str = "zh") -> dict[str, Any]:
        """The message that takes its place, once the press was answered too."""
        telegram = self.playground.telegram
        person, number = telegram.person(who).id, message["message_id"]
        standing = telegram.chats[person].messages
        before = standing[number]
        query = telegram.presses(person, person, number, data)
        await telegram.wait_for(lambda: query in telegram.toasts and standing[number] != before, PATIENCE)
        return standing[number]

    def publishes(self, *titles: str) -> None:
        for title in titles:
            self.stand.publish("xingqiao", title, f"{title}，负责人今天表示。", body(title))

    async def has_pulled(self, title: str) -> None:
        """Until the bot found what was published."""
        await self.finds("SELECT 1 FROM articles WHERE title = :title AND story_id IS NOT NULL", title=title)

    async def finds(self, query: str, **values: Any) -> None:
        """Until the bot's database has such a row."""
        async with asyncio.timeout(PATIENCE):
            while not databases.rows(self.database, query, **values):  # noqa: ASYNC110  another process's
                await asyncio.sleep(0.1)


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The newsstand is open, the bot is started."""
    made = Town(tmp_path)
    await made.opens()
    await made.starts()
    yield made
    await made.closes()


def titles(digest: dict[str, Any]) -> list[str]:
    """The headlines of a digest, without their numbers."""
    return [
        line.partition(". ")[2] for line in digest["text"].split("\n") if line.partition(". ")[0].isdigit()
    ]


@pytest.mark.xdist_group("one_day")
async def test_one_day_and_the_next(town: Town):
    """A feed is published, a digest arrives, a vote is pressed, tomorrow's digest differs."""
    town.says("/start")
    first = await town.gets(1)
    card = await town.presses(first, buttons(first)[0]["callback_data"])
    voted = await town.presses(card, buttons(card)[0]["callback_data"])
    await town.presses(voted, buttons(voted)[-1]["callback_data"])
    town.says("/schedule 8:00")
    town.says("/follow 光刻机")
    await town.hears("已关注：光刻机")

    town.publishes("长庚光刻机通过验收，套刻精度达到四纳米", "北斗云宣布存储降价三成")
    await town.has_pulled("北斗云宣布存储降价三成")
    town.turns_to(8)
    town.publishes("蓝鲸手机系统测试版推送，首批八款")
    await town.has_pulled("蓝鲸手机系统测试版推送，首批八款")
    second = await town.gets(2)

    assert "👍 1 ✓" == buttons(voted)[0]["text"]
    assert 5 <= len(titles(first)) <= 7
    assert set() == set(titles(first)) & set(titles(second))
    assert "长庚光刻机通过验收，套刻精度达到四纳米" == titles(second)[0]
    assert 0 == await town.ends(signal.SIGTERM)


@databases.sqlite_only("on PostgreSQL it stands by")
@pytest.mark.xdist_group("one_day")
async def test_a_second_bot_on_the_same_database_ends_with_a_sentence(town: Town):
    """It sends nothing, and the first goes on."""
    town.says("/id")
    await town.hears("你的用户 ID")
    first = town.process
    await town.starts()
    assert town.process is not None
    assert 1 == await asyncio.wait_for(town.process.wait(), 30)
    town.process = first
    town.says("/start")
    await town.gets(1)

    assert 0 == await town.ends(signal.SIGTERM)
    assert "another newsbot runs on this database: stop it first" in (town.folder / "log").read_text("utf-8")


@pytest.mark.xdist_group("one_day")
async def test_a_kill_in_the_middle_repeats_nothing_and_loses_nothing(town: Town):
    """Of two readers one has the digest on the wire when the process is killed: it is not sent again, and its
    stories come with the next one, marked; updates of the meantime are answered."""
    for who in ("zh", "admin"):
        town.says("/start", who)
        await town.gets(1, who)
        town.says("/schedule 8:00", who)
        await town.hears("好的，推送时间", who)
    lost = town.playground.telegram.person("zh").id
    town.publishes("长庚光刻机通过验收，套刻精度达到四纳米")
    await town.has_pulled("长庚光刻机通过验收，套刻精度达到四纳米")
    town.playground.faults.hang(None, method="sendMessage", chat=lost, done=False)
    town.turns_to(8)
    await town.finds("SELECT 1 FROM deliveries WHERE chat_id = :lost AND state = 'sending'", lost=lost)
    await town.finds("SELECT 1 FROM deliveries WHERE state = 'sent'")
    await town.ends(signal.SIGKILL)

    town.says("/id")
    town.playground.faults.clear()
    await town.starts()
    await town.hears("你的用户 ID")
    town.publishes("北斗云宣布存储降价三成")
    await town.has_pulled("北斗云宣布存储降价三成")
    town.turns_to(8)
    third = await town.gets(2)
    await town.gets(3, "admin")

    assert 2 == len(town.digests())
    assert "长庚光刻机通过验收，套刻精度达到四纳米" == titles(third)[0]
    assert "可能漏看" in third["text"].split("\n")[1]
    assert "北斗云宣布存储降价三成" in titles(third)
    assert ["北斗云宣布存储降价三成"] == [
        t for t in titles(town.digests("admin")[-1]) if "长庚" in t or "北斗" in t
    ]
