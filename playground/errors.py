"""What the Bot API answers when it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class ApiError(Exception):
    """A refusal: the HTTP status, its wording, and `parameters` such as retry_after."""

    code: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The JSON answer that carries this refusal."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """A 400; the first letter of the reason becomes small, as the real server does it."""
    small = reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason
    return ApiError(400, f"Bad Request: {small}")


def forbidden(reason: str) -> ApiError:
    """A 403: the chat is closed to the bot."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many(seconds: int) -> ApiError:
    """A 429 that names the whole seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
