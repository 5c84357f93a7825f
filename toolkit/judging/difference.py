"""A difference between an org and a state, and phrases that describe it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from toolkit.judging.drift_checks import DriftCheck
from toolkit.judging.phrases import quoted
from toolkit.model.findings import Missing, SettingOutcome
from toolkit.model.values import Unknown


class Difference(Struct, frozen=True):
    """One drift check that fires, or that is undecided if it has reasons."""

    check: DriftCheck
    message: str
    reasons: tuple[Unknown, ...] = ()
    missing: tuple[Missing, ...] = ()
    setting: SettingOutcome | None = None
    attribute: str = ""
    effect: bool = True


def some(noun: str, names: Sequence[str]) -> str:
    return f"{noun}{'s' if len(names) > 1 else ''} {quoted(names)}"


def no_effect(effect: bool, what: str) -> str:
    return "" if effect else f"; {what} have no effect on this client"
