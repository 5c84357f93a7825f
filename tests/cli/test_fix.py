"""`check --fix`, `--diff` and related options through the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from toolkit.reporters.interface import REPORTERS

TEXT = """\
resource "genesyscloud_oauth_client" "a" {
  name                  = "a"
  authorized_grant_type = "CODE"
  scopes                = ["users"]
}

resource "genesyscloud_oauth_client" "b" {
  name                  = "b"
  authorized_grant_type = "CODE"
  scopes                = local.shared
}

locals {
  shared = ["users"]
}
"""
POLICY = """\
version: 1
name: ours
description: What the tests ask.
rules:
  - id: SCOPES
    title: Scopes
    severity: error
    clients: {}
    require: {scopes: {all_of: [recordings]}}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tf").mkdir()
    (tmp_path / "tf" / "main.tf").write_text(TEXT, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path


def content(root: Path) -> str:
    return (root / "tf" / "main.tf").read_text(encoding="utf-8")


CHECK = ("check", "tf", "-p", "policy.yaml")


def test_the_diff_is_printed_and_nothing_written(root: Path, invoke: Any) -> None:
    result = invoke(*CHECK, "--diff")
    assert result.exit_code == 1
    assert result.stdout.startswith("--- a/tf/main.tf\n+++ b/tf/main.tf\n@@ -1,7 +1,7 @@\n")
    assert '+  scopes                = ["users", "recordings"]\n' in result.stdout
    assert result.stderr.splitlines() == [
        "note: Would fix 1 finding in 1 file.",
        "note: 1 more could be fixed with --unsafe-fixes.",
    ]
    assert content(root) == TEXT


def test_git_takes_the_diff(root: Path, invoke: Any) -> None:
    subprocess.run(["git", "init", "-q"], check=True, cwd=root)
    diff = invoke(*CHECK, "--diff", "--unsafe-fixes").stdout_bytes
    subprocess.run(["git", "apply"], input=diff, check=True, cwd=root)
    assert content(root).count('["users", "recordings"]') == 2
    assert invoke(*CHECK).exit_code == 0


def test_git_takes_the_diff_of_a_file_without_a_last_line_break(root: Path, invoke: Any) -> None:
    (root / "tf" / "main.tf").write_bytes(TEXT.replace("\n", "\r\n").rstrip().encode())
    subprocess.run(["git", "init", "-q"], check=True, cwd=root)
    diff = invoke(*CHECK, "--diff", "--unsafe-fixes").stdout_bytes
    subprocess.run(["git", "apply"], input=diff, check=True, cwd=root)
    assert content(root).count('["users", "recordings"]') == 2


@pytest.mark.parametrize("change", ["mark", "windows"])
def test_git_takes_the_diff_of_a_file_as_windows_writes_it(
    root: Path, invoke: Any, change: str
) -> None:
    file = root / "tf" / "main.tf"
    before = TEXT.encode()
    before = b"\xef\xbb\xbf" + before if change == "mark" else before.replace(b"\n", b"\r\n")
    file.write_bytes(before)
    result = invoke(*CHECK, "--diff")
    (root / "edits.patch").write_bytes(result.stdout_bytes)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "apply", "edits.patch"], cwd=root, check=True, capture_output=True)
    assert file.read_bytes() == before.replace(b'["users"]', b'["users", "recordings"]', 1)


def test_safe_edits_are_written_and_the_rest_reported(root: Path, invoke: Any) -> None:
    result = invoke(*CHECK, "--fix")
    assert result.exit_code == 1
    assert "genesyscloud_oauth_client.b" in result.stdout
    assert "FAIL SCOPES" in result.stdout
    assert content(root) == TEXT.replace('["users"]', '["users", "recordings"]', 1)
    assert "note: Fixed 1 finding in 1 file." in result.stderr


def test_all_edits_are_written_where_that_is_asked_for(root: Path, invoke: Any) -> None:
    result = invoke(*CHECK, "--fix", "--unsafe-fixes", "-f", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["summary"]["fail"] == 0
    assert content(root).count('["users", "recordings"]') == 2
    mode = (root / "tf" / "main.tf").stat().st_mode
    assert mode & 0o600 == 0o600


def test_fix_only_is_quiet_about_the_rest(root: Path, invoke: Any) -> None:
    result = invoke(*CHECK, "--fix-only")
    assert (result.exit_code, result.stdout) == (0, "")
    assert content(root) != TEXT


def test_fix_only_does_not_hide_what_could_not_be_read(root: Path, invoke: Any) -> None:
    (root / "other").mkdir()
    (root / "other" / "main.tf").write_text("x {", encoding="utf-8")
    result = invoke("check", "tf", "other", "-p", "policy.yaml", "--fix-only")
    assert result.exit_code == 2
    assert "error: other/main.tf" in result.stderr


def test_nothing_to_fix(root: Path, invoke: Any) -> None:
    invoke(*CHECK, "--fix", "--unsafe-fixes")
    result = invoke(*CHECK, "--diff")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "note: There is nothing to fix.\n"


def test_how_many_findings_have_no_edit_is_said(root: Path, invoke: Any) -> None:
    plain = "  - id: PLAIN\n    title: Plain\n    severity: warning\n    clients: {name: [a]}\n"
    policy = (
        POLICY + plain + "    settings: {registered_redirect_uris: {each_matches: 'https://'}}\n"
    )
    policy = POLICY + plain + '    settings: {description: {equals: "Team"}}\n'
    (root / "policy.yaml").write_text(policy, encoding="utf-8")
    result = invoke(*CHECK, "--fix")
    assert result.stderr.splitlines() == [
        "note: Fixed 1 finding in 1 file.",
        "note: 1 more could be fixed with --unsafe-fixes.",
        "note: 1 finding has no automatic fix.",
    ]
    result = invoke(*CHECK, "--diff", "--unsafe-fixes")
    assert result.stderr.splitlines()[-1] == "note: 1 finding has no automatic fix."
    invoke(*CHECK, "--fix", "--unsafe-fixes")
    result = invoke(*CHECK, "--fix")
    assert result.stderr.splitlines() == ["note: 1 finding has no automatic fix."]


def test_who_else_is_concerned_is_said(root: Path, invoke: Any) -> None:
    other = TEXT.partition("\n\n")[2].replace('"b"', '"c"').partition("\n\n")[0]
    (root / "tf" / "main.tf").write_text(f"{TEXT}\n{other}\n", encoding="utf-8")
    (root / "policy.yaml").write_text(
        POLICY.replace("clients: {}", "clients: {name: [a, b]}"), encoding="utf-8"
    )
    for option, verb in (("--diff", "Would fix"), ("--fix", "Fixed")):
        result = invoke(*CHECK, option, "--unsafe-fixes")
        assert result.stderr.splitlines() == [
            f"note: {verb} 2 findings in 1 file.",
            "note: The edits also affect genesyscloud_oauth_client.c.",
        ]


def test_why_there_is_no_edit_is_said(root: Path, invoke: Any) -> None:
    (root / "tf" / "main.tf").write_text(
        TEXT.replace('["users"]', 'split(",", "users")'), encoding="utf-8"
    )
    result = invoke(*CHECK, "--diff", "--unsafe-fixes")
    assert result.exit_code == 1
    assert (
        "note: No fix for SCOPES of genesyscloud_oauth_client.a and SCOPES of "
        "genesyscloud_oauth_client.b: its value is computed." in result.stderr
    )


def test_a_line_that_may_hold_a_secret_is_not_shown(root: Path, invoke: Any) -> None:
    text = TEXT.replace('name                  = "a"', 'description = "the secret is xyzzy"')
    text = text.replace("resource", 'variable "x" {}\nresource', 1)
    text = text.replace('"a" {\n', '"a" {\n  name = "a"\n')
    (root / "tf" / "main.tf").write_text(text, encoding="utf-8")
    result = invoke(*CHECK, "--diff")
    assert "xyzzy" not in result.output
    assert '"recordings"' in result.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--unsafe-fixes"], "--unsafe-fixes alone changes nothing"),
        (["--fix", "--diff"], "--fix and --diff are both given"),
        (["--fix", "--write-baseline", "b.json"], "--fix and --write-baseline do not go together"),
        (["--fix", "--inventory"], "--inventory judges nothing, so --fix would change nothing"),
        (["--diff", "-f", "json"], "--diff gives no report, so --format would change nothing"),
    ],
)
def test_what_does_not_go_together(
    root: Path, invoke: Any, options: list[str], message: str
) -> None:
    result = invoke(*CHECK, *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert content(root) == TEXT


def test_reports_of_machines_have_the_edits(root: Path, invoke: Any) -> None:
    found = json.loads(invoke(*CHECK, "-f", "json").stdout)
    edits = {each["address"]: each.get("fix_edits") for each in found["results"]}
    safe = edits["genesyscloud_oauth_client.a"]
    assert safe["safety"] == "safe"
    assert safe["edits"][0]["text"] == '  scopes                = ["users", "recordings"]\n'
    assert edits["genesyscloud_oauth_client.b"]["safety"] == "unsafe"
    sarif = json.loads(invoke(*CHECK, "-f", "sarif").stdout)
    (change,) = sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "tf/main.tf"
    assert change["replacements"][0]["deletedRegion"] == {
        "startLine": 4, "startColumn": 1, "endLine": 5, "endColumn": 1
    }  # fmt: skip
    review = json.loads(invoke(*CHECK, "-f", "rdjson").stdout)
    assert review["diagnostics"][0]["suggestions"][0]["range"]["start"] == {"line": 4, "column": 1}
    markdown = invoke(*CHECK, "-f", "markdown").stdout
    assert '+  scopes                = ["users", "recordings"]' in markdown
    page = invoke(*CHECK, "-f", "html").stdout
    assert "+  scopes                = [" in page


CLIENT = TEXT[TEXT.index("resource") : TEXT.index("}\n") + 2]
HIDDEN = "xyzzy"


@pytest.mark.parametrize(
    "name",
    ["a b/c d.tf", "ä/ö.tf", "a\tb.tf", 'a"b.tf', "a\\b.tf", "a\n+++ b/other.tf", "q\x01.tf"],
)
def test_git_takes_the_diff_of_any_name(root: Path, invoke: Any, name: str) -> None:
    path = root / "tf" / f"{name}/main.tf"
    path.parent.mkdir(parents=True)
    (root / "tf" / "main.tf").rename(path)
    subprocess.run(["git", "init", "-q"], check=True, cwd=root)
    diff = invoke(*CHECK, "--diff", "--unsafe-fixes").stdout_bytes
    assert diff.count(b"\n--- ") + diff.startswith(b"--- ") == 1
    subprocess.run(["git", "apply"], input=diff, check=True, cwd=root)
    assert path.read_text(encoding="utf-8").count('["users", "recordings"]') == 2


def test_git_takes_the_diff_of_files_outside_of_the_working_folder(
    root: Path, invoke: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q"], check=True, cwd=root)
    (root / "here").mkdir()
    monkeypatch.chdir(root / "here")
    result = invoke("check", "../tf", "-p", "../policy.yaml", "--diff", "--unsafe-fixes")
    assert f"note: The paths of the diff are from {root}: apply it there." in result.stderr
    subprocess.run(["git", "apply"], input=result.stdout_bytes, check=True, cwd=root)
    assert content(root).count('["users", "recordings"]') == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.tf", 'variable "a" {\n  sensitive = true\n  default   = "xyzzy"\n}\n' + CLIENT),
        ("main.tf", CLIENT + 'variable "a" {\n  default   = "xyzzy"\n  sensitive = true\n}\n'),
        ("main.tf", CLIENT + 'variable "a" {\n  default   = ["xyzzy"]\n  sensitive = true\n}\n'),
        ("main.tf", 'locals {\n  token = "xyzzy"\n}\n' + CLIENT),
        ("main.tf", "locals {\n  token = <<E\n    xyzzy\n  E\n}\n" + CLIENT),
        ("main.tf", "# the key is xyzzy\n" + CLIENT),
        (
            "main.tf",
            'locals {\n  key = "xyzzy"\n  scopes = ["users"] # why\n}\n'
            + CLIENT.replace('["users"]', "local.scopes"),
        ),
        (
            "main.tf",
            CLIENT.replace("}\n", '  provisioner "local-exec" {\n    command = "xyzzy"\n  }\n}\n'),
        ),
        (
            "main.tf.json",
            '{"locals": {"key": "xyzzy"}, "resource": {"genesyscloud_oauth_client": {"a": '
            '{"name": "a", "authorized_grant_type": "CODE", "scopes": ["users"]}}}}',
        ),
        (
            "main.tf.json",
            '{"variable": {"v": {"default": "xyzzy", "sensitive": true}}, "resource": {'
            '"genesyscloud_oauth_client": {"a": '
            '{"name": "a", "authorized_grant_type": "CODE", "scopes": ["users"]}}}}',
        ),
        (
            "main.tf.json",
            '{"locals": {\n"key": "xyzzy"},\n "resource": {"genesyscloud_oauth_client": {"a": '
            '{"name": "a", "authorized_grant_type": "CODE", "scopes": ["users"]\n}}}}',
        ),
    ],
)
def test_what_stands_beside_an_edit_is_in_no_diff(
    root: Path, invoke: Any, name: str, text: str
) -> None:
    (root / "tf" / "main.tf").unlink()
    path = root / "tf" / name
    path.write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q"], check=True, cwd=root)
    result = invoke(*CHECK, "--diff", "--unsafe-fixes")
    assert HIDDEN not in result.output
    assert "Would fix 1 finding" in result.stderr
    for shown in ("text", "json", "sarif", "rdjson", "markdown", "html"):
        assert HIDDEN not in invoke(*CHECK, "-f", shown).output
    if result.stdout:
        subprocess.run(["git", "apply"], input=result.stdout_bytes, check=True, cwd=root)
        assert '"recordings"' in path.read_text(encoding="utf-8")
    else:
        assert "is not shown: a line beside the edit may hold a secret" in result.stderr


def test_why_a_file_as_source_has_no_edit_is_said(root: Path, invoke: Any) -> None:
    result = invoke("check", "tf/main.tf", "-p", "policy.yaml", "--diff")
    assert "a file is only part of its root module; name the folder." in result.stderr


@pytest.mark.parametrize("shown", [each.name for each in REPORTERS])
def test_two_files_of_one_root_are_judged(root: Path, invoke: Any, shown: str) -> None:
    (root / "tf" / "b.tf").write_text(CLIENT.replace('"a"', '"c"'), encoding="utf-8")
    (root / "tf" / "main.tf").write_text(CLIENT, encoding="utf-8")
    result = invoke("check", "tf/main.tf", "tf/b.tf", "-p", "policy.yaml", "-f", shown)
    assert result.exit_code == 1, result.stderr
    if shown == "json":
        found = json.loads(result.stdout)
        assert [each["clients"] for each in found["sources"]] == [1, 1]
        assert found["summary"]["fail"] == 2


@pytest.mark.parametrize("sources", [("tf", "tf/main.tf"), ("tf/main.tf", "tf")])
def test_a_file_of_a_folder_that_is_named_too_is_judged_once(
    root: Path, invoke: Any, sources: tuple[str, ...]
) -> None:
    found = json.loads(invoke("check", *sources, "-p", "policy.yaml", "-f", "json").stdout)
    assert [each["clients"] for each in found["sources"]] == [2]
    assert found["summary"]["fail"] == 2
