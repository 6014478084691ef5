"""What the chat page asks: who is there, what stands in a chat, say, post, share a place, press, pay,
react, @bot, and a stream of events.

Only pages of this server may ask: the Host must be loopback and the Origin, where given, the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.schema import Upload
from playground.telegram import Chat, InlineAnswer, Telegram
from playground.telegram import Message as ChatMessage

PAGE = Path(__file__).with_name("page")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
NUMBER = re.compile(r"-?[0-9]{1,18}")
BEAT_SECONDS = 15.0
INLINE_PATIENCE = 10.0  # seconds; then Telegram says that the bot does not respond
MOST_WAITING = 1000
MOST_BYTES = 100_000
HEADERS = [
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]

Endpoint = Callable[[Request], Awaitable[Response]]


class SameOrigin:
    """Lets only this server's own pages in, and adds the headers that keep them alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 403, or pass on."""
        if scope["type"] != "http":
            return
        if not _is_own(Request(scope)):
            await Response("only for pages of this server", 403)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _is_own(request: Request) -> bool:
    host = request.headers.get("host", "")
    if (urlsplit(f"//{host}").hostname or "") not in LOOPBACK:
        return False
    origin = request.headers.get("origin")
    return origin in (None, f"http://{host}") and request.headers.get("sec-fetch-site") != "cross-site"


class Play:
    """The person-side API; `stop` ends its event streams and all that waits for the bot."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self._streams: set[asyncio.Queue[dict[str, Any] | None]] = set()
        self._stops = 0

    def routes(self) -> list[BaseRoute]:
        """/play/…, and the page itself at / and /page/."""
        api: list[BaseRoute] = [
            Route("/state", self._state),
            Route("/chats/{chat_id}/messages", self._messages),
            Route("/chats/{chat_id}/files/{message_id:int}", self._file),
            Route("/commands", self._commands),
            Route("/events", self._events),
            Route("/say", _or_sorry(self._said), methods=["POST"]),
            Route("/locate", _or_sorry(self._located), methods=["POST"]),
            Route("/post", _or_sorry(self._posted), methods=["POST"]),
            Route("/pay", _or_sorry(self._paid), methods=["POST"]),
            Route("/press", _or_sorry(self._pressed), methods=["POST"]),
            Route("/react", _or_sorry(self._reacted), methods=["POST"]),
            Route("/meet", _or_sorry(self._met), methods=["POST"]),
            Route("/inline", _or_sorry(self._inline), methods=["POST"]),
            Route("/choose", _or_sorry(self._chosen), methods=["POST"]),
        ]
        page = SameOrigin(StaticFiles(directory=PAGE, html=True, check_dir=False))
        guarded = SameOrigin(Router(api))
        return [Mount("/play", app=guarded), Mount("/page", app=page), Mount("/", app=page)]

    def stop(self) -> None:
        """Let every open stream and every wait end now."""
        self._stops += 1
        self.telegram.wake()
        for stream in self._streams:
            stream.put_nowait(None)

    async def _state(self, request: Request) -> Response:
        telegram = self.telegram
        bot = telegram.bot
        people = [
            {"id": one.id, "key": one.key, "name": one.name, "language_code": one.language_code}
            for one in telegram.people
        ]
        return JSONResponse(
            {
                "bot": {"id": bot["id"], "username": bot["username"], "name": bot["first_name"]},
                "people": people,
                "chats": [_chat(chat) for chat in telegram.chats.values() if chat.moved_to is None],
            }
        )

    async def _messages(self, request: Request) -> Response:
        """The messages of a chat, for its members; a person's chat with the bot may still be empty."""
        chat_id, user = _number(request.path_params["chat_id"]), _user(request)
        chat = self._chat_with(chat_id, user)
        if chat is None and not (chat_id == user and self._is_person(user)):
            return _sorry("no such chat", 404)
        shown = [self.telegram.seen(chat, message) for message in chat.messages.values()] if chat else []
        return JSONResponse(shown)

    async def _file(self, request: Request) -> Response:
        """The file in a message, to be saved; as long as the playground has it."""
        chat = self._chat_with(_number(request.path_params["chat_id"]), _user(request))
        message = chat.messages.get(request.path_params["message_id"], {}) if chat else {}
        file = self.telegram.files.get(_file_id(message))
        return _saved(file) if file else _sorry("no such file", 404)

    async def _commands(self, request: Request) -> Response:
        user = _user(request)
        if not self._is_person(user):
            return _sorry("no such person", 404)
        return JSONResponse(self.telegram.commands_for(user))

    async def _said(self, request: Request) -> Response:
        """With `reply_to` in answer to a message, with `thread` in a topic."""
        wanted = {"user": int, "chat": int, "text": str}
        given = await _json(request, wanted, {"reply_to": int, "thread": int})
        place = given["chat"], given.get("reply_to"), given.get("thread")
        return JSONResponse(self.telegram.says(given["user"], given["text"], *place))

    async def _posted(self, request: Request) -> Response:
        """In a channel, as the channel."""
        given = await _json(request, {"user": int, "chat": int, "text": str})
        return JSONResponse(self.telegram.posts(given["user"], given["chat"], given["text"]))

    async def _paid(self, request: Request) -> Response:
        """The bot is asked first; what it says comes as a toast for this callback."""
        given = await _json(request, {"user": int, "chat": int, "message": int})
        query = self.telegram.pays(given["user"], given["chat"], given["message"])
        return JSONResponse({"callback": query})

    async def _located(self, request: Request) -> Response:
        """A place, in degrees."""
        given = await _json(request, {"user": int, "chat": int, "latitude": float, "longitude": float})
        place = given["latitude"], given["longitude"]
        return JSONResponse(self.telegram.sends_location(given["user"], *place, given["chat"]))

    async def _pressed(self, request: Request) -> Response:
        given = await _json(request, {"user": int, "chat": int, "message": int, "data": str})
        query = self.telegram.presses(given["user"], given["chat"], given["message"], given["data"])
        return JSONResponse({"callback": query})

    async def _reacted(self, request: Request) -> Response:
        """A reaction with `emoji`, or none any more without it."""
        given = await _json(request, {"user": int, "chat": int, "message": int}, {"emoji": str})
        self.telegram.reacts(given["user"], given["chat"], given["message"], given.get("emoji"))
        return JSONResponse({})

    async def _met(self, request: Request) -> Response:
        """The private chat of two people."""
        given = await _json(request, {"user": int, "other": int})
        return JSONResponse(_chat(self.telegram.meets(given["user"], given["other"])))

    async def _inline(self, request: Request) -> Response:
        """What the bot has for the words behind its @name, or had a short while ago."""
        wanted = {"user": int, "chat": int, "query": str, "offset": str}
        query = self._asked_inline(await _json(request, wanted))
        if not await self._is_answered(query):
            return _sorry("the bot is not responding", 504)
        return JSONResponse({"query": query, **_results(self.telegram.inline_answers[query])})

    async def _is_answered(self, query: str) -> bool:
        """Whether the bot answers an inline query in time."""
        answers, stops = self.telegram.inline_answers, self._stops
        with contextlib.suppress(TimeoutError):
            await self.telegram.wait_for(lambda: query in answers or self._stops > stops, INLINE_PATIENCE)
        return query in answers

    def _asked_inline(self, given: dict[str, Any]) -> str:
        """The id of the inline query: an earlier one whose answer is still kept, or a new one."""
        user, place, query, offset = given["user"], given["chat"], given["query"], given["offset"]
        kind = "sender" if place == user else self.telegram.chats[place].kind
        kept = self.telegram.inline_kept(user, query, offset, kind)
        return kept or self.telegram.inline(user, query, offset, place)

    async def _chosen(self, request: Request) -> Response:
        given = await _json(request, {"user": int, "chat": int, "query": str, "result": str})
        self.telegram.chooses(given["user"], given["chat"], given["query"], given["result"])
        return JSONResponse({})

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        """Events as they come, with a heartbeat; a page that does not keep up is let go and comes again."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

        def listen(event: dict[str, Any]) -> None:
            queue.put_nowait(event if queue.qsize() < MOST_WAITING else None)

        self._streams.add(queue)
        self.telegram.listeners.append(listen)
        try:
            yield ": hello\n\n"
            while (event := await _next(queue)) is not None:
                yield f"data: {json.dumps(event)}\n\n" if event else ": beat\n\n"
        finally:
            self._streams.discard(queue)
            self.telegram.listeners.remove(listen)

    def _chat_with(self, chat_id: int, user_id: int) -> Chat | None:
        """The chat, if it is there and this person is in it."""
        chat = self.telegram.chats.get(chat_id)
        return chat if chat and user_id in chat.members else None

    def _is_person(self, user_id: int) -> bool:
        return any(person.id == user_id for person in self.telegram.people)


async def _next(queue: asyncio.Queue[dict[str, Any] | None]) -> dict[str, Any] | None:
    """The next event, an empty one after a silence, None at the end."""
    try:
        async with asyncio.timeout(BEAT_SECONDS):
            return await queue.get()
    except TimeoutError:
        return {}


def _number(text: str) -> int:
    """A number written as text; 0, which is nobody's, for anything else."""
    return int(text) if NUMBER.fullmatch(text) else 0


def _user(request: Request) -> int:
    return _number(request.query_params.get("user", ""))


def _file_id(message: ChatMessage) -> str:
    file = message.get("document") or (message.get("photo") or [{}])[-1]
    return str(file.get("file_id", ""))


def _saved(file: Upload) -> Response:
    """A file that a browser saves, or shows in a picture, and never runs."""
    name = quote(file.name, safe="", errors="replace")
    return Response(
        file.data,
        media_type=file.kind if file.kind.isascii() else "application/octet-stream",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
    )


async def _json(
    request: Request, wanted: dict[str, type], optional: dict[str, type] | None = None
) -> dict[str, Any]:
    """The fields of a JSON body. Raises ValueError saying what is wrong with it."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ValueError("send application/json")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise ValueError("too long")
    try:
        given = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(given, dict):
        raise ValueError("send an object")
    fields = wanted | {name: kind for name, kind in (optional or {}).items() if given.get(name) is not None}
    for name, kind in fields.items():
        if type(given.get(name)) not in ((int, float) if kind is float else (kind,)):
            raise ValueError(f"{name} must be {'text' if kind is str else 'a number'}")
    return {name: given[name] for name in fields}


def _chat(chat: Chat) -> dict[str, Any]:
    shown = {"id": chat.id, "type": chat.kind, "title": chat.title, "members": sorted(chat.members)}
    topics = [{"id": number, "name": topic.name} for number, topic in chat.topics.items()]
    writers = chat.admins | ({chat.owner} - {None}) if chat.kind == "channel" else chat.members
    return {
        **shown,
        "blocked": chat.blocked,
        "with_bot": chat.with_bot,
        "is_forum": chat.is_forum,
        "topics": topics,
        "writers": sorted(writers),
    }


def _results(answer: InlineAnswer) -> dict[str, Any]:
    """What a client shows of an answer: each result's id, title, description; the next page, the button."""
    rows = [
        {"id": one["id"], "title": one.get("title", ""), "description": one.get("description", "")}
        for one in answer.results
    ]
    return {"results": rows, "next_offset": answer.next_offset, "button": answer.button}


def _or_sorry(endpoint: Endpoint) -> Endpoint:
    """What a person cannot do is a 404 where something is not there, a 403 where they may not, else a 400."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except KeyError:
            return _sorry("no such person, chat, message or result", 404)
        except PermissionError as reason:
            return _sorry(str(reason), 403)
        except ValueError as reason:
            return _sorry(str(reason), 400)

    return answer


def _sorry(reason: str, status: int) -> Response:
    return JSONResponse({"error": reason}, status)
