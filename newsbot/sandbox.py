"""Door: runs a pure function in a child process, under a wall clock and a memory limit.

Neither a timeout nor an exception stops C code or a regular expression that runs away: only the end of
its process does. The child is a fresh interpreter, not a fork of ours: it holds no database and no token.
"""

from __future__ import annotations

import asyncio
import io
import os
import pickle  # between our own processes; what comes back is restricted, see _Answers
import resource
import signal
import socket
import struct
import subprocess  # our own interpreter, no shell
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from newsbot.errors import NewsbotError, SandboxError, TookTooLong, TookTooMuch

P = ParamSpec("P")
R = TypeVar("R")

_START_SECONDS = 60.0  # for an interpreter and its imports, on a machine that is busy
_MAX_ANSWER = 64_000_000  # bytes; the child may be mad, we are not
_JOB = struct.Struct("!QI")  # length in bytes, seconds until the alarm
_LENGTH = struct.Struct("!Q")
_CHILD = "import sys; from newsbot.sandbox import serve; serve(int(sys.argv[1]), int(sys.argv[2]))"


class Sandbox:
    """A few children, started when there is work and ended when there is none.

    :param workers: children at the same time
    :param memory_mb: megabytes of address space that work may take, beyond what the prepared child has
    :param idle_seconds: without work, after which a child is ended
    :param prepare: a module-level function that a child calls first: imports, dictionaries
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        memory_mb: int = 256,
        idle_seconds: float = 50,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        self._turns = asyncio.Semaphore(workers)
        self._memory_mb = memory_mb
        self._idle_seconds = idle_seconds
        self._prepare = prepare
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._closed = False
        self._generation = 0

    async def run(
        self, function: Callable[..., R], *args: object, seconds: float = 3.0, last: bool = False
    ) -> R:
        """`function(*args)`, as a child sees it.

        :param function: on module level; returns built-in types, datetimes or nouns of newsbot.models
        :param seconds: of wall clock, not counting the start of a child
        :param last: the child ends with it: what this loads would be missing to later work
        :raises NewsbotError: the one that the function raised
        :raises TookTooLong: the child was stopped at its wall clock
        :raises TookTooMuch: the child was stopped at its memory limit, or died
        :raises SandboxError: the function raised something else
        """
        job = pickle.dumps((function, args))
        async with self._turns:
            child = await self._child()
            self._busy.add(child)
            try:
                kind, value = await child.ask(job, seconds)
            except BaseException:  # also when we are cancelled: nobody waits for this child any more
                await child.end()
                raise
            finally:
                self._busy.discard(child)
            await self._keep_or_end(child, kind, last)
        return cast("R", _opened(kind, value))

    def renew(self, prepare: Callable[[], None]) -> None:
        """Prepare new children so; those that wait for work are ended, those at work when they are done."""
        self._prepare = prepare
        self._generation += 1
        while self._idle:
            child = self._idle.pop()
            child.stay()
            child.hang_up()

    async def close(self) -> None:
        """Ends all children, also those at work; nothing can be run afterwards."""
        self._closed = True
        for child in self._busy:  # whoever waits for it hears that it died, and clears up
            child.kill()
        while self._idle:
            await self._idle.pop().end()

    async def _child(self) -> _Child:
        """One that waits for work, or a new one."""
        if self._closed:
            raise SandboxError("the sandbox is closed")
        while self._idle:
            child = self._idle.pop()
            child.stay()
            if child.lives:
                return child
            await child.end()
        generation = self._generation
        child = await _Child.start(self._memory_mb, self._prepare)
        child.generation = generation
        return child

    async def _keep_or_end(self, child: _Child, kind: str, last: bool) -> None:
        # After a MemoryError nobody knows what the child's libraries left behind.
        if last or kind == "memory" or self._closed or child.generation != self._generation:
            await child.end()
            return
        self._idle.append(child)
        child.leave_after(self._idle_seconds, lambda: self._retire(child))

    def _retire(self, child: _Child) -> None:
        if child in self._idle:
            self._idle.remove(child)
            child.hang_up()


def _opened(kind: str, value: object) -> object:
    """What a child's answer means for the caller."""
    if kind == "answer":
        return value
    if kind == "memory":
        raise TookTooMuch
    if isinstance(value, NewsbotError):
        raise value
    raise SandboxError(f"reading it failed: {value}")


class _Child:
    """Our end of one child: its process and a socket to it."""

    def __init__(self, process: subprocess.Popen[bytes], connection: socket.socket) -> None:
        self._process = process
        self._connection = connection
        self._timer: asyncio.TimerHandle | None = None
        self.generation = 0

    @classmethod
    async def start(cls, memory_mb: int, prepare: Callable[[], None] | None) -> _Child:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            process = subprocess.Popen(  # noqa: S603, ASYNC220  our own interpreter; it takes milliseconds
                [sys.executable, "-P", "-c", _CHILD, str(theirs.fileno()), str(memory_mb)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=_environment(),
                process_group=0,  # Ctrl-C is for us; we end the child when we are done with it
            )
        child = cls(process, ours)
        try:
            kind, value = await child.ask(pickle.dumps(prepare), _START_SECONDS)
        except BaseException:
            await child.end()
            raise
        if kind != "answer":
            await child.end()
            raise SandboxError(f"a child could not be prepared: {value}")
        return child

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    async def ask(self, job: bytes, seconds: float) -> tuple[str, object]:
        """Sends a job, returns how it ended and with what."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                await loop.sock_sendall(self._connection, _JOB.pack(len(job), _alarm(seconds)) + job)
                (length,) = _LENGTH.unpack(await self._read(_LENGTH.size))
                answer = await self._read(length)
        except TimeoutError:
            raise TookTooLong(seconds) from None
        except OSError as error:
            raise TookTooMuch from error
        return _read_answer(answer)

    async def _read(self, size: int) -> bytes:
        if size > _MAX_ANSWER:
            raise TookTooMuch
        loop, data = asyncio.get_running_loop(), bytearray()
        while len(data) < size:
            part = await loop.sock_recv(self._connection, min(size - len(data), 1 << 20))
            if not part:  # it died
                raise TookTooMuch
            data += part
        return bytes(data)

    def kill(self) -> None:
        self._process.kill()

    def leave_after(self, seconds: float, leave: Callable[[], None]) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, leave)

    def stay(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def hang_up(self) -> None:
        """Kills the child; after that its end is a matter of milliseconds."""
        self.stay()
        self.kill()
        self._connection.close()
        self._process.wait()

    async def end(self) -> None:
        """Kills the child and waits until it is gone, however long the system takes to free its memory."""
        self.stay()
        self.kill()
        await asyncio.to_thread(self._process.wait)
        self._connection.close()


def _environment() -> dict[str, str]:
    """Ours without the settings, which hold secrets; and with our import path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}


def _alarm(seconds: float) -> int:
    """Whole seconds after which a child ends itself: we might have died and not be there to stop it."""
    return int(seconds) + 5


class _Answers(pickle.Unpickler):
    """Reads a child's answer: a child that something hostile took over must not run code here."""

    _SAFE = frozenset(
        {
            ("builtins", "set"),
            ("builtins", "frozenset"),
            ("builtins", "bytearray"),
            ("builtins", "complex"),
            ("datetime", "datetime"),
            ("datetime", "date"),
            ("datetime", "time"),
            ("datetime", "timedelta"),
            ("datetime", "timezone"),
        }
    )

    def find_class(self, module: str, name: str) -> Any:
        ours = module == "newsbot.errors" or module.startswith("newsbot.models.")
        if (ours and "." not in name) or (module, name) in self._SAFE:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed in an answer")


def _read_answer(data: bytes) -> tuple[str, object]:
    try:
        kind, value = _Answers(io.BytesIO(data)).load()
    except Exception as error:
        raise SandboxError(f"a child answered something strange: {str(error)[:200]}") from error
    return str(kind), value


# ---- the child -------------------------------------------------------------------------------------------


def serve(descriptor: int, memory_mb: int) -> None:
    """The life of a child: prepare, then one job after another until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError), socket.socket(fileno=descriptor) as connection:
        prepare = pickle.loads(_received(connection))  # noqa: S301  # nosec B301  from our parent
        _sent(connection, _outcome(prepare) if prepare else pickle.dumps(("answer", None)))
        _limit_memory(memory_mb)
        while job := _received(connection):
            _sent(connection, _worked(job))


def _worked(job: bytes) -> bytes:
    try:
        function, args = pickle.loads(job)  # noqa: S301  # nosec B301  from our parent
    except Exception as error:
        return pickle.dumps(("failed", f"{type(error).__name__}: {str(error)[:200]}"))
    return _outcome(function, *args)


def _outcome(function: Callable[..., object], *args: object) -> bytes:
    """How a call ended, pickled: also an answer that cannot be pickled is a failure of the function."""
    try:
        return pickle.dumps(("answer", function(*args)))
    except NewsbotError as error:
        return pickle.dumps(("error", error))
    except MemoryError:
        return pickle.dumps(("memory", None))
    except Exception as error:
        return pickle.dumps(("failed", f"{type(error).__name__}: {str(error)[:200]}"))


def _received(connection: socket.socket) -> bytes:
    """The next job, or nothing where the parent is gone; sets the alarm that ends a job nobody stops."""
    header = _exactly(connection, _JOB.size)
    if not header:
        return b""
    length, seconds = _JOB.unpack(header)
    signal.alarm(seconds)
    return _exactly(connection, length)


def _sent(connection: socket.socket, answer: bytes) -> None:
    signal.alarm(0)
    connection.sendall(_LENGTH.pack(len(answer)) + answer)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(min(size - len(data), 1 << 20))
        if not part:
            return b""
        data += part
    return bytes(data)


def _limit_memory(megabytes: int) -> None:
    """Address space: what the prepared child has plus this; without /proc, this on top of a gigabyte."""
    try:
        used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        used = 1 << 30
    limit = used + megabytes * 1_000_000
    with suppress(ValueError, OSError):  # macOS refuses; the wall clock stays
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
