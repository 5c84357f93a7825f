"""Reports on several targets, validated with the schemas of the systems that read them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from tests.cli.conftest import Invoke
from tests.cli.test_configuration_file import TARGETS, TERRAFORM

SCHEMAS = Path(__file__).parents[1] / "reporters" / "schemas"


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two targets of one root, both without a required scope."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform/main.tf").write_text(TERRAFORM)
    (tmp_path / "staging.tfvars").write_text('scopes = ["recordingSession"]\n')
    (tmp_path / "prod.tfvars").write_text('scopes = ["recordingSession"]\n')
    (tmp_path / "recording-toolkit.toml").write_text(TARGETS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_sarif_fits_its_schema_and_each_target_has_a_category(invoke: Invoke, broken: Path) -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    document = json.loads(invoke("check", "-f", "sarif").stdout)
    assert [*jsonschema.Draft4Validator(schema).iter_errors(document)] == []
    ids = [run["automationDetails"]["id"] for run in document["runs"]]
    assert len(set(ids)) == len(ids) == 2
    for run in document["runs"]:
        assert run["results"]
        for result in run["results"]:
            assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_junit_fits_its_schema_and_no_two_cases_are_one(invoke: Invoke, broken: Path) -> None:
    text = invoke("check", "-f", "junit").stdout
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(ElementTree.fromstring(text))
    cases = [
        (c.get("classname"), c.get("name")) for c in ElementTree.fromstring(text).iter("testcase")
    ]
    assert len(set(cases)) == len(cases)


def test_gitlab_tells_every_finding_apart(invoke: Invoke, broken: Path) -> None:
    issues = json.loads(invoke("check", "-f", "gitlab").stdout)
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == len(prints) >= 2
    paths = {issue["location"]["path"] for issue in issues if issue["severity"] == "critical"}
    assert paths == {"staging.tfvars", "prod.tfvars"}
