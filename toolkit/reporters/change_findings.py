"""Access changes as results, for formats that only have results: notes that never count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from toolkit.model.changes import Certainty, Direction
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.reporters.change_summary import ClientLines, Line, clients, said

if TYPE_CHECKING:
    from toolkit.model.report import Report

ID: Final = "access-change"
#: The formats that have their own representation of changes.
OWN_WAY: Final = frozenset({"text", "json", "markdown"})


def with_findings(report: Report) -> Report:
    """Return the report with a note for each holder that gains or loses access."""
    told = [_note(each) for each in clients(report.changes or ())]
    results = sorted((*report.results, *told), key=lambda each: each.sort_key)
    return replace(report, results=tuple(results))


def _note(client: ClientLines) -> Result:
    lines = [f"{_sign(line)} {said(line)}" for line in client.lines]
    text = "; ".join(lines)
    message = " ".join(part for part in (client.remark, f"{text}." if text else "") if part)
    reasons = dict.fromkeys(reason for line in client.lines for reason in line.reasons)
    is_certain = client.remark or any(each.certainty is Certainty.CERTAIN for each in client.lines)
    return Result(
        rule=ID,
        kind=Kind.BUILT_IN,
        verdict=Verdict.FAIL if is_certain else Verdict.UNKNOWN,
        severity=Severity.NOTE,
        root=client.root,
        address=client.address,
        client=client.client,
        grant_type=None,
        message=message,
        title="Access changes",
        reasons=tuple(reasons),
        location=next((each.location for each in client.lines if each.location), None),
        counts=False,
        environment=client.environment,
    )


def _sign(line: Line) -> str:
    may = "?" if line.certainty is Certainty.POSSIBLE else ""
    return may + ("+" if line.direction is Direction.GAIN else "-")
