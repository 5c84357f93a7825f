"""Forms that Terraform refuses in a root, and similar forms that it accepts.

The code is beside a client or in it, grouped by rule; Terraform judges each case.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from tests.sources.hcl.reading import read, write
from tests.standin_provider.conftest import standin_config
from tests.standin_provider.workspace import PROVIDER, Workspace
from toolkit.errors import SourceError

__all__ = ["standin_config"]

_VERSION: Final = "1.11.4"
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


def _provisioner(text: str, command: str = "true") -> str:
    return f'provisioner "local-exec" {{\n{text}\ncommand = "{command}"\n}}'


def _gone(text: str, what: str = "genesyscloud_oauth_client.gone") -> str:
    return f"removed {{\nfrom = {what}\n{text}\n}}\n"


def _lifecycle(text: str) -> str:
    return f"lifecycle {{\n{text}\n}}"


_SECRET: Final = 'variable "s" {\nsensitive = true\ndefault = "x"\n}\n'
_PASSING: Final = 'variable "e" {\nephemeral = true\ndefault = "x"\n}\n'
_NONE: Final = 'resource "genesyscloud_auth_role" "n" {\ncount = 0\n%s\n}\n'


def _made(for_each: str) -> str:
    """A dynamic block whose content has an undeclared reference."""
    return f'dynamic "roles" {{\nfor_each = {for_each}\ncontent {{\nrole_id = var.nope\n}}\n}}'


#: Code in the client: refused, and accepted.
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
    "a condition of a client is held to what is planned of it": (
        [
            _rule("precondition", _condition('var.x == "y"')),
            _rule("postcondition", _condition('self.name == "d"')),
            _rule("postcondition", _condition('contains(self.scopes, "x")')),
            _rule("precondition", _condition('var.x == "x"', "null")),
            _rule("precondition", _condition('var.x == "x"', "[]")),
        ],
        [
            _rule("postcondition", _condition('self.name == "c"')),
            _rule("postcondition", _condition("self.scopes == null")),
            _rule("postcondition", _condition('self.id == "x"')),
            _rule("postcondition", _condition('self.client_id == ""')),
            _rule("postcondition", _condition('self.state == "active"')),
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
    "a dynamic block may have an undeclared reference only if it makes no block": (
        [_made("[1]"), _made("{ a = 1 }")],
        [_made("[]"), _made("false ? [1] : []")],
    ),
    "a block is not an argument": (["roles = []", 'roles = [{ role_id = "x" }]'], []),
    "a provider is a name, and perhaps an alias": (
        [
            f"provider = {text}"
            for text in (
                "a.b.c",
                '"genesyscloud.a.b"',
                'genesyscloud["x"]',
                "(genesyscloud)",
                "[genesyscloud]",
                'upper("genesyscloud")',
                "1",
                "true ? genesyscloud : genesyscloud",
            )
        ],
        ["provider = genesyscloud", 'provider = "genesyscloud"'],
    ),
    "a provisioner runs when its words say, and may refer to its own resource": (
        [
            _provisioner("when = never"),
            _provisioner("on_failure = stop"),
            _provisioner("when = destroy", "${var.x}"),
        ],
        [
            _provisioner("when = destroy\non_failure = continue", "${self.id} ${path.module}"),
            _provisioner('when = "create"', "${genesyscloud_oauth_client.c.id} ${var.x}"),
            "connection {\nhost = genesyscloud_oauth_client.c.id\n}",
        ],
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
#: Code beside the client: refused, and accepted.
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
    "an output of a root module declares a sensitive value, and is not ephemeral": (
        [
            _SECRET + 'output "o" {\nvalue = [var.s]\n}\n',
            'output "o" {\nvalue = genesyscloud_oauth_client.c\n}\n',
            _PASSING + 'output "o" {\nvalue = var.e\n}\n',
            'output "o" {\nvalue = "x"\nephemeral = true\n}\n',
            'output "o" {\nvalue = 1 + "x"\n}\n',
        ],
        [
            _SECRET + 'output "o" {\nvalue = var.s\nsensitive = true\n}\n',
            _SECRET + 'output "o" {\nvalue = nonsensitive(var.s)\n}\n',
        ],
    ),
    "a block without instances has values of the right types": (
        [
            _NONE % 'name = ["x"]',
            _NONE % 'name = tonumber("x")',
            _NONE % "name = count.nope",
            'data "genesyscloud_auth_role" "n" {\ncount = 0\nname = []\n}\n',
        ],
        [_NONE % "name = var.x + 1", _NONE % "name = genesyscloud_oauth_client.c.name + 1"],
    ),
    "what is removed has provisioners that run when it is destroyed": (
        [
            _gone(_provisioner("")),
            _gone(_provisioner("when = create")),
            _gone(_provisioner("when = destroy", "${var.x}")),
            _gone(_provisioner("when = destroy"), "module.gone"),
            _gone("connection {\nhost = self.id\n}\n" * 2),
        ],
        [_gone("connection {\nhost = self.id\n}\n" + _provisioner("when = destroy"))],
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


_MODULE: Final = 'module "m" {\nsource = "./m"\n%s\n}\n'
_ALIAS: Final = 'provider "genesyscloud" {\nalias = "eu"\n}\n'
_EU: Final = _CLIENT % "provider = genesyscloud.eu"
_PASSED: Final = "providers = {\ngenesyscloud.eu = genesyscloud.eu\n}"
_EXPECTING: Final = PROVIDER.replace(
    '"mypurecloud/genesyscloud"',
    '"mypurecloud/genesyscloud"\nconfiguration_aliases = [genesyscloud.eu]',
)
_OWN: Final = _ALIAS.replace("}", 'access_token = "x"\n}')
_HERE: Final = 'resource "terraform_data" "h" {\n}\n'


def _moved(before: str, after: str) -> str:
    return f"moved {{\nfrom = {before}\nto = {after}\n}}\n"


def _removed(what: str) -> str:
    return f"removed {{\nfrom = {what}\nlifecycle {{\ndestroy = false\n}}\n}}\n"


def _import(to: str, text: str = 'id = "x"') -> str:
    return f"import {{\nto = {to}\n{text}\n}}\n"


def _called(root: str, child: str = "", call: str = "", more: str = "") -> dict[str, str]:
    """Return a root that calls a module; both name the provider's source."""
    return {
        "main.tf": root + _MODULE % call,
        "m/main.tf": child or _HERE,
        "m/providers.tf": more or PROVIDER,
    }


_PLAIN: Final = _CLIENT % ""
_REQUIRED: Final = "terraform {\nrequired_providers {\n%s\n}\n}\n"
_VALIDATED: Final = _HERE + _validation(_condition('var.v == "b"'))
_HELD: Final = """resource "terraform_data" "held" {
input = "q"
%s
}
resource "genesyscloud_oauth_client" "c" {
name = terraform_data.held.input
authorized_grant_type = "CODE"
}
variable "x" {
default = "x"
}
"""
#: Roots of several files: refused, and accepted.
ROOTS_OF_FILES: Final[Mapping[str, tuple[list[dict[str, str]], list[dict[str, str]]]]] = {
    "what has moved is not there any more, and moves to one place": (
        [
            {"main.tf": _PLAIN + _moved("terraform_data.t", "terraform_data.u")},
            {"main.tf": _PLAIN + _moved("terraform_data.t", "terraform_data.t[0]")},
            {"main.tf": _PLAIN + _moved("terraform_data.u", "terraform_data.u")},
            {"main.tf": _PLAIN + _COUNTED + _moved("terraform_data.n[1]", "terraform_data.n[0]")},
            {"main.tf": _PLAIN + _moved("terraform_data.u", "module.u")},
            {"main.tf": _PLAIN + _moved("terraform_data.u.id", "terraform_data.v")},
            {"main.tf": _PLAIN + _moved("terraform_data.u[var.x]", "terraform_data.v")},
            {"main.tf": _PLAIN + _moved("var.u", "terraform_data.v")},
            {"main.tf": _PLAIN + "moved {\nfrom = terraform_data.u\n}\n"},
            {
                "main.tf": _PLAIN
                + _moved("terraform_data.u", "terraform_data.v")
                + _moved("terraform_data.u", "terraform_data.w")
            },
            {
                "main.tf": _PLAIN
                + _moved("terraform_data.u", "terraform_data.w")
                + _moved("terraform_data.v", "terraform_data.w")
            },
            {
                "main.tf": _PLAIN
                + _moved("terraform_data.u", "terraform_data.v")
                + _moved("terraform_data.v", "terraform_data.u")
            },
            {"main.tf": _PLAIN, "x_override.tf": _moved("terraform_data.u", "terraform_data.v")},
            _called(_PLAIN + _moved("module.m", "module.n")),
            _called(_PLAIN + _moved("module.m[1]", "module.m[0]"), call="count = 2"),
            _called(_PLAIN + _moved("module.m.terraform_data.h", "terraform_data.u")),
            _called(_PLAIN, _HERE + _moved("terraform_data.h", "terraform_data.u")),
        ],
        [
            {"main.tf": _PLAIN + _moved("terraform_data.u", "terraform_data.t")},
            {"main.tf": _PLAIN + _moved("terraform_data.u", "terraform_data.v")},
            {"main.tf": _PLAIN + _COUNTED + _moved("terraform_data.n", "terraform_data.n[0]")},
            {"main.tf": _PLAIN + _COUNTED + _moved("terraform_data.n[2]", "terraform_data.n[0]")},
            {
                "main.tf": _PLAIN
                + _moved("terraform_data.u", "terraform_data.v")
                + _moved("terraform_data.v", "terraform_data.t")
            },
            _called(_PLAIN + _moved("module.n", "module.m")),
            _called(_PLAIN + _moved("module.m", "module.m[0]"), call="count = 2"),
            _called(
                _PLAIN + _moved("module.m.terraform_data.h", "terraform_data.u"), call="count=1"
            ),
            _called(_PLAIN, _HERE + _moved("terraform_data.h", "terraform_data.u"), "count = 0"),
        ],
    ),
    "what is removed is not declared": (
        [
            {"main.tf": _PLAIN + _removed("terraform_data.t")},
            {"main.tf": _PLAIN + _removed("terraform_data.u[0]")},
            {"main.tf": _PLAIN + _removed("module.u[0]")},
            {"main.tf": _PLAIN + _removed("data.terraform_data.u")},
            {"main.tf": _PLAIN + _removed('"terraform_data.u"')},
            _called(_PLAIN + _removed("module.m")),
            _called(_PLAIN + _removed("module.m.terraform_data.h")),
            _called(_PLAIN, _HERE + _removed("terraform_data.h")),
        ],
        [
            {"main.tf": _PLAIN + _removed("terraform_data.u")},
            {"main.tf": _PLAIN + _removed("module.m.terraform_data.h")},
            _called(_PLAIN + _removed("module.m.terraform_data.u")),
        ],
    ),
    "what is imported is declared, once and by an id": (
        [
            {"main.tf": _PLAIN + _import("terraform_data.u")},
            {"main.tf": _PLAIN + _import("terraform_data.t[0]")},
            {"main.tf": _PLAIN + _COUNTED + _import("terraform_data.n")},
            {"main.tf": _PLAIN + _COUNTED + _import("terraform_data.n[2]")},
            {"main.tf": _PLAIN + _KEYED + _import('terraform_data.k["x"]')},
            {"main.tf": _PLAIN + _import("terraform_data.t", "")},
            {"main.tf": _PLAIN + _import("terraform_data.t", 'id = ""')},
            {"main.tf": _PLAIN + _import("terraform_data.t", "id = null")},
            {"main.tf": _PLAIN + 2 * _import("terraform_data.t")},
            {"main.tf": _PLAIN + _import("terraform_data.t", 'id = "x"\nprovider = terraform')},
            {"main.tf": _PLAIN + _import("data.terraform_data.t")},
            _called(_PLAIN + _import("module.m")),
            _called(_PLAIN + _import("module.m.terraform_data.u")),
            _called(_PLAIN + _import("module.m.terraform_data.h"), call="count = 1"),
            _called(_PLAIN, _HERE + _import("terraform_data.h")),
        ],
        [
            {"main.tf": _PLAIN + _import("terraform_data.t")},
            {"main.tf": _PLAIN + _COUNTED + _import("terraform_data.n[0]")},
            {
                "main.tf": _PLAIN
                + _KEYED
                + _import("terraform_data.k[each.key]", 'for_each = { id = "x" }\nid = each.value')
            },
            _called(_PLAIN + _import("module.m.terraform_data.h")),
            _called(_PLAIN + _import("module.m[0].terraform_data.h"), call="count = 1"),
        ],
    ),
    "a provider's configuration is there, in the module or from its caller": (
        [
            {"main.tf": _EU},
            {"main.tf": _PLAIN + _ALIAS + _ALIAS},
            {"main.tf": _PLAIN + _ALIAS, "x_override.tf": _OWN.replace("eu", "us")},
            {"main.tf": _PLAIN + 'provider "genesyscloud" {\nalias = var.x\n}\n'},
            _called(_ALIAS, _EU),
            _called(_ALIAS, _EU, more=_EXPECTING),
            _called("", _EU, _PASSED, _EXPECTING),
            _called(_ALIAS, _PLAIN, _PASSED),
            _called("", _PLAIN, "providers = {\ngenesyscloud = genesyscloud.eu\n}"),
            _called("", _OWN + _EU, "count = 1"),
            _called(_ALIAS, _OWN + _EU, _PASSED),
        ],
        [
            {"main.tf": _EU + _ALIAS},
            {"main.tf": _CLIENT % "provider = genesyscloud"},
            {"main.tf": _EU + _ALIAS, "x_override.tf": _OWN},
            _called(_ALIAS, _EU, _PASSED, _EXPECTING),
            _called("", _EU, _PASSED.replace("= genesyscloud.eu", "= genesyscloud"), _EXPECTING),
            _called(_ALIAS, _PLAIN, "providers = {\ngenesyscloud = genesyscloud.eu\n}"),
            _called("", _OWN + _EU),
            _called("", _ALIAS + _EU, "count = 1"),
        ],
    ),
    "a version that required_version excludes runs nothing": (
        [
            {"main.tf": 'terraform {\nrequired_version = ">= 1.12"\n}\n' + _PLAIN},
            {"main.tf": 'terraform {\nrequired_version = "< 1.11.4"\n}\n' + _PLAIN},
            _called(_PLAIN, 'terraform {\nrequired_version = ">= 99"\n}\n'),
        ],
        [
            {"main.tf": 'terraform {\nrequired_version = "~> 1.11.2"\n}\n' + _PLAIN},
            {"main.tf": 'terraform {\nrequired_version = "!= 1.11.3, < 2"\n}\n' + _PLAIN},
        ],
    ),
    "each object that an import makes is there, and has an id": (
        [
            {"main.tf": _PLAIN + _KEYED + _import(f"terraform_data.k[each.{key}]", text)}
            for key, text in (
                ("key", 'for_each = "x"\nid = each.key'),
                ("key", "for_each = 5\nid = each.key"),
                ("key", 'for_each = toset(["id", "z"])\nid = each.value'),
                ("key", 'for_each = { id = "" }\nid = each.value'),
                ("key", "for_each = { id = null }\nid = each.value"),
                ("key", "for_each = { id = 1 }\nid = each.value.y"),
                ("value", 'for_each = sensitive({ id = "id" })\nid = each.key'),
            )
        ],
        [
            {"main.tf": _PLAIN + _KEYED + _import("terraform_data.k[each.key]", text)}
            for text in (
                "for_each = {}\nid = each.value",
                "for_each = null\nid = each.value",
                'for_each = { id = "a" }\nid = each.value',
            )
        ],
    ),
    "a module without instances has values of the right types": (
        [_called(_PLAIN, 'variable "l" {\ntype = list(string)\n}\n', 'count = 0\nl = "x"')],
        [_called(_PLAIN, 'variable "l" {\ntype = list(string)\n}\n', "count = 0\nl = [1]")],
    ),
    "versions are constraints that can be read": (
        [
            *(
                {"main.tf": f"terraform {{\nrequired_version = {text}\n}}\n" + _PLAIN}
                for text in (
                    '"abc"',
                    '""',
                    '"1.x"',
                    '"=> 1.5"',
                    '">= 1.5 <2"',
                    '">= 1.5, "',
                    '">= 1.5-beta1"',
                    '["1"]',
                    "1",
                    "true",
                    "var.x",
                    'upper(">= 1")',
                    '"~> 1.11.4.0"',
                )
            ),
            _called(_PLAIN, 'terraform {\nrequired_version = "abc"\n}\n'),
            {"main.tf": _PLAIN + 'provider "genesyscloud" {\nversion = "abc"\n}\n'},
            _called(_PLAIN, "", 'version = "1.0"'),
        ],
        [
            {"main.tf": f'terraform {{\nrequired_version = "{text}"\n}}\n' + _PLAIN}
            for text in (">=1.5,<2", "~>1", " >= v1.5 ", ">= 1.5+meta", ">= 1.5.0.0.1", "1.11.4 ")
        ],
    ),
    "a required provider has a source and a version": (
        [
            {"main.tf": _PLAIN, "providers.tf": _REQUIRED % text}
            for text in (
                'genesyscloud = "abc"',
                "genesyscloud = []",
                'genesyscloud = {\nsource = "mypurecloud/genesyscloud"\nversion = "abc"\n}',
                'genesyscloud = {\nsource = "mypurecloud/genesyscloud"\nversion = 1\n}',
                'genesyscloud = {\nsource = "mypurecloud/genesyscloud"\nversion = var.x\n}',
                'genesyscloud = {\nsource = "mypurecloud/genesyscloud"\nfoo = 1\n}',
                'genesyscloud = {\nsource = "a/b/c/d"\n}',
                'genesyscloud = {\nsource = "my_pure/genesyscloud"\n}',
                'genesyscloud = {\nsource = ""\n}',
                'Genesys_Cloud = {\nsource = "mypurecloud/genesyscloud"\n}',
                'genesyscloud = {\nsource = "mypurecloud/genesyscloud"\n'
                "configuration_aliases = [genesyscloud.x]\n}",
                'genesyscloud = {\nsource = "mypurecloud/genesyscloud"\n}\n}\n'
                'required_providers {\nx = {\nsource = "mypurecloud/genesyscloud"\n}',
            )
        ],
        [
            {"main.tf": _PLAIN, "providers.tf": _REQUIRED % text}
            for text in (
                'genesyscloud = {\nsource = "registry.terraform.io/mypurecloud/genesyscloud"\n}',
                'genesyscloud = {\nsource = "MyPureCloud/GenesysCloud"\nversion = ">= 1.0.0"\n}',
            )
        ],
    ),
    "a module keeps its state in one place": (
        [
            {"main.tf": _PLAIN + 'terraform {\nbackend "local" {\n}\n}\n' * 2},
            {"main.tf": _PLAIN + 'terraform {\nbackend "local" {\n}\ncloud {\n}\n}\n'},
        ],
        [
            {
                "main.tf": _PLAIN + 'terraform {\nbackend "local" {\n}\n}\n',
                "x_override.tf": 'terraform {\nbackend "local" {\n}\n}\n',
            }
        ],
    ),
    "JSON begins with no byte order mark, and native syntax may": (
        [
            {"main.tf": _PLAIN, "terraform.tfvars.json": '\ufeff{"x": "y"}'},
            {"main.tf": _PLAIN, "a.auto.tfvars.json": '\ufeff{"x": "y"}'},
            {"main.tf": _PLAIN, "x.tf.json": "\ufeff{}"},
        ],
        [
            {"main.tf": _PLAIN, "terraform.tfvars": '\ufeffx = "y"\n'},
            {"main.tf": "\ufeff" + _PLAIN},
        ],
    ),
    "a validation is held to whether or not anything uses its variable": (
        [
            {"main.tf": _PLAIN + _validation(_condition('var.v == "b"'))},
            _called(_PLAIN, _VALIDATED),
            _called(_PLAIN, _VALIDATED, 'v = "c"'),
        ],
        [
            _called(_PLAIN, _VALIDATED, 'v = "b"'),
            {"main.tf": _PLAIN + _validation(_condition('var.v == "a"', "[]"))},
            {"main.tf": _PLAIN + _validation(_condition("var.v != terraform_data.t.id"))},
        ],
    ),
    "a condition is held to on the way to a client, and in outputs": (
        [
            {"main.tf": _HELD % _rule("precondition", _condition('var.x == "y"'))},
            {"main.tf": _HELD % _rule("postcondition", _condition('self.input == "y"'))},
            {
                "main.tf": _PLAIN
                + 'output "o" {\nvalue = 1\nprecondition {\n'
                + _condition('var.x == "y"')
                + "\n}\n}\n"
            },
        ],
        [{"main.tf": _HELD % _rule("postcondition", _condition('self.input == "q"'))}],
    ),
    "an output of a module stands behind a dot": (
        [
            _called(
                _PLAIN + 'locals {\nl = module.m[0]["o"]\n}\n',
                'output "o" {\nvalue = 1\n}\n',
                "count = 1",
            )
        ],
        [
            _called(
                _PLAIN + "locals {\nl = module.m[0].o\n}\n",
                'output "o" {\nvalue = 1\n}\n',
                "count = 1",
            ),
        ],
    ),
    "a file of variables may set what is not declared to anything": (
        [{"main.tf": _PLAIN, "terraform.tfvars": "x = nothing\n"}],
        [{"main.tf": _PLAIN, "terraform.tfvars": "undeclared = nothing\n"}],
    ),
    "an attribute of an object has one type": (
        [{"main.tf": _PLAIN + 'variable "o" {\ntype = object({ a = string, a = string })\n}\n'}],
        [],
    ),
    "what Terraform reads is a file": (
        [
            {"main.tf": _PLAIN, "x.auto.tfvars/a": "x"},
            {"main.tf": _PLAIN, "terraform.tfvars.json/a": "x"},
        ],
        [{"main.tf": _PLAIN, "x.tf/a": "x"}],
    ),
}


def _roots(table: Mapping[str, tuple[list[str], list[str]]], whole: str) -> list[tuple[str, bool]]:
    return [
        (whole.replace("%s", text) if "%s" in whole else whole + text, is_refused)
        for refused, taken in table.values()
        for is_refused, texts in ((True, refused), (False, taken))
        for text in texts
    ]


ROOTS: Final = [
    ({"main.tf": text}, is_refused)
    for text, is_refused in (
        *_roots(IN_THE_CLIENT, _CLIENT),
        *_roots(BESIDE_THE_CLIENT, _CLIENT % "" + "\n"),
    )
] + [
    (files, is_refused)
    for refused, taken in ROOTS_OF_FILES.values()
    for is_refused, roots in ((True, refused), (False, taken))
    for files in roots
]


@pytest.mark.parametrize(("files", "is_refused"), ROOTS)
def test_a_root_is_refused_as_terraform_refuses_it(
    tmp_path: Path, files: Mapping[str, str], is_refused: bool
) -> None:
    write(tmp_path, files)
    if is_refused:
        with pytest.raises(SourceError, match=rf"^{tmp_path}/[\w/.]+\.tf(vars)?(.json)?:"):
            read(tmp_path, terraform_version=_VERSION)
    else:
        clients = read(tmp_path, terraform_version=_VERSION).clients
        assert [client.existence for client in clients] == [None]


@pytest.mark.terraform
def test_terraform_says_so(tmp_path: Path, standin_config: Path) -> None:
    def is_refused(at: int, files: Mapping[str, str]) -> bool:
        folder = write(tmp_path / str(at), {"providers.tf": PROVIDER, **files})
        workspace = Workspace(folder, standin_config)
        return any(workspace.attempt(command).returncode for command in ("init", "plan"))

    with ThreadPoolExecutor(2) as pool:
        seen = list(pool.map(is_refused, range(len(ROOTS)), (files for files, _ in ROOTS)))
    wrong = [
        files for (files, refused), found in zip(ROOTS, seen, strict=True) if found is not refused
    ]
    assert wrong == []
