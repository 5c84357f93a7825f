"""A commit is one of the repository that was checked out, whatever a change puts into its folders.

`--config-ref` and ``git:REF`` name a branch. A stranger's repository within ours has branches of
those names, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

USER = ("-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgSign=false")
CLIENT = """
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = []
  roles {
    role_id     = genesyscloud_auth_role.r.id
    division_id = "*"
  }
}

resource "genesyscloud_auth_role" "r" {
  name = "r"
}
"""
STRICT, LOOSE = 'fail-on = "error"\n', 'fail-on = "never"\n'


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", *USER, "-c", "protocol.file.allow=always", *words],
        cwd=folder,
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )


def committed(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_toml", ".toml").replace("_tf", ".tf")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "a commit")
    return folder


def ran(cwd: Path, *words: str) -> tuple[int, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words, "-f", "json"],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return committed(tmp_path / "ours", recording_toolkit_toml="", infra__main_tf=CLIENT)


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A repository whose `main` asks for nothing."""
    made = committed(tmp_path / "theirs", main_tf=CLIENT)
    (made / "recording-toolkit.toml").write_text(LOOSE)
    git(made, "add", ".")
    git(made, "commit", "-qm", "loosened")
    return made


@pytest.fixture
def replaced(ours: Path, theirs: Path) -> Path:
    """Ours, after a change that puts a submodule where the folder was."""
    (ours / "recording-toolkit.toml").write_text(STRICT)
    git(ours, "add", ".")
    git(ours, "commit", "-qm", "strict")
    git(ours, "checkout", "-q", "-b", "change")
    git(ours, "rm", "-rqf", "infra")
    git(ours, "submodule", "add", "-q", str(theirs), "infra")
    git(ours, "commit", "-qm", "a submodule")
    return ours


@pytest.mark.parametrize(
    ("folder", "source"), [(".", "infra"), ("infra", "."), ("infra", "main.tf")]
)
def test_a_submodule_does_not_bring_the_configuration(
    folder: str, source: str, replaced: Path
) -> None:
    status, report = ran(replaced / folder, "check", source, "--config-ref", "main")
    assert status == 1, report


def test_a_submodule_is_not_compared_with_itself(replaced: Path) -> None:
    (replaced / "infra" / "main.tf").write_text(CLIENT.replace("[]", '["users"]'))
    git(replaced / "infra", "commit", "-aqm", "more")
    for folder, source in ((".", "infra"), ("infra", ".")):
        status, report = ran(replaced / folder, "diff", "git:main", source)
        assert status == 0, report
        assert report["changes"], report


def test_files_of_a_submodule_are_not_taken_for_missing(replaced: Path) -> None:
    status, report = ran(replaced, "diff", "git:change", "infra")
    assert (status, report["changes"]) == (2, [])
    assert "submodule" in json.dumps(report["errors"])


def test_a_bare_repository_in_a_folder_is_none_of_ours(ours: Path, theirs: Path) -> None:
    """To Git, any folder with the files of a repository is one."""
    (ours / "recording-toolkit.toml").write_text(STRICT)
    git(ours, "add", ".")
    git(ours, "commit", "-qm", "strict")
    planted = ours / "infra"
    git(planted, "clone", "-q", "--bare", str(theirs), "bare")
    for each in (planted / "bare").iterdir():
        each.rename(planted / each.name)
    git(planted.parent, "config", "-f", "infra/config", "core.worktree", str(planted))
    git(planted.parent, "config", "-f", "infra/config", "core.bare", "false")
    status, report = ran(ours, "check", "infra", "--config-ref", "main")
    assert status == 1, report


def test_a_repository_that_ours_does_not_track_is_its_own(ours: Path, theirs: Path) -> None:
    """A second checkout, for one, which a pipeline makes in a folder of the first."""
    git(ours, "clone", "-q", str(theirs), "second")
    status, report = ran(ours, "check", "second", "--config-ref", "main")
    assert status == 0, report
