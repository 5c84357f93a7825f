"""The list of `operator` is enough for the calls of the real provider, and no shorter list is.

The mock enforces permissions call by call, and the recorded calls are sent by a client that has a
role with exactly the list.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from tests.mock.conftest import OpenOrg
from tests.mock.test_transcripts import TRANSCRIPTS, RefusedCallError, Replay, world
from toolkit.catalog.catalog import SHIPPED
from toolkit.catalog.routes import Routes
from toolkit.mock.scenario import Client, Credentials, Grant, Role
from toolkit.model.operator_needs import Need, OperatorNeeds
from toolkit.workflows import operator

pytestmark = pytest.mark.server

_ID = "00000000-0000-4000-8000-0000000000"
TERRAFORM = Credentials(client=f"{_ID}cf", secret="mock-secret-terraform")
#: The transcripts that lead to each plan's state, and the plan's own transcripts.
PLANS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "create": ((), ("plan-create", "apply-create")),
    "update": (("plan-create", "apply-create", "plan-again"), ("apply-update",)),
    "destroy": (("plan-create", "apply-create", "plan-again", "apply-update"), ("destroy",)),
}
ROUTES = Routes(SHIPPED.operations.values())


def needs_of(plan: str) -> OperatorNeeds:
    path = TRANSCRIPTS.parent / f"plan-{plan}.json"
    found = operator([str(path)], environ={}).operator
    assert found is not None
    return found


def calls_of(plan: str) -> set[str]:
    """Return the ids of the operations in its transcripts."""
    entries: list[dict[str, Any]] = [
        entry
        for name in PLANS[plan][1]
        for entry in json.loads((TRANSCRIPTS / f"{name}.json").read_text(encoding="utf-8"))
    ]
    found = (ROUTES.find(entry["method"], entry["path"]) for entry in entries)
    return {operation.id for operation in found if operation is not None}


def operation_of(need: Need) -> str:
    assert need.call is not None
    operation = ROUTES.find(*need.call.split(" ", 1))
    assert operation is not None
    return operation.id


def cases() -> list[tuple[str, str]]:
    """Return each plan with each permission of its list that a recorded call needs."""
    return [
        (plan, permission)
        for plan in PLANS
        for permission in needs_of(plan).permissions
        if calls_of(plan) & asking(plan, permission)
    ]


def asking(plan: str, permission: str) -> set[str]:
    """Return the operations for which a plan needs it."""
    needs = (n for n in needs_of(plan).needs if n.permission == permission and n.call is not None)
    return {operation_of(need) for need in needs}


def play(open_org: OpenOrg, plan: str, permissions: Sequence[str]) -> None:
    """Play a plan's calls by a client with exactly these permissions. Raises RefusedCallError."""
    ready = world()
    role = Role(id=f"{_ID}af", name="Terraform", permissions=tuple(permissions))
    client = Client(
        id=TERRAFORM.client,
        name="terraform",
        secret=TERRAFORM.secret,
        grant_type="CLIENT-CREDENTIALS",
        grants=(Grant(role=role.id, division="*"),),
    )
    org = open_org(
        scenario=replace(ready, roles=(*ready.roles, role), clients=(*ready.clients, client))
    )
    replay = Replay(org)
    before, names = PLANS[plan]
    for name in before:
        replay.play(name)
    replay.token = str(org.log_in(TERRAFORM).json()["access_token"])
    for name in names:
        replay.play(name)


@pytest.mark.parametrize("plan", PLANS)
def test_the_list_of_a_plan_is_enough_for_it(open_org: OpenOrg, plan: str) -> None:
    play(open_org, plan, needs_of(plan).permissions)


def test_there_is_something_to_leave_out() -> None:
    found = {permission for _, permission in cases()}
    assert len(cases()) >= 20
    assert {
        "oauth:client:delete",
        "authorization:grant:add",
        "integrations:integration:add",
    } <= found


@pytest.mark.parametrize(("plan", "permission"), cases())
def test_without_a_permission_it_ends_at_a_call_that_asks_for_it(
    open_org: OpenOrg, plan: str, permission: str
) -> None:
    left = [name for name in needs_of(plan).permissions if name != permission]
    with pytest.raises(RefusedCallError) as refused:
        play(open_org, plan, left)
    operation = ROUTES.find(refused.value.method, refused.value.path)
    assert operation is not None
    assert operation.id in asking(plan, permission)
