"""`rdjson`, `opa` and `atlantis`: for reviews, policies and gates that search for one word."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tests.reporters.conftest import PROBED, SAMPLE, result
from toolkit.model.findings import Severity, Verdict
from toolkit.model.report import Environment, Problem, Report, Source
from toolkit.reporters import atlantis, junit, opa, rdjson
from toolkit.reporters.machine_findings import alerts

NAMED = "genesyscloud_oauth_client.failover"


def of(*results: Any, **more: Any) -> Report:
    given: dict[str, Any] = {"sources": (Source("failing", "hcl", 1),), **more}
    return Report("check", "1.2.3", results=results, **given)


ALL = [
    of(result(Verdict.PASS, "R1", NAMED, "failed once")),
    of(result(Verdict.FAIL, "FAIL01", NAMED, "fails", severity=Severity.WARNING)),
    of(result(Verdict.UNKNOWN, "R1", NAMED, "fails", counts=False)),
    of(result(Verdict.FAIL, "R1", NAMED, "x")),
    of(result(Verdict.UNKNOWN, "R1", NAMED, "x")),
    of(errors=(Problem("cannot read it"),)),
    of(result(Verdict.FAIL, "R1", NAMED, "x"), fail_on=None),
    of(environments=(Environment("failover", "failing"),)),
    SAMPLE,
    PROBED,
]


@pytest.mark.parametrize("report", ALL)
def test_atlantis_reads_its_word_exactly_where_the_exit_is_not_0(report: Report) -> None:
    text = atlantis.render(report)
    assert ("fail" in text.lower()) == bool(report.exit_code)
    assert not any(r.address in text for r in report.results if r.address)


@pytest.mark.parametrize("report", ALL)
def test_opa_denies_exactly_where_the_exit_is_not_0(report: Report) -> None:
    listed = json.loads(opa.render(report))
    assert list(listed) == ["deny", "warn", "unknown"]
    assert bool(listed["deny"]) == bool(report.exit_code)
    assert all(isinstance(text, str) for texts in listed.values() for text in texts)


def test_opa_has_what_is_told_once() -> None:
    listed = json.loads(opa.render(SAMPLE))
    told = [alert for alert in alerts(SAMPLE) if alert.verdict is not Verdict.WAIVED]
    assert sum(map(len, listed.values())) == len(told) + len(SAMPLE.errors)


def test_rdjson_has_the_lines_of_the_findings() -> None:
    document = json.loads(rdjson.render(SAMPLE))
    (found,) = [
        each
        for each in document["diagnostics"]
        if each.get("code") == {"value": "REC001"} and "genesyscloud_oauth_client.desk" in str(each)
    ]
    assert found["location"] == {
        "path": "terraform/main.tf",
        "range": {"start": {"line": 14, "column": 3}, "end": {"line": 14}},
    }
    assert found["severity"] == "ERROR"
    assert {each["severity"] for each in document["diagnostics"]} <= {"ERROR", "WARNING", "INFO"}
    assert all(each["location"]["path"] for each in document["diagnostics"])


def test_two_roots_share_no_case_and_known_ones_are_skipped() -> None:
    here, there = (result(Verdict.FAIL, "R1", NAMED, "x", root=root) for root in ("here", "there"))
    text = junit.render(of(here, known=(there,)))
    assert f'classname="here: {NAMED}" name="R1"' in text
    assert f'classname="there: {NAMED}" name="R1"' in text
    assert '<skipped message="known (fail): x"' in text
    assert text.count("<failure") == 1


def test_known_findings_are_told_apart() -> None:
    from toolkit.reporters import gitlab, html_report, json_report, sarif

    new, known = (result(Verdict.FAIL, rule, NAMED, f"says {rule}") for rule in ("R1", "R2"))
    report = replace(of(new), known=(known,))
    run = json.loads(sarif.render(report))["runs"][0]
    states = {each["ruleId"]: each["baselineState"] for each in run["results"]}
    assert states == {"R1": "new", "R2": "unchanged"}
    assert [r["rule"] for r in json.loads(json_report.render(report))["known"]] == ["R2"]
    issues = {each["check_name"]: each for each in json.loads(gitlab.render(report))}
    assert issues["R2"]["severity"] == "info"
    assert issues["R2"]["description"].startswith("known by the baseline: ")
    assert "says R2" in html_report.render(report)
