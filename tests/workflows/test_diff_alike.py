"""`diff` over folders that look equal but differ, and that look different but are equal.

The expected result of each pair was written by hand. The effect of `moved` blocks was taken from
Terraform.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflows.test_change_rules import policy, ruled
from tests.workflows.test_diff import R, client, compared, holds, role, told
from toolkit.errors import ExitCode
from toolkit.model.findings import Verdict
from toolkit.reporters.text import render
from toolkit.workflows import diff


def looked_up(label: str, name: str) -> str:
    return f'data "genesyscloud_auth_role" "{label}" {{\n  name = "{name}"\n}}\n'


def moved(before: str, after: str) -> str:
    return (
        f"moved {{\n  from = genesyscloud_oauth_client.{before}\n"
        f"  to = genesyscloud_oauth_client.{after}\n}}\n"
    )


def division(label: str, name: str = "") -> str:
    kind = "genesyscloud_auth_division"
    return f'resource "{kind}" "{label}" {{\n  name = "{name or label}"\n}}\n'


VIEW = role("r", "recording:recording:view")
USERS, ROUTING = 'scopes = ["users"]', 'scopes = ["routing"]'
FOUND = "data.genesyscloud_auth_role.x.id"

PAIRS: dict[str, tuple[str, str, set[str]]] = {
    "another role is looked up under the same label": (
        looked_up("x", "Viewer") + holds("c", FOUND),
        looked_up("x", "Admin") + holds("c", FOUND),
        {
            "+ grant data.genesyscloud_auth_role.x home",
            "- grant data.genesyscloud_auth_role.x home",
            "?+ permission ? home",
            "?- permission ? home",
        },
    ),
    "the same role is looked up under another label": (
        looked_up("x", "Viewer") + holds("c", FOUND),
        looked_up("y", "Viewer") + holds("c", FOUND.replace(".x.", ".y.")),
        set(),
    ),
    "a client cannot move to where one is": (
        client("a", USERS) + client("b", ROUTING),
        client("b", ROUTING) + moved("a", "b"),
        {"- client a", "- scope users"},
    ),
    "the one that is there moves on, the other goes": (
        client("a", USERS) + client("b", ROUTING),
        client("c", ROUTING) + moved("a", "b") + moved("b", "c"),
        {"- client a", "- scope users"},
    ),
    "the order of moves does not count": (
        client("a", USERS) + client("b", ROUTING),
        client("c", ROUTING) + moved("b", "c") + moved("a", "b"),
        {"- client a", "- scope users"},
    ),
    "a division that moved": (
        division("a") + VIEW + holds("c", R, "genesyscloud_auth_division.a.id"),
        division("b", "a")
        + VIEW
        + holds("c", R, "genesyscloud_auth_division.b.id")
        + moved("a", "b").replace("oauth_client", "auth_division"),
        set(),
    ),
    "a division that is another one": (
        division("a") + VIEW + holds("c", R, "genesyscloud_auth_division.a.id"),
        division("b", "a") + VIEW + holds("c", R, "genesyscloud_auth_division.b.id"),
        {
            f"{sign} {what} genesyscloud_auth_division.{where}.id"
            for sign, where in (("+", "b"), ("-", "a"))
            for what in ("permission recording:recording:view", "grant genesyscloud_auth_role.r")
        },
    ),
    "a chain of moves": (
        client("a", USERS),
        client("c", USERS) + moved("b", "c") + moved("a", "b"),
        set(),
    ),
}


V = 'variable "a" {}\nvariable "b" {}\n'
MODULE = 'module "m" {\n  source = "acme/clients/genesyscloud"\n  version = "%s"\n  %s\n}\n'
USER = """
data "genesyscloud_user" "u" {
  email = "%s@example.org"
}
resource "genesyscloud_user_roles" "u" {
  user_id = data.genesyscloud_user.u.id
  roles {
    role_id = genesyscloud_auth_role.r.id
  }
}
"""
POLICIES = """
resource "genesyscloud_auth_role" "r" {
  name = "r"
  dynamic "permission_policies" {
    for_each = var.a
    content {
      domain      = "recording"
      entity_name = "recording"
      action_set  = %s
    }
  }
}
"""


def scopes(text: str) -> str:
    return V + client("c", f"scopes = {text}")


def placed(text: str) -> str:
    found = 'data "genesyscloud_auth_division" "d" {\n  name = "%s"\n}\n'
    return found % text + VIEW + holds("c", R, "data.genesyscloud_auth_division.d.id")


def each_way(*kinds: str) -> set[str]:
    return {f"?{sign} {kind}" for sign in "+-" for kind in kinds}


PROVIDERS = """
provider "genesyscloud" {
  aws_region = "us-east-1"
}
provider "genesyscloud" {
  alias      = "%s"
  aws_region = "%s"
}
"""


def managed(by: str, alias: str = "eu", region: str = "eu-west-1") -> str:
    written = f"{USERS}\n  provider = {by}" if by else USERS
    return PROVIDERS % (alias, region) + client("c", written)


#: Results that depend on the same variable, data source or module, but in another way.
UNKNOWN: dict[str, tuple[str, str, set[str]]] = {
    "the other result of a condition": (
        scopes('var.a ? ["users"] : ["routing"]'),
        scopes('var.a ? ["recordings"] : ["routing"]'),
        each_way("scope ?"),
    ),
    "another key of a variable": (
        scopes('[var.a["x"]]'),
        scopes('[var.a["y"]]'),
        each_way("scope ?"),
    ),
    "another text around a variable": (
        scopes('["${var.a}:readonly"]'),
        scopes('["${var.a}"]'),
        each_way("scope ?"),
    ),
    "a local that a condition takes": (
        'locals {\n  l = ["users"]\n}\n' + scopes("var.a ? local.l : []"),
        'locals {\n  l = ["recordings"]\n}\n' + scopes("var.a ? local.l : []"),
        each_way("scope ?"),
    ),
    "another filter": (
        scopes('[for s in var.a : s if s != "x"]'),
        scopes("[for s in var.a : s]"),
        each_way("scope ?"),
    ),
    "one function less": (
        scopes('setsubtract(var.a, ["recordings"])'),
        scopes("toset(var.a)"),
        each_way("scope ?"),
    ),
    "another role of a variable": (
        V + holds("c", 'var.a["x"]'),
        V + holds("c", 'var.a["y"]'),
        {"+ grant a role that is not known home", "- grant a role that is not known home"}
        | each_way("permission ? home"),
    ),
    "another division of a condition": (
        V + VIEW + holds("c", R, 'var.a ? "x" : "y"'),
        V + VIEW + holds("c", R, 'var.a ? "*" : "y"'),
        each_way("permission recording:recording:view var.a",
                 "grant genesyscloud_auth_role.r var.a"),
    ),
    "another division is looked up under the same label": (
        placed("A"),
        placed("B"),
        each_way("permission recording:recording:view data.genesyscloud_auth_division.d.id",
                 "grant genesyscloud_auth_role.r data.genesyscloud_auth_division.d.id"),
    ),
    "another number of clients": (
        V + client("c", f"count = var.a\n{USERS}"),
        V + client("c", f"count = var.a ? 1 : 0\n{USERS}"),
        each_way("scope users"),
    ),
    "what a dynamic block makes of its elements": (
        V + POLICIES % '["view"]' + holds("c", R),
        V + POLICIES % '["delete"]' + holds("c", R),
        each_way("permission ? home"),
    ),
    "another user is looked up under the same label": (
        VIEW + USER % "a",
        VIEW + USER % "b",
        {"?+ permission recording:recording:view home", "?+ grant genesyscloud_auth_role.r home"},
    ),
    "another configuration of the provider": (
        managed(""),
        managed("genesyscloud.eu"),
        {"?+ client c", "?- client c"},
    ),
    "another version of a module": (MODULE % ("1.0.0", ""), MODULE % ("2.0.0", ""),
                                    each_way("client ?")),
    "another argument of a module": (
        MODULE % ("1.0.0", 'scopes = ["users"]'),
        MODULE % ("1.0.0", 'scopes = ["recordings"]'),
        each_way("client ?"),
    ),
    "a local that a module is given": (
        'locals {\n  l = ["users"]\n}\n' + MODULE % ("1.0.0", "scopes = local.l"),
        'locals {\n  l = ["recordings"]\n}\n' + MODULE % ("1.0.0", "scopes = local.l"),
        each_way("client ?"),
    ),
    "a module more": ("", MODULE % ("1.0.0", ""), {"?+ client ?"}),
    "a module less": (MODULE % ("1.0.0", ""), "", {"?- client ?"}),
}  # fmt: skip
#: Different text with the same meaning.
SAME: dict[str, tuple[str, str]] = {
    "a local between": (
        scopes("var.a"),
        "locals {\n  l = var.a\n}\n" + scopes("local.l"),
    ),
    "a map between": (
        scopes("[var.a]"),
        "locals {\n  m = { x = var.a, y = var.b }\n}\n" + scopes('[local.m["x"]]'),
    ),
    "a list that is joined": (
        scopes('concat(var.a, ["users"])'),
        scopes('concat(["users"], tolist(var.a))'),
    ),
    "a condition that is decided": (scopes("var.a"), scopes("true ? var.a : var.b")),
    "a key that is computed": (
        scopes('[var.a["x"]]'),
        'locals {\n  k = "x"\n}\n' + scopes("[var.a[local.k]]"),
    ),
    "a for over what is written": (
        scopes("[var.a, var.b]"),
        scopes("[for v in [var.a, var.b] : v]"),
    ),
    "another name of the provider's configuration": (
        managed("genesyscloud.eu"),
        managed("genesyscloud.europe", "europe"),
    ),
    "the configuration that is taken anyway": (managed(""), managed("genesyscloud")),
    "a provider with other settings": (
        managed("genesyscloud.eu"),
        managed("genesyscloud.eu").replace("  alias", "  token_pool_size = 9\n  alias"),
    ),
    "spaces and comments": (
        scopes('var.a ? ["users"] : ["routing"]'),
        scopes('(var.a ? [  "users"] /* or */ : ["routing"])'),
    ),
    "an unread module, written another way": (
        MODULE % ("1.0.0", 'scopes = ["users"]'),
        'locals {\n  l = ["users"]\n}\n# more\n' + MODULE % ("1.0.0", "scopes = local.l"),
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_made_in_another_way_may_be_something_else(
    before: str, after: str, expected: set[str], tmp_path: Path
) -> None:
    report = compared(tmp_path, before, after)
    assert told(report) == expected
    assert "No client gains or loses access" not in render(report)


@pytest.mark.parametrize(("before", "after"), SAME.values(), ids=SAME)
def test_what_is_made_in_the_same_way_is_the_same(before: str, after: str, tmp_path: Path) -> None:
    report = compared(tmp_path, before, after)
    assert told(report) == set()


def test_a_reason_is_told_once_however_often_it_stands_for_something(tmp_path: Path) -> None:
    report = compared(tmp_path, scopes("[]"), scopes('[var.a["x"], var.a["y"], "${var.a["z"]}"]'))
    assert report.changes is not None
    (change,) = [each for each in report.changes if each.kind == "scope"]
    assert [reason.reference for reason in change.reasons] == ["var.a"]


FORBIDDEN = 'forbid_gain: {permissions: ["recording:*:*"]}'


@pytest.mark.parametrize(
    ("before", "after", "exit_code"),
    [
        (VIEW, VIEW + USER % "a", ExitCode.UNDECIDED),
        (VIEW + USER % "a", role("r", "recording:*:*") + USER % "a", ExitCode.VIOLATION),
        ("", VIEW, ExitCode.VIOLATION),
        (MODULE % ("1.0.0", ""), MODULE % ("2.0.0", ""), ExitCode.UNDECIDED),
        (MODULE % ("1.0.0", ""), MODULE % ("1.0.0", ""), ExitCode.OK),
        (role("r", "users:x:view"), role("r", "users:y:view"), ExitCode.OK),
    ],
)
def test_a_rule_is_asked_of_whoever_gains(
    before: str, after: str, exit_code: ExitCode, tmp_path: Path
) -> None:
    assert ruled(tmp_path, before, after, policy(FORBIDDEN)).exit_code is exit_code


def imported(label: str) -> str:
    return (
        f"import {{\n  to = genesyscloud_oauth_client.{label}\n"
        '  id = "11111111-1111-4111-8111-111111111111"\n}\n'
    )


def test_what_an_import_gives_is_for_a_plan_to_say(tmp_path: Path) -> None:
    """The apply writes the Terraform onto a client with other values until then."""
    after = client("c", 'scopes = ["recordings"]') + imported("c")
    text = policy('forbid_gain: {scopes: ["recordings"]}')
    report = ruled(tmp_path, "", after, text)
    assert told(report) == set()
    (result,) = report.results
    assert result.verdict is Verdict.UNKNOWN
    assert [reason.decided_by for reason in result.reasons] == ["a plan"]
    assert report.exit_code is ExitCode.UNDECIDED
    (note,) = [note for note in report.notes if note.code == "imported"]
    assert "genesyscloud_oauth_client.c" in note.message


def test_what_is_imported_on_both_sides_is_compared(tmp_path: Path) -> None:
    before, after = (
        client("c", f"scopes = [{each}]") + imported("c") for each in ('"users"', '"recordings"')
    )
    text = policy('forbid_gain: {scopes: ["recordings"]}')
    report = ruled(tmp_path, before, after, text)
    assert report.exit_code is ExitCode.VIOLATION
    assert "imported" not in {note.code for note in report.notes}


def test_a_rule_about_some_clients_is_not_asked_of_others(tmp_path: Path) -> None:
    text = policy(FORBIDDEN).replace("title: t,", "title: t, clients: {name: [x]},")
    report = ruled(tmp_path, VIEW, role("r", "recording:*:*"), text)
    assert "CH1" not in {result.rule for result in report.results}


@pytest.mark.parametrize(("before", "after", "expected"), PAIRS.values(), ids=PAIRS)
def test_what_changes(before: str, after: str, expected: set[str], tmp_path: Path) -> None:
    assert told(compared(tmp_path, before, after)) == expected


TEXTS = sorted(
    {
        side
        for pairs in (PAIRS, UNKNOWN, SAME)
        for pair in pairs.values()
        for side in pair[:2]
        if side
    }
)


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_changes_between_a_folder_and_itself(text: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    assert diff(str(tmp_path), str(tmp_path), environ={}).changes == ()
