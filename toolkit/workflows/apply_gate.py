"""Reasons not to apply a plan, beyond what the policy says about its clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.findings import Verdict
from toolkit.model.inventory import Note
from toolkit.model.report import Problem, Report
from toolkit.provision.arguments import OF_ALL, OF_APPLY, OF_PLAN, added, off, on, unreadable
from toolkit.provision.logs import in_logs, leaking
from toolkit.sources.plan.plan_completeness import Extent

#: Options that leave resources out of a plan. Terraform before 1.8 and OpenTofu don't record it.
_SELECTING: Final = ("target", "exclude", "target-file", "exclude-file")
#: Options that change what is planned. Terraform ignores them when it applies a saved plan.
_PLANNING: Final = (*_SELECTING, "destroy", "refresh-only", "refresh", "replace")
_WHERE: Final = f"{OF_ALL} and {OF_PLAN}"
_QUOTING: Final = (
    "Close every quote in it, and put values with any of ; | & < > ` ( ) into quotes: Terraform "
    "stops reading there."
)


class _Lack(Struct, frozen=True):
    """A reason not to rely on a plan; `what` completes the sentence "The plan ..."."""

    code: str
    what: str
    hint: str


def noted(report: Report, extent: Extent, environ: Mapping[str, str]) -> Report:
    """Return the report on a plan that is not to be applied, with notes on what would forbid it."""
    lacks = tuple(
        Note(each.code, f"The plan {each.what}. {each.hint}") for each in _lacks(extent, environ)
    )
    return _with(report, *lacks, *_remarks(extent, environ))


def gated(
    report: Report,
    directory: Path,
    extent: Extent,
    environ: Mapping[str, str],
    *,
    allow_no_clients: bool = False,
) -> Report:
    """Return the report with an error for each reason, beside the policy, not to apply it."""
    problems = (
        *report.errors,
        *_objections(report, directory, extent, environ, allow_no_clients=allow_no_clients),
    )
    report = _with(replace(report, errors=problems), *_remarks(extent, environ))
    return report if report.exit_code else _with(report, *_overruled(report))


def _overruled(report: Report) -> Iterator[Note]:
    """Yield notes on results that don't count, and so don't keep the plan from being applied."""
    unknown, failed = report.count(Verdict.UNKNOWN), report.count(Verdict.FAIL)
    if unknown:
        are = "result is" if unknown == 1 else "results are"
        yield Note(
            "unknown-not-counted",
            f"{unknown} {are} unknown; because of --unknown report, --fail-on or the rule "
            "itself, this does not prevent the apply.",
        )
    if failed:
        are = "result has" if failed == 1 else "results have"
        yield Note(
            "failure-not-counted",
            f"{failed} {are} failed; because of --fail-on {report.fail_on or 'never'}, this does "
            "not prevent the apply.",
        )


def _with(report: Report, *notes: Note) -> Report:
    return replace(report, notes=tuple(sorted({*report.notes, *notes})))


def _objections(
    report: Report,
    directory: Path,
    extent: Extent,
    environ: Mapping[str, str],
    *,
    allow_no_clients: bool,
) -> Iterator[Problem]:
    lacks = list(_lacks(extent, environ))
    for each in lacks:
        yield Problem(f"{directory}: the plan {each.what}, so it is not applied", each.hint)
    without_effect = sorted(added(environ, OF_APPLY).keys() & set(_PLANNING))
    if without_effect:
        named = ", ".join(f"-{each}" for each in without_effect)
        yield Problem(
            f"{directory}: {OF_APPLY} has {named}, which Terraform ignores when it applies a saved "
            "plan, so the plan is not applied",
            f"Remove it from {OF_APPLY}; put options of the plan into {OF_PLAN}.",
        )
    for name in unreadable(environ, OF_APPLY):
        yield Problem(
            f"{directory}: {name} cannot be read as Terraform reads it, so the plan is not applied",
            _QUOTING,
        )
    if not (report.clients or allow_no_clients) and not any(each.code == _MODE for each in lacks):
        yield Problem(
            f"{directory}: the plan has no OAuth client to check, so it is not applied",
            "Name the folder with the clients. If it has only roles, give --allow-no-clients.",
        )


_MODE: Final = "plan-of-another-kind"


def _lacks(extent: Extent, environ: Mapping[str, str]) -> Iterator[_Lack]:
    options = added(environ, OF_ALL, OF_PLAN)
    for name in unreadable(environ, OF_ALL, OF_PLAN):
        yield _Lack(
            "arguments-not-read",
            f"was made with arguments in {name}, which cannot be read as Terraform reads it",
            _QUOTING,
        )
    if extent.partial or (extent.untold and any(name in options for name in _SELECTING)):
        yield _Lack(
            "plan-partial",
            "leaves something out (-target, or deferred changes)",
            f"Plan everything; look for -target in {_WHERE}.",
        )
    for name, what in (
        ("destroy", "only destroys what exists"),
        ("refresh-only", "only updates the state from the org"),
    ):
        if on(options, name):
            yield _Lack(
                _MODE, f"{what} ({options[name]})", f"Remove it from {_WHERE}, or use terraform."
            )
    if off(options, "refresh"):
        yield _Lack(
            "plan-not-refreshed",
            f"was made without reading the org ({options['refresh']}), so it misses what "
            "was changed there by hand",
            f"Remove it from {_WHERE}.",
        )


def _remarks(extent: Extent, environ: Mapping[str, str]) -> Iterator[Note]:
    """Yield notes that don't forbid the apply, but that the reader should know."""
    if extent.leaving:
        named = ", ".join(extent.leaving)
        yield Note(
            "client-removed",
            f"The plan removes {named}: applications that use it can no longer log in.",
        )
    if extent.replaced:
        named = ", ".join(extent.replaced)
        yield Note(
            "client-replaced",
            f"The plan replaces {named}: its id and secret change, so applications that "
            "use it need the new ones.",
        )
    if logging := leaking(environ):
        yield Note("secrets-in-logs", in_logs(logging))
    if extent.traced:
        yield Note(
            "secrets-in-logs",
            f"sdk_debug of {', '.join(extent.traced)} writes the provider's requests and "
            "responses to a file, with the secrets of clients: turn it off, or remove "
            "the file.",
        )
    for name in (OF_PLAN, OF_APPLY):
        options = added(environ, OF_ALL, name)
        if off(options, "lock"):
            yield Note(
                "lock-off",
                f"{options['lock']} in {name}: another run may change the state at the same time.",
            )
