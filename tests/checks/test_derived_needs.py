"""Rules that name operations: an explicit empty need is met, a missing one is unknown."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.judging.build import (
    ALL_OFF,
    CC,
    SCOPES,
    client,
    evaluate,
    forbidden,
    grant,
    inventory,
    policy,
    rule,
)
from toolkit.contracts.contract import Operation, PermissionMode, Permissions
from toolkit.judging import require
from toolkit.model.clients import Client
from toolkit.model.findings import GrantedRole, Verdict
from toolkit.policy.document import Require
from toolkit.policy.requirements import needs_of

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
NONE = Permissions(PermissionMode.NONE)
ONE = Permissions(PermissionMode.ALL, ("a:b:c",))
EITHER = Permissions(PermissionMode.ANY, ("a:b:c", "d:e:f"))
BACKEND = Permissions(PermissionMode.BACKEND)
Alternatives = tuple[tuple[str, ...], ...]

USER = client(scopes=["s"])
USER_WITHOUT = client(scopes=["other"])
USER_OPEN = client(scopes=["other"], scopes_unknown=(SCOPES,))
MACHINE = client(CC, grants=(grant("a:b:c"),))
MACHINE_WITHOUT = client(CC, grants=(grant("x:y:z"),))


@pytest.mark.parametrize(
    ("one", "scopes", "permissions", "verdict"),
    [
        (USER, (("s",),), ONE, PASS),
        (USER_WITHOUT, (("s",),), ONE, FAIL),
        (USER_OPEN, (("s",),), ONE, UNKNOWN),
        (USER, (("t",), ("s",)), ONE, PASS),
        (USER_WITHOUT, ((),), ONE, PASS),
        (USER_WITHOUT, None, NONE, UNKNOWN),
        (MACHINE, (("s",),), ONE, PASS),
        (MACHINE_WITHOUT, (("s",),), ONE, FAIL),
        (MACHINE, (("s",),), EITHER, PASS),
        (MACHINE_WITHOUT, (("s",),), EITHER, FAIL),
        (MACHINE_WITHOUT, (("s",),), NONE, PASS),
        (MACHINE, (("s",),), None, UNKNOWN),
        (MACHINE, (("s",),), BACKEND, UNKNOWN),
    ],
)
def test_an_operation_asks_for_what_its_contract_says(
    one: Client, scopes: Alternatives | None, permissions: Permissions | None, verdict: Verdict
) -> None:
    operation = Operation("op", "GET", "/", scopes=scopes, permissions=permissions)
    outcome = require.judging(needs_of(Require(operations=("op",)), {"op": operation}))(one)
    assert outcome.verdict is verdict
    assert bool(outcome.reasons) == (verdict is UNKNOWN)
    assert bool(outcome.missing) == (verdict is FAIL or (one is USER_OPEN and verdict is UNKNOWN))


def test_a_lack_is_certain_whatever_else_may_be_needed() -> None:
    operations = {
        "known": Operation("known", "GET", "/", scopes=(("s",),), permissions=NONE),
        "open": Operation("open", "GET", "/", scopes=None, permissions=None),
    }
    judge = require.judging(needs_of(Require(operations=("known", "open")), operations))
    assert judge(USER_WITHOUT).verdict is FAIL
    assert judge(USER).verdict is UNKNOWN


def test_a_permission_that_is_lacking_is_certain_too() -> None:
    operations = {
        "known": Operation("known", "GET", "/", scopes=((),), permissions=ONE),
        "open": Operation("open", "GET", "/", scopes=None, permissions=None),
    }
    judge = require.judging(needs_of(Require(operations=("known", "open")), operations))
    lacking = judge(MACHINE_WITHOUT)
    assert (lacking.verdict, lacking.missing[0].any_of) == (FAIL, ("a:b:c",))
    assert judge(MACHINE).verdict is UNKNOWN


def test_a_result_names_the_operations_of_its_rule_and_what_was_looked_at() -> None:
    operation = Operation("op", "GET", "/", scopes=(("s",),), permissions=ONE)
    asks = policy(rule(require=Require(operations=("op",))), checks=ALL_OFF)
    both = inventory(replace(USER, address="user"), replace(MACHINE_WITHOUT, address="machine"))
    machine, user = evaluate([both], [asks], operations={"op": operation}).results
    assert machine.operations == user.operations == ("op",)
    assert user.held_scopes == ("s",)
    assert machine.looked_through == (GrantedRole("genesyscloud_auth_role.r", "home"),)


def test_of_what_is_forbidden_the_roles_that_were_looked_through_are_told() -> None:
    for one, verdict in ((MACHINE, FAIL), (MACHINE_WITHOUT, PASS)):
        outcome = forbidden(one, permissions=["a:b:c"])
        assert outcome.verdict is verdict
        assert outcome.looked_through == (GrantedRole("genesyscloud_auth_role.r", "home"),)
    assert forbidden(USER, scopes=["s"]).looked_through == ()
