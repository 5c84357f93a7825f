"""The comment of the GitHub action and the note of the GitLab template, with a fake of
each host.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.test_integrations import ACTION, EXAMPLES, GITLAB, git, shell, stand_in, step

pytestmark = pytest.mark.server

TOKEN = "canary-5511"
MARK = "<!-- recording-toolkit:check -->"


class Host(ThreadingHTTPServer):
    """Comments as GitHub and GitLab keep them: read by page, written only with a token."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.comments: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.refuses = False
        self.redirects = ""
        #: A GitHub job's token has no user.
        self.user: dict[str, Any] | None = None

    def add(self, body: str, author: dict[str, Any]) -> dict[str, Any]:
        made = {"id": 1000 + len(self.comments), "body": body, "user": author, "author": author}
        self.comments.append(made)
        return made


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def _any(self) -> None:
        host, parts = self.server, urlsplit(self.path)
        host.asked.append(f"{self.command} {parts.path}")
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
        if host.redirects:
            self.send_response(307)
            self.send_header("Location", host.redirects)
            self.end_headers()
            return
        if token.removeprefix("Bearer ") != TOKEN or (host.refuses and self.command != "GET"):
            self._answer(403, {})
        elif parts.path.endswith("/user"):
            self._answer(403 if host.user is None else 200, host.user or {})
        elif self.command == "GET":
            query = parse_qs(parts.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            self._answer(200, host.comments[(page - 1) * size : page * size])
        elif self.command == "POST":
            assert body is not None
            self._answer(201, host.add(body["body"], host.user or {"type": "Bot"}))
        else:
            number = int(parts.path.rpartition("/")[2])
            (found,) = [each for each in host.comments if each["id"] == number]
            assert body is not None
            found["body"] = body["body"]
            self._answer(200, found)

    def _answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_PUT = _any  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found
        found.shutdown()


def github(tmp_path: Path, host: Host, source: str, *, head: str = "us/repo") -> dict[str, str]:
    """Return the environment of the step after the check of a pull request."""
    if not (tmp_path / "recording-toolkit").exists():
        stand_in(tmp_path / "recording-toolkit" / "bin")
    event = {"pull_request": {"number": 7, "head": {"repo": {"full_name": head}}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    (tmp_path / "output").unlink(missing_ok=True)
    env = {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "POLICIES": "",
        "OPTIONS": "",
        "SOURCES": source,
    }
    shell(step("Check"), EXAMPLES, env)
    lines = (tmp_path / "output").read_text().splitlines()
    outputs = dict(line.split("=", 1) for line in lines)
    return {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": host.url,
        "GITHUB_REPOSITORY": "us/repo",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "COMMENT": outputs["comment"],
        "RECORDING_TOOLKIT_COMMENT_TOKEN": TOKEN,
        "NO_PROXY": "127.0.0.1",
    }


def test_the_action_posts_once_and_then_updates(tmp_path: Path, host: Host) -> None:
    for number in range(150):
        host.add(f"comment {number}", {"type": "User"})
    host.add(f"{MARK}\nnot ours", {"type": "User"})
    done = shell(step("Comment"), EXAMPLES, github(tmp_path, host, "missing-scope"))
    assert done.returncode == 0, done.stderr
    assert done.stderr == "a comment was posted\n"
    assert host.asked[-1] == "POST /repos/us/repo/issues/7/comments"
    assert host.comments[-1]["body"].startswith(MARK)
    assert "1 error" in host.comments[-1]["body"]
    done = shell(step("Comment"), EXAMPLES, github(tmp_path, host, "good-client"))
    assert done.stderr == "the comment was updated\n"
    assert host.asked[-1] == "PATCH /repos/us/repo/issues/comments/1151"
    assert len(host.comments) == 152
    assert "passed" in host.comments[-1]["body"]
    assert host.comments[-2]["body"].endswith("not ours")


@pytest.mark.parametrize("head", ["them/repo", ""])
def test_nothing_is_sent_for_a_fork_on_github(tmp_path: Path, host: Host, head: str) -> None:
    env = github(tmp_path, host, "missing-scope", head=head)
    done = shell(step("Comment"), EXAMPLES, env)
    assert (done.returncode, host.asked) == (0, [])
    assert done.stderr == "no comment: the pull request comes from a fork\n"


def test_another_event_posts_nothing(tmp_path: Path, host: Host) -> None:
    env = github(tmp_path, host, "missing-scope")
    for event in ("push", "pull_request_target"):
        done = shell(step("Comment"), EXAMPLES, env | {"GITHUB_EVENT_NAME": event})
        assert (done.returncode, host.asked) == (0, [])


def test_a_token_that_may_not_write_is_an_error_that_names_the_right(
    tmp_path: Path, host: Host
) -> None:
    host.refuses = True
    done = shell(step("Comment"), EXAMPLES, github(tmp_path, host, "missing-scope"))
    assert done.returncode == 4
    assert "pull-requests: write" in done.stderr
    assert TOKEN not in done.stderr


def test_a_token_goes_to_no_other_host(tmp_path: Path, host: Host) -> None:
    with Host() as other:
        host.redirects = f"{other.url}/elsewhere"
        done = shell(step("Comment"), EXAMPLES, github(tmp_path, host, "missing-scope"))
        assert done.returncode == 4
        assert other.asked == []
    env = github(tmp_path, host, "missing-scope") | {"GITHUB_API_URL": "http://api.example.com"}
    done = shell(step("Comment"), EXAMPLES, env)
    assert done.returncode == 2
    assert "not asked without TLS" in done.stderr


def test_the_comment_of_the_action_is_opt_in_and_not_for_forks() -> None:
    (comment,) = [each for each in ACTION["runs"]["steps"] if each.get("name") == "Comment"]
    assert "inputs.comment == 'true'" in comment["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in comment["if"]
    assert ACTION["inputs"]["comment"]["default"] == "false"
    assert not re.search(r"\$\{\{", comment["run"])


def gitlab(tmp_path: Path, host: Host, source: str, *, of: str = "3") -> dict[str, str]:
    job = GITLAB[".recording-toolkit"]
    if not (tmp_path / "recording-toolkit").exists():
        stand_in(tmp_path / "recording-toolkit" / "bin")
    env = {**job["variables"], "TMPDIR": str(tmp_path)}
    env["RECORDING_TOOLKIT_SOURCES"] = str(EXAMPLES / source)
    shell("\n".join(job["script"]), tmp_path, env)
    return {
        "TMPDIR": str(tmp_path),
        "CI_API_V4_URL": f"{host.url}/api/v4",
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": of,
        "RECORDING_TOOLKIT_COMMENT_TOKEN": TOKEN,
        "NO_PROXY": "127.0.0.1",
    }


def test_the_gitlab_job_puts_one_note_and_updates_it(tmp_path: Path, host: Host) -> None:
    after = "\n".join(GITLAB[".recording-toolkit"]["after_script"])
    host.user = {"id": 5}
    host.add(f"{MARK}\nnot ours", {"id": 6})
    done = shell(after, tmp_path, gitlab(tmp_path, host, "missing-scope"))
    assert (done.returncode, done.stderr) == (0, "a comment was posted\n")
    assert host.asked[-1] == "POST /api/v4/projects/3/merge_requests/7/notes"
    done = shell(after, tmp_path, gitlab(tmp_path, host, "good-client"))
    assert (done.returncode, done.stderr) == (0, "the comment was updated\n")
    assert host.asked[-1] == "PUT /api/v4/projects/3/merge_requests/7/notes/1001"
    assert "passed" in host.comments[1]["body"]
    assert host.comments[0]["body"].endswith("not ours")


def test_nothing_is_sent_for_a_fork_on_gitlab(tmp_path: Path, host: Host) -> None:
    after = "\n".join(GITLAB[".recording-toolkit"]["after_script"])
    done = shell(after, tmp_path, gitlab(tmp_path, host, "missing-scope", of="4"))
    assert (done.returncode, host.asked) == (0, [])
    assert done.stderr == "no comment: the merge request comes from a fork\n"
    env = gitlab(tmp_path, host, "missing-scope")
    del env["RECORDING_TOOLKIT_COMMENT_TOKEN"]
    assert shell(after, tmp_path, env).returncode == 0
    assert host.asked == []


# What the pull request gives and takes, in a comment of its own.

DIFF = "<!-- recording-toolkit:diff -->"
CHANGES_POLICY = """
version: 1
name: ours
rules:
  - {id: CHG, title: No deletion, change: {forbid_gain: {permissions: ["recording:*:delete"]}}}
"""
MAIN = """
resource "genesyscloud_auth_role" "r" {
  name = "Recorder"
  permission_policies {
    domain      = "recording"
    entity_name = "recording"
    action_set  = ["view"]
  }
}
resource "genesyscloud_oauth_client" "recorder" {
  name                  = "recorder"
  authorized_grant_type = "CLIENT-CREDENTIALS"
  roles { role_id = genesyscloud_auth_role.r.id }
}
"""


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A checkout in which a branch lets a client delete recordings, with its base beside it."""
    work = tmp_path / "work"
    (work / "terraform").mkdir(parents=True)
    (work / "terraform/main.tf").write_text(MAIN)
    (work / "ours.yaml").write_text(CHANGES_POLICY)
    git(work, "init", "-q", "-b", "main")
    git(work, "add", "-A")
    git(work, "commit", "-qm", "base")
    git(work, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(work, "remote", "add", "origin", str(work))
    git(work, "checkout", "-qb", "change")
    (work / "terraform/main.tf").write_text(MAIN.replace('"view"', '"*"'))
    git(work, "commit", "-qam", "change")
    return work


def on_github(tmp_path: Path, host: Host, work: Path, **more: str) -> tuple[int, dict[str, str]]:
    """Return the status of the step Check on a pull request, and the environment of the step
    Comment.
    """
    env = github(tmp_path, host, "good-client")
    given = {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "POLICIES": "",
        "OPTIONS": "",
        "SOURCES": "terraform",
        "GITHUB_BASE_REF": "main",
        "COMPARES": "true",
    } | more
    (tmp_path / "output").unlink()
    done = shell(step("Check"), work, given)
    lines = (tmp_path / "output").read_text().splitlines()
    outputs = dict(line.split("=", 1) for line in lines)
    env["COMMENT"] = outputs["comment"]
    if "changes" in outputs:
        env["CHANGES"] = outputs["changes"]
    return done.returncode, env


def test_the_action_posts_what_a_pull_request_gives_beside_the_check(
    tmp_path: Path, host: Host, change: Path
) -> None:
    for expected in ("a comment was posted\n", "the comment was updated\n"):
        _, env = on_github(tmp_path, host, change)
        done = shell(step("Comment"), change, env)
        assert (done.returncode, done.stderr) == (0, expected * 2)
    check, diff = (each["body"].splitlines() for each in host.comments)
    assert check[0] == MARK
    assert diff[0] == DIFF
    assert diff[1] == "### 1 client gains access: recorder can now delete recordings."
    assert "terraform/main.tf:4" in "\n".join(diff)


def test_nothing_is_compared_where_nobody_asked_or_nothing_is_there_to_compare(
    tmp_path: Path, host: Host, change: Path
) -> None:
    for more in ({"COMPARES": "false"}, {"GITHUB_BASE_REF": ""}):
        _, env = on_github(tmp_path, host, change, **more)
        assert "CHANGES" not in env
    (change / "state.json").write_text('{"version": 4, "serial": 1, "resources": []}')
    _, env = on_github(tmp_path, host, change, SOURCES="state.json")
    assert "CHANGES" not in env
    done = shell(step("Comment"), change, env)
    assert (done.returncode, done.stderr) == (0, "a comment was posted\n")
    assert "inputs.comment" in next(
        each["env"]["COMPARES"] for each in ACTION["runs"]["steps"] if each.get("name") == "Check"
    )


def test_a_rule_about_changes_counts_where_they_are_compared(
    tmp_path: Path, host: Host, change: Path
) -> None:
    status, env = on_github(tmp_path, host, change, POLICIES="ours.yaml")
    assert status == 1
    assert "**FAIL CHG**" in Path(env["CHANGES"]).read_text()
    assert on_github(tmp_path, host, change, POLICIES="ours.yaml", COMPARES="")[0] == 0
    # The pull request cannot take the rule away.
    (change / "ours.yaml").write_text(CHANGES_POLICY.replace("delete", "nothing"))
    assert on_github(tmp_path, host, change, POLICIES="ours.yaml")[0] == 1


def test_a_base_that_cannot_be_read_fails_no_pull_request(
    tmp_path: Path, host: Host, change: Path
) -> None:
    git(change, "checkout", "-q", "main")
    (change / "terraform/main.tf").write_text("resource {")
    git(change, "commit", "-qam", "broken")
    git(change, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(change, "checkout", "-q", "change")
    status, env = on_github(tmp_path, host, change, POLICIES="ours.yaml")
    assert status == 0
    text = Path(env["CHANGES"]).read_text()
    assert text.splitlines()[1].startswith("### Not everything could be looked at")


def test_a_plan_is_compared_with_what_there_is_and_targets_with_their_values(
    tmp_path: Path, host: Host, change: Path
) -> None:
    plan = Path(__file__).parent / "provider/recorded/plan-update.json"
    _, env = on_github(tmp_path, host, change, SOURCES=f"terraform\n{plan}")
    title = Path(env["CHANGES"]).read_text().splitlines()[1]
    assert title.startswith("### 6 clients gain access, 4 clients lose access, 1 user gains access")
    (change / "recording-toolkit.toml").write_text(
        '[[targets]]\nname = "prod"\nroot = "terraform"\n'
    )
    git(change, "add", "-A")
    git(change, "commit", "-qm", "targets")
    _, env = on_github(tmp_path, host, change, SOURCES="", CONFIG_REF="none")
    marker, title, *_ = Path(env["CHANGES"]).read_text().splitlines()
    assert marker == "<!-- recording-toolkit:diff:prod -->"
    assert title.startswith("### 1 client gains access")


def test_no_change_of_a_fork_is_posted(tmp_path: Path, host: Host, change: Path) -> None:
    _, env = on_github(tmp_path, host, change)
    event = {"pull_request": {"number": 7, "head": {"repo": {"full_name": "them/repo"}}}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    done = shell(step("Comment"), change, env)
    assert (done.returncode, host.asked) == (0, [])
    assert done.stderr == "no comment: the pull request comes from a fork\n" * 2


def test_the_gitlab_job_puts_a_note_on_what_a_merge_request_gives(
    tmp_path: Path, host: Host, change: Path
) -> None:
    job = GITLAB[".recording-toolkit"]
    after = "\n".join(job["after_script"])
    host.user = {"id": 5}
    env = gitlab(tmp_path, host, "good-client") | {"GIT_CONFIG_GLOBAL": "/dev/null"}
    given = job["variables"] | env | {
        "RECORDING_TOOLKIT_SOURCES": "terraform",
        "RECORDING_TOOLKIT_OPTIONS": "-p ours.yaml",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }  # fmt: skip
    done = shell("\n".join(job["script"]), change, given)
    assert done.returncode == 1, done.stderr
    done = shell(after, change, env)
    assert (done.returncode, done.stderr) == (0, "a comment was posted\n" * 2)
    assert [each["body"].partition("\n")[0] for each in host.comments] == [MARK, DIFF]
    assert "### 1 client gains access" in host.comments[1]["body"]
    quiet = {k: v for k, v in given.items() if k != "RECORDING_TOOLKIT_COMMENT_TOKEN"}
    assert shell("\n".join(job["script"]), change, quiet).returncode == 0
    assert not (tmp_path / "recording-toolkit-diff.md").exists()
