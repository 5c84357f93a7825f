"""Cases with Terraform, plans and clients; what the Terraform leaves behind, and cannot reach."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.sources.plans import FIXTURES
from toolkit.errors import ExitCode
from toolkit.model.policy_tests import CaseOutcome, CaseVerdict
from toolkit.workflows import run_policy_tests

POLICY = """\
version: 1
name: ours
rules:
  - {id: R1, title: t, must_match: true, forbid: {scopes: ["admin"]}}
checks: {client-without-scopes: off, duplicate-name: off}
"""
CLIENT = """\
    terraform: |
      variable "scopes" {
        type    = set(string)
        default = ["users"]
      }
      resource "genesyscloud_oauth_client" "c" {
        name                  = "c"
        authorized_grant_type = "CODE"
        scopes                = var.scopes
      }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the policy; temporary files go to its subfolder `tmp`."""
    (tmp_path / "ours.yaml").write_text(POLICY)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def outcome(body: str, expect: str = "{c: {R1: pass}}") -> CaseOutcome:
    text = f"version: 1\ncases:\n  - name: a\n{body}    expect: {expect}\n"
    Path("ours.test.yaml").write_text(text)
    report = run_policy_tests(["ours.yaml"])
    assert report.errors == ()
    assert list(Path("tmp").iterdir()) == [], "nothing is left behind"
    return report.suites[0].cases[0]


def error(body: str) -> str:
    case = outcome(body)
    assert case.verdict is CaseVerdict.ERROR
    assert case.error is not None
    text = f"{case.error.message} {case.error.hint}"
    assert "tmp" not in text, "where the files were for a moment helps nobody"
    return text


def test_terraform_is_judged(folder: Path) -> None:
    assert outcome(CLIENT).verdict is CaseVerdict.OK
    failed = outcome(CLIENT, "{c: {R1: fail}}")
    assert failed.verdict is CaseVerdict.FAILED
    assert (failed.path, failed.line) == ("ours.test.yaml", 3)


@pytest.mark.parametrize(("day", "wanted"), [("2020-06-30", "waived"), ("2020-07-01", "fail")])
def test_a_case_with_a_day_of_its_own_does_not_change_with_time(
    folder: Path, day: str, wanted: str
) -> None:
    waiver = "waivers: [{rule: R1, address: '*', reason: until then, expires: '2020-06-30'}]\n"
    (folder / "ours.yaml").write_text(POLICY.replace('["admin"]', "[users]") + waiver)
    body = f"{CLIENT}    today: {day}\n"
    assert outcome(body, f"{{c: {{R1: {wanted}}}}}").verdict is CaseVerdict.OK
    assert outcome(CLIENT, "{c: {R1: fail}}").verdict is CaseVerdict.OK


@pytest.mark.parametrize(
    ("value", "verdict"), [("[admin]", "fail"), ("[users]", "pass"), ('["${a}"]', "pass")]
)
def test_variables_have_the_values_given(folder: Path, value: str, verdict: str) -> None:
    case = outcome(CLIENT + f"    variables: {{scopes: {value}}}\n", f"{{c: {{R1: {verdict}}}}}")
    assert case.verdict is CaseVerdict.OK, case


def test_variables_of_the_environment_do_not_reach_a_case(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_scopes", '["admin"]')
    assert outcome(CLIENT).verdict is CaseVerdict.OK


def test_a_value_that_nothing_takes_is_an_error(folder: Path) -> None:
    said = error(CLIENT + "    variables: {scope: [a]}\n")
    assert "gives a value to scope, which its Terraform does not declare" in said
    assert "Declared are: scopes." in said


def test_broken_terraform_is_an_error_in_its_own_file(folder: Path) -> None:
    assert error("    terraform: 'a = = 1'\n").startswith("main.tf:1:")
    files = '    terraform: {main.tf: "locals {}", m/x.tf: "", "b.tf": "resource {"}\n'
    assert error(files).startswith("b.tf:1:")
    assert "no Terraform files here" in error("    terraform: {main.txt: ''}\n")


def test_a_module_outside_is_not_found(folder: Path) -> None:
    """Not even among the temporary files of others."""
    (folder / "tmp" / "modules").mkdir()
    (folder / "tmp" / "modules" / "main.tf").write_text(
        'resource "genesyscloud_oauth_client" "c" {\n name = "c"\n'
        ' authorized_grant_type = "CODE"\n scopes = ["users"]\n}\n'
    )
    body = '    terraform: |\n      module "m" { source = "../modules" }\n'
    text = f"version: 1\ncases:\n  - name: a\n{body}    expect: {{c: {{R1: pass}}}}\n"
    Path("ours.test.yaml").write_text(text)
    (case,) = run_policy_tests(["ours.yaml"]).suites[0].cases
    assert case.verdict is not CaseVerdict.OK
    shutil.rmtree(folder / "tmp" / "modules")


def test_a_plan_is_found_beside_the_cases(folder: Path) -> None:
    shutil.copy(FIXTURES / "empty_plan.json", folder / "none.json")
    text = (
        "version: 1\ncases:\n  - {name: a, plan: none.json, unmatched: [R1], exact: true}\n"
        "  - {name: b, plan: none.json, expect: {c: {R1: pass}}}\n"
    )
    Path("ours.test.yaml").write_text(text)
    report = run_policy_tests([str(folder / "ours.yaml")])
    assert [c.verdict for c in report.suites[0].cases] == [CaseVerdict.OK, CaseVerdict.FAILED]


@pytest.mark.parametrize("plan", ["gone.json", "ours.yaml", "tmp"])
def test_a_plan_that_cannot_be_read_is_an_error(folder: Path, plan: str) -> None:
    case = outcome(f"    plan: {plan}\n")
    assert case.verdict is CaseVerdict.ERROR
    assert case.error is not None
    assert plan in case.error.message


def test_a_policy_is_tested_once_and_hides_no_other(folder: Path) -> None:
    outcome(CLIENT)
    report = run_policy_tests(["ours.yaml", "ours.test.yaml", "gone.yaml", "./ours.yaml"])
    assert len(report.suites) == 1
    assert len(report.errors) == 1
    assert report.exit_code is ExitCode.INPUT


def test_without_a_name_all_that_ship_are_tested() -> None:
    report = run_policy_tests()
    assert [suite.policy for suite in report.suites] == ["call-recording", "recording-session"]
