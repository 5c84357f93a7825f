"""A table of rules and checks: how often each failed, is unknown, was waived and passed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from toolkit.model.findings import Verdict
from toolkit.reporters.terminal import BOLD, Paint, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.report import Report

_VERDICTS: Final = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED, Verdict.PASS)
_COLUMNS: Final = ("rule", "severity", "failed", "unknown", "waived", "passed")


def lines(report: Report, paint: Paint) -> Iterator[str]:
    """Yield the column names, a line for each rule (worst last), and an empty line."""
    counts = Counter((r.rule, r.verdict) for r in report.results)
    rules = {r.rule: r.severity for r in sorted(report.results, key=lambda r: r.severity.rank)}
    worst = sorted(
        rules,
        key=lambda rule: (
            counts[rule, Verdict.FAIL] + counts[rule, Verdict.UNKNOWN] > 0,
            rules[rule].rank,
            *(counts[rule, verdict] for verdict in _VERDICTS),
            rule,
        ),
    )
    rows = [
        (visible(rule), rules[rule].value, *(str(counts[rule, verdict]) for verdict in _VERDICTS))
        for rule in worst
    ]
    widths = [max(map(len, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    yield paint(BOLD, _row(_COLUMNS, widths))
    for row in rows:
        yield _row(row, widths)
    yield ""


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    named, counted = cells[:2], cells[2:]
    left = [cell.ljust(width) for cell, width in zip(named, widths, strict=False)]
    right = [cell.rjust(width) for cell, width in zip(counted, widths[2:], strict=True)]
    return "  ".join([*left, *right])
