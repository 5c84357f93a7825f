"""The id in an `import` block is the id of the imported object."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.model.clients import OwnDivision
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.read_requests import Read

ROLE_ID = "10000000-0000-4000-8000-000000000001"
DIVISION_ID = "10000000-0000-4000-8000-000000000002"
OTHER_ID = "10000000-0000-4000-8000-000000000003"
TEXT = """
resource "genesyscloud_auth_role" "r" {
  %(count)s
  name = "r"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["view"]
  }
}
resource "genesyscloud_auth_division" "d" {
  name = "d"
}
import {
  to = genesyscloud_auth_role.r%(key)s
  id = %(id)s
}
import {
  to = genesyscloud_auth_division.d
  id = "%(division)s"
}
variable "id" {
  sensitive = true
  default   = "10000000-0000-4000-8000-000000000001"
}
locals {
  id = "10000000-0000-4000-8000-000000000001"
}
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles {
    role_id     = %(role_id)s
    division_id = "%(division)s"
  }
}
"""


@pytest.mark.parametrize(
    ("parts", "address"),
    [
        ({}, "genesyscloud_auth_role.r"),
        ({"id": "local.id"}, "genesyscloud_auth_role.r"),
        ({"count": "count = 1", "key": "[0]"}, "genesyscloud_auth_role.r[0]"),
        ({"id": f'"{OTHER_ID}"'}, None),
        ({"role_id": "var.id"}, None),
    ],
)
def test_a_role_and_a_division_are_found_by_the_ids_of_their_imports(
    tmp_path: Path, parts: dict[str, str], address: str | None
) -> None:
    given = {
        "count": "",
        "key": "",
        "id": f'"{ROLE_ID}"',
        "role_id": f'"{ROLE_ID}"',
        "division": DIVISION_ID,
    }
    (tmp_path / "main.tf").write_text(TEXT % (given | parts))
    (client,) = read_hcl(Read(str(tmp_path))).clients
    (grant,) = client.grants
    assert grant.role.address == address
    assert isinstance(grant.division, OwnDivision)
    assert grant.division.address == "genesyscloud_auth_division.d"
