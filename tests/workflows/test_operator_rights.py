"""What an operator lacks for a plan, reported before the apply, and its excess rights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.workflows.orgs import BRANCH, HOME, READY, operator, org_of
from toolkit.errors import DocumentError, ExitCode, UsageError
from toolkit.mock.scenario import Grant, Role, Scenario
from toolkit.model.findings import Kind, Result, Verdict
from toolkit.model.report import Report
from toolkit.workflows import OrgConnection, check, live_org
from toolkit.workflows import operator as operator_of

RECORDED = Path(__file__).parents[1] / "provider" / "recorded"
DESTROY, CREATE, UPDATE = (
    str(RECORDED / f"plan-{name}.json") for name in ("destroy", "create", "update")
)
LACKS = "operator-lacks"
#: The recorded plan does not show the permissions of roles that it only grants.
BYSTANDER = 'roles: [{name: Bystander, permissions: ["recording:recording:view"]}]\n'


def needed(source: str) -> tuple[str, ...]:
    report = operator_of([source], environ={})
    assert report.operator is not None
    return report.operator.permissions


def policy(
    tmp_path: Path, permissions: Sequence[str], division: str = "all", more: str = ""
) -> str:
    path = tmp_path / "ours.yaml"
    names = ", ".join(f'"{name}"' for name in permissions)
    path.write_text(
        "version: 1\nname: ours\nrules:\n"
        '  - {id: R1, title: t, forbid: {permissions: ["our:own:permission"]}}\n'
        f"operator: {{permissions: [{names}], division: {division}}}\n{BYSTANDER}{more}",
        encoding="utf-8",
    )
    return str(path)


def judged(source: str, *policies: str, **more: Any) -> Report:
    return check([source], policies=policies, environ={}, operator=True, **more)


def told(report: Report) -> list[Result]:
    return [each for each in report.results if each.kind is Kind.OPERATOR]


def codes(report: Report) -> set[str]:
    return {note.code for note in report.notes}


def test_an_operator_with_exactly_what_a_plan_needs_lacks_nothing(tmp_path: Path) -> None:
    report = judged(DESTROY, policy(tmp_path, needed(DESTROY)))
    assert not told(report)
    assert "operator-holds-all" in codes(report)
    assert "operator-sees-part" not in codes(report)


@pytest.mark.parametrize("missing", needed(DESTROY))
def test_each_permission_of_the_list_is_lacked_where_it_is_not_held(
    tmp_path: Path, missing: str
) -> None:
    held = [name for name in needed(DESTROY) if name != missing]
    report = judged(DESTROY, policy(tmp_path, held))
    (result,) = told(report)
    assert (result.rule, result.verdict) == (LACKS, Verdict.FAIL)
    assert f'lacks "{missing}"' in result.message
    assert "/api/v2/" in result.message
    assert report.exit_code is ExitCode.VIOLATION


def test_a_wildcard_is_enough(tmp_path: Path) -> None:
    held = ["authorization:*:*", "integrations:*:*", "oauth:client:*"]
    assert not told(judged(DESTROY, policy(tmp_path, held)))


def test_what_nobody_can_say_is_not_passed(tmp_path: Path) -> None:
    report = judged(DESTROY, policy(tmp_path, ["admin"]))
    assert {each.verdict for each in told(report)} == {Verdict.UNKNOWN}
    assert "what admin opens" in told(report)[0].message


def test_a_role_is_granted_by_who_holds_it_in_that_division(tmp_path: Path) -> None:
    report = judged(CREATE, policy(tmp_path, needed(CREATE), "home"))
    found = {(each.address, each.verdict): each.message for each in told(report)}
    in_all = found["genesyscloud_oauth_client.exposed", Verdict.FAIL]
    assert 'lacks "conversation:call:record" in all divisions' in in_all
    assert "It holds it in the home division only." in in_all
    # The division of this grant gets its id in the apply.
    assert ("genesyscloud_oauth_client.site", Verdict.UNKNOWN) in found
    assert "operator-sees-part" in codes(report)


def test_a_change_of_a_client_may_grant_nothing_new(tmp_path: Path) -> None:
    held = [n for n in needed(UPDATE) if not n.startswith(("recording:", "conversation:"))]
    verdicts = {
        (each.address, each.verdict) for each in told(judged(UPDATE, policy(tmp_path, held)))
    }
    assert ('module.recorder.genesyscloud_oauth_client.client["east"]', Verdict.FAIL) in verdicts
    south = 'module.recorder.genesyscloud_oauth_client.client["south"]'
    assert (south, Verdict.FAIL) not in verdicts


def test_what_may_be_needed_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "genesyscloud_routing_wrapupcode" "w" {}\n')
    report = judged(str(tmp_path), policy(tmp_path, ["routing:wrapupCode:view"]))
    assert {each.verdict for each in told(report)} == {Verdict.UNKNOWN}
    assert report.exit_code is ExitCode.UNDECIDED


def test_it_is_waived_and_switched_off_as_any_other_check(tmp_path: Path) -> None:
    waiver = (
        "waivers:\n  - {rule: operator-lacks, address: '*', reason: known, expires: 2027-01-01}\n"
    )
    held = needed(DESTROY)[1:]
    ours = policy(tmp_path, held, more=waiver)
    (waived,) = told(judged(DESTROY, ours, today=date(2026, 12, 1)))
    assert waived.verdict is Verdict.WAIVED
    assert not told(judged(DESTROY, policy(tmp_path, held), ignore={LACKS}))
    off = policy(tmp_path, held, more="checks: {operator-lacks: off}\n")
    assert not told(judged(DESTROY, off))
    # Selecting a rule does not switch the operator check off.
    assert told(judged(DESTROY, policy(tmp_path, held), select={"R1"}))


def test_where_nothing_says_what_it_holds_that_is_no_question(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing says what the operator holds"):
        check([DESTROY], environ={}, operator=True)


def test_a_division_of_the_operator_is_one(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match='did you mean "all"'):
        judged(DESTROY, policy(tmp_path, ["oauth:client:view"], '"*"'))


def test_more_than_a_folder_needs_is_said_with_the_role_that_would_do(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "genesyscloud_auth_division" "d" {\n  name = "d"\n}\n', encoding="utf-8"
    )
    own = ["oauth:client:view", "authorization:role:view", "authorization:grant:view"]
    exact = [*needed(str(tmp_path)), *own]
    assert not told(judged(str(tmp_path), policy(tmp_path, exact)))
    (result,) = told(judged(str(tmp_path), policy(tmp_path, [*exact, "authorization:role:*"])))
    assert (result.rule, result.severity.value) == ("excess-operator", "note")
    assert "authorization:role:*" in result.message
    assert "authorization:division:add" in (result.fix or "")
    # A plan needs less than the Terraform that it was made from.
    assert not told(judged(DESTROY, policy(tmp_path, [*needed(DESTROY), "users:user:view"])))


def rights(*permissions: str, division: str = "*") -> Scenario:
    """Return an org whose operator has a role with these permissions."""
    admin, *roles = READY.roles
    first, *clients = READY.clients
    return replace(
        READY,
        roles=(
            admin,
            *roles,
            Role(id=HOME[:-2] + "af", name="Terraform", permissions=permissions),
        ),
        clients=(
            replace(first, grants=(Grant(role=HOME[:-2] + "af", division=division),)),
            *clients,
        ),
    )


def live(source: str, scenario: Scenario) -> Report:
    with org_of(scenario) as org:
        asked = live_org(OrgConnection(environ=operator(), api_url=org.url))
        return check([source], environ={}, operator=True, org=asked)


@pytest.mark.server
def test_the_org_says_what_its_operator_holds() -> None:
    assert "operator-holds-all" in codes(live(DESTROY, rights(*needed(DESTROY))))
    held = [name for name in needed(DESTROY) if name != "oauth:client:delete"]
    (result,) = told(live(DESTROY, rights(*held)))
    assert result.verdict is Verdict.FAIL
    assert 'lacks "oauth:client:delete"' in result.message


@pytest.mark.server
def test_an_operator_of_one_division_sees_a_part() -> None:
    report = live(DESTROY, rights(*needed(DESTROY), division=BRANCH))
    (note,) = [each for each in report.notes if each.code == "operator-sees-part"]
    assert f"division {BRANCH}" in note.message


@pytest.mark.server
def test_what_the_licences_of_an_org_leave_out_is_said(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('data "genesyscloud_auth_role" "r" {\n  name = "r"\n}\n')
    (tmp_path / "ask.tf").write_text('data "genesyscloud_script" "s" {\n  name = "s"\n}\n')
    report = live(str(tmp_path), rights("authorization:role:view"))
    scripts = [each for each in told(report) if "scripter:" in each.message]
    assert scripts
    assert all("its licences leave it out" in each.message for each in scripts)
    assert not [each for each in told(report) if "authorization:role:view" in each.message]


def test_an_operator_that_could_not_verify_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('data "genesyscloud_script" "s" {\n  name = "s"\n}\n')
    ours = policy(tmp_path, [*needed(str(tmp_path)), "oauth:client:view"])
    (note,) = [
        each for each in judged(str(tmp_path), ours).notes if each.code == "operator-cannot-verify"
    ]
    assert "lacks authorization:role:view and authorization:grant:view" in note.message
