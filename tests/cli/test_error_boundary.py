"""Every failure gives one line, one hint and one exit status, and JSON stays valid."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from toolkit.cli import COMMANDS
from toolkit.errors import ExitCode, SourceError, ToolkitError
from toolkit.model.report import Problem, Report, Source
from toolkit.reporters.document import json_schema
from toolkit.reporters.interface import REPORTERS


def test_an_error_is_a_line_and_a_hint(invoke: Any, workflow: Any) -> None:
    workflow.error = SourceError("main.tf:3:1: broken", hint="Mend it.")
    result = invoke("check")
    assert result.exit_code == ExitCode.INPUT
    assert result.stdout == ""
    assert result.stderr == "error: main.tf:3:1: broken\nhint: Mend it.\n"


def test_an_error_without_a_hint_is_a_line(invoke: Any, workflow: Any) -> None:
    workflow.error = SourceError("broken")
    assert invoke("check").stderr == "error: broken\n"


def test_an_error_has_the_exit_status_of_its_class(invoke: Any, workflow: Any) -> None:
    class RemoteError(ToolkitError):
        exit_code = ExitCode.REMOTE

    workflow.error = RemoteError("no answer")
    assert invoke("check").exit_code == ExitCode.REMOTE


def test_json_stays_json_on_an_error(invoke: Any, workflow: Any) -> None:
    workflow.error = SourceError("broken", hint="Mend it.")
    result = invoke("check", "-f", "json")
    document = json.loads(result.stdout)
    jsonschema.validate(document, json_schema())
    assert document["command"] == "check"
    assert document["errors"] == [{"message": "broken", "hint": "Mend it."}]
    assert document["summary"]["exit_code"] == result.exit_code == ExitCode.INPUT
    assert result.stderr == "error: broken\nhint: Mend it.\n"


def test_json_stays_json_on_a_bad_option(invoke: Any) -> None:
    result = invoke("check", "--fail-on", "never-ever", "-f", "json")
    assert result.exit_code == ExitCode.INPUT
    assert "--fail-on" in json.loads(result.stdout)["errors"][0]["message"]


def test_errors_of_a_report_are_said_on_stderr_too(invoke: Any, workflow: Any) -> None:
    workflow.report = Report(
        "check",
        "1.2.3",
        sources=(Source("good", "hcl", 0),),
        errors=(Problem("bad/main.tf:1:1: broken", "Mend it."),),
    )
    result = invoke("check")
    assert result.exit_code == ExitCode.INPUT
    assert result.stderr == "error: bad/main.tf:1:1: broken\nhint: Mend it.\n"
    assert "bad/main.tf:1:1: broken" in result.stdout


def test_nothing_but_errors_leaves_stdout_to_machines(invoke: Any, workflow: Any) -> None:
    workflow.report = Report("check", "1.2.3", errors=(Problem("broken"),))
    assert invoke("check").stdout == ""


def test_control_characters_of_an_error_do_not_reach_the_terminal(
    invoke: Any, workflow: Any
) -> None:
    workflow.error = SourceError("a\x1b[2J\nerror: b", hint="c\rd")
    assert invoke("check").stderr == "error: a\\x1b[2J\\nerror: b\nhint: c\\rd\n"


class TestBug:
    @pytest.fixture(autouse=True)
    def crash(self, workflow: Any) -> None:
        workflow.error = KeyError("a client secret")
        workflow.error.add_note("in check forbid, on genesyscloud_oauth_client.x")

    def test_says_what_to_report(self, invoke: Any) -> None:
        result = invoke("check")
        first, second = result.stderr.splitlines()
        assert result.exit_code == ExitCode.BUG
        assert result.stdout == ""
        assert first.startswith("error: a bug in the toolkit: KeyError, in check forbid, on ")
        assert "recording-toolkit 0." in first
        assert second == (
            "hint: Please report this line; RECORDING_TOOLKIT_DEBUG=1 shows where it happened."
        )

    def test_shows_neither_values_nor_a_traceback(self, invoke: Any) -> None:
        result = invoke("check", "-f", "json")
        assert "secret" not in result.output
        assert "Traceback" not in result.output
        assert json.loads(result.stdout)["summary"]["exit_code"] == ExitCode.BUG

    def test_shows_where_when_asked(self, invoke: Any) -> None:
        result = invoke("check", env={"RECORDING_TOOLKIT_DEBUG": "1"})
        assert result.exit_code == ExitCode.BUG
        assert "Traceback" in result.stderr
        assert result.stdout == ""


def test_an_interrupt_is_quiet(invoke: Any, workflow: Any) -> None:
    workflow.error = KeyboardInterrupt()
    result = invoke("check")
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        (
            ["chek"],
            "error: there is no command 'chek'",
            "hint: Did you mean 'check'?",
        ),
        (
            ["xyz"],
            "error: there is no command 'xyz'",
            f"hint: Commands: {', '.join(sorted(entry.name for entry in COMMANDS))}.",
        ),
        (
            ["policy", "lnt"],
            "error: there is no command 'lnt'",
            "hint: Did you mean 'lint'?",
        ),
        (
            ["check", "--polcy", "x"],
            "error: no such option '--polcy'",
            "hint: Did you mean --policy? See 'recording-toolkit check --help'.",
        ),
        (
            ["check", "-f", "jsn"],
            "error: there is no format 'jsn'",
            f"hint: Did you mean json? Formats: {', '.join(entry.name for entry in REPORTERS)}.",
        ),
        (
            ["check", "-f", "json="],
            "error: --format json= names no file",
            "hint: Write json=FILE, or json for stdout.",
        ),
        (
            ["check", "-f", "json", "-f", "text"],
            "error: two formats go to stdout",
            "hint: Give one of them a file: -f FORMAT=PATH.",
        ),
        (
            ["check", "--var", "region"],
            "error: --var region has no value",
            "hint: Write --var NAME=VALUE.",
        ),
        (
            ["policy", "lint"],
            "error: missing argument 'NAME|FILE...'",
            "hint: See 'recording-toolkit policy lint --help'.",
        ),
        (
            ["policy", "show", "recording-sesion"],
            'error: no shipped policy is named "recording-sesion"; did you mean '
            '"recording-session"?',
            "hint: Shipped policies: call-recording, recording-session. A file is named by its "
            "path: ./recording-sesion.yaml",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_usage_error_says_what_to_use(
    invoke: Any, workflow: Any, args: list[str], message: str, hint: str
) -> None:
    result = invoke(*args)
    assert result.exit_code == ExitCode.INPUT
    assert result.stderr.splitlines() == [message, hint]


def test_no_command_shows_the_help_and_is_a_usage_error(invoke: Any) -> None:
    result = invoke()
    assert result.exit_code == ExitCode.INPUT
    assert result.stdout == ""
    assert result.stderr.startswith("Usage: recording-toolkit [OPTIONS] COMMAND")


@pytest.mark.parametrize("args", [["policy", "schema"], ["check", "--help"], ["--version"]])
def test_a_reader_that_leaves_early_is_no_error(args: list[str]) -> None:
    command = [sys.executable, "-m", "toolkit", *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    "words", [("check",), ("verify",), ("plan",), ("apply", "--yes")], ids=lambda words: words[0]
)
def test_a_name_that_is_too_long_is_no_bug(words: tuple[str, ...], invoke: Any) -> None:
    result = invoke(*words, "x" * 300)
    assert result.exit_code == 2, result.stderr
    assert "File name too long" in result.stderr


@pytest.mark.parametrize(
    "command", ["check", "plan", "catalog search x", "config show", "verify x"]
)
def test_a_working_folder_that_is_gone_is_said(command: str, tmp_path: Path) -> None:
    program = (
        "import os, sys; from toolkit.__main__ import main; "
        f"os.rmdir({str(tmp_path)!r}); sys.exit(main(owns_process=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.INPUT
    assert done.stderr.startswith("error: the working folder cannot be used: No such file")
    assert "bug" not in done.stderr
