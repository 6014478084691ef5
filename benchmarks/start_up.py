"""From `python bot.py run` to the first word in the chat, and how much memory it takes.

    python benchmarks/start_up.py [--runs N] [--no-idle]

Somebody said /start, or /id, while the bot was down: the update waits at the server. The database is new, or
that of a bot which has pulled everything. Memory is looked at ten times a second while thirty feeds are
pulled for the first time, and once after a minute without work. Megabytes are millions of bytes. PSS shares
out what several processes have in common: its sum is what the machine misses.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from town import PATIENCE, Bot, Town, children, is_digest, machine, memory, spread, town

FIRST_WORD, MAIN_MB, CHILD_MB = 2.0, 150, 200
IDLE_SECONDS = 60.0


async def first_word(streets: Town, data: Path, words: str) -> float:
    """Seconds from the command to the answer."""
    who = streets.newcomer()
    streets.says(words, who)
    async with streets.bot(data) as bot:
        await streets.playground.telegram.wait_for(lambda: streets.heard(who), PATIENCE)
        age = bot.age
        bot.kill()  # or it would take its time to finish the first pull
    return age


async def pulled(streets: Town, data: Path) -> None:
    """A bot lives on this data until it has shown everything once."""
    who = streets.newcomer()
    streets.says("/start", who)
    async with streets.bot(data):
        telegram = streets.playground.telegram
        await telegram.wait_for(lambda: any(map(is_digest, streets.heard(who))), PATIENCE)
        await asyncio.sleep(5)


async def measure_answers(streets: Town, runs: int) -> None:
    old = streets.folder / "old"
    await pulled(streets, old)
    print(f"from the command to the first word in the chat (at most {FIRST_WORD} s), {runs} runs each")
    for words in ("/start", "/id"):
        for name in ("new", "old"):
            times = []
            for run in range(runs):
                data = old if name == "old" else streets.folder / f"new{words[1:]}{run}"
                times.append(await first_word(streets, data, words))
            print(
                f"  {words:<7}{'a new database' if name == 'new' else 'an existing one':<16}{spread(times)}"
            )


class Most:
    """The most memory that the bot and its children were seen with."""

    def __init__(self) -> None:
        self.main = self.child = self.together = 0.0
        self.shares: dict[str, float] = {"main": 0.0, "child": 0.0}

    async def watch(self, bot: Bot) -> None:
        """Until cancelled."""
        while True:
            self.look(bot)
            await asyncio.sleep(0.1)

    def look(self, bot: Bot) -> None:
        """Once."""
        rss, pss = memory(bot.pid)
        others = [memory(pid) for pid in children(bot.pid)]
        self.main = max(self.main, rss)
        self.child = max([self.child, *(one for one, _ in others)])
        self.shares["main"] = max(self.shares["main"], pss)
        self.shares["child"] = max([self.shares["child"], *(one for _, one in others)])
        self.together = max(self.together, pss + sum(one for _, one in others))

    def told(self, when: str) -> str:
        main, child = self.shares["main"], self.shares["child"]
        return (
            f"  {when:<21}main {self.main:.0f} (PSS {main:.0f})   largest child {self.child:.0f} "
            f"(PSS {child:.0f})   together PSS {self.together:.0f}"
        )


async def measure_memory(streets: Town, name: str, data: Path, idle: bool) -> None:
    print(f"memory in MB, {name} (main at most {MAIN_MB}, a child at most {CHILD_MB} and gone when idle)")
    who = streets.newcomer()
    streets.says("/start", who)
    async with streets.bot(data) as bot:
        most = Most()
        watching = asyncio.create_task(most.watch(bot))
        telegram = streets.playground.telegram
        await telegram.wait_for(lambda: any(map(is_digest, streets.heard(who))), PATIENCE)
        await asyncio.sleep(5)
        watching.cancel()
        print(most.told("while it works"))
        if idle:
            await asyncio.sleep(IDLE_SECONDS)
            after = Most()
            after.look(bot)
            print(after.told(f"after {IDLE_SECONDS:.0f} s of rest") + f"   children {len(children(bot.pid))}")


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--no-idle", action="store_true", help="do not wait for a minute without work")
    given = asked.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="newsbot-town-") as folder:
        async with town(Path(folder)) as streets:
            await measure_answers(streets, given.runs)
            fresh = streets.folder / "watched"
            await measure_memory(streets, "a new database", fresh, not given.no_idle)
            await measure_memory(streets, "an existing one", fresh, not given.no_idle)


if __name__ == "__main__":
    asyncio.run(main())
