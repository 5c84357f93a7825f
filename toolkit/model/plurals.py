"""Plurals and lists in sentences."""

from __future__ import annotations

from collections.abc import Iterable


def plural(number: int, noun: str, many: str | None = None) -> str:
    """Return ``1 client`` or ``2 clients``. `many` is an irregular plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {many or f'{noun}s'}"


def joined(parts: Iterable[str], last: str = "and") -> str:
    """Return ``a, b and c``."""
    parts = list(parts)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
