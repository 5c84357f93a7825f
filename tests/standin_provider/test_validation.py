"""What the stand-in provider refuses before anything is planned, with the real terraform."""

import json

import pytest

from .workspace import Workspace

pytestmark = pytest.mark.terraform


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ('authorized_grant_type = "code"', "expected authorized_grant_type to be one of"),
        ('authorized_grant_type = "CODE"\nstate = "off"', "expected state to be one of"),
        (
            'authorized_grant_type = "CODE"\naccess_token_validity_seconds = 299',
            "expected access_token_validity_seconds to be in the range (300 - 38880000), got 299",
        ),
        ('authorized_grant_type = "CODE"\nroles = []', "Unsupported argument"),
        ('authorized_grant_type = "CODE"\nroles {}', 'The argument "role_id" is required'),
        ('authorized_grant_type = "CODE"\nclient_id = "x"', "client_id is read-only"),
        ("", 'The argument "authorized_grant_type" is required'),
    ],
)
def test_validate_refuses(workspace: Workspace, attributes: str, message: str) -> None:
    workspace.write(
        f'resource "genesyscloud_oauth_client" "c" {{\n  name = "c"\n  {attributes}\n}}\n'
    )
    workspace.init()
    report = json.loads(workspace.run("validate", "-json", expect=1).stdout)

    (diagnostic,) = report["diagnostics"]
    assert message in f"{diagnostic['summary']} {diagnostic['detail']}"
    assert diagnostic["range"]["filename"] == "main.tf"


def test_validate_refuses_an_unknown_operator_deep_in_a_condition(workspace: Workspace) -> None:
    workspace.write("""
resource "genesyscloud_auth_role" "r" {
  name = "r"
  permission_policies {
    domain      = "routing"
    entity_name = "conversation"
    action_set  = ["accept"]
    conditions {
      conjunction = "AND"
      terms {
        variable_name = "x"
        operator      = "NE"
        operands { type = "SCALAR" }
      }
    }
  }
}
""")
    workspace.init()
    assert "expected operator to be one of" in workspace.run("validate", expect=1).stderr
