"""What Git says it tracks, compared with what is read from its index."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.files.git_index import GitIndex, IndexUnreadableError

FILES = (
    "main.tf",
    "a/.terraform/modules/modules.json",
    "a/b/c.tf",
    "a/b/d e.tf",
    "é/ü.tf",
    "sub/dir/x",
    "sub/dir/y",
    "z" * 200 + "/" + "y" * 200,
)
#: Many files, so that compression and bitmaps are used.
MANY = tuple(f"many/{number:04}/file.tf" for number in range(300))


def git(folder: Path, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT")}
    done = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
        cwd=folder,
        env={**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def made(folder: Path, *init: str) -> Path:
    folder.mkdir()
    git(folder, "init", "-q", *init)
    for name in (*FILES, *MANY):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "All")
    (folder / "untracked").mkdir()
    (folder / "untracked" / "main.tf").write_text("")
    return folder


def assert_as_git_says(folder: Path) -> None:
    index = GitIndex(str(folder))
    tracked = set(git(folder, "ls-files", "-z").split("\0")) - {""}
    assert tracked, "there is something to find"
    for name in tracked:
        assert index.tracks(name), name
        assert index.tracks(name.rpartition("/")[0] or name), name
    for name in (*FILES, *MANY):
        assert index.tracks(name) is (name in tracked), name
    for name in ("untracked", "untracked/main.tf", "main.t", "a/.terraform/modules/x", "mai"):
        assert not index.tracks(name), name


def as_made(_: Path) -> None:
    """Leave the repository unchanged."""


def fourth(folder: Path) -> None:
    git(folder, "update-index", "--index-version=4")


def intended(folder: Path) -> None:
    """Add an entry with extended flags, which requires version 3."""
    (folder / "intended.tf").write_text("")
    git(folder, "add", "--intent-to-add", "intended.tf")
    assert GitIndex(str(folder)).tracks("intended.tf")


def split(folder: Path) -> None:
    git(folder, "config", "splitIndex.maxPercentChange", "100")
    git(folder, "update-index", "--split-index")
    git(folder, "rm", "-q", "-r", "--cached", "many/0001", "many/0007", "sub/dir/x")
    (folder / "main.tf").write_text("changed")
    (folder / "new.tf").write_text("")
    git(folder, "add", "main.tf", "new.tf")
    assert b"link" in (folder / ".git" / "index").read_bytes()


def split_by_many(folder: Path) -> None:
    git(folder, "config", "splitIndex.maxPercentChange", "100")
    git(folder, "update-index", "--split-index")
    git(folder, "rm", "-q", "-r", "--cached", "many")


def with_extensions(folder: Path) -> None:
    git(folder, "config", "core.untrackedCache", "true")
    git(folder, "config", "index.threads", "2")
    git(folder, "update-index", "--untracked-cache")
    git(folder, "status")


def without_hash(folder: Path) -> None:
    git(folder, "config", "index.skipHash", "true")
    git(folder, "add", "--renormalize", ".")


def fourth_and_split(folder: Path) -> None:
    fourth(folder)
    split(folder)


CHANGES = [
    as_made,
    fourth,
    intended,
    split,
    split_by_many,
    with_extensions,
    without_hash,
    fourth_and_split,
]


@pytest.mark.parametrize("form", ["sha1", "sha256"])
@pytest.mark.parametrize("change", CHANGES)
def test_reads_what_git_writes(change: Callable[[Path], None], form: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "r", f"--object-format={form}")
    change(folder)
    assert_as_git_says(folder)


def test_reads_the_index_of_a_worktree_and_of_a_submodule(tmp_path: Path) -> None:
    folder = made(tmp_path / "r", "--object-format=sha256")
    git(folder, "worktree", "add", "-q", "../w")
    git(tmp_path / "w", "rm", "-q", "--cached", "main.tf")
    assert_as_git_says(tmp_path / "w")

    inner, outer = made(tmp_path / "inner"), made(tmp_path / "outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "in/side")
    assert_as_git_says(outer / "in" / "side")
    assert GitIndex(str(outer)).tracks("in/side/anything"), "it came with the commit of the outer"


def test_what_a_sparse_index_does_not_list_counts_as_tracked(tmp_path: Path) -> None:
    folder = made(tmp_path / "r")
    git(folder, "sparse-checkout", "set", "--cone", "--sparse-index", "a")
    assert b"sdir" in (folder / ".git" / "index").read_bytes()
    index = GitIndex(str(folder))
    assert index.tracks("a/b/c.tf")
    assert index.tracks("sub/dir/x")
    assert index.tracks("sub/anything")
    assert not index.tracks("untracked/main.tf")


def test_a_new_repository_tracks_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert not GitIndex(str(tmp_path)).tracks("main.tf")


def test_case_makes_no_difference(tmp_path: Path) -> None:
    """Some file systems ignore case, so a commit could bring `.Terraform`."""
    assert GitIndex(str(made(tmp_path / "r"))).tracks("A/.TERRAFORM/Modules/modules.json")


def test_what_cannot_be_read_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexUnreadableError):
        GitIndex(str(tmp_path))
    folder = made(tmp_path / "r")
    whole = (folder / ".git" / "index").read_bytes()
    broken = [whole[:size] for size in range(0, len(whole) - 21, 97)]
    broken += [
        b"",
        b"DIRC",
        whole[:7] + b"\5" + whole[8:],
        whole[:-20] + b"zzzz\0\0\0\0" + b"0" * 20,
    ]
    for data in broken:
        (folder / ".git" / "index").write_bytes(data)
        with pytest.raises(IndexUnreadableError):
            GitIndex(str(folder))
    (folder / ".git" / "index").write_bytes(whole)
    (folder / ".git" / "config").write_text("[extensions]\n\tobjectFormat = sha3\n")
    with pytest.raises(IndexUnreadableError):
        GitIndex(str(folder))
