"""GitHub's limits for SARIF: number of results, number of files, and locations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Invoke
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.model.report import Environment, Report
from toolkit.reporters import sarif

BAD = """\
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recording-kiosk"
  authorized_grant_type = "CODE"
  scopes                = ["recordingSession"]
}
"""
POLICY = """\
version: 1
name: ours
rules:
  - id: OURS1
    title: Is there
    severity: error
    clients: {name: ["nobody"]}
    must_match: true
    forbid: {scopes: ["x"]}
"""


def result(
    severity: Severity, number: int, environment: str | None = None, size: int = 1
) -> Result:
    return Result(
        rule="R1",
        kind=Kind.POLICY,
        verdict=Verdict.FAIL,
        severity=severity,
        root="terraform",
        address=f"genesyscloud_oauth_client.x{number}",
        client="x",
        grant_type="CODE",
        message="x" * size,
        environment=environment,
    )


def told(run: dict[str, Any]) -> list[str]:
    notes = run["invocations"][0].get("toolExecutionNotifications", [])
    return [each["message"]["text"] for each in notes]


def test_the_gravest_of_all_runs_are_kept_within_the_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    results = [result(Severity.NOTE, n, "a") for n in range(3)]
    results += [result(Severity.ERROR, n, "b") for n in range(2)]
    environments = (Environment("a", "terraform"), Environment("b", "terraform"))
    report = Report("check", "1", results=tuple(results), environments=environments)
    first, second = json.loads(sarif.render(report))["runs"]
    assert (len(first["results"]), len(second["results"])) == (1, 2)
    assert any(text.startswith("2 of the results, the least grave,") for text in told(first))
    assert not any("left out" in text for text in told(second))


def test_a_document_stays_below_the_size_that_github_takes() -> None:
    results = [result(Severity.NOTE, n, size=2000) for n in range(6000)]
    results += [result(Severity.ERROR, n, size=2000) for n in range(6000, 6010)]
    text = sarif.render(Report("check", "1", results=tuple(results)))
    assert len(text.encode()) <= 10_000_000
    (run,) = json.loads(text)["runs"]
    assert [each["level"] for each in run["results"][:11]] == ["error"] * 10 + ["note"]
    assert len(run["results"]) > 3000
    assert any("left out" in text for text in told(run))


def test_more_than_twenty_targets_go_into_numbered_files(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform/main.tf").write_text(BAD)
    text = "".join(f'[[targets]]\nname = "t{n:02}"\nroot = "terraform"\n' for n in range(45))
    (tmp_path / "recording-toolkit.toml").write_text(text)
    assert invoke("check", "-f", "text", "-f", "sarif=out.sarif").exit_code == 1
    names = [path.name for path in sorted(tmp_path.glob("*.sarif"))]
    assert names == ["out.2.sarif", "out.3.sarif", "out.sarif"]
    ids = [
        run["automationDetails"]["id"]
        for name in ("out.sarif", "out.2.sarif", "out.3.sarif")
        for run in json.loads((tmp_path / name).read_text())["runs"]
    ]
    assert ids == [f"recording-toolkit/t{n:02}/" for n in range(45)]


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one of its folders as working folder, and Terraform outside of it."""
    (tmp_path / "repository/.git").mkdir(parents=True)
    (tmp_path / "repository/sub").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/main.tf").write_text(BAD)
    monkeypatch.chdir(tmp_path / "repository/sub")
    return tmp_path / "repository"


def places(invoke: Invoke, *args: str) -> dict[str, Any]:
    run = json.loads(invoke("check", "../../elsewhere", *args, "-f", "sarif").stdout)["runs"][0]
    return {
        each["ruleId"]: [
            place["physicalLocation"] for place in each["locations"] if "physicalLocation" in place
        ]
        for each in run["results"]
    } | {"told": told(run)}


def test_what_lies_outside_of_the_repository_stands_at_its_rule(
    invoke: Invoke, outside: Path
) -> None:
    (outside / "ours.yaml").write_text(POLICY)
    (place,) = places(invoke, "-p", "../ours.yaml")["OURS1"]
    assert place == {
        "artifactLocation": {"uri": "ours.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "endLine": 4},
    }


def test_else_in_the_configuration(invoke: Invoke, outside: Path) -> None:
    (outside / "recording-toolkit.toml").write_text('fail-on = "error"\n')
    config = ("--config", "../recording-toolkit.toml")
    (place,) = places(invoke, *config)["REC001"]
    assert place == {
        "artifactLocation": {"uri": "recording-toolkit.toml", "uriBaseId": "%SRCROOT%"}
    }


def test_else_nowhere_and_says_so(invoke: Invoke, outside: Path) -> None:
    found = places(invoke)
    assert found["REC001"] == []
    assert any("stand in no file of the repository" in text for text in found["told"])
