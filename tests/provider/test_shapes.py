"""Patterns of Terraform in public repositories, and the reports on each."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.model.findings import Result, Verdict
from toolkit.model.report import Report
from toolkit.workflows.run_check import check

POLICY = """
version: 1
name: shapes
rules:
  - id: R1
    title: Can record calls
    severity: error
    clients: {name: ["*record*"]}
    require:
      scopes: {all_of: [conversations]}
      permissions: {all_of: ["conversation:call:record"]}
roles:
  - {name: Alpha, permissions: ["conversation:call:record"]}
  - {name: Beta, permissions: ["conversation:call:record"]}
"""


def report_on(terraform: str, folder: Path) -> Report:
    (folder / "main.tf").write_text(terraform)
    (folder / "policy.yaml").write_text(POLICY)
    return check([str(folder)], policies=[str(folder / "policy.yaml")])


def by_rule(report: Report, rule: str) -> list[Result]:
    return [result for result in report.results if result.rule == rule]


LOOKED_UP = """
data "genesyscloud_auth_role" "r" {
  for_each = toset(["Alpha", "Beta"])
  name     = each.key
}
"""


@pytest.mark.parametrize(
    ("repeated", "role"),
    [
        (
            'dynamic "roles" {\n for_each = data.genesyscloud_auth_role.r\n'
            " content {\n role_id = roles.value.id\n }\n}",
            "",
        ),
        ("for_each = data.genesyscloud_auth_role.r", "roles {\n role_id = each.value.id\n }"),
        ("", 'roles {\n role_id = data.genesyscloud_auth_role.r["Alpha"].id\n }'),
    ],
)
def test_looked_up_roles_are_found_by_name_however_they_are_taken(
    repeated: str, role: str, tmp_path: Path
) -> None:
    report = report_on(
        f"""{LOOKED_UP}
resource "genesyscloud_oauth_client" "c" {{
  {repeated}
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  {role}
}}
""",
        tmp_path,
    )
    assert {result.verdict for result in by_rule(report, "R1")} == {Verdict.PASS}


@pytest.mark.parametrize(
    ("role_id", "said"),
    [
        ('data.genesyscloud_auth_role.r["Alpha"].name', 'r["Alpha"], not its id'),
        ('"Employee"', '"Employee", which is not the id of a role'),
        ('"conversation:call:record"', "a permission, not the id"),
    ],
)
def test_a_role_id_that_is_none_is_told_as_what_it_is(
    role_id: str, said: str, tmp_path: Path
) -> None:
    report = report_on(
        f"""{LOOKED_UP}
resource "genesyscloud_oauth_client" "c" {{
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {{
    role_id = {role_id}
  }}
}}
""",
        tmp_path,
    )
    (result,) = by_rule(report, "invalid-role-id")
    assert result.verdict is Verdict.FAIL
    assert said in result.message
    (unknown,) = by_rule(report, "R1")
    assert "roles:" not in unknown.reasons[0].decided_by


NAMED_LATER = """
variable "name" {{}}
resource "genesyscloud_oauth_client" "c" {{
  name                  = var.name
  authorized_grant_type = "CODE"
  scopes                = [{scopes}]
}}
"""


def test_a_client_of_any_name_that_is_fine_anyway_passes(tmp_path: Path) -> None:
    report = report_on(NAMED_LATER.format(scopes='"conversations"'), tmp_path)
    (result,) = by_rule(report, "R1")
    assert (result.verdict, result.address is None) == (Verdict.PASS, False)
    report = report_on(NAMED_LATER.format(scopes='"users"'), tmp_path)
    (result,) = by_rule(report, "R1")
    assert result.verdict is Verdict.UNKNOWN
    assert [reason.reference for reason in result.reasons] == ["var.name"]


def test_a_division_that_does_not_matter_is_no_reason(tmp_path: Path) -> None:
    report = report_on(
        """
variable "division" {}
data "genesyscloud_auth_role" "r" {
  name = "Gamma"
}
resource "genesyscloud_oauth_client" "c" {
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id     = data.genesyscloud_auth_role.r.id
    division_id = var.division
  }
}
""",
        tmp_path,
    )
    (result,) = by_rule(report, "R1")
    assert [reason.reference for reason in result.reasons] == [
        'data.genesyscloud_auth_role.r ("Gamma")'
    ]
