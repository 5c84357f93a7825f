"""What was applied: from ``terraform show -json`` and from the state file."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tests.sources.plans import (
    CLIENT,
    FIXTURES,
    ROLE,
    Json,
    by_address,
    fixture,
    grants,
    roles_by_address,
    why,
)
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import LEGACY_ADMIN
from toolkit.model.values import Redacted, Unknown, ValueSet
from toolkit.sources.json_input import read_json
from toolkit.sources.state.flat_attributes import nested


def state_file(*instances: Json, type_: str = CLIENT, **resource: Any) -> Inventory:
    resources = [
        {"mode": "managed", "type": type_, "name": "x", "instances": list(instances)} | resource
    ]
    return state_of(resources)


def state_of(resources: list[Json]) -> Inventory:
    document = {"version": 4, "serial": 1, "lineage": "x", "resources": resources}
    return read_json(json.dumps(document).encode(), "terraform.tfstate")


def managed(type_: str, label: str, /, **attributes: Any) -> Json:
    instances = [{"attributes": attributes}]
    return {"mode": "managed", "type": type_, "name": label, "instances": instances}


def test_the_state_file_says_the_same_as_the_shown_state() -> None:
    shown, raw = fixture("state.json"), fixture("terraform.tfstate")
    assert by_address(replace(shown, root="")).keys() == by_address(raw).keys()
    for client in shown.clients:
        assert replace(client, root=raw.root) == by_address(raw)[client.address]
    assert roles_by_address(shown) == roles_by_address(raw)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("genesyscloud_oauth_client.direct", {("genesyscloud_auth_role.one", None)}),
        (
            "genesyscloud_oauth_client.data",
            {
                ("data.genesyscloud_auth_role.known", None),
                ("data.genesyscloud_auth_role.late", None),
            },
        ),
        ("genesyscloud_oauth_client.dynamic_only", {("known-id", None)}),
        (
            'module.team["b"].module.leaf.genesyscloud_oauth_client.leaf',
            {('genesyscloud_auth_role.keyed["b"]', None)},
        ),
        ("genesyscloud_oauth_client.by_index[1]", {("genesyscloud_auth_role.counted[1]", None)}),
    ],
)
def test_roles_are_joined_by_id(address: str, expected: set[tuple[str, str | None]]) -> None:
    client = by_address(fixture("state.json"))[address]
    assert grants(client) == expected
    assert client.grants_unknown == ()


def test_the_home_division_is_known_by_its_data_source() -> None:
    expected = {
        ("genesyscloud_auth_role.two", "*"),
        ('genesyscloud_auth_role.keyed["a"]', "division-from-variable"),
        ('genesyscloud_auth_role.keyed["b"]', None),
        ("genesyscloud_auth_role.counted[1]", None),
    }
    assert expected <= grants(
        by_address(fixture("state.json"))["genesyscloud_oauth_client.divisions"]
    )
    (client,) = state_of(
        [managed(CLIENT, "c", name="c", roles=[{"role_id": "r", "division_id": "some-id"}])]
    ).clients
    assert grants(client) == {("r", "some-id")}


def test_attributes_have_the_provider_s_names_and_types() -> None:
    client = by_address(fixture("state.json"))["genesyscloud_oauth_client.plain"]
    attributes = dict(client.attributes)
    identifier = attributes.pop("id")
    assert isinstance(identifier, str)
    assert attributes.pop("client_id") == identifier
    assert isinstance(attributes.pop("client_secret", Redacted()), Redacted)
    assert attributes == {
        "name": "plain",
        "description": "Nothing special",
        "authorized_grant_type": "CODE",
        "access_token_validity_seconds": 3600,
        "expose_client_secret": True,
        "state": "active",
        "scopes": ValueSet(("recording:session:write", "recordingSession")),
        "registered_redirect_uris": ValueSet(("https://example.com/a", "https://example.com/b")),
    }
    assert (client.location, client.existence) == (None, None)


@pytest.mark.parametrize("name", ["state.json", "terraform.tfstate"])
def test_sensitive_values_are_not_in_the_inventory(name: str) -> None:
    inventory = fixture(name)
    assert "tell-nobody" in (FIXTURES / name).read_text()
    assert "tell-nobody" not in repr(inventory)
    client = by_address(inventory)["genesyscloud_oauth_client.secret"]
    assert isinstance(client.name, Unknown)
    assert client.name.reference == "genesyscloud_oauth_client.secret.name"
    assert client.scopes.members == ()
    assert client.scopes.unknown
    assert client.attributes["client_secret"] == Redacted()
    assert client.attributes["directory_client_secret"] == Redacted()
    assert ("genesyscloud_auth_role.one", None) in grants(client)


def test_what_a_role_permits() -> None:
    roles = roles_by_address(fixture("state.json"))
    two = roles["genesyscloud_auth_role.two"]
    assert LEGACY_ADMIN in [permission.pattern for permission in two.permissions]
    assert [p.pattern for p in two.permissions if p.conditional] == ["routing:queue:view"]
    assert two.unknown == ()
    known = roles["data.genesyscloud_auth_role.known"]
    assert (known.origin, known.name, known.permissions) == ("data", "Known", ())
    assert [unknown.reference for unknown in known.unknown] == [
        'data.genesyscloud_auth_role.known ("Known")'
    ]


@pytest.mark.parametrize("default_role_id", [None, "", "employee", "admin"])
def test_a_state_has_all_that_an_adopted_role_holds(default_role_id: str | None) -> None:
    (role,) = state_of([managed(ROLE, "r", name="r", default_role_id=default_role_id)]).roles
    assert (role.unknown, role.legacy) == ((), None)


def test_deposed_objects_are_passed_over_and_tainted_ones_noted() -> None:
    attributes = {"name": "c", "authorized_grant_type": "CODE"}
    inventory = state_file(
        {"attributes": attributes, "deposed": "ab12cd34"},
        {"attributes": attributes, "status": "tainted"},
    )
    assert [client.address for client in inventory.clients] == ["genesyscloud_oauth_client.x"]
    assert [note.code for note in inventory.notes] == ["tainted"]
    tainted = fixture("tainted.json")
    assert [note.code for note in tainted.notes] == ["tainted"]
    assert "genesyscloud_oauth_client.plain" in tainted.notes[0].message


def test_a_shown_deposed_object_is_passed_over() -> None:
    document = json.loads((FIXTURES / "state.json").read_text())
    for resource in document["values"]["root_module"]["resources"]:
        if resource["name"] == "plain":
            resource["deposed_key"] = "ab12cd34"
    inventory = read_json(json.dumps(document).encode(), "state.json")
    assert "genesyscloud_oauth_client.plain" not in by_address(inventory)


def test_addresses_have_module_and_key() -> None:
    inventory = state_file(
        {"index_key": 'a"b', "attributes": {"name": "c"}},
        {"index_key": 0, "attributes": {"name": "d"}},
        module='module.m["x"].module.n',
    )
    assert [client.address for client in inventory.clients] == [
        'module.m["x"].module.n.genesyscloud_oauth_client.x["a\\"b"]',
        'module.m["x"].module.n.genesyscloud_oauth_client.x[0]',
    ]


FLAT = {
    "name": "c",
    "expose_client_secret": "true",
    "access_token_validity_seconds": "3600",
    "scopes.#": "2",
    "scopes.2842793528": "users",
    "scopes.12": "presence",
    "registered_redirect_uris.#": "0",
    "roles.#": "1",
    "roles.307196882.role_id": "id-1",
    "roles.307196882.division_id": "*",
}


def test_flat_attributes_are_read_as_any_others() -> None:
    (client,) = state_file({"attributes_flat": FLAT}).clients
    assert client.name == "c"
    assert client.scopes.members == ("presence", "users")
    assert client.attribute("access_token_validity_seconds") == 3600
    assert client.attribute("expose_client_secret") is True
    assert [(grant.role.id, grant.division) for grant in client.grants] == [("id-1", "*")]


def test_a_state_of_version_3_is_read() -> None:
    resources = {
        f"{CLIENT}.a.1": {"type": CLIENT, "primary": {"attributes": FLAT}},
        f"data.{ROLE}.known": {
            "type": ROLE,
            "primary": {"attributes": {"id": "id-1", "name": "Known"}},
        },
    }
    state = {"version": 3, "modules": [{"path": ["root", "team"], "resources": resources}]}
    inventory = read_json(json.dumps(state | {"serial": 1}).encode(), "x.tfstate")
    (client,) = inventory.clients
    assert client.address == f"module.team.{CLIENT}.a[1]"
    assert [grant.role.address for grant in client.grants] == [f"module.team.data.{ROLE}.known"]


@pytest.mark.parametrize(
    ("flat", "expected"),
    [
        ({"a": "1"}, {"a": "1"}),
        ({"a.#": "0"}, {"a": []}),
        ({"a.#": "2", "a.10": "y", "a.9": "x"}, {"a": ["x", "y"]}),
        ({"a.%": "1", "a.b.c": "x"}, {"a": {"b.c": "x"}}),
        (
            {"a.#": "1", "a.7.b.#": "1", "a.7.b.3": "x", "a.7.c": ""},
            {"a": [{"b": ["x"], "c": ""}]},
        ),
    ],
)
def test_flat_maps(flat: dict[str, str], expected: dict[str, object]) -> None:
    assert nested(flat) == expected


def test_an_instance_without_attributes_is_not_guessed_at() -> None:
    (client,) = state_file({}).clients
    assert client.existence is not None
    assert "refresh" in client.existence.decided_by
    (role,) = state_file({}, type_=ROLE).roles
    assert role.unknown


def test_numbers_given_as_strings_are_numbers() -> None:
    (client,) = state_file(
        {
            "attributes": {
                "name": "c",
                "access_token_validity_seconds": "3600",
                "expose_client_secret": "true",
                "directory_client_secret": "",
            }
        }
    ).clients
    assert client.attributes["access_token_validity_seconds"] == 3600
    assert client.attributes["expose_client_secret"] is True
    assert "directory_client_secret" not in client.attributes


def test_one_role_managed_twice_is_not_decided_unless_both_agree() -> None:
    def policy(action: str) -> list[Json]:
        return [{"domain": "d", "entity_name": "e", "action_set": [action, "both"]}]

    client = managed(CLIENT, "c", name="c", roles=[{"role_id": "r"}])
    one = managed(ROLE, "one", id="r", name="R", permission_policies=policy("x"))
    two = managed(ROLE, "two", id="r", name="R", permission_policies=policy("y"))
    (grant,) = state_of([client, one, two]).clients[0].grants
    assert [p.pattern for p in grant.role.permissions] == ["d:e:both"]
    assert grant.role.unknown
    (agreed,) = state_of([client, one, one | {"name": "same"}]).clients[0].grants
    assert agreed.role.unknown == ()
    data = managed(ROLE, "looked_up", id="r", name="R") | {"mode": "data"}
    for order in ([client, data, one], [client, one, data]):
        (managed_one,) = state_of(order).clients[0].grants
        assert managed_one.role.origin == "resource"
        assert managed_one.role.unknown == ()


def test_a_role_that_nothing_defines_is_unknown_by_id() -> None:
    (client,) = state_of([managed(CLIENT, "c", name="c", roles=[{"role_id": "gone"}])]).clients
    (grant,) = client.grants
    assert (grant.role.origin, grant.role.id, grant.division) == ("undefined", "gone", None)
    assert [unknown.reference for unknown in grant.role.unknown] == ['role_id "gone"']
    assert why(client) == []
