"""A role known by its id, and a state that has it: the result after the next apply."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.sources import plans
from toolkit.model.findings import Result, Verdict
from toolkit.model.report import Report
from toolkit.workflows import check, inventory

ID = "10000000-0000-4000-8000-000000000001"
OTHER_ID = "10000000-0000-4000-8000-000000000002"
ADDRESS = "genesyscloud_auth_role.starter"
POLICY = """version: 1
name: p
rules:
  - id: R
    title: t
    clients: {name: [recorder]}
    require: {permissions: {all_of: ["recording:x:view"]}}
checks: {client-without-roles: off, unpublished-permission: off}
"""
KNOWN = f'roles: [{{id: "{ID}", permissions: ["recording:x:view"]}}]\n'
CLIENT = """
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  %s
}
"""
BY_ID = CLIENT % f'roles {{ role_id = "{ID}" }}'
#: No plan shows what a `dynamic` block makes.
BY_DYNAMIC = (
    CLIENT
    % f"""dynamic "roles" {{
    for_each = ["{ID}"]
    content {{ role_id = roles.value }}
  }}"""
)


def role(
    actions: str = "view", name: str = "Starter", label: str = "starter", more: str = ""
) -> str:
    return f"""
resource "genesyscloud_auth_role" "{label}" {{
  name = "{name}"
  {more}
  permission_policies {{
    domain      = "recording"
    entity_name = "x"
    action_set  = ["{actions}"]
  }}
}}
"""


def in_state(
    action: str = "view",
    *,
    name: str = "Starter",
    label: str = "starter",
    module: str = "",
    key: int | str | None = None,
    id_: str = ID,
    **more: Any,
) -> dict[str, Any]:
    policy = {"domain": "recording", "entity_name": "x", "action_set": [action], "conditions": []}
    known = {"id": id_, "name": name, "permission_policies": [policy]}
    return resource("genesyscloud_auth_role", label, known, module=module, key=key, **more)


def resource(
    kind: str,
    label: str,
    attributes: Any,
    *,
    module: str = "",
    key: int | str | None = None,
    **more: Any,
) -> dict[str, Any]:
    instance = {"attributes": attributes, **more, **({} if key is None else {"index_key": key})}
    found = {"mode": "managed", "type": kind, "name": label, "instances": [instance]}
    return {**found, **({"module": module} if module else {})}


def client_in_state(name: str = "recorder") -> dict[str, Any]:
    known = {"name": name, "authorized_grant_type": "CLIENT-CREDENTIALS", "roles": []}
    return resource("genesyscloud_oauth_client", "recorder", known)


def state(*resources: Mapping[str, Any]) -> str:
    return json.dumps({"version": 4, "resources": resources})


@pytest.fixture(params=["beside", "named", "named elsewhere"])
def judged(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Report]:
    """Check a root with its own state: one in its folder, or one that is also a source."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, found: str, files: Mapping[str, str] | None = None) -> Report:
        (tmp_path / "root").mkdir()
        for path, content in {"main.tf": text, **(files or {})}.items():
            (tmp_path / "root" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "root" / path).write_text(content)
        place = "pulled.json" if request.param == "named elsewhere" else "root/terraform.tfstate"
        (tmp_path / place).write_text(found)
        return report_on("root", *([] if request.param == "beside" else [place]))

    return run


def report_on(*sources: str, policy: str = POLICY, **options: Any) -> Report:
    Path("policy.yaml").write_text(policy)
    report = check(sources, policies=["policy.yaml"], **options)
    assert not report.errors
    return report


def result(report: Report, root: str = "root") -> Result:
    (found,) = [each for each in report.results if (each.rule, each.root) == ("R", root)]
    return found


def notes(report: Report, code: str) -> list[str]:
    return [note.message for note in report.notes if note.code == code]


def assert_unknown(found: Result, reference: str, decided_by: str | None = None) -> None:
    assert found.verdict is Verdict.UNKNOWN
    assert [each.reference for each in found.reasons] == [reference]
    wanted = decided_by or "a reference to a role that stays, in place of the id"
    assert [each.decided_by for each in found.reasons] == [wanted]


def test_what_is_written_for_the_role_decides_and_not_its_state(
    judged: Callable[..., Report],
) -> None:
    report = judged(BY_ID + role("edit"), state(in_state("view"), client_in_state()))
    assert result(report).verdict is Verdict.FAIL
    (told,) = notes(report, "role-by-id")
    assert told == (
        f"root: {ADDRESS}: a client names the role by its id, which its state has; what is written "
        "here decides what it grants."
    )


def test_the_role_that_is_written_has_the_id_of_its_state(folder: Path) -> None:
    (folder / "root/main.tf").write_text(BY_ID + role("edit"))
    (folder / "root/terraform.tfstate").write_text(state(in_state()))
    (found,) = inventory("root").inventories
    (granted,) = (grant.role for client in found.clients for grant in client.grants)
    assert (granted.id, granted.address, granted.name) == (ID, ADDRESS, "Starter")
    assert [each.pattern for each in granted.permissions] == ["recording:x:edit"]
    assert granted.location is not None
    assert granted.location.path == "root/main.tf"


def test_what_is_written_grants_more_than_the_state(judged: Callable[..., Report]) -> None:
    report = judged(BY_ID + role("view"), state(in_state("edit"), client_in_state()))
    found = result(report)
    assert found.verdict is Verdict.PASS
    assert found.held_through[0].role == ADDRESS


# Elsewhere, a state that has only the role does not show which root it belongs to.
@pytest.mark.parametrize(
    ("judged", "others"),
    [
        ("beside", []),
        ("named", []),
        *((place, [client_in_state()]) for place in ("beside", "named", "named elsewhere")),
    ],
    indirect=["judged"],
)
def test_a_role_that_is_no_longer_written_is_destroyed(
    judged: Callable[..., Report], others: list[dict[str, Any]]
) -> None:
    report = judged(BY_ID, state(in_state(), *others))
    assert_unknown(result(report), f"{ADDRESS}, which the next apply destroys")
    (told,) = notes(report, "role-ends")
    assert told == (
        f"root: {ADDRESS}: a client names the role by its id, and nobody defines it after the "
        "next apply, so what it grants is not known."
    )


def test_a_tainted_role_is_replaced(judged: Callable[..., Report]) -> None:
    report = judged(BY_ID + role(), state(in_state(status="tainted"), client_in_state()))
    assert_unknown(result(report), f"{ADDRESS}, which the next apply replaces")
    assert notes(report, "role-ends")
    assert any(f"{ADDRESS} is tainted" in each for each in notes(report, "tainted"))


def test_an_object_that_is_only_left_to_be_destroyed_is_gone(
    judged: Callable[..., Report],
) -> None:
    found = in_state(id_=OTHER_ID)
    found["instances"].append({**in_state()["instances"][0], "deposed": "ab12cd34"})
    report = judged(BY_ID + role(), state(found, client_in_state()))
    assert_unknown(result(report), f"{ADDRESS}, which the next apply destroys")


def test_a_role_of_one_tool_alone_may_not_stay(judged: Callable[..., Report]) -> None:
    report = judged(BY_ID, state(in_state(), client_in_state()), {"roles.tofu": role()})
    decided_by = "--terraform-version or --tofu-version"
    assert_unknown(result(report), "the version that runs this root module", decided_by)


def test_a_policy_that_knows_the_role_does_not_keep_it(folder: Path) -> None:
    (folder / "root/main.tf").write_text(BY_ID)
    assert result(report_on("root", policy=POLICY + KNOWN)).verdict is Verdict.PASS
    (folder / "root/terraform.tfstate").write_text(state(in_state(), client_in_state()))
    report = report_on("root", policy=POLICY + KNOWN)
    assert_unknown(result(report), f"{ADDRESS}, which the next apply destroys")


def test_a_moved_role_is_the_one_at_its_new_address(judged: Callable[..., Report]) -> None:
    moved = f"moved {{\n  from = {ADDRESS}\n  to = genesyscloud_auth_role.now\n}}\n"
    text = BY_ID + role("edit", label="now") + moved
    report = judged(text, state(in_state(), client_in_state()))
    assert result(report).verdict is Verdict.FAIL
    assert "genesyscloud_auth_role.now" in notes(report, "role-by-id")[0]


def test_a_move_to_where_another_object_is_does_not_happen(judged: Callable[..., Report]) -> None:
    moved = f"moved {{\n  from = {ADDRESS}\n  to = genesyscloud_auth_role.now\n}}\n"
    taken = in_state(label="now", name="Now", id_=OTHER_ID)
    text = BY_ID + role(label="now", name="Now") + moved
    report = judged(text, state(in_state(), taken, client_in_state()))
    assert_unknown(result(report), f"{ADDRESS}, which the next apply destroys")


def test_a_role_that_terraform_forgets_goes_on_as_it_is(judged: Callable[..., Report]) -> None:
    removed = f"removed {{\n  from = {ADDRESS}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
    report = judged(BY_ID + removed, state(in_state(), client_in_state()))
    assert result(report).verdict is Verdict.PASS


def test_a_role_in_a_module_is_found_by_its_whole_address(judged: Callable[..., Report]) -> None:
    text = BY_ID + 'module "m" {\n  source   = "./m"\n  for_each = toset(["a"])\n}\n'
    found = in_state(module='module.m["a"]', key="k")
    inner = role("edit", more='for_each = toset(["k"])')
    report = judged(text, state(found, client_in_state()), {"m/main.tf": inner})
    assert result(report).verdict is Verdict.FAIL


def test_a_role_in_a_module_that_cannot_be_read_may_stay(judged: Callable[..., Report]) -> None:
    text = BY_ID + 'module "m" {\n  source = "acme/roles/genesyscloud"\n}\n'
    report = judged(text, state(in_state(module="module.m"), client_in_state()))
    found = result(report)
    assert found.verdict is Verdict.UNKNOWN
    assert [each.reference for each in found.reasons] == [f"whether module.m.{ADDRESS} stays"]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("count = var.n", 0),
        ("for_each = var.n", "a"),
        ("lifecycle {\n    enabled = var.n\n  }", None),
    ],
    ids=["count", "for_each", "enabled"],
)
def test_a_role_that_may_not_be_made_may_not_stay(
    judged: Callable[..., Report], more: str, key: int | str | None
) -> None:
    text = BY_ID + role(more=more) + 'variable "n" {}\n'
    files = {"is_opentofu.tofu": ""} if "enabled" in more else {}
    found = result(judged(text, state(in_state(key=key), client_in_state()), files))
    assert_unknown(found, "var.n", "--var, --var-file or a plan")


def test_a_role_under_its_reference_and_its_id_is_one_role(judged: Callable[..., Report]) -> None:
    both = f'roles {{ role_id = "{ID}" }}\n  roles {{ role_id = {ADDRESS}.id }}'
    report = judged(CLIENT % both + role("edit"), state(in_state(), client_in_state()))
    assert result(report).verdict is Verdict.FAIL


# States of other roots


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "root").mkdir()
    (tmp_path / "other").mkdir()
    return tmp_path


@pytest.mark.parametrize("is_source", [False, True])
def test_a_state_of_another_root_decides(folder: Path, is_source: bool) -> None:
    (folder / "root/main.tf").write_text(BY_ID)
    (folder / "other/main.tf").write_text(role())
    (folder / "other/terraform.tfstate").write_text(state(in_state()))
    more = ["other"] if is_source else []
    report = report_on("root", *more, "other/terraform.tfstate")
    assert result(report).verdict is Verdict.PASS
    assert not notes(report, "role-ends")


def test_a_tainted_role_of_another_root_is_replaced_too(folder: Path) -> None:
    (folder / "root/main.tf").write_text(BY_ID)
    (folder / "other/terraform.tfstate").write_text(state(in_state(status="tainted")))
    report = report_on("root", "other/terraform.tfstate")
    assert_unknown(result(report), f"{ADDRESS}, which the next apply replaces")


def test_an_address_that_two_roots_have_says_nothing_by_itself(folder: Path) -> None:
    (folder / "root/main.tf").write_text(BY_ID + role("view", name="Ours"))
    (folder / "pulled.json").write_text(state(in_state("edit", name="Theirs")))
    report = report_on("root", "pulled.json")
    found = result(report)
    assert found.verdict is Verdict.UNKNOWN
    (folder / "pulled.json").write_text(state(in_state("view", name="Theirs")))
    assert result(report_on("root", "pulled.json")).verdict is Verdict.PASS


def test_the_state_of_another_source_is_not_that_of_this_root(folder: Path) -> None:
    (folder / "root/main.tf").write_text(BY_ID + role("edit", name="Ours"))
    (folder / "other/main.tf").write_text(role("view", name="Theirs"))
    (folder / "other/terraform.tfstate").write_text(state(in_state("view", name="Theirs")))
    report = report_on("root", "other", "other/terraform.tfstate")
    assert result(report).verdict is Verdict.PASS


def test_a_role_that_two_roots_define_grants_what_both_say(folder: Path) -> None:
    here = role("edit", label="mine")
    (folder / "root/main.tf").write_text(BY_ID + here)
    (folder / "other/main.tf").write_text(role("view"))
    (folder / "other/terraform.tfstate").write_text(state(in_state("view")))
    report = report_on("root", "other", "other/terraform.tfstate")
    assert result(report).verdict is Verdict.UNKNOWN


def test_a_role_in_two_states_grants_what_both_say(folder: Path) -> None:
    (folder / "root/main.tf").write_text(BY_ID)
    (folder / "one.json").write_text(state(in_state("view", label="a")))
    (folder / "two.json").write_text(state(in_state("edit", label="b")))
    report = report_on("root", "one.json", "two.json")
    assert result(report).verdict is Verdict.UNKNOWN
    (folder / "two.json").write_text(state(in_state("view", label="b")))
    assert result(report_on("root", "one.json", "two.json")).verdict is Verdict.PASS


def test_the_state_of_a_workspace_is_that_of_its_root(folder: Path) -> None:
    (folder / "root/main.tf").write_text(BY_ID + role("edit"))
    place = folder / "root/terraform.tfstate.d/prod"
    place.mkdir(parents=True)
    (place / "terraform.tfstate").write_text(state(in_state("view", name="Before")))
    report = report_on("root", "root/terraform.tfstate.d/prod/terraform.tfstate")
    assert result(report).verdict is Verdict.FAIL


def test_standard_input_lies_in_no_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "root")
    Path("main.tf").write_text(BY_ID)
    report = report_on(".", "-", stdin=state(in_state()).encode())
    assert result(report, ".").verdict is Verdict.PASS


# Exports


def test_an_own_file_named_as_an_exporters_does_not_loosen_it(folder: Path) -> None:
    (folder / "root/genesyscloud.tf").write_text(BY_ID)
    (folder / "root/terraform.tfstate").write_text(state(in_state(), client_in_state()))
    assert_unknown(result(report_on("root")), f"{ADDRESS}, which the next apply destroys")


def test_a_role_that_is_left_out_of_an_export_with_roles_ends(folder: Path) -> None:
    (folder / "root/genesyscloud.tf").write_text(BY_ID + role(label="kept", name="Kept"))
    flat = {"id": ID, "name": "Starter", "permission_policies.#": "0"}
    kept = {"id": OTHER_ID, "name": "Kept", "permission_policies.#": "0"}
    found = [
        {
            "mode": "managed",
            "type": "genesyscloud_auth_role",
            "name": name,
            "instances": [{"attributes_flat": each}],
        }
        for name, each in (("starter", flat), ("kept", kept))
    ]
    (folder / "root/terraform.tfstate").write_text(state(*found))
    assert_unknown(result(report_on("root")), f"{ADDRESS}, which the next apply destroys")


# Plans


def planned(*changes: dict[str, Any]) -> str:
    granted = plans.client("recorder", [{"role_id": ID, "division_id": None}], [{}])
    return json.dumps(plans.plan([granted, *changes]))


def role_change(actions: Sequence[str], after: Mapping[str, Any] | None) -> dict[str, Any]:
    policy = {"domain": "recording", "entity_name": "x", "action_set": ["view"], "conditions": []}
    before = {"id": ID, "name": "Starter", "permission_policies": [policy]}
    change = plans.change("starter", type_="genesyscloud_auth_role", actions=actions)
    unknown = {} if after is None else {"id": True}
    known = None if after is None else {"name": "Starter", "permission_policies": [policy]}
    change["change"] |= {"before": before, "after": known, "after_unknown": unknown}
    return change


ENDING: list[tuple[list[str], Any, str]] = [
    (["delete"], None, "destroys"),
    (["delete", "create"], {}, "replaces"),
    (["create", "delete"], {}, "replaces"),
]


@pytest.mark.parametrize(("actions", "after", "verb"), ENDING, ids=["delete", "replace", "before"])
@pytest.mark.parametrize("other", [None, "other/terraform.tfstate", "root/terraform.tfstate"])
def test_nothing_decides_a_role_that_the_plan_ends(
    folder: Path, actions: list[str], after: Any, verb: str, other: str | None
) -> None:
    (folder / "plan.json").write_text(planned(role_change(actions, after)))
    if other:
        (folder / other).write_text(state(in_state()))
    report = report_on("plan.json", *([other] if other else []))
    found = result(report, "plan.json")
    assert_unknown(found, f"{ADDRESS}, which the next apply {verb}")


@pytest.mark.parametrize(("actions", "after", "verb"), ENDING, ids=["delete", "replace", "before"])
def test_nothing_is_granted_in_a_division_that_the_plan_ends(
    folder: Path, actions: list[str], after: Any, verb: str
) -> None:
    address = 'genesyscloud_auth_division.site ("Site")'
    granted = plans.client("recorder", [{"role_id": ID, "division_id": OTHER_ID}], [{}])
    ending = plans.change("site", type_="genesyscloud_auth_division", actions=actions)
    ending["change"] |= {
        "before": {"id": OTHER_ID, "name": "Site", "home": False},
        "after": None if after is None else {"name": "Site", "home": False},
        "after_unknown": {} if after is None else {"id": True},
    }
    (folder / "plan.json").write_text(json.dumps(plans.plan([granted, ending])))
    found = result(report_on("plan.json", policy=POLICY + KNOWN), "plan.json")
    decided_by = "a reference to a division that stays, in place of the id"
    assert_unknown(found, f"{address}, which the next apply {verb}", decided_by)


def test_a_deposed_object_of_a_plan_is_gone(folder: Path) -> None:
    gone = {**role_change(["delete"], None), "deposed": "ab12cd34"}
    (folder / "plan.json").write_text(planned(gone))
    (folder / "old.json").write_text(state(in_state()))
    for sources in (["plan.json"], ["plan.json", "old.json"]):
        found = result(report_on(*sources, policy=POLICY + KNOWN), "plan.json")
        assert_unknown(found, f"{ADDRESS}, which the next apply destroys")


def test_a_deposed_object_of_a_shown_state_is_gone(folder: Path) -> None:
    (folder / "root/main.tf").write_text(BY_ID)
    shown = {
        "address": ADDRESS,
        "mode": "managed",
        "type": "genesyscloud_auth_role",
        "name": "starter",
        "values": {"id": ID, "name": "Starter"},
        "deposed_key": "ab12cd34",
    }
    document = {"format_version": "1.0", "values": {"root_module": {"resources": [shown]}}}
    (folder / "root/state.json").write_text(json.dumps(document))
    found = result(report_on("root", "root/state.json"))
    assert_unknown(found, f"{ADDRESS}, which the next apply destroys")


def test_a_role_that_the_plan_forgets_goes_on_as_it_is(folder: Path) -> None:
    (folder / "plan.json").write_text(planned(role_change(["forget"], None)))
    assert result(report_on("plan.json"), "plan.json").verdict is Verdict.PASS


def test_a_state_of_another_time_than_the_plan_decides_nothing(folder: Path) -> None:
    (folder / "plan.json").write_text(planned())
    (folder / "old.json").write_text(state(in_state(), client_in_state()))
    report = report_on("plan.json", "old.json")
    assert_unknown(result(report, "plan.json"), f"{ADDRESS}, which the plan does not have")


def test_a_state_of_another_root_decides_for_a_plan(folder: Path) -> None:
    (folder / "plan.json").write_text(planned())
    (folder / "other.json").write_text(state(in_state()))
    assert result(report_on("plan.json", "other.json"), "plan.json").verdict is Verdict.PASS


@pytest.mark.parametrize("with_state", [False, True])
def test_a_source_that_completes_a_plan_does_not_loosen_it(folder: Path, with_state: bool) -> None:
    (folder / "root/main.tf").write_text(BY_DYNAMIC)
    granted = plans.change(
        "recorder",
        {"name": "recorder", "authorized_grant_type": "CLIENT-CREDENTIALS"},
        {"roles": True},
    )
    made = plans.plan(
        [granted, role_change(["delete"], None)],
        {"resources": [plans.configured("recorder")]},
    )
    (folder / "plan.json").write_text(json.dumps(made))
    (folder / "state.json").write_text(state(in_state()))
    sources = ["plan.json", *(["state.json"] if with_state else [])]
    report = report_on(*sources, source_dir="root")
    assert_unknown(result(report, "plan.json"), f"{ADDRESS}, which the next apply destroys")
