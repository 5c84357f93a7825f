"""Which client of several a credential logs in as, in plans of the real Terraform."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace
from toolkit.workflows import inventory

__all__ = ["standin_config", "workspace"]

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

MAIN = """
resource "genesyscloud_oauth_client" "c" {
  for_each              = toset(["a", "b"])
  name                  = each.key
  authorized_grant_type = "CODE"
}
resource "genesyscloud_oauth_client" "n" {
  count                 = 2
  name                  = "n${count.index}"
  authorized_grant_type = "CODE"
}
resource "genesyscloud_integration_credential" "x" {
  %s
  name                 = "credential"
  credential_type_name = "pureCloudOAuthClient"
  fields               = { clientId = genesyscloud_oauth_client.%s.client_id }
}
"""
KEYED, COUNTED = 'for_each = toset(["a", "b"])', "count = 2"
CASES = {
    "the same key": (KEYED, "c[each.key]", {'c["a"]': 'x["a"]', 'c["b"]': 'x["b"]'}),
    "the other key": (
        KEYED,
        'c[each.key == "a" ? "b" : "a"]',
        {'c["a"]': 'x["b"]', 'c["b"]': 'x["a"]'},
    ),
    "the other number": (COUNTED, "n[1 - count.index]", {"n[0]": "x[1]", "n[1]": "x[0]"}),
}


def uses(source: Path, source_dir: Path | None = None) -> dict[str, str]:
    """The key of the credential by that of the client."""
    (found,) = inventory(source, source_dir=source_dir).inventories
    return {
        client.address.partition(".")[2]: (use.address or "").partition(".")[2]
        for client in found.clients
        for use in client.used_by
    }


@pytest.mark.parametrize(("each", "reference", "expected"), CASES.values(), ids=CASES)
def test_the_source_says_which_client_a_credential_of_a_plan_uses(
    workspace: Workspace, each: str, reference: str, expected: dict[str, str]
) -> None:
    """A plan lists the same references, whatever stands between the brackets."""
    workspace.write(MAIN % (each, reference))
    workspace.run("init")
    workspace.run("plan", "-out=saved")
    plan = workspace.directory / "plan.json"
    plan.write_text(workspace.run("show", "-json", "saved").stdout)
    assert uses(workspace.directory) == expected
    assert uses(plan, workspace.directory) == expected
