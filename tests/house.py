"""A whole bot in this process: real handlers and database, the playground as Telegram, a clock that tests set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from handlers.counter import Counter
from newsbot import settings
from newsbot.fetcher import Fetcher
from newsbot.flows import group, understand
from newsbot.flows.receive import receive
from newsbot.flows.take_in import take_in
from newsbot.messenger import Messenger
from newsbot.models.messages import Urgency
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from playground.server import Playground
from tests import databases
from tests.examples import NOON


def body(title: str) -> str:
    """A text of its own for every title: what shares its text tells the same story."""
    filling = "".join(chr(0x4E00 + crc32(f"{title}{place}".encode()) % 3000) for place in range(220))
    return f"记者了解到，{title}。\n{filling}。"


class InThisProcess:
    """A sandbox without walls, for documents that a test wrote itself."""

    async def run(self, function: Callable[..., Any], *args: Any, **_: Any) -> Any:
        return function(*args)

    def renew(self, prepare: Callable[[], None]) -> None:
        prepare()

    async def close(self) -> None: ...


class NoPace:
    """Every message may leave at once."""

    rate = 1000.0

    def wait(self, urgency: Urgency, now: float) -> float:
        return 0

    def reserve(self, chat_id: int | None, urgency: Urgency, now: float) -> float:
        return 0

    def until_edit(self, chat_id: int, now: float) -> float:
        return 0

    def reserve_edit(self, chat_id: int, waits: bool, now: float) -> float:
        return 0

    def refused(
        self, chat_id: int | None, urgency: Urgency, seconds: float, left_at: float, now: float
    ) -> None: ...

    def hold(self, urgency: Urgency, seconds: float, now: float) -> None: ...

    def held(self, urgency: Urgency, now: float) -> float:
        return 0

    def learned(self, rate: float) -> None: ...


@dataclass
class House:
    """The bot and the people who talk to it."""

    playground: Playground
    room: Newsroom
    counter: Counter
    moment: datetime = NOON
    task: asyncio.Task[None] | None = field(default=None)

    @property
    def telegram(self) -> Any:
        return self.playground.telegram

    def id_of(self, who: str = "zh") -> int:
        return self.telegram.person(who).id

    def later(self, **time: float) -> None:
        """The clock goes on."""
        self.moment += timedelta(**time)

    # news

    async def publishes(
        self,
        title: str,
        text: str = "",
        source: str = "daily",
        hours: float = 1,
        language: str = "zh",
        **more: Any,
    ) -> int:
        """An article appears, is read and grouped; the id of its story."""
        known = Source(id=source, name=f"{source}日报", url=f"https://{source}.example/feed", category="ai")
        known = replace(known, sample=more.pop("sample", False))
        page = f"{title}\n来源:{known.name}\n{text or body(title)}"
        reading = understand.anything(page.encode(), "text/plain", "a.txt", known, self.room.now())
        found = reading.articles[0]
        link = f"https://{source}.example/{abs(hash(title))}"
        draft = replace(
            found.draft,
            link=link,
            keys=(f"link:{link}",),
            published=self.room.now() - timedelta(hours=hours),
            language=language,
            noise=more.pop("noise", None),
            **more,
        )
        async with self.room.store.begin() as tx:
            await tx.sources.seed([known], self.room.now())
        article_id = (await take_in(self.room, known, [replace(found, draft=draft)]))[0].id
        await group.group(self.room)
        async with self.room.store.read() as tx:
            return (await tx.articles.load([article_id]))[article_id].story_id or 0

    # people

    async def says(self, text: str, who: str = "zh", chat: int | None = None, **where: Any) -> dict[str, Any]:
        """A person writes; what the bot answers last.

        :param where: `reply_to` a message, `thread_id` of a topic
        """
        person = self.id_of(who)
        before = len(self.telegram.calls)
        self.telegram.says(person, text, chat, **where)
        await self.is_quiet(before)
        return self.last(who, chat)

    async def posts(self, text: str, chat: int, who: str = "admin") -> dict[str, Any]:
        """Somebody writes in a channel, as the channel; what stands there last then."""
        before = len(self.telegram.calls)
        self.telegram.posts(self.id_of(who), chat, text)
        await self.is_quiet(before)
        return self.last(who, chat)

    def answers(self, chat: int) -> list[str]:
        """What the bot said in a group or channel, oldest first."""
        ours = [
            one for one in self.telegram.calls if one.params.get("chat_id") == chat and one.response["ok"]
        ]
        return [one.params["text"] for one in ours if one.method == "sendMessage"]

    async def presses(self, words: str, who: str = "zh", chat: int | None = None) -> dict[str, Any]:
        """A person presses the newest button with these words; the message afterwards."""
        place = chat or self.id_of(who)
        for message in reversed(self.telegram.messages(place)):
            for button in buttons(message):
                if words in button["text"]:
                    return await self.forges(button["callback_data"], message["message_id"], who, place)
        raise AssertionError(f"there is no button {words!r}")

    async def forges(
        self, data: str, message_id: int, who: str = "zh", chat: int | None = None
    ) -> dict[str, Any]:
        """A client sends a press with whatever data; the message afterwards."""
        place = chat or self.id_of(who)
        before = len(self.telegram.calls)
        query = self.telegram.presses(self.id_of(who), place, message_id, data)
        await self.telegram.wait_for(lambda: query in self.telegram.toasts)
        await self.is_quiet(before)
        return self.telegram.chats[place].messages[message_id]

    @property
    def toast(self) -> str:
        """What the last press was answered with."""
        return list(self.telegram.toasts.values())[-1]["text"]

    async def is_quiet(self, before: int) -> None:
        """Everything that was said is dealt with."""
        async with asyncio.timeout(10):
            while self.telegram.updates or await self._is_busy():  # noqa: ASYNC110  another's database
                await asyncio.sleep(0.01)

    async def _is_busy(self) -> bool:
        async with self.room.store.read() as tx:
            return bool(await tx.inbox.pending())

    def last(self, who: str = "zh", chat: int | None = None) -> dict[str, Any]:
        """The newest message of a chat."""
        return self.telegram.messages(chat or self.id_of(who))[-1]

    def texts(self, who: str = "zh") -> list[str]:
        """What the bot said to a person, oldest first."""
        person = self.id_of(who)
        return [one["text"] for one in self.telegram.messages(person) if one["from"]["id"] != person]

    # the bot

    async def opens(self) -> None:
        """Answers from now on."""
        await self.room.telegram.open()
        await self.counter.open()
        self.task = asyncio.create_task(receive(self.room, self.counter.answer))

    async def closes(self) -> None:
        """Stops, and shuts every door."""
        if self.task:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task
        await self.room.close()


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    """All buttons under a message."""
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def words(message: dict[str, Any]) -> list[str]:
    """What stands on them."""
    return [button["text"] for button in buttons(message)]


def house(playground: Playground, folder: Path) -> House:
    """A bot that is not open yet, on a database in this folder."""
    given = settings.read(
        {},
        token=playground.token,
        data=folder,
        database_url=databases.address(folder),
        api_url=playground.url,
    )
    room = Newsroom(
        settings=given,
        store=Store(given.database),
        fetcher=Fetcher(allow_hosts=("127.0.0.1",)),
        sandbox=InThisProcess(),  # type: ignore[arg-type]
        messenger=Messenger(playground.token, playground.url, NoPace()),
    )
    made = House(playground, room, Counter(room))
    room.now = lambda: made.moment
    room.progress.rounds = 1
    return made
