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
