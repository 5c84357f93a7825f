"""States against the mock org, with changes made by hand in the org."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.mock.conftest import Org
from tests.workflows.orgs import (
    BRANCH,
    BYSTANDER_ROLE,
    HOME,
    MACHINE,
    MACHINE_ADDRESS,
    PERSON,
    PERSON_ADDRESS,
    PERSONS_SCOPES,
    READY,
    RECORDER_ROLE,
    Clock,
    Json,
    change,
    client,
    client_path,
    conditions,
    machine,
    node,
    operator,
    org_of,
    person,
    policies,
    resource,
    role_path,
    state,
    the_machine,
    the_person,
    the_role,
)
from toolkit.errors import ExitCode, RemoteError, UsageError
from toolkit.genesys.credentials import SUBJECT_TOKEN
from toolkit.mock.scenario import Fault, Grant, Role
from toolkit.mock.scenarios import load_scenario
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.model.fingerprint import fingerprint_of
from toolkit.model.report import Report
from toolkit.reporters import html_report, markdown, text
from toolkit.reporters.suggested_hcl import additions
from toolkit.workflows import OrgConnection, ProbeRequest, VerifyRequest, verify

pytestmark = pytest.mark.server

BOTH = (the_role(), the_machine(), the_person())
SESSION = READY.target.session


@pytest.fixture
def org() -> Iterator[Org]:
    with org_of() as found:
        yield found


def verified(
    org: Org, *resources: Json, subject: dict[str, str] | None = None, **more: Any
) -> Report:
    environ = {**operator(), **(subject or {})}
    where = {k: more.pop(k) for k in OrgConnection.__struct_fields__ if k in more}
    hooks = {k: more.pop(k) for k in ("tell", "agree") if k in more}
    start = {k: more.pop(k) for k in ProbeRequest.__struct_fields__ if k in more}
    return verify(
        VerifyRequest("-", stdin=state(*(resources or BOTH)), **more),
        ProbeRequest(**start) if subject is not None else None,
        OrgConnection(**{"api_url": org.url, "environ": environ, **where}),
        **hooks,
    )


def drift(report: Report) -> dict[tuple[str, str], Result]:
    """Return the results of kind drift by address and check, except those in sync."""
    return {
        (each.address or "", each.rule): each
        for each in report.results
        if each.kind is Kind.DRIFT and each.verdict is not Verdict.PASS
    }


def in_sync(report: Report) -> set[str | None]:
    return {each.address for each in report.results if each.rule == "in-sync"}


def test_an_org_as_it_was_applied(org: Org) -> None:
    report = verified(org)
    assert (report.exit_code, drift(report)) == (ExitCode.OK, {})
    assert in_sync(report) == {MACHINE_ADDRESS, PERSON_ADDRESS}
    assert [note.code for note in report.notes] == ["no-start", "unpublished-scope"]
    passed = {r.address for r in report.results if r.rule == "REC001" and r.verdict == "pass"}
    assert passed == {MACHINE_ADDRESS, PERSON_ADDRESS}
    assert [(s.root, s.kind, s.clients) for s in report.sources] == [("-", "state", 2)]
    assert report.verdict is None


def _set(path: str, **changes: Any) -> Callable[[Org], None]:
    return lambda org: change(org, path, **changes)


def _delete(path: str) -> Callable[[Org], None]:
    def delete(org: Org) -> None:
        assert org.call("DELETE", path, org.token("operator")).status_code == 204

    return delete


_KEPT = [*READY.roles[1].permissions[1:]]
CHANGES: list[tuple[str, Callable[[Org], None], str, set[str], str, int]] = [
    (
        "a permission taken from the role",
        _set(role_path(RECORDER_ROLE), permissionPolicies=policies(*_KEPT)),
        MACHINE_ADDRESS,
        {"role-permission-removed"},
        '"recording:session:write"',
        1,
    ),
    (
        "a permission put into the role",
        _set(
            role_path(RECORDER_ROLE),
            permissionPolicies=policies(*READY.roles[1].permissions, "recording:recording:delete"),
        ),
        MACHINE_ADDRESS,
        {"role-permission-added"},
        '"recording:recording:delete"',
        0,
    ),
    (
        "a scope taken away",
        _set(client_path(PERSON), scope=list(PERSONS_SCOPES[1:])),
        PERSON_ADDRESS,
        {"scope-removed"},
        '"recording:session:write"',
        1,
    ),
    (
        "a scope added",
        _set(client_path(PERSON), scope=[*PERSONS_SCOPES, "oauth"]),
        PERSON_ADDRESS,
        {"scope-added"},
        '"oauth"',
        0,
    ),
    (
        "scopes on a client that logs in for itself",
        _set(client_path(MACHINE), scope=["oauth"]),
        MACHINE_ADDRESS,
        {"scope-added"},
        "have no effect",
        0,
    ),
    (
        "another role in the place of the first",
        _set(
            client_path(MACHINE), roleDivisions=[{"roleId": BYSTANDER_ROLE, "divisionId": HOME}]
        ),
        MACHINE_ADDRESS,
        {"role-removed", "role-added"},
        '"genesyscloud_auth_role.recorder" in the home division',
        1,
    ),
    (
        "the role in another division",
        _set(
            client_path(MACHINE), roleDivisions=[{"roleId": RECORDER_ROLE, "divisionId": BRANCH}]
        ),
        MACHINE_ADDRESS,
        {"role-removed", "role-added"},
        "in the home division",
        1,
    ),
    (
        "the client made inactive",
        _set(client_path(MACHINE), state="inactive"),
        MACHINE_ADDRESS,
        {"client-deactivated"},
        'Is "inactive" and gets no tokens',
        1,
    ),
    (
        "the client deleted",
        _delete(client_path(MACHINE)),
        MACHINE_ADDRESS,
        {"client-missing"},
        "the org does not",
        1,
    ),
    (
        "another grant type",
        _set(client_path(PERSON), authorizedGrantType="TOKEN"),
        PERSON_ADDRESS,
        {"grant-type-changed"},
        'Is "TOKEN"; the state says "CODE"',
        1,
    ),
    (
        "tokens that live longer, under another name",
        _set(client_path(PERSON), accessTokenValiditySeconds=172800, name="recorder-x"),
        PERSON_ADDRESS,
        {"setting-changed"},
        "172800",
        0,
    ),
    (
        "the role deleted",
        _delete(role_path(RECORDER_ROLE)),
        MACHINE_ADDRESS,
        {"role-removed"},
        "genesyscloud_auth_role.recorder",
        1,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("by_hand", "address", "rules", "message", "code"),
    [row[1:] for row in CHANGES],
    ids=[row[0] for row in CHANGES],
)
def test_what_someone_changed_by_hand_is_named(
    by_hand: Callable[[Org], None], address: str, rules: set[str], message: str, code: int, org: Org
) -> None:
    by_hand(org)
    report = verified(org)
    found = drift(report)
    assert set(found) == {(address, rule) for rule in rules}
    assert any(message in result.message for result in report.results if result.rule in rules)
    assert all(result.verdict is Verdict.FAIL for result in found.values())
    assert report.exit_code == code
    assert in_sync(report) == {MACHINE_ADDRESS, PERSON_ADDRESS} - {address}


def test_a_condition_that_was_put_on_a_permission(org: Org) -> None:
    empty = {"conjunction": "AND", "terms": []}
    changed = [
        *policies(*_KEPT),
        policies("recording:session:write")[0] | {"resourceConditionNode": empty},
    ]
    change(org, role_path(RECORDER_ROLE), permissionPolicies=changed)
    report = verified(org)
    (result,) = drift(report).values()
    assert result.rule == "role-permission-removed"
    assert "only under a condition" in result.message
    rule = next(r for r in report.results if (r.rule, r.address) == ("REC001", MACHINE_ADDRESS))
    assert rule.verdict is Verdict.UNKNOWN


QUEUE, OTHER = ({"type": "QUEUE", "queue": {"id": each}} for each in ("q-1", "q-2"))
OF_QUEUE = conditions({"type": "QUEUE", "queue_id": "q-1"}, {"type": "SCALAR", "value": "x"})
SCALAR = {"type": "SCALAR", "value": "x"}
START = READY.roles[1].permissions[0]


def conditional_role(said: list[Json]) -> Json:
    """Return the role of the mock's recorders, with a condition in the state on its permission to
    start.
    """
    found = the_role()
    for policy in found["values"]["permission_policies"]:
        if policy["domain"] == "recording":
            policy["conditions"] = said
    return found


@pytest.mark.parametrize(
    ("condition", "verdict", "message"),
    [
        (node(SCALAR, QUEUE), None, ""),
        (node(QUEUE, SCALAR, variableName="Media.type"), Verdict.FAIL, "under another condition"),
        (node(OTHER, SCALAR), Verdict.FAIL, "under another condition than the state says"),
        (node(QUEUE), Verdict.FAIL, "under another condition"),
        (node(QUEUE, SCALAR) | {"conjunction": "OR"}, Verdict.FAIL, "under another condition"),
        # Nested conditions, which the provider does not write.
        ({"conjunction": "AND", "terms": [node(QUEUE)]}, Verdict.UNKNOWN, "Cannot tell"),
        ({"variableName": "Queue.id", "operator": "EQ"}, Verdict.UNKNOWN, "Cannot tell"),
        # An operand with fields that are not supported here.
        (node(QUEUE | {"negated": True}, SCALAR), Verdict.UNKNOWN, "Cannot tell"),
        (None, Verdict.FAIL, "also grants"),
    ],
)
def test_a_condition_that_someone_changed(
    condition: Json | None, verdict: Verdict | None, message: str, org: Org
) -> None:
    starting = policies(START)[0] | ({"resourceConditionNode": condition} if condition else {})
    changed = [starting, *policies(*_KEPT)]
    change(org, role_path(RECORDER_ROLE), permissionPolicies=changed)
    report = verified(org, conditional_role(OF_QUEUE), the_machine())
    found = [*drift(report).values()]
    assert [each.verdict for each in found] == ([] if verdict is None else [verdict])
    assert (in_sync(report) == {MACHINE_ADDRESS}) is (verdict is None)
    for each in found:
        assert message in each.message
        assert START in each.message
    if verdict is Verdict.UNKNOWN:
        assert found[0].reasons[0].decided_by == "a comparison of both conditions by hand"


def test_a_wildcard_of_which_a_condition_is_left_is_no_expansion(org: Org) -> None:
    changed = [*policies(*_KEPT), policies(START)[0] | {"resourceConditionNode": node(QUEUE)}]
    change(org, role_path(RECORDER_ROLE), permissionPolicies=changed)
    report = verified(org, the_role("recording:*:*", *_KEPT), the_machine())
    (result,) = drift(report).values()
    assert (result.rule, result.verdict) == ("role-permission-removed", Verdict.FAIL)
    assert "only under a condition" in result.message


@pytest.mark.parametrize(
    ("said", "message"),
    [([], "only under a condition"), (OF_QUEUE, "under another condition than the state says")],
)
def test_a_wildcard_that_got_a_condition_is_no_expansion_whatever_part_of_it_is_free(
    said: list[Json], message: str, org: Org
) -> None:
    role = the_role("recording:*:*", *_KEPT)
    for policy in role["values"]["permission_policies"]:
        if said and policy["domain"] == "recording":
            policy["conditions"] = said
    held = policies("recording:*:*")[0] | {"resourceConditionNode": node(OTHER)}
    changed = [held, *policies("recording:annotation:view", *_KEPT)]
    change(org, role_path(RECORDER_ROLE), permissionPolicies=changed)
    report = verified(org, role, the_machine())
    found = [each for each in report.results if each.rule == "role-permission-removed"]
    assert [each.verdict for each in found] == [Verdict.FAIL]
    assert message in found[0].message
    assert "wildcard-expanded" not in {each.rule for each in report.results}
    assert report.exit_code == ExitCode.VIOLATION


def test_a_condition_that_was_added_beside_the_one_of_the_state_grants_more(org: Org) -> None:
    both = [policies(START)[0] | {"resourceConditionNode": node(*of)} for of in
            ((QUEUE, SCALAR), (OTHER,))]  # fmt: skip
    change(org, role_path(RECORDER_ROLE), permissionPolicies=[*both, *policies(*_KEPT)])
    report = verified(org, conditional_role(OF_QUEUE), the_machine())
    (result,) = drift(report).values()
    assert result.rule == "role-permission-added"


def test_what_a_role_grants_that_the_state_does_not_manage_is_said_not_to_be_compared(
    org: Org,
) -> None:
    change(org, role_path(RECORDER_ROLE), permissionPolicies=policies("users:user:delete"))
    found = resource(
        "genesyscloud_auth_role", "r", {"id": RECORDER_ROLE, "name": "Recorder"}, mode="data"
    )
    report = verified(org, found, the_machine())
    (result,) = [each for each in report.results if each.rule == "in-sync"]
    assert result.message == (
        "The org grants what the state says, which does not say what "
        "data.genesyscloud_auth_role.r grants: that was not compared."
    )
    (note,) = [note for note in report.notes if note.code == "role-not-managed"]
    assert "data.genesyscloud_auth_role.r" in note.message
    # The policy judges the effect.
    assert ("REC001", Verdict.FAIL) in {(each.rule, each.verdict) for each in report.results}
    assert not [n for n in verified(org).notes if n.code == "role-not-managed"]


def test_the_policy_judges_what_is_granted_not_what_the_state_says(org: Org) -> None:
    change(org, role_path(RECORDER_ROLE), permissionPolicies=policies(*_KEPT))
    report = verified(org)
    failed = {(r.rule, r.address) for r in report.results if r.verdict is Verdict.FAIL}
    assert ("REC001", MACHINE_ADDRESS) in failed
    (rule,) = [r for r in report.results if (r.rule, r.verdict) == ("REC001", "fail")]
    assert "genesyscloud_auth_role.recorder" in rule.message


def test_a_role_that_only_a_data_source_knows_is_decided(org: Org) -> None:
    found = resource(
        "genesyscloud_auth_role", "r", {"id": RECORDER_ROLE, "name": "Recorder"}, mode="data"
    )
    report = verified(org, found, the_machine())
    assert (report.exit_code, in_sync(report)) == (ExitCode.OK, {MACHINE_ADDRESS})


def test_a_wildcard_that_the_platform_expanded(org: Org) -> None:
    report = verified(org, the_role("recording:session:*", "conversation:*:*"), the_machine())
    found = drift(report)
    assert set(found) == {(MACHINE_ADDRESS, "wildcard-expanded")}
    (result,) = found.values()
    assert (result.severity, report.exit_code) == (Severity.NOTE, ExitCode.OK)
    expanded = [r for r in report.results if r.rule == "wildcard-expanded"]
    assert len({fingerprint_of(r) for r in expanded}) == 2
    both = [r.message for r in expanded]
    assert any("grants recording:session:write for it" in message for message in both)
    assert any(
        "conversation:call:record, conversation:recording:pauseOthers and" in m for m in both
    )


def test_a_wildcard_of_which_nothing_is_left_was_removed(org: Org) -> None:
    report = verified(org, the_role(*READY.roles[1].permissions, "routing:*:*"), the_machine())
    (result,) = drift(report).values()
    assert (result.rule, result.missing[0].any_of) == ("role-permission-removed", ("routing:*:*",))


def test_a_role_that_adopts_a_built_in_one_holds_what_the_state_says(org: Org) -> None:
    report = verified(org, the_role(*_KEPT, default_role_id="built-in"), the_machine())
    (result,) = drift(report).values()
    assert (result.rule, result.verdict) == ("role-permission-added", Verdict.FAIL)


def test_the_home_division_may_be_left_out_of_the_state(org: Org) -> None:
    roles = [{"role_id": RECORDER_ROLE, "division_id": None}]
    assert in_sync(verified(org, the_role(), the_machine(roles=roles))) == {MACHINE_ADDRESS}


def _operator_with(*permissions: str) -> Any:
    """Return the ready org with these permissions for the operator."""
    limited = Role(
        id="00000000-0000-4000-8000-0000000000a9", name="Limited", permissions=permissions
    )
    who = msgspec.structs.replace(READY.clients[0], grants=(Grant(role=limited.id, division="*"),))
    return msgspec.structs.replace(
        READY, roles=(*READY.roles, limited), clients=(who, *READY.clients[1:])
    )


CLIENT_VIEW, ROLE_VIEW, GRANT_VIEW = (
    "oauth:client:view",
    "authorization:role:view",
    "authorization:grant:view",
)


@pytest.mark.parametrize(
    ("held", "lacking", "unknown"),
    [
        ((CLIENT_VIEW, ROLE_VIEW), GRANT_VIEW, set()),
        ((CLIENT_VIEW, GRANT_VIEW), ROLE_VIEW, {"role-permission-removed"}),
        (
            (ROLE_VIEW, GRANT_VIEW),
            CLIENT_VIEW,
            {"client-deactivated", "grant-type-changed", "scope-removed", "setting-changed"},
        ),
        ((CLIENT_VIEW,), ROLE_VIEW, {"role-permission-removed"}),
    ],
)
def test_what_the_operator_may_not_read_is_unknown_and_the_rest_stands(
    held: tuple[str, ...], lacking: str, unknown: set[str]
) -> None:
    with org_of(_operator_with(*held)) as org:
        report = verified(org, the_role(), the_machine())
    found = drift(report)
    assert {rule for _, rule in found} == unknown
    assert all(result.verdict is Verdict.UNKNOWN for result in found.values())
    assert any(lacking in note.message for note in report.notes)
    if unknown:
        assert report.exit_code == ExitCode.UNDECIDED
        told = {reason.decided_by for result in found.values() for reason in result.reasons}
        assert f"the permission {lacking} for the operator" in told
        assert in_sync(report) == set()
    else:
        assert in_sync(report) == {MACHINE_ADDRESS}


def test_a_client_without_an_id_in_the_state_is_unknown(org: Org) -> None:
    report = verified(org, the_role(), the_machine(id=None, client_id=None), the_person())
    (result,) = drift(report).values()
    assert (result.rule, result.verdict) == ("client-missing", Verdict.UNKNOWN)
    assert report.exit_code == ExitCode.UNDECIDED
    judged = {(r.rule, r.verdict) for r in report.results if r.address == MACHINE_ADDRESS}
    assert ("REC001", Verdict.PASS) not in judged


def test_a_hidden_role_is_unknown_and_never_in_sync(org: Org) -> None:
    hidden = the_machine()
    hidden["sensitive_values"] = {"roles": True}
    report = verified(org, hidden)
    (result,) = drift(report).values()
    assert (result.rule, result.verdict) == ("role-removed", Verdict.UNKNOWN)


def test_hidden_permissions_are_unknown_and_never_in_sync(org: Org) -> None:
    hidden = the_role()
    hidden["sensitive_values"] = {"permission_policies": True}
    report = verified(org, hidden, the_machine())
    (result,) = drift(report).values()
    assert (result.rule, result.verdict) == ("role-permission-removed", Verdict.UNKNOWN)


def test_a_state_of_another_org(org: Org) -> None:
    other = client("other", "id-1", name="other", authorized_grant_type="CODE")
    report = verified(org, other)
    assert {rule for _, rule in drift(report)} == {"client-missing"}
    (note,) = [note for note in report.notes if note.code == "other-org"]
    assert org.url.removeprefix("http://") in note.message
    assert not [n for n in verified(org, other, the_person()).notes if n.code == "other-org"]


def test_a_client_that_the_platform_lists_as_deleted_is_missing() -> None:
    body = {"id": MACHINE, "name": "x", "state": "deleted"}
    fault = Fault(kind="status", path=client_path(MACHINE), status=200, body=body)
    with org_of(msgspec.structs.replace(READY, faults=(fault,))) as org:
        assert set(drift(verified(org))) == {(MACHINE_ADDRESS, "client-missing")}


def test_a_client_whose_body_leaves_out_what_is_empty() -> None:
    body = {
        "id": PERSON,
        "name": "recorder-person",
        "authorizedGrantType": "CODE",
        "state": "active",
        "accessTokenValiditySeconds": 86400,
        "scope": list(PERSONS_SCOPES),
    }
    fault = Fault(kind="status", path=client_path(PERSON), status=200, body=body)
    with org_of(msgspec.structs.replace(READY, faults=(fault,))) as terse:
        assert in_sync(verified(terse, the_person())) == {PERSON_ADDRESS}


# The probe


def test_then_the_client_under_test_is_probed(org: Org) -> None:
    report = verified(org, subject=machine(), session_id=SESSION)
    assert (report.verdict, report.exit_code) == ("ready", ExitCode.OK)
    assert in_sync(report) == {MACHINE_ADDRESS, PERSON_ADDRESS}
    assert org.state(org.token("operator")) == "recording"


def test_the_operator_alone_starts_nothing(org: Org) -> None:
    verified(org)
    assert {r["method"] for r in org.captured() if r["path"] != "/oauth/token"} == {"GET", "DELETE"}


def test_a_token_needs_to_be_told_which_client_it_is_of(org: Org) -> None:
    two = (the_person(), client("other", "id-1", name="other", authorized_grant_type="CODE"))
    with pytest.raises(UsageError, match="has 2 clients") as caught:
        verified(org, *two, subject=person(), session_id=SESSION)
    assert PERSON_ADDRESS in (caught.value.hint or "")
    assert org.captured() == []
    report = verified(org, *two, subject=person(), session_id=SESSION, client=PERSON_ADDRESS)
    assert report.verdict == "ready"


def test_the_credentials_of_another_client_are_a_misconfiguration(org: Org) -> None:
    report = verified(org, the_person(), subject=machine(), session_id=SESSION)
    assert report.diagnoses[0].cause == "auth.wrong-client"
    assert report.exit_code == ExitCode.VIOLATION
    assert org.state(org.token("operator")) == "active"


def test_credentials_of_none_of_several_clients(org: Org) -> None:
    other = client("other", "id-1", name="other", authorized_grant_type="CODE")
    with pytest.raises(UsageError, match="is not one of them"):
        verified(org, the_person(), other, subject=machine(), session_id=SESSION)


def test_an_address_that_the_state_does_not_have(org: Org) -> None:
    with pytest.raises(UsageError, match="there is no client x"):
        verified(org, subject=machine(), session_id=SESSION, client="x")


def test_drift_and_the_diagnosis_stand_in_one_report(org: Org) -> None:
    change(org, role_path(RECORDER_ROLE), permissionPolicies=policies(*_KEPT))
    report = verified(org, subject=machine(), session_id=SESSION)
    assert set(drift(report)) == {(MACHINE_ADDRESS, "role-permission-removed")}
    assert report.diagnoses[0].cause == "permission.missing"
    assert report.exit_code == ExitCode.VIOLATION


# Waiting for the org


def test_a_change_that_takes_its_time_is_waited_for() -> None:
    clock = Clock()
    with org_of(load_scenario("permission-settling")) as org:
        report = verified(
            org, subject=machine(), session_id=SESSION, settle=300.0, clock=clock, sleep=clock.sleep
        )
    assert (report.exit_code, report.verdict) == (ExitCode.OK, "ready")
    assert clock.slept == [2.0, 3.0]
    (note,) = [note for note in report.notes if note.code == "settled"]
    assert note.message == "The org matched the state after 5.0 s and 3 reads."


def test_what_does_not_settle_is_said_with_how_long_that_was(org: Org) -> None:
    change(org, role_path(RECORDER_ROLE), permissionPolicies=policies(*_KEPT))
    clock = Clock()
    told: list[str] = []
    report = verified(org, settle=60.0, clock=clock, sleep=clock.sleep, tell=told.append)
    assert clock.slept == [2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 10.0]
    assert sum(clock.slept) == 60.0
    (note,) = [note for note in report.notes if note.code == "not-settled"]
    assert note.message.startswith(
        "After 60.0 s and 8 reads, the org still differs: 1 thing differs"
    )
    assert "1 thing differs from the state; reading again, for up to 60 s" in told
    assert report.exit_code == ExitCode.VIOLATION


def test_the_clients_own_rights_are_waited_for_too_and_the_start_is_one() -> None:
    """The operator may see a permission before the API grants it to the client's token."""
    mine = "/api/v2/authorization/subjects/me"
    lagging = Fault(kind="status", path=mine, status=200, times=2, body={"id": "x", "grants": []})
    clock = Clock()
    with org_of(msgspec.structs.replace(READY, faults=(lagging,))) as org:
        report = verified(
            org, subject=machine(), session_id=SESSION, settle=300.0, clock=clock, sleep=clock.sleep
        )
        starts = [r for r in org.captured() if r["path"].endswith("/start")]
    assert (report.verdict, len(starts), clock.slept) == ("ready", 1, [2.0, 3.0])


def test_nothing_is_waited_for_that_time_does_not_mend(org: Org) -> None:
    clock = Clock()
    report = verified(
        org, the_person(), subject=machine(), preflight=True, settle=300.0, clock=clock,
        sleep=clock.sleep,
    )  # fmt: skip
    assert report.diagnoses[0].cause == "auth.wrong-client"
    assert clock.slept == []


# Failures


def test_an_org_that_fails_is_an_error_not_a_difference() -> None:
    with org_of(load_scenario("unavailable")) as org:
        clock = Clock()
        with pytest.raises(RemoteError, match="503"):
            verified(org, clock=clock, sleep=clock.sleep)


def test_wrong_credentials_of_the_operator(org: Org) -> None:
    wrong = {**operator(), "GENESYSCLOUD_OAUTHCLIENT_SECRET": "canary-77"}
    with pytest.raises(RemoteError, match="credentials are refused") as caught:
        verified(org, environ=wrong)
    assert "another region" in (caught.value.hint or "")
    assert "canary" not in f"{caught.value} {caught.value.hint}"


def test_the_operators_token_is_given_back(org: Org) -> None:
    verified(org)
    assert [r["method"] for r in org.captured()][-1] == "DELETE"


def test_findings_show_where_they_are_written(org: Org, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "genesyscloud_oauth_client" "person" {\n  name   = "recorder-person"\n'
        '  authorized_grant_type = "CODE"\n  scopes = ["recordingSession"]\n}\n'
    )
    change(org, client_path(PERSON), scope=["recordingSession"])
    report = verified(org, the_person(), source_dir=str(tmp_path))
    (result,) = drift(report).values()
    assert result.location is not None
    assert (Path(result.location.path).name, result.location.line) == ("main.tf", 4)


def test_a_client_that_was_renamed_is_judged_all_the_same(org: Org) -> None:
    change(org, role_path(RECORDER_ROLE), permissionPolicies=[])
    change(org, client_path(MACHINE), name="Nightly sync")
    report = verified(org)
    failed = {
        r.rule for r in report.results if r.verdict == "fail" and r.address == MACHINE_ADDRESS
    }
    assert {"REC001", "setting-changed"} <= failed


# Fixes agree


def logged_in(org: Org) -> dict[str, str]:
    minted = org.call("POST", "/__mock__/tokens", json={"client": PERSON}).json()
    return {SUBJECT_TOKEN: minted["access_token"]}


def test_what_the_state_has_is_restored_by_an_apply_alone(org: Org) -> None:
    change(org, client_path(PERSON), scope=["conversations"])
    report = verified(
        org, the_person(), subject=logged_in(org), session_id=SESSION, client=PERSON_ADDRESS
    )
    fixes = {each.rule: each.fix or "" for each in report.results if each.verdict == "fail"}
    assert fixes.keys() == {"REC001", "scope-removed"}
    assert all("terraform apply" in fix for fix in fixes.values())
    assert not any("Add " in fix for fix in fixes.values())
    assert [additions(each) for each in report.results] == [None] * len(report.results)
    (found,) = report.diagnoses
    assert (found.cause, found.hcl) == ("scope.missing", None)
    assert (found.fix or "").startswith("The state has what is missing: run terraform apply.")


def test_what_the_state_lacks_as_well_is_still_to_be_written(org: Org) -> None:
    change(org, client_path(PERSON), scope=["conversations"])
    state_has = the_person(scopes=["conversations", "recordingSession"])
    report = verified(
        org, state_has, subject=logged_in(org), session_id=SESSION, client=PERSON_ADDRESS
    )
    (rule,) = [each for each in report.results if each.rule == "REC001"]
    assert "to the client's scopes" in (rule.fix or "")
    assert report.diagnoses[0].hcl is not None


def test_a_token_that_is_older_than_the_scopes_needs_a_log_in_alone(org: Org) -> None:
    change(org, client_path(PERSON), scope=["conversations"])
    subject = logged_in(org)
    change(org, client_path(PERSON), scope=list(PERSONS_SCOPES))
    report = verified(org, the_person(), subject=subject, session_id=SESSION, client=PERSON_ADDRESS)
    (found,) = report.diagnoses
    assert "the token is older" in found.message
    assert (found.fix, found.hcl) == (
        "Log in again: a token keeps the scopes that it was made with.",
        None,
    )


def test_a_probe_that_was_ready_leaves_nothing_to_be_told_by_one(org: Org) -> None:
    (alone,) = [n.message for n in verified(org).notes if n.code == "unpublished-scope"]
    assert alone.endswith("Only a probe can tell whether the organisation has that API.")
    report = verified(org, subject=machine(), session_id=SESSION)
    (after,) = [n.message for n in report.notes if n.code == "unpublished-scope"]
    assert after.endswith("contract recording-session. The probe shows that the org has that API.")


def test_what_the_operator_lacks_is_said_first_and_once() -> None:
    with org_of(_operator_with(GRANT_VIEW, ROLE_VIEW)) as org:
        report = verified(org, the_role(), the_machine())
    shown = text.render(report)
    assert shown.startswith("! ")
    assert "oauth:client:view" in " ".join(shown.splitlines()[:5])
    assert " ".join(shown.split()).count("The operator needs the permission") == 1
    page = html_report.render(report)
    assert page.index("The operator needs the permission") < page.index("REC001")
    assert page.count("The operator needs the permission") == 1
    told = markdown.render(report)
    assert told.index("Read first") < told.index("Findings")
    assert told.count("The operator needs the permission") == 1


def test_a_token_from_a_log_in_is_of_the_client_that_people_log_in_to(org: Org) -> None:
    report = verified(org, subject=person(), preflight=True)
    assert report.verdict == "preflight"
    assert report.subject is not None
    assert report.subject.client_id == PERSON
