"""The mock answers the real provider's requests, replayed in order on one world.

The requests are the provider's; each answer must have the recorded status, and the keys that the
provider needed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.mock.conftest import OpenOrg, Org
from toolkit.mock.scenario import Role, Scenario
from toolkit.mock.scenarios import load_scenario

pytestmark = pytest.mark.server

TRANSCRIPTS = Path(__file__).parents[1] / "provider" / "recorded" / "transcripts"
_ID = "00000000-0000-4000-8000-000000000"
#: Built-in roles that the org has in addition to the scenario `ready`.
BUILT_IN = (
    Role(
        id=f"{_ID}100",
        name="Employee",
        default_role_id="employee",
        permissions=("recording:recording:view",),
        legacy=("group_creation",),
    ),
    Role(id=f"{_ID}101", name="Supervisor", default_role_id="supervisor"),
    Role(id=f"{_ID}102", name="Master Admin", default_role_id="admin"),
)


def world() -> Scenario:
    ready = load_scenario("ready")
    return replace(ready, roles=(*ready.roles, *BUILT_IN))


class RefusedCallError(Exception):
    """The sender may not make this call; as it was recorded."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"{method} {path}")
        self.method, self.path = method, path


class Replay:
    """Sends recorded requests, with the recorded ids replaced by those of this run."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self.token = org.token("operator")
        self._ids: dict[str, str] = {}

    def play(self, name: str) -> None:
        for entry in json.loads((TRANSCRIPTS / f"{name}.json").read_text()):
            if entry["path"] != "/oauth/token":
                self._send(entry, name)

    def _send(self, entry: dict[str, Any], name: str) -> None:
        more: dict[str, Any] = {}
        if entry["request"] is not None:
            more["json"] = json.loads(self._mapped(json.dumps(entry["request"])))
        said = f"{name}: {entry['method']} {entry['path']} {entry['query']}"
        answer = self._org.call(
            entry["method"],
            self._mapped(entry["path"]),
            self.token,
            params=entry["query"],
            **more,
        )
        if answer.status_code == 403:
            raise RefusedCallError(entry["method"], entry["path"])
        assert answer.status_code == entry["status"], (said, answer.text)
        if entry["status"] in (204, 404):
            return
        recorded, now = entry["response"], answer.json()
        assert recorded.keys() <= now.keys(), said
        if entry["method"] == "POST" and "id" in recorded:
            self._ids[recorded["id"]] = now["id"]
        if recorded.get("entities"):
            assert recorded["entities"][0].keys() - {"description"} <= now["entities"][0].keys()

    def _mapped(self, text: str) -> str:
        for recorded, now in self._ids.items():
            text = text.replace(recorded, now)
        return text


def test_the_provider_s_runs_are_answered(open_org: OpenOrg) -> None:
    replay = Replay(open_org(scenario=world()))
    for name in ("plan-create", "apply-create", "plan-again", "apply-update", "destroy"):
        replay.play(name)


def test_a_default_role_is_found_by_its_id_alone(open_org: OpenOrg) -> None:
    org = open_org(scenario=world())
    operator = org.token("operator")
    roles = "/api/v2/authorization/roles"
    found = org.call("GET", f"{roles}?defaultRoleId=employee&pageSize=1", operator).json()
    assert [role["name"] for role in found["entities"]] == ["Employee"]
    role = found["entities"][0]
    org.call("PUT", f"{roles}/{role['id']}", operator, json={"name": "Employee"})
    adopted = org.call("GET", f"{roles}/{role['id']}", operator).json()
    # Omitted fields keep their values.
    assert (adopted["permissions"], adopted["permissionPolicies"]) == (["group_creation"], [])
    org.call("PUT", f"{roles}/default", operator, json=[{"id": role["id"]}])
    assert org.call("GET", f"{roles}/{role['id']}", operator).json() == role


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/authorization/roles?sortBy=x",
        "/api/v2/oauth/clients?name=x",
        "/api/v2/authorization/divisions/home?expand=all",
    ],
)
def test_a_query_that_is_not_honoured_is_refused(open_org: OpenOrg, path: str) -> None:
    org = open_org(scenario=world())
    answer = org.call("GET", path, org.token("operator"))
    assert answer.status_code == 400
    assert "does not honour" in answer.json()["message"]
