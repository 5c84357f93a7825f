"""Which folders of a tree are root modules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import SourceError
from toolkit.sources.read_requests import Discover, Roots
from toolkit.sources.roots import find_roots

PROVIDER = 'provider "genesyscloud" {}\n'


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def calls(*sources: str) -> str:
    return "".join(
        f'module "m{at}" {{\n  source = "{source}"\n}}\n' for at, source in enumerate(sources)
    )


def roots(folder: Path, *exclude: str) -> list[str]:
    return list(find_roots(Discover(".", exclude), {}).paths)


def names(folder: Path, found: Roots) -> list[str]:
    return [str(Path(path).relative_to(folder)) for path in found.paths]


@pytest.fixture(autouse=True)
def in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_folder_that_another_one_calls_is_not_a_root(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "prod/main.tf": PROVIDER + calls("../modules/client"),
            "dev/main.tf": PROVIDER + calls("../modules/client/"),
            "modules/client/main.tf": calls("./inner"),
            "modules/client/inner/main.tf": 'variable "x" {}\n',
        },
    )
    assert roots(tmp_path) == ["dev", "prod"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": "", "terraform.tfvars": ""}, [".", "examples/basic"]),
        ({"main.tf": "", "prod.auto.tfvars.json": "{}"}, [".", "examples/basic"]),
        ({"main.tf": PROVIDER}, [".", "examples/basic"]),
        ({"main.tf": 'terraform {\n  backend "local" {}\n}\n'}, [".", "examples/basic"]),
        ({"main.tf": 'variable "x" {}\n'}, ["examples/basic"]),
        ({"main.tf": "", "prod.tfvars": ""}, ["examples/basic"]),
    ],
)
def test_a_root_that_its_own_examples_call_is_one(
    tmp_path: Path, files: dict[str, str], expected: list[str]
) -> None:
    tree(tmp_path, {**files, "examples/basic/main.tf": calls("../..")})
    assert roots(tmp_path) == expected


def test_the_named_folder_says_that_it_is_judged_as_called_only(tmp_path: Path) -> None:
    tree(tmp_path, {"main.tf": "", "examples/basic/main.tf": PROVIDER + calls("../..")})
    notes = find_roots(Discover("."), {}).notes
    assert [note.code for note in notes] == ["folder-only-called"]
    (tmp_path / "terraform.tfvars").write_text("")
    assert find_roots(Discover("."), {}).notes == ()


def test_a_folder_that_is_named_is_a_root_whoever_calls_it(tmp_path: Path) -> None:
    tree(tmp_path, {"a/main.tf": "", "a/b/main.tf": calls("../")})
    assert find_roots(Discover("a"), {}).paths == ("a", "a/b")
    codes = {note.code for note in find_roots(Discover(str(tmp_path / "a")), {}).notes}
    assert "folder-only-called" not in codes


def test_a_module_that_other_roots_call_is_one_where_terraform_can_be_run(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "prod/main.tf": PROVIDER + calls("../client", "../legacy", "../open", "../plain"),
            "client/main.tf": 'variable "x" {}\n',
            "client/terraform.tfvars": "x = 1\n",
            "legacy/main.tf": PROVIDER,
            "open/main.tf": PROVIDER + 'variable "x" {}\n',
            "plain/main.tf": "",
        },
    )
    assert roots(tmp_path) == ["client", "legacy", "prod"]
    assert "open" in find_roots(Discover(".", given=frozenset({"x"})), {}).paths


def test_a_call_in_a_comment_or_of_another_kind_hides_no_root(tmp_path: Path) -> None:
    text = '# module "m" { source = "./other" }\nresource "a" "b" {\n  source = "./other"\n}\n'
    tree(tmp_path, {"main.tf": PROVIDER + text, "other/main.tf": PROVIDER})
    assert roots(tmp_path) == [".", "other"]


def test_folders_that_only_call_each_other_are_not_lost(tmp_path: Path) -> None:
    tree(tmp_path, {"a/main.tf": calls("../b"), "b/main.tf": calls("../a")})
    assert roots(tmp_path) == ["a"]


def test_hidden_and_excluded_folders_are_left_out(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "main.tf": PROVIDER,
            ".terraform/modules/x/main.tf": PROVIDER,
            ".git/x/main.tf": PROVIDER,
            "old/prod/main.tf": PROVIDER,
            "live/prod/main.tf": PROVIDER,
        },
    )
    assert roots(tmp_path) == [".", "live/prod", "old/prod"]
    assert roots(tmp_path, "old") == [".", "live/prod"]
    assert roots(tmp_path, "*/prod") == ["."]
    found = find_roots(Discover(str(tmp_path), (str(tmp_path / "live"),)), {})
    assert names(tmp_path, found) == [".", "old/prod"]


def test_what_is_left_out_still_calls_its_modules(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "fleet/main.tf": PROVIDER + calls("../modules/client"),
            "fleet/deep/broken.tf": "resource {",
            "modules/client/main.tf": 'variable "x" {}\n',
            "other/main.tf": PROVIDER,
        },
    )
    assert roots(tmp_path, "fleet") == ["other"]
    found = find_roots(Discover(".", ("fleet",)), {})
    assert found.errors == ()
    (note,) = found.notes
    assert note.message == "--exclude leaves out fleet, fleet/deep."
    with pytest.raises(SourceError) as raised:
        roots(tmp_path, "fleet", "other")
    assert raised.value.message == ".: nothing but modules that what is left out calls"
    assert raised.value.hint == "--exclude fleet --exclude other leaves out every root module."
    with pytest.raises(SourceError, match="no Terraform files here"):
        roots(tmp_path, "*")


def test_a_module_that_nothing_calls_is_judged_and_noted_once(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"main.tf": "", "a/main.tf": 'variable "x" {}\n', "b/main.tf": "", "c/x.tf": PROVIDER},
    )
    found = find_roots(Discover(str(tmp_path)), {})
    assert names(tmp_path, found) == [".", "a", "b", "c"]
    (note,) = found.notes
    assert note.code == "module-not-called"
    assert f"{tmp_path}/a, {tmp_path}/b" in note.message
    assert f"{tmp_path}/c" not in note.message


def test_a_broken_folder_is_still_a_root(tmp_path: Path) -> None:
    tree(tmp_path, {"a/main.tf": "resource {", "b/main.tf": PROVIDER})
    found = find_roots(Discover(str(tmp_path)), {})
    assert names(tmp_path, found) == ["a", "b"]
    assert found.variables is None


def test_a_tree_without_terraform_is_refused(tmp_path: Path) -> None:
    tree(tmp_path, {"notes.txt": "", ".hidden/main.tf": ""})
    with pytest.raises(SourceError, match="no Terraform files here"):
        find_roots(Discover(str(tmp_path)), {})


def test_a_folder_that_cannot_be_read_is_an_error_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, {"closed/main.tf": PROVIDER, "open/main.tf": PROVIDER})
    real = os.scandir

    def refuse(path: str) -> Any:
        # A file mode would not suffice: root can read everything.
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = find_roots(Discover(str(tmp_path)), {})
    assert names(tmp_path, found) == ["open"]
    (error,) = found.errors
    assert error.message == f"{tmp_path}/closed: cannot be read: Permission denied"
    assert find_roots(Discover(str(tmp_path), ("closed",)), {}).errors == ()
