"""The outcome of judging one client, before the engine turns it into a result."""

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
    """A verdict with its evidence."""

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
    """Return FAIL if any verdict is, else UNKNOWN if any is; an empty input passes."""
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
    """Return the outcome as unknown, for a rule or a client that may not apply.

    What would be missing or forbidden stays listed. An outcome that is not applicable stays so,
    since the rule cannot affect the client either way.
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
    """Return the reasons without duplicates, in order of first occurrence."""
    return tuple(dict.fromkeys(reasons))
