"""Modules that `terraform init` installed are read if they are still the ones requested."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sources.hcl.reading import read
from toolkit.sources.hcl.modules.installed import Installed

CLIENT = """
resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  scopes                = ["a"]
}
"""
GIT = "git::https://git.example.com/team/agents.git"


@pytest.mark.parametrize(
    ("recorded", "asked", "same"),
    [
        ("registry.terraform.io/acme/agents/genesyscloud", "acme/agents/genesyscloud", True),
        ("registry.terraform.io/acme/agents/genesyscloud", "acme/queues/genesyscloud", False),
        ("registry.terraform.io/acme/a/b//sub", "acme/a/b//sub", True),
        ("registry.terraform.io/acme/a/b//sub", "acme/a/b//other", False),
        ("app.terraform.io/acme/a/b", "app.terraform.io/acme/a/b", True),
        (f"{GIT}?ref=v1", f"{GIT}?ref=v1", True),
        (f"{GIT}?ref=v1", f"{GIT}?ref=v2", False),
        (f"{GIT}?ref=v1", GIT, False),
        (f"{GIT}//sub?ref=v1", f"{GIT}//sub?ref=v1", True),
        (f"{GIT}?ref=v1&depth=1", f"{GIT}?depth=1&ref=v1", True),
        ("git::https://github.com/acme/agents.git?ref=v1", "github.com/acme/agents?ref=v1", True),
        ("git::https://github.com/acme/agents.git?ref=v1", "github.com/acme/agents?ref=v2", False),
        ("git::ssh://git@github.com/acme/agents.git", "git@github.com:acme/agents.git", True),
        ("git::ssh://git@github.com/acme/agents.git", "git@github.com:acme/other.git", False),
        ("", "whatever", True),
    ],
)
def test_a_source_is_the_same_however_it_is_spelled(recorded: str, asked: str, same: bool) -> None:
    assert Installed("d", recorded, None).is_of(asked, None) is same


@pytest.mark.parametrize(
    ("constraint", "version", "allowed"),
    [
        ("1.2.3", "1.2.3", True),
        ("= 1.2.3", "1.2.3", True),
        ("1.2.3", "1.2.4", False),
        ("1.2", "1.2.0", True),
        ("~> 1.2", "1.9.0", True),
        ("~> 1.2", "2.0.0", False),
        ("~> 1.2.0", "1.2.9", True),
        ("~> 1.2.0", "1.3.0", False),
        ("~> 1", "1.9.0", True),
        (">= 1.0, < 2.0", "1.5.0", True),
        (">= 1.0, < 2.0", "2.0.0", False),
        ("!= 1.5.0", "1.5.0", False),
        ("> 1.0.0", "1.0.0", False),
        ("<= 1.0.0", "1.0.0", True),
        ("1.0.0-beta1", "1.0.0-beta1", True),
        (">= 1.0.0", "1.0.0-beta1", False),
        ("1.2.3", None, False),
    ],
)
def test_a_version_is_one_that_is_asked_for(
    constraint: str, version: str | None, allowed: bool
) -> None:
    assert Installed("d", "a/b/c", version).is_of("a/b/c", constraint) is allowed


def test_what_an_earlier_init_left_is_not_read(tmp_path: Path) -> None:
    kept = tmp_path / ".terraform" / "modules"
    (kept / "agents").mkdir(parents=True)
    (kept / "agents" / "main.tf").write_text(CLIENT)
    entry = {"Key": "agents", "Source": f"{GIT}?ref=v1", "Dir": ".terraform/modules/agents"}
    (kept / "modules.json").write_text(json.dumps({"Modules": [entry]}))
    for ref, is_read in (("v1", True), ("v2", False)):
        call = f'module "agents" {{\n  source = "{GIT}?ref={ref}"\n}}\n'
        (tmp_path / "main.tf").write_text(call)
        found = read(tmp_path, trusts_installed=True)
        assert len(found.clients) == int(is_read)
        assert [module.address for module in found.unread] == ([] if is_read else ["module.agents"])
