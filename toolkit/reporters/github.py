"""Workflow commands of GitHub Actions: each alert is an annotation, on its line if it has one.

The escapes are those of GitHub's page "Workflow commands". GitHub shows ten annotations of each
type per step; a longer list is complete in the log, and a notice says so.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from toolkit.model.findings import Severity, Verdict
from toolkit.model.plurals import plural
from toolkit.reporters.machine_findings import Alert, alerts
from toolkit.reporters.report_summary import meaning
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.report import Report

SHOWN_OF_A_TYPE = 10
_LONGEST_TITLE = 255
_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, *, colour: bool = False) -> str:
    """Return one command per line: errors, then warnings, then notices.

    GitHub shows the first ones, so the most severe come first.
    """
    told: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for problem in report.errors:
        hint = f"\n{visible(problem.hint)}" if problem.hint else ""
        told["error"].append(_command("error", visible(problem.message) + hint))
    for alert in alerts(report):
        if alert.verdict is not Verdict.WAIVED:
            kind = _kind(alert)
            told[kind].append(_command(kind, alert.text, **_properties(alert)))
    # First of its type, because GitHub may not show later ones.
    told["notice"][:0] = [_command("notice", text) for text in _unseen(told)]
    told["notice"].append(
        _command("notice", f"exit {report.exit_code.value}: {meaning(report)}", title=_name(report))
    )
    lines = [line for lines in told.values() for line in lines]
    if report.unpublished is not None:
        lines.insert(0, _command("notice", visible(str(report.unpublished)), title=_name(report)))
    return "\n".join(lines) + "\n"


def _kind(alert: Alert) -> str:
    """Return the type; an unknown that the rule only reports is not an error."""
    if alert.verdict is Verdict.UNKNOWN and not alert.counts:
        return _TYPES[Severity.NOTE]
    return _TYPES[alert.severity]


def _unseen(told: dict[str, list[str]]) -> Iterator[str]:
    """Yield a notice on annotations that GitHub does not show.

    Up to three of the notices are our own.
    """
    room = {"error": SHOWN_OF_A_TYPE, "warning": SHOWN_OF_A_TYPE, "notice": SHOWN_OF_A_TYPE - 3}
    over = [
        plural(len(lines) - room[kind], kind)
        for kind, lines in told.items()
        if len(lines) > room[kind]
    ]
    if over:
        yield (
            f"And {' and '.join(over)} more: GitHub shows {SHOWN_OF_A_TYPE} annotations of each "
            "type of a step. All are in the log of this step."
        )


def _properties(alert: Alert) -> dict[str, str]:
    properties: dict[str, str] = {}
    location = alert.location
    if location is not None:
        properties["file"] = visible(PurePath(location.path).as_posix())
        properties["line"] = str(location.line)
        properties["endLine"] = str(location.end_line)
    title = f"{alert.rule}: {alert.title}" if alert.title else alert.rule
    properties["title"] = title[:_LONGEST_TITLE]
    return properties


def _name(report: Report) -> str:
    return f"recording-toolkit {report.command}"


def _command(kind: str, message: str, **properties: str) -> str:
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind}{f' {given}' if given else ''}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
