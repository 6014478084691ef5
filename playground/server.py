"""The playground: one small server with the Bot API for a bot and a chat page for people."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope

from playground.backstage import Backstage, NextDigest, Outcomes
from playground.bot_api import BotApi
from playground.faults import Faults
from playground.newsstand import Newsstand
from playground.play import Play
from playground.telegram import Telegram
from playground.webhook import Webhook

TOKEN = "123456:PLAYGROUND-opens-nothing-elsewhere0"  # noqa: S105 - invented; good for this server only
# As nginx, which stands before most servers. uvicorn's own 5 s are also httpx's: a client would send its next
# request just while the connection is closed, and nobody could know what became of it.
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 1


class _Server(uvicorn.Server):
    """uvicorn inside somebody else's event loop: it takes no signals, and tells when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the handlers as they are."""
        yield


class Playground:
    """start() serves on loopback until stop(); `url`, `telegram` and `faults` are there to use.

    `newsstand` is served at /stand/ and shown on the page, `extra_routes` before all else; `with_groups`:
    there are a forum and a channel of the administrator's, with everybody in them, into which the bot was
    just brought.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        host: str = "127.0.0.1",
        port: int = 0,
        extra_routes: Sequence[BaseRoute] = (),
        newsstand: Newsstand | None = None,
        with_groups: bool = False,
    ) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.url = ""
        self.telegram = Telegram(bot_id=int(token.partition(":")[0]))
        self.faults = Faults()
        if with_groups:
            _add_groups(self.telegram)
        self._extra_routes = [*extra_routes, *(newsstand.routes() if newsstand else [])]
        self._bot_api = BotApi(self.telegram, self.faults, token, self._reset)
        self._webhook = Webhook(self.telegram, self._bot_api.reply)
        self._play = Play(self.telegram)
        self._backstage = Backstage(self.telegram, self.faults, newsstand)
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    def introduce(
        self,
        next_digest: NextDigest,
        outcomes: Outcomes,
    ) -> None:
        """What the page can ask of a bot in the same process.

        :param next_digest: goes on to the moment when this chat's next digest is due, and says of it `at`, in
            seconds since 1970, `chat` and `digests`, how many it gets then
        :param outcomes: what the bot made of its last messages: `chat`, `began` and `ended` by
            `time.monotonic()`, `kind` such as sent or blocked, `words`
        """
        self._backstage.introduce(next_digest, outcomes)

    async def start(self) -> None:
        """Serve; returns when `url` answers. Raises OSError where the port is taken."""
        listener = _listener(self.host, self.port)
        self.port = listener.getsockname()[1]
        self.url = f"http://{self.host}:{self.port}"
        config = uvicorn.Config(
            self._app(),
            http="h11",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._bot_api.start()
        self._webhook.open()
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        await self._server.ready.wait()

    async def stop(self) -> None:
        """End all waiting answers and close; harmless when not started."""
        self._bot_api.stop()
        self._play.stop()
        await self._webhook.close()
        if self._server and self._task:
            self._server.should_exit = True
            await self._task
        self._server = self._task = None

    def _app(self) -> Starlette:
        bot_api = Route("/bot{token}/{method}", self._bot_api, methods=["GET", "POST"])
        files = Route("/file/bot{token}/files/{file_id}", self._bot_api.file)
        own = [*self._backstage.routes(), *self._play.routes()]
        return Starlette(routes=[bot_api, files, *self._extra_routes, *own])

    async def _reset(self, scope: Scope, receive: Receive) -> None:
        """End a connection so that its other side reads "reset by peer" (a linger of 0 s sends RST)."""
        held = self._server.server_state.connections if self._server else set()
        for connection in held:
            if getattr(connection, "client", None) == scope["client"]:
                transport: asyncio.Transport = connection.transport
                socket_ = transport.get_extra_info("socket")
                socket_.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                transport.abort()
                await receive()  # until uvicorn has noticed
                return


def _add_groups(telegram: Telegram) -> None:
    owner, everybody = telegram.person("admin").id, [one.id for one in telegram.people]
    forum = telegram.add_group("读者群", everybody, with_bot=False, owner=owner, is_forum=True).id
    channel = telegram.add_group("科技频道", everybody, "channel", with_bot=False, owner=owner).id
    telegram.adds_topic(forum, "芯片")
    for chat in (forum, channel):
        telegram.adds_bot(owner, chat, as_admin=True)


def _listener(host: str, port: int) -> socket.socket:
    """A bound socket; it names its protocol, or asyncio leaves Nagle on and every answer waits 40 ms."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
