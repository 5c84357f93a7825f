"""Resolve the instance of a reference with a computed key: ``x.r[each.key]``."""

from __future__ import annotations

from typing import Any

from toolkit.sources.plan.plan_configuration import Repetition
from toolkit.sources.reference_lists import Step


class KeyChoice:
    """The possible keys of ``x.r[…]`` among its neighboring references; `used` if one
    was chosen.
    """

    def __init__(self, values: set[Step], repetition: Repetition) -> None:
        self._values = values
        self._repetition = repetition
        self.used = False

    def choose(self, instances: frozenset[Step | None]) -> Step | None:
        """Return the key if only one value is possible.

        ``[count.index + 1]`` and ``["${each.key}-x"]`` leave the same references as the plain key.
        The plain key is therefore accepted only if it fits every instance, and with count one to
        one.
        """
        if len(self._values) != 1:
            return None
        (key,) = self._values
        if key not in instances:
            return None
        if key == self._repetition.key:
            siblings = self._repetition.siblings
            if not (siblings == instances if isinstance(key, int) else siblings <= instances):
                return None
        self.used = True
        return key


def scalar_at(value: Any, steps: tuple[Step | None, ...]) -> tuple[Step, ...]:
    """Return the string or number at the end of `steps` into a value."""
    for step in steps:
        if isinstance(value, list):
            value = dict(enumerate(value))
        if not isinstance(value, dict) or step not in value:
            return ()
        value = value[step]
    return (value,) if isinstance(value, str | int) and not isinstance(value, bool) else ()
