"""Checks keyboards as the real server does: one action a button, 1 to 64 bytes of data, 100 buttons.

A second action on a button is refused here; the real server keeps one of the two and drops the other.
"""

from __future__ import annotations

from typing import Any

from playground.errors import bad_request
from playground.links import checked_link

MOST_BUTTONS = 100
MOST_DATA_BYTES = 64
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
EMPTY_IS_FINE = ACTIONS[2:]  # an empty query, for instance, is one; an empty address is none
UNPARSED = "can't parse inline keyboard button"
STYLES = ("default", "danger", "success", "primary")


def checked_markup(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The inline keyboard as a message keeps it, None for an empty one; raises ApiError."""
    if not markup or "inline_keyboard" not in markup:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    kept = [[_button(button) for button in row] for row in rows]
    return {"inline_keyboard": kept} if kept else None


def _button(button: dict[str, Any]) -> dict[str, Any]:
    actions = [name for name in ACTIONS if name in button]
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not actions or not any(button[name] or name in EMPTY_IS_FINE for name in actions):
        raise bad_request(f"{UNPARSED}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{UNPARSED}: exactly one action must be used")
    if button.get("style", "primary") not in STYLES:
        raise bad_request(f"{UNPARSED}: invalid button style specified")
    return _with_data(_with_url(button))


def _with_url(button: dict[str, Any]) -> dict[str, Any]:
    if "url" not in button:
        return button
    url = checked_link(button["url"])
    if not url:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return {**button, "url": url}


def _with_data(button: dict[str, Any]) -> dict[str, Any]:
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode("utf-8", "replace")) <= MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return button
