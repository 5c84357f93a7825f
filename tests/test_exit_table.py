"""Every exit status, produced by the real command line, and which of several wins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner

import toolkit.workflows.run_check
from toolkit.cli import cli
from toolkit.errors import ExitCode, ToolkitError

CLIENT = """
variable "scopes" {{
  type = set(string)
}}
resource "genesyscloud_oauth_client" "recorder" {{
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = {scopes}
}}
"""
GOOD = '["recording:session:write", "recordingSession"]'
BAD = '["recording:session:write"]'
UNKNOWN = "var.scopes"

Write = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Write:
    """Return a function that creates a folder with one client and returns its path."""

    def write(scopes: str, name: str = "terraform") -> str:
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(CLIENT.format(scopes=scopes))
        return str(tmp_path / name)

    return write


def exit_of(*args: str) -> int:
    return CliRunner().invoke(cli, ["check", *args]).exit_code


def test_0_everything_is_fine(folder: Write) -> None:
    assert exit_of(folder(GOOD)) == 0


def test_1_a_violation(folder: Write) -> None:
    assert exit_of(folder(BAD)) == 1


def test_2_something_could_not_be_looked_at(tmp_path: Path) -> None:
    assert exit_of(str(tmp_path / "gone")) == 2


def test_2_a_usage_error() -> None:
    assert exit_of("--no-such-option") == ExitCode.INPUT


def test_3_something_stayed_unknown(folder: Write) -> None:
    assert exit_of(folder(UNKNOWN)) == 3


def test_4_a_remote_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoAnswerError(ToolkitError):
        exit_code = ExitCode.REMOTE

    def unreachable(*_: object, **__: object) -> NoReturn:
        raise NoAnswerError("no answer")

    monkeypatch.setattr(toolkit.workflows.run_check, "checked", unreachable)
    assert exit_of() == 4


def test_70_a_bug(folder: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(toolkit.workflows.run_check, "evaluate", crash)
    assert exit_of(folder(GOOD)) == 70


def test_an_input_error_wins_over_a_violation(folder: Write, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["check", folder(BAD), str(tmp_path / "gone")])
    assert result.exit_code == ExitCode.INPUT
    assert "failed: 1 error" in result.stdout, "the good source is reported all the same"


def test_a_violation_wins_over_an_unknown(folder: Write) -> None:
    assert exit_of(folder(BAD, "a"), folder(UNKNOWN, "b")) == ExitCode.VIOLATION


def test_fail_on_decides_what_counts(folder: Write) -> None:
    bad = folder(BAD)
    assert exit_of(bad, "--fail-on", "never") == ExitCode.OK
    assert exit_of(bad, "--fail-on", "note") == ExitCode.VIOLATION
