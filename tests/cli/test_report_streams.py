"""Where reports go: stdout, files, colours, encodings."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from toolkit.cli.run import wants_colour
from toolkit.errors import ExitCode
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.model.report import Report, Source

PASSED = Report(
    "check",
    "1.2.3",
    sources=(Source("terraform", "hcl", 1),),
    results=(
        Result(
            "REC001", Kind.POLICY, Verdict.PASS, Severity.ERROR,
            "terraform", "a.b", "录", "CODE", "Ok.",
        ),
    ),
)  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "colour"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (Terminal(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch, stream: Any, environment: dict[str, str], colour: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(stream) is colour


def test_text_is_the_default_and_plain_in_a_pipe(invoke: Any, workflow: Any) -> None:
    workflow.report = PASSED
    result = invoke("check")
    assert result.exit_code == ExitCode.OK
    assert result.stdout.startswith("terraform: hcl, 1 client\n")
    assert result.stderr == ""
    assert "\x1b" not in result.stdout


def test_colour_where_it_is_asked_for(invoke: Any, workflow: Any) -> None:
    workflow.report = PASSED
    assert "\x1b[32mpass" in invoke("check", env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b" not in invoke("check", "-f", "json", env={"FORCE_COLOR": "1"}).stdout


def test_a_format_goes_into_a_file(invoke: Any, workflow: Any, tmp_path: Path) -> None:
    workflow.report = PASSED
    as_json, as_text = tmp_path / "out=1.json", tmp_path / "out.txt"
    result = invoke("check", "-f", f"json={as_json}", "-f", "text", "-f", f"text={as_text}")
    assert result.exit_code == ExitCode.OK
    assert json.loads(as_json.read_bytes())["summary"]["pass"] == 1
    assert as_text.read_text(encoding="utf-8") == result.stdout


def test_a_report_that_cannot_be_written_is_an_error(
    invoke: Any, workflow: Any, tmp_path: Path
) -> None:
    workflow.report = PASSED
    missing = tmp_path / "no" / "out.txt"
    result = invoke("check", "-f", f"text={missing}", "-f", "json")
    assert result.exit_code == ExitCode.INPUT
    assert f"{missing}: the text report cannot be written: No such file" in result.stderr
    document = json.loads(result.stdout)
    assert document["summary"]["pass"] == 1
    assert document["summary"]["exit_code"] == ExitCode.INPUT


def test_the_reports_that_can_be_written_say_that_another_cannot(
    invoke: Any, workflow: Any, tmp_path: Path
) -> None:
    workflow.report = PASSED
    junit, missing = tmp_path / "out.xml", tmp_path / "no" / "out"
    asked = (f"json={missing}.json", f"junit={junit}", f"text={missing}.txt")
    result = invoke("check", *(part for each in asked for part in ("-f", each)))
    assert result.exit_code == ExitCode.INPUT
    assert 'errors="2"' in junit.read_text(encoding="utf-8").splitlines()[1]
    assert result.stderr.count("cannot be written") == 2


def test_only_files_leave_stdout_alone(invoke: Any, workflow: Any, tmp_path: Path) -> None:
    workflow.report = PASSED
    assert invoke("check", "-f", f"json={tmp_path / 'out.json'}").stdout == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_poor_terminal_gets_the_report_all_the_same(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "genesyscloud_oauth_client" "x" {\n  name = "record 录"\n'
        '  authorized_grant_type = "CODE"\n}\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "check", str(tmp_path)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    page = done.stdout.decode(encoding)
    assert done.returncode == ExitCode.VIOLATION, done.stderr
    assert ("record \\u5f55" if encoding != "utf-8" else "record 录") in page
    assert ("1 client · 1" if encoding == "utf-8" else "1 client - 1") in page


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("--version",), ExitCode.OK), (("explain",), ExitCode.INPUT), (("probe",), ExitCode.INPUT)],
)
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_change_what_came_of_it(
    arguments: tuple[str, ...], status: ExitCode, closed: str
) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RECORDING_TOOLKIT_")}
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", sys.executable, "-m", "toolkit", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=kept,
    )
    assert done.returncode == status
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_stderr_that_takes_nothing_is_no_violation() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", "explain"],
            stdout=subprocess.DEVNULL,
            stderr=full,
            check=False,
        )
    assert done.returncode == ExitCode.INPUT


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("--version",)])
def test_a_stdout_that_takes_no_page_of_help_is_no_bug(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == ExitCode.INPUT
    assert done.stderr == (
        "error: not all can be written: No space left on device\nhint: Is the disk full?\n"
    )
