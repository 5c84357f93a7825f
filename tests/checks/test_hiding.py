"""No sensitive text is shown, in any field of a record."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import astuple

from tests.sources.hcl.reading import read
from toolkit.model.clients import Grant, OwnDivision, Role, RolePermission
from toolkit.model.findings import Held
from toolkit.model.hiding import SENSITIVE, without, without_sensitive

SECRET = "do-not-show"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (SECRET, SENSITIVE),
        (
            f'Holds "{SECRET}" in division {SECRET}.',
            f'Holds "{SENSITIVE}" in division {SENSITIVE}.',
        ),
        (f"x{SECRET}x", f"x{SENSITIVE}x"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_a_text_is_not_shown_alone_or_in_a_sentence(text: str, shown: str) -> None:
    held = Held("permission", text, text, text, text)
    assert astuple(without(held, {SECRET}))[1:] == (shown,) * 4


def test_a_short_text_is_taken_for_a_value_only_where_it_stands_as_one() -> None:
    held = Held("permission", "a", 'a cat holds "a" in division a', None, "(a)")
    shown = without(held, {"a"})
    assert shown.held == SENSITIVE
    assert shown.pattern == f'a cat holds "{SENSITIVE}" in division {SENSITIVE}'
    assert shown.division == f"({SENSITIVE})"


def test_a_text_within_another_is_no_way_around() -> None:
    held = Held("permission", "ab-secret-cd", "holds ab-secret-cd")
    shown = without(held, {"secret", "ab-secret-cd", "ab", "cd"})
    assert (shown.held, shown.pattern) == (SENSITIVE, f"holds {SENSITIVE}")


def test_records_within_records_are_looked_through() -> None:
    permissions = (RolePermission(f"recording:{SECRET}:view"),)
    role = Role("resource", address="a.b", name=SECRET, permissions=permissions)
    grant = Grant(role, OwnDivision("d", SECRET))
    assert SECRET not in repr(without(grant, {SECRET}))
    assert without(grant, {SECRET}).role.address == "a.b"
    assert without(grant, ()) is grant


def test_an_inventory_shows_no_sensitive_value(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f"""
locals {{
  secret = sensitive("{SECRET}")
}}
resource "genesyscloud_auth_division" "d" {{
  name = local.secret
}}
resource "genesyscloud_auth_role" "r" {{
  name        = local.secret
  permissions = [local.secret]
  permission_policies {{
    domain      = "recording"
    entity_name = local.secret
    action_set  = ["view"]
  }}
}}
resource "genesyscloud_oauth_client" "c" {{
  name                  = local.secret
  authorized_grant_type = "CLIENT-CREDENTIALS"
  description           = local.secret
  scopes                = ["users", local.secret]
  roles {{
    role_id     = genesyscloud_auth_role.r.id
    division_id = local.secret
  }}
  roles {{
    role_id     = local.secret
    division_id = genesyscloud_auth_division.d.id
  }}
}}
"""
    )
    found = read(tmp_path)
    shown = without_sensitive(found)
    assert SECRET in repr(found.clients[0].grants)
    for client in shown.clients:
        assert SECRET not in repr((client.name, client.scopes, client.grants, client.attributes))
    assert SECRET not in repr(shown.roles)
