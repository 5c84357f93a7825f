"""Formats on the command line: the job summary, and complete documents of failed runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from toolkit.errors import ExitCode

EXAMPLE = str(Path(__file__).parents[2] / "terraform" / "examples" / "missing-scope")
FORMATS = ("json", "sarif", "junit", "github", "gitlab", "markdown")


def is_whole(name: str, text: str) -> bool:
    match name:
        case "junit":
            return ElementTree.fromstring(text).get("errors") == "1"
        case "github":
            return text.startswith("::error::")
        case "markdown":
            return text.startswith("<!-- recording-toolkit:check -->\n")
        case _:
            return bool(json.loads(text))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "wrong",
    [["--no-such-option"], ["--fail-on", "sometimes"], ["no-such-folder"], ["--policy", "nope"]],
    ids=lambda wrong: wrong[0],
)
def test_a_format_stays_whole_where_the_run_fails(invoke: Any, name: str, wrong: list[str]) -> None:
    result = invoke("check", *wrong, "-f", name)
    assert result.exit_code == ExitCode.INPUT
    assert is_whole(name, result.stdout)
    assert result.stderr.startswith("error: ")


@pytest.mark.parametrize("asked", [["-fjson"], ["--format=json"], ["--format", "json"]])
def test_a_format_is_found_however_it_is_asked_for(invoke: Any, asked: list[str]) -> None:
    result = invoke("check", *asked, "--no-such-option")
    assert json.loads(result.stdout)["command"] == "check"


def test_a_hyphen_is_stdout_as_it_is_stdin(
    invoke: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke("check", "no-such-folder", "-f", "json=-")
    assert json.loads(result.stdout)["command"] == "check"
    assert list(tmp_path.iterdir()) == []
    result = invoke("check", "no-such-folder", "-f", "json=-", "-f", "text")
    assert "error: two formats go to stdout" in result.stderr


def test_a_file_is_written_where_the_options_are_wrong(invoke: Any, tmp_path: Path) -> None:
    path = tmp_path / "out.sarif"
    result = invoke("check", "-f", "text", "-f", f"sarif={path}", "--no-such-option")
    assert result.stdout == ""
    assert not json.loads(path.read_bytes())["runs"][0]["invocations"][0]["executionSuccessful"]


def test_github_gets_a_job_summary_as_well(
    invoke: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = invoke("check", EXAMPLE, "-f", "github")
    assert result.exit_code == ExitCode.VIOLATION
    assert "::error file=" in result.stdout
    assert summary.read_text().startswith("before\n<!-- recording-toolkit:check -->\n")


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_nothing_else_writes_a_job_summary(
    invoke: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    invoke("check", EXAMPLE, "-f", name)
    assert not (tmp_path / "summary.md").exists()


def test_a_summary_that_cannot_be_written_costs_no_result(
    invoke: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "gone" / "summary.md"))
    result = invoke("check", EXAMPLE, "-f", "github")
    assert result.exit_code == ExitCode.VIOLATION
    assert "::error file=" in result.stdout
    assert result.stderr == (
        "warning: the job summary cannot be written: No such file or directory\n"
    )


def test_policy_tests_as_junit(invoke: Any, tmp_path: Path) -> None:
    result = invoke("policy", "test", "-f", "text", "-f", f"junit={tmp_path / 'out.xml'}")
    assert result.exit_code == ExitCode.OK
    assert result.stdout.endswith("0 failed\n")
    root = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert int(root.get("tests", "0")) > 10
    assert root.get("failures") == "0"


def test_policy_tests_have_fewer_formats(invoke: Any) -> None:
    result = invoke("policy", "test", "-f", "sarif")
    assert result.exit_code == ExitCode.INPUT
    assert result.stderr == "error: there is no format 'sarif'\nhint: Formats: text, junit.\n"


def test_text_loads_no_other_format() -> None:
    program = (
        "import sys; from toolkit.cli import cli; "
        f"cli.run(['check', {EXAMPLE!r}]); "
        "print([m for m in sys.modules if m.startswith('toolkit.reporters.')], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = done.stderr.splitlines()[-1]
    assert "toolkit.reporters.text" in loaded
    unused = ("sarif", "junit", "github", "gitlab", "markdown", "alerts", "marked", "json_report")
    assert not [name for name in unused if f"toolkit.reporters.{name}" in loaded]


@pytest.mark.parametrize(("option", "lines"), [("-q", 2), ("--quiet", 2), ("--statistics", None)])
def test_the_summary_alone_can_be_asked_for(
    invoke: Any, tmp_path: Path, option: str, lines: int | None
) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "genesyscloud_oauth_client" "a" {\n  name = "recorder"\n'
        '  authorized_grant_type = "CODE"\n}\n'
    )
    out = tmp_path / "out.json"
    result = invoke("check", str(tmp_path), option, "-f", "text", "-f", f"json={out}")
    assert result.exit_code == ExitCode.VIOLATION
    assert "genesyscloud_oauth_client" not in result.stdout
    assert result.stdout.splitlines()[-1] == "exit 1: something is violated"
    assert lines is None or len(result.stdout.splitlines()) == lines
    # Documents for programs stay complete.
    assert json.loads(out.read_text())["results"]
