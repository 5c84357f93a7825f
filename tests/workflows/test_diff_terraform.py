"""`diff` of a plan that the real Terraform made, for twenty-three changes at once.

Each client has a change of its own. The expected results were written by hand, before the plan.
"""

from __future__ import annotations

import json

import pytest

from tests.standin_provider.fixtures import standin_config, workspace
from tests.standin_provider.workspace import Workspace
from tests.workflows.test_diff import client, holds, role, told
from toolkit.model.report import Report
from toolkit.workflows import diff

__all__ = ["standin_config", "workspace"]

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

VIEW, EDIT = "recording:annotation:view", "recording:annotation:edit"
USERS, BOTH = 'scopes = ["users"]', 'scopes = ["users", "conversations"]'


def held(label: str, *names: str, division: str = "") -> str:
    """Return a client that holds roles by their labels."""
    where = f"\n    division_id = {division}" if division else ""
    roles = "".join(
        f"  roles {{\n    role_id = genesyscloud_auth_role.{name}.id{where}\n  }}\n"
        for name in names
    )
    return client(label, f'authorized_grant_type = "CLIENT-CREDENTIALS"\n{roles}')


def own(label: str, *permissions: str) -> str:
    """Return a client with a role of its own."""
    made = role(f"r_{label}", *permissions)
    return made + holds(label, f"genesyscloud_auth_role.r_{label}.id")


def moved(old: str, new: str) -> str:
    kind = "genesyscloud_oauth_client"
    return f"moved {{\n  from = {kind}.{old}\n  to = {kind}.{new}\n}}\n"


#: This data source gives a plan the id of the home division.
HOME = 'data "genesyscloud_auth_division_home" "home" {}\n'
ROLES = HOME + role("viewer", VIEW) + role("editor", EDIT)
#: By change: the client's name, its Terraform before and after, and the expected changes.
CHANGES: dict[str, tuple[str, str, set[str]]] = {
    "wider": (client("wider", USERS), client("wider", BOTH), {"+ scope conversations"}),
    "less": (client("less", BOTH), client("less", USERS), {"- scope conversations"}),
    "narrow": (
        client("narrow", USERS),
        client("narrow", 'scopes = ["users:readonly"]'),
        {"- scope users"},
    ),
    "described": (
        client("described", USERS),
        client("described", f'{USERS}\n  description = "d"'),
        set(),
    ),
    "called": (client("called_at", USERS, "was"), client("called_at", USERS, "called"), set()),
    "moved": (
        client("old", USERS, "moved"),
        client("new", USERS, "moved") + moved("old", "new"),
        set(),
    ),
    "relabelled": (
        client("here", USERS, "relabelled"),
        client("there", USERS, "relabelled"),
        {"+ client relabelled", "- client relabelled"},
    ),
    "gone": (client("gone", USERS), "", {"- client gone", "- scope users"}),
    "made": ("", client("made", USERS), {"+ client made", "+ scope users"}),
    "more": (own("more", VIEW), own("more", VIEW, EDIT), {f"+ permission {EDIT} home"}),
    "fewer": (own("fewer", VIEW, EDIT), own("fewer", EDIT), {f"- permission {VIEW} home"}),
    "wild": (
        own("wild", "our:own:thing"),
        own("wild", "our:own:*"),
        {"+ permission our:own:* home"},
    ),
    "everywhere": (
        held("everywhere", "viewer"),
        held("everywhere", "viewer", division='"*"'),
        {"+ grant genesyscloud_auth_role.viewer *", f"+ permission {VIEW} *"},
    ),
    "home_again": (
        held("home_again", "viewer", division='"*"'),
        held("home_again", "viewer", division="data.genesyscloud_auth_division_home.home.id"),
        {"- grant genesyscloud_auth_role.viewer *", f"- permission {VIEW} *"},
    ),
    # The attribute is computed: Terraform keeps its value when the line is removed.
    "kept": (held("kept", "viewer", division='"*"'), held("kept", "viewer"), set()),
    "second": (
        held("second", "viewer"),
        held("second", "viewer", "editor"),
        {"+ grant genesyscloud_auth_role.editor home", f"+ permission {EDIT} home"},
    ),
    "first": (
        held("first", "viewer", "editor"),
        held("first", "viewer"),
        {"- grant genesyscloud_auth_role.editor home", f"- permission {EDIT} home"},
    ),
    "off": (
        client("off", USERS),
        client("off", f'{USERS}\n  state = "inactive"'),
        {"- scope users"},
    ),
    "on": (client("on", f'{USERS}\n  state = "inactive"'), client("on", USERS), {"+ scope users"}),
    "one": (
        client("counted", f"count = 2\n  {USERS}", "c${count.index}"),
        client("counted", f"count = 1\n  {USERS}", "c${count.index}"),
        set(),
    ),
    "c1": ("", "", {"- client c1", "- scope users"}),
    "fresh": (
        held("fresh", "viewer"),
        own("fresh", VIEW, EDIT),
        {
            "+ grant genesyscloud_auth_role.r_fresh home",
            "- grant genesyscloud_auth_role.viewer home",
            f"+ permission {EDIT} home",
        },
    ),
    "listed": (
        client("listed", USERS),
        'locals {\n  listed = ["users"]\n}\n' + client("listed", "scopes = local.listed"),
        set(),
    ),
}


def test_the_plan_of_twenty_three_changes(workspace: Workspace) -> None:
    workspace.write(ROLES + "".join(before for before, _, _ in CHANGES.values()))
    workspace.init()
    workspace.run("apply", "-no-color", "-input=false", "-auto-approve")
    workspace.write(ROLES + "".join(after for _, after, _ in CHANGES.values()))
    plan = workspace.directory / "plan.json"
    plan.write_text(json.dumps(workspace.plan()), encoding="utf-8")
    report = diff(str(plan), environ={})
    assert report.changes is not None
    found = {
        name: told(Report("diff", "", changes=tuple(c for c in report.changes if c.client == name)))
        for name in CHANGES
    }
    assert found == {name: expected for name, (_, _, expected) in CHANGES.items()}
    # The role that "fresh" is given is new, too.
    named = {n for n in found if found[n]} | {"r_fresh"}
    assert {change.client for change in report.changes} == named
