"""No report contains what Terraform marks as sensitive, in any resource.

Each text of each resource that is read is marked alone, wherever it occurs, and together with all
others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sources import plans
from toolkit.reporters.interface import REPORTERS
from toolkit.reporters.inventory_formats import INVENTORY_FORMATS
from toolkit.workflows import (
    CheckRequest,
    TargetRoles,
    check,
    diff,
    inventory,
    operator,
    read_terraform,
)
from toolkit.workflows.run_who_can import who_can

MARK = "canary"
POLICY = """version: 1
name: p
rules:
  - {id: R, title: t, require: {permissions: {all_of: ["a:b:c"], division: home}}}
  - {id: N, title: t, forbid: {permissions: ["*:*:*"], scopes: ["*"]}}
  - {id: C, title: t, change: {forbid_gain: {permissions: ["*:*:*"]}, forbid_replacement: true}}
"""
ROLE, DIVISION = f"{MARK}-role-id", f"{MARK}-division-id"
CREDENTIAL, CLIENT = f"{MARK}-credential-id", f"{MARK}-client-id"
#: Attributes by type, whether it is a data source, and name.
RESOURCES: Mapping[tuple[str, bool, str], Mapping[str, Any]] = {
    ("genesyscloud_oauth_client", False, "c"): {
        "id": CLIENT,
        "client_id": CLIENT,
        "name": f"{MARK}-client-name",
        "description": f"{MARK}-description",
        "authorized_grant_type": "CLIENT-CREDENTIALS",
        "scopes": [f"{MARK}-scope"],
        "registered_redirect_uris": [f"https://{MARK}-redirect"],
        "integration_credential_name": f"{MARK}-own-credential",
        "integration_credential_id": CREDENTIAL,
        "state": "active",
        "roles": [
            {"role_id": ROLE, "division_id": DIVISION},
            {"role_id": f"{MARK}-data-role-id", "division_id": f"{MARK}-other-division"},
            {"role_id": f"{MARK}-other-role", "division_id": DIVISION},
        ],
    },
    ("genesyscloud_auth_role", False, "r"): {
        "id": ROLE,
        "name": f"{MARK}-role-name",
        "description": f"{MARK}-role-description",
        "permissions": [f"{MARK}-legacy"],
        "default_role_id": f"{MARK}-default",
        "permission_policies": [
            {
                "domain": f"{MARK}-domain",
                "entity_name": f"{MARK}-entity",
                "action_set": [f"{MARK}-action"],
                "conditions": [
                    {
                        "conjunction": "AND",
                        "terms": [
                            {
                                "variable_name": f"{MARK}-variable",
                                "operator": "EQ",
                                "operands": [{"type": "SCALAR", "value": f"{MARK}-operand"}],
                            }
                        ],
                    }
                ],
            }
        ],
    },
    ("genesyscloud_auth_role", True, "looked_up"): {
        "id": f"{MARK}-data-role-id",
        "name": f"{MARK}-data-role-name",
    },
    ("genesyscloud_auth_division", False, "d"): {
        "id": DIVISION,
        "name": f"{MARK}-division-name",
        "description": f"{MARK}-division-description",
        "home": False,
    },
    ("genesyscloud_auth_division", False, "mayhome"): {
        "id": f"{MARK}-other-division",
        "name": f"{MARK}-other-division-name",
        "home": True,
    },
    ("genesyscloud_auth_division_home", True, "home"): {"id": f"{MARK}-home-id"},
    ("genesyscloud_integration_credential", False, "k"): {
        "id": CREDENTIAL,
        "name": f"{MARK}-credential-name",
        "fields": {"clientId": CLIENT, "clientSecret": f"{MARK}-secret"},
    },
    ("genesyscloud_integration", False, "i"): {
        "id": f"{MARK}-integration-id",
        "config": [
            {
                "name": f"{MARK}-integration-name",
                "notes": f"{MARK}-notes",
                "credentials": {"x": CREDENTIAL},
            }
        ],
    },
}


#: Whether a text is marked.
Marked = Callable[[str], bool]


def texts(value: Any) -> Iterator[str]:
    inner: Any = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in inner:
            yield from texts(each)


def marks(value: Any, marked: Marked) -> Any:
    """Return the marks of all such texts, in Terraform's shape."""
    if isinstance(value, Mapping):
        return {name: marks(each, marked) for name, each in value.items()}
    if isinstance(value, list):
        return [marks(each, marked) for each in value]
    return isinstance(value, str) and marked(value)


def by_attributes(value: Any, marked: Marked) -> Any:
    return {name: any(map(marked, texts(each))) for name, each in value.items()}


def by_resources(value: Any, marked: Marked) -> Any:
    return any(map(marked, texts(value)))


def paths(value: Any, marked: Marked, *above: Any) -> Iterator[list[Any]]:
    """Yield the same marks as a state file has them."""
    inner: Any = value.items() if isinstance(value, Mapping) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for key, each in inner:
        kind = "index" if isinstance(key, int) else "get_attr"
        yield from paths(each, marked, *above, {"type": kind, "value": key})
    if isinstance(value, str) and marked(value):
        yield list(above)


def named(kind: str, is_data: bool, name: str) -> dict[str, Any]:
    mode = "data" if is_data else "managed"
    address = f"data.{kind}.{name}" if is_data else f"{kind}.{name}"
    return {"address": address, "mode": mode, "type": kind, "name": name}


def shown(marked: Marked, shape: Callable[[Any, Marked], Any] = marks) -> Any:
    resources = [
        {**named(*key), "values": each, "sensitive_values": shape(each, marked)}
        for key, each in RESOURCES.items()
    ]
    return {"format_version": "1.0", "values": {"root_module": {"resources": resources}}}


def state_file(marked: Marked) -> Any:
    resources = [
        {
            **named(*key),
            "instances": [{"attributes": each, "sensitive_attributes": [*paths(each, marked)]}],
        }
        for key, each in RESOURCES.items()
    ]
    return {"version": 4, "resources": resources}


def without_legacy(value: Any) -> Any:
    """Empty the `permissions` list: the provider does not send it, so the old value stays."""
    return {**value, "permissions": []} if "permissions" in value else value


def plan(
    marked: Marked,
    actions: list[str],
    shape: Callable[[Any, Marked], Any] = marks,
    after: Callable[[Any], Any] | None = dict,
    *,
    prior: bool = False,
) -> Any:
    changes = []
    for key, each in RESOURCES.items():
        if prior and key[0] != "genesyscloud_oauth_client":
            continue
        known = None if actions == ["create"] else each
        planned = after(each) if after else None
        change = {
            "actions": ["read"] if key[1] else actions,
            "before": known,
            "before_sensitive": shape(known, marked) if known else False,
            "after": planned,
            "after_unknown": {},
            "after_sensitive": shape(planned, marked) if planned else False,
        }
        changes.append({**named(*key), "change": change})
    found: dict[str, Any] = {"format_version": "1.2", "resource_changes": changes}
    return {**found, "prior_state": shown(marked)} if prior else found


DOCUMENTS: Mapping[str, Callable[[Marked], Any]] = {
    "a state": shown,
    "a state, by attributes": lambda marked: shown(marked, by_attributes),
    "a state file": state_file,
    "a plan that creates": lambda marked: plan(marked, ["create"]),
    "a plan that creates, by attributes": lambda marked: plan(marked, ["create"], by_attributes),
    "a plan that creates, by resources": lambda marked: plan(marked, ["create"], by_resources),
    "a plan that changes": lambda marked: plan(marked, ["update"]),
    "a plan that changes, by resources": lambda marked: plan(marked, ["update"], by_resources),
    "a plan that replaces": lambda marked: plan(marked, ["delete", "create"]),
    "a plan that forgets": lambda marked: plan(marked, ["forget"], after=None),
    "a plan that takes away permissions": lambda marked: plan(
        marked, ["update"], after=without_legacy
    ),
    "a plan of what is left alone": lambda marked: plan(marked, ["no-op"], prior=True),
}
CANARIES = sorted({each for each in texts([*RESOURCES.values()]) if MARK in each})


@pytest.fixture(params=DOCUMENTS)
def write(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Marked], Any]:
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text(POLICY)

    def written(marked: Marked) -> Any:
        document = DOCUMENTS[request.param](marked)
        Path("found.json").write_text(json.dumps(document))
        return document

    return written


def reports(document: Any) -> Iterator[tuple[str, str]]:
    """Yield everything that is reported about the document: the reporter and the text."""
    found = inventory("found.json")
    assert not found.errors
    for name, render in INVENTORY_FORMATS.items():
        yield f"the inventory as {name}", render(found)
    report = check("found.json", policies=["policy.yaml"], all_clients=True)
    assert not report.errors
    for reporter in REPORTERS:
        yield f"the check as {reporter.name}", reporter.render(report)
    yield "who can", repr(who_can("getConversationRecordings", "found.json").results)
    yield "the operator", repr(operator(["found.json"]))
    if "resource_changes" in document:
        yield "the difference", repr(diff("found.json"))


def test_no_report_shows_what_is_marked(write: Callable[[Marked], Any]) -> None:
    for who, text in reports(write(lambda text: MARK in text)):
        assert {each for each in CANARIES if each in text} == set(), who


def test_no_report_shows_what_alone_is_marked(write: Callable[[Marked], Any]) -> None:
    told = set()
    for canary in CANARIES:
        for who, text in reports(write(lambda each, only=canary: each == only)):  # type: ignore[misc]
            if canary in text:
                told.add((canary, who))
    assert told == set()


def test_what_is_not_marked_is_shown(write: Callable[[Marked], Any]) -> None:
    document = write(lambda _: False)
    if "forget" not in json.dumps(document):
        said = dict(reports(document))["the inventory as text"]
        expected = {f"{MARK}-role-name", f"{MARK}-division-name", f"{MARK}-scope"}
        assert expected <= {each for each in CANARIES if each in said}


def test_what_a_source_adds_to_a_plan_is_as_hidden_as_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canaries = [f"{MARK}-source-role", f"{MARK}-source-division"]
    (tmp_path / "main.tf").write_text(
        f"""
resource "genesyscloud_oauth_client" "c" {{
  name                  = "c"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {{
    for_each = ["x"]
    content {{
      role_id     = sensitive("{canaries[0]}")
      division_id = sensitive("{canaries[1]}")
    }}
  }}
}}
"""
    )
    after = {"name": "c", "authorized_grant_type": "CLIENT-CREDENTIALS"}
    made = plans.plan(
        [plans.change("c", after, {"roles": True})], {"resources": [plans.configured("c")]}
    )
    Path("found.json").write_text(json.dumps(made))
    found = inventory("found.json", source_dir=".")
    assert [len(client.grants) for client in found.inventories[0].clients] == [1]
    for name, render in INVENTORY_FORMATS.items():
        assert [each for each in canaries if each in render(found)] == [], name


def test_what_a_target_defines_is_as_hidden_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    entity, name = f"{MARK}-entity", f"{MARK}-name"
    (tmp_path / "a/main.tf").write_text(
        f"""
resource "genesyscloud_auth_role" "r" {{
  name = sensitive("{name}")
  permission_policies {{
    domain      = "recording"
    entity_name = sensitive("{entity}")
    action_set  = ["view"]
  }}
}}
"""
    )
    (tmp_path / "b/main.tf").write_text(
        f"""
data "genesyscloud_auth_role" "r" {{ name = sensitive("{name}") }}
resource "genesyscloud_oauth_client" "c" {{
  name                  = "c"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {{ role_id = data.genesyscloud_auth_role.r.id }}
}}
"""
    )
    (tmp_path / "policy.yaml").write_text(POLICY)
    roles = TargetRoles("org")
    roles.add(read_terraform(CheckRequest("a")).inventories, "a")
    report = check("b", policies=["policy.yaml"], target_roles=roles, all_clients=True)
    assert "role-of-target" in {note.code for note in report.notes}
    assert [each for each in (entity, name) if each in repr(report)] == []
