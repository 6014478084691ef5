"""What a message says, read from the parameters of a call: its text or caption, parsed and counted."""

from __future__ import annotations

from playground.entities import formatted, is_empty
from playground.errors import bad_request
from playground.links import checked_link
from playground.reading import utf16
from playground.schema import Params

MOST_TEXT = 4096
MOST_CAPTION = 1024


def text_of(params: Params, too_long: str = "message is too long") -> Params:
    """text, entities, link_preview_options, and "html", the text as it was sent. Raises ApiError."""
    shown = formatted(params["text"], params.get("parse_mode"), params.get("entities"))
    if is_empty(shown.text):
        raise bad_request("text must be non-empty")
    if utf16(shown.text) > MOST_TEXT:
        raise bad_request(too_long)
    content: Params = {"text": shown.text, "html": params["text"]}
    if shown.entities:
        content["entities"] = shown.entities
    options = _preview_options(params.get("link_preview_options", {}))
    if options:
        content["link_preview_options"] = options
    return content


def _preview_options(options: Params) -> Params:
    """As a message keeps them; an address that a preview cannot have is ignored, as on the real server."""
    url = checked_link(options.get("url", "")) or ""
    kept = {name: value for name, value in options.items() if name != "url"}
    return kept | ({"url": url} if url.startswith(("http://", "https://")) else {})


def caption_of(params: Params, too_long: str = "message caption is too long") -> Params:
    """caption, caption_entities, its place, and "html"; none is needed. Raises ApiError."""
    raw = params.get("caption", "")
    shown = formatted(raw, params.get("parse_mode"), params.get("caption_entities"))
    if utf16(shown.text) > MOST_CAPTION:
        raise bad_request(too_long)
    content: Params = {"html": raw}
    if shown.text:
        content["caption"] = shown.text
    if shown.entities:
        content["caption_entities"] = shown.entities
    if params.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content
