"""Limits on evaluation: count steps, elements and characters, and stop at the limit."""

from __future__ import annotations

from typing import Final

#: Steps of one expression, and of all expressions; an element that is made or read is one step.
EXPRESSION_STEPS: Final = 500_000
ALL_STEPS: Final = 5_000_000
#: Characters of one string.
MOST_CHARACTERS: Final = 1 << 24
#: The number of characters that cost as much as one step.
_CHARACTERS_A_STEP: Final = 256


class OverBudget(Exception):  # noqa: N818 - not an error: the value is unknown
    """An expression exceeds the limits."""


class Budget:
    """Counts the steps of a root module; `open` restarts the count for one expression."""

    def __init__(self) -> None:
        self._left = ALL_STEPS
        self._stop = ALL_STEPS - EXPRESSION_STEPS

    def open(self) -> int:
        """Begin an expression; return the value that `close` needs."""
        before = self._stop
        self._stop = max(self._left - EXPRESSION_STEPS, 0)
        return before

    def close(self, before: int) -> None:
        """Return to the enclosing expression."""
        self._stop = before

    def spend(self, steps: int) -> None:
        """Count steps. Raises `OverBudget`."""
        self._left -= steps
        if self._left < self._stop:
            raise OverBudget

    def spend_text(self, length: int) -> None:
        """Count the length of a new string. Raises `OverBudget`."""
        check_length(length)
        self.spend(1 + length // _CHARACTERS_A_STEP)


def check_length(length: int) -> None:
    """Raise `OverBudget` for a string above the length limit."""
    if length > MOST_CHARACTERS:
        raise OverBudget


def check_elements(count: int) -> None:
    """Raise `OverBudget` for more elements than one expression may make."""
    if count > EXPRESSION_STEPS:
        raise OverBudget
