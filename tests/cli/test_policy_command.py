"""`policy lint`, `policy show`, `policy schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from toolkit.documents import read_document
from toolkit.errors import ExitCode
from toolkit.policy.loader import find_policy


def test_lint_accepts_the_shipped_policy(invoke: Any) -> None:
    result = invoke("policy", "lint", "recording-session")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == "recording-session: 3 rules, nothing wrong\n"


def test_lint_looks_at_all_of_them(invoke: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 1\nname: x\nrulez: []\n")
    result = invoke("policy", "lint", str(bad), str(tmp_path / "gone.yaml"), "recording-session")
    assert result.exit_code == ExitCode.INPUT
    assert result.stdout == "recording-session: 3 rules, nothing wrong\n"
    assert f"error: {bad}:3:1: " in result.stderr
    assert "rules" in result.stderr
    assert "gone.yaml: cannot be read" in result.stderr


def test_lint_tells_all_that_is_wrong_at_once(invoke: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "version: 1\nnome: x\nrules:\n- {id: A, title: [t]}\n- {title: t, severity: x}\n"
    )
    result = invoke("policy", "lint", str(bad))
    assert result.exit_code == ExitCode.INPUT
    told = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert [line.removeprefix(f"error: {bad}:") for line in told] == [
        '2:1: unknown key "nome"; did you mean "name"?',
        "4:11: rules[0].title must be text, not a list",
        '5:3: rules[1] has no "id"',
        '5:14: rules[1].severity must be one of "error", "note", "warning", not "x"',
    ]

    bad.write_text(
        "version: 1\nname: x\nchecks: {no-such: off}\nrules:\n"
        "- {id: A, title: t, require: {operations: [getNothing], scopes: {all_of: [a b, 'c*']}}}\n"
        "- {id: A, title: t, forbid: {permissions: ['a:b', 'd e:f']}, settings: {}}\n"
        "- {id: B, title: t, settings: {name: {matches: '['}, nome: {equals: x}}}\n"
        "waivers: [{rule: C, address: x, reason: ' ', expires: '2027-02-30'}]\n"
    )
    result = invoke("policy", "lint", str(bad))
    assert result.exit_code == ExitCode.INPUT
    told = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert [int(line.split(":")[2]) for line in told] == [3, 5, 5, 5, 6, 6, 7, 7, 8, 8, 8]


def test_lint_warns_of_names_that_nothing_published_has(invoke: Any, tmp_path: Path) -> None:
    """A rule that forbids a misspelled name passes for every client."""
    policy = tmp_path / "p.yaml"
    policy.write_text(
        "version: 1\nname: p\ncontracts: [recording-session]\nrules:\n"
        "  - {id: A, title: t, severity: error, forbid: {permissions: [\n"
        '      "routing:queues:delete", "routing:queue:delete", "recording:*:write", "x:*:*"],\n'
        '      scopes: ["authorisation*", "recordingSess*", "users:readonly", "u*"]}}\n'
        "  - {id: B, title: t, severity: error, require: {scopes: {all_of: [users, user]},\n"
        '      permissions: {any_of: ["rooting:queue:add", "routing:queue:add"]}}}\n'
        "roles:\n"
        '  - {name: Queues, permissions: ["routing:queue:*", "routing:queues:delete"]}\n'
    )
    done = invoke("policy", "lint", str(policy))
    assert done.exit_code == 0
    assert done.stdout == f"{policy}: 2 rules, 6 to look at\n"
    warnings = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    told = [line.removeprefix(f"warning: {policy}:") for line in warnings]
    nothing = "but the published API has no such"
    assert told == [
        f'6:7: forbids "routing:queues:delete", {nothing} permission',
        f'6:77: forbids "x:*:*", {nothing} permission',
        f'7:16: forbids "authorisation*", {nothing} scope',
        f'8:75: requires "user", {nothing} scope',
        f'9:30: requires "rooting:queue:add", {nothing} permission',
        f'11:53: grants "routing:queues:delete", {nothing} permission',
    ]
    assert 'Nearest by spelling: "routing:queue:delete".' in done.stderr
    assert done.stderr.count("hint: ") == 5


def test_lint_does_not_go_on_for_ever(invoke: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 1\nname: x\nrules: [" + "1, " * 200 + "]\n")
    result = invoke("policy", "lint", str(bad))
    told = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(told) == 51
    assert told[-1] == "error: 150 more of these"


def test_check_names_the_first_and_is_short(invoke: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 1\nname: x\nrules: [1, 2]\n")
    result = invoke("check", str(tmp_path), "-p", str(bad))
    assert result.exit_code == ExitCode.INPUT
    assert "rules[0]" in result.stderr
    assert "rules[1]" not in result.stderr


def test_show_prints_the_policy_as_it_is_written(invoke: Any) -> None:
    result = invoke("policy", "show")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == find_policy("recording-session").read_text(encoding="utf-8")


def test_show_prints_no_policy_that_cannot_be_used(invoke: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("a: [")
    result = invoke("policy", "show", str(bad))
    assert result.exit_code == ExitCode.INPUT
    assert result.stdout == ""


def test_the_schema_accepts_the_shipped_policy(invoke: Any) -> None:
    schema = json.loads(invoke("policy", "schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    document = read_document(find_policy("recording-session").read_bytes(), "policy")
    jsonschema.validate(document.value, schema)
