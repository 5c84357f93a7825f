"""More than one thing, as sentences have it."""

from __future__ import annotations

from collections.abc import Iterable


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def joined(parts: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    parts = list(parts)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
