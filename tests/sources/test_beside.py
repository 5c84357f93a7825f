"""The state beside an export: a second source of ids, not judged, and not used if Git tracks it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from toolkit.model.findings import Verdict
from toolkit.model.report import Report
from toolkit.workflows import check

RECORDED = Path(__file__).parents[1] / "provider" / "recorded" / "export"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Write clients with raw ids, and the state that has them."""
    shutil.copy(RECORDED / "clients" / "genesyscloud.tf.json", tmp_path)
    shutil.copy(RECORDED / "json" / "terraform.tfstate", tmp_path)
    git(tmp_path, "init", "-q")
    return tmp_path


def judged(folder: Path) -> Report:
    report = check(folder, policies=["call-recording"], clients=["*"], select=["CALL001"])
    assert not report.errors
    return report


def codes(report: Report) -> list[str]:
    return [note.code for note in report.notes]


def test_raw_ids_are_found_and_the_state_is_no_source(export: Path) -> None:
    report = judged(export)
    whole = {r.client: r.verdict for r in judged(RECORDED / "json").results}
    assert {r.client: r.verdict for r in report.results} == whole
    assert Verdict.UNKNOWN not in whole.values()
    assert [(source.kind, source.clients) for source in report.sources] == [("hcl", 12)]
    assert codes(report) == ["export", "state-beside"]


def test_a_division_is_found_as_well(export: Path) -> None:
    (export / "home.yaml").write_text(
        "version: 1\nname: home\nrules:\n  - {id: H, title: t, clients: {name: [recorder-site]},\n"
        "     require: {permissions: {all_of: ['recording:recording:view'], division: home}}}\n"
    )
    report = check(export, policies=[str(export / "home.yaml")], select=["H"])
    (found,) = report.results
    assert "genesyscloud_auth_division.Site (Site)" in found.message


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_state_that_git_tracks_is_not_used(export: Path, is_committed: bool) -> None:
    git(export, "add", "-f", "terraform.tfstate")
    if is_committed:
        git(export, "-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "m")
    report = judged(export)
    assert Verdict.UNKNOWN in {r.verdict for r in report.results}
    assert codes(report) == ["export", "state-tracked"]


def test_where_there_is_no_repository_nothing_is_tracked(export: Path) -> None:
    shutil.rmtree(export / ".git")
    assert "state-beside" in codes(judged(export))


def test_an_index_that_cannot_be_read_is_believed_for_nothing(export: Path) -> None:
    (export / ".git" / "index").write_bytes(b"DIRC")
    assert "state-tracked" in codes(judged(export))


def test_a_state_behind_a_link_out_of_the_tree_is_not_used(
    export: Path, tmp_path_factory: Any
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "terraform.tfstate"
    shutil.move(export / "terraform.tfstate", elsewhere)
    (export / "terraform.tfstate").symlink_to(elsewhere)
    assert codes(judged(export)) == ["export", "link-outside-tree"]


@pytest.mark.parametrize("content", ["", "{", json.dumps({"version": 9, "resources": []})])
def test_a_state_that_cannot_be_read_is_a_note(export: Path, content: str) -> None:
    (export / "terraform.tfstate").write_text(content)
    assert codes(judged(export)) == ["export", "state-unread"]


def test_an_export_with_its_roles_needs_no_state(tmp_path: Path) -> None:
    shutil.copytree(RECORDED / "hcl", tmp_path / "hcl")
    report = judged(tmp_path / "hcl")
    assert codes(report) == ["export"]
    assert len(report.notes) == 1


@pytest.mark.parametrize("form", ["clients", "json", "hcl", "v3"])
def test_a_state_of_an_export_that_is_named_too_is_not_judged_twice(
    tmp_path: Path, form: str
) -> None:
    shutil.copytree(RECORDED / form, tmp_path, dirs_exist_ok=True)
    if form == "clients":
        shutil.copy(RECORDED / "json" / "terraform.tfstate", tmp_path)
    sources = [tmp_path, tmp_path / "terraform.tfstate"]
    report = check(sources, policies=["call-recording"], clients=["*"], select=["CALL001"])
    assert sorted((each.kind, bool(each.clients)) for each in report.sources) == [
        ("hcl", True),
        ("state", False),
    ]
    assert len(report.results) == len({r.client for r in report.results})
    assert Verdict.UNKNOWN not in {r.verdict for r in report.results}
