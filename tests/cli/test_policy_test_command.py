"""`policy test`: its output and its exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import ExitCode
from toolkit.policy.loader import find_policy

POLICY = """\
version: 1
name: ours
rules:
  - {id: R1, title: t, require: {scopes: {all_of: [a]}}, unknown: report}
checks: {unpublished-scope: off}
"""
CASES = """\
version: 1
cases:
  - name: holds it
    clients: [{name: c, grant_type: CODE, scopes: [a]}]
    expect: {c: {R1: pass}}
"""
FAILING = """\
  - name: does not, and is of another name
    clients: [{name: c, grant_type: CODE, scopes: [b]}]
    expect:
      c: {R1: pass, duplicate-name: fail}
      d: {R1: pass}
  - name: says too much
    clients: [{name: c, grant_type: CODE, scopes: [a]}]
    exact: true
"""
BROKEN = """\
  - name: cannot be read
    terraform: "a = = 1"
    expect: {c: {R1: pass}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ours.yaml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_line_for_each_case_that_passed(invoke: Any, folder: Path) -> None:
    (folder / "ours.test.yaml").write_text(CASES)
    result = invoke("policy", "test", "ours.yaml")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == "ours: ours.test.yaml\n\n  ok      holds it\n\n1 passed, 0 failed\n"
    assert result.stderr == ""


def test_a_failed_case_says_what_was_wanted_and_what_came(invoke: Any, folder: Path) -> None:
    (folder / "ours.test.yaml").write_text(CASES + FAILING)
    result = invoke("policy", "test", "ours.yaml")
    assert result.exit_code == ExitCode.VIOLATION
    assert result.stdout == (
        """\
ours: ours.test.yaml

  ok      holds it
  FAILED  does not, and is of another name (ours.test.yaml:6)
          c, R1: wanted pass, came fail
            Lacks the scope "a".
          c, duplicate-name: wanted fail, came none
            The rule does not apply to this client, or the check did not fire.
          No client has the name or address "d". There are:
            genesyscloud_oauth_client.c.
  FAILED  says too much (ours.test.yaml:11)
          genesyscloud_oauth_client.c, R1: wanted nothing, came pass
            Holds the scope "a".

1 passed, 2 failed
"""
    )


def test_what_could_not_run_comes_before_what_failed(invoke: Any, folder: Path) -> None:
    (folder / "ours.test.yaml").write_text(CASES + FAILING + BROKEN)
    result = invoke("policy", "test", "ours.test.yaml")
    assert result.exit_code == ExitCode.INPUT
    assert "  ERROR   cannot be read (ours.test.yaml:14)\n          main.tf:1:" in result.stdout
    assert result.stdout.endswith("\n1 passed, 2 failed, 1 could not run\n")


def test_no_tests_do_not_look_like_success(invoke: Any, folder: Path) -> None:
    result = invoke("policy", "test", "ours.yaml")
    assert result.exit_code == ExitCode.INPUT
    assert result.stdout == ""
    assert result.stderr == (
        "error: ours.yaml: the policy has no tests\nhint: Write them into ours.test.yaml.\n"
    )


def test_a_policy_without_tests_hides_no_other(invoke: Any, folder: Path) -> None:
    result = invoke("policy", "test", "recording-session", "ours.yaml")
    assert result.exit_code == ExitCode.INPUT
    assert result.stdout.endswith(" passed, 0 failed, 1 policy not tested\n")


def test_names_cannot_write_to_the_terminal(invoke: Any, folder: Path) -> None:
    (folder / "ours.test.yaml").write_text(CASES.replace("holds it", '"a\\e[2Jb"'))
    assert "\x1b" not in invoke("policy", "test", "ours.yaml").stdout


def test_colour_where_it_is_asked_for(invoke: Any, folder: Path) -> None:
    (folder / "ours.test.yaml").write_text(CASES)
    page = invoke("policy", "test", "ours.yaml", env={"FORCE_COLOR": "1"}).stdout
    assert "  \x1b[32mok\x1b[0m      holds it\n" in page


def test_lint_reads_cases_too(invoke: Any, folder: Path) -> None:
    (folder / "ours.test.yaml").write_text(CASES)
    result = invoke("policy", "lint", "ours.yaml", "ours.test.yaml")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == (
        "ours.yaml: 1 rule, nothing wrong\nours.test.yaml: 1 case, nothing wrong\n"
    )
    (folder / "ours.test.yaml").write_text(CASES.replace("expect", "expects"))
    result = invoke("policy", "lint", "ours.test.yaml")
    assert result.exit_code == ExitCode.INPUT
    assert 'ours.test.yaml:5:5: unknown key "expects"' in result.stderr


def test_the_schema_of_cases_is_another(invoke: Any) -> None:
    assert "cases" in json.loads(invoke("policy", "schema", "--tests").stdout)["title"]
    assert "cases" not in json.loads(invoke("policy", "schema").stdout)["title"]


def test_show_prints_the_tests_that_ship(invoke: Any) -> None:
    result = invoke("policy", "show", "--tests")
    assert result.exit_code == ExitCode.OK
    cases = find_policy("recording-session").with_name("recording-session.test.yaml")
    assert result.stdout == cases.read_text(encoding="utf-8")


def test_show_prints_no_tests_where_there_are_none(invoke: Any, folder: Path) -> None:
    result = invoke("policy", "show", "ours.yaml", "--tests")
    assert result.exit_code == ExitCode.INPUT
    assert result.stdout == ""
