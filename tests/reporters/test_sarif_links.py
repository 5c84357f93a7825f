"""Each SARIF rule links to its documentation page if the package names the documentation."""

from __future__ import annotations

import importlib.metadata
import json
from email.message import Message
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from tests.reporters.conftest import MakeResult
from toolkit.checks.registry import CHECK_IDS
from toolkit.cli.documentation import documentation
from toolkit.judging.drift_checks import DRIFT_CHECKS
from toolkit.model.findings import Kind, Verdict
from toolkit.model.report import Report
from toolkit.probe.stages import CAUSES
from toolkit.reporters.documentation_pages import page_of, page_of_cause
from toolkit.reporters.sarif import render
from toolkit.workflows.uncovered import ID as UNCOVERED

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs"
HOME = "https://git.example/owner/name/blob/v1.2.3/docs/"


def driver(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(report))["runs"][0]["tool"]["driver"]
    return found


def test_every_rule_leads_to_a_page_that_is_there(
    sample: Report, probed: Report, make_result: MakeResult
) -> None:
    kinds = [
        make_result(Verdict.FAIL, rule, None, "m", kind=kind)
        for rule, kind in (("R 1", Kind.POLICY), ("duplicate-name", Kind.BUILT_IN))
    ]
    known = make_result(Verdict.FAIL, "scope-added", None, "m", kind=Kind.DRIFT)
    policy = [each for each in sample.results if each.kind is Kind.POLICY]
    more = replace(sample, results=(*policy, *kinds), known=(known,))
    schema = json.loads((HERE / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    for report in (more, replace(probed, results=())):
        found = replace(report, documentation=f"{HOME}index.md")
        jsonschema.Draft4Validator(schema).validate(json.loads(render(found)))
        assert driver(found)["informationUri"] == f"{HOME}index.md"
        for rule in driver(found)["rules"]:
            assert rule["helpUri"].startswith(HOME)
            assert (DOCS / rule["helpUri"].removeprefix(HOME)).is_file(), rule


def test_no_address_is_made_up(sample: Report) -> None:
    assert "informationUri" not in driver(sample)
    assert all("helpUri" not in rule for rule in driver(sample)["rules"])


def test_each_check_and_each_cause_has_a_page(make_result: MakeResult) -> None:
    ids = [*CHECK_IDS, *(check.id for check in DRIFT_CHECKS), "in-sync", UNCOVERED]
    pages = [
        page_of(make_result(Verdict.FAIL, each, None, "m", kind=Kind.BUILT_IN)) for each in ids
    ]
    pages += map(page_of_cause, [*CAUSES, "not-proven"])
    rules = [make_result(Verdict.FAIL, each, None, "m") for each in ("REC001", "can-call")]
    pages += map(page_of, rules)
    assert [page for page in pages if not (DOCS / page).is_file()] == []


@pytest.mark.parametrize(
    ("urls", "address"),
    [
        (["Homepage, https://git.example/a", f"Documentation, {HOME}index.md"], f"{HOME}index.md"),
        (["Homepage, https://git.example/a"], None),
        ([], None),
    ],
)
def test_the_package_says_where_its_documentation_is(
    monkeypatch: pytest.MonkeyPatch, urls: list[str], address: str | None
) -> None:
    package = Message()
    for each in urls:
        package["Project-URL"] = each
    monkeypatch.setattr("toolkit.cli.documentation.metadata", lambda _: package)
    assert documentation() == address


def test_a_program_that_is_no_package_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> Message:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr("toolkit.cli.documentation.metadata", missing)
    assert documentation() is None
