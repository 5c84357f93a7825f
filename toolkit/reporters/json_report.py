"""JSON output of the report: complete, and in the same order in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET
from msgspec.structs import astuple

from toolkit.model.findings import Severity, Verdict
from toolkit.model.fingerprint import fingerprint_of
from toolkit.reporters import document
from toolkit.reporters.json_text import indented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.model import findings, observations
    from toolkit.model.changes import Change
    from toolkit.model.clients import Location
    from toolkit.model.edits import FixEdits, Position
    from toolkit.model.operator_needs import Need
    from toolkit.model.report import Report


def render(report: Report, *, colour: bool = False) -> str:
    """Return the document of `report.schema.json`, indented, ending with a line break."""
    return indented(_document(report))


def _document(report: Report) -> document.Document:
    whole = _checked(report)
    if report.verdict is not None:
        whole.verdict = report.verdict
        whole.diagnoses = tuple(_diagnosis(diagnosis) for diagnosis in report.diagnoses)
        whole.steps = tuple(_step(step) for step in report.steps)
        whole.ruled_out = tuple(
            document.RuledOut(each.cause, each.by, each.excluded, each.step)
            for each in report.ruled_out
        )
    if report.subject is not None:
        whole.subject = document.Subject(*astuple(report.subject))
    if report.contract is not None:
        whole.contract = report.contract
    if report.unpublished is not None:
        known = report.unpublished
        whole.unpublished = document.Unpublished(
            known.operation, known.source, document.Published(*astuple(known.published))
        )
    if report.target is not None:
        whole.target = document.Target(*astuple(report.target))
    if report.known:
        whole.known = tuple(_result(result) for result in sorted(report.known, key=_order))
    if report.org is not None:
        whole.org = document.Org(*astuple(report.org))
    if report.environments:
        whole.environments = tuple(
            document.Environment(each.name, each.root, each.owner or None, each.org or None)
            for each in report.environments
        )
    if report.terraform is not None:
        whole.terraform = document.Terraform(
            report.terraform.program,
            report.terraform.version,
            tuple(
                document.TerraformCommand(each.name, each.exit_code)
                for each in report.terraform.commands
            ),
            report.terraform.applied,
        )
    if report.changes is not None:
        whole.changes = tuple(_change(change) for change in report.changes)
    if report.operator is not None:
        needed = report.operator
        reasons = tuple(document.Reason(r.reference, r.decided_by) for r in needed.unknown)
        whole.operator = document.Operator(needed.permissions, needed.scopes, reasons)
        whole.needs = tuple(_need(need) for need in needed.needs)
    return whole


def _need(need: Need) -> document.Need:
    return document.Need(
        need.permission,
        need.any_of,
        need.phase,
        need.certain,
        need.root,
        need.address,
        need.call,
        document.Location.of(need.location),
    )


def _change(change: Change) -> document.Change:
    return document.Change(
        change.environment,
        change.holder,
        change.root,
        change.address,
        change.before,
        change.client,
        change.identity,
        change.certainty,
        change.kind,
        change.name,
        change.division,
        change.direction,
        change.through,
        change.pattern,
        change.growing,
        change.risks,
        tuple(document.Reason(reason.reference, reason.decided_by) for reason in change.reasons),
        document.Location.of(change.location),
    )


def _checked(report: Report) -> document.Document:
    """Return the part that the reports of all commands have."""
    return document.Document(
        schema_version=1,
        tool=document.Tool(name="recording-toolkit", version=report.tool_version),
        command=report.command,
        sources=tuple(
            document.Source(
                source.root, source.kind, source.clients, source.environment or msgspec.UNSET
            )
            for source in sorted(report.sources, key=lambda each: each.sort_key)
        ),
        summary=document.Summary(
            clients=report.clients,
            passed=report.count(Verdict.PASS),
            fail=report.count(Verdict.FAIL),
            unknown=report.count(Verdict.UNKNOWN),
            waived=report.count(Verdict.WAIVED),
            not_applicable=report.count(Verdict.NOT_APPLICABLE),
            failures=document.Failures(
                **{each.value: report.failures().get(each, 0) for each in Severity}
            ),
            deciding=document.Deciding(
                report.deciding(Verdict.FAIL), report.deciding(Verdict.UNKNOWN)
            ),
            exit_code=report.exit_code.value,
        ),
        results=tuple(_result(result) for result in sorted(report.results, key=_order)),
        notes=tuple(document.Note(note.code, note.message) for note in sorted(report.notes)),
        errors=tuple(
            document.Problem(problem.message, problem.hint)
            for problem in sorted(report.errors, key=lambda p: (p.message, p.hint or ""))
        ),
    )


def _order(result: findings.Result) -> tuple[tuple[str, ...], str]:
    """Return the sort key; the message orders several results of one rule and client."""
    return (result.sort_key, result.message)


def _result(result: findings.Result) -> document.Result:
    # Most results have no details; skipping the conversion halves the time of a large report.
    missing = (
        tuple(document.Missing(need.kind, need.any_of, need.division) for need in result.missing)
        if result.missing
        else ()
    )
    forbidden = (
        tuple(
            document.Forbidden(held.kind, held.held, held.pattern, held.role, held.division)
            for held in result.forbidden
        )
        if result.forbidden
        else ()
    )
    reasons = (
        tuple(document.Reason(reason.reference, reason.decided_by) for reason in result.reasons)
        if result.reasons
        else ()
    )
    held_through = (
        tuple(
            document.HeldThrough(held.role, held.permission, held.division)
            for held in result.held_through
        )
        if result.held_through
        else ()
    )
    looked_through = (
        tuple(document.GrantedRole(held.role, held.division) for held in result.looked_through)
        if result.looked_through
        else ()
    )
    return document.Result(
        result.rule,
        result.kind,
        result.verdict,
        result.severity,
        result.root,
        result.address,
        result.client,
        result.grant_type,
        result.message,
        missing,
        forbidden,
        reasons,
        held_through,
        result.operations,
        result.held_scopes,
        looked_through,
        _setting(result.setting),
        document.Location.of(result.location),
        _waiver(result.waiver),
        result.fix,
        fingerprint_of(result),
        _locations(result.called_from),
        _locations(result.value_locations),
        result.environment or msgspec.UNSET,
        result.affects or msgspec.UNSET,
        result.used_by or msgspec.UNSET,
        UNSET if result.fix_edits is None else _fix_edits(result.fix_edits),
        result.compliance or msgspec.UNSET,
    )


def _fix_edits(fix: FixEdits) -> document.FixEdits:
    return document.FixEdits(
        fix.safety,
        fix.message,
        tuple(
            document.Edit(each.path, _position(each.start), _position(each.end), each.text)
            for each in fix.edits
        ),
    )


def _position(at: Position) -> document.Position:
    return document.Position(at.byte, at.line, at.column)


def _locations(
    found: Sequence[Location],
) -> tuple[document.Location, ...] | msgspec.UnsetType:
    if not found:
        return msgspec.UNSET
    return tuple(document.Location(each.path, each.line, each.end_line) for each in found)


def _diagnosis(diagnosis: observations.Diagnosis) -> document.Diagnosis:
    return document.Diagnosis(
        diagnosis.cause,
        diagnosis.confidence.value,
        diagnosis.message,
        diagnosis.evidence,
        diagnosis.fix,
        diagnosis.hcl,
        UNSET if diagnosis.by is None else diagnosis.by,
    )


def _step(step: observations.Observation) -> document.Step:
    return document.Step(
        step.name,
        step.method,
        step.url,
        step.status,
        step.elapsed_ms,
        step.outcome,
        step.attempts,
        step.code,
        step.detail,
    )


def _setting(setting: findings.SettingOutcome | None) -> document.Setting | None:
    if setting is None:
        return None
    return document.Setting(setting.name, setting.expected, setting.actual)


def _waiver(waiver: findings.WaiverInfo | None) -> document.Waiver | None:
    if waiver is None:
        return None
    return document.Waiver(waiver.reason, waiver.expires, waiver.origin)
