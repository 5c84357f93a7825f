"""Trees with a layout that hides a root module: each root is judged, or unknown."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.files.test_git_index import git
from tests.sources.test_roots import calls, tree
from tests.trust.test_runs_nothing import check
from toolkit.errors import ExitCode

#: A client that cannot start recordings unless its caller gives the scopes.
CLIENT = """\
variable "scopes" { default = ["users"] }
resource "genesyscloud_oauth_client" "c" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = var.scopes
}
"""
BACKEND = 'terraform {\n  backend "local" {}\n}\n'
CLOUD = "terraform {\n  cloud {}\n}\n"
PROVIDER = 'provider "genesyscloud" {}\n'


def decoy(source: str) -> str:
    return (
        f'module "p" {{\n  source = "{source}"\n'
        '  scopes = ["recording:session:write", "recordingSession"]\n}\n'
    )


def report(folder: Path, *arguments: str, expected: ExitCode) -> dict[str, Any]:
    run = check(*(arguments or (".",)), "-f", "json", cwd=folder)
    assert run.returncode == expected, run.stdout + run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def failed(found: dict[str, Any]) -> set[str]:
    return {each["root"] for each in found["results"] if each["verdict"] == "fail"}


def skipped(found: dict[str, Any]) -> set[str]:
    return {each["address"] for each in found["results"] if each["rule"] == "skipped-terraform"}


def codes(found: dict[str, Any]) -> set[str]:
    return {each["code"] for each in found["notes"]}


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": CLIENT + BACKEND},
        {"main.tf": CLIENT + CLOUD},
        {"main.tf": CLIENT + PROVIDER},
        {"main.tf": CLIENT, "terraform.tfvars": ""},
        {"main.tf": CLIENT, "terraform.tfvars.json": "{}"},
        {"main.tf": CLIENT, "x.auto.tfvars": ""},
        {"main.tf": CLIENT, "z.auto.tfvars.json": "{}"},
        {"main.tf": CLIENT, "backend.tf.json": '{"terraform": {"backend": {"s3": {}}}}'},
    ],
)
@pytest.mark.parametrize("caller", ["zzz", "aaa/deep", "prod/inner"])
def test_a_caller_hides_no_folder_in_which_terraform_can_be_run(
    files: dict[str, str], caller: str, tmp_path: Path
) -> None:
    up = os.path.relpath("prod", caller)
    tree(tmp_path, {f"prod/{name}": text for name, text in files.items()})
    tree(tmp_path, {f"{caller}/main.tf": decoy(up + "/" if up == ".." else up)})
    assert failed(report(tmp_path, expected=ExitCode.VIOLATION)) == {"prod"}


def test_callers_in_a_circle_do_not_either(tmp_path: Path) -> None:
    tree(
        tmp_path, {"prod/main.tf": CLIENT + BACKEND, "z/main.tf": decoy("../prod") + calls("../y")}
    )
    tree(tmp_path, {"y/main.tf": decoy("../prod") + calls("../z")})
    assert "prod" in failed(report(tmp_path, expected=ExitCode.INPUT))


def test_a_value_from_outside_makes_a_root_of_what_has_a_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = CLIENT + PROVIDER + 'variable "region" {}\n'
    tree(tmp_path, {"prod/main.tf": text, "zzz/main.tf": decoy("../prod") + 'variable "region" {}'})
    (tmp_path / "zzz" / "main.tf").write_text(
        decoy("../prod").replace("source", 'region = "x"\n  source')
    )
    assert failed(report(tmp_path, expected=ExitCode.OK)) == set()
    arguments = (".", "--var", "region=x")
    assert failed(report(tmp_path, *arguments, expected=ExitCode.VIOLATION)) == {"prod"}
    monkeypatch.setenv("TF_VAR_region", "x")
    assert failed(report(tmp_path, expected=ExitCode.VIOLATION)) == {"prod"}


def test_a_folder_that_is_named_is_judged_as_a_root_whoever_calls_it(tmp_path: Path) -> None:
    tree(tmp_path, {"prod/main.tf": CLIENT, "prod/zzz/main.tf": decoy("./.."), "z/main.tf": ""})
    (tmp_path / "prod/zzz/main.tf").write_text(decoy("../"))
    for named in ("prod", "prod/", "./prod", str(tmp_path / "prod")):
        assert len(failed(report(tmp_path, named, expected=ExitCode.VIOLATION))) == 1
    assert failed(report(tmp_path, expected=ExitCode.OK)) == set()


@pytest.mark.parametrize("left", [".terraform.lock.hcl", ".terraform/x"])
def test_what_init_leaves_behind_is_a_note_alone(left: str, tmp_path: Path) -> None:
    """Otherwise a laptop and a pipeline would disagree."""
    tree(tmp_path, {"prod/main.tf": CLIENT, f"prod/{left}": "", "zzz/main.tf": decoy("../prod")})
    assert "perhaps-a-root" in codes(report(tmp_path, expected=ExitCode.OK))


GOOD = decoy("../client")


def with_good_root(folder: Path) -> Path:
    return tree(folder, {"good/main.tf": GOOD, "client/main.tf": CLIENT})


@pytest.mark.parametrize("name", [".prod", ".github/prod", ".prod/a/b"])
def test_a_hidden_folder_that_git_tracks_is_unknown(name: str, tmp_path: Path) -> None:
    tree(with_good_root(tmp_path), {f"{name}/main.tf": CLIENT + BACKEND})
    assert skipped(report(tmp_path, expected=ExitCode.UNDECIDED)) == {name}, "no index"
    git(tmp_path, "init", "-q")
    found = report(tmp_path, expected=ExitCode.OK)
    assert skipped(found) == set(), "nobody committed it"
    assert ("hidden-folder" in codes(found)) is (name.count("/") < 3)
    git(tmp_path, "add", "--all")
    found = report(tmp_path, expected=ExitCode.UNDECIDED)
    assert skipped(found) == {name}
    assert "skipped-folder" in codes(found)
    assert failed(report(tmp_path, name, expected=ExitCode.VIOLATION)) == {name}
    assert skipped(report(tmp_path, ".", "--exclude", ".*", expected=ExitCode.OK)) == set()


def test_so_is_one_in_a_large_folder(tmp_path: Path) -> None:
    tree(with_good_root(tmp_path), {f".x/{n}/{n}/x.txt": "" for n in range(200)})
    tree(tmp_path, {".x/0/0/0/main.tf": CLIENT})
    git(tmp_path, "init", "-q")
    assert skipped(report(tmp_path, expected=ExitCode.OK)) == set()
    git(tmp_path, "add", "--all")
    assert skipped(report(tmp_path, expected=ExitCode.UNDECIDED)) == {".x/0/0/0"}


def test_a_hidden_module_that_a_root_calls_is_judged_with_it(tmp_path: Path) -> None:
    tree(tmp_path, {"good/main.tf": decoy("../.client"), ".client/main.tf": CLIENT})
    assert skipped(report(tmp_path, expected=ExitCode.OK)) == set()
    (tmp_path / ".client" / "terraform.tfvars").write_text("")
    assert skipped(report(tmp_path, expected=ExitCode.UNDECIDED)) == {".client"}


@pytest.mark.parametrize("place", ["../other", "../.hidden", "../other/deep"])
def test_a_link_to_terraform_that_nothing_judged_is_unknown(place: str, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with_good_root(tmp_path / "tf")
    tree(tmp_path, {f"tf/{place}/main.tf": CLIENT + BACKEND})
    (tmp_path / "tf" / "live").symlink_to("../" + place.split("/")[1])
    expected = {"live/deep"} if place.endswith("deep") else {"live"}
    found = report(tmp_path / "tf", expected=ExitCode.UNDECIDED)
    assert skipped(found) == expected
    # A root that is named is judged, and a root that is judged elsewhere is not reported again.
    assert failed(report(tmp_path / "tf", *expected, expected=ExitCode.VIOLATION)) == expected
    if ".hidden" not in place:
        assert skipped(report(tmp_path, expected=ExitCode.VIOLATION)) == set()


def test_links_in_a_circle_and_up_the_tree_end(tmp_path: Path) -> None:
    with_good_root(tmp_path)
    (tmp_path / "good" / "up").symlink_to("..")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert skipped(report(tmp_path, expected=ExitCode.OK)) == set()


def test_a_link_that_leads_outside_is_a_note(tmp_path: Path) -> None:
    folder = with_good_root(tmp_path / "tree")
    (folder / ".git").mkdir()
    tree(tmp_path, {"out/main.tf": CLIENT})
    (folder / "out").symlink_to(tmp_path / "out")
    found = report(folder, expected=ExitCode.OK)
    assert "link-outside-tree" in codes(found)
    assert skipped(found) == set()


def test_what_the_caller_leaves_out_is_a_note(tmp_path: Path) -> None:
    tree(with_good_root(tmp_path), {"old/main.tf": CLIENT})
    found = report(tmp_path, ".", "--exclude", "old", expected=ExitCode.OK)
    assert "excluded" in codes(found)


def test_folders_of_the_tools_are_passed_over_in_silence(tmp_path: Path) -> None:
    names = (".terraform/modules/x", ".terragrunt-cache/x/y", ".git/x")
    tree(with_good_root(tmp_path), {f"good/{name}/main.tf": CLIENT + BACKEND for name in names})
    found = report(tmp_path, expected=ExitCode.OK)
    assert codes(found) & {"skipped-folder", "hidden-folder", "excluded"} == set()


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": CLIENT, "backend.tofu": BACKEND},
        {"main.tf": CLIENT, "cloud.tofu.json": '{"terraform": {"cloud": {}}}'},
        {"main.tf": CLIENT, "providers.tf": "", "providers.tofu": PROVIDER},
    ],
)
def test_nor_one_that_only_opentofu_runs(files: dict[str, str], tmp_path: Path) -> None:
    tree(tmp_path, {f"prod/{name}": text for name, text in files.items()})
    tree(tmp_path, {"zzz/main.tf": decoy("../prod")})
    assert failed(report(tmp_path, expected=ExitCode.VIOLATION)) == {"prod"}


@pytest.mark.parametrize("name", ["terragrunt.hcl", "terragrunt.hcl.json"])
def test_nor_one_that_terragrunt_runs(name: str, tmp_path: Path) -> None:
    tree(tmp_path, {"prod/main.tf": CLIENT, f"prod/{name}": "", "zzz/main.tf": decoy("../prod")})
    found = report(tmp_path, expected=ExitCode.UNDECIDED)
    assert {each["root"] for each in found["results"] if each["verdict"] == "unknown"} == {"prod"}


UNITS = {
    "terragrunt.hcl": 'terraform {\n  source = "../../client"\n}\ninputs = { scopes = [] }\n',
    "terragrunt.hcl.json": '{"terraform": {"source": "../../client"}}',
    "terragrunt.stack.hcl": 'unit "prod" { source = "../../client" }\n',
}
INCLUDES = 'include "root" {\n  path = find_in_parent_folders()\n}\n'


@pytest.mark.parametrize(("name", "text"), [*UNITS.items(), ("terragrunt.hcl", INCLUDES)])
def test_what_terragrunt_puts_into_a_folder_is_unknown(
    name: str, text: str, tmp_path: Path
) -> None:
    tree(with_good_root(tmp_path), {f"live/prod/{name}": text})
    found = report(tmp_path, expected=ExitCode.UNDECIDED)
    assert skipped(found) == {"live/prod"}
    assert "by a plan" in check(".", cwd=tmp_path).stdout
    assert skipped(report(tmp_path, ".", "--exclude", "live", expected=ExitCode.OK)) == set()


def test_what_only_others_include_runs_nothing(tmp_path: Path) -> None:
    text = (
        'generate "p" {\n  contents = <<E\nterraform {\n  required_providers {\n    x = {\n      '
    )
    text += 'source = "x/y"\n    }\n  }\n}\nE\n}\ninputs = {}\n'
    tree(with_good_root(tmp_path), {"terragrunt.hcl": text, "live/root.hcl": INCLUDES})
    assert skipped(report(tmp_path, expected=ExitCode.OK)) == set()
