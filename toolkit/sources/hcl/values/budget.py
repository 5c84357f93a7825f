"""What an evaluation may cost: steps, elements and characters are counted, and no more is made."""

from __future__ import annotations

from typing import Final

#: Steps of one expression, and of all of them: an element that is made or looked at is one.
EXPRESSION_STEPS: Final = 500_000
ALL_STEPS: Final = 5_000_000
#: Characters of one string.
MOST_CHARACTERS: Final = 1 << 24
#: Characters that cost as much as a step.
_CHARACTERS_A_STEP: Final = 256


class OverBudget(Exception):  # noqa: N818 - nobody's error: what it stands for is not known
    """An expression that comes to more than anyone means."""


class Budget:
    """Counts the steps of a root module; `open` restarts the count for one expression."""

    def __init__(self) -> None:
        self._left = ALL_STEPS
        self._stop = ALL_STEPS - EXPRESSION_STEPS

    def open(self) -> int:
        """Begin an expression; what is returned is for `close`."""
        before = self._stop
        self._stop = max(self._left - EXPRESSION_STEPS, 0)
        return before

    def close(self, before: int) -> None:
        """Go on with the expression around one."""
        self._stop = before

    def spend(self, steps: int) -> None:
        """Raises `OverBudget`."""
        self._left -= steps
        if self._left < self._stop:
            raise OverBudget

    def spend_text(self, length: int) -> None:
        """Count a string that is made. Raises `OverBudget`."""
        check_length(length)
        self.spend(1 + length // _CHARACTERS_A_STEP)


def check_length(length: int) -> None:
    """Raises `OverBudget` for a string that is longer than any may be."""
    if length > MOST_CHARACTERS:
        raise OverBudget


def check_elements(count: int) -> None:
    """Raises `OverBudget` for more elements than one expression may make."""
    if count > EXPRESSION_STEPS:
        raise OverBudget
