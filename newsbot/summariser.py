"""Door: the optional model, any server that speaks OpenAI's chat completions.

Its address is the operator's own and may stand in a private network. What it answers is hostile until it was
checked, which is a stage's work (`articles/retelling.py`).
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from newsbot.errors import ModelError

SECONDS = 30.0
MOST_BYTES = 200_000
MOST_TOKENS = 2000  # two short sentences and a title, and what some models think before


class Summariser:
    """Asks a model; one for the whole program, closed at the end.

    :param url: of the API, such as http://127.0.0.1:11434/v1
    :param model: its name, as the server knows it
    """

    def __init__(self, url: str, model: str, key: str | None = None, *, seconds: float = SECONDS) -> None:
        self._url = url.rstrip("/")
        self._model = model
        self._seconds = seconds
        self._client = httpx.AsyncClient(
            headers={"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {}),
            trust_env=False,
            follow_redirects=False,  # the key is for this server alone
            timeout=seconds,
        )

    async def ask(self, system: str, user: str) -> str:
        """What the model answers.

        :raises ModelError: no answer in time, or not a good one
        """
        asked = {
            "model": self._model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "stream": False,
        }
        data = await self._exchange("POST", "/chat/completions", asked)
        try:
            words = data["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError):
            raise ModelError("an answer that is no chat completion") from None
        if not isinstance(words, str):
            raise ModelError("an answer without words")
        return words

    async def look(self) -> str:
        """Whether the server is there, in words.

        :raises ModelError: it is not, or it refuses us
        """
        data = await self._exchange("GET", "/models", None)
        listed = data.get("data") if isinstance(data, dict) else None
        names = [one.get("id") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        if names and self._model not in names:
            raise ModelError(f"the server does not list the model {self._model!r}")
        return f"{self._model} at {self._url}"

    async def close(self) -> None:
        await self._client.aclose()

    async def _exchange(self, method: str, path: str, body: object) -> Any:
        try:
            async with asyncio.timeout(self._seconds):
                return json.loads(await self._body(method, path, body))
        except TimeoutError:
            raise ModelError(f"no whole answer within {self._seconds:g} s") from None
        except httpx.HTTPError as error:
            raise ModelError(f"no answer ({type(error).__name__})") from None
        except (ValueError, RecursionError):
            raise ModelError("an answer that is no JSON") from None

    async def _body(self, method: str, path: str, body: object) -> bytes:
        request = self._client.build_request(method, self._url + path, json=body)
        answer = await self._client.send(request, stream=True)
        try:
            if answer.status_code != httpx.codes.OK:
                raise ModelError(f"status {answer.status_code}", answer.status_code)
            if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise ModelError("a compressed answer, which was not asked for")
            data = bytearray()
            async for part in answer.aiter_raw():
                data += part
                if len(data) > MOST_BYTES:
                    raise ModelError("an answer without end")
            return bytes(data)
        finally:
            await answer.aclose()
