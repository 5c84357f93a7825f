"""Every recorded file of the real provider, with the verdict of each client, written by hand.

The verdicts follow from `recorded/main.tf`, `recorded/recorder/` and the exports, by the policy
``call-recording``: CALL001 needs the scope ``conversations``, or the permission
``conversation:call:record`` from a role; CALL002 forbids ``recording:*:delete``.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from toolkit.model.findings import Verdict
from toolkit.model.report import Report
from toolkit.reporters.json_report import render
from toolkit.workflows.run_check import check
from toolkit.workflows.source_inventory import inventory

RECORDED = Path(__file__).parent / "recorded"
POLICY = "call-recording"

P, F, U, NA = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE

#: The last part of a client's address → its verdicts for CALL001 and CALL002.
Table = dict[str, tuple[Verdict, Verdict]]

#: As in `main.tf`. No file has the permissions of the looked-up role of `with_credential`.
CREATED: Table = {
    "desktop": (P, NA),
    "exposed": (P, P),
    "site": (F, F),
    "with_credential": (U, U),
    'client["north"]': (P, P),
    'client["south"]': (P, P),
}
#: The module's roles grant `view` instead of `record`; `exposed` keeps the adopted role.
UPDATED: Table = {
    "desktop": (F, NA),
    "exposed": (P, P),
    "site": (F, F),
    "with_credential": (U, U),
    'client["north"]': (F, P),
    'client["south"]': (F, P),
    'client["east"]': (F, P),
}
RENAMED: Table = {"desk" if name == "desktop" else name: v for name, v in UPDATED.items()}
#: An org after the update, with every role exported. `north` was changed by hand.
EXPORTED: Table = {
    "bystander-machine": (P, P),
    "bystander-person": (P, NA),
    "operator": (P, F),
    "recorder-credential": (F, P),
    "recorder-desktop": (F, NA),
    "recorder-east": (F, P),
    "recorder-exposed": (P, P),
    "recorder-machine": (P, P),
    "recorder-north": (F, P),
    "recorder-person": (P, NA),
    "recorder-site": (F, F),
    "recorder-south": (F, P),
}
#: Another org.
EXPORTED_V3: Table = {
    "bystander-machine": (P, P),
    "bystander-person": (P, NA),
    "operator": (P, F),
    "recorder-analysts": (F, NA),
    "recorder-desktop": (F, NA),
    "recorder-home": (F, F),
    "recorder-machine": (P, P),
    "recorder-person": (P, NA),
    "recorder-quality": (F, NA),
    "recorder-service": (P, P),
}
FILES: dict[str, Table] = {
    "plan-create.json": CREATED,
    "plan-again.json": CREATED,
    "state.json": CREATED,
    "show-state.json": CREATED,
    "plan-update.json": UPDATED,
    "plan-drift.json": UPDATED,
    "state-updated.json": UPDATED,
    "plan-moved.json": RENAMED,
    "plan-renamed.json": RENAMED,
    "plan-replace-target.json": {"desktop": (F, NA)},
    "plan-destroy.json": {},
    "plan-refresh-only.json": {},
    "export/json": EXPORTED,
    "export/json/terraform.tfstate": EXPORTED,
    "export/hcl": EXPORTED,
    "export/hcl/terraform.tfstate": EXPORTED,
    "export/v3": EXPORTED_V3,
    "export/v3/terraform.tfstate": EXPORTED_V3,
}


def report_on(*sources: str, policy: str = POLICY) -> Report:
    report = check([str(RECORDED / source) for source in sources], policies=[policy], clients=["*"])
    assert not report.errors, report.errors
    return report


def verdicts(report: Report) -> Table:
    found: dict[str, dict[str, Verdict]] = {}
    for result in report.results:
        if result.rule in ("CALL001", "CALL002"):
            assert result.address is not None
            name = result.address.rpartition("genesyscloud_oauth_client.")[2]
            found.setdefault(name, {})[result.rule] = result.verdict
    return {name: (each["CALL001"], each["CALL002"]) for name, each in found.items()}


@pytest.mark.parametrize("file", FILES)
def test_every_client_is_judged_right(file: str) -> None:
    assert verdicts(report_on(file)) == FILES[file]


def test_an_export_of_clients_alone_is_decided_by_the_state_of_another() -> None:
    alone = report_on("export/clients")
    (result,) = [r for r in alone.results if (r.rule, r.client) == ("CALL001", "recorder-site")]
    assert "a state that has the role as a source" in result.reasons[0].decided_by
    both = report_on("export/clients", "export/json/terraform.tfstate")
    assert verdicts(both) == EXPORTED
    roots = {result.root for result in both.results}
    assert {Path(root).resolve() for root in roots if root} == {RECORDED / "export/clients"}
    (state,) = [source for source in both.sources if source.kind == "state"]
    assert state.why_not.startswith("its clients are those of ")


@pytest.mark.parametrize("form", ["clients", "hcl", "json", "v3"])
@pytest.mark.parametrize("top", ["", "export/"])
def test_a_zip_of_an_export_is_judged_as_its_folder_is(
    form: str, top: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both have the same name, so that fingerprints are equal.
    folder = tmp_path / "folder" / "export.zip" / top
    shutil.copytree(RECORDED / "export" / form, folder)
    if form == "clients":
        shutil.copy(RECORDED / "export/json/terraform.tfstate", folder)
    (tmp_path / "zip").mkdir()
    with ZipFile(tmp_path / "zip" / "export.zip", "w", ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, f"{top}{file.name}")
    told = {}
    for where in ("folder", "zip"):
        monkeypatch.chdir(tmp_path / where)
        options: dict[str, Any] = {"policies": [POLICY], "clients": ["*"]}
        report = check(["export.zip"], today=date(2026, 1, 1), **options)
        assert not report.errors
        assert verdicts(report) == (EXPORTED_V3 if form == "v3" else EXPORTED)
        told[where] = json.loads(render(report))
    assert told["zip"] == told["folder"]
    assert ("state-beside" in str(told["zip"])) == (form == "clients")


@pytest.mark.parametrize("file", ["plan-destroy.json", "plan-refresh-only.json"])
def test_plans_that_say_nothing_of_what_will_be_judge_nothing(file: str) -> None:
    report = report_on(file)
    assert not report.results
    assert all(source.why_not for source in report.sources)


def test_what_a_target_leaves_out_is_one_note() -> None:
    report = report_on("plan-replace-target.json")
    assert {result.address for result in report.results} == {"genesyscloud_oauth_client.desktop"}
    (note,) = report.notes
    assert note.code == "incomplete-plan"
    assert "genesyscloud_oauth_client.exposed" in note.message


@pytest.mark.parametrize("file", [file for file, table in FILES.items() if table])
def test_only_who_exposes_a_secret_has_it_in_state(file: str) -> None:
    fired = {r.client for r in report_on(file).results if r.rule == "secret-in-state"}
    exposes = "exposed" in FILES[file]
    assert fired == ({"recorder-exposed"} if exposes else set())


def test_a_finding_on_a_role_of_a_plan_stands_at_the_role() -> None:
    plan = RECORDED / "plan-create.json"
    report = check([str(plan)], policies=[POLICY], source_dir=str(RECORDED))
    (found,) = (each for each in report.results if each.rule == "wildcard-permission")
    assert found.location is not None
    lines = (RECORDED / "main.tf").read_text().splitlines()
    assert lines[found.location.line - 1] == 'resource "genesyscloud_auth_role" "wildcard" {'


def test_a_folder_that_a_plan_was_not_made_from_is_told() -> None:
    """The folder is as it was before the update: `desktop` has other scopes, `east` is new."""
    found = {}
    for name in ("create", "update"):
        plan = RECORDED / f"plan-{name}.json"
        report = check([str(plan)], policies=[POLICY], source_dir=str(RECORDED))
        found[name] = {
            code: [each.message for each in report.notes if each.code == code]
            for code in ("source-differs", "roles-by-reference")
        }
    assert found["create"] == {"source-differs": [], "roles-by-reference": []}
    differs = found["update"]["source-differs"]
    assert "other values than the plan for genesyscloud_oauth_client.desktop, so" in differs[0]
    assert 'lacks module.recorder.genesyscloud_oauth_client.client["east"], so' in differs[1]
    assert len(differs) == 2
    (referred,) = found["update"]["roles-by-reference"]
    assert "the roles of one client are" in referred


def test_a_folder_with_other_scopes_than_the_plan_is_told(tmp_path: Path) -> None:
    """A client without scopes has null scopes."""
    found = {}
    for scopes in ("null", '["users"]'):
        text = (RECORDED / "main.tf").read_text()
        changed = text.replace(
            'name                  = "recorder-site"',
            f'name                  = "recorder-site"\n  scopes = {scopes}',
        )
        assert changed != text
        folder = tmp_path / scopes.strip('["]')
        shutil.copytree(RECORDED / "recorder", folder / "recorder")
        (folder / "main.tf").write_text(changed)
        plan = RECORDED / "plan-create.json"
        report = check([str(plan)], policies=[POLICY], source_dir=str(folder))
        found[scopes] = [e.message for e in report.notes if e.code == "source-differs"]
    assert found["null"] == []
    assert "genesyscloud_oauth_client.site, so" in found['["users"]'][0]


def test_a_division_of_the_same_plan_has_a_name() -> None:
    (result,) = [
        r
        for r in report_on("plan-create.json").results
        if r.rule == "CALL001" and r.client == "recorder-site"
    ]
    assert "in genesyscloud_auth_division.site (Site)" in result.message
    assert "not known" not in result.message


def test_an_exported_home_division_is_home() -> None:
    for source in ("export/json", "export/hcl", "export/json/terraform.tfstate"):
        (result,) = [
            r
            for r in report_on(source).results
            if r.rule == "CALL001" and r.client == "recorder-machine"
        ]
        assert {held.division for held in result.held_through} == {"home"}


def test_a_role_that_is_looked_up_says_its_name_and_what_decides_it() -> None:
    for file in ("plan-create.json", "state.json", "plan-update.json"):
        (result,) = [
            r
            for r in report_on(file).results
            if r.rule == "CALL001" and r.client == "recorder-credential"
        ]
        (reason,) = result.reasons
        assert 'data.genesyscloud_auth_role.bystander ("Bystander")' in reason.reference
        assert "roles:" in reason.decided_by


#: The adopted role's `permissions`; None if no file has what the platform has.
LEGACY: dict[str, set[str] | None] = {
    "plan-create.json": None,
    # Removed in the plan, but the provider never sends an empty list: the role keeps them.
    "plan-again.json": {"group_creation"},
    "plan-drift.json": {"group_creation"},
    "state.json": {"group_creation"},
    "show-state.json": {"group_creation"},
    "state-updated.json": set(),
    "export/json": {"group_creation"},
    "export/hcl": {"group_creation"},
    "export/json/terraform.tfstate": {"group_creation"},
    "export/v3/terraform.tfstate": {"group_creation"},
}


@pytest.mark.parametrize("file", LEGACY)
def test_legacy_permissions_of_an_adopted_role(file: str) -> None:
    (source,) = inventory([str(RECORDED / file)]).inventories
    (role,) = [role for role in source.roles if role.name == "Employee"]
    assert not role.unknown
    held = {each.pattern for each in role.permissions if ":" not in each.pattern}
    if LEGACY[file] is None:
        assert role.legacy is not None
    else:
        assert (held, role.legacy) == (LEGACY[file], None)


def test_a_policy_that_asks_for_a_legacy_permission_that_is_unset(tmp_path: Path) -> None:
    policy = tmp_path / "legacy.yaml"
    policy.write_text(
        "version: 1\nname: legacy\nrules:\n"
        "  - {id: L1, title: No admins, severity: error, clients: {name: [recorder-exposed]},\n"
        "     forbid: {permissions: [admin]}}\n"
    )

    def verdict(file: str) -> Verdict:
        results = report_on(file, policy=str(policy)).results
        (found,) = [r for r in results if r.rule == "L1" and r.client == "recorder-exposed"]
        return found.verdict

    assert verdict("plan-create.json") is U
    assert verdict("state.json") is P
