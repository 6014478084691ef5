"""python -m playground [--port N]: the playground alone, for any bot that speaks the Bot API."""

from __future__ import annotations

import argparse
import asyncio
import sys

from playground.server import Playground


async def serve(port: int) -> None:
    """Serve until interrupted."""
    playground = Playground(port=port)
    await playground.start()
    print(
        f"page     {playground.url}\nBot API  {playground.url}/bot<token>/\ntoken    {playground.token}",
        flush=True,
    )
    try:
        await asyncio.Event().wait()
    finally:
        await playground.stop()


def main() -> int:
    """The exit status: 0 after an interrupt, 2 where the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one unless given")
    port = parser.parse_args().port
    try:
        asyncio.run(serve(port))
    except KeyboardInterrupt:
        return 0
    except (OSError, OverflowError) as reason:
        print(f"--port {port}: {reason}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
