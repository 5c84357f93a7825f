"""A finding names the location of a value that is defined outside of the client."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judging.build import evaluate, policy, rule
from tests.sources.hcl.reading import read
from toolkit.policy.document import Forbid, Permissions, Require, Scopes
from toolkit.sources.read_requests import Assignment

CLIENT = """
resource "genesyscloud_oauth_client" "a" {{
  name                  = "a"
  authorized_grant_type = "CODE"
  scopes                = {scopes}
}}
"""


def found_at(root: Path, text: str, *assignments: Assignment) -> list[tuple[str, int]]:
    """Return the file and line of each value of the finding that is defined elsewhere."""
    (root / "main.tf").write_text(text)
    forbids = rule(forbid=Forbid(scopes=("admin-all",)))
    results = evaluate([read(root, assignments)], [policy(forbids)]).results
    (result,) = [each for each in results if each.rule == forbids.id]
    assert result.forbidden
    return [(Path(each.path).name, each.line) for each in result.value_locations]


def test_a_literal_of_the_client_itself_has_no_other_place(tmp_path: Path) -> None:
    assert found_at(tmp_path, CLIENT.format(scopes='["admin-all"]')) == []


@pytest.mark.parametrize(
    ("scopes", "more", "line"),
    [
        ("local.scopes", 'locals {\n  scopes = [\n    "admin-all",\n  ]\n}\n', 3),
        ("var.scopes", 'variable "scopes" {\n  default = ["admin-all"]\n}\n', 2),
        ("[for each in local.scopes : each]", 'locals {\n  scopes = ["admin-all"]\n}\n', 2),
        ('concat(["users"], local.scopes)', 'locals {\n  scopes = ["admin-all"]\n}\n', 2),
    ],
)
def test_a_value_is_found_where_it_is_written(
    tmp_path: Path, scopes: str, more: str, line: int
) -> None:
    assert found_at(tmp_path, more + CLIENT.format(scopes=scopes)) == [("main.tf", line)]


def test_a_value_of_a_var_file_is_found_there(tmp_path: Path) -> None:
    given = tmp_path / "prod.tfvars"
    given.write_text('\nscopes = ["admin-all"]\n')
    text = 'variable "scopes" {\n  type = set(string)\n}\n' + CLIENT.format(scopes="var.scopes")
    assert found_at(tmp_path, text, Assignment("file", str(given))) == [("prod.tfvars", 2)]


def test_a_computed_value_has_no_place(tmp_path: Path) -> None:
    text = 'locals {\n  all = "admin"\n}\n' + CLIENT.format(scopes='["${local.all}-all"]')
    assert found_at(tmp_path, text) == []


PERMISSIONS = """
resource "genesyscloud_auth_role" "r" {{
  name = "r"
  permission_policies {{
    domain      = "recording"
    entity_name = "session"
    action_set  = {scopes}
  }}
}}
resource "genesyscloud_oauth_client" "a" {{
  name                  = "a"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {{
    role_id = genesyscloud_auth_role.r.id
  }}
}}
"""
MODULE = """
module "a" {{
  source = "./a"
  scopes = {scopes}
}}
"""
VARIABLE = 'variable "scopes" { type = set(string) }\n'


def lacking_at(root: Path, text: str, *assignments: Assignment) -> list[tuple[str, int]]:
    """Return the file and the line of each value that lacks what the rule requires."""
    (root / "main.tf").write_text(text)
    (root / "a").mkdir()
    (root / "a" / "main.tf").write_text(VARIABLE + CLIENT.format(scopes="var.scopes"))
    wants = rule(
        require=Require(
            scopes=Scopes(all_of=("users",)),
            permissions=Permissions(all_of=("recording:session:write",)),
        )
    )
    results = evaluate([read(root, assignments)], [policy(wants)]).results
    (result,) = [each for each in results if each.rule == wants.id]
    assert result.missing
    return [(Path(each.path).name, each.line) for each in result.value_locations]


@pytest.mark.parametrize("block", [CLIENT, PERMISSIONS, MODULE])
@pytest.mark.parametrize("given", ['["other"]', "[]"])
@pytest.mark.parametrize(
    "used", ["var.scopes", "toset(var.scopes)", "local.all", 'concat(["more"], tolist(var.scopes))']
)
def test_what_a_var_file_lacks_is_missing_there(
    tmp_path: Path, block: str, given: str, used: str
) -> None:
    prod = tmp_path / "prod.tfvars"
    prod.write_text(f"\nscopes = {given}\n")
    text = f"{VARIABLE}locals {{\n  all = var.scopes\n}}\n{block.format(scopes=used)}"
    found = lacking_at(tmp_path, text, Assignment("file", str(prod)))
    assert found == [("prod.tfvars", 2)]


@pytest.mark.parametrize(
    ("used", "line"),
    [("local.few", 3), ("var.set", 6), ('concat(local.few, ["more"])', None), ('["more"]', None)],
)
def test_what_the_terraform_itself_lacks_is_missing_where_it_is_written(
    tmp_path: Path, used: str, line: int | None
) -> None:
    text = 'locals {\n  x   = 1\n  few = ["other"]\n}\nvariable "set" {\n  default = []\n}\n'
    found = lacking_at(tmp_path, text + CLIENT.format(scopes=used))
    assert found == ([] if line is None else [("main.tf", line)])


def test_a_map_of_clients_in_a_var_file_is_named(tmp_path: Path) -> None:
    prod = tmp_path / "prod.tfvars"
    prod.write_text('clients = {\n  a = ["other"]\n}\n')
    each = CLIENT.format(scopes="each.value").replace(
        "\n  name", "\n  for_each = var.clients\n  name"
    )
    text = 'variable "clients" { type = map(set(string)) }\n' + each
    assert lacking_at(tmp_path, text, Assignment("file", str(prod))) == [("prod.tfvars", 1)]


def test_a_value_of_the_command_line_has_no_place(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfvars").write_text('scopes = ["users"]\n')
    text = VARIABLE + CLIENT.format(scopes="var.scopes")
    assert lacking_at(tmp_path, text, Assignment("var", 'scopes=["other"]')) == []
