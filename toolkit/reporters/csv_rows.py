"""CSV output: one row for each finding, diagnosis and input error."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.model.clients import Location
    from toolkit.model.report import Report

#: A spreadsheet evaluates a cell that begins with one of these.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|")
_COLUMNS: Final = (
    "kind", "verdict", "severity", "rule", "environment", "root", "address", "client",
    "grant_type", "path", "line", "message",
)  # fmt: skip


def render(report: Report, *, colour: bool = False) -> str:
    """Return a line of column names, then the rows."""
    return written((), _COLUMNS, _rows(report))


def _rows(report: Report) -> Iterator[Sequence[str]]:
    for each in sorted(report.results, key=lambda result: (result.sort_key, result.message)):
        yield (
            each.kind.value,
            each.verdict.value,
            each.severity.value,
            each.rule,
            each.environment or "",
            each.root or "",
            each.address or "",
            each.client or "",
            each.grant_type or "",
            *place(each.location),
            each.message,
        )
    for found in report.diagnoses:
        yield ("diagnosis", found.confidence.value, "", found.cause, *[""] * 7, found.message)
    for problem in report.errors:
        yield ("error", *[""] * 10, problem.message)


def place(location: Location | None) -> tuple[str, str]:
    """Return the path and the line, as two cells."""
    return ("", "") if location is None else (location.path, str(location.line))


def written(head: Iterable[str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the document: comment lines, column names and rows.

    No cell is a formula, and no cell contains a line break.
    """
    text = io.StringIO()
    for line in head:
        text.write(f"# {visible(line)}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: str) -> str:
    shown = visible(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
