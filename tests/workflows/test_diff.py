"""`diff` over folders: which clients correspond, and what each gains and loses.

The expected result of each pair was written by hand, before the code.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import ExitCode
from toolkit.model.changes import Change, ChangeKind
from toolkit.model.report import Report
from toolkit.reporters.text import render
from toolkit.workflows import diff

CODE = 'authorized_grant_type = "CODE"'
CREDENTIALS = 'authorized_grant_type = "CLIENT-CREDENTIALS"'


def client(label: str, body: str, name: str = "") -> str:
    kind = "" if "authorized_grant_type" in body else CODE
    return (
        f'resource "genesyscloud_oauth_client" "{label}" {{\n  name = "{name or label}"\n'
        f"  {kind}\n  {body}\n}}\n"
    )


def role(label: str, *permissions: str, name: str = "") -> str:
    policies = "".join(
        f'  permission_policies {{\n    domain = "{d}"\n    entity_name = "{e}"\n'
        f'    action_set = ["{a}"]\n  }}\n'
        for d, e, a in (each.split(":") for each in permissions)
    )
    header = f'resource "genesyscloud_auth_role" "{label}" {{\n  name = "{name or label}"\n'
    return f"{header}{policies}}}\n"


def holds(label: str, role_id: str, division: str = "") -> str:
    where = f"division_id = {division}" if division else ""
    return client(label, f"{CREDENTIALS}\n  roles {{\n    role_id = {role_id}\n    {where}\n  }}")


def compared(tmp_path: Path, before: str, after: str) -> Report:
    for name, text in (("before", before), ("after", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text, encoding="utf-8")
    return diff(str(tmp_path / "before"), str(tmp_path / "after"), environ={})


def told(report: Report, *kinds: ChangeKind) -> set[str]:
    """Return each change as a short text: ``+ scope users``, ``?- permission a:b:c home``."""
    assert report.changes is not None
    wanted = kinds or tuple(kind for kind in ChangeKind if kind is not ChangeKind.OPERATION)
    return {_word(change) for change in report.changes if change.kind in wanted}


def _word(change: Change) -> str:
    sign = ("?" if change.reasons else "") + ("+" if change.direction == "gain" else "-")
    return " ".join(
        [sign, change.kind, change.name or "?", *([change.division] if change.division else [])]
    )


R = "genesyscloud_auth_role.r.id"
CONDITION = """
    conditions {
      conjunction = "AND"
      terms {
        variable_name = "Conversation.queues"
        operator      = "%s"
        operands {
          type  = "SCALAR"
          value = "x"
        }
      }
    }
    """
PAIRS = {
    "a scope more": (
        client("c", 'scopes = ["users"]'),
        client("c", 'scopes = ["users", "conversations"]'),
        {"+ scope conversations"},
    ),
    "a scope is narrowed": (
        client("c", 'scopes = ["users"]'),
        client("c", 'scopes = ["users:readonly"]'),
        {"- scope users"},
    ),
    "scopes of a client that they have no effect on": (
        client("c", f'{CREDENTIALS}\n scopes = ["users"]'),
        client("c", f'{CREDENTIALS}\n scopes = ["users", "conversations"]'),
        set(),
    ),
    "another order, and another way to write it": (
        client("c", 'scopes = ["users", "conversations"]'),
        client("c", 'scopes = concat(["conversations"], ["users"])'),
        set(),
    ),
    "a permission of a role": (
        role("r", "conversation:call:record") + holds("c", R),
        role("r", "conversation:call:add") + holds("c", R),
        {
            "+ permission conversation:call:add home",
            "- permission conversation:call:record home",
        },
    ),
    "a division more": (
        role("r", "conversation:call:record") + holds("c", R),
        role("r", "conversation:call:record") + holds("c", R, '"*"'),
        {"+ permission conversation:call:record *", "+ grant genesyscloud_auth_role.r *"},
    ),
    "all divisions no more": (
        role("r", "conversation:call:record") + holds("c", R, '"*"'),
        role("r", "conversation:call:record") + holds("c", R),
        {"- permission conversation:call:record *", "- grant genesyscloud_auth_role.r *"},
    ),
    "a division that this Terraform makes is itself": (
        role("r", "a:b:c")
        + 'resource "genesyscloud_auth_division" "d" { name = "d" }\n'
        + holds("c", R, "genesyscloud_auth_division.d.id"),
        role("r", "a:b:c", "a:b:d")
        + 'resource "genesyscloud_auth_division" "d" { name = "e" }\n'
        + holds("c", R, "genesyscloud_auth_division.d.id"),
        {"+ permission a:b:d genesyscloud_auth_division.d.id"},
    ),
    "a wildcard grants what is published": (
        role("r", "recording:annotation:view") + holds("c", R),
        role("r", "recording:annotation:*") + holds("c", R),
        {
            "+ permission recording:annotation:* home",
            "+ permission recording:annotation:add home",
            "+ permission recording:annotation:delete home",
            "+ permission recording:annotation:edit home",
        },
    ),
    "what a wildcard grants is listed": (
        role("r", "recording:annotation:*") + holds("c", R),
        role("r", *(f"recording:annotation:{a}" for a in ("add", "delete", "edit", "view")))
        + holds("c", R),
        {"- permission recording:annotation:* home"},
    ),
    "a wildcard has it already": (
        role("r", "recording:*:*") + holds("c", R),
        role("r", "recording:*:*", "recording:annotation:*") + holds("c", R),
        set(),
    ),
    "another role with the same permissions": (
        role("r", "a:b:c") + role("s", "a:b:c") + holds("c", R),
        role("r", "a:b:c") + role("s", "a:b:c") + holds("c", "genesyscloud_auth_role.s.id"),
        {"+ grant genesyscloud_auth_role.s home", "- grant genesyscloud_auth_role.r home"},
    ),
    "a role that moved": (
        role("r", "a:b:c") + holds("c", R),
        role("s", "a:b:c", name="r")
        + holds("c", "genesyscloud_auth_role.s.id")
        + "moved {\n from = genesyscloud_auth_role.r\n to = genesyscloud_auth_role.s\n}\n",
        set(),
    ),
    "a client that moved": (
        client("c", 'scopes = ["users"]'),
        client("d", 'scopes = ["users", "routing"]', name="c")
        + "moved {\n from = genesyscloud_oauth_client.c\n to = genesyscloud_oauth_client.d\n}\n",
        {"+ scope routing"},
    ),
    "a client that moved and is the same": (
        client("c", 'scopes = ["users"]'),
        client("d", 'for_each = toset(["x"])\n scopes = ["users"]', name="c")
        + "moved {\n from = genesyscloud_oauth_client.c\n"
        + ' to = genesyscloud_oauth_client.d["x"]\n}\n',
        set(),
    ),
    "count = 1 is not a change to Terraform": (
        client("c", 'scopes = ["users"]'),
        client("c", 'count = 1\n scopes = ["users"]'),
        set(),
    ),
    "a client that changed its label": (
        client("c", 'scopes = ["users"]'),
        client("d", 'scopes = ["users"]', name="c"),
        {"+ client c", "- client c"},
    ),
    "a client more": (
        client("c", 'scopes = ["users"]'),
        client("c", 'scopes = ["users"]') + client("d", 'scopes = ["routing"]'),
        {"+ client d", "+ scope routing"},
    ),
    "a client less": (
        client("c", 'scopes = ["users"]') + client("d", 'scopes = ["routing"]'),
        client("c", 'scopes = ["users"]'),
        {"- client d", "- scope routing"},
    ),
    "a client that is imported was there": (
        client("c", 'scopes = ["users"]'),
        client("c", 'scopes = ["users"]')
        + client("d", 'scopes = ["routing"]')
        + 'import {\n to = genesyscloud_oauth_client.d\n id = "x"\n}\n',
        set(),
    ),
    "a client that is forgotten stays": (
        client("c", 'scopes = ["users"]') + client("d", 'scopes = ["routing"]'),
        client("c", 'scopes = ["users"]')
        + "removed {\n from = genesyscloud_oauth_client.d\n lifecycle {\n destroy = false\n }\n}\n",
        set(),
    ),
    "a client that is destroyed by a removed block goes": (
        client("c", 'scopes = ["users"]') + client("d", 'scopes = ["routing"]'),
        client("c", 'scopes = ["users"]')
        + "removed {\n from = genesyscloud_oauth_client.d\n lifecycle {\n destroy = true\n }\n}\n",
        {"- client d", "- scope routing"},
    ),
    "a client that is switched off": (
        client("c", 'scopes = ["users"]'),
        client("c", 'state = "inactive"\n scopes = ["users"]'),
        {"- scope users"},
    ),
    "another grant type": (
        role("r", "a:b:c") + client("c", 'scopes = ["users"]\n roles {\n role_id = ' + R + "\n}"),
        role("r", "a:b:c")
        + client("c", f"{CREDENTIALS}\n" + 'scopes = ["users"]\n roles {\n role_id = ' + R + "\n}"),
        {
            "- scope users",
            "+ permission a:b:c home",
            "+ grant genesyscloud_auth_role.r home",
        },
    ),
    "the same unknown": (
        'variable "s" { type = set(string) }\n' + client("c", "scopes = var.s"),
        'variable "s" { type = set(string) }\n' + client("c", "scopes = toset(var.s)"),
        set(),
    ),
    "an unknown that is new": (
        'variable "s" { type = string }\n' + client("c", 'scopes = ["users"]'),
        'variable "s" { type = string }\n' + client("c", 'scopes = ["users", var.s]'),
        {"?+ scope ?"},
    ),
    "a scope more beside the same unknown": (
        'variable "s" { type = string }\n' + client("c", 'scopes = ["users", var.s]'),
        'variable "s" { type = string }\n' + client("c", 'scopes = ["users", "routing", var.s]'),
        {"?+ scope routing"},
    ),
    "the same role of another Terraform": (
        'data "genesyscloud_auth_role" "x" { name = "X" }\n'
        + holds("c", "data.genesyscloud_auth_role.x.id"),
        'data "genesyscloud_auth_role" "x" { name = "X" }\n'
        + holds("c", "data.genesyscloud_auth_role.x.id"),
        set(),
    ),
    "a role of another Terraform more": (
        'data "genesyscloud_auth_role" "x" { name = "X" }\n' + role("r", "a:b:c") + holds("c", R),
        'data "genesyscloud_auth_role" "x" { name = "X" }\n'
        + role("r", "a:b:c")
        + holds("c", R).replace(
            "roles {", "roles {\n role_id = data.genesyscloud_auth_role.x.id\n }\n roles {"
        ),
        {"+ grant data.genesyscloud_auth_role.x home", "?+ permission ? home"},
    ),
    "a permission more beside a role of another Terraform": (
        'data "genesyscloud_auth_role" "x" { name = "X" }\n'
        + role("r", "a:b:c")
        + holds("c", R).replace(
            "roles {", "roles {\n role_id = data.genesyscloud_auth_role.x.id\n }\n roles {"
        ),
        'data "genesyscloud_auth_role" "x" { name = "X" }\n'
        + role("r", "a:b:c", "a:b:d")
        + holds("c", R).replace(
            "roles {", "roles {\n role_id = data.genesyscloud_auth_role.x.id\n }\n roles {"
        ),
        {"?+ permission a:b:d home"},
    ),
    "the same condition, written another way": (
        role("r", "a:b:c").replace("action_set", CONDITION % "EQ" + "action_set") + holds("c", R),
        'locals {\n o = "EQ"\n}\n'
        + role("r", "a:b:c").replace("action_set", CONDITION % "${local.o}" + "action_set")
        + holds("c", R),
        set(),
    ),
    "another condition": (
        role("r", "a:b:c").replace("action_set", CONDITION % "EQ" + "action_set") + holds("c", R),
        role("r", "a:b:c").replace("action_set", CONDITION % "IN" + "action_set") + holds("c", R),
        {"?+ permission a:b:c home", "?- permission a:b:c home"},
    ),
    "a condition that goes": (
        role("r", "a:b:c").replace("action_set", CONDITION % "EQ" + "action_set") + holds("c", R),
        role("r", "a:b:c") + holds("c", R),
        {"?+ permission a:b:c home"},
    ),
    "a home division by its id": (
        role("r", "a:b:c") + holds("c", R),
        role("r", "a:b:c") + holds("c", R, '"11111111-1111-4111-8111-111111111111"'),
        {
            "?+ permission a:b:c 11111111-1111-4111-8111-111111111111",
            "?- permission a:b:c home",
            "?+ grant genesyscloud_auth_role.r 11111111-1111-4111-8111-111111111111",
            "?- grant genesyscloud_auth_role.r home",
        },
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), PAIRS.values(), ids=PAIRS)
def test_what_changes_for_clients(
    before: str, after: str, expected: set[str], tmp_path: Path
) -> None:
    report = compared(tmp_path, before, after)
    assert told(report) == expected
    assert report.exit_code is ExitCode.OK


@pytest.mark.parametrize(("before", "after"), [pair[:2] for pair in PAIRS.values()], ids=PAIRS)
def test_nothing_changes_between_a_folder_and_itself(
    before: str, after: str, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(before + after[:0], encoding="utf-8")
    assert diff(str(tmp_path), str(tmp_path), environ={}).changes == ()


def test_operations_become_possible_and_impossible(tmp_path: Path) -> None:
    before = role("r", "conversation:call:record") + holds("c", R)
    after = role("r", "recording:recording:editRetention") + holds("c", R)
    found = told(compared(tmp_path, before, after), ChangeKind.OPERATION)
    assert {
        "- operation patchConversationsCallParticipant",
        "+ operation putConversationRecording",
    } <= found


def test_an_operation_of_two_permissions_needs_both_in_one_division(tmp_path: Path) -> None:
    both = ("authorization:grant:add", "authorization:grant:delete")
    apart = role("r", both[0]) + role("s", both[1])
    grants = f"{CREDENTIALS}\n roles {{\n role_id = {R}\n division_id = %s\n }}\n"
    grants += "roles {\n role_id = genesyscloud_auth_role.s.id\n division_id = %s\n }\n"
    ids = '"11111111-1111-4111-8111-111111111111"', '"22222222-2222-4222-8222-222222222222"'
    before = apart + client("c", grants % ids)
    after = apart + client("c", grants % (ids[0], ids[0]))
    found = told(compared(tmp_path, before, after), ChangeKind.OPERATION)
    assert found == {"+ operation postAuthorizationSubjectBulkreplace"}


def test_tells_the_line_through_which_it_comes(tmp_path: Path) -> None:
    before = role("r", "a:b:c") + holds("c", R)
    report = compared(tmp_path, before, before.replace('"c"]', '"d"]'))
    assert report.changes is not None
    places = {
        (c.name, c.through, Path(c.location.path).parent.name, c.location.line)
        for c in report.changes
        if c.location is not None
    }
    assert places == {
        ("a:b:d", "genesyscloud_auth_role.r", "after", 3),
        ("a:b:c", "genesyscloud_auth_role.r", "before", 3),
    }


def test_a_chain_of_moves_through_modules(tmp_path: Path) -> None:
    (tmp_path / "modules").mkdir()
    before = client("c", 'scopes = ["users"]')
    report_of = {
        "before": before,
        "after": 'module "m" {\n  source = "./inner"\n}\n'
        "moved {\n from = genesyscloud_oauth_client.c\n"
        " to = module.old.genesyscloud_oauth_client.c\n}\n"
        "moved {\n from = module.old\n to = module.m\n}\n",
    }
    for name, text in report_of.items():
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "main.tf").write_text(text, encoding="utf-8")
    (tmp_path / "after" / "inner" / "main.tf").write_text(before, encoding="utf-8")
    (tmp_path / "before" / "inner").rmdir()
    report = diff(str(tmp_path / "before"), str(tmp_path / "after"), environ={})
    assert report.changes == ()


def test_a_module_moves_into_an_instance_of_another_that_moves_too(tmp_path: Path) -> None:
    """With a key on one side, `moved` concerns one instance, and not the whole block."""
    for name in ("before", "after"):
        (tmp_path / name / "m").mkdir(parents=True)
        (tmp_path / name / "m" / "main.tf").write_text(
            'variable "n" {}\n' + client("c", 'scopes = ["users"]', "${var.n}")
        )
    call = 'module "{0}" {{\n  source = "./m"\n  n = "{1}"\n}}\n'
    (tmp_path / "before/main.tf").write_text(call.format("m", "x") + call.format("n", "y"))
    moved = 'moved {{\n  from = module.{0}\n  to = module.m["{1}"]\n}}\n'
    (tmp_path / "after/main.tf").write_text(
        'module "m" {\n  for_each = toset(["x", "y"])\n  source = "./m"\n  n = each.key\n}\n'
        + moved.format("m", "x")
        + moved.format("n", "y")
    )
    report = diff(str(tmp_path / "before"), str(tmp_path / "after"), environ={})
    assert (report.errors, report.changes) == ((), ())


def test_what_cannot_be_read_leaves_no_comparison(tmp_path: Path) -> None:
    report = compared(tmp_path, client("c", ""), "resource {")
    assert report.exit_code is ExitCode.INPUT
    assert report.changes == ()


def given(kind: str, label: str, role_id: str, divisions: str = "") -> str:
    where = f"division_ids = [{divisions}]" if divisions else ""
    return (
        f'resource "genesyscloud_{kind}_roles" "{label}" {{\n  {kind}_id = "u"\n'
        f"  roles {{\n    role_id = {role_id}\n    {where}\n  }}\n}}\n"
    )


def test_users_and_groups_with_a_role_that_changes_are_told(tmp_path: Path) -> None:
    persons = given("user", "agent", R) + given("group", "team", R, '"*"')
    old = role("r", "recording:annotation:view") + persons
    new = role("r", "recording:annotation:view", "recording:recording:view") + persons
    report = compared(tmp_path, old, new + client("c", 'scopes = ["users"]'))
    changes = [c for c in report.changes or () if c.kind is ChangeKind.PERMISSION]
    assert {(c.holder.value, c.address, c.name, c.division) for c in changes} == {
        ("user", "genesyscloud_user_roles.agent", "recording:recording:view", "home"),
        ("group", "genesyscloud_group_roles.team", "recording:recording:view", "*"),
    }
    assert "1 client gains access, 1 user gains access, 1 group gains access" in render(report)


def test_what_terraform_no_longer_says_of_a_user_takes_nothing(tmp_path: Path) -> None:
    ours = role("r", "recording:annotation:view")
    report = compared(tmp_path, ours + given("user", "agent", R), ours)
    assert report.changes == ()


def test_roles_of_a_user_that_cannot_be_read_stop_nothing(tmp_path: Path) -> None:
    odd = 'resource "genesyscloud_user_roles" "u" {\n  user_id = [\n    1]\n  roles {}\n}\n'
    ours = role("r", "recording:annotation:view") + holds("c", R)
    report = compared(tmp_path, ours + odd, ours + odd)
    assert not report.errors
    assert report.changes == ()
