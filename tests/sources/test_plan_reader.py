"""The objects after apply: joins, unknown values, and incomplete plans."""

import contextlib
import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.sources.plans import (
    CLIENT,
    FIXTURES,
    ROLE,
    Json,
    block,
    by_address,
    change,
    client,
    configured,
    constant,
    fixture,
    grants,
    plan,
    read,
    refs,
    role,
    roles_by_address,
    why,
)
from toolkit.errors import SourceError
from toolkit.model.values import Redacted, Unknown, ValueSet
from toolkit.sources.json_input import read_json
from toolkit.sources.remedies import (
    AFTER_APPLY,
    SOURCE_DIR,
    WHEN_NOT_DEFERRED,
)

ONE, TWO = "genesyscloud_auth_role.one", "genesyscloud_auth_role.two"
KEYED_A, KEYED_B = 'genesyscloud_auth_role.keyed["a"]', 'genesyscloud_auth_role.keyed["b"]'
Grants = set[tuple[str, str | None]]

# For each client of fixtures/terraform: its roles while nothing exists yet, and the references that
# leave more roles open.
CREATED: dict[str, tuple[Grants, list[str]]] = {
    "direct": ({(ONE, None)}, []),
    "divisions": (
        {
            (ONE, None),
            (TWO, "*"),
            (KEYED_A, "division-from-variable"),
            (KEYED_B, None),
            ("genesyscloud_auth_role.counted[0]", "?terraform_data.later.id"),
            ("genesyscloud_auth_role.counted[1]", None),
            ("known-id", "?terraform_data.later.id"),
        },
        [],
    ),
    "index": ({(KEYED_B, None)}, []),
    "data": (
        {
            ("data.genesyscloud_auth_role.known", None),
            ("data.genesyscloud_auth_role.late", None),
        },
        [],
    ),
    "local": (set(), ["local.role_id"]),
    "output": (
        {
            ('module.team["a"].genesyscloud_auth_role.own', None),
            ('module.team["b"].genesyscloud_auth_role.own', None),
            ('module.team["a"].genesyscloud_auth_role.each["x"]', None),
        },
        [],
    ),
    # The plan cuts off the reference before the output's name, and the module has several outputs.
    'cut_output["a"]': (set(), ["module.team"]),
    'by_key["a"]': ({(KEYED_A, None)}, []),
    'by_key["b"]': ({(KEYED_B, None)}, []),
    'crossed["a"]': ({(KEYED_B, None)}, []),
    'crossed["b"]': ({(KEYED_A, None)}, []),
    'chained["b"]': ({(KEYED_B, None)}, []),
    "by_index[1]": ({("genesyscloud_auth_role.counted[1]", None)}, []),
    "shifted[0]": (set(), ["genesyscloud_auth_role.counted"]),
    "choice": (set(), [f"{ONE}.id", f"{TWO}.id"]),
    "last_of_all": (set(), ["genesyscloud_auth_role.keyed"]),
    "dynamic": ({(ONE, None)}, ["genesyscloud_oauth_client.dynamic.roles"]),
    "dynamic_only": ({("known-id", "?genesyscloud_oauth_client.dynamic_only.roles")}, []),
    "dynamic_unknown": (
        {(ONE, None), ("known-id", "*")},
        ["genesyscloud_oauth_client.dynamic_unknown.roles"],
    ),
    "plain": (set(), []),
}
IN_MODULES: dict[str, Grants] = {
    'module.team["a"].genesyscloud_oauth_client.inside': {(KEYED_A, None), (ONE, None)},
    'module.team["b"].genesyscloud_oauth_client.inside': {(KEYED_B, None), (ONE, None)},
    'module.team["a"].module.leaf.genesyscloud_oauth_client.leaf': {(KEYED_A, None)},
    'module.team["b"].module.leaf.genesyscloud_oauth_client.leaf': {(KEYED_B, None)},
}


@pytest.mark.parametrize("name", CREATED)
def test_roles_that_do_not_exist_yet_are_joined_by_reference(name: str) -> None:
    expected, open_ = CREATED[name]
    found = by_address(fixture("create.json"))[f"{CLIENT}.{name}"]
    assert (grants(found), why(found)) == (expected, open_)


@pytest.mark.parametrize("address", IN_MODULES)
def test_references_are_followed_through_modules(address: str) -> None:
    found = by_address(fixture("create.json"))[address]
    assert (grants(found), why(found)) == (IN_MODULES[address], [])


def test_the_same_roles_once_they_exist() -> None:
    """What the references announced is what apply created; what they left open is now known."""
    before, after = by_address(fixture("create.json")), by_address(fixture("unchanged.json"))
    assert before.keys() == after.keys()
    for address, found in after.items():
        if not address.endswith(".secret"):
            assert found.grants_unknown == (), address
        promised = {
            label
            for label, division in grants(before[address])
            if division is None and not address.endswith((".secret", ".output"))
        }
        assert promised <= {label for label, _ in grants(found)}, address
    assert grants(after[f"{CLIENT}.choice"]) == {(ONE, None)}
    assert grants(after[f"{CLIENT}.local"]) == {(ONE, None)}


def test_a_local_is_resolved_by_whoever_has_the_sources() -> None:
    asked: list[tuple[str, str]] = []

    def local(module: str, reference: str) -> Json | None:
        asked.append((module, reference))
        return refs(f"{ONE}.id")

    data = (FIXTURES / "create.json").read_bytes()
    found = by_address(read_json(data, "p", resolve_local=local))[f"{CLIENT}.local"]
    assert (grants(found), why(found)) == ({(ONE, None)}, [])
    assert asked == [("", "local.role_id")]
    (unresolved,) = by_address(fixture("create.json"))[f"{CLIENT}.local"].grants_unknown
    assert unresolved == Unknown("local.role_id", SOURCE_DIR)


def test_attributes() -> None:
    found = by_address(fixture("create.json"))[f"{CLIENT}.plain"]
    assert found.name == "plain"
    assert found.grant_type == "CODE"
    assert dict(found.attributes) == {
        "name": "plain",
        "description": "Nothing special",
        "authorized_grant_type": "CODE",
        "access_token_validity_seconds": 3600,
        "expose_client_secret": True,
        "state": "active",
        "scopes": ValueSet(("recording:session:write", "recordingSession")),
        "registered_redirect_uris": ValueSet(("https://example.com/a", "https://example.com/b")),
    }
    assert (found.location, found.existence, found.root) == (None, None, "create.json")


def test_unknown_values_are_unknown_by_reference() -> None:
    clients = by_address(fixture("create.json"))
    later = Unknown("terraform_data.later.id", AFTER_APPLY)
    assert clients[f"{CLIENT}.scope_unknown"].scopes == ValueSet(("recordingSession",), (later,))
    assert clients[f"{CLIENT}.scopes_unknown"].scopes == ValueSet((), (later,))
    assert clients[f"{CLIENT}.name_unknown"].name == later
    assert clients[f"{CLIENT}.name_unknown"].attributes["name"] == later


@pytest.mark.parametrize("name", ["create.json", "unchanged.json", "changed.json", "target.json"])
def test_sensitive_values_are_not_in_the_inventory(name: str) -> None:
    assert "tell-nobody" in (FIXTURES / name).read_text()
    inventory = fixture(name)
    assert "tell-nobody" not in repr(inventory)


def test_a_sensitive_client_is_unknown_and_its_defined_role_is_not() -> None:
    found = by_address(fixture("create.json"))[f"{CLIENT}.secret"]
    assert isinstance(found.name, Unknown)
    assert found.scopes.members == ()
    assert [unknown.reference for unknown in found.scopes.unknown] == [f"{CLIENT}.secret.scopes"]
    assert found.attributes["client_secret"] == Redacted()
    assert found.attributes["directory_client_secret"] == Redacted()
    assert (ONE, None) in grants(found)
    assert ("a role that is not known", f"?{CLIENT}.secret.roles") in grants(found)


def test_what_a_role_permits() -> None:
    roles = roles_by_address(fixture("create.json"))
    two = roles[TWO]
    assert {permission.pattern: permission.conditional for permission in two.permissions} == {
        "admin": False,
        "recording:recording:view": False,
        "routing:queue:view": True,
    }
    # An action of one policy is unknown, and so is a term of a condition, which is not a
    # permission.
    assert two.unknown == (
        Unknown("terraform_data.later.id", AFTER_APPLY, "recording:recording:\ue000"),
    )
    dynamic = roles["genesyscloud_auth_role.dynamic"]
    assert [permission.pattern for permission in dynamic.permissions] == ["recording:session:write"]
    assert [unknown.reference for unknown in dynamic.unknown] == [
        "genesyscloud_auth_role.dynamic.permission_policies"
    ]
    # `default_role_id` is computed: being unknown does not mean that it is set.
    assert roles[ONE].unknown == ()


@pytest.mark.parametrize(
    ("expression", "value", "adopts"),
    [
        pytest.param(None, ..., False, id="computed"),
        pytest.param(constant(None), ..., False, id="null"),
        pytest.param(refs("var.none"), ..., False, id="variable without a value"),
        pytest.param(refs("data.x.y.id"), ..., True, id="known after apply"),
        pytest.param(constant("employee"), "employee", True, id="set"),
        pytest.param(None, "", False, id="empty in state"),
    ],
)
def test_an_adopted_role_keeps_its_legacy_permissions(
    expression: Json | None, value: Any, adopts: bool
) -> None:
    created = role("one")
    planned = created["change"]
    if value is ...:
        planned["after_unknown"]["default_role_id"] = True
    else:
        planned["after"]["default_role_id"] = value
    resource = configured("one", type_=ROLE)
    resource["expressions"] = {} if expression is None else {"default_role_id": expression}
    inventory = read(plan([created], {"resources": [resource]}))
    (found,) = inventory.roles
    assert found.unknown == ()
    assert found.legacy == (Unknown(f"{ONE}.permissions", AFTER_APPLY) if adopts else None)


def test_an_adopted_role_without_policies_is_unknown() -> None:
    created = role("one")
    created["change"]["after"] |= {"default_role_id": "employee", "permission_policies": []}
    (found,) = read(plan([created], {"resources": [configured("one", type_=ROLE)]})).roles
    assert [reason.reference for reason in found.unknown] == [f"{ONE}.permission_policies"]


# Entries and blocks: name -> (entries, after_unknown, blocks, roles, grants, open)
U: Json = {"role_id": True, "division_id": True}
DIVISION: Json = {"division_id": True}
FIRST, SECOND = refs(f"{ONE}.id"), refs(f"{TWO}.id")
OPEN = f"{CLIENT}.c.roles"
NEW = [role("one"), role("two")]
OLD = [role("one", "id-1"), role("two", "id-2")]
ATTRIBUTED: dict[str, tuple[Any, Any, list[Json], list[Json], Grants, list[str]]] = {
    "order does not matter": (
        [{}, {"division_id": "*"}],
        [U, {"role_id": True}],
        [block(FIRST, constant("*")), block(SECOND)],
        NEW,
        {(ONE, "*"), (TWO, None)},
        [],
    ),
    "two unknown roles in one unknown division": (
        [{}, {}],
        [U, U],
        [block(FIRST, refs("data.x.y.id")), block(SECOND)],
        NEW,
        {(ONE, "?data.x.y.id"), (TWO, None)},
        [],
    ),
    "a division that several blocks may have": (
        [{"division_id": "d1"}, {"division_id": "d2"}],
        [{"role_id": True}] * 2,
        [block(FIRST, refs("local.a")), block(SECOND, refs("local.b"))],
        NEW,
        {(ONE, "?local.a"), (TWO, "?local.b")},
        [],
    ),
    "a division that one block alone can have": (
        [{"division_id": "d1"}, {"division_id": "d2"}],
        [{"role_id": True}] * 2,
        [block(FIRST, refs("local.a")), block(SECOND, constant("d2"))],
        NEW,
        {(ONE, "d1"), (TWO, "d2")},
        [],
    ),
    "a known role's unknown division is home": (
        [{"role_id": "id-1"}],
        [DIVISION],
        [block(FIRST)],
        OLD,
        {(ONE, None)},
        [],
    ),
    "a division that a settled expression leaves unset": (
        [{"role_id": "id-1"}],
        [DIVISION],
        [block(FIRST, refs("var.division"))],
        OLD,
        {(ONE, None)},
        [],
    ),
    "a known role in two divisions, one of them unknown": (
        [{"role_id": "id-1", "division_id": "d"}, {"role_id": "id-1"}],
        [{}, DIVISION],
        [block(FIRST, refs("x.y.id")), block(FIRST, constant("d"))],
        OLD,
        {(ONE, "d"), (ONE, "?x.y.id")},
        [],
    ),
    "no block: dynamic": ([{}], [U], [], NEW, set(), [OPEN]),
    "no block, known role: dynamic, its division is open": (
        [{"role_id": "id-1"}],
        [DIVISION],
        [],
        OLD,
        {(ONE, f"?{OPEN}")},
        [],
    ),
    "one entry more than blocks": ([{}, {}], [U, U], [block(FIRST)], NEW, {(ONE, None)}, [OPEN]),
    "a dynamic known role beside a static unknown one": (
        [{}, {"role_id": "id-2"}],
        [U, DIVISION],
        [block(FIRST)],
        [role("one"), role("two", "id-2")],
        {(ONE, None), (TWO, f"?{OPEN}")},
        [],
    ),
    "equal blocks that are known are one entry": (
        [{"role_id": "lit"}],
        [DIVISION],
        [block(constant("lit")), block(constant("lit"))],
        NEW,
        {("lit", None)},
        [],
    ),
    "equal blocks that are unknown are two": (
        [{}, {}],
        [U, U],
        [block(FIRST), block(FIRST)],
        NEW,
        {(ONE, None)},
        [],
    ),
    # The provider's SDK hashes equal unknowns alike and may merge such entries.
    "fewer entries than blocks": (
        [{}],
        [U],
        [block(FIRST), block(SECOND)],
        NEW,
        {(ONE, None), (TWO, None)},
        [OPEN],
    ),
    "all unknown: static blocks hold": (
        [],
        True,
        [block(FIRST, constant("*")), block(refs("local.x")), block(constant("lit"))],
        NEW,
        {(ONE, "*"), ("lit", None)},
        ["local.x", OPEN],
    ),
    "all unknown: a choice is not certain": (
        [],
        True,
        [block(refs("var.flag", f"{ONE}.id"))],
        NEW,
        set(),
        [f"{ONE}.id", OPEN],
    ),
    "a choice, taken": ([{}], [U], [block(refs("var.flag", f"{ONE}.id"))], NEW, {(ONE, None)}, []),
    "a choice, not taken": (
        [{"role_id": "lit"}],
        [DIVISION],
        [block(refs("var.flag", f"{ONE}.id"))],
        NEW,
        {("lit", None)},
        [],
    ),
    "a division where the block has none": (
        [{"division_id": "d"}],
        [{"role_id": True}],
        [block(FIRST)],
        NEW,
        {(ONE, None)},
        [OPEN],
    ),
    "unknown where the block is settled: dynamic": (
        [{}],
        [U],
        [block(refs("var.role"))],
        NEW,
        set(),
        [OPEN],
    ),
    "a settled block makes no unknown entry": (
        [{"role_id": "lit"}, {}],
        [DIVISION, U],
        [block(refs("var.role"))],
        NEW,
        {("lit", None)},
        [OPEN],
    ),
    "ignore_changes: the old entry stays": (
        [{"role_id": "id-9"}],
        [DIVISION],
        [block(FIRST)],
        NEW,
        {("id-9", f"?{OPEN}")},
        [],
    ),
    "the name of a role is not an id": (
        [{}],
        [U],
        [block(refs(f"{ONE}.name", "local.x"))],
        NEW,
        set(),
        ["local.x"],
    ),
    "another attribute of a role": (
        [{}],
        [U],
        [block(refs(f"{ONE}.default_role_id"))],
        NEW,
        set(),
        [f"{ONE}.default_role_id"],
    ),
    "a resource of another type": (
        [{}],
        [U],
        [block(refs("random_id.x.hex"))],
        NEW,
        set(),
        ["random_id.x.hex"],
    ),
    "a role that is not in the plan": (
        [{}],
        [U],
        [block(refs("genesyscloud_auth_role.gone.id"))],
        NEW,
        set(),
        ["genesyscloud_auth_role.gone.id"],
    ),
    "known entries need no blocks": (
        [{"role_id": "id-1", "division_id": "*"}, {"role_id": "id-2"}, {"role_id": "id-3"}],
        [{}, {}, {}],
        [],
        OLD,
        {(ONE, "*"), (TWO, None), ("id-3", None)},
        [],
    ),
    "no roles": ([], [], [], NEW, set(), []),
}


@pytest.mark.parametrize("name", ATTRIBUTED)
def test_entries_are_attributed_to_blocks(name: str) -> None:
    entries, unknown, blocks, roles, expected, open_ = ATTRIBUTED[name]
    resources = [configured("c", blocks), configured("one", type_=ROLE)]
    document = plan([*roles, client("c", entries, unknown)], {"resources": resources})
    (found,) = read(document).clients
    assert (grants(found), why(found)) == (expected, open_)


@pytest.mark.parametrize("name", ATTRIBUTED)
def test_the_order_of_a_set_means_nothing(name: str) -> None:
    entries, unknown, blocks, roles, expected, open_ = ATTRIBUTED[name]
    if unknown is not True:
        entries, unknown = entries[::-1], unknown[::-1]
    document = plan(
        [*roles, client("c", entries, unknown)], {"resources": [configured("c", blocks[::-1])]}
    )
    (found,) = read(document).clients
    assert (grants(found), sorted(why(found))) == (expected, sorted(open_))


def by_output(*outputs: str) -> Json:
    """Return a module with a role behind an output whose name the plan cut off."""
    module = {
        "outputs": {name: {"expression": refs(f"{ONE}.{name}")} for name in outputs},
        "resources": [configured("one", type_=ROLE)],
    }
    return {"m": {"module": module, "for_each_expression": refs("var.x")}}


@pytest.mark.parametrize(
    ("outputs", "expected", "open_"),
    [
        (["id"], {('module.m["a"].genesyscloud_auth_role.one', None)}, []),
        (["id", "name"], {('module.m["a"].genesyscloud_auth_role.one', None)}, []),
        (["id", "default_role_id"], set(), ["module.m"]),
    ],
)
def test_an_output_that_is_cut_off_is_certain_if_no_other_can_be_meant(
    outputs: list[str], expected: Grants, open_: list[str]
) -> None:
    document = plan(
        [
            *(role("one", module=f'module.m["{key}"]') for key in "ab"),
            *(client("c", [{}], [U], index=key) for key in "ab"),
        ],
        {
            "resources": [configured("c", [block({"references": ["module.m", "each.key"]})])],
            "module_calls": by_output(*outputs),
        },
    )
    found = read(document).clients[0]
    assert (grants(found), why(found)) == (expected, open_)


@pytest.mark.parametrize(
    ("clients", "roles", "reference", "joined"),
    [
        pytest.param("ab", "ab", "each.key", True, id="same keys"),
        pytest.param("a", "ab", "each.key", True, id="some of the keys"),
        pytest.param("ac", "ab", "each.key", False, id="a key without a role: not the plain key"),
        pytest.param([0, 1], [0, 1], "count.index", True, id="same count"),
        pytest.param([0], [0, 1], "count.index", False, id="fewer: may be shifted"),
        pytest.param([0, 1, 2], [0, 1], "count.index", False, id="more: may wrap around"),
        pytest.param("ab", "ab", "each.value", False, id="values that the plan does not show"),
    ],
)
def test_a_key_is_believed_where_it_fits_for_all(
    clients: Any, roles: Any, reference: str, joined: bool
) -> None:
    expression = {"references": ["genesyscloud_auth_role.r", reference]}
    document = plan(
        [
            *(role("r", index=key) for key in roles),
            *(client("c", [{}], [U], index=key) for key in clients),
        ],
        {"resources": [configured("c", [block(expression)])]},
    )
    found = read(document).clients[0]
    label = f"genesyscloud_auth_role.r[{json.dumps(clients[0])}]"
    assert grants(found) == ({(label, None)} if joined else set())
    assert bool(why(found)) is not joined


def test_a_constant_for_each_says_what_each_value_is() -> None:
    roles = [role("r", index=key) for key in ("x", "y")]
    expression = {"references": ["genesyscloud_auth_role.r", "each.value.role", "each.value"]}
    resource = configured(
        "c",
        [block(expression)],
        for_each_expression=constant({"a": {"role": "y"}, "b": {"role": "x"}}),
    )
    clients = [client("c", [{}], [U], index=key) for key in ("a", "b")]
    found = by_address(read(plan([*roles, *clients], {"resources": [resource]})))
    assert grants(found[f'{CLIENT}.c["a"]']) == {('genesyscloud_auth_role.r["y"]', None)}
    assert grants(found[f'{CLIENT}.c["b"]']) == {('genesyscloud_auth_role.r["x"]', None)}


def keyed_by(*references: str) -> Json:
    return {"references": ["genesyscloud_auth_role.r", *references]}


def test_two_keys_are_none() -> None:
    document = plan(
        [role("r", index="a"), client("c", [{}], [U], index="a")],
        {"resources": [configured("c", [block(keyed_by("each.key", "var.k"))])]}
        | {"variables": {"k": {}}},
        variables={"k": {"value": "x"}},
    )
    (found,) = read(document).clients
    assert (grants(found), why(found)) == (set(), ["genesyscloud_auth_role.r"])


def test_what_chose_the_key_is_no_other_value() -> None:
    """Beside an unknown `dynamic` block, only what is certain counts."""
    document = plan(
        [role("r", index="a"), client("c", [], True, index="a")],
        {"resources": [configured("c", [block(keyed_by("each.key"))])]},
    )
    (found,) = read(document).clients
    label = 'genesyscloud_auth_role.r["a"]'
    assert (grants(found), why(found)) == ({(label, None)}, [f'{CLIENT}.c["a"].roles'])


def test_a_destroyed_role_is_not_held_as_it_was() -> None:
    gone = role("one", "id-1", actions=["delete"])
    before = {"mode": "managed", "type": ROLE, "name": "one", "address": ONE}
    state = {"root_module": {"resources": [before | {"values": gone["change"]["after"]}]}}
    document = plan(
        [gone, client("c", [{"role_id": "id-1"}], actions=["no-op"])],
        prior_state={"values": state},
    )
    inventory = read(document)
    assert inventory.roles == ()
    assert [grant.role.origin for grant in inventory.clients[0].grants] == ["undefined"]


def test_what_is_unknown_as_a_whole_is_unknown_in_all() -> None:
    entries = [change("c", {}, True), change("one", {}, True, type_=ROLE)]
    for entry in (*entries, change("d", None), change("two", None, type_=ROLE)):
        inventory = read(plan([entry]))
        for found in inventory.clients:
            assert found.existence == Unknown(found.address, AFTER_APPLY)
        for defined in inventory.roles:
            assert defined.unknown == (Unknown(defined.label, AFTER_APPLY),)
        assert len(inventory.clients) + len(inventory.roles) == 1


def test_a_sensitive_variable_is_no_key() -> None:
    """The plan has its value in plain text; a role's address would show it."""
    document = plan(
        [role("r", index="s3cret"), client("c", [{}], [U])],
        {
            "resources": [
                configured("c", [block({"references": ["genesyscloud_auth_role.r", "var.k"]})])
            ],
            "variables": {"k": {"sensitive": True}},
        },
        variables={"k": {"value": "s3cret"}},
    )
    (found,) = read(document).clients
    assert grants(found) == set()
    assert why(found) == ["genesyscloud_auth_role.r"]


@pytest.mark.parametrize(
    ("values", "unknown", "expected"),
    [
        pytest.param(["a", None], [False, True], (("a",), True), id="a null member"),
        pytest.param([None, "b"], [True, False], (("b",), True), id="in any place"),
        pytest.param(..., True, ((), True), id="absent as a whole"),
        pytest.param(["a"], True, ((), True), id="unknown wins over a value"),
        pytest.param(["a"], [True], ((), True), id="also in a member"),
        pytest.param(["b", "a", "b"], [False] * 3, (("a", "b"), False), id="known"),
        pytest.param(["a"], ..., (("a",), False), id="no marks"),
        pytest.param(None, ..., ((), False), id="null"),
        pytest.param([1, True], ..., (("1", "true"), False), id="not strings"),
    ],
)
def test_unknown_scopes_have_two_shapes(
    values: Any, unknown: Any, expected: tuple[tuple[str, ...], bool]
) -> None:
    after = {"name": "c", "authorized_grant_type": "CODE"}
    after |= {} if values is ... else {"scopes": values}
    entry = change("c", after, {} if unknown is ... else {"scopes": unknown})
    (found,) = read(plan([entry])).clients
    assert (found.scopes.members, not found.scopes.complete) == expected
    if expected[1]:
        assert found.scopes.unknown == (Unknown(f"{CLIENT}.c.scopes", AFTER_APPLY),)


@pytest.mark.parametrize("sensitive", [{"scopes": True}, {"scopes": [False, True]}, True])
def test_sensitive_scopes_are_not_known(sensitive: Any) -> None:
    after = {"name": "c", "authorized_grant_type": "CODE", "scopes": ["x", "hush"]}
    inventory = read(plan([change("c", after, sensitive=sensitive)]))
    assert "hush" not in repr(inventory)
    assert not inventory.clients[0].scopes.complete


def test_numbers_given_as_strings_are_numbers() -> None:
    after = {"name": 5, "access_token_validity_seconds": "7200", "expose_client_secret": "false"}
    (found,) = read(plan([change("c", after)])).clients
    assert found.name == "5"
    assert found.attributes["access_token_validity_seconds"] == 7200
    assert found.attributes["expose_client_secret"] is False


ACTIONS: list[tuple[list[str], bool]] = [
    (["no-op"], True),
    (["create"], True),
    (["update"], True),
    (["delete", "create"], True),
    (["create", "delete"], True),
    (["create", "forget"], True),
    (["delete"], False),
    (["forget"], False),
]


@pytest.mark.parametrize(("actions", "judged"), ACTIONS)
def test_clients_are_judged_by_what_will_be(actions: list[str], judged: bool) -> None:
    after = {"name": "new", "authorized_grant_type": "CODE"} if judged else None
    stays = change("other", {"name": "other"}, actions=["no-op"])
    clients = by_address(read(plan([change("c", after, actions=actions), stays])))
    assert (f"{CLIENT}.c" in clients) is judged
    if judged:
        assert clients[f"{CLIENT}.c"].name == "new"


def test_destroyed_and_replaced_clients_of_a_real_plan() -> None:
    clients = by_address(fixture("changed.json"))
    assert f"{CLIENT}.kept[0]" not in clients
    assert clients[f"{CLIENT}.plain"].name == "plain"
    assert "id" not in clients[f"{CLIENT}.plain"].attributes
    assert "id" in clients[f"{CLIENT}.direct"].attributes


def test_moved_imported_and_deposed_objects() -> None:
    after = {"name": "c", "authorized_grant_type": "CODE", "id": "1"}
    moved = change("c", after, actions=["no-op"], previous_address=f"{CLIENT}.old")
    imported = change("i", after)
    imported["change"]["importing"] = {"id": "1"}
    deposed = change("d", after, actions=["no-op"], deposed="ab12cd34")
    inventory = read(plan([moved, imported, deposed]))
    assert [found.address for found in inventory.clients] == [f"{CLIENT}.c", f"{CLIENT}.i"]


def test_other_types_and_data_sources_are_no_clients() -> None:
    document = plan(
        [
            change("c", {"name": "c"}, type_="genesyscloud_user"),
            change("c", {"name": "c"}, mode="data", actions=["read"]),
        ]
    )
    assert read(document).clients == ()


@pytest.mark.parametrize(
    ("name", "code"), [("destroy.json", "destroy-only"), ("refresh_only.json", "refresh-only")]
)
def test_plans_with_nothing_to_judge_say_so(name: str, code: str) -> None:
    inventory = fixture(name)
    assert (inventory.judged, inventory.clients, inventory.roles) == (False, (), ())
    assert [note.code for note in inventory.notes] == [code]
    only = "destroys (" if code == "destroy-only" else "refreshes: "
    assert inventory.why_not.startswith(f"the plan only {only}")
    assert inventory.notes[0].message == f"{inventory.root}: {inventory.why_not}"


def test_a_plan_that_forgets_does_not_say_that_it_destroys() -> None:
    document = plan([change("a", actions=["forget"]), change("b", actions=["delete"])])
    assert read(document).why_not.startswith(
        "the plan only destroys or forgets (2 OAuth clients): "
    )


@pytest.mark.parametrize(
    ("document", "judged"),
    [
        pytest.param(plan([]), True, id="no resources at all"),
        pytest.param(
            plan([], {"resources": [configured("c", count_expression=constant(0))]}),
            True,
            id="count of zero",
        ),
        pytest.param(
            plan([], {"resources": [configured("c")]}), False, id="refresh-only before create"
        ),
        pytest.param(
            plan(
                [],
                prior_state={
                    "values": {
                        "root_module": {
                            "child_modules": [
                                {"resources": [{"mode": "managed", "type": "x", "name": "x"}]}
                            ]
                        }
                    }
                },
            ),
            False,
            id="refresh-only of what there is",
        ),
        pytest.param(
            plan(
                [],
                prior_state={
                    "values": {
                        "root_module": {"resources": [{"mode": "data", "type": "x", "name": "x"}]}
                    }
                },
            ),
            True,
            id="data sources alone",
        ),
        pytest.param(plan([change("c", actions=["delete"])]), False, id="destroy"),
        pytest.param(plan([change("c", actions=["forget"])]), False, id="forget"),
        pytest.param(
            plan([change("c", actions=["delete"]), change("u", {}, type_="x", actions=["no-op"])]),
            True,
            id="destroys the only client",
        ),
    ],
)
def test_what_counts_as_nothing_to_judge(document: Json, judged: bool) -> None:
    assert read(document).judged is judged


def test_a_plan_that_failed_is_an_error() -> None:
    with pytest.raises(SourceError, match="planning failed"):
        read(plan([change("c", {"name": "c"})], errored=True))


def test_clients_that_a_target_left_out_are_one_note() -> None:
    inventory = fixture("target.json")
    assert by_address(inventory).keys() == {f'{CLIENT}.by_key["a"]'}
    (note,) = inventory.notes
    assert note.code == "incomplete-plan"
    assert f"leaves clients out (-target), and does not judge them: {CLIENT}." in note.message
    assert note.message.endswith("more")
    assert inventory.judged
    assert not inventory.whole


def test_a_client_s_role_outside_the_target_is_as_the_state_has_it() -> None:
    found = by_address(fixture("target.json"))[f'{CLIENT}.by_key["a"]']
    assert grants(found) == {(KEYED_A, None)}
    roles = roles_by_address(fixture("target.json"))
    assert roles[TWO].id is not None
    assert "recording:recording:view" in [p.pattern for p in roles[TWO].permissions]


@pytest.mark.parametrize(
    ("repeated", "said"), [(False, "leaves clients out"), (True, "does not say whether")]
)
def test_a_plan_that_does_not_say_whether_it_is_complete(repeated: bool, said: str) -> None:
    """In Terraform before 1.8 and OpenTofu, a client that must have an instance counts
    as missing.
    """
    missing = configured("c") | ({"count_expression": refs("var.n")} if repeated else {})
    document = plan(
        [change("other", {"name": "other"})],
        {"resources": [missing, configured("other")]},
        complete=...,
    )
    inventory = read(document)
    assert f"{CLIENT}.c" not in by_address(inventory)
    (note,) = inventory.notes
    assert note.code == "incomplete-plan"
    assert said in note.message


def test_a_complete_plan_has_no_missing_clients() -> None:
    document = plan(
        [change("other", {"name": "other"})],
        {"resources": [configured("c", count_expression=refs("var.n")), configured("other")]},
    )
    assert by_address(read(document)).keys() == {f"{CLIENT}.other"}


def test_deferred_clients_are_unknown() -> None:
    entry = change("c", {"name": "c", "authorized_grant_type": "CODE"})
    document = plan(
        [],
        {"resources": [configured("c")]},
        complete=False,
        deferred_changes=[{"reason": "instance_count_unknown", "resource_change": entry}],
    )
    (found,) = read(document).clients
    assert found.existence == Unknown(f"{CLIENT}.c", WHEN_NOT_DEFERRED)


def shuffled(document: Json, seed: int) -> Json:
    """Return the document with some values replaced by others of any type."""
    source = random.Random(seed)
    junk: list[Any] = [None, True, 0, 1.5, "", "x", [], {}, ["x"], {"x": 1}, [None], "each.key"]
    for _ in range(3):
        node: Any = document
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = source.choice(keys)
            inner = node[key]
            if not isinstance(inner, dict | list) or not inner or source.random() < 0.05:
                node[key] = copy.deepcopy(source.choice(junk))
                break
            node = inner
    return document


READERS: list[Callable[[], str]] = [
    lambda: (FIXTURES / "create.json").read_text(),
    lambda: (FIXTURES / "target.json").read_text(),
    lambda: (FIXTURES / "terraform.tfstate").read_text(),
]


@pytest.mark.parametrize("text", READERS, ids=["create", "target", "state"])
def test_a_broken_document_is_an_input_error_or_an_inventory(text: Callable[[], str]) -> None:
    original = text()
    for seed in range(60):
        data = json.dumps(shuffled(json.loads(original), seed)).encode()
        with contextlib.suppress(SourceError):
            read_json(data, "broken.json")


def test_references_that_branch_without_end_are_given_up() -> None:
    # Terraform makes no such plan. Each of the two outputs leads to both again.
    both = refs("module.m.a", "module.m.b")
    outputs = {name: {"expression": refs("var.v")} for name in ("a", "b")}
    calls = {"m": {"expressions": {"v": both}, "module": {"outputs": outputs}}}
    document = plan(
        [change("c", {"authorized_grant_type": "CODE"}, {"name": True})],
        {
            "resources": [
                {"mode": "managed", "type": CLIENT, "name": "c", "expressions": {"name": both}}
            ],
            "module_calls": calls,
        },
    )
    (one,) = read(document).clients
    assert isinstance(one.name, Unknown)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (change("c", {}, {"roles": json.loads("[" * 900 + "]" * 900)}), "too deeply"),
        (change("c", {}, module="module.m." * 20_000 + "module.m"), "length <= 10000"),
    ],
)
def test_what_only_a_hand_can_make_is_refused(entry: Json, message: str) -> None:
    with pytest.raises(SourceError, match=message) as raised:
        read(plan([entry]))
    assert "\n" not in raised.value.message
