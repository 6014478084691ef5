"""Votes of 10,000 readers on one story while its digest is going out: each counts once, and is answered.

    python benchmarks/votes.py [--readers N] [--rate N] [--limit N]

The bot is the real one, in a process of its own, which sends and edits at most `rate` a second; the server
refuses what comes beyond `limit` a second, and a second message or edit within a second in one chat. Who gets
the digest opens the first story or votes at once, changes their mind, presses twice in a second, votes on a
second card or on one in a group, where also people vote whom the bot has never met. What everybody has voted
in the end is known, and compared with the database.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import func, select

from benchmarks.crowd import crowd, news
from benchmarks.town import Town, is_digest, machine, town
from newsbot import settings
from newsbot.messages.buttons import decode, encode
from newsbot.store import Store
from newsbot.store.tables import deliveries, inbox, votes
from playground.errors import ApiError
from playground.faults import BULK, Faults, Limits

RATE, LIMIT = 50, 60  # messages and edits a second: of the bot, and that the server takes
STORIES = 40
STRANGERS = 20  # one in so many votes on the card in the group and never met the bot
AHEAD = timedelta(seconds=50)  # the bot starts so long before the hour, at least
THINKS = (1.2, 6.0)  # seconds before a press; Telegram takes about one message or edit a second in a chat
TWICE = (0.05, 0.4)  # seconds between two presses in one second
LOST = 180.0  # seconds after which nobody waits any more for a press or a card
PATIENCE = 900.0  # seconds for the whole slot
UP, DOWN = "+1", "-1"


class Hall:
    """Everybody, and who waits for what: the server tells each only of their own.

    :ivar answers: what was pressed -> seconds from each press to its answer
    :ivar cards: seconds from each press to the card that shows it
    :ivar digests: chat -> when each of its digests came
    :ivar last: chat -> the message that was pressed last
    :ivar final: person -> vote in the end
    :ivar deeds: person -> what they do
    :ivar limited: whose limit was exceeded -> how often
    """

    def __init__(self, telegram: Any, story: int, shared: str) -> None:
        self.telegram = telegram
        self.story = story
        self.shared = shared
        self.answers: dict[str, list[float]] = defaultdict(list)
        self.cards: list[float] = []
        self.digests: dict[int, list[float]] = defaultdict(list)
        self.last: dict[int, int] = {}
        self.final: dict[int, int] = {}
        self.deeds: dict[int, Deed] = {}
        self.limited: Counter[str] = Counter()
        self.unanswered = self.unseen = 0
        self.came: Callable[[int, dict[str, Any]], None] = lambda chat, message: None
        self._waiting: dict[tuple[object, ...], asyncio.Future[Any]] = {}
        telegram.listeners.append(self._hears)

    def _hears(self, event: dict[str, Any]) -> None:
        kind, chat, message = event["type"], event["chat"], event["message"]
        if kind == "toast":
            self._tell(("toast", message["callback"]), None)
        elif kind == "edit":
            self._tell(("edit", chat, message["message_id"]), None)
        elif kind == "message" and message["from"]["is_bot"]:
            if is_digest(message):
                self.digests[chat].append(time.time())
                self.came(chat, message)
            else:
                self._tell(("message", chat), message)

    def _tell(self, what: tuple[object, ...], told: Any) -> None:
        future = self._waiting.pop(what, None)
        if future is not None and not future.done():
            future.set_result(told)

    def next(self, *what: object) -> asyncio.Future[Any]:
        """Done at the next such event."""
        future = self._waiting[what] = asyncio.get_running_loop().create_future()
        return future

    async def answered(self, what: str, query: str) -> None:
        """Wait for the answer to a press."""
        began = time.monotonic()
        try:
            await asyncio.wait_for(self.next("toast", query), LOST)
            self.answers[what].append(time.monotonic() - began)
        except TimeoutError:
            self.unanswered += 1


class Reader:
    """Somebody in front of a digest.

    :ivar message: the digest's, and then its card's
    :ivar place: the list that the digest is, as its buttons name it
    """

    def __init__(self, hall: Hall, chat: int, message: int = 0, place: str = "") -> None:
        self.hall = hall
        self.chat = chat
        self.message = message
        self.place = place

    async def opens(self) -> None:
        """The story's number."""
        await thinks()
        await self._presses("open", self.message, encode("open", self.place, self.hall.story))

    async def votes(self, value: str, message: int = 0, place: str | None = None) -> None:
        """👍 or 👎 on a card; under the digest as an old client sends it, whose card is gone."""
        await thinks()
        where = self.place if place is None else place
        await self._presses("vote", message or self.message, encode("vote", where, self.hall.story, value))

    async def _presses(self, what: str, message: int, data: str) -> None:
        hall, began = self.hall, time.monotonic()
        hall.last[self.chat] = message
        edited = hall.next("edit", self.chat, message)
        await hall.answered(what, hall.telegram.presses(self.chat, self.chat, message, data))
        try:
            await asyncio.wait_for(edited, LOST)
            hall.cards.append(time.monotonic() - began)
        except TimeoutError:
            hall.unseen += 1

    async def votes_twice(self, value: str) -> None:
        """The same twice within a second."""
        await thinks()
        hall, data = self.hall, encode("vote", self.place, self.hall.story, value)
        hall.last[self.chat] = self.message
        first = hall.telegram.presses(self.chat, self.chat, self.message, data)
        waiting = asyncio.create_task(hall.answered("vote", first))
        await asyncio.sleep(random.uniform(*TWICE))
        await hall.answered("vote", hall.telegram.presses(self.chat, self.chat, self.message, data))
        await waiting

    async def votes_on_shared(self, value: str) -> None:
        """👍 or 👎 on the card in the group, in whose language it is."""
        await thinks()
        hall = self.hall
        data = encode("vote", "zh", hall.story, value)
        await hall.answered("in the group", hall.telegram.presses_inline(self.chat, hall.shared, data))

    async def second_card(self) -> int:
        """Another card of the story, by a link. Returns its message's id."""
        await thinks()
        came = self.hall.next("message", self.chat)
        self.hall.telegram.says(self.chat, f"/start story_{self.hall.story}")
        return int((await asyncio.wait_for(came, LOST))["message_id"])


async def thinks() -> None:
    await asyncio.sleep(random.uniform(*THINKS))


# ---- what people do; each returns their vote in the end ----------------------------------------------------


async def at_once(one: Reader) -> int:
    await one.votes(UP)
    return 1


async def against(one: Reader) -> int:
    await one.votes(DOWN)
    return -1


async def opened_first(one: Reader) -> int:
    await one.opens()
    await one.votes(UP)
    return 1


async def withdrawn_and_again(one: Reader) -> int:
    await one.votes(UP)
    await one.votes_twice(UP)
    return 1


async def withdrawn(one: Reader) -> int:
    await one.votes_twice(UP)
    return 0


async def changed(one: Reader) -> int:
    await one.votes(UP)
    await one.votes(DOWN)
    return -1


async def on_two_cards(one: Reader) -> int:
    await one.opens()
    await one.votes(UP)
    await one.votes(DOWN, await one.second_card(), "")
    return -1


async def better_on_the_second(one: Reader) -> int:
    await one.votes(DOWN)
    await one.votes(UP, await one.second_card(), "")
    return 1


async def here_and_in_the_group(one: Reader) -> int:
    await one.votes(UP)
    await one.votes_on_shared(DOWN)
    return -1


Deed = Callable[[Reader], Awaitable[int]]
# of twenty readers
DEEDS: tuple[Deed, ...] = (
    *(at_once,) * 9,
    *(opened_first,) * 3,
    *(withdrawn_and_again,) * 2,
    withdrawn,
    changed,
    against,
    on_two_cards,
    better_on_the_second,
    here_and_in_the_group,
)


async def stranger(one: Reader) -> int:
    """Somebody in the group: one in three changes their mind."""
    await one.votes_on_shared(UP)
    if one.chat % 3:
        return 1
    await one.votes_on_shared(DOWN)
    return -1


# ---- the slot ----------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """What the slot cost.

    :ivar seconds: from the hour to the last digest, and to the last answer
    :ivar cpu: seconds of the bot, and of the server with everybody who presses
    """

    seconds: tuple[float, float]
    cpu: tuple[float, float]


async def measure(readers: int, rate: int, limit: int, folder: Path) -> bool:
    """Whether every count is right."""
    async with town(folder) as place:
        telegram = place.playground.telegram
        people = [telegram.add_person(f"p{n}", f"p{n}", started=True).id for n in range(readers)]
        strangers = [telegram.add_person(f"s{n}", f"s{n}").id for n in range(max(1, readers // STRANGERS))]
        store = Store(settings.read({}, data=folder / "data").database)
        due = (datetime.now(UTC) + AHEAD + timedelta(minutes=1)).replace(second=0, microsecond=0)
        await store.open()
        await news(store, range(STORIES), due)
        await crowd(store, readers, due, people[0])
        place.playground.faults.limits = Limits(per_second=limit, per_chat_second=1)
        async with place.bot(folder / "data", NEWSBOT_SEND_RATE=str(rate), NEWSBOT_SOURCES="none") as bot:
            story, title = await planned(store, readers)
            shared = await into_group(place, people, strangers, story, title)
            hall = Hall(telegram, story, shared)
            watch(place.playground.faults, hall.limited)
            doing = everybody(hall, people, strangers)
            await asyncio.sleep(max(0.0, due.timestamp() - time.time()))
            before = cpu(bot.pid), cpu(os.getpid())
            try:
                await asyncio.wait_for(doing, PATIENCE)
            except TimeoutError:
                print(f"not over after {PATIENCE:.0f} s")
            over = time.time()
            used = cpu(bot.pid) - before[0], cpu(os.getpid()) - before[1]
        last = max((max(times) for times in hall.digests.values()), default=over)
        slot = Shown((last - due.timestamp(), over - due.timestamp()), used)
        print(f"at most {rate}/s; a server that takes {limit}/s, and one a second in a chat")
        told(hall, readers, slot)
        is_right = await right(hall, store, people, (folder / "log").read_text("utf-8"))
        await store.close()
    return is_right


def watch(faults: Faults, limited: Counter[str]) -> None:
    """Count whose limit is exceeded: a chat's where something else came to it within the last seconds."""
    check, last = faults.check_pace, {}

    def checked(method: str, chat: int | None, now: float) -> None:
        try:
            check(method, chat, now)
        except ApiError:
            limited["a chat's" if now - last.get(chat, 0.0) < 2 else "everybody's"] += 1
            raise
        if chat is not None and method.startswith(BULK):
            last[chat] = now

    faults.check_pace = checked


async def planned(store: Store, readers: int) -> tuple[int, str]:
    """Once every digest is written down: the first story that is in all of them, and its title.

    Digests need not be alike: writing 10,000 takes a while.
    """
    async with asyncio.timeout(120):
        while True:
            async with store.read() as tx:
                rows = await tx.run(lambda db: db.execute(select(deliveries.c.story_ids)).all())
                if len(rows) == readers:
                    in_all = set.intersection(*(set(row.story_ids) for row in rows))
                    common = next(story for story in rows[0].story_ids if story in in_all)
                    return common, (await tx.stories.load([common]))[0].title
            await asyncio.sleep(0.5)


async def into_group(place: Town, people: list[int], strangers: list[int], story: int, title: str) -> str:
    """The story's card in a group, sent there through the bot. Returns its inline_message_id."""
    telegram, host = place.playground.telegram, place.person()
    group = telegram.add_group("群", [host, *people, *strangers])
    query = telegram.inline(host, title[:60], chat_id=group.id)
    await telegram.wait_for(lambda: telegram.inline_answer(query), 60)
    return str(telegram.chooses(host, group.id, query, str(story))["inline_message_id"])


async def everybody(hall: Hall, people: list[int], strangers: list[int]) -> None:
    """Readers begin when their digest comes, strangers evenly between them; until all are done."""
    numbers = {person: number for number, person in enumerate(people)}
    each = len(people) // len(strangers)
    tasks: list[asyncio.Task[None]] = []
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def came(chat: int, message: dict[str, Any]) -> None:
        if len(hall.digests[chat]) > 1:
            return
        press = decode(message["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
        assert press is not None
        one = Reader(hall, chat, message["message_id"], press.place)
        tasks.append(asyncio.create_task(does(one, DEEDS[numbers[chat] % len(DEEDS)])))
        which, rest = divmod(len(hall.digests) - 1, each)
        if not rest and which < len(strangers):
            tasks.append(asyncio.create_task(does(Reader(hall, strangers[which]), stranger)))
        if len(hall.digests) == len(people):
            over.set_result(None)

    hall.came = came
    await over
    await asyncio.gather(*tasks)


async def does(one: Reader, deed: Deed) -> None:
    one.hall.deeds[one.chat] = deed
    try:
        one.hall.final[one.chat] = await deed(one)
    except TimeoutError:
        one.hall.unseen += 1


def cpu(pid: int) -> float:
    """Seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ---- what came of it ---------------------------------------------------------------------------------------


def told(hall: Hall, readers: int, slot: Shown) -> None:
    """Times: nothing of it is wanted."""
    (digests, answers), (bots, servers) = slot
    calls = Counter(call.method for call in hall.telegram.calls)
    bulk = calls["sendMessage"] + calls["editMessageText"]
    print(
        f"{readers} readers, {len(hall.final) - readers} more in a group; load after {os.getloadavg()[0]:.1f}"
    )
    print(f"the last digest {digests:.0f} s after the hour, the last press {answers:.0f} s")
    print(
        f"{calls['sendMessage']} messages, {calls['editMessageText']} edits: {bulk / answers:.0f}/s; "
        f"{calls['answerCallbackQuery']} answers; CPU of the bot {bots:.0f} s, of the server {servers:.0f} s"
    )
    for what, waits in sorted(hall.answers.items()):
        print(f"{len(waits)} presses ({what}) to the answer: {spread(waits)}")
    print(f"{len(hall.cards)} presses to the card that shows it: {spread(hall.cards)}")


def spread(seconds: list[float]) -> str:
    values = sorted(seconds)
    most, p95 = values[-1] * 1000, values[min(len(values) - 1, int(0.95 * len(values)))] * 1000
    return f"median {statistics.median(values) * 1000:.0f} ms, p95 {p95:.0f}, most {most:.0f}"


async def right(hall: Hall, store: Store, people: list[int], log: str) -> bool:
    """Print every count beside what it has to be."""
    story = votes.c.story_id == hall.story
    async with store.read() as tx:
        rows = await tx.run(lambda db: db.execute(select(votes.c.reader_id, votes.c.vote).where(story)).all())
        states = await tx.deliveries.counts()
        left = await tx.run(lambda db: db.scalar(select(func.count()).select_from(inbox)))
        tally = (await tx.stories.load([hall.story]))[0].tally
    kept = {row.reader_id: row.vote for row in rows}
    wanted = Counter(hall.final.values())
    wrong = [person for person, vote in hall.final.items() if kept.get(person) != vote]
    twice = [chat for chat in people if len(hall.digests[chat]) != 1]
    limited = hall.limited.total()
    same = sum(count for what, count in refused(hall).items() if "is not modified" in what)
    counts = [
        ("people with a known vote", len(hall.final), len(people) + max(1, len(people) // STRANGERS)),
        ("support in the tally", tally.up, wanted[1]),
        ("oppose in the tally", tally.down, wanted[-1]),
        ("withdrawn", sum(vote == 0 for vote in kept.values()), wanted[0]),
        ("rows of votes", len(rows), len(hall.final)),
        ("people with a row", len(kept), len(hall.final)),
        ("people with another vote than their last", len(wrong), 0),
        ("last cards that show another vote", sum(not shows(hall, *one) for one in hall.last.items()), 0),
        ("readers without exactly one digest", len(twice), 0),
        ("deliveries sent", states.get("sent", 0), len(people)),
        ("presses without an answer", hall.unanswered, 0),
        ("presses without a card", hall.unseen, 0),
        ("updates left in the inbox", left, 0),
        ("refused with 429: everybody's limit", hall.limited["everybody's"], 0),
        ("refused with 429: a chat's second", hall.limited["a chat's"], 0),
        ("refused with 400, but what is not modified", sum(refused(hall).values()) - limited - same, 0),
        ("errors in the bot's log", len(re.findall(r"\[error|Traceback", log)), 0),
    ]
    for what, count, due in counts:
        print(f"  {what:<42} {count:>7}" + ("" if count == due else f"   WRONG: {due} wanted"))
    for what, count in refused(hall).most_common():
        print(f"    {count:>6} times {what}")
    return all(count == due for _, count, due in counts)


def shows(hall: Hall, chat: int, message: int) -> bool:
    """Whether the card that somebody pressed last marks what they voted there."""
    if chat not in hall.final or hall.deeds[chat] is here_and_in_the_group:
        return True
    row = hall.telegram.chats[chat].messages[message]["reply_markup"]["inline_keyboard"][0]
    return [row[0]["text"].endswith("✓"), row[1]["text"].endswith("✓")] == [
        hall.final[chat] > 0,
        hall.final[chat] < 0,
    ]


def refused(hall: Hall) -> Counter[str]:
    """What the server did not take, by method and reason."""
    return Counter(
        f"{call.method}: {call.response['error_code']} {call.response['description'][:100]}"
        for call in hall.telegram.calls
        if not call.response["ok"]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=RATE)
    parser.add_argument("--limit", type=int, default=LIMIT)
    given = parser.parse_args()
    random.seed(0)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(measure(given.readers, given.rate, given.limit, Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
