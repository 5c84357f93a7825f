"""`diff --live`: the org compared with the Terraform."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.workflows.orgs import operator, org_of
from tests.workflows.test_diff import told
from toolkit.errors import ExitCode, UsageError
from toolkit.mock.scenario import Fault
from toolkit.mock.scenarios import load_scenario
from toolkit.model.changes import Identity
from toolkit.workflows import OrgConnection, diff, live_org

pytestmark = pytest.mark.server

HCL = """
resource "genesyscloud_oauth_client" "person" {
  name                  = "%s"
  authorized_grant_type = "CODE"
  scopes                = ["conversations", "telephony"]
}
"""


def folder(path: Path, name: str) -> str:
    (path / "main.tf").write_text(HCL % name, encoding="utf-8")
    return str(path)


def test_a_client_of_the_org_is_known_by_its_name(tmp_path: Path) -> None:
    ready = load_scenario("ready")
    person = ready.clients[2]
    with org_of(ready) as org:
        report = diff(
            folder(tmp_path, person.name),
            org=live_org(OrgConnection(environ=operator(), api_url=org.url)),
            environ={},
        )
    assert not report.errors
    lost = {f"- scope {scope}" for scope in person.scopes if scope != "conversations"}
    gained = {"+ scope telephony"}
    gained |= {"+ scope conversations"} - {f"+ scope {scope}" for scope in person.scopes}
    assert told(report) == lost | gained
    assert report.changes is not None
    assert {change.identity for change in report.changes} == {Identity.SAME}


def test_a_client_that_the_org_does_not_have_is_new(tmp_path: Path) -> None:
    with org_of() as org:
        report = diff(
            folder(tmp_path, "another"),
            org=live_org(OrgConnection(environ=operator(), api_url=org.url)),
            environ={},
        )
    assert told(report) == {"+ client another", "+ scope conversations", "+ scope telephony"}


def test_an_org_that_cannot_be_read_leaves_no_comparison(tmp_path: Path) -> None:
    fault = Fault(kind="status", status=503, path="/api/v2/oauth/clients")
    with org_of(replace(load_scenario("ready"), faults=(fault,))) as org:
        there = live_org(OrgConnection(environ=operator(), api_url=org.url, sleep=lambda _: None))
        report = diff(folder(tmp_path, "x"), org=there, environ={})
    assert report.exit_code is ExitCode.REMOTE
    assert report.changes == ()


def test_with_an_org_there_is_one_other_input(tmp_path: Path) -> None:
    there = live_org(OrgConnection(environ=operator(), api_url="http://127.0.0.1:1"))
    with pytest.raises(UsageError, match="give at most one input"):
        diff(folder(tmp_path, "x"), str(tmp_path), org=there, environ={})
