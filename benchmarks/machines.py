"""Machines of a benchmark's own, whose cables can be pulled out: networks in this one (Linux, as root).

    alone()                         this process is in a network of its own from now on, at HERE
    machine = Machine(1)            another network, with a cable to this one
    [*machine.inside, "python"]     a command there
    machine.unplug()                what either side sends is lost, and nobody is told
    machine.plug_in()

Everything is gone with the processes: nothing is left on the real machine, and nothing there can be reached.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = "10.77.0.1"
NOBODY = "02:00:00:00:00:01"  # no card has this address
_INSIDE = "BENCHMARK_IS_ALONE"
_TOOLS = ("unshare", "nsenter", "ip")


def alone() -> None:
    """Begin again in a network of its own.

    :raises SystemExit: with the status of the one that began again; or saying why this cannot be done here
    """
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing or os.geteuid():
        raise SystemExit(f"pulling cables needs root and util-linux, iproute2 (missing: {missing or 'root'})")
    if not os.environ.get(_INSIDE):
        again = ["unshare", "--net", sys.executable, *sys.argv]
        raise SystemExit(subprocess.run(again, check=False, env=os.environ | {_INSIDE: "yes"}).returncode)
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "address", "add", f"{HERE}/32", "dev", "lo")


class Machine:
    """A network with one cable.

    :param number: from 1 to 200, one machine each
    """

    def __init__(self, number: int) -> None:
        # `cat` waits for a line as long as we live
        self._lives = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE)  # noqa: S607
        self._cable, self._near, self._far = f"cable{number}", f"10.77.{number}.1", f"10.77.{number}.2"
        self.inside = ["nsenter", f"--target={self._lives.pid}", "--net", "--"]
        _until_apart(self._lives.pid)
        self._here(f"link add {self._cable} type veth peer name cable netns {self._lives.pid}")
        self._here(f"address add {self._near}/24 dev {self._cable}")
        self._here(f"link set {self._cable} up")
        self._there(f"address add {self._far}/24 dev cable")
        self._there("link set lo up")
        self._there("link set cable up")
        self._there(f"route add default via {self._near}")

    def unplug(self) -> None:
        """Frames leave for a card that does not exist."""
        self._here(f"neighbour replace {self._far} lladdr {NOBODY} dev {self._cable} nud permanent")
        self._there(f"neighbour replace {self._near} lladdr {NOBODY} dev cable nud permanent")

    def plug_in(self) -> None:
        """As before."""
        self._here(f"neighbour del {self._far} dev {self._cable}")
        self._there(f"neighbour del {self._near} dev cable")

    def end(self) -> None:
        """What still runs there has no network any more."""
        self._lives.kill()
        self._lives.wait()

    def _here(self, what: str) -> None:
        _run("ip", *what.split())

    def _there(self, what: str) -> None:
        _run(*self.inside, "ip", *what.split())


def _until_apart(pid: int) -> None:
    """`unshare` takes a moment until it has left our network."""
    ours = Path("/proc/self/ns/net").readlink()
    while Path(f"/proc/{pid}/ns/net").readlink() == ours:
        time.sleep(0.01)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
