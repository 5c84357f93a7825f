"""The compact clients of a case, compared with what a source would produce."""

from __future__ import annotations

from typing import Any

import msgspec

from toolkit.model.clients import Client
from toolkit.model.values import Redacted, Unknown, ValueSet
from toolkit.policy.case_clients import inventory_of
from toolkit.policy.cases import CaseClient


def clients(*written: dict[str, Any]) -> tuple[Client, ...]:
    given = [{"name": "c", "grant_type": "CODE", **each} for each in written]
    return inventory_of(msgspec.convert(given, list[CaseClient]), "case").clients


def reference(value: object) -> str:
    assert isinstance(value, Unknown)
    return value.reference


def test_a_client_without_anything() -> None:
    (client,) = clients({})
    assert (client.address, client.name, client.grant_type, client.root) == (
        "genesyscloud_oauth_client.c", "c", "CODE", "case",
    )  # fmt: skip
    assert client.scopes == ValueSet()
    assert client.grants == ()
    assert client.grants_unknown == ()
    assert client.existence is None


def test_addresses_are_made_of_names_and_differ() -> None:
    made = clients({"name": "a b/c"}, {"name": "a b c"}, {"name": {"unknown": "var.n"}})
    assert {client.address for client in made} == {
        "genesyscloud_oauth_client.a_b_c",
        "genesyscloud_oauth_client.a_b_c_2",
        "genesyscloud_oauth_client.client_3",
    }
    assert clients({"address": "module.a.x.y"})[0].address == "module.a.x.y"


def test_unknown_values_keep_their_reference() -> None:
    (client,) = clients(
        {
            "name": {"unknown": "var.name"},
            "grant_type": {"unknown": "var.type"},
            "scopes": ["b", "a", {"unknown": "var.more"}],
            "roles": {"unknown": "var.roles"},
            "settings": {"state": {"unknown": "var.state"}},
            "exists": {"unknown": "var.count"},
        }
    )
    assert reference(client.name) == "var.name"
    assert reference(client.grant_type) == "var.type"
    assert client.scopes.members == ("a", "b")
    assert [reference(each) for each in client.scopes.unknown] == ["var.more"]
    assert [reference(each) for each in client.grants_unknown] == ["var.roles"]
    assert reference(client.attributes["state"]) == "var.state"
    assert reference(client.existence) == "var.count"
    (all_unknown,) = clients({"scopes": {"unknown": "var.scopes"}})
    assert [reference(each) for each in all_unknown.scopes.unknown] == ["var.scopes"]


def test_roles() -> None:
    (client,) = clients(
        {
            "roles": [
                {"name": "Defined here", "permissions": ["a:b:c"]},
                {"name": "Elsewhere", "division": "all"},
                {"id": "42", "division": "d-1"},
                {"unknown": "var.role", "division": {"unknown": "var.division"}},
                {"permissions": ["a:b:c"], "unknown": "var.actions"},
            ]
        }
    )
    roles = [grant.role for grant in client.grants]
    assert [role.origin for role in roles] == [
        "resource", "undefined", "undefined", "undefined", "resource",
    ]  # fmt: skip
    assert roles[0].address == "genesyscloud_auth_role.Defined_here"
    assert [bool(role.unknown) for role in roles] == [False, True, True, True, True]
    assert [grant.division for grant in client.grants[:3]] == [None, "*", "d-1"]
    assert reference(client.grants[3].division) == "var.division"


def test_settings_are_attributes_and_secrets_are_hidden() -> None:
    (client,) = clients(
        {
            "scopes": ["a"],
            "settings": {
                "access_token_validity_seconds": 60,
                "registered_redirect_uris": ["b", "a"],
                "client_secret": "s3cr3t",
                "state": None,
            },
        }
    )
    assert client.attributes == {
        "name": "c",
        "authorized_grant_type": "CODE",
        "scopes": ValueSet(("a",)),
        "access_token_validity_seconds": 60,
        "registered_redirect_uris": ValueSet(("a", "b")),
        "client_secret": Redacted(),
    }
