"""Roles that are given as sets of ids: the roles are known before apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.hcl.reading import read
from toolkit.errors import SourceError

ROLES = """
resource "genesyscloud_auth_role" "a" {
  name = "A"
}
resource "genesyscloud_auth_role" "b" {
  name = "B"
}
resource "genesyscloud_auth_role" "each" {
  for_each = toset(["x", "y"])
  name     = each.key
}
"""
CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  %s
}
"""
DYNAMIC = """dynamic "roles" {
    for_each = %s
    content {
      role_id = %s
    }
  }"""
A, B = (f"genesyscloud_auth_role.{name}.id" for name in "ab")


def grants(folder: Path, text: str) -> tuple[list[str | None], list[str]]:
    """Return the addresses of the roles, and the unknowns."""
    (folder / "main.tf").write_text(ROLES + text)
    (client,) = read(folder).clients
    roles = [grant.role.address if grant.role.origin == "resource" else None
             for grant in client.grants]  # fmt: skip
    return roles, [reason.reference for reason in client.grants_unknown]


@pytest.mark.parametrize(
    ("ids", "roles"),
    [
        (f"toset([{A}])", ["a"]),
        (f"toset([{A}, {B}])", ["a", "b"]),
        (f"distinct([{A}, {B}, {A}])", ["a", "b"]),
        (f"sort([{B}, {A}])", ["b", "a"]),
        (f"tolist(toset([{A}, {B}]))", ["a", "b"]),
        (f"toset(toset([{A}]))", ["a"]),
        (f"toset(concat([{A}], [{B}]))", ["a", "b"]),
        (f"true ? toset([{A}]) : []", ["a"]),
        (
            "toset([for role in genesyscloud_auth_role.each : role.id])",
            ['each["x"]', 'each["y"]'],
        ),
    ],
)
def test_each_of_them_is_a_role(tmp_path: Path, ids: str, roles: list[str]) -> None:
    found, unknown = grants(tmp_path, CLIENT % (DYNAMIC % (ids, "roles.value")))
    assert found == [f"genesyscloud_auth_role.{name}" for name in roles]
    assert unknown == []


def test_they_may_come_through_a_variable_of_a_module(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    variable = 'variable "role_ids" {\n  type = set(string)\n}\n'
    (tmp_path / "m" / "main.tf").write_text(
        variable + CLIENT % (DYNAMIC % ("var.role_ids", "roles.key"))
    )
    ids = '[for name in ["x", "y"] : genesyscloud_auth_role.each[name].id]'
    found, unknown = grants(
        tmp_path, f'module "m" {{\n  source   = "./m"\n  role_ids = {ids}\n}}\n'
    )
    assert found == [f'genesyscloud_auth_role.each["{name}"]' for name in "xy"]
    assert unknown == []


@pytest.mark.parametrize(
    ("ids", "roles"),
    [
        (f"flatten([toset([{A}]), [{B}]])", ["a", "b"]),
        (f"setunion(toset([{A}]), [{B}])", ["a", "b"]),
        (f"[for id in toset([{A}]) : id]", ["a"]),
        (f"toset([{A}])[*]", ["a"]),
        (f"[one(toset([{A}]))]", ["a"]),
        # An id is a UUID.
        (f'contains(toset([{A}]), "x") ? [{A}] : [{B}]', ["b"]),
    ],
)
def test_what_is_made_of_them_is_decided(tmp_path: Path, ids: str, roles: list[str]) -> None:
    found, unknown = grants(tmp_path, CLIENT % (DYNAMIC % (ids, "roles.value")))
    assert found == [f"genesyscloud_auth_role.{name}" for name in roles]
    assert unknown == []


@pytest.mark.parametrize(
    "ids",
    [
        f"length(toset([{A}, {B}])) == 2 ? [{A}] : [{B}]",
        f"[tolist(toset([{A}, {B}]))[0]]",
        f"[sort([{A}, {B}])[0]]",
        f"[one(toset([{A}, {B}]))]",
        f"[element(tolist(toset([{A}, {B}])), 1)]",
    ],
)
def test_which_of_them_is_first_and_how_many_they_are_is_not_known(
    tmp_path: Path, ids: str
) -> None:
    """Something about the roles stays unknown, whatever is certain."""
    found, unknown = grants(tmp_path, CLIENT % (DYNAMIC % (ids, "roles.value")))
    assert unknown or None in found


@pytest.mark.parametrize("value", ["roles.key", "roles.value", "roles.value.id"])
def test_each_key_of_a_map_that_a_for_makes_is_a_role(tmp_path: Path, value: str) -> None:
    """Terraform refuses a `for` that makes one key twice, so all the elements are distinct."""
    result = "role" if value.endswith(".value.id") else "role.id"
    both = "[genesyscloud_auth_role.a, genesyscloud_auth_role.b]"
    roles = f"{{ for role in {both} : role.id => {result} }}"
    found, unknown = grants(tmp_path, CLIENT % (DYNAMIC % (roles, value)))
    assert found == ["genesyscloud_auth_role.a", "genesyscloud_auth_role.b"]
    assert unknown == []


@pytest.mark.parametrize("roles", ["each", "data"])
def test_the_roles_of_a_for_each_may_be_keyed_by_their_ids(tmp_path: Path, roles: str) -> None:
    data = """data "genesyscloud_auth_role" "data" {
      for_each = toset(["x", "y"])
      name     = each.key
    }"""
    name = f"{'data.' if roles == 'data' else ''}genesyscloud_auth_role.{roles}"
    ids = f"{{ for role in {name} : role.id => role }}"
    (tmp_path / "main.tf").write_text(ROLES + data + CLIENT % (DYNAMIC % (ids, "roles.value.id")))
    (client,) = read(tmp_path).clients
    assert [grant.role.address for grant in client.grants] == [
        f'{name}["{key}"]' for key in ("x", "y")
    ]
    assert client.grants_unknown == ()


@pytest.mark.parametrize(
    ("made", "certain"),
    [
        # Two ids may be equal: Terraform then refuses the `for`, and try() continues.
        (f"try(keys({{ for id in [{A}, {B}] : id => id }}), [{B}])", ["b"]),
        # A constructor keeps the last of two equal keys.
        (f"values({{ ({A}) = {A}, ({B}) = {B} }})", ["b"]),
    ],
)
def test_keys_that_may_be_equal_leave_the_rest_open(
    tmp_path: Path, made: str, certain: list[str]
) -> None:
    found, unknown = grants(tmp_path, CLIENT % (DYNAMIC % (made, "roles.value")))
    assert [role for role in found if role] == [
        f"genesyscloud_auth_role.{name}" for name in certain
    ]
    assert unknown


def test_a_set_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="concat"):
        grants(tmp_path, CLIENT % (DYNAMIC % (f"concat(toset([{A}]), [{B}])", "roles.value")))
