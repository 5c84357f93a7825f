"""Roles that Terraform leaves open, completed from an org; unusual response bodies."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from toolkit.model.clients import Client, Grant, Role, RolePermission
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown, ValueSet
from toolkit.sources.live.api_bodies import client_of, granted_roles, grants_of_subject, role_of
from toolkit.sources.live.org_roles import OrgRoles, undecided
from toolkit.sources.resources import undefined_role

WRITE = (RolePermission("recording:session:write"),)
ELSEWHERE = (Unknown("data.genesyscloud_auth_role.r", "roles in the policy, or --live"),)
ORG = OrgRoles(
    [
        Role("live", id="r-1", name="Recorder", permissions=WRITE),
        Role("live", id="r-2", name="Twice"),
        Role("live", id="r-3", name="Twice"),
    ]
)


def holder(role: Role) -> Inventory:
    client = Client("tf", "genesyscloud_oauth_client.c", "c", "CLIENT-CREDENTIALS")
    return Inventory("tf", "hcl", (replace(client, grants=(Grant(role),)),), (role,))


def data(name: str | Unknown | None, role_id: str | None = None) -> Role:
    address = "data.genesyscloud_auth_role.r"
    return Role("data", address, role_id, name, unknown=ELSEWHERE)


@pytest.mark.parametrize(
    "role",
    [data("Recorder"), data("Old name", "r-1"), undefined_role("r-1")],
    ids=lambda r: r.label,
)
def test_a_role_is_found_by_its_id_or_else_by_its_name(role: Role) -> None:
    found = ORG.decide(holder(role))
    (grant,) = found.clients[0].grants
    assert (grant.role.origin, grant.role.permissions, grant.role.unknown) == ("live", WRITE, ())
    assert grant.role.address == role.address
    assert found.roles == (grant.role,)


@pytest.mark.parametrize(
    ("role", "decided_by"),
    [
        (data("recorder"), "a role that the org has"),
        (data("Recorder", "r-9"), "a role that the org has"),
        (data("Twice"), "an id, since several roles of the org have that name"),
        (undefined_role("r-9"), "a role that the org has"),
    ],
)
def test_a_role_that_is_not_found_stays_unknown(role: Role, decided_by: str) -> None:
    (grant,) = ORG.decide(holder(role)).clients[0].grants
    assert grant.role.permissions == ()
    assert [each.decided_by for each in grant.role.unknown] == [decided_by]


@pytest.mark.parametrize("role", [data("Recorder"), undefined_role("r-1")], ids=["data", "id"])
def test_what_is_written_for_a_role_of_the_org_decides(role: Role) -> None:
    address = "genesyscloud_auth_role.r"
    edit = (RolePermission("recording:session:edit"),)
    written = Role("resource", address, name="Recorder", permissions=edit)

    def granted(*roles: Role) -> Role:
        inventory = replace(holder(role), roles=(role, *roles))
        return ORG.decide(inventory).clients[0].grants[0].role

    assert granted(written) == replace(written, id="r-1")
    assert granted(replace(written, name="Another")).permissions == WRITE
    may_be = granted(replace(written, existence=Unknown("var.n", "--var")))
    assert may_be.permissions == ()
    assert may_be.unknown
    twice = granted(written, replace(written, address=f"{address}2", permissions=WRITE))
    assert twice.permissions == ()
    assert twice.unknown
    of_another_id = granted(replace(written, id="r-9"))
    assert of_another_id.permissions == ()
    assert of_another_id.unknown


def test_a_role_that_terraform_defines_or_hides_is_left_alone() -> None:
    defined = Role("resource", "genesyscloud_auth_role.r", "r-1", "Recorder")
    hidden = Role("undefined", unknown=(Unknown("roles", "a value that is not sensitive"),))
    unnamed = data(Unknown("var.name", "--var"))
    for role in (defined, hidden, unnamed):
        assert ORG.decide(holder(role)) == holder(role)


def test_roles_that_may_not_be_read_say_so() -> None:
    found = undecided(holder(data("Recorder")), "the permission p for the operator")
    (reason,) = found.clients[0].grants[0].role.unknown
    assert reason == Unknown(ELSEWHERE[0].reference, "the permission p for the operator")


GOOD_POLICY = {"domain": "recording", "entityName": "session", "actionSet": ["write"]}


@pytest.mark.parametrize(
    ("body", "permissions", "complete"),
    [
        ({"permissionPolicies": [GOOD_POLICY]}, WRITE, True),
        ({"permissionPolicies": [GOOD_POLICY], "permissions": []}, WRITE, True),
        ({"permissionPolicies": [GOOD_POLICY, GOOD_POLICY]}, WRITE, True),
        ({"permissionPolicies": []}, (), True),
        ({"permissionPolicies": [GOOD_POLICY], "default": True, "base": True}, WRITE, True),
        ({}, (), False),
        ({"permissionPolicies": None}, (), False),
        ({"permissionPolicies": [GOOD_POLICY, "x"]}, WRITE, False),
        ({"permissionPolicies": [GOOD_POLICY, {"domain": "a"}]}, WRITE, False),
        ({"permissionPolicies": [GOOD_POLICY, {"domain": "a", "actionSet": [1]}]}, WRITE, False),
        ({"permissionPolicies": [GOOD_POLICY], "permissions": "admin"}, WRITE, False),
        ({"permissionPolicies": [GOOD_POLICY], "permissions": [1]}, WRITE, False),
    ],
)
def test_what_a_role_does_not_say_is_unknown(
    body: dict[str, Any], permissions: tuple[RolePermission, ...], complete: bool
) -> None:
    role = role_of({"id": "r", "name": "R", **body})
    assert role is not None
    assert role.permissions == permissions
    assert (role.unknown == ()) is complete


@pytest.mark.parametrize("said", [{}, {"entityName": ""}, {"entityName": None}, {"entityName": 7}])
def test_a_policy_that_names_no_entity_is_not_known(said: dict[str, Any]) -> None:
    body = {"id": "r", "permissionPolicies": [{"domain": "a", "actionSet": ["*"], **said}]}
    role = role_of(body)
    assert role is not None
    assert role.permissions == ()
    assert role.unknown


@pytest.mark.parametrize("body", [None, [], "x", {}, {"id": 1}, {"id": ""}])
def test_what_is_no_role_is_none(body: Any) -> None:
    assert role_of(body) is None


@pytest.mark.parametrize(
    "entries", [None, "x", [None], [{"roleId": "r"}], [{"roleId": 1, "divisionId": "d"}]]
)
def test_grants_that_are_not_said_are_not_none_at_all(entries: Any) -> None:
    assert granted_roles({"roleDivisions": entries}) is None


@pytest.mark.parametrize(
    "grants", [None, {}, [None], [{"role": {"id": "r"}}], [{"division": {"id": "d"}}]]
)
def test_grants_of_a_subject_that_are_not_said(grants: Any) -> None:
    assert grants_of_subject({"grants": grants}, "p") is None


def test_a_client_that_says_nothing_is_unknown_in_everything() -> None:
    client = client_of({"id": "c"}, "org", "c", grants=())
    for value in (client.name, client.grant_type, client.attribute("state")):
        assert isinstance(value, Unknown)
    assert isinstance(client.attribute("access_token_validity_seconds"), Unknown)
    assert client.scopes == ValueSet()


def test_scopes_that_are_no_list_are_unknown() -> None:
    assert client_of({"id": "c", "scope": "a b"}, "org", "c", grants=()).scopes.unknown
    odd = client_of({"id": "c", "scope": ["b", 1, "a"]}, "org", "c", grants=()).scopes
    assert (odd.members, len(odd.unknown)) == (("a", "b"), 1)
