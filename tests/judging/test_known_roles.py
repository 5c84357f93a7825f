from __future__ import annotations

import pytest

from toolkit.judging.known_roles import resolve_roles
from toolkit.model.clients import Grant, Role
from toolkit.model.findings import Verdict
from toolkit.policy.document import Forbid, KnownRole

from .build import CC, client, inventory, requiring, role, rule, run, unknown

P = "d:e:read"
DOUBT = unknown("data.genesyscloud_auth_role.x")
BY_NAME = KnownRole(name="Supervisor", permissions=(P,))
AN_ID = "00000000-0000-4000-8000-0000000000a1"
BY_ID = KnownRole(id=AN_ID, permissions=(P,))


@pytest.mark.parametrize(
    ("held", "known", "resolved"),
    [
        (Role("data", name="Supervisor", unknown=(DOUBT,)), BY_NAME, True),
        (Role("undefined", id=AN_ID, unknown=(DOUBT,)), BY_ID, True),
        (Role("undefined", id=AN_ID), BY_ID, True),
        (Role("undefined", id="other", unknown=(DOUBT,)), BY_ID, False),
        (Role("data", name="supervisor", unknown=(DOUBT,)), BY_NAME, False),
        (Role("data", name=DOUBT, unknown=(DOUBT,)), BY_NAME, False),
        (Role("undefined", unknown=(DOUBT,)), BY_NAME, False),
        # An id is more reliable than a name.
        (
            Role("data", id=AN_ID, name="Renamed", unknown=(DOUBT,)),
            KnownRole(name="Supervisor", id=AN_ID, permissions=(P,)),
            True,
        ),
        (
            Role("data", id="other", name="Supervisor", unknown=(DOUBT,)),
            KnownRole(name="Supervisor", id=AN_ID, permissions=(P,)),
            False,
        ),
        # A policy cannot change what Terraform or the org itself says about a role.
        (Role("resource", name="Supervisor"), BY_NAME, False),
        (Role("resource", name="Supervisor", unknown=(DOUBT,)), BY_NAME, False),
        (Role("live", name="Supervisor"), BY_NAME, False),
        (Role("data", name="Supervisor"), BY_NAME, False),
    ],
)
def test_which_roles_a_policy_may_speak_of(held: Role, known: KnownRole, resolved: bool) -> None:
    before = inventory(client(CC, grants=(Grant(held, "D"),)), roles=(held,))
    after = resolve_roles(before, [known])
    (grant,) = after.clients[0].grants
    assert grant.division == "D"
    assert after.roles == (grant.role,)
    if resolved:
        assert (grant.role.origin, grant.role.unknown) == ("policy", ())
        assert [permission.pattern for permission in grant.role.permissions] == [P]
    else:
        assert after == before


def test_entries_that_contradict_each_other_decide_nothing() -> None:
    held = Role("undefined", id=AN_ID, name="Supervisor", unknown=(DOUBT,))
    other = KnownRole(name="Supervisor", permissions=("x:y:z",))
    one = client(CC, grants=(Grant(held),))
    (result,) = run([one], rule(require=requiring(permissions=[P])), roles=(BY_ID, other))
    assert result.verdict is Verdict.UNKNOWN
    assert any("Supervisor" in reason.reference for reason in result.reasons)


def test_entries_that_agree_are_one() -> None:
    held = Role("undefined", id=AN_ID, name="Supervisor", unknown=(DOUBT,))
    one = client(CC, grants=(Grant(held),))
    (result,) = run([one], rule(require=requiring(permissions=[P])), roles=(BY_ID, BY_NAME))
    assert result.verdict is Verdict.PASS


def test_a_role_that_is_not_defined_is_named_in_the_unknown() -> None:
    held = Role("undefined", id=AN_ID, unknown=(unknown("role an-id"),))
    one = client(CC, grants=(Grant(held),))
    (result,) = run([one], rule(require=requiring(permissions=[P])))
    assert result.verdict is Verdict.UNKNOWN
    assert "role an-id" in result.message


def test_a_known_role_can_fail_too() -> None:
    held = Role("data", name="Supervisor", unknown=(DOUBT,))
    one = client(CC, grants=(Grant(held),))
    rules = (
        rule("R1", require=requiring(permissions=["d:e:write"])),
        rule("R2", forbid=Forbid(permissions=("d:*:*",))),
    )
    assert [r.verdict for r in run([one], *rules, roles=(BY_NAME,))] == [Verdict.FAIL] * 2
    assert [r.verdict for r in run([one], *rules)] == [Verdict.UNKNOWN] * 2


def test_clients_that_share_a_role_still_do() -> None:
    held = Role("data", name="Supervisor", unknown=(DOUBT,))
    plain = client(grants=(Grant(role(P)),))
    before = inventory(client(CC, grants=(Grant(held),)), client(CC, grants=(Grant(held),)), plain)
    after = resolve_roles(before, [BY_NAME])
    assert after.clients[0].grants[0].role is after.clients[1].grants[0].role
    assert after.clients[2] is plain
