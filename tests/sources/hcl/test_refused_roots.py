"""What Terraform refuses in the form of a root, and what stands close to it that it takes.

By the rule, what stands beside a client, or in the client itself; each with Terraform as judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.sources.hcl.reading import read, write
from tests.standin_provider.conftest import standin_config
from tests.standin_provider.workspace import Workspace
from toolkit.errors import SourceError

__all__ = ["standin_config"]

_VERSION: Final = "1.11.4"
_PROVIDER: Final = """terraform {
  required_providers {
    genesyscloud = {
      source = "mypurecloud/genesyscloud"
    }
  }
}
"""
_CLIENT: Final = """resource "genesyscloud_oauth_client" "c" {
  name                  = "c"
  authorized_grant_type = "CODE"
  %s
}
variable "x" {
  default = "x"
}
resource "terraform_data" "t" {
}
"""


def _condition(condition: str, message: str = '"no"') -> str:
    return f"condition = {condition}\nerror_message = {message}"


def _rule(kind: str, text: str) -> str:
    return f"lifecycle {{\n{kind} {{\n{text}\n}}\n}}"


def _validation(text: str) -> str:
    return f'variable "v" {{\ndefault = "a"\nvalidation {{\n{text}\n}}\n}}\n'


def _lifecycle(text: str) -> str:
    return f"lifecycle {{\n{text}\n}}"


#: What stands in the client: refused, and taken.
IN_THE_CLIENT: Final[Mapping[str, tuple[list[str], list[str]]]] = {
    "a condition has both of its arguments, and refers to something": (
        [
            _rule("precondition", _condition("true")),
            _rule("postcondition", _condition("1 == 1")),
            _rule("precondition", _condition('length("a") == 1')),
            _rule("precondition", 'condition = var.x != ""'),
            _rule("precondition", 'error_message = "x"'),
        ],
        [
            _rule("precondition", _condition('var.x != ""')),
            _rule("precondition", _condition('path.module != ""')),
            _rule("postcondition", _condition('self.name != ""')),
        ],
    ),
    "a block has the labels of its type, and stands there as often as it may": (
        [
            'lifecycle "x" {\n}',
            "lifecycle {\n}\nlifecycle {\n}",
            'roles "x" {\nrole_id = "x"\n}',
        ],
        ["lifecycle {\n}", 'roles {\nrole_id = "x"\n}\nroles {\nrole_id = "y"\n}'],
    ),
    "what is true or false in a lifecycle is written out": (
        [
            _lifecycle('create_before_destroy = "x"'),
            _lifecycle("create_before_destroy = 1"),
            _lifecycle("prevent_destroy = var.x"),
            _lifecycle("prevent_destroy = null"),
        ],
        [_lifecycle('create_before_destroy = "true"'), _lifecycle("prevent_destroy = false")],
    ),
    "a dynamic block has its own arguments, and makes blocks that have no labels": (
        [
            'dynamic "roles" {\nfor_each = ["a"]\nlabels = ["x"]\ncontent {\nrole_id = "x"\n}\n}',
            'dynamic "roles" {\nfor_each = ["a"]\nmore = 1\ncontent {\nrole_id = "x"\n}\n}',
            'dynamic "roles" {\nfor_each = ["a"]\nmore {\n}\ncontent {\nrole_id = "x"\n}\n}',
        ],
        [
            'dynamic "roles" {\nfor_each = ["a"]\niterator = i\ncontent {\nrole_id = i.value\n}\n}',
            'dynamic "roles" {\nfor_each = []\ncontent {\n}\n}',
        ],
    ),
    "what the provider computes is not set, and an argument is no block": (
        ['client_id = "x"', 'integration_credential_id = "x"', "scopes {\n}"],
        ["client_id = null", 'client_secret = "x"'],
    ),
    "ignore_changes has attributes that have no parts": (
        [
            *map(
                _lifecycle,
                (
                    "ignore_changes = name",
                    'ignore_changes = "name"',
                    "ignore_changes = null",
                    'ignore_changes = ["*"]',
                    'ignore_changes = [for n in ["name"] : n]',
                    'ignore_changes = [scopes["a"]]',
                    "ignore_changes = [roles.role_id]",
                    "ignore_changes = [name.x]",
                ),
            )
        ],
        [
            *map(
                _lifecycle,
                (
                    "ignore_changes = all",
                    'ignore_changes = ["description", state]',
                    "ignore_changes = []",
                    "ignore_changes = [roles]",
                ),
            )
        ],
    ),
    "replace_triggered_by has resources that are declared": (
        [
            *map(
                _lifecycle,
                (
                    "replace_triggered_by = [terraform_data.u]",
                    "replace_triggered_by = [var.x]",
                    'replace_triggered_by = ["terraform_data.t"]',
                    "replace_triggered_by = terraform_data.t",
                    "replace_triggered_by = [terraform_data.t[each.key]]",
                ),
            )
        ],
        [
            *map(
                _lifecycle,
                (
                    "replace_triggered_by = [terraform_data.t]",
                    "replace_triggered_by = [terraform_data.t.id]",
                    "replace_triggered_by = []",
                ),
            )
        ],
    ),
    "depends_on has whole objects": (
        [
            "depends_on = [terraform_data.t.id]",
            'depends_on = [upper("x")]',
            "depends_on = terraform_data.t",
            "depends_on = [terraform_data.u]",
            'depends_on = [each.key]\nfor_each = toset(["a"])',
        ],
        [
            "depends_on = [terraform_data.t, var.x]",
            'depends_on = ["terraform_data.t"]',
            "depends_on = [genesyscloud_oauth_client.c]",
        ],
    ),
}
_COUNTED: Final = 'resource "terraform_data" "n" {\ncount = 2\ninput = count.index\n}\n'
_KEYED: Final = 'resource "terraform_data" "k" {\nfor_each = toset(["id"])\ninput = each.key\n}\n'
#: What stands beside the client: refused, and taken.
BESIDE_THE_CLIENT: Final[Mapping[str, tuple[list[str], list[str]]]] = {
    "a validation refers to its variable": (
        [
            _validation(_condition("true")),
            _validation(_condition('var.x == "x"')),
            _validation(_condition("can(timestamp())")),
            _validation('condition = var.v == "a"'),
            _validation('error_message = "x"'),
        ],
        [_validation(_condition('var.v == "a"')), _validation(_condition("var.v != var.x"))],
    ),
    "an output has a value, and a check an assertion and a name of its own": (
        [
            'output "o" {\n}\n',
            'output "o" {\nvalue = 1\nsensitive = var.x\n}\n',
            'check "k" {\n}\n',
            'check "k" {\nassert {\n' + _condition("true") + "\n}\n}\n",
            2 * ('check "k" {\nassert {\n' + _condition('var.x == ""') + "\n}\n}\n"),
        ],
        ['check "k" {\nassert {\n' + _condition('var.x == ""') + "\n}\n}\n"],
    ),
    "the data source of a check is known in it alone": (
        [
            'check "k" {\ndata "genesyscloud_auth_role" "a" {\nname = "a"\n}\nassert {\n'
            + _condition('data.genesyscloud_auth_role.a.name == ""')
            + "\n}\n}\noutput o {\nvalue = data.genesyscloud_auth_role.a.name\n}\n",
        ],
        [
            'check "k" {\ndata "genesyscloud_auth_role" "a" {\nname = "a"\n}\nassert {\n'
            + _condition('data.genesyscloud_auth_role.a.name == "a"')
            + "\n}\n}\n",
        ],
    ),
    "a reference to a resource has an index where it has instances, and only there": (
        [
            "locals {\n  l = terraform_data.t[0].id\n}\n",
            'locals {\n  l = terraform_data.t["id"]\n}\n',
            _COUNTED + "locals {\n  l = terraform_data.n.id\n}\n",
            _COUNTED + 'locals {\n  l = terraform_data.n[0]["id"]\n}\n',
            _KEYED + "locals {\n  l = terraform_data.k.id\n}\n",
            _KEYED + "locals {\n  l = try(terraform_data.k.id, 1)\n}\n",
        ],
        [
            "locals {\n  l = terraform_data.t.id\n}\n",
            "locals {\n  l = terraform_data.t[*].id\n}\n",
            _COUNTED + "locals {\n  l = terraform_data.n[0].id\n}\n",
            _COUNTED + "locals {\n  l = terraform_data.n[*].id\n  m = terraform_data.n.*.id\n}\n",
            _COUNTED + "locals {\n  l = terraform_data.n\n}\n",
            _KEYED + 'locals {\n  l = terraform_data.k["id"].id\n}\n',
        ],
    ),
    "count, each and self stand where they are known": (
        [
            "locals {\n  l = each.key\n}\n",
            'output "o" {\nvalue = count.index\n}\n',
            'resource "terraform_data" "u" {\ninput = each.key\n}\n',
            'resource "terraform_data" "u" {\ncount = 1\ninput = each.key\n}\n',
            'resource "terraform_data" "u" {\ninput = self.id\n}\n',
        ],
        [
            _COUNTED,
            _KEYED,
            'resource "terraform_data" "u" {\nprovisioner "local-exec" {\n'
            'command = "echo ${self.id}"\n}\n}\n',
        ],
    ),
    "a block of the provider has what it needs, even where it has no instance": (
        [
            'resource "genesyscloud_oauth_client" "d" {\ncount = 0\nname = "d"\n}\n',
            'resource "genesyscloud_auth_role" "d" {\n}\n',
            'data "genesyscloud_auth_role" "d" {\n}\n',
        ],
        ['data "genesyscloud_auth_role" "d" {\nname = "d"\n}\n'],
    ),
    "a data source has no lifecycle of a resource": (
        [
            'data "genesyscloud_auth_role" "d" {\nname = "d"\n'
            + _lifecycle("ignore_changes = all")
            + "\n}\n",
        ],
        [
            'data "genesyscloud_auth_role" "d" {\nname = "d"\n'
            + _rule("postcondition", _condition('self.name == "d"'))
            + "\n}\n"
        ],
    ),
}


def _roots(table: Mapping[str, tuple[list[str], list[str]]], whole: str) -> list[tuple[str, bool]]:
    return [
        (whole.replace("%s", text) if "%s" in whole else whole + text, is_refused)
        for refused, taken in table.values()
        for is_refused, texts in ((True, refused), (False, taken))
        for text in texts
    ]


ROOTS: Final = _roots(IN_THE_CLIENT, _CLIENT) + _roots(BESIDE_THE_CLIENT, _CLIENT % "" + "\n")


@pytest.mark.parametrize(("text", "is_refused"), ROOTS)
def test_a_root_is_refused_as_terraform_refuses_it(
    tmp_path: Path, text: str, is_refused: bool
) -> None:
    write(tmp_path, {"main.tf": text})
    if is_refused:
        with pytest.raises(SourceError, match=rf"^{tmp_path}/main\.tf:\d+:\d+: "):
            read(tmp_path, terraform_version=_VERSION)
    else:
        (client,) = read(tmp_path, terraform_version=_VERSION).clients
        assert client.existence is None


@pytest.mark.terraform
def test_terraform_says_so(tmp_path: Path, standin_config: Path) -> None:
    wrong = []
    for at, (text, is_refused) in enumerate(ROOTS):
        folder = write(tmp_path / str(at), {"main.tf": text, "providers.tf": _PROVIDER})
        workspace = Workspace(folder, standin_config)
        codes = [workspace.attempt("init").returncode, workspace.attempt("plan").returncode]
        if any(codes) is not is_refused:
            wrong.append(text)
    assert wrong == []
