"""A commit is only written into its folder, whatever its trees contain."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from toolkit.errors import SourceError
from toolkit.files.commit import checked_out

ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C"}
NAMED = ("-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgSign=false")
FILE, LINK, TREE = "100644", "120000", "40000"


class Repository:
    """A repository with objects that are written as given, valid or not."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.git("init", "-q")

    def git(self, *words: str, data: bytes = b"") -> str:
        command = ["git", *NAMED, *words]
        done = subprocess.run(
            command, cwd=self.folder, input=data, capture_output=True, env=ENVIRON, check=True
        )
        return done.stdout.decode().strip()

    def put(self, kind: str, data: bytes) -> str:
        return self.git("hash-object", "-t", kind, "-w", "--literally", "--stdin", data=data)

    def tree(self, *entries: tuple[str, str, str]) -> str:
        """Write a tree of entries: mode, name, object."""
        lines = (f"{m} {name}\0".encode() + bytes.fromhex(each) for m, name, each in entries)
        return self.put("tree", b"".join(lines))

    def commit(self, tree: str) -> None:
        made = self.git("commit-tree", tree, "-m", "a commit")
        self.git("update-ref", "refs/heads/hostile", made)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def written(repository: Repository, *, links: bool = True) -> dict[str, str]:
    """Return the files of the commit with their text, or the target of a link."""
    with checked_out(
        str(repository.folder), "hostile", environ=ENVIRON, max_size=1 << 20, links=links
    ) as found:
        root = Path(found.path)
        return {
            str(path.relative_to(root)): f"-> {path.readlink()}"
            if path.is_symlink()
            else path.read_text()
            for path in root.rglob("*")
            if not path.is_dir() or path.is_symlink()
        }


def test_files_and_links_are_written_as_they_are(repository: Repository) -> None:
    text, link = repository.put("blob", b"text"), repository.put("blob", b"../outside")
    inner = repository.tree((FILE, "b.tf", text), (LINK, "l", link))
    repository.commit(repository.tree((FILE, "a.tf", text), (TREE, "d", inner)))
    assert written(repository) == {"a.tf": "text", "d/b.tf": "text", "d/l": "-> ../outside"}
    assert written(repository, links=False) == {"a.tf": "text", "d/b.tf": "text"}


@pytest.mark.parametrize("kind", [FILE, LINK])
@pytest.mark.parametrize("link_first", [True, False])
def test_nothing_is_written_through_a_link(
    repository: Repository, tmp_path: Path, kind: str, link_first: bool
) -> None:
    """Git would refuse this tree, but fetched objects are not always checked."""
    outside = tmp_path / "outside"
    outside.mkdir()
    text = repository.put("blob", b"planted")
    link = LINK, "d", repository.put("blob", bytes(outside))
    folder = TREE, "d", repository.tree((kind, "planted.yaml", text))
    repository.commit(repository.tree(*((link, folder) if link_first else (folder, link))))
    with pytest.raises(SourceError, match="cannot be written out"):
        written(repository)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "."])
@pytest.mark.parametrize("links", [True, False])
def test_a_name_that_leads_elsewhere_is_refused(
    repository: Repository, tmp_path: Path, name: str, links: bool
) -> None:
    text = repository.put("blob", b"planted")
    inner = repository.tree((FILE, "planted.yaml", text))
    repository.commit(repository.tree((TREE, name, inner)))
    with pytest.raises(SourceError, match="must not have such a name"):
        written(repository, links=links)
    assert not list(tmp_path.rglob("planted.yaml"))


def test_a_git_that_lies_in_the_tree_is_passed_over(repository: Repository) -> None:
    text = repository.put("blob", b"text")
    repository.commit(repository.tree((FILE, "a.tf", text)))
    folders = repository.folder / "bin", repository.folder / "terraform"
    for folder in folders:
        folder.mkdir()
    planted = folders[0] / "git"
    planted.write_text(f"#!/bin/sh\ntouch {repository.folder}/started\n")
    planted.chmod(0o755)
    path = os.pathsep.join([".", str(folders[0]), ENVIRON["PATH"]])
    with checked_out(
        str(folders[1]), "hostile", environ={**ENVIRON, "PATH": path}, max_size=1 << 20
    ) as found:
        assert (Path(found.path) / "a.tf").read_text() == "text"
    assert not (repository.folder / "started").exists()


@pytest.mark.parametrize("suffix", ["", "~0", "^{}", "@{0}"])
@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("hostile", "refs/tags/hostile"),
        ("hostile", "refs/hostile"),
        ("hostile", "refs/remotes/hostile"),
        ("origin/main", "refs/tags/origin/main"),
        ("origin/main", "refs/heads/origin/main"),
    ],
)
def test_a_name_that_others_may_take_is_refused(
    repository: Repository, name: str, other: str, suffix: str
) -> None:
    """Git prefers a tag to a branch, and someone without access to the branch may push a tag."""
    repository.commit(repository.tree((FILE, "a.tf", repository.put("blob", b"text"))))
    whole = "refs/heads/hostile"
    if name != "hostile":
        repository.git("update-ref", whole := f"refs/remotes/{name}", "hostile")

    def read(ref: str) -> None:
        with checked_out(str(repository.folder), ref, environ=ENVIRON, max_size=1 << 20):
            pass

    repository.git("update-ref", other, whole)
    read(name + suffix)
    made = repository.git("commit-tree", f"{whole}^{{tree}}", "-m", "another")
    repository.git("update-ref", other, made)
    with pytest.raises(SourceError, match=f"{name}.* names several commits"):
        read(name + suffix)
    read(whole + suffix)
