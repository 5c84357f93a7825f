"""Numbers of things, as sentences have them."""

from __future__ import annotations


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
