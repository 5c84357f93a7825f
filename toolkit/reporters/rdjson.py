"""reviewdog's diagnostic format (rdjson): review comments on the lines of a diff.

A finding without a line is about the whole file: reviewdog shows it if the file is in the diff, and
otherwise in its log.
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from toolkit.model.findings import Severity, Verdict
from toolkit.reporters.machine_findings import Alert, alerts
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.report import Report

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
_NO_FILE = "."


def render(report: Report, *, colour: bool = False) -> str:
    """Return the document without waived findings, because a review requests changes."""
    document = {"source": {"name": "recording-toolkit"}, "diagnostics": list(_diagnostics(report))}
    return json.dumps(document, indent=2) + "\n"


def _diagnostics(report: Report) -> Iterator[dict[str, Any]]:
    for problem in report.errors:
        text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
        lines = "\n".join(visible(line) for line in text.split("\n"))
        yield {"message": lines, "location": {"path": _NO_FILE}, "severity": "ERROR"}
    for alert in alerts(report):
        if alert.verdict is not Verdict.WAIVED:
            diagnostic: dict[str, Any] = {
                "message": alert.text,
                "location": _location(alert),
                "severity": _severity(alert),
                "code": {"value": alert.rule},
            }
            suggestions = list(_suggestions(alert))
            if suggestions:
                diagnostic["suggestions"] = suggestions
            yield diagnostic


def _suggestions(alert: Alert) -> Iterator[dict[str, Any]]:
    """Yield the edits, if all are in the alert's own file: a suggestion has no file name."""
    if alert.fix_edits is None or alert.location is None:
        return
    if any(each.path != alert.location.path for each in alert.fix_edits.edits):
        return
    for each in alert.fix_edits.edits:
        start = {"line": each.start.line, "column": each.start.column}
        end = {"line": each.end.line, "column": each.end.column}
        yield {"range": {"start": start, "end": end}, "text": each.text}


def _severity(alert: Alert) -> str:
    """Return the severity; an unknown that the rule only reports is not an error."""
    only_told = alert.verdict is Verdict.UNKNOWN and not alert.counts
    return _SEVERITIES[Severity.NOTE if only_told else alert.severity]


def _location(alert: Alert) -> dict[str, Any]:
    at = alert.location
    if at is None:
        path = next(iter(alert.paths), _NO_FILE)
        return {"path": visible(PurePath(path).as_posix())}
    start: dict[str, int] = {"line": at.line}
    if at.excerpt is not None:
        start["column"] = at.column
    return {
        "path": visible(PurePath(at.path).as_posix()),
        "range": {"start": start, "end": {"line": at.end_line}},
    }
