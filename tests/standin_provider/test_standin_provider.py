"""The stand-in provider, offline, with the real terraform."""

import json

import pytest

from .backends import AUTH_ROLE, DIVISION_HOME, OAUTH_CLIENT, offline_id
from .workspace import Workspace, changes, values

pytestmark = pytest.mark.terraform

HOME_ID = offline_id(DIVISION_HOME, "Home")

ROLE = """
resource "genesyscloud_auth_role" "recorder" {
  name = "Recorder"
  permission_policies {
    domain      = "conversation"
    entity_name = "call"
    action_set  = ["record"]
  }
  permission_policies {
    domain      = "recording"
    entity_name = "*"
    action_set  = ["*"]
  }
}
"""
CLIENT = """
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id = genesyscloud_auth_role.recorder.id
  }
}
"""


def test_a_role_known_only_after_apply_is_unknown_inside_the_set(workspace: Workspace) -> None:
    workspace.write(ROLE + CLIENT)
    workspace.init()
    change = changes(workspace.plan())["genesyscloud_oauth_client.recorder"]

    assert change["after"] == {
        "access_token_validity_seconds": 86400,
        "authorized_grant_type": "CLIENT-CREDENTIALS",
        "description": None,
        "directory_client_secret": None,
        "expose_client_secret": False,
        "integration_credential_name": None,
        "name": "recorder",
        "registered_redirect_uris": None,
        "roles": [{}],
        "scopes": None,
        "state": "active",
    }
    assert change["after_unknown"] == {
        "client_id": True,
        "client_secret": True,
        "id": True,
        "integration_credential_id": True,
        "roles": [{"division_id": True, "role_id": True}],
    }

    state = values(workspace.apply())
    role_id = offline_id(AUTH_ROLE, "Recorder")
    assert state["genesyscloud_auth_role.recorder"]["id"] == role_id
    client = state["genesyscloud_oauth_client.recorder"]
    assert client["id"] == client["client_id"] == offline_id(OAUTH_CLIENT, "recorder")
    assert client["roles"] == [{"role_id": role_id, "division_id": HOME_ID}]
    assert client["scopes"] is None
    assert client["client_secret"] == ""


def test_a_wildcard_policy_is_planned_as_written(workspace: Workspace) -> None:
    workspace.write(ROLE)
    workspace.init()
    change = changes(workspace.plan())["genesyscloud_auth_role.recorder"]

    policies = [
        {"domain": domain, "entity_name": entity, "action_set": [action], "conditions": []}
        for domain, entity, action in (("recording", "*", "*"), ("conversation", "call", "record"))
    ]
    assert change["after"]["permission_policies"] == policies
    assert change["after"]["default_role_id"] is None
    state = values(workspace.apply())["genesyscloud_auth_role.recorder"]
    assert state["permission_policies"] == policies
    assert state["default_role_id"] == ""


def test_conditions_survive_plan_and_apply(workspace: Workspace) -> None:
    workspace.write("""
resource "genesyscloud_auth_role" "limited" {
  name        = "Limited"
  permissions = ["group_creation"]
  permission_policies {
    domain      = "routing"
    entity_name = "conversation"
    action_set  = ["accept", "transfer"]
    conditions {
      conjunction = "AND"
      terms {
        variable_name = "Conversation.queues"
        operator      = "EQ"
        operands {
          type     = "QUEUE"
          queue_id = "q-1"
        }
        operands {
          type  = "SCALAR"
          value = "3"
        }
      }
    }
  }
}
""")
    workspace.init()
    workspace.plan()
    (policy,) = values(workspace.apply())["genesyscloud_auth_role.limited"]["permission_policies"]

    (condition,) = policy["conditions"]
    (term,) = condition["terms"]
    assert condition["conjunction"] == "AND"
    assert (term["variable_name"], term["operator"]) == ("Conversation.queues", "EQ")
    operands = sorted(term["operands"], key=json.dumps)
    assert operands == [
        {"type": "SCALAR", "queue_id": "", "user_id": "", "value": "3"},
        {"type": "QUEUE", "queue_id": "q-1", "user_id": "", "value": ""},
    ]
    assert not _pending(workspace)


def test_every_way_to_say_which_clients_and_roles(workspace: Workspace) -> None:
    workspace.write(
        """
variable "name" { type = string }
resource "genesyscloud_auth_role" "this" {
  name = var.name
}
output "role_id" { value = genesyscloud_auth_role.this.id }
""",
        "role/main.tf",
    )
    workspace.write(
        ROLE
        + """
module "role" {
  source = "./role"
  name   = "From a module"
}
data "genesyscloud_auth_role" "existing" {
  name = "Supervisor"
}
data "genesyscloud_auth_division_home" "home" {}

resource "genesyscloud_oauth_client" "each" {
  for_each              = toset(["web", "ivr"])
  name                  = "client-${each.key}"
  authorized_grant_type = "CODE"
  scopes                = ["recordings", "no:such:scope"]
}
resource "genesyscloud_oauth_client" "counted" {
  count                 = 2
  name                  = "counted-${count.index}"
  authorized_grant_type = "TOKEN"
  scopes                = []
}
resource "genesyscloud_oauth_client" "dynamic" {
  name                  = "dynamic"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  dynamic "roles" {
    for_each = {
      "${data.genesyscloud_auth_role.existing.id}" = "*"
      "fixed-role"                                 = data.genesyscloud_auth_division_home.home.id
    }
    content {
      role_id     = roles.key
      division_id = roles.value
    }
  }
  roles {
    role_id = module.role.role_id
  }
}
"""
    )
    workspace.init()
    planned = changes(workspace.plan())
    state = values(workspace.apply())

    assert planned['genesyscloud_oauth_client.each["web"]']["after"]["scopes"] == [
        "no:such:scope",
        "recordings",
    ]
    assert planned["genesyscloud_oauth_client.counted[1]"]["after"]["scopes"] == []
    assert {"division_id": True, "role_id": True} in planned["genesyscloud_oauth_client.dynamic"][
        "after_unknown"
    ]["roles"]
    granted = {
        role["role_id"]: role["division_id"]
        for role in state["genesyscloud_oauth_client.dynamic"]["roles"]
    }
    assert granted == {
        offline_id(AUTH_ROLE, "Supervisor"): "*",
        "fixed-role": HOME_ID,
        offline_id(AUTH_ROLE, "From a module"): HOME_ID,
    }
    assert state["module.role.genesyscloud_auth_role.this"]["name"] == "From a module"
    assert state["data.genesyscloud_auth_division_home.home"] == {
        "description": "",
        "id": HOME_ID,
        "name": "Home",
    }
    assert not _pending(workspace)


def test_roles_and_scopes_can_be_unknown_as_a_whole(workspace: Workspace) -> None:
    client = """
resource "genesyscloud_oauth_client" "late" {
  name                  = "late"
  authorized_grant_type = "CODE"
  scopes                = %s
  dynamic "roles" {
    for_each = %s
    content {
      role_id = roles.value
    }
  }
}
"""
    workspace.write(client % ('["recordings"]', "[]"))
    workspace.init()
    workspace.plan()
    workspace.apply()
    # Also in an update, in which tf would compare the old set with the unknown one.
    late = 'toset(split(terraform_data.late.output, "a"))'
    workspace.write(client % (late, late) + 'resource "terraform_data" "late" { input = "-" }')
    workspace.init()
    change = changes(workspace.plan())["genesyscloud_oauth_client.late"]

    assert "scopes" not in change["after"]
    assert "roles" not in change["after"]
    assert change["after_unknown"]["scopes"] is True
    assert change["after_unknown"]["roles"] is True
    assert values(workspace.apply())["genesyscloud_oauth_client.late"]["scopes"] == ["a"]


def test_an_update_in_place_keeps_what_is_known(workspace: Workspace) -> None:
    workspace.write(ROLE + CLIENT)
    workspace.init()
    workspace.plan()
    before = values(workspace.apply())["genesyscloud_oauth_client.recorder"]
    workspace.write(
        ROLE
        + CLIENT.replace(
            'name                  = "recorder"',
            'name = "renamed"\n  state = "inactive"\n  access_token_validity_seconds = 300',
        )
    )
    change = changes(workspace.plan())["genesyscloud_oauth_client.recorder"]
    after = values(workspace.apply())["genesyscloud_oauth_client.recorder"]

    assert change["actions"] == ["update"]
    assert change["after_unknown"] == {}
    assert change["after"]["roles"] == before["roles"]
    refreshed: dict[str, list[str]] = {"scopes": [], "registered_redirect_uris": []}
    assert after == before | refreshed | {
        "name": "renamed",
        "state": "inactive",
        "access_token_validity_seconds": 300,
    }

    # Removing an attribute restores its default, not its last value.
    workspace.write(ROLE + CLIENT)
    planned = changes(workspace.plan())["genesyscloud_oauth_client.recorder"]["after"]
    assert planned == before | refreshed


def test_a_new_default_role_replaces_the_role(workspace: Workspace) -> None:
    role = 'resource "genesyscloud_auth_role" "r" {\n  name = "Employee"\n  %s\n}\n'
    workspace.write(role % 'default_role_id = "employee"')
    workspace.init()
    workspace.plan()
    workspace.apply()
    workspace.write(role % 'default_role_id = "supervisor"')
    plan = workspace.plan()

    assert changes(plan)["genesyscloud_auth_role.r"]["actions"] == ["delete", "create"]
    assert plan["resource_changes"][0]["action_reason"] == "replace_because_cannot_update"
    state = values(workspace.apply())
    assert state["genesyscloud_auth_role.r"]["default_role_id"] == "supervisor"


def test_replace_on_request_and_destroy(workspace: Workspace) -> None:
    workspace.write(ROLE + CLIENT)
    workspace.init()
    workspace.plan()
    workspace.apply()
    planned = changes(workspace.plan("-replace=genesyscloud_oauth_client.recorder"))
    assert planned["genesyscloud_oauth_client.recorder"]["actions"] == ["delete", "create"]
    workspace.apply()
    assert not _pending(workspace)

    planned = changes(workspace.plan("-destroy"))
    assert {tuple(change["actions"]) for change in planned.values()} == {("delete",)}
    workspace.destroy()
    assert values(workspace.state()) == {}


def test_an_exposed_secret_is_in_the_state_and_stays(workspace: Workspace) -> None:
    client = CLIENT.replace("name ", "expose_client_secret = true\n  description = %s\n  name ", 1)
    workspace.write(ROLE + client % '"a"')
    workspace.init()
    workspace.plan()
    secret = values(workspace.apply())["genesyscloud_oauth_client.recorder"]["client_secret"]
    workspace.write(ROLE + client % '"b"')
    workspace.plan()
    client_values = values(workspace.apply())["genesyscloud_oauth_client.recorder"]

    assert secret
    assert client_values["client_secret"] == secret
    assert client_values["description"] == "b"


def _pending(workspace: Workspace) -> list[str]:
    """Return what a new plan would still change."""
    return [
        address
        for address, change in changes(workspace.plan()).items()
        if change["actions"] != ["no-op"]
    ]
