"""Fixes for access that the state has and the org lost: run the apply again, edit no file."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from toolkit.model.findings import Kind, Result, Verdict
from toolkit.model.observations import Diagnosis
from toolkit.model.report import Report
from toolkit.probe.evidence import View
from toolkit.probe.target import Probed

_APPLY = "The state has what is missing: run terraform apply."
_LOG_IN = " Then log in again: a token keeps the scopes that it was made with."
#: What each client lost since the apply, as kind and name, by address.
_Lost = dict[str | None, set[tuple[str, str]]]


def agreeing(results: Sequence[Result]) -> tuple[Result, ...]:
    """Return the results; if the state has all that one lacks, its fix is an apply."""
    lost = _lost(results)
    return tuple(
        replace(each, fix=_APPLY, in_state=True) if _is_in_state(each, lost) else each
        for each in results
    )


def restored(report: Report, what: Probed, address: str | None) -> Report:
    """Return the report with a probe of the client at `address`, with fixes that agree."""
    lost = _lost(report.results).get(address, set())
    view = View(what, report.steps)
    missing = {
        "scope.missing": {("scope", name) for name in view.missing_scopes or ()},
        "permission.missing": {("permission", name) for name in view.missing_permissions or ()},
    }

    def mended(diagnosis: Diagnosis) -> Diagnosis:
        names = missing.get(diagnosis.cause)
        if not names or not names <= lost:
            return diagnosis
        fix = _APPLY + (_LOG_IN if diagnosis.cause == "scope.missing" else "")
        return replace(diagnosis, fix=fix, hcl=None)

    return replace(report, diagnoses=tuple(map(mended, report.diagnoses)))


def _lost(results: Sequence[Result]) -> _Lost:
    lost: _Lost = {}
    for each in results:
        if each.kind is Kind.DRIFT and each.verdict is Verdict.FAIL:
            names = ((need.kind, name) for need in each.missing for name in need.any_of)
            lost.setdefault(each.address, set()).update(names)
    return lost


def _is_in_state(result: Result, lost: _Lost) -> bool:
    names = lost.get(result.address, set())
    if result.kind in (Kind.DRIFT, Kind.OPERATOR):
        return False
    if result.verdict is not Verdict.FAIL or not result.missing:
        return False
    return all(any((need.kind, name) in names for name in need.any_of) for need in result.missing)
