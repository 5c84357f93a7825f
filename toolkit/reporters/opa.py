"""Lists of sentences, as policies in OPA's form read them: Spacelift, env0, Scalr, Terrakube, HCP.

``deny`` holds all that decides the exit status, what is unknown and what could not be looked at
too, so that a policy which only counts it comes to the same answer as the exit status.
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
    """``deny``, ``warn`` and ``unknown``; what is in one of them is in no other."""
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
