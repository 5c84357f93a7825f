"""Users of a client in HCL, plans and states, without its secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources import plans
from toolkit.model.clients import CredentialUse
from toolkit.reporters.text import render
from toolkit.workflows import check, inventory

RECORDED = Path(__file__).parents[1] / "provider" / "recorded"
FIXTURES = plans.FIXTURES
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
            # The credential's name is sensitive, and its secret differs.
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


def test_a_plan_follows_modules_and_instances_as_its_source_does() -> None:
    """References pass through outputs, arguments, each.key and each.value, and into modules."""
    folder = FIXTURES / "credentials"
    written = {
        address: {use.address: use for use in each} for address, each in uses(folder).items()
    }
    planned = {
        address: {use.address: use for use in each}
        for address, each in uses(FIXTURES / "credentials.json").items()
    }
    credential = "genesyscloud_integration_credential"
    client = "genesyscloud_oauth_client"
    assert {address: {*each} for address, each in written.items()} == {
        f"module.single.{client}.this": {f"{credential}.output"},
        f'module.each["a"].{client}.this': {f"{credential}.whole", f'{credential}.by_module["a"]'},
        f'module.each["b"].{client}.this': {
            f"module.keeper.{credential}.this",
            f'{credential}.by_module["b"]',
        },
        f'{client}.own["a"]': {f'{credential}.by_key["a"]', f'{credential}.by_value["a"]'},
        f'{client}.own["b"]': {f'{credential}.by_key["b"]', f'{credential}.by_value["b"]'},
    }
    assert planned == written
    (through,) = planned[f"module.single.{client}.this"].values()
    assert through.integrations == ('genesyscloud_integration.actions ("Actions")',)
    assert through.keeps_secret


@pytest.mark.parametrize(
    "written",
    [
        ("module.m.ids", "each.key"),
        ("local.ids", "each.key"),
        ("each.value.id",),
        ("genesyscloud_oauth_client.c", "var.which"),
        # There is no instance with this key.
        ("genesyscloud_oauth_client.c", "each.key"),
    ],
)
def test_a_plan_that_does_not_show_which_client_it_is_names_none(written: tuple[str, ...]) -> None:
    """The plan does not tell whether another instance, or another call's value, is meant."""
    clients = [plans.change("c", {"name": key}, index=key) for key in ("a", "b")]
    kind = "genesyscloud_integration_credential"
    keeper = plans.change("k", {"name": "K"}, {"fields": True}, type_=kind, index="c")
    given = plans.refs('genesyscloud_oauth_client.c["a"].id', 'genesyscloud_oauth_client.c["b"].id')
    configured = plans.configured(
        "k", type_=kind, expressions={"fields": plans.refs(*written)}, for_each_expression=given
    )
    found = plans.read(plans.plan([*clients, keeper], {"resources": [configured]}))
    assert {each.address for each in found.clients} == {
        f'genesyscloud_oauth_client.c["{key}"]' for key in ("a", "b")
    }
    assert not any(each.used_by for each in found.clients)
