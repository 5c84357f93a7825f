"""The alerts of a report, in one form for all machine formats.

In a list of alerts, a finding of a check and a diagnosis of a probe are the same: a rule, a
severity, a text and a location. Passes are not alerts.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from toolkit.model.edits import Safety
from toolkit.model.findings import Severity, Verdict
from toolkit.model.fingerprint import fingerprint_of
from toolkit.model.inventory import STDIN
from toolkit.model.observations import ProbeVerdict
from toolkit.reporters.details import details, waived
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.clients import Location
    from toolkit.model.edits import FixEdits
    from toolkit.model.findings import Result
    from toolkit.model.observations import Diagnosis
    from toolkit.model.report import Report

#: The kinds of sources that are one file; `hcl` is a folder, and a live org is neither.
_FILES = frozenset({"plan", "state"})


#: An environment and its root; None as root stands for all roots.
_Root: TypeAlias = tuple[str | None, str | None]


class Alert(Struct, frozen=True):
    """One alert.

    - `lines`: the whole text; the first line is the finding itself. They have no control
      characters.
    - `paths`: if `location` is None, the files or folders that the alert is about. A file in an
      archive is replaced by the archive; empty for a probe, for stdin and for a live org.
    - `counts`: whether the alert decides the exit status.
    - `known`: whether a baseline has it.
    - `verdict`: `FAIL`, `UNKNOWN` or `WAIVED`.
    - `undecided`: whether it is unknown, or was unknown before it was waived.
    - `called_from`: the module calls that lead to it.
    - `location`: the line to change: that of the value, if it is defined outside of the attribute.
    - `attribute`: where the attribute is then.
    - `value_locations`: where its other values are defined.
    - `fix_edits`: the edits that fix it.
    - `of_probe`: True for a diagnosis, False for a finding.
    """

    rule: str
    title: str
    verdict: Verdict
    severity: Severity
    counts: bool
    address: str | None
    lines: tuple[str, ...]
    fingerprint: str
    location: Location | None = None
    paths: tuple[str, ...] = ()
    justification: str | None = None
    undecided: bool = False
    called_from: tuple[Location, ...] = ()
    attribute: Location | None = None
    value_locations: tuple[Location, ...] = ()
    environment: str | None = None
    of_probe: bool = False
    known: bool = False
    fix_edits: FixEdits | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def alerts(report: Report, *, known: bool = False) -> tuple[Alert, ...]:
    """Return the alerts: findings by root, address and rule, then diagnoses, the answer first.

    With `known`, the findings of the baseline follow at the end.
    """
    paths = _paths(report)
    packed = {source.root for source in report.sources if source.archive}
    found = [
        _of_result(result, paths, counts=report.counts(result), packed=result.root in packed)
        for result in sorted(report.results, key=lambda each: (each.sort_key, each.message))
        if result.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)
    ]
    of_baseline = [
        replace(_of_result(result, paths, counts=False, packed=result.root in packed), known=True)
        for result in sorted(report.known, key=lambda each: (each.sort_key, each.message))
        if known
    ]
    return (*found, *diagnosed(report), *of_baseline)


def _paths(report: Report) -> dict[_Root, tuple[str, ...]]:
    """Return the paths of each root, and of all roots of an environment together."""
    by_root: dict[_Root, tuple[str, ...]] = {}
    for source in sorted(report.sources, key=lambda each: each.root):
        if source.root != STDIN and (source.kind in _FILES or source.kind == "hcl"):
            if (source.environment, source.root) in by_root:
                continue
            path = source.archive or source.root
            by_root[source.environment, source.root] = (path,)
            all_of = by_root.get((source.environment, None), ())
            if path not in all_of:
                by_root[source.environment, None] = (*all_of, path)
    return by_root


def _of_result(
    result: Result, paths: dict[_Root, tuple[str, ...]], *, counts: bool, packed: bool
) -> Alert:
    """Return the alert of a result. If `packed`, its location is in an archive and is only text."""
    at = result.location
    environment = "" if result.environment is None else f"{result.environment}: "
    address = "" if result.address is None else f"{result.address}: "
    undecided = Verdict.UNKNOWN in (result.verdict, result.waived)
    lines = [f"{environment}{address}{'cannot be decided: ' if undecided else ''}{result.message}"]
    values = () if packed else result.value_locations
    attribute = None
    if packed and at is not None:
        lines.append(f"place: {at.path}:{at.line}")
        at = None
    elif at is not None and values and not PurePath(values[0].path).is_absolute():
        # A reviewer sees a changed file of variables, not the unchanged line that reads it.
        lines.append(f"attribute: {at.path}:{at.line}")
        attribute, at, values = at, values[0], values[1:]
    lines += [f"{label}: {text}" for label, text in details(result)]
    if result.fix and result.verdict is not Verdict.WAIVED:
        lines += [f"fix: {result.fix.strip()}"]
    return Alert(
        rule=visible(result.rule),
        title=visible(result.title),
        verdict=result.verdict,
        severity=result.severity,
        counts=counts,
        address=None if result.address is None else visible(result.address),
        lines=_clean(lines),
        fingerprint=fingerprint_of(result),
        fix_edits=result.fix_edits if _is_applicable(result.fix_edits) else None,
        location=at,
        paths=() if at is not None else paths.get((result.environment, result.root), ()),
        justification=_justification(result),
        undecided=undecided,
        called_from=() if packed else result.called_from,
        attribute=attribute,
        value_locations=values,
        environment=result.environment,
    )


def _is_applicable(fix: FixEdits | None) -> bool:
    """Whether a person may apply the fix with a click, as readers of these formats allow."""
    return fix is not None and fix.safety is not Safety.DISPLAY_ONLY


def _justification(result: Result) -> str | None:
    said = waived(result)
    return None if said is None else visible(said)


def diagnosed(report: Report) -> Iterator[Alert]:
    """Yield the diagnoses, or an alert that nothing was proven if there is none."""
    verdict = report.verdict
    if verdict is None:
        return
    told = [diagnosis for diagnosis in report.diagnoses if diagnosis.cause != "none"]
    for diagnosis in told:
        yield _of_diagnosis(diagnosis, verdict, first=diagnosis is told[0])
    if not told and verdict is ProbeVerdict.UNDECIDED:
        text = "nothing wrong was found; no start was made, so it is not proven"
        yield _alert_of_probe("not-proven", Verdict.UNKNOWN, Severity.ERROR, (text,))


def _of_diagnosis(diagnosis: Diagnosis, verdict: ProbeVerdict, *, first: bool) -> Alert:
    """Return the alert of a diagnosis; the first one decides the exit status.

    It is only a warning if a start succeeded anyway. A cause in the session or the network says
    nothing about the client's configuration, so its verdict is unknown.
    """
    decided = verdict in (ProbeVerdict.MISCONFIGURED, ProbeVerdict.READY)
    counts = first and verdict is not ProbeVerdict.READY
    lines = [f"{diagnosis.message} ({diagnosis.sure})"]
    lines += [f"evidence: {evidence}" for evidence in diagnosis.evidence]
    if diagnosis.fix:
        lines.append(f"fix: {diagnosis.fix}")
    if diagnosis.hcl:
        lines.append(diagnosis.hcl)
    return _alert_of_probe(
        diagnosis.cause,
        Verdict.FAIL if decided else Verdict.UNKNOWN,
        Severity.ERROR if counts else Severity.WARNING,
        _clean(lines),
    )


def _alert_of_probe(
    rule: str, verdict: Verdict, severity: Severity, lines: tuple[str, ...]
) -> Alert:
    fingerprint = hashlib.sha256(f"probe\0{rule}".encode()).hexdigest()[:32]
    counts = severity is Severity.ERROR
    undecided = verdict is Verdict.UNKNOWN
    return Alert(
        rule,
        "",
        verdict,
        severity,
        counts,
        None,
        lines,
        fingerprint,
        undecided=undecided,
        of_probe=True,
    )


def _clean(lines: list[str]) -> tuple[str, ...]:
    """Return the lines, split at line breaks and with all other control characters escaped."""
    return tuple(visible(part.rstrip()) for line in lines for part in line.split("\n"))
