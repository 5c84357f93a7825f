"""`diff` and `operator` report on users and groups from the roles in plans and states.

The shapes are those of `genesyscloud_user_roles` and `genesyscloud_group_roles` in plans and states
of the real provider.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.sources.plans import Json, change, configured, constant, plan, refs
from tests.workflows.test_diff import given, role
from toolkit.errors import ExitCode
from toolkit.model.changes import ChangeKind
from toolkit.model.report import Report
from toolkit.workflows import diff, operator

USERS, GROUPS, ROLE = (
    "genesyscloud_user_roles",
    "genesyscloud_group_roles",
    "genesyscloud_auth_role",
)
DIVISION = "genesyscloud_auth_division"
VIEW, EDIT = "recording:annotation:view", "recording:annotation:edit"
ROLE_ID, OTHER_ID = "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"
SITE_ID = "20000000-0000-4000-8000-000000000001"
USER_ID, OTHER_USER = "30000000-0000-4000-8000-000000000001", "30000000-0000-4000-8000-000000000002"


def role_values(*permissions: str, role_id: str | None = ROLE_ID, name: str = "r") -> Json:
    policies = [
        {"domain": domain, "entity_name": entity, "action_set": [action], "conditions": []}
        for domain, entity, action in (each.split(":") for each in permissions)
    ]
    values: Json = {"name": name, "permission_policies": policies, "permissions": []}
    return values if role_id is None else {"id": role_id, **values}


def held(*entries: tuple[str, Sequence[str]], who: str = USER_ID, group: bool = False) -> Json:
    """Return a user's or group's roles as a state has them: each role's id, and its divisions."""
    return {
        "id": who,
        f"{'group' if group else 'user'}_id": who,
        "roles": [{"role_id": of, "division_ids": list(where)} for of, where in entries],
    }


def resource(kind: str, name: str, values: Json) -> Json:
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "values": values,
        "sensitive_values": {},
    }


def shown(*resources: Json) -> Json:
    """Return a state as `terraform show -json` prints it."""
    return {"format_version": "1.0", "values": {"root_module": {"resources": list(resources)}}}


def updated(kind: str, name: str, before: Json, after: Json, **more: Any) -> Json:
    actions = ["no-op"] if before == after else ["update"]
    found = change(name, after, {}, type_=kind, **({"actions": actions} | more))
    found["change"]["before"] = before
    return found


def written(path: Path, document: Json) -> str:
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def told(report: Report) -> set[tuple[str, str, str, str | None]]:
    """Return the changes of users and groups: holder, permission with a sign, and place."""
    assert not report.errors
    signs = {"gain": "+", "loss": "-"}
    return {
        (
            f"{each.holder} {each.address}",
            ("?" if each.reasons else "") + signs[each.direction],
            each.name or "?",
            each.division,
        )
        for each in report.changes or ()
        if each.kind is ChangeKind.PERMISSION and each.holder != "client"
    }


def changed(path: Path, prior: Sequence[Json], changes: Sequence[Json], **more: Any) -> Report:
    configuration = more.pop("configuration", None)
    document = plan(changes, configuration, prior_state=shown(*prior), **more)
    return diff(written(path / "plan.json", document), environ={})


AGENT, TEAM = f"user {USERS}.agent", f"group {GROUPS}.team"


def test_a_state_says_who_has_a_role_that_changes(tmp_path: Path) -> None:
    persons = (
        resource(USERS, "agent", held((ROLE_ID, []))),
        resource(GROUPS, "team", held((ROLE_ID, ["*", SITE_ID]), group=True)),
    )
    sides = [
        written(tmp_path / name, shown(resource(ROLE, "r", role_values(*permissions)), *persons))
        for name, permissions in (("before.json", [VIEW]), ("after.json", [VIEW, EDIT]))
    ]
    assert told(diff(*sides, environ={})) == {
        (AGENT, "+", EDIT, "home"),
        (TEAM, "+", EDIT, "*"),
        (TEAM, "+", EDIT, SITE_ID),
    }


def state_file(*resources: tuple[str, str, Json]) -> Json:
    return {
        "version": 4,
        "serial": 1,
        "lineage": "x",
        "resources": [
            {
                "mode": "managed",
                "type": kind,
                "name": name,
                "instances": [{"attributes": values, "sensitive_attributes": []}],
            }
            for kind, name, values in resources
        ],
    }


def test_a_state_file_says_it_too(tmp_path: Path) -> None:
    sides = [
        written(
            tmp_path / name,
            state_file(
                (ROLE, "r", role_values(*permissions)),
                (DIVISION, "site", {"id": SITE_ID, "name": "Site", "home": False}),
                (USERS, "agent", held((ROLE_ID, [SITE_ID]))),
            ),
        )
        for name, permissions in (("before.json", [VIEW]), ("after.json", []))
    ]
    assert told(diff(*sides, environ={})) == {(AGENT, "-", VIEW, SITE_ID)}


def test_a_plan_says_who_has_a_role_that_changes(tmp_path: Path) -> None:
    old, new = role_values(VIEW), role_values(VIEW, EDIT)
    agent = held((ROLE_ID, []))
    team = held((ROLE_ID, ["*"]), group=True)
    report = changed(
        tmp_path,
        [resource(ROLE, "r", old), resource(USERS, "agent", agent), resource(GROUPS, "team", team)],
        [
            updated(ROLE, "r", old, new),
            updated(USERS, "agent", agent, agent),
            updated(GROUPS, "team", team, team),
        ],
    )
    assert told(report) == {(AGENT, "+", EDIT, "home"), (TEAM, "+", EDIT, "*")}


def test_who_is_left_out_by_target_has_the_role_all_the_same(tmp_path: Path) -> None:
    old, new = role_values(VIEW), role_values(EDIT)
    report = changed(
        tmp_path,
        [resource(ROLE, "r", old), resource(USERS, "agent", held((ROLE_ID, [])))],
        [updated(ROLE, "r", old, new)],
        complete=False,
    )
    assert told(report) == {(AGENT, "+", EDIT, "home"), (AGENT, "-", VIEW, "home")}


def test_a_client_that_is_left_out_by_target_has_its_changed_role(tmp_path: Path) -> None:
    old, new = role_values(VIEW), role_values(EDIT)
    client = {
        "id": USER_ID,
        "name": "c",
        "authorized_grant_type": "CLIENT-CREDENTIALS",
        "roles": [{"role_id": ROLE_ID, "division_id": "*"}],
    }
    report = changed(
        tmp_path,
        [resource(ROLE, "r", old), resource("genesyscloud_oauth_client", "c", client)],
        [updated(ROLE, "r", old, new)],
        complete=False,
    )
    found = {(c.direction, c.name) for c in report.changes or () if c.kind == "permission"}
    assert found == {("gain", EDIT), ("loss", VIEW)}


def test_a_role_and_a_division_more_of_a_user(tmp_path: Path) -> None:
    before, after = held((ROLE_ID, [])), held((ROLE_ID, ["*"]), (OTHER_ID, [SITE_ID]))
    roles = [
        ("r", role_values(VIEW)),
        ("other", role_values(EDIT, role_id=OTHER_ID, name="other")),
    ]
    report = changed(
        tmp_path,
        [*(resource(ROLE, *each) for each in roles), resource(USERS, "agent", before)],
        [
            *(updated(ROLE, name, values, values) for name, values in roles),
            updated(USERS, "agent", before, after),
        ],
    )
    assert told(report) == {(AGENT, "+", VIEW, "*"), (AGENT, "+", EDIT, SITE_ID)}


def test_a_role_that_the_plan_makes_is_known_by_its_reference(tmp_path: Path) -> None:
    site = change("site", {"name": "Site", "home": False}, {"id": True}, type_=DIVISION)
    made = change("new", role_values(EDIT, role_id=None, name="new"), {"id": True}, type_=ROLE)
    before = held((ROLE_ID, []))
    after = {
        **before,
        "roles": [{"role_id": ROLE_ID, "division_ids": []}, {"division_ids": [None, "*"]}],
    }
    agent = updated(USERS, "agent", before, after)
    agent["change"]["after_unknown"] = {
        "roles": [{"division_ids": []}, {"role_id": True, "division_ids": [True, False]}]
    }
    known = role_values(VIEW)
    blocks = [
        {"role_id": constant(ROLE_ID)},
        {"role_id": refs(f"{ROLE}.new.id"), "division_ids": refs(f"{DIVISION}.site.id")},
    ]
    report = changed(
        tmp_path,
        [resource(ROLE, "r", known), resource(USERS, "agent", before)],
        [site, made, updated(ROLE, "r", known, known), agent],
        configuration={"resources": [configured("agent", blocks, type_=USERS)]},
    )
    assert told(report) == {
        (AGENT, "+", EDIT, f"{DIVISION}.site.id"),
        (AGENT, "+", EDIT, "*"),
    }


def test_a_role_that_no_reference_tells_may_be_any(tmp_path: Path) -> None:
    before = held((ROLE_ID, []))
    agent = updated(USERS, "agent", before, {**before, "roles": [{"division_ids": []}]})
    agent["change"]["after_unknown"] = {"roles": [{"role_id": True, "division_ids": []}]}
    known = role_values(VIEW)
    report = changed(
        tmp_path,
        [resource(ROLE, "r", known), resource(USERS, "agent", before)],
        [updated(ROLE, "r", known, known), agent],
        configuration={
            "resources": [configured("agent", [{"role_id": refs("local.role")}], type_=USERS)]
        },
    )
    assert {(who, sign) for who, sign, _, _ in told(report)} == {(AGENT, "?+"), (AGENT, "?-")}


def test_a_sensitive_role_of_a_user_is_not_shown(tmp_path: Path) -> None:
    before, after = held((ROLE_ID, [])), held((OTHER_ID, [SITE_ID]))
    agent = updated(USERS, "agent", before, after, sensitive={"roles": True})
    report = changed(tmp_path, [resource(USERS, "agent", before)], [agent])
    assert not report.errors
    assert OTHER_ID not in repr(report.changes)
    assert SITE_ID not in repr(report.changes)


def test_a_user_whom_a_plan_gives_roles_first_may_have_them_already(tmp_path: Path) -> None:
    known = role_values(VIEW)
    after = held((ROLE_ID, []))
    made = change("agent", after, {"id": True}, type_=USERS)
    report = changed(
        tmp_path, [resource(ROLE, "r", known)], [updated(ROLE, "r", known, known), made]
    )
    assert told(report) == {(AGENT, "?+", VIEW, "home")}
    assert not [each for each in report.changes or () if each.kind is ChangeKind.CLIENT]
    (reason,) = {each.reasons for each in report.changes or ()}
    assert [each.reference for each in reason] == [f"what the user of {USERS}.agent has already"]


@pytest.mark.parametrize("actions", [["update"], ["delete", "create"]])
def test_roles_that_go_to_another_user_are_no_loss_of_the_first(
    tmp_path: Path, actions: list[str]
) -> None:
    known = role_values(VIEW)
    agent = updated(
        USERS, "agent", held((ROLE_ID, [])), held((ROLE_ID, []), who=OTHER_USER), actions=actions
    )
    report = changed(
        tmp_path,
        [resource(ROLE, "r", known), resource(USERS, "agent", held((ROLE_ID, [])))],
        [updated(ROLE, "r", known, known), agent],
    )
    assert told(report) == {(AGENT, "?+", VIEW, "home")}


def test_a_user_under_another_address_is_the_same_user(tmp_path: Path) -> None:
    known, roles = role_values(VIEW), held((ROLE_ID, []))
    gone = updated(USERS, "agent", roles, roles, actions=["delete"])
    gone["change"]["after"] = None
    report = changed(
        tmp_path,
        [resource(ROLE, "r", known), resource(USERS, "agent", roles)],
        [
            updated(ROLE, "r", known, known),
            gone,
            change("other", roles, {"id": True}, type_=USERS),
        ],
    )
    assert report.changes == ()


@pytest.mark.parametrize("action", ["delete", "forget"])
def test_a_user_whom_terraform_gives_up_keeps_what_it_has(tmp_path: Path, action: str) -> None:
    known, roles = role_values(VIEW), held((ROLE_ID, []))
    gone = updated(USERS, "agent", roles, roles, actions=[action])
    gone["change"]["after"] = None
    report = changed(
        tmp_path,
        [resource(ROLE, "r", known), resource(USERS, "agent", roles)],
        [updated(ROLE, "r", known, known), gone],
    )
    assert report.changes == ()


def test_a_folder_and_its_state_say_the_same(tmp_path: Path) -> None:
    persons = given("user", "agent", f"{ROLE}.r.id") + given("group", "team", f"{ROLE}.r.id", '"*"')
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "main.tf").write_text(role("r", VIEW, EDIT) + persons, encoding="utf-8")
    state = shown(
        resource(ROLE, "r", role_values(VIEW)),
        resource(USERS, "agent", held((ROLE_ID, []), who="u")),
        resource(GROUPS, "team", held((ROLE_ID, ["*"]), who="u", group=True)),
    )
    report = diff(written(tmp_path / "state.json", state), str(folder), environ={})
    assert told(report) == {(AGENT, "+", EDIT, "home"), (TEAM, "+", EDIT, "*")}


def test_divisions_of_a_folder_are_those_that_it_defines(tmp_path: Path) -> None:
    def side(name: str, *permissions: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        text = (
            role("r", *permissions)
            + f'resource "{DIVISION}" "site" {{\n  name = "Site"\n}}\n'
            + 'data "genesyscloud_auth_division_home" "home" {}\n'
            + given("user", "agent", f"{ROLE}.r.id", f"{DIVISION}.site.id")
            + given("user", "other", f"{ROLE}.r.id", "data.genesyscloud_auth_division_home.home.id")
        )
        (folder / "main.tf").write_text(text, encoding="utf-8")
        return str(folder)

    report = diff(side("before", VIEW), side("after", VIEW, EDIT), environ={})
    assert told(report) == {
        (AGENT, "+", EDIT, f"{DIVISION}.site.id"),
        (f"user {USERS}.other", "+", EDIT, "home"),
    }


def test_the_operator_of_a_plan_holds_what_it_grants_to_users(tmp_path: Path) -> None:
    known = role_values(VIEW)
    made = change("agent", held((ROLE_ID, ["*"])), {"id": True}, type_=USERS)
    document = plan([updated(ROLE, "r", known, known), made], prior_state=shown())
    report = operator([written(tmp_path / "plan.json", document)], environ={})
    assert report.exit_code is ExitCode.OK
    assert report.operator is not None
    (need,) = [each for each in report.operator.needs if each.permission == VIEW]
    assert (need.phase, need.address, need.division) == ("grant", f"{USERS}.agent", "*")
