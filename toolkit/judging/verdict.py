"""What judging one client comes to, before the engine makes a result of it."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.clients import Location
from toolkit.model.findings import (
    GrantedRole,
    Held,
    HeldThrough,
    Missing,
    SettingOutcome,
    Verdict,
)
from toolkit.model.values import Unknown


class Outcome(Struct, frozen=True):
    """A verdict with what it rests on."""

    verdict: Verdict
    message: str
    location: Location | None = None
    missing: tuple[Missing, ...] = ()
    forbidden: tuple[Held, ...] = ()
    reasons: tuple[Unknown, ...] = ()
    held_through: tuple[HeldThrough, ...] = ()
    setting: SettingOutcome | None = None
    fix: str | None = None
    held_scopes: tuple[str, ...] = ()
    looked_through: tuple[GrantedRole, ...] = ()


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """A violation decides, else anything not known does; nothing at all is a pass."""
    seen = set(verdicts)
    if Verdict.FAIL in seen:
        return Verdict.FAIL
    return Verdict.UNKNOWN if Verdict.UNKNOWN in seen else Verdict.PASS


def undecided(
    outcome: Outcome,
    reasons: tuple[Unknown, ...],
    preface: str,
    location: Location | None,
) -> Outcome:
    """The outcome of a rule of which it is not certain that it applies, or to a client that is.

    What would be missing or forbidden stays listed; a rule that cannot concern the client either
    way still does not.
    """
    if outcome.verdict is Verdict.NOT_APPLICABLE:
        return outcome
    return replace(
        outcome,
        verdict=Verdict.UNKNOWN,
        message=f"{preface} {outcome.message}",
        reasons=unique((*reasons, *outcome.reasons)),
        location=location,
        fix=None,
    )


def unique(reasons: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Each reason once, in the order in which they came up."""
    return tuple(dict.fromkeys(reasons))
