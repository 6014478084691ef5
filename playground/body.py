"""Reads the parameters of a request: query, form, multipart form, JSON."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from playground.errors import bad_request
from playground.schema import Upload

MOST_FIELDS = 200
UNREADABLE = "surrogateescape"  # bytes that are no UTF-8 are kept for schema.py to refuse
BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)
NAME = re.compile(rb'[; ]name="([^"]*)"')
FILENAME = re.compile(rb'filename="([^"]*)"')
KIND = re.compile(rb"content-type:\s*([^\r\n;]+)", re.IGNORECASE)


def read_params(content_type: str, query: bytes, body: bytes) -> dict[str, Any]:
    """All parameters by name; those of the body win. Raises ApiError where they cannot be read."""
    params: dict[str, Any] = _form(query) if query else {}
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return params
    if kind == "application/json":
        return params | _json(body)
    if kind == "multipart/form-data":
        return params | _multipart(content_type, body)
    return params | _form(body)


def _form(data: bytes) -> dict[str, Any]:
    try:
        fields = parse_qsl(
            data.decode(), keep_blank_values=True, errors=UNREADABLE, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise bad_request("can't parse form parameters") from None
    return dict(fields)


def _json(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(params, dict):
        raise bad_request("JSON object expected")
    return params


def _multipart(content_type: str, body: bytes) -> dict[str, Any]:
    """Fields as text and files as Upload; a field "attach://x" becomes the file x."""
    boundary = BOUNDARY.search(content_type)
    if not boundary:
        raise bad_request("boundary not found")
    params: dict[str, Any] = {}
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.group(1).encode())
    for part in parts[1:-1]:
        head, found, content = part.partition(b"\r\n\r\n")
        name = NAME.search(head)
        if not found or not name:
            raise bad_request("can't parse multipart form")
        params[name.group(1).decode("utf-8", "replace")] = _part(head, content)
    return {name: _attached(value, params) for name, value in params.items()}


def _part(head: bytes, content: bytes) -> Upload | str:
    filename = FILENAME.search(head)
    if not filename:
        return content.decode("utf-8", UNREADABLE)
    kind = KIND.search(head)
    mime = kind.group(1).decode("ascii", "replace").strip() if kind else "application/octet-stream"
    return Upload(filename.group(1).decode("utf-8", "replace"), mime, content)


def _attached(value: Any, params: dict[str, Any]) -> Any:
    file = params.get(value.removeprefix("attach://")) if isinstance(value, str) else None
    return file if isinstance(file, Upload) and value.startswith("attach://") else value
