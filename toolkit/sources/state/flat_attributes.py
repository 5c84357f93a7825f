"""Decode the flat attributes of states before Terraform 0.12, which the provider's exporter writes.

``roles.# = 1`` counts a list or set, ``roles.307196882.role_id = x`` is an attribute of the member
with that index or hash; ``fields.% = 2`` counts a map; its keys may contain dots.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def nested(flat: Mapping[str, str]) -> dict[str, Any]:
    """Return the attributes in the form of state version 4; every scalar is still a string."""
    return {name: _value(parts) for name, parts in _grouped(flat).items()}


def _value(parts: Mapping[str, str]) -> Any:
    """Return the value of its parts, by the rest of each key; '' is the key of a scalar."""
    if "" in parts:
        return parts[""]
    if "%" in parts:
        return {key: value for key, value in parts.items() if key != "%"}
    grouped = _grouped(parts)
    if "#" not in grouped:
        return {name: _value(inner) for name, inner in grouped.items()}
    del grouped["#"]
    return [_value(grouped[key]) for key in sorted(grouped, key=_position)]


def _position(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isdecimal() else (0, key)


def _grouped(parts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the parts grouped by first name, each with the rest of its key."""
    grouped: dict[str, dict[str, str]] = {}
    for key, value in parts.items():
        name, _, rest = key.partition(".")
        grouped.setdefault(name, {})[rest] = value
    return grouped
