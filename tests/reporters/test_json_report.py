"""The JSON for other programs: its bytes, its schema, its order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

import toolkit.reporters
from toolkit.errors import ExitCode
from toolkit.model.findings import Verdict
from toolkit.model.report import Problem, Report
from toolkit.reporters import json_report
from toolkit.reporters.document import json_schema

HERE = Path(__file__).parent
SHIPPED = Path(toolkit.reporters.__file__).parent / "report.schema.json"


@pytest.fixture(scope="module")
def schema() -> Any:
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_is_byte_exact(sample: Report) -> None:
    assert json_report.render(sample) == (HERE / "sample.json").read_text(encoding="utf-8")


def test_does_not_depend_on_the_order_of_the_results(sample: Report) -> None:
    turned = replace(
        sample, results=sample.results[::-1], sources=sample.sources[::-1], notes=sample.notes[::-1]
    )
    assert json_report.render(turned) == json_report.render(sample)


def test_the_sample_fits_the_shipped_schema(sample: Report, schema: Any) -> None:
    schema.validate(json.loads(json_report.render(sample)))


def test_a_report_of_nothing_but_an_error_fits_the_schema(schema: Any) -> None:
    problem = Problem("no such folder: x", exit_code=ExitCode.BUG)
    document = json.loads(json_report.render(Report("check", "1.2.3", errors=(problem,))))
    schema.validate(document)
    assert document["errors"] == [{"message": "no such folder: x", "hint": None}]
    assert document["summary"]["exit_code"] == 70


def test_a_report_of_a_probe_fits_the_schema(schema: Any) -> None:
    document = json.loads(json_report.render(Report("probe", "1.2.3")))
    document |= {
        "verdict": "misconfigured",
        "diagnoses": [
            {
                "cause": "scope.missing",
                "confidence": "proven",
                "message": "The token lacks a scope.",
                "evidence": ["GET /api/v2/tokens/me"],
                "fix": "Add it.",
                "hcl": None,
            }
        ],
        "steps": [
            {
                "name": "token",
                "method": "POST",
                "url": "https://login.example.com/oauth/token",
                "status": 200,
                "elapsed_ms": 12.5,
                "outcome": "ok",
                "attempts": 1,
                "code": None,
                "detail": "",
            }
        ],
    }
    schema.validate(document)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.update(extra=1),
        lambda document: document.pop("errors"),
        lambda document: document.update(schema_version=2),
        lambda document: document["results"][0].update(verdict="maybe"),
        lambda document: document["results"][0].update(kind="guess"),
        lambda document: document["summary"].update({"exit_code": 5}),
        lambda document: document["results"][0].pop("fingerprint"),
    ],
    ids=["extra", "errors", "version", "verdict", "kind", "exit", "fingerprint"],
)
def test_the_schema_refuses_what_is_no_report(sample: Report, schema: Any, spoil: Any) -> None:
    document = json.loads(json_report.render(sample))
    spoil(document)
    with pytest.raises(jsonschema.ValidationError):
        schema.validate(document)


def test_the_shipped_schema_is_the_one_that_the_code_defines() -> None:
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == json_schema(), "run: make schema"


def test_results_are_sorted_and_complete(sample: Report) -> None:
    document = json.loads(json_report.render(sample))
    keys = [(r["root"] or "", r["address"] or "", r["rule"]) for r in document["results"]]
    assert keys == sorted(keys)
    assert len(keys) == len(sample.results)


def test_control_characters_stay_escaped(make_result: Any) -> None:
    raw = 'a\x1b[2J\n"\u202e'
    result = make_result(Verdict.FAIL, "R", raw, raw)
    rendered = json_report.render(Report("check", "1.2.3", results=(result,)))
    assert "\x1b" not in rendered
    assert json.loads(rendered)["results"][0]["address"] == raw


def test_whom_a_probe_is_about_is_in_it(probed: Report) -> None:
    found = json.loads(json_report.render(probed))
    assert found["subject"] == {
        "client_id": "c0ffee00-0000-4000-8000-000000000001",
        "client": "desk",
        "grant_type": "CODE",
        "operator": False,
    }
    assert found["contract"] == "recording-session"
    assert found["target"]["session_id"] == "5e550000-0000-4000-8000-000000000001"
