"""`diff` against a commit: what it reads, what it does not touch, and what it never starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.workflows.test_diff import client, told
from toolkit.cli.comparison import main as comparison
from toolkit.errors import ExitCode
from toolkit.workflows import diff

ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    environ = {**ENVIRON, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, env=environ)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one scope in its commit and another in its working tree, in a module beside
    `terraform/`.
    """
    repo = tmp_path / "repo"
    (repo / "terraform").mkdir(parents=True)
    (repo / "modules" / "m").mkdir(parents=True)
    (repo / "terraform" / "main.tf").write_text('module "m" {\n  source = "../modules/m"\n}\n')
    module = repo / "modules" / "m" / "main.tf"
    module.write_text(client("c", 'scopes = [file("${path.module}/scope.txt")]'))
    (module.parent / "scope.txt").write_text("users")
    git(tmp_path, "init", "-q", "-b", "main", str(repo))
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "first")
    (module.parent / "scope.txt").write_text("routing")
    return repo


def test_the_working_tree_against_a_commit(repository: Path) -> None:
    report = diff("git:main", str(repository / "terraform"), environ=ENVIRON)
    assert not report.errors
    assert told(report) == {"+ scope routing", "- scope users"}
    assert [source.root for source in report.sources] == [
        "git:main:terraform",
        str(repository / "terraform"),
    ]
    assert report.changes is not None
    lost = {c.location.path for c in report.changes if c.direction == "loss" and c.location}
    assert lost == {"git:main:modules/m/main.tf"}


def test_two_commits(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "commit", "-q", "-a", "-m", "second")
    monkeypatch.chdir(repository)
    report = diff("git:HEAD~1:terraform", "git:HEAD:terraform", environ=ENVIRON)
    assert told(report) == {"+ scope routing", "- scope users"}


def test_the_working_tree_and_the_index_stay_as_they_are(repository: Path) -> None:
    before = sorted(
        (path, path.stat().st_mtime_ns) for path in repository.rglob("*") if path.is_file()
    )
    diff("git:main", str(repository / "terraform"), environ=ENVIRON)
    after = sorted(
        (path, path.stat().st_mtime_ns) for path in repository.rglob("*") if path.is_file()
    )
    assert before == after


def test_a_folder_that_the_commit_does_not_have_is_new(repository: Path) -> None:
    (repository / "new").mkdir()
    (repository / "new" / "main.tf").write_text(client("d", 'scopes = ["users"]'))
    report = diff("git:main", str(repository / "new"), environ=ENVIRON)
    assert told(report) == {"+ client d", "+ scope users"}
    assert [note.code for note in report.notes] == ["not-in-commit"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("git:nowhere", "there is no commit nowhere in "),
        ("git:", '"" does not name a commit'),
        ("git:--output=x", '"--output=x" does not name a commit'),
        ("git:main:nowhere", "git:main:nowhere: no such folder in that commit"),
        ("git:main:../..", "git:main:../..: lies outside of the repository"),
    ],
)
def test_what_is_not_there_is_an_error(repository: Path, source: str, message: str) -> None:
    report = diff(source, str(repository / "terraform"), environ=ENVIRON)
    assert report.exit_code is ExitCode.INPUT
    assert report.errors[0].message.startswith(message)
    assert report.changes == ()


def test_outside_of_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(client("c", ""))
    report = diff("git:main", str(tmp_path), environ=ENVIRON)
    assert report.exit_code is ExitCode.INPUT
    assert "there is no Git repository around it" in report.errors[0].message


def test_nothing_of_the_repository_is_started(repository: Path) -> None:
    witness = repository.parent / "started"
    script = repository / "git"
    script.write_text(f"#!/bin/sh\ntouch {witness}\n")
    script.chmod(0o755)
    hook = repository / ".git" / "hooks" / "post-checkout"
    hook.write_text(script.read_text())
    hook.chmod(0o755)
    (repository / ".gitattributes").write_text("* filter=x\n")
    git(repository, "config", "filter.x.smudge", str(script))
    git(repository, "config", "core.fsmonitor", str(script))
    environ = {**ENVIRON, "PATH": f"{repository}{os.pathsep}.{os.pathsep}{ENVIRON['PATH']}"}
    report = diff("git:main", str(repository), environ=environ)
    assert not report.errors
    assert not witness.exists()


def test_a_link_of_the_commit_that_leads_out_is_not_followed(
    repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("telephony")
    (repository / "modules" / "m" / "scope.txt").unlink()
    (repository / "modules" / "m" / "scope.txt").symlink_to(tmp_path / "secret.txt")
    git(repository, "commit", "-q", "-a", "-m", "link")
    report = diff("git:main", str(repository / "terraform"), environ=ENVIRON)
    assert "telephony" not in str(report)


def test_a_file_of_variables_is_that_of_the_commit(repository: Path) -> None:
    module = repository / "modules" / "m" / "main.tf"
    module.write_text('variable "s" {\n  type = set(string)\n}\n' + client("c", "scopes = var.s"))
    main = repository / "terraform" / "main.tf"
    main.write_text(
        'variable "s" {\n  type = set(string)\n}\n'
        'module "m" {\n  source = "../modules/m"\n  s = var.s\n}\n'
    )
    (repository / "prod.tfvars").write_text('s = ["users"]\n')
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "variables")
    (repository / "prod.tfvars").write_text('s = ["users", "routing"]\n')
    there, outside = repository / "prod.tfvars", repository.parent / "outside.tfvars"

    def changes(*files: Path) -> set[str]:
        report = diff(
            "git:main",
            str(repository / "terraform"),
            variables=[("file", str(file)) for file in files],
            environ=ENVIRON,
        )
        assert not report.errors
        return told(report)

    assert changes(there) == {"+ scope routing"}
    # A file outside of any commit is the same on both sides.
    outside.write_text('s = ["conversations"]\n')
    assert changes(outside) == set()
    assert changes(there, outside) == set()
    (repository / "new.tfvars").write_text('s = ["routing"]\n')
    assert changes(repository / "new.tfvars") == set()


@pytest.fixture
def teams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two root modules below one folder and one beside it, all of them committed."""
    repo = tmp_path / "repo"
    for name in ("teams/a", "teams/b", "other"):
        (repo / name).mkdir(parents=True)
        (repo / name / "main.tf").write_text(client("c", 'scopes = ["users"]'))
    git(tmp_path, "init", "-q", "-b", "main", str(repo))
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "first")
    monkeypatch.chdir(repo)
    return repo


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("git:HEAD", "."),
        ("git:HEAD:", "."),
        ("git:HEAD:.", "."),
        ("git:HEAD", "teams"),
        ("git:HEAD", "teams/"),
        ("git:HEAD", "./teams/../teams"),
        ("git:HEAD:teams", "teams"),
        ("git:HEAD:teams/", "teams/"),
        ("git:HEAD:teams/a", "teams/a"),
        ("git:HEAD", "teams/a/main.tf"),
        ("git:HEAD:teams/a/main.tf", "teams/a/main.tf"),
        ("git:HEAD:teams", "git:main:teams"),
        ("git:HEAD", "git:main"),
        ("teams", "git:HEAD"),
        ("teams", "git:HEAD:teams"),
        (".", "."),
        ("teams", "teams/"),
        ("teams/a/main.tf", "teams/a/main.tf"),
    ],
)
def test_roots_pair_by_their_path_however_the_same_is_named(
    teams: Path, base: str, head: str
) -> None:
    report = diff(base, head, environ=ENVIRON)
    assert not report.errors
    assert report.changes == ()
    assert sum(source.clients for source in report.sources) > 0


def test_one_of_several_roots_that_changes_is_told_alone(teams: Path) -> None:
    (teams / "teams" / "b" / "main.tf").write_text(client("c", 'scopes = ["routing"]'))
    report = diff("git:HEAD", str(teams), environ=ENVIRON)
    assert told(report) == {"+ scope routing", "- scope users"}
    assert report.changes is not None
    assert {each.root for each in report.changes if each.direction == "gain"} == {"teams/b"}


def test_a_file_is_compared_with_the_same_file_alone(teams: Path) -> None:
    (teams / "teams" / "a" / "more.tf").write_text(client("d", 'scopes = ["users"]'))
    git(teams, "add", ".")
    git(teams, "commit", "-q", "-m", "more")
    assert diff("git:HEAD", "teams/a/main.tf", environ=ENVIRON).changes == ()


def test_a_pull_request_that_changes_nothing_has_no_comment_on_access(
    teams: Path, tmp_path: Path
) -> None:
    comment = tmp_path / "comment.md"
    for source in (".", "teams", "teams/", "teams/a", "teams/a/main.tf"):
        assert comparison(["HEAD", str(comment), "--", source]) == 0
        assert "No client gains or loses access" in comment.read_text()
