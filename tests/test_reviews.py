"""Suggestions on the lines of a pull request, and of a merge request, with a fake of each host."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.test_integrations import shell, stand_in, step
from toolkit.cli.change_host import TOKEN
from toolkit.cli.review import review
from toolkit.errors import RemoteError, UsageError

pytestmark = pytest.mark.server

OLD = """\
resource "genesyscloud_oauth_client" "a" {
  name                  = "recorder"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}
"""
#: The pull request adds the line of the scopes, and shows the lines around it.
PATCH = """\
@@ -1,4 +1,5 @@
 resource "genesyscloud_oauth_client" "a" {
   name                  = "recorder"
   authorized_grant_type = "CODE"
+  scopes                = ["users"]
 }"""
NEW = '  scopes                = ["users", "recordings"]\n'


class Host(ThreadingHTTPServer):
    """Answers with prepared data, and records what is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.lists: dict[str, Any] = {}
        self.sent: list[tuple[str, Any]] = []
        self.status = 201


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        found = self.server.lists.get(urlsplit(self.path).path)
        self._answer(404 if found is None else 200, found)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert "canary" in (self.headers.get("Authorization") or self.headers["PRIVATE-TOKEN"])
        self.server.sent.append((self.path, body))
        self._answer(self.server.status, {"id": 1})

    def _answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(OLD, encoding="utf-8")
    return tmp_path


PULL = "/repos/us/repo/pulls/7"
MERGE = "/projects/3/merge_requests/7"


def github(work: Path, host: Host, *, head: str = "us/repo", patch: str = PATCH) -> dict[str, str]:
    event = {"pull_request": {"number": 7, "head": {"repo": {"full_name": head}, "sha": "f00d"}}}
    (work / "event.json").write_text(json.dumps(event))
    host.lists = {
        f"{PULL}/files": [{"filename": "main.tf", "patch": patch}],
        f"{PULL}/comments": [],
    }
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": host.url,
        "GITHUB_REPOSITORY": "us/repo",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(work / "event.json"),
        TOKEN: "canary-1",
    }


def gitlab(host: Host, *, source: str = "3") -> dict[str, str]:
    refs = {"base_sha": "b", "start_sha": "s", "head_sha": "h"}
    host.lists = {
        MERGE: {"diff_refs": refs},
        f"{MERGE}/diffs": [{"new_path": "main.tf", "old_path": "old.tf", "diff": PATCH}],
        f"{MERGE}/notes": [],
    }
    return {
        "CI_API_V4_URL": host.url,
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": source,
        TOKEN: "canary-1",
    }


def edit(start: int, end: int, text: str, path: str = "main.tf") -> dict[str, Any]:
    def at(line: int) -> dict[str, int]:
        return {"byte": line, "line": line, "column": 1}

    return {"path": path, "start": at(start), "end": at(end), "text": text}


def report(work: Path, *edits: dict[str, Any], safety: str = "safe") -> Path:
    result = {
        "rule": "REC001",
        "address": "genesyscloud_oauth_client.a",
        "fix_edits": {"safety": safety, "message": 'Add "recordings".', "edits": [*edits]},
    }
    file = work / "report.json"
    file.write_text(json.dumps({"results": [result, {"rule": "other"}]}))
    return file


def test_a_suggestion_stands_on_its_line(work: Path, host: Host) -> None:
    said = review(report(work, edit(4, 5, NEW)), github(work, host))
    assert said == "1 suggestion posted"
    ((path, body),) = host.sent
    assert path == f"{PULL}/reviews"
    (comment,) = body.pop("comments")
    assert body == {"commit_id": "f00d", "event": "COMMENT"}
    text = comment.pop("body")
    assert comment == {"path": "main.tf", "line": 4, "side": "RIGHT"}
    assert text.endswith(f"\n\n```suggestion\n{NEW}```\n")
    assert "<code>REC001</code>" in text
    assert "Look at it first" not in text


def test_what_stands_there_is_not_said_again(work: Path, host: Host) -> None:
    file, environ = report(work, edit(4, 5, NEW)), github(work, host)
    review(file, environ)
    (comment,) = host.sent.pop()[1]["comments"]
    host.lists[f"{PULL}/comments"] = [{"body": comment["body"], "user": {"type": "User"}}]
    assert review(file, environ) == "1 suggestion posted", "anyone may write such a line"
    host.sent.clear()
    host.lists[f"{PULL}/comments"] = [{"body": comment["body"], "user": {"type": "Bot"}}]
    assert review(file, environ) == "no review: all of it stands there"
    assert host.sent == []


def test_what_is_only_added_takes_a_line_along(work: Path, host: Host) -> None:
    added = '  state                 = "active"\n'
    review(report(work, edit(5, 5, added), safety="unsafe"), github(work, host))
    (comment,) = host.sent[0][1]["comments"]
    assert comment["line"] == 4
    line = OLD.splitlines()[3]
    assert f"```suggestion\n{line}\n{added}```\n" in comment["body"]
    assert "Look at it first" in comment["body"]


def test_edits_of_one_finding_are_one_suggestion(work: Path, host: Host) -> None:
    edits = edit(2, 3, '  name = "x"\n'), edit(4, 5, NEW)
    review(report(work, *edits), github(work, host))
    (comment,) = host.sent[0][1]["comments"]
    assert (comment["start_line"], comment["line"], comment["start_side"]) == (2, 4, "RIGHT")
    middle = OLD.splitlines()[2]
    assert f'```suggestion\n  name = "x"\n{middle}\n{NEW}```\n' in comment["body"]


@pytest.mark.parametrize(
    "edits",
    [
        [edit(8, 9, NEW)],
        [edit(4, 5, NEW, path="other.tf")],
        [edit(4, 5, NEW), edit(1, 2, "x\n", path="other.tf")],
        [edit(4, 5, NEW.replace("\n", "\r\n"))],
    ],
)
def test_what_is_not_on_lines_of_the_diff_is_left_out(
    work: Path, host: Host, edits: list[dict[str, Any]]
) -> None:
    environ = github(work, host)
    assert review(report(work, *edits), environ) == "no review: no edit is on lines of the diff"
    assert host.sent == []


def test_what_is_shown_only_is_not_suggested(work: Path, host: Host) -> None:
    file = report(work, edit(4, 5, NEW), safety="display-only")
    assert review(file, github(work, host)) == "no review: no finding has an edit"


def test_lines_that_are_not_those_that_were_checked_get_none(work: Path, host: Host) -> None:
    (work / "main.tf").write_text(OLD.replace('["users"]', '["groups"]'), encoding="utf-8")
    assert "no edit is on lines" in review(report(work, edit(4, 5, NEW)), github(work, host))
    (work / "main.tf").unlink()
    outside = work.parent / "outside.tf"
    outside.write_text(OLD, encoding="utf-8")
    (work / "main.tf").symlink_to(outside)
    assert "no edit is on lines" in review(report(work, edit(4, 5, NEW)), github(work, host))
    assert host.sent == []


def test_a_text_cannot_end_its_suggestion(work: Path, host: Host) -> None:
    review(report(work, edit(4, 5, "```\n@everyone\n")), github(work, host))
    (comment,) = host.sent[0][1]["comments"]
    assert "````suggestion\n```\n@everyone\n````\n" in comment["body"]


def test_two_hunks_are_no_place_for_one_suggestion(work: Path, host: Host) -> None:
    patch = PATCH.replace('   authorized_grant_type = "CODE"', "@@ -4,2 +3,3 @@\n    x")
    file = report(work, edit(2, 3, "x\n"), edit(4, 5, NEW))
    assert "no edit is on lines" in review(file, github(work, host, patch=patch))


def test_gitlab_gets_a_discussion(work: Path, host: Host) -> None:
    edits = edit(2, 3, '  name = "x"\n'), edit(4, 5, NEW)
    assert review(report(work, *edits), gitlab(host)) == "1 suggestion posted"
    ((path, body),) = host.sent
    assert path == f"{MERGE}/discussions"
    assert body["position"] == {
        "position_type": "text",
        "base_sha": "b",
        "start_sha": "s",
        "head_sha": "h",
        "new_path": "main.tf",
        "old_path": "old.tf",
        "new_line": 4,
    }
    assert "```suggestion:-2+0\n" in body["body"]


def test_a_line_that_stays_has_both_numbers_at_gitlab(work: Path, host: Host) -> None:
    review(report(work, edit(5, 6, "} # end\n")), gitlab(host))
    assert (host.sent[0][1]["position"]["new_line"], host.sent[0][1]["position"]["old_line"]) == (
        5,
        4,
    )


@pytest.mark.parametrize("asked", [True, False])
def test_the_action_suggests_what_its_check_found(work: Path, host: Host, asked: bool) -> None:
    """Both of its steps are run unchanged."""
    stand_in(work / "recording-toolkit" / "bin")
    env = {
        "RUNNER_TEMP": str(work),
        "GITHUB_OUTPUT": str(work / "output"),
        "POLICIES": "",
        "OPTIONS": "",
        "SOURCES": "tf",
        "REVIEWS": "true" if asked else "false",
    }
    (work / "tf").mkdir()
    (work / "main.tf").rename(work / "tf" / "main.tf")
    shell(step("Check"), work, env)
    outputs = dict(line.split("=", 1) for line in (work / "output").read_text().splitlines())
    assert ("edits" in outputs) is asked
    if not asked:
        return
    environ = github(work, host)
    host.lists[f"{PULL}/files"][0]["filename"] = "tf/main.tf"
    given = {**environ, "RUNNER_TEMP": str(work), "EDITS": outputs["edits"]}
    done = shell(step("Review"), work, given)
    assert "1 suggestion posted" in done.stderr
    (comment,) = host.sent[0][1]["comments"]
    assert comment["path"] == "tf/main.tf"
    assert '"users", "recording:session:write", "recordingSession"' in comment["body"]


def test_nothing_is_sent_from_a_fork(work: Path, host: Host) -> None:
    file = report(work, edit(4, 5, NEW))
    assert review(file, github(work, host, head="them/repo")).endswith("comes from a fork")
    assert review(file, gitlab(host, source="4")).endswith("comes from a fork")
    assert host.sent == []


def test_a_host_that_refuses_is_told(work: Path, host: Host) -> None:
    environ = github(work, host)
    host.status = 422
    with pytest.raises(RemoteError, match="422"):
        review(report(work, edit(4, 5, NEW)), environ)
    (work / "report.json").write_text("[]")
    with pytest.raises(UsageError, match="not a report as JSON"):
        review(work / "report.json", environ)
    assert "No such file" in review(work / "none.json", environ)
