"""`diff` reports roles: new and removed ones, and those with holders outside the Terraform."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.plans import change
from tests.workflows.test_diff import R, client, compared, given, holds, role
from tests.workflows.test_diff_holders import (
    ROLE_ID,
    changed,
    resource,
    role_values,
    shown,
    updated,
    written,
)
from toolkit.model.changes import ChangeKind
from toolkit.model.report import Report
from toolkit.reporters import markdown
from toolkit.reporters.text import render
from toolkit.workflows import diff

VIEW, EDIT = "recording:annotation:view", "recording:annotation:edit"
ADOPTS = '  default_role_id = "employee"\n'
MOVED = "moved {\n  from = genesyscloud_auth_role.r\n  to = genesyscloud_auth_role.s\n}\n"
IMPORT = 'import {\n  to = genesyscloud_auth_role.r\n  id = "x"\n}\n'
REMOVED = (
    "removed {\n  from = genesyscloud_auth_role.r\n  lifecycle {\n    destroy = false\n  }\n}\n"
)


def adopted(*permissions: str) -> str:
    return role("r", *permissions).replace('"r"\n', f'"r"\n{ADOPTS}')


def told(report: Report) -> set[str]:
    assert not report.errors
    return {
        f"{'?' if each.reasons else ''}{'+' if each.direction == 'gain' else '-'} "
        f"{each.kind} {each.name or '?'} {each.identity}"
        for each in report.changes or ()
        if each.holder == "role" and each.kind is not ChangeKind.OPERATION
    }


CASES = {
    "a role that nobody here has": (
        role("r", VIEW),
        role("r", VIEW, EDIT),
        {f"+ permission {EDIT} same"},
    ),
    "a role of the platform, which others have": (
        adopted(VIEW) + holds("c", R),
        adopted(EDIT) + holds("c", R),
        {f"+ permission {EDIT} same", f"- permission {VIEW} same"},
    ),
    "a role of the platform that is made ours": ("", adopted(VIEW), {f"?+ permission {VIEW} same"}),
    "a role of the platform that is let go": (adopted(VIEW), "", {f"?- permission {VIEW} same"}),
    "a role of a client, whose gain is told": (
        role("r", VIEW) + holds("c", R),
        role("r", EDIT) + holds("c", R),
        set(),
    ),
    "a role of a user, whose gain is told": (
        role("r", VIEW) + given("user", "u", R),
        role("r", EDIT) + given("user", "u", R),
        set(),
    ),
    "a new role": (
        "",
        role("r", "our:own:*"),
        {"+ role genesyscloud_auth_role.r new", "+ permission our:own:* new"},
    ),
    "a new role of a client": (
        client("c", 'scopes = ["users"]'),
        role("r", VIEW) + client("c", 'scopes = ["users"]') + holds("d", R),
        {"+ role genesyscloud_auth_role.r new"},
    ),
    "a role that goes": (
        role("r", VIEW),
        "",
        {"- role genesyscloud_auth_role.r gone", f"- permission {VIEW} gone"},
    ),
    "a role under another address": (
        role("r", VIEW),
        role("s", VIEW, name="r"),
        {"+ role genesyscloud_auth_role.s replaced", "- role genesyscloud_auth_role.r replaced"},
    ),
    "a role that moves": (role("r", VIEW), role("s", VIEW, name="r") + MOVED, set()),
    "a role that is imported": ("", role("r", VIEW) + IMPORT, set()),
    "a role that is let go": (role("r", VIEW), REMOVED, set()),
    "a role in other words": (
        role("r", VIEW, EDIT),
        'locals {\n  actions = ["edit", "view"]\n}\n'
        'resource "genesyscloud_auth_role" "r" {\n  name = "r"\n  permission_policies {\n'
        '    domain = "recording"\n    entity_name = "annotation"\n'
        "    action_set = local.actions\n  }\n}\n",
        set(),
    ),
    "a role with a permission that is not known": (
        role("r", VIEW),
        'variable "a" {\n  type = string\n}\n'
        + role("r", VIEW, EDIT).replace('["edit"]', "[var.a]"),
        {"?+ permission ? same"},
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), CASES.values(), ids=list(CASES))
def test_what_changes_of_roles(tmp_path: Path, before: str, after: str, expected: set[str]) -> None:
    other = client("other", 'scopes = ["users"]')
    assert told(compared(tmp_path, before + other, after + other)) == expected


def test_a_plan_tells_of_them_too(tmp_path: Path) -> None:
    old, new = role_values(VIEW), role_values(VIEW, EDIT)
    report = changed(tmp_path, [resource("genesyscloud_auth_role", "r", old)],
                     [updated("genesyscloud_auth_role", "r", old, new)])  # fmt: skip
    assert told(report) == {f"+ permission {EDIT} same"}
    replaced = updated("genesyscloud_auth_role", "r", old, old, actions=["delete", "create"])
    replaced["change"] |= {"after": role_values(VIEW, role_id=None), "after_unknown": {"id": True}}
    report = changed(tmp_path, [resource("genesyscloud_auth_role", "r", old)], [replaced])
    assert told(report) == {
        "+ role genesyscloud_auth_role.r replaced",
        "- role genesyscloud_auth_role.r replaced",
    }
    made = change(
        "n", role_values(EDIT, role_id=None, name="n"), {"id": True}, type_="genesyscloud_auth_role"
    )
    report = changed(tmp_path, [], [made])
    assert told(report) == {"+ role genesyscloud_auth_role.n new", f"+ permission {EDIT} new"}


def test_states_tell_of_them_too(tmp_path: Path) -> None:
    sides = [
        written(tmp_path / name, shown(resource("genesyscloud_auth_role", "r", values)))
        for name, values in (("a.json", role_values(VIEW)), ("b.json", role_values(EDIT)))
    ]
    assert told(diff(*sides, environ={})) == {
        f"+ permission {EDIT} same",
        f"- permission {VIEW} same",
    }
    assert ROLE_ID not in render(diff(*sides, environ={}))


def test_people_read_who_it_is_about(tmp_path: Path) -> None:
    report = compared(tmp_path, adopted(VIEW), adopted(VIEW, "recording:recording:*"))
    text = " ".join(render(report).split())
    assert "1 role grants more: whoever has r can now delete recordings." in text
    assert "This counts for whoever has the role, also outside of this Terraform." in text
    assert "+ permission recording:recording:*: 4 permissions today, and all" in text
    page = markdown.render(report)
    assert "### 1 role grants more: whoever has r can now delete recordings." in page
    (tmp_path / "2").mkdir()
    gone = compared(tmp_path / "2", role("r", VIEW), client("c", 'scopes = ["users"]'))
    assert "The role goes: whoever has it elsewhere loses it." in " ".join(render(gone).split())


def test_what_an_adopted_role_keeps_is_no_change(tmp_path: Path) -> None:
    text = role("r", VIEW).replace('"r"\n', '"r"\n  default_role_id = "admin"\n')
    (tmp_path / "main.tf").write_text(text)
    values = {**role_values(VIEW), "default_role_id": "admin"}
    state = shown(resource("genesyscloud_auth_role", "r", values))
    file = written(tmp_path / "state.json", state)
    for sides in ((file, str(tmp_path)), (str(tmp_path), file)):
        report = diff(*sides, environ={})
        assert (report.errors, report.changes) == ((), ())
