"""A finding names the location of a value that is defined outside of the client."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judging.build import evaluate, policy, rule
from tests.sources.hcl.reading import read
from toolkit.policy.document import Forbid
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
