"""What the page shows behind the conversation: calls, trouble on purpose, the newsstand, the next digest.

JSON at /backstage/…, for scripts on this machine too; see asked.py for who may ask.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router

from playground.asked import SameOrigin, json_of, number_in, or_sorry, sorry
from playground.bot_api import NAMES
from playground.faults import Fault, Faults
from playground.methods import METHODS
from playground.newsstand import Newsstand
from playground.telegram import Telegram
from playground.trace import Entry

FAULTS = ("429", "403", "400", "timeout", "reset", "500", "502", "504", "garbage")
MOST_TIMES = 10_000
MOST_SECONDS = 3600
RETRY_AFTER = 5  # seconds, unless told otherwise
HANGS = 40  # seconds: longer than a bot should wait
NextDigest = Callable[[int], Awaitable[dict[str, Any]]]
Outcomes = Callable[[], Sequence[dict[str, Any]]]


class Backstage:
    """The panels of the page. `newsstand` may be missing, and what a bot introduces."""

    def __init__(self, telegram: Telegram, faults: Faults, newsstand: Newsstand | None) -> None:
        self._telegram = telegram
        self._faults = faults
        self._stand = newsstand
        self._next_digest: NextDigest | None = None
        self._outcomes: Outcomes = list

    def introduce(self, next_digest: NextDigest, outcomes: Outcomes) -> None:
        """See Playground.introduce."""
        self._next_digest, self._outcomes = next_digest, outcomes

    def routes(self) -> list[BaseRoute]:
        """All below /backstage."""
        api: list[BaseRoute] = [
            Route("/state", self._state),
            Route("/trace", self._trace),
            Route("/faults", or_sorry(self._trouble), methods=["POST"]),
            Route("/faults/clear", or_sorry(self._clear), methods=["POST"]),
            Route("/next", or_sorry(self._next), methods=["POST"]),
            Route("/newsstand", self._newsstand),
            Route("/newsstand/publish", or_sorry(self._publish), methods=["POST"]),
            Route("/newsstand/change", or_sorry(self._change), methods=["POST"]),
            Route("/newsstand/withdraw", or_sorry(self._withdraw), methods=["POST"]),
            Route("/newsstand/break", or_sorry(self._break), methods=["POST"]),
        ]
        return [Mount("/backstage", app=SameOrigin(Router(api)))]

    async def _state(self, request: Request) -> Response:
        """What there is to see, the trouble in store, the time that it is here."""
        webhook = self._telegram.webhook
        return JSONResponse(
            {
                "run": self._telegram.run,
                "now": self._telegram.clock(),
                "newsstand": self._stand is not None,
                "next": self._next_digest is not None,
                "methods": sorted(METHODS),
                "faults": [_fault(one) for one in self._faults.script],
                "updates": len(self._telegram.updates),
                "webhook": {name: webhook[name] for name in webhook if name != "secret"},
            }
        )

    async def _trace(self, request: Request) -> Response:
        """Entries after ?after=, each with what the bot made of its call, where it says so."""
        entries = self._telegram.trace.after(number_in(request.query_params.get("after", "")))
        outcomes = self._outcomes()
        return JSONResponse([entry.shown() | {"outcome": _made_of(entry, outcomes)} for entry in entries])

    async def _trouble(self, request: Request) -> Response:
        """The next calls go wrong: `fault` says how, `times` how many, `method` and `chat` which."""
        optional = {"method": str, "chat": int, "seconds": int, "done": bool}
        given = await json_of(request, {"fault": str, "times": int}, optional)
        if given["fault"] not in FAULTS:
            raise ValueError(f"a fault is {', '.join(FAULTS)}")
        if not 1 <= given["times"] <= MOST_TIMES or not 0 <= given.get("seconds", 0) <= MOST_SECONDS:
            raise ValueError(f"times are 1 to {MOST_TIMES}, seconds 0 to {MOST_SECONDS}")
        method = given.get("method") or None
        if method is not None and method.lower() not in NAMES:
            raise ValueError("there is no such method here")
        where = {"times": given["times"], "method": method, "chat": given.get("chat")}
        add_fault(self._faults, given["fault"], where, given.get("seconds"), given.get("done"))
        return JSONResponse([_fault(one) for one in self._faults.script])

    async def _clear(self, request: Request) -> Response:
        await json_of(request, {})
        self._faults.clear()
        return JSONResponse([])

    async def _next(self, request: Request) -> Response:
        """Time goes on to the next digest of this chat; the answer is what the bot says of it."""
        chat = (await json_of(request, {"chat": int}))["chat"]
        if self._next_digest is None:
            return sorry("there is no bot in this process", 404)
        return JSONResponse(await self._next_digest(chat))

    async def _newsstand(self, request: Request) -> Response:
        if self._stand is None:
            return sorry("there is no newsstand", 404)
        return JSONResponse(self._stand.shown())

    async def _publish(self, request: Request) -> Response:
        given = await json_of(request, {"feed": str, "title": str, "summary": str, "text": str})
        number = self._opened().publish(given["feed"], given["title"], given["summary"], given["text"])
        return JSONResponse({"number": number})

    async def _change(self, request: Request) -> Response:
        given = await json_of(request, {"number": int, "title": str, "summary": str, "text": str})
        self._opened().change(given["number"], given["title"], given["summary"], given["text"])
        return JSONResponse({})

    async def _withdraw(self, request: Request) -> Response:
        self._opened().withdraw((await json_of(request, {"number": int}))["number"])
        return JSONResponse({})

    async def _break(self, request: Request) -> Response:
        """`how` is one of newsstand.BREAKS, or empty: well again."""
        given = await json_of(request, {"feed": str, "how": str})
        self._opened().break_feed(given["feed"], given["how"])
        return JSONResponse({})

    def _opened(self) -> Newsstand:
        if self._stand is None:
            raise KeyError("newsstand")
        return self._stand


def add_fault(
    faults: Faults, name: str, where: dict[str, Any], seconds: int | None, done: bool | None
) -> None:
    """One more fault by its name, one of FAULTS."""
    after: dict[str, Any] = {} if done is None else {"done": done}
    if name == "429":
        faults.too_many(seconds or RETRY_AFTER, **where)
    elif name == "403":
        faults.forbid(**where)
    elif name == "400":
        faults.refuse("chat not found", **where)
    elif name == "timeout":
        faults.hang(HANGS if seconds is None else seconds, **where, **after)
    elif name == "reset":
        faults.reset(**where, **after)
    elif name in ("500", "502", "504"):
        faults.server_error(int(name), **where, **after)
    else:
        faults.garbage(**where, **after)


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "fault": fault.name,
        "times": fault.times,
        "method": fault.method,
        "chat": fault.chat,
        "done": fault.done,
    }


def _made_of(entry: Entry, outcomes: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """What the bot made of a call: the outcome in that chat within whose time it came."""
    if entry.kind != "call" or not entry.name.startswith(("send", "edit", "copy", "forward", "delete")):
        return None
    for one in reversed(outcomes):
        if one["chat"] == entry.chat and one["began"] <= entry.began <= one["ended"]:
            return {"kind": one["kind"], "words": one["words"]}
    return None
