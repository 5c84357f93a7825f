"""A list or map of one type converts its numbers and bools to strings, which `==` shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.hcl.reading import read

ROLES = "".join(
    f'resource "genesyscloud_auth_role" "{name}" {{\n  name = "{name}"\n}}\n' for name in "ab"
)
CLIENT = """resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = %s ? genesyscloud_auth_role.b.id : genesyscloud_auth_role.a.id
  }
}
"""
VARIABLE = 'variable "m" {\n  type    = %s\n  default = %s\n}\n'


@pytest.mark.parametrize(
    ("variable", "condition", "role"),
    [
        (VARIABLE % ("map(any)", '{ e = true, n = "x" }'), "var.m.e == true", "a"),
        (VARIABLE % ("list(any)", '[1, "x"]'), "var.m[0] == 1", "a"),
        ("", 'tomap({ on = true, n = "x" }).on == true', "a"),
        ("", 'lookup(tomap({ a = 1, b = "x" }), "a", 0) == 1', "a"),
        ("", 'concat(tolist([1]), tolist(["x"]))[0] == 1', "a"),
        ("", 'tolist([1, "x"])[0] == 1', "a"),
        ("", 'compact([1, ""])[0] == 1', "a"),
        ("", 'coalesce(true, "x") == true', "a"),
        (VARIABLE % ("map(any)", "{ e = 1, n = 2.5 }"), "var.m.e == 1", "b"),
        ("", 'tomap({ on = "a", n = "x" }).on == "a"', "b"),
        ("", "concat([1], [2])[0] == 1", "b"),
    ],
)
def test_a_member_has_the_type_of_its_collection(
    tmp_path: Path, variable: str, condition: str, role: str
) -> None:
    (tmp_path / "main.tf").write_text(ROLES + variable + CLIENT % condition)
    (client,) = read(tmp_path).clients
    (grant,) = client.grants
    assert grant.role.address == f"genesyscloud_auth_role.{role}"
