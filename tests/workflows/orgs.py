"""Orgs that the mock plays, states to compare with them, and changes made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mock.conftest import Org
from toolkit.genesys.credentials import (
    OPERATOR_ID,
    OPERATOR_SECRET,
    SUBJECT_ID,
    SUBJECT_SECRET,
    SUBJECT_TOKEN,
)
from toolkit.mock.scenario import Scenario
from toolkit.mock.scenarios import load_scenario
from toolkit.mock.server import running

Json = dict[str, Any]

CLIENT = "genesyscloud_oauth_client"
ROLE = "genesyscloud_auth_role"
READY = load_scenario("ready")
HOME = READY.home_division.id
BRANCH = READY.divisions[0].id
RECORDER_ROLE = READY.roles[1].id
BYSTANDER_ROLE = READY.roles[2].id
MACHINE, PERSON = READY.clients[1].id, READY.clients[2].id
MACHINE_ADDRESS, PERSON_ADDRESS = f"{CLIENT}.machine", f"{CLIENT}.person"
PERSONS_SCOPES = READY.clients[2].scopes


@dataclass
class Clock:
    """Time that passes only during sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@contextmanager
def org_of(scenario: Scenario = READY, clock: Clock | None = None) -> Iterator[Org]:
    """Run a mock; a `clock` gives its time."""
    server = running(scenario) if clock is None else running(scenario, clock)
    with server as url:
        org = Org(url, scenario)
        with org.session:
            yield org


def operator(scenario: Scenario = READY) -> dict[str, str]:
    """Return the environment of whoever runs Terraform."""
    who = scenario.subjects.operator
    return {OPERATOR_ID: who.client, OPERATOR_SECRET: who.secret}


def machine() -> dict[str, str]:
    """Return the environment with a CLIENT-CREDENTIALS client under test."""
    who = READY.subjects.client_credentials
    return {SUBJECT_ID: who.client, SUBJECT_SECRET: who.secret}


def person() -> dict[str, str]:
    """Return the environment with a token from a user login to the client under test."""
    return {SUBJECT_TOKEN: READY.subjects.user.token}


def change(org: Org, path: str, **changes: Any) -> None:
    """Change a client or a role by hand."""
    token = org.token("operator")
    body = org.call("GET", path, token).json()
    answer = org.call("PUT", path, token, json={**body, **changes})
    assert answer.status_code == 200, answer.text


def client_path(client_id: str) -> str:
    return f"/api/v2/oauth/clients/{client_id}"


def role_path(role_id: str) -> str:
    return f"/api/v2/authorization/roles/{role_id}"


def policies(*permissions: str) -> list[Json]:
    """Return permissions as the API writes the policies of a role."""
    split = [each.split(":") for each in permissions]
    return [{"domain": d, "entityName": e, "actionSet": [a]} for d, e, a in split]


def node(*operands: Json, **term: Any) -> Json:
    """Return a condition as the API writes it."""
    terms = [{"variableName": "Queue.id", "operator": "EQ", **term, "operands": list(operands)}]
    return {"conjunction": "AND", "terms": terms}


def conditions(*operands: Json) -> list[Json]:
    """Return a condition as Terraform's state has it."""
    every = [{"type": None, "value": "", "user_id": None, "queue_id": None, **o} for o in operands]
    term = {"variable_name": "Queue.id", "operator": "EQ", "operands": every}
    return [{"conjunction": "AND", "terms": [term]}]


def resource(type_: str, name: str, values: Json, *, mode: str = "managed") -> Json:
    """Return a resource of a shown state."""
    prefix = "data." if mode == "data" else ""
    return {
        "address": f"{prefix}{type_}.{name}",
        "mode": mode,
        "type": type_,
        "name": name,
        "values": values,
        "sensitive_values": {},
    }


def client(label: str, client_id: str, /, **values: Any) -> Json:
    known = {"id": client_id, "client_id": client_id, "access_token_validity_seconds": 86400}
    return resource(CLIENT, label, {**known, "state": "active", **values})


def role(label: str, role_id: str, /, *permissions: str, **values: Any) -> Json:
    written = [
        {"domain": d, "entity_name": e, "action_set": [a], "conditions": []}
        for d, e, a in (each.split(":") for each in permissions)
    ]
    return resource(ROLE, label, {"id": role_id, "permission_policies": written, **values})


def the_role(*permissions: str, **values: Any) -> Json:
    """Return the role of the mock's recorders, with its own permissions unless others are given."""
    return role(
        "recorder",
        RECORDER_ROLE,
        *(permissions or READY.roles[1].permissions),
        name="Recorder",
        **values,
    )


def the_machine(**values: Any) -> Json:
    grants = [{"role_id": RECORDER_ROLE, "division_id": HOME}]
    known = {"name": "recorder-machine", "authorized_grant_type": "CLIENT-CREDENTIALS"}
    return client("machine", MACHINE, **{**known, "roles": grants, **values})


def the_person(**values: Any) -> Json:
    known = {"name": "recorder-person", "authorized_grant_type": "CODE", "roles": []}
    return client("person", PERSON, **{**known, "scopes": list(PERSONS_SCOPES), **values})


def state(*resources: Json) -> bytes:
    """Return a state with these resources as ``terraform show -json`` prints it."""
    root = {"resources": list(resources)}
    return json.dumps({"format_version": "1.0", "values": {"root_module": root}}).encode()


def written(folder: Path, *resources: Json) -> str:
    path = folder / "state.json"
    path.write_bytes(state(*resources))
    return str(path)
