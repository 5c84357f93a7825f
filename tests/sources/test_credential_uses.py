"""Who uses a client, in HCL, plans and states, and what that keeps of its secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.model.clients import CredentialUse
from toolkit.reporters.text import render
from toolkit.workflows import check, inventory

RECORDED = Path(__file__).parents[1] / "provider" / "recorded"
EXPLICIT = CredentialUse(
    "genesyscloud_integration_credential.explicit", "Explicit credential", (), keeps_secret=True
)
OWN = CredentialUse(None, "Recorder's credential")
SECRET = "mock-secret"
MAIN = """
variable "secret_name" {
  type      = string
  sensitive = true
  default   = "Hush"
}
resource "genesyscloud_oauth_client" "c" {
  for_each              = toset(["a", "b"])
  name                  = each.key
  authorized_grant_type = "CODE"
}
resource "genesyscloud_oauth_client" "own" {
  name                        = "own"
  authorized_grant_type       = "CODE"
  integration_credential_name = "Own credential"
}
locals { id = genesyscloud_oauth_client.c["a"].client_id }
resource "genesyscloud_integration_credential" "x" {
  name                 = var.secret_name
  credential_type_name = "pureCloudOAuthClient"
  fields               = { clientId = local.id, clientSecret = "elsewhere" }
}
resource "genesyscloud_integration" "i" {
  integration_type = "custom-rest-actions"
  config {
    name = "Actions"
    credentials = {
      one = genesyscloud_integration_credential.x.id
      two = genesyscloud_oauth_client.own.integration_credential_id
    }
  }
}
"""


def uses(source: Path) -> dict[str, tuple[CredentialUse, ...]]:
    (found,) = inventory(source).inventories
    return {client.address: client.used_by for client in found.clients if client.used_by}


@pytest.mark.parametrize(
    "name", ["main.tf", "plan-create.json", "plan-again.json", "state.json", "show-state.json"]
)
def test_the_real_providers_credentials_are_edges(name: str) -> None:
    assert uses(RECORDED / name) == {
        "genesyscloud_oauth_client.exposed": (EXPLICIT,),
        "genesyscloud_oauth_client.with_credential": (OWN,),
    }


@pytest.mark.parametrize("name", ["main.tf", "plan-create.json", "plan-again.json", "state.json"])
def test_a_secret_that_flows_into_a_credential_names_the_edge(name: str) -> None:
    (found,) = check(RECORDED / name, select=["secret-in-state"]).results
    assert found.address == "genesyscloud_oauth_client.exposed"
    assert f"and the fields of {EXPLICIT.phrase}" in found.message
    assert found.used_by == (EXPLICIT.phrase,)
    assert SECRET not in repr(found)


def test_an_integration_is_told_with_its_credential(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN)
    integrations = ('genesyscloud_integration.i ("Actions")',)
    assert uses(tmp_path) == {
        'genesyscloud_oauth_client.c["a"]': (
            # Its name is sensitive, and its secret is another one.
            CredentialUse("genesyscloud_integration_credential.x", None, integrations),
        ),
        "genesyscloud_oauth_client.own": (CredentialUse(None, "Own credential", integrations),),
    }


def test_the_id_in_a_state_is_enough(tmp_path: Path) -> None:
    def resource(kind: str, **attributes: Any) -> dict[str, Any]:
        instance = {"attributes": attributes, "sensitive_attributes": []}
        return {"mode": "managed", "type": kind, "name": "x", "instances": [instance]}

    state = {
        "version": 4,
        "terraform_version": "1.11.4",
        "resources": [
            resource("genesyscloud_oauth_client", id="c1", client_id="c1", name="n",
                     authorized_grant_type="CODE", client_secret=""),
            resource("genesyscloud_integration_credential", id="k1", name="K",
                     fields={"clientId": "c1", "clientSecret": ""}),
            resource("genesyscloud_integration", id="i1",
                     config=[{"name": "I", "credentials": {"basic": "k1"}}]),
        ],
    }  # fmt: skip
    path = tmp_path / "terraform.tfstate"
    path.write_text(json.dumps(state))
    assert uses(path) == {
        "genesyscloud_oauth_client.x": (
            CredentialUse(
                "genesyscloud_integration_credential.x", "K", ('genesyscloud_integration.x ("I")',)
            ),
        )
    }


def test_a_finding_says_who_uses_the_client(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN)
    text = " ".join(render(check(tmp_path, clients=["own"])).split())
    assert 'used by: credential "Own credential" of genesyscloud_integration.i' in text
    assert "Hush" not in text
