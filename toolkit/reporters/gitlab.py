"""GitLab's Code Quality report, as its page "Code Quality report format" describes it.

GitLab drops an entry without a path or a line. A finding without a line gets line 1 of the file
that was read; without a file, it gets the working folder.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from toolkit.model.findings import Severity, Verdict
from toolkit.reporters.machine_findings import Alert, alerts
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.report import Report, Unpublished

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}
_NOT_LOOKED_AT = "blocker"
_NO_FILE = "."


class _Entry(Struct, frozen=True):
    rule: str
    text: str
    severity: str
    fingerprint: str
    path: str
    line: int = 1


def render(report: Report, *, colour: bool = False) -> str:
    """Return the findings without waived ones: the format has no place for the reason."""
    seen: Counter[str] = Counter()
    listed = []
    for entry in _entries(report):
        seen[entry.fingerprint] += 1
        listed.append(_issue(entry, seen[entry.fingerprint]))
    return json.dumps(listed, indent=2) + "\n"


def _entries(report: Report) -> Iterator[_Entry]:
    for problem in report.errors:
        text = visible(f"{problem.message}. {problem.hint}" if problem.hint else problem.message)
        fingerprint = sha256(f"error\0{problem.message}".encode(errors="replace")).hexdigest()[:32]
        yield _Entry("input-error", text, _NOT_LOOKED_AT, fingerprint, _NO_FILE)
    for alert in alerts(report, known=True):
        if alert.verdict is not Verdict.WAIVED:
            yield _of_alert(alert, report.unpublished if alert.of_probe else None)


def _of_alert(alert: Alert, unpublished: Unpublished | None) -> _Entry:
    quiet = alert.known or (alert.verdict is Verdict.UNKNOWN and not alert.counts)
    severity = _SEVERITIES[Severity.NOTE if quiet else alert.severity]
    text = " ".join(alert.lines)
    text = f"known by the baseline: {text}" if alert.known else text
    if unpublished is not None:
        text = f"{visible(str(unpublished))} {text}"
    if alert.location is not None:
        path, line = alert.location.path, alert.location.line
    else:
        path, line = next(iter(alert.paths), _NO_FILE), 1
    shown = visible(PurePath(path).as_posix())
    return _Entry(alert.rule, text, severity, alert.fingerprint, shown, line)


def _issue(entry: _Entry, nth: int) -> dict[str, object]:
    """Return the entry. GitLab shows one entry per fingerprint, so repeated ones get their own."""
    fingerprint = entry.fingerprint
    if nth > 1:
        fingerprint = sha256(f"{fingerprint}\0{nth}".encode()).hexdigest()[:32]
    return {
        "description": entry.text,
        "check_name": entry.rule,
        "fingerprint": fingerprint,
        "severity": entry.severity,
        "location": {"path": entry.path, "lines": {"begin": entry.line}},
    }
