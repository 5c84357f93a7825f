"""States that the real terraform wrote, applied to the mock org, and later compared with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.mock.conftest import Org
from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace, values
from tests.workflows.orgs import (
    READY,
    change,
    client_path,
    operator,
    org_of,
    policies,
    role_path,
)
from toolkit.errors import ExitCode
from toolkit.model.findings import Kind, Verdict
from toolkit.model.report import Report
from toolkit.workflows import OrgConnection, VerifyRequest, check, live_org, verify

__all__ = ["standin_config", "workspace"]

pytestmark = pytest.mark.terraform

CONFIG = """
provider "genesyscloud" {{
  aws_region         = "us-east-1"
  oauthclient_id     = "{client}"
  oauthclient_secret = "{secret}"
  gateway {{
    protocol = "http"
    host     = "127.0.0.1"
    port     = "{port}"
  }}
}}
resource "genesyscloud_auth_role" "starter" {{
  name = "Recording starter"
  permission_policies {{
    domain      = "recording"
    entity_name = "session"
    action_set  = ["write"]
  }}
  permission_policies {{
    domain      = "conversation"
    entity_name = "*"
    action_set  = ["*"]
  }}
  permission_policies {{
    domain      = "routing"
    entity_name = "queue"
    action_set  = ["view", "edit"]
    conditions {{
      conjunction = "AND"
      terms {{
        variable_name = "Routing.queue"
        operator      = "EQ"
        operands {{
          type     = "QUEUE"
          queue_id = "q-1"
        }}
        operands {{
          type  = "SCALAR"
          value = "x"
        }}
      }}
    }}
  }}
}}
data "genesyscloud_auth_role" "recorder" {{
  name = "Recorder"
}}
resource "genesyscloud_oauth_client" "machine" {{
  for_each              = toset(["a", "b"])
  name                  = "recorder-${{each.key}}"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  expose_client_secret  = true
  roles {{
    role_id = genesyscloud_auth_role.starter.id
  }}
}}
resource "genesyscloud_oauth_client" "found" {{
  name                  = "recorder-found"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {{
    role_id     = data.genesyscloud_auth_role.recorder.id
    division_id = "*"
  }}
}}
resource "genesyscloud_oauth_client" "person" {{
  name                          = "recorder-person-2"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = 3600
  registered_redirect_uris      = ["https://example.test/back"]
  scopes                        = ["recordingSession", "recording:session:write"]
}}
"""
A, B = (f'genesyscloud_oauth_client.machine["{key}"]' for key in "ab")
FOUND, PERSON = "genesyscloud_oauth_client.found", "genesyscloud_oauth_client.person"


@pytest.fixture
def org() -> Iterator[Org]:
    with org_of() as found:
        yield found


@pytest.fixture
def applied(org: Org, workspace: Workspace) -> Workspace:
    who = READY.subjects.operator
    port = str(urlsplit(org.url).port)
    workspace.write(CONFIG.format(client=who.client, secret=who.secret, port=port))
    workspace.init()
    workspace.plan()
    workspace.apply()
    return workspace


def verified(org: Org, source: Path) -> Report:
    return verify(
        VerifyRequest(source, source_dir=source.parent),
        org=OrgConnection(environ=operator(), api_url=org.url),
    )


def told(report: Report) -> set[tuple[str | None, str, Verdict]]:
    return {(r.address, r.rule, r.verdict) for r in report.results if r.kind is Kind.DRIFT}


SYNC = {(address, "in-sync", Verdict.PASS) for address in (A, B, FOUND, PERSON)}


def test_what_was_just_applied_is_in_sync_whichever_form_the_state_has(
    org: Org, applied: Workspace
) -> None:
    shown = applied.directory / "shown.json"
    shown.write_text(json.dumps(applied.state()))
    for source in (applied.directory / "terraform.tfstate", shown):
        report = verified(org, source)
        assert told(report) == SYNC
        assert report.exit_code == ExitCode.OK
        passed = {r.address for r in report.results if (r.rule, r.verdict) == ("REC001", "pass")}
        assert passed == {A, B, FOUND, PERSON}
        secret = values(applied.state())[A]["client_secret"]
        assert secret
        assert secret not in repr(report)


def test_what_is_changed_by_hand_afterwards_is_named(org: Org, applied: Workspace) -> None:
    state = values(applied.state())
    role = role_path(state["genesyscloud_auth_role.starter"]["id"])
    # The platform expands the wildcard, and someone takes the permission to start away.
    changed = policies("conversation:call:record", "conversation:call:view")
    before = org.call("GET", role, org.token("operator")).json()["permissionPolicies"]
    changed += [policy for policy in before if policy["domain"] == "routing"]
    change(org, role, permissionPolicies=changed)
    change(org, client_path(state[PERSON]["id"]), scope=["recordingSession", "users"])
    token = org.token("operator")
    org.call("DELETE", client_path(state[B]["id"]), token)

    report = verified(org, applied.directory / "terraform.tfstate")
    assert told(report) == {
        (A, "role-permission-removed", Verdict.FAIL),
        (A, "wildcard-expanded", Verdict.FAIL),
        (B, "client-missing", Verdict.FAIL),
        (PERSON, "scope-removed", Verdict.FAIL),
        (PERSON, "scope-added", Verdict.FAIL),
        (FOUND, "in-sync", Verdict.PASS),
    }
    assert report.exit_code == ExitCode.VIOLATION
    lines = {r.rule: r.location.line for r in report.results if r.kind is Kind.DRIFT and r.location}
    main = (applied.directory / "main.tf").read_text().splitlines()
    assert main[lines["scope-removed"] - 1].strip().startswith("scopes")
    assert "client" in main[lines["client-missing"] - 1]


def test_a_condition_that_someone_changed_is_named(org: Org, applied: Workspace) -> None:
    state = values(applied.state())
    path = role_path(state["genesyscloud_auth_role.starter"]["id"])
    body = org.call("GET", path, org.token("operator")).json()
    (policy,) = [p for p in body["permissionPolicies"] if p["domain"] == "routing"]
    policy["resourceConditionNode"]["terms"][0]["operator"] = "IN"
    change(org, path, permissionPolicies=body["permissionPolicies"])
    report = verified(org, applied.directory / "terraform.tfstate")
    changed = {(address, "role-permission-removed", Verdict.FAIL) for address in (A, B)}
    assert told(report) == changed | SYNC - {(each, "in-sync", Verdict.PASS) for each in (A, B)}


def test_the_next_apply_brings_both_together_again(org: Org, applied: Workspace) -> None:
    identifier = values(applied.state())[PERSON]["id"]
    change(org, client_path(identifier), scope=["recordingSession"])
    assert (PERSON, "scope-removed", Verdict.FAIL) in told(
        verified(org, applied.directory / "terraform.tfstate")
    )
    applied.plan()
    applied.apply()
    assert told(verified(org, applied.directory / "terraform.tfstate")) == SYNC


def test_the_org_decides_what_a_plan_and_hcl_leave_open(org: Org, applied: Workspace) -> None:
    """The role of a data source: by its id in the plan, by its name in the HCL."""
    plan = applied.directory / "plan.json"
    plan.write_text(json.dumps(applied.plan("-replace", FOUND)))
    live = live_org(OrgConnection(environ=operator(), api_url=org.url))
    hcl = applied.directory / "hcl"
    hcl.mkdir()
    (hcl / "main.tf").write_text((applied.directory / "main.tf").read_text())
    for source in (str(plan), str(hcl)):
        without = check([source], clients=[FOUND], select=["REC001"])
        (result,) = without.results
        assert (result.verdict, without.exit_code) == (Verdict.UNKNOWN, ExitCode.UNDECIDED)
        decided = check([source], clients=[FOUND], select=["REC001"], org=live)
        (result,) = decided.results
        assert (result.verdict, decided.exit_code) == (Verdict.PASS, ExitCode.OK)
        assert [source.kind for source in decided.sources] == [without.sources[0].kind]
