"""From `python bot.py demo` to a page with a digest, without a network.

    python benchmarks/first_digest.py [--runs N] [--install]

Every run has a new working folder, no settings and a new database. Somebody says /start through the page's
own API as soon as its address is printed; the clock stops when the digest with its number buttons is in the
chat. With --install the last commit of this checkout is cloned first, `make` installs what it needs there
(from wherever pip gets its packages: the one thing here that may want a network), and that clone is measured.
"""

from __future__ import annotations

import argparse
import json
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from town import PATIENCE, ROOT, environment, is_digest, machine, spread

TARGET = 10.0
LOOK_SECONDS = 0.05
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
HTTP = build_opener(ProxyHandler({}))


class Page:
    """The chat page's own API, as one person uses it."""

    def __init__(self, address: str, who: str) -> None:
        self._address = address
        people = self._asks("/play/state")["people"]
        self.person: int = next(one["id"] for one in people if one["key"] == who)

    def says(self, words: str) -> None:
        self._asks("/play/say", {"user": self.person, "chat": self.person, "text": words})

    def digest(self) -> dict[str, Any]:
        """Waits for it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            shown = self._asks(f"/play/chats/{self.person}/messages?user={self.person}")
            for message in shown:
                if is_digest(message):
                    return dict(message)
            time.sleep(LOOK_SECONDS)
        raise TimeoutError("no digest")

    def _asks(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._address + path, data, {"Content-Type": "application/json"})  # noqa: S310
        with HTTP.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)


@contextmanager
def demo(checkout: Path = ROOT, python: str | Path = sys.executable) -> Iterator[str]:
    """`python bot.py demo` in an empty folder, from the printed address on."""
    with tempfile.TemporaryDirectory(prefix="newsbot-first-") as folder:
        process = subprocess.Popen(
            [python, checkout / "bot.py", "demo", "--no-open"],
            cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            yield printed(process)
        finally:
            process.terminate()
            _, complaints = process.communicate(timeout=40)
            if process.returncode:
                print(complaints, file=sys.stderr)


def first_digest(checkout: Path, python: str | Path) -> tuple[float, float]:
    """Seconds from the command until the address is printed, and until the digest is there."""
    started = time.monotonic()
    with demo(checkout, python) as address:
        open_after = time.monotonic() - started
        page = Page(address, "zh")
        page.says("/start")
        page.digest()
        return open_after, time.monotonic() - started


def printed(process: subprocess.Popen[str]) -> str:
    """The page's address, as soon as it is printed."""
    assert process.stdout is not None
    while select.select([process.stdout], [], [], PATIENCE)[0]:
        line = process.stdout.readline()
        if found := ADDRESS.search(line):
            return found[0]
        if not line:
            break
    raise RuntimeError(f"it printed no address: {process.stderr.read() if process.stderr else ''}")


def installed(folder: Path) -> Path:
    """A clone with everything it needs; tells how long that took."""
    clone = folder / "newsbot"
    git, make = shutil.which("git"), shutil.which("make")
    assert git
    assert make
    started = time.monotonic()
    subprocess.run([git, "clone", "--quiet", ROOT, clone], check=True)
    print(f"clone         {time.monotonic() - started:.1f} s")
    started = time.monotonic()
    subprocess.run([make, "-s", f"PYTHON={sys.executable}", ".venv/runtime"], cwd=clone, check=True)
    print(f"installation  {time.monotonic() - started:.1f} s")
    return clone


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--install", action="store_true", help="measure a fresh clone, installed by make")
    given = asked.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="newsbot-clone-") as folder:
        checkout = installed(Path(folder)) if given.install else ROOT
        python = checkout / ".venv" / "bin" / "python" if given.install else sys.executable
        times = [first_digest(checkout, python) for _ in range(given.runs)]
    if given.install:
        print(
            f"first run     page {times[0][0]:.2f} s, digest {times[0][1]:.2f} s  (nothing was compiled yet)"
        )
    print(f"page is open  {spread([one for one, _ in times])}")
    print(f"digest        {spread([one for _, one in times])}   (at most {TARGET:.0f} s), {given.runs} runs")


if __name__ == "__main__":
    main()
