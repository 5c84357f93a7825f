"""A list or map of one type makes strings of the numbers and bools in it, which `==` tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.sources.hcl.reader import read_hcl

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
        (VARIABLE % ("map(any)", '{ e = true, n = "x" }'), "var.m.e == true", None),
        (VARIABLE % ("list(any)", '[1, "x"]'), "var.m[0] == 1", None),
        ("", 'tomap({ on = true, n = "x" }).on == true', None),
        ("", 'lookup(tomap({ a = 1, b = "x" }), "a", 0) == 1', None),
        ("", 'concat(tolist([1]), tolist(["x"]))[0] == 1', None),
        ("", 'tolist([1, "x"])[0] == 1', None),
        ("", 'compact([1, ""])[0] == 1', None),
        ("", 'coalesce(true, "x") == true', None),
        (VARIABLE % ("map(any)", "{ e = 1, n = 2.5 }"), "var.m.e == 1", "b"),
        ("", 'tomap({ on = "a", n = "x" }).on == "a"', "b"),
        ("", "concat([1], [2])[0] == 1", "b"),
    ],
)
def test_what_another_type_makes_of_a_member_is_not_guessed(
    tmp_path: Path, variable: str, condition: str, role: str | None
) -> None:
    (tmp_path / "main.tf").write_text(ROLES + variable + CLIENT % condition)
    (client,) = read_hcl(str(tmp_path)).clients
    (grant,) = client.grants
    assert grant.role.address == (None if role is None else f"genesyscloud_auth_role.{role}")
