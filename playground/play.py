"""What the chat page asks: who is there, what stands in a chat, all that a person can do; and events.

Only pages of this server may ask, see asked.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from playground import media
from playground.asked import SameOrigin, bytes_of, json_of, number_in, or_sorry, sorry
from playground.files import JPEG, PNG
from playground.schema import Upload
from playground.telegram import Chat, InlineAnswer, Telegram
from playground.telegram import Message as ChatMessage

PAGE = Path(__file__).with_name("page")
BEAT_SECONDS = 15.0
INLINE_PATIENCE = 10.0  # seconds; then Telegram says that the bot does not respond
MOST_WAITING = 1000
MOST_FILE = 20 * 1024 * 1024  # bytes, as a bot can fetch
QUOTED = 100  # characters of a chat's last message


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
            Route("/say", or_sorry(self._said), methods=["POST"]),
            Route("/locate", or_sorry(self._located), methods=["POST"]),
            Route("/post", or_sorry(self._posted), methods=["POST"]),
            Route("/pay", or_sorry(self._paid), methods=["POST"]),
            Route("/press", or_sorry(self._pressed), methods=["POST"]),
            Route("/react", or_sorry(self._reacted), methods=["POST"]),
            Route("/greet", or_sorry(self._greeted), methods=["POST"]),
            Route("/edit", or_sorry(self._edited), methods=["POST"]),
            Route("/delete", or_sorry(self._deleted), methods=["POST"]),
            Route("/send", or_sorry(self._sent), methods=["POST"]),
            Route("/invoice", or_sorry(self._invoice)),
            Route("/manage", or_sorry(self._managed), methods=["POST"]),
            Route("/meet", or_sorry(self._met), methods=["POST"]),
            Route("/inline", or_sorry(self._inline), methods=["POST"]),
            Route("/choose", or_sorry(self._chosen), methods=["POST"]),
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
                "run": telegram.run,
                "bot": {"id": bot["id"], "username": bot["username"], "name": bot["first_name"]},
                "people": people,
                "chats": [_chat(chat) for chat in telegram.chats.values() if chat.moved_to is None],
            }
        )

    async def _messages(self, request: Request) -> Response:
        """The messages of a chat, for its members; a person's chat with the bot may still be empty.

        The last `limit` of those `before` a message, oldest first; all without them.
        """
        chat_id, user = number_in(request.path_params["chat_id"]), _user(request)
        chat = self._chat_with(chat_id, user)
        if chat is None and not (chat_id == user and self._is_person(user)):
            return sorry("no such chat", 404)
        before = number_in(request.query_params.get("before", "")) or math.inf
        limit = max(number_in(request.query_params.get("limit", "")), 0)
        found = [one for number, one in chat.messages.items() if number < before] if chat else []
        return JSONResponse([self.telegram.seen(chat, one) for one in found[-limit:]] if chat else [])

    async def _file(self, request: Request) -> Response:
        """The file in a message, to be saved; as long as the playground has it."""
        chat = self._chat_with(number_in(request.path_params["chat_id"]), _user(request))
        message = chat.messages.get(request.path_params["message_id"], {}) if chat else {}
        file = self.telegram.files.get(_file_id(message))
        return _saved(file) if file else sorry("no such file", 404)

    async def _commands(self, request: Request) -> Response:
        user = _user(request)
        if not self._is_person(user):
            return sorry("no such person", 404)
        chat = number_in(request.query_params.get("chat", "")) or None
        return JSONResponse(self.telegram.commands_for(user, chat))

    async def _said(self, request: Request) -> Response:
        """With `reply_to` in answer to a message, with `thread` in a topic."""
        wanted = {"user": int, "chat": int, "text": str}
        given = await json_of(request, wanted, {"reply_to": int, "thread": int})
        place = given["chat"], given.get("reply_to"), given.get("thread")
        return JSONResponse(self.telegram.says(given["user"], given["text"], *place))

    async def _posted(self, request: Request) -> Response:
        """In a channel, as the channel."""
        given = await json_of(request, {"user": int, "chat": int, "text": str})
        return JSONResponse(self.telegram.posts(given["user"], given["chat"], given["text"]))

    async def _paid(self, request: Request) -> Response:
        """The invoice in a message, or behind a link. The bot is asked first; its answer comes as a toast."""
        given = await json_of(request, {"user": int}, {"chat": int, "message": int, "link": str})
        if "link" in given:
            query = self.telegram.pays_link(given["user"], given["link"])
        else:
            query = self.telegram.pays(given["user"], given["chat"], given["message"])
        return JSONResponse({"callback": query})

    async def _invoice(self, request: Request) -> Response:
        """What a link of createInvoiceLink asks for."""
        invoice = self.telegram.ledger.links[request.query_params.get("link", "")]
        return JSONResponse(invoice.shown())

    async def _greeted(self, request: Request) -> Response:
        """/start, as the button of an empty chat says it; only where nothing was said yet."""
        user = (await json_of(request, {"user": int}))["user"]
        self.telegram.person_by_id(user)
        chat = self.telegram.chats.get(user)
        if chat is None or not chat.last_message_id:
            self.telegram.says(user, "/start")
        return JSONResponse({})

    async def _edited(self, request: Request) -> Response:
        """One's own words."""
        given = await json_of(request, {"user": int, "chat": int, "message": int, "text": str})
        edited = self.telegram.edits(given["user"], given["message"], given["text"], given["chat"])
        return JSONResponse(edited)

    async def _deleted(self, request: Request) -> Response:
        given = await json_of(request, {"user": int, "chat": int, "message": int})
        self.telegram.deletes(given["user"], given["message"], given["chat"])
        return JSONResponse({})

    async def _sent(self, request: Request) -> Response:
        """A file: the body is the file, its name, caption, user and chat stand in the query.

        A picture is a photo unless `file` is set; who may do this is only a page of this server, whose
        content type no form of another page can have.
        """
        kind = request.headers.get("content-type", "")
        if not kind or kind.partition(";")[0] in ("text/plain", "application/x-www-form-urlencoded"):
            raise ValueError("send the file with its content type")
        query = request.query_params
        user, chat, caption = _user(request), number_in(query.get("chat", "")), query.get("caption", "")
        place = None if chat == user else chat
        data = await bytes_of(request, MOST_FILE)
        if kind in (PNG, JPEG) and "file" not in query:
            return JSONResponse(media.photo(self.telegram, user, data, caption, place))
        name = query.get("name", "") or "file"
        return JSONResponse(media.document(self.telegram, user, name, data, caption, place))

    async def _managed(self, request: Request) -> Response:
        """What somebody makes of the bot in a chat: block, unblock, add, remove, promote, demote, mute …"""
        given = await json_of(request, {"user": int, "chat": int, "what": str})
        manage(self.telegram, given["user"], given["chat"], given["what"])
        return JSONResponse({})

    async def _located(self, request: Request) -> Response:
        """A place, in degrees."""
        given = await json_of(request, {"user": int, "chat": int, "latitude": float, "longitude": float})
        place = given["latitude"], given["longitude"]
        return JSONResponse(self.telegram.sends_location(given["user"], *place, given["chat"]))

    async def _pressed(self, request: Request) -> Response:
        given = await json_of(request, {"user": int, "chat": int, "message": int, "data": str})
        query = self.telegram.presses(given["user"], given["chat"], given["message"], given["data"])
        return JSONResponse({"callback": query})

    async def _reacted(self, request: Request) -> Response:
        """A reaction with `emoji`, or none any more without it."""
        given = await json_of(request, {"user": int, "chat": int, "message": int}, {"emoji": str})
        self.telegram.reacts(given["user"], given["chat"], given["message"], given.get("emoji"))
        return JSONResponse({})

    async def _met(self, request: Request) -> Response:
        """The private chat of two people."""
        given = await json_of(request, {"user": int, "other": int})
        return JSONResponse(_chat(self.telegram.meets(given["user"], given["other"])))

    async def _inline(self, request: Request) -> Response:
        """What the bot has for the words behind its @name, or had a short while ago."""
        wanted = {"user": int, "chat": int, "query": str, "offset": str}
        query = self._asked_inline(await json_of(request, wanted))
        if not await self._is_answered(query):
            return sorry("the bot is not responding", 504)
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
        given = await json_of(request, {"user": int, "chat": int, "query": str, "result": str})
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


def _user(request: Request) -> int:
    return number_in(request.query_params.get("user", ""))


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


def manage(telegram: Telegram, user_id: int, chat_id: int, what: str) -> None:
    """Raises KeyError where there is no such chat or deed, PermissionError for who may not, ValueError."""
    if what in ("block", "unblock") and chat_id == user_id:
        (telegram.blocks if what == "block" else telegram.unblocks)(user_id)
        return
    chat = telegram.chats[chat_id]
    if chat.kind == "private" or user_id not in chat.members:
        raise KeyError(what)
    if chat.owner is not None and not telegram.is_in_charge(chat, user_id):
        raise PermissionError("only administrators decide about the bot")
    {
        "add": lambda: telegram.adds_bot(user_id, chat_id),
        "remove": lambda: telegram.kicks(chat_id, user_id),
        "promote": lambda: telegram.promotes(user_id, chat_id),
        "demote": lambda: telegram.demotes(user_id, chat_id),
        "mute": lambda: telegram.restricts(user_id, chat_id),
        "unmute": lambda: telegram.restricts(user_id, chat_id, can_send=True),
    }[what]()
    telegram.tell("chats", chat, None)


def _chat(chat: Chat) -> dict[str, Any]:
    """A chat as a list shows it; `decides` are those who say what becomes of the bot there."""
    topics = [
        {"id": number, "name": topic.name, "closed": topic.closed} for number, topic in chat.topics.items()
    ]
    owner = set() if chat.owner is None else {chat.owner}
    in_charge = sorted(chat.admins | owner)
    return {
        "id": chat.id,
        "type": chat.kind,
        "title": chat.title,
        "members": sorted(chat.members),
        "blocked": chat.blocked,
        "with_bot": chat.with_bot,
        "bot_is_admin": chat.bot_is_admin,
        "muted": chat.muted,
        "is_forum": chat.is_forum,
        "topics": topics,
        "decides": in_charge or sorted(chat.members),
        "writers": in_charge if chat.kind == "channel" else sorted(chat.members),
        "last": _last(chat),
    }


def _last(chat: Chat) -> dict[str, Any] | None:
    """The last message, as far as a line of a list tells it; the page finds words for the others."""
    if not chat.messages:
        return None
    message = next(reversed(chat.messages.values()))
    kept = ("message_id", "date", "from", "sender_chat", "photo", "document", "location", "invoice")
    told = {name: message[name] for name in kept if name in message}
    return told | {"text": (message.get("text") or message.get("caption", ""))[:QUOTED]}


def _results(answer: InlineAnswer) -> dict[str, Any]:
    """What a client shows of an answer: each result's id, title, description; the next page, the button."""
    rows = [
        {"id": one["id"], "title": one.get("title", ""), "description": one.get("description", "")}
        for one in answer.results
    ]
    return {"results": rows, "next_offset": answer.next_offset, "button": answer.button}
