"""`diff` through the command line: the sentence, the lines, the document, the exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from toolkit.errors import ExitCode
from toolkit.reporters.change_findings import OWN_WAY
from toolkit.reporters.document import json_schema
from toolkit.reporters.interface import REPORTERS, Reporter

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
def folders(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("before", MAIN), ("after", MAIN.replace('["view"]', '["*"]'))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text, encoding="utf-8")
    return str(tmp_path / "before"), str(tmp_path / "after")


def test_says_what_changes_first(invoke: Any, folders: tuple[str, str]) -> None:
    result = invoke("diff", *folders)
    assert result.exit_code == ExitCode.OK
    text = " ".join(result.stdout.split())
    assert "1 client gains access: recorder can now delete recordings." in text
    assert "recording:recording:* in the home division: 3 permissions today" in text
    assert "through genesyscloud_auth_role.r" in text
    assert "after/main.tf:4" in text


def first_sentence(invoke: Any, tmp_path: Path, before: str, after: str) -> str:
    for name, text in (("before", before), ("after", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text, encoding="utf-8")
    result = invoke("diff", str(tmp_path / "before"), str(tmp_path / "after"))
    return " ".join(result.stdout.split())


def user_client(name: str, scopes: str) -> str:
    return (
        f'resource "genesyscloud_oauth_client" "{name}" {{\n  name = "{name}"\n'
        f'  authorized_grant_type = "CODE"\n  scopes = [{scopes}]\n}}\n'
    )


def test_the_sentence_says_for_how_many_the_gravest_holds(invoke: Any, tmp_path: Path) -> None:
    shared = MAIN + MAIN[MAIN.index('resource "genesyscloud_oauth_client"') :].replace(
        "recorder", "archive"
    )
    text = first_sentence(invoke, tmp_path, shared, shared.replace('["view"]', '["*"]'))
    assert "2 clients gain access: archive and 1 other client can now delete recordings." in text


def test_a_start_that_is_lost_is_told_before_what_is_gained(invoke: Any, tmp_path: Path) -> None:
    start = '"recording:session:write", "recordingSession"'
    before = user_client("desk", start) + user_client("kiosk", start) + user_client("voice", "")
    after = user_client("desk", "") + user_client("kiosk", "")
    after += user_client("voice", '"conversations"')
    text = first_sentence(invoke, tmp_path, before, after)
    assert (
        "1 client gains access, 2 clients lose access: desk and 1 other client can no longer "
        "start recording sessions, and voice can now "
    ) in text


def test_the_document_has_every_change(invoke: Any, folders: tuple[str, str]) -> None:
    result = invoke("diff", *folders, "-f", "json")
    document = json.loads(result.stdout)
    jsonschema.validate(document, json_schema())
    assert document["command"] == "diff"
    by_name = {change["name"]: change for change in document["changes"]}
    wildcard = by_name["recording:recording:*"]
    assert (wildcard["growing"], wildcard["pattern"]) == (True, None)
    restored = by_name["recording:recording:restore"]
    assert restored["pattern"] == "recording:recording:*"
    assert restored["location"]["line"] == 4
    assert by_name["putConversationRecording"]["kind"] == "operation"


def test_nothing_changes(invoke: Any, folders: tuple[str, str]) -> None:
    result = invoke("diff", folders[0], folders[0])
    assert result.exit_code == ExitCode.OK
    assert "No client gains or loses access." in result.stdout


def test_a_side_that_is_not_there_is_an_error_and_no_comparison(
    invoke: Any, folders: tuple[str, str]
) -> None:
    result = invoke("diff", "nowhere", folders[0], "-f", "json")
    assert result.exit_code == ExitCode.INPUT
    document = json.loads(result.stdout)
    assert document["changes"] == []
    assert "nowhere: no such file or folder" in result.stderr
    assert "No client" not in invoke("diff", "nowhere", folders[0]).stdout


def test_a_sensitive_scope_is_compared_and_not_shown(invoke: Any, tmp_path: Path) -> None:
    text = """
    variable "s" {
      type      = string
      sensitive = true
      default   = "users"
    }
    resource "genesyscloud_oauth_client" "c" {
      name                  = "c"
      authorized_grant_type = "CODE"
      scopes                = [var.s]
    }
    """
    for name, body in (("a", text), ("b", text.replace("users", "routing"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(body, encoding="utf-8")
    for form in ("text", "json"):
        result = invoke("diff", str(tmp_path / "a"), str(tmp_path / "b"), "-f", form)
        assert "(sensitive)" in result.stdout
        assert "routing" not in result.stdout


def test_a_comment_begins_with_the_sentence_and_folds_what_is_long(
    invoke: Any, tmp_path: Path
) -> None:
    clients = "".join(
        f"""
        resource "genesyscloud_oauth_client" "c{at}" {{
          name                  = "c{at} | @everyone"
          authorized_grant_type = "CODE"
          scopes                = [SCOPE]
        }}
        """
        for at in range(40)
    )
    for name, scope in (("a", '"users"'), ("b", '"routing"')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(clients.replace("SCOPE", scope), encoding="utf-8")
    result = invoke("diff", str(tmp_path / "a"), str(tmp_path / "b"), "-f", "markdown")
    marker, title, _, name, _, *rest = result.stdout.splitlines()
    assert marker == "<!-- recording-toolkit:diff -->"
    assert title == "### 40 clients gain access, 40 clients lose access."
    assert name == "What the change gives and takes, by recording-toolkit."
    before_fold = rest[: rest.index("")]
    assert len(before_fold) == 30
    assert all(line.count(" | ") >= 2 for line in before_fold[2:])
    assert "@everyone" not in result.stdout
    assert "<summary>132 more lines</summary>" in result.stdout


def test_a_moved_client_is_told_as_the_same(invoke: Any, tmp_path: Path) -> None:
    for name, label, scope in (("a", "one", "users"), ("b", "two", "routing")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(
            f"""
            resource "genesyscloud_oauth_client" "{label}" {{
              name                  = "c"
              authorized_grant_type = "CODE"
              scopes                = ["{scope}"]
            }}
            """
        )
    (tmp_path / "b" / "moved.tf").write_text(
        "moved {\n from = genesyscloud_oauth_client.one\n to = genesyscloud_oauth_client.two\n}\n"
    )
    text = invoke("diff", str(tmp_path / "a"), str(tmp_path / "b")).stdout
    assert "Moved from genesyscloud_oauth_client.one: the same client." in " ".join(text.split())


def test_where_an_org_is_needs_live(invoke: Any, folders: tuple[str, str]) -> None:
    result = invoke("diff", *folders, "--region", "eu-west-1")
    assert result.exit_code == ExitCode.INPUT
    assert "Give --region with --live." in result.stderr


def test_a_comment_on_several_roots_says_which(invoke: Any, tmp_path: Path) -> None:
    for side, scope in (("a", "users"), ("b", "routing")):
        for name in ("one", "two"):
            (tmp_path / side / name).mkdir(parents=True)
            (tmp_path / side / name / "main.tf").write_text(
                f"""
                resource "genesyscloud_oauth_client" "c" {{
                  name                  = "c"
                  authorized_grant_type = "CODE"
                  scopes                = ["{scope}"]
                }}
                """
            )
    page = invoke("diff", str(tmp_path / "a"), str(tmp_path / "b"), "-f", "markdown").stdout
    for name in ("one", "two"):
        assert f"b/{name}</code> |" in page


@pytest.mark.parametrize("entry", REPORTERS, ids=lambda entry: entry.name)
def test_every_format_tells_of_the_changes(
    invoke: Any, folders: tuple[str, str], entry: Reporter
) -> None:
    done = invoke("diff", *folders, "-f", entry.name)
    assert (done.exit_code, done.stderr) == (0, "")
    if entry.name in OWN_WAY:
        assert "access-change" not in done.stdout
    elif entry.name != "atlantis":  # The format atlantis only counts.
        assert "access-change" in done.stdout
        assert "recordings" in done.stdout
    same = invoke("diff", folders[0], folders[0], "-f", entry.name)
    assert (same.exit_code, "access-change" in same.stdout) == (0, False)


def test_a_change_is_a_note_for_code_scanning(invoke: Any, folders: tuple[str, str]) -> None:
    document = json.loads(invoke("diff", *folders, "-f", "sarif").stdout)
    results = document["runs"][0]["results"]
    assert {(each["ruleId"], each["level"]) for each in results} == {("access-change", "note")}
