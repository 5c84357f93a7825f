"""JSON text: indented, valid UTF-8, ending with a line break."""

from __future__ import annotations

from typing import Any

import msgspec

from toolkit.model.names import text_of


def indented(document: object) -> str:
    """Return `document` as text, even if it has names that are not valid Unicode."""
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_as_text(msgspec.to_builtins(document)))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _as_text(value: Any) -> Any:
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, dict):
        return {_as_text(key): _as_text(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(item) for item in value]
    return value
