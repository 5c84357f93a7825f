"""The summary counts violations by severity, and the results that decide the exit status."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from toolkit.model.findings import Severity, Verdict
from toolkit.model.report import Report, Source
from toolkit.reporters import html_report, json_report, markdown, text

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@pytest.fixture
def report(make_result: Any) -> Report:
    """Three errors, fifty warnings and a note that failed, and two unknowns, one a note."""
    results = [
        replace(
            make_result(
                verdict, f"{severity.value}-rule", f"genesyscloud_oauth_client.c{n}", "No."
            ),
            severity=severity,
        )
        for verdict, severity, number in (
            (Verdict.FAIL, ERROR, 3),
            (Verdict.FAIL, WARNING, 50),
            (Verdict.FAIL, NOTE, 1),
            (Verdict.UNKNOWN, ERROR, 1),
            (Verdict.UNKNOWN, WARNING, 1),
        )
        for n in range(number)
    ]
    return Report("check", "1", (Source("tf", "hcl", 50),), tuple(results))


@pytest.mark.parametrize(
    ("fail_on", "failed", "unknown"),
    [
        (ERROR, "3 errors, 50 warnings, 1 note (3 count)", "2 unknown (1 counts)"),
        (WARNING, "3 errors, 50 warnings, 1 note (53 count)", "2 unknown"),
        (NOTE, "3 errors, 50 warnings, 1 note", "2 unknown"),
        (None, "3 errors, 50 warnings, 1 note (none counts)", "2 unknown (none counts)"),
    ],
)
def test_every_format_for_people_tells_severities_apart(
    report: Report, fail_on: Severity | None, failed: str, unknown: str
) -> None:
    report = replace(report, fail_on=fail_on)
    summary = " ".join(text.render(report).replace("·", " ").split())
    assert f" failed: {failed} {unknown} exit" in summary
    page = markdown.render(report)
    assert page.splitlines()[1].startswith(f"### recording-toolkit check: {failed}, 2 unknown")
    assert f"failed: {failed}" in html_report.render(report)
    for shown in (summary, page, html_report.render(report)):
        assert "54 failed" not in shown


def test_the_document_for_programs_has_the_numbers(report: Report) -> None:
    summary = json.loads(json_report.render(report))["summary"]
    assert summary["failures"] == {"error": 3, "warning": 50, "note": 1}
    assert summary["deciding"] == {"fail": 3, "unknown": 1}


def test_the_summary_alone_names_no_finding(report: Report) -> None:
    page = text.render(report, only="summary")
    assert "genesyscloud_oauth_client" not in page
    assert "failed: 3 errors, 50 warnings, 1 note (3 count)" in page
    assert len(page.splitlines()) <= 4


def test_the_statistics_are_a_table_with_the_worst_last(report: Report) -> None:
    page = text.render(report, only="statistics").splitlines()
    assert page[:5] == [
        "rule          severity  failed  unknown  waived  passed",
        "note-rule     note           1        0       0       0",
        "warning-rule  warning       50        1       0       0",
        "error-rule    error          3        1       0       0",
        "",
    ]


def test_roots_come_with_the_worst_last(make_result: Any) -> None:
    def found(root: str, verdict: Verdict, severity: Severity, number: int) -> list[Any]:
        return [
            replace(make_result(verdict, "R", f"c.{n}", "No."), root=root, severity=severity)
            for n in range(number)
        ]

    results = [
        *found("a-two-errors", Verdict.FAIL, ERROR, 2),
        *found("b-error", Verdict.FAIL, ERROR, 1),
        *found("c-fine", Verdict.PASS, ERROR, 1),
        *found("d-unknown", Verdict.UNKNOWN, ERROR, 1),
        *found("e-warnings", Verdict.FAIL, WARNING, 4),
    ]
    roots = sorted({result.root for result in results})
    report = Report("check", "1", tuple(Source(r, "hcl", 4) for r in roots), tuple(results))
    shown = [line.split(":")[0] for line in text.render(report).splitlines()]
    order = [line for line in shown if line in roots]
    assert order == ["e-warnings", "d-unknown", "b-error", "a-two-errors"]
