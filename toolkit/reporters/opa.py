"""Lists of sentences for OPA-style policies: Spacelift, env0, Scalr, Terrakube, HCP.

``deny`` has everything that decides the exit status, including unknowns and input errors, so that a
policy that only counts it agrees with the exit status.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.model.findings import Verdict
from toolkit.reporters.machine_findings import alerts
from toolkit.reporters.report_summary import meaning
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from toolkit.model.report import Report


def render(report: Report, *, colour: bool = False) -> str:
    """Return ``deny``, ``warn`` and ``unknown``; no sentence is in two of them."""
    listed: dict[str, list[str]] = {"deny": [], "warn": [], "unknown": []}
    for problem in report.errors:
        hint = f" ({visible(problem.hint)})" if problem.hint else ""
        listed["deny"].append(f"{visible(problem.message)}{hint}")
    for alert in alerts(report):
        if alert.verdict is Verdict.WAIVED:
            continue
        if alert.counts:
            where = "deny"
        else:
            where = "unknown" if alert.verdict is Verdict.UNKNOWN else "warn"
        listed[where].append(f"{alert.rule}: {alert.lines[0]}")
    if report.exit_code and not listed["deny"]:
        listed["deny"].append(f"exit {report.exit_code.value}: {meaning(report)}")
    return json.dumps(listed, indent=2) + "\n"
