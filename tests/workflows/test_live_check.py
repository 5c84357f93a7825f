"""A check of an org, or of Terraform with an org beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.workflows.orgs import (
    MACHINE,
    READY,
    RECORDER_ROLE,
    Clock,
    change,
    client_path,
    operator,
    org_of,
    resource,
    the_machine,
    written,
)
from toolkit.errors import ExitCode, UsageError
from toolkit.mock.scenario import Fault
from toolkit.mock.scenarios import load_scenario
from toolkit.model.findings import Verdict
from toolkit.workflows import OrgConnection, check, inventory, live_org

pytestmark = pytest.mark.server

HCL = """
data "genesyscloud_auth_role" "r" {
  name = "%s"
}
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = data.genesyscloud_auth_role.r.id
  }
}
"""
FORBIDDEN = Fault(kind="status", status=403, path="/api/v2/authorization/roles")


def folder(path: Path, role: str = "Recorder") -> str:
    (path / "main.tf").write_text(HCL % role)
    return str(path)


def test_an_org_alone() -> None:
    with org_of(load_scenario("permission-missing")) as org:
        report = check([], org=live_org(OrgConnection(environ=operator(), api_url=org.url)))
    assert report.exit_code == ExitCode.VIOLATION
    (source,) = report.sources
    assert (source.root, source.kind, source.clients) == (org.url.partition("//")[2], "live", 5)
    failed = {r.address for r in report.results if (r.rule, r.verdict) == ("REC001", "fail")}
    assert failed == {MACHINE}


def test_a_client_that_was_disabled_in_the_org() -> None:
    body = {
        "id": MACHINE,
        "name": "recorder-machine",
        "authorizedGrantType": "CODE",
        "state": "disabled",
    }
    listing = {"entities": [body], "pageCount": 1}
    fault = Fault(kind="status", status=200, path="/api/v2/oauth/clients", body=listing)
    with org_of(msgspec.structs.replace(READY, faults=(fault,))) as org:
        report = check([], org=live_org(OrgConnection(environ=operator(), api_url=org.url)))
    (result,) = [r for r in report.results if r.rule == "client-inactive"]
    assert result.message == "Is disabled: it gets no tokens."


def test_a_setting_that_only_terraform_has_is_unknown_in_an_org(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "version: 1\nname: p\nrules:\n  - id: R1\n    title: No secret in state\n"
        "    settings: {expose_client_secret: {equals: false}}\n"
    )
    with org_of() as org:
        report = check(
            [],
            policies=[str(policy)],
            org=live_org(OrgConnection(environ=operator(), api_url=org.url)),
        )
    assert {r.verdict for r in report.results if r.rule == "R1"} == {Verdict.UNKNOWN}
    assert not [n for n in report.notes if n.code == "secret-in-state"]


def test_the_org_decides_the_role_of_a_data_source(tmp_path: Path) -> None:
    source = folder(tmp_path)
    assert check([source]).exit_code == ExitCode.UNDECIDED
    with org_of() as org:
        report = check([source], org=live_org(OrgConnection(environ=operator(), api_url=org.url)))
        asked = {r["path"] for r in org.captured()}
    assert report.exit_code == ExitCode.OK
    assert [source.kind for source in report.sources] == ["hcl"]
    assert "/api/v2/oauth/clients" not in asked


def test_the_org_decides_a_role_that_another_terraform_made(tmp_path: Path) -> None:
    state = written(tmp_path, the_machine())
    (before,) = [r for r in check([state]).results if r.rule == "REC001"]
    assert before.verdict is Verdict.UNKNOWN
    with org_of(load_scenario("permission-missing")) as org:
        report = check([state], org=live_org(OrgConnection(environ=operator(), api_url=org.url)))
    (after,) = [r for r in report.results if r.rule == "REC001"]
    assert after.verdict is Verdict.FAIL


def test_what_the_org_says_goes_before_what_the_policy_says_of_a_role(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "version: 1\nname: p\nrules:\n  - id: R1\n    title: May start\n"
        "    require: {permissions: {all_of: ['recording:session:write']}}\n"
        "roles: [{name: Bystander, permissions: ['recording:session:write']}]\n"
    )
    source = folder(tmp_path, "Bystander")
    assert check([source], policies=[str(policy)]).exit_code == ExitCode.OK
    with org_of() as org:
        live = live_org(OrgConnection(environ=operator(), api_url=org.url))
        assert check([source], policies=[str(policy)], org=live).exit_code == ExitCode.VIOLATION


def test_a_role_that_the_org_does_not_have(tmp_path: Path) -> None:
    with org_of() as org:
        report = check(
            [folder(tmp_path, "Recrder")],
            org=live_org(OrgConnection(environ=operator(), api_url=org.url)),
        )
    (result,) = [r for r in report.results if r.rule == "REC001"]
    assert (result.verdict, result.reasons[0].decided_by) == ("unknown", "a role that the org has")


def test_roles_that_the_operator_may_not_read(tmp_path: Path) -> None:
    with org_of(msgspec.structs.replace(READY, faults=(FORBIDDEN,))) as org:
        report = check(
            [folder(tmp_path)], org=live_org(OrgConnection(environ=operator(), api_url=org.url))
        )
    (result,) = [r for r in report.results if r.rule == "REC001"]
    wanted = "the permission authorization:role:view for the operator"
    assert (result.verdict, result.reasons[0].decided_by) == ("unknown", wanted)
    assert report.exit_code == ExitCode.UNDECIDED
    assert "live-refused" in {note.code for note in report.notes}


def test_an_org_that_fails_is_an_error_and_the_terraform_is_still_judged(tmp_path: Path) -> None:
    clock = Clock()
    with org_of(load_scenario("unavailable")) as org:
        live = live_org(OrgConnection(environ=operator(), api_url=org.url, sleep=clock.sleep))
        report = check([folder(tmp_path)], org=live, on_error="report")
    assert report.exit_code == ExitCode.REMOTE
    assert [r.verdict for r in report.results if r.rule == "REC001"] == [Verdict.UNKNOWN]
    assert len(report.errors) == 1


def test_a_source_that_cannot_be_read_is_not_replaced_by_the_org() -> None:
    with org_of() as org:
        live = live_org(OrgConnection(environ=operator(), api_url=org.url))
        report = check(["/gone"], org=live, on_error="report")
    assert (report.exit_code, report.sources, report.results) == (ExitCode.INPUT, (), ())


def test_the_inventory_of_an_org() -> None:
    with org_of() as org:
        grants = [{"roleId": RECORDER_ROLE, "divisionId": "*"}]
        change(org, client_path(MACHINE), roleDivisions=grants)
        report = inventory([], org=live_org(OrgConnection(environ=operator(), api_url=org.url)))
    (found,) = report.inventories
    (client,) = [each for each in found.clients if each.address == MACHINE]
    assert [(g.role.name, g.division) for g in client.grants] == [("Recorder", "*")]


def test_nothing_is_sent_before_the_credentials_are_there() -> None:
    with pytest.raises(UsageError, match="operator's credentials are not set"):
        live_org(OrgConnection(environ={}, region="us-east-1"))


@pytest.mark.parametrize("live", [False, True])
def test_who_does_not_ask_an_org_does_not_load_the_http_client(live: bool, tmp_path: Path) -> None:
    state = written(tmp_path, resource("genesyscloud_oauth_client", "c", {"name": "c"}))
    options = ["--live", "--region", "us-east-1", "--ca-bundle", "/gone"] if live else []
    code = (
        "import sys; from toolkit.cli import main; main(sys.argv[1:]);"
        "print('requests' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "check", state, *options],
        capture_output=True,
        text=True,
        check=True,
        env=operator(),
    )
    assert done.stdout.splitlines()[-1] == str(live)
