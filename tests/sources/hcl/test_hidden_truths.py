"""Cases in which the written configuration differs from the planned result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.hcl.reading import read

CLIENT = """resource "genesyscloud_oauth_client" "%s" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = %s
%s}
"""


def write(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder)


@pytest.mark.parametrize("ignored", ["[scopes]", "all", "[description, scopes]"])
def test_a_change_that_is_ignored_is_not_believed(tmp_path: Path, ignored: str) -> None:
    lifecycle = f"  lifecycle {{\n    ignore_changes = {ignored}\n  }}\n"
    (client,) = read(write(tmp_path, {"m.tf": CLIENT % ("c", '["a"]', lifecycle)})).clients
    assert client.scopes.members == ()
    (reason,) = client.scopes.unknown
    assert reason.reference == "scopes, of which changes are ignored"


def test_another_change_that_is_ignored_hides_nothing(tmp_path: Path) -> None:
    lifecycle = "  lifecycle {\n    ignore_changes = [description]\n  }\n"
    (client,) = read(write(tmp_path, {"m.tf": CLIENT % ("c", '["a"]', lifecycle)})).clients
    assert client.scopes.members == ("a",)
    assert client.scopes.complete


def test_roles_of_which_changes_are_ignored_are_open(tmp_path: Path) -> None:
    blocks = '  roles {\n    role_id = "x"\n  }\n  lifecycle {\n    ignore_changes = [roles]\n  }\n'
    (client,) = read(write(tmp_path, {"m.tf": CLIENT % ("c", "[]", blocks)})).clients
    assert client.grants == ()
    assert client.grants_unknown


def test_every_file_that_terraform_reads_is_read(tmp_path: Path) -> None:
    files = {
        "#more.tf": CLIENT % ("more", "[]", ""),
        "m.tf": CLIENT % ("c", "[]", ""),
        ".hidden.tf": CLIENT % ("hidden", "[]", ""),
        "m.tf~": CLIENT % ("old", "[]", ""),
    }
    addresses = [client.address for client in read(write(tmp_path, files)).clients]
    assert addresses == ["genesyscloud_oauth_client.c", "genesyscloud_oauth_client.more"]


@pytest.mark.parametrize("attribute", ["client_secret", "directory_client_secret"])
def test_a_secret_stays_one_where_a_reference_leads_to_it(tmp_path: Path, attribute: str) -> None:
    own = f'  {attribute} = "CANARY"\n'
    reference = f"genesyscloud_oauth_client.a.{attribute}"
    other = f'  description = "x ${{{reference}}}"\n'
    text = CLIENT % ("a", "[]", own) + CLIENT % ("b", f"[{reference}]", other)
    found = read(write(tmp_path, {"m.tf": text}))
    assert "CANARY" not in repr(found)
    assert found.clients[1].scopes.unknown


@pytest.mark.parametrize(
    ("expression", "members"),
    [
        ('split(",", "")', ("",)),
        ('"${1}" == "1" ? ["equal"] : ["other"]', ("other",)),
        ('length(true ? ["a", "a"] : toset([])) == 1 ? ["set"] : ["list"]', None),
        ('[for i, s in genesyscloud_oauth_client.c.scopes : "${i}"]', ("a", "b")),
    ],
)
def test_types_are_those_of_terraform(
    tmp_path: Path, expression: str, members: tuple[str, ...] | None
) -> None:
    text = CLIENT % ("c", '["b", "a"]', "") + CLIENT % ("d", expression, "")
    client = read(write(tmp_path, {"m.tf": text})).clients[1]
    if members is None:
        assert client.scopes.members in ((), ("set",))
    elif client.scopes.complete:
        assert client.scopes.members == members
    else:
        # If tfparse and Terraform read it differently, it is unknown and never another value.
        assert set(client.scopes.members) <= set(members)


def test_what_connects_to_a_machine_is_no_attribute_of_a_client(tmp_path: Path) -> None:
    """In JSON syntax a connection looks like an attribute, and may hold a password."""
    body = (
        '{"name": "c", "authorized_grant_type": "CODE", "scopes": ["a"],'
        ' "connection": {"password": "CANARY"}, "provisioner": {"x": {"command": "CANARY"}}}'
    )
    text = f'{{"resource": {{"genesyscloud_oauth_client": {{"c": {body}}}}}}}'
    found = read(write(tmp_path, {"m.tf.json": text}))
    assert found.clients[0].scopes.members == ("a",)
    assert [
        name for name in found.clients[0].attributes if name in ("connection", "provisioner")
    ] == []
    assert "CANARY" not in repr({**found.clients[0].attributes})


def test_overrides_of_instances_and_of_what_is_ignored(tmp_path: Path) -> None:
    base = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = ["a"]
  for_each              = toset(["k"])
  lifecycle {
    ignore_changes = [scopes]
  }
}
"""
    over = """
resource "genesyscloud_oauth_client" "c" {
  count = 2
  lifecycle {
    create_before_destroy = true
  }
}
"""
    found = read(write(tmp_path, {"main.tf": base, "main_override.tf": over})).clients
    assert [client.address[-3:] for client in found] == ["[0]", "[1]"]
    assert not any(client.scopes.complete for client in found)
