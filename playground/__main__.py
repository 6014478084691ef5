"""A Bot API server with a chat page, on this machine alone, for any bot that speaks the Bot API."""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import sys
from datetime import UTC, datetime

from playground.newsstand import Newsstand
from playground.server import TOKEN, Playground


async def serve(playground: Playground) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await playground.start()
    print(f"page     {playground.url}")
    print(f"Bot API  {playground.url}/bot<token>/<method>")
    print(f"token    {playground.token}", flush=True)
    await stop.wait()
    await playground.stop()


def token(text: str) -> str:
    """What @BotFather's tokens look like. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,15}:[A-Za-z0-9_-]{1,100}", text):
        raise ValueError
    return text


def main() -> int:
    """The exit status: 0 after a signal, 2 where the port is taken or an option is wrong."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one unless given")
    parser.add_argument("--token", type=token, default=TOKEN, help="the bot's, such as 123456:abc")
    parser.add_argument("--groups", action="store_true", help="with a forum and a channel, the bot in both")
    parser.add_argument("--newsstand", action="store_true", help="with feeds at /stand/")
    given = parser.parse_args()
    stand = Newsstand(lambda: datetime.now(UTC), goes_on=True) if given.newsstand else None
    playground = Playground(port=given.port, token=given.token, newsstand=stand, with_groups=given.groups)
    try:
        asyncio.run(serve(playground))
    except (OSError, OverflowError) as reason:
        print(f"--port {given.port}: {reason}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
