"""Redocly and Spectral have no complaints on the documents; each disabled rule has a reason."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from tests.contracts.test_shipped_contracts import DOCUMENTS, document
from tests.needs import NODE, node_tool


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_linters_are_clean(name: str) -> None:
    path = str(DOCUMENTS[name])
    for command in (
        [node_tool("redocly"), "lint", path, f"--config={NODE / 'redocly.yaml'}"],
        [node_tool("spectral"), "lint", "-F", "hint", "-r", f"{NODE / 'spectral.yaml'}", path],
    ):
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        said = ran.stdout + ran.stderr
        assert ran.returncode == 0, said
        assert not re.search(r"You have \d+ warning", said), said


@pytest.mark.parametrize("name", ["redocly", "spectral"])
def test_each_rule_that_is_off_has_a_reason(name: str) -> None:
    lines = (NODE / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    off = [number for number, line in enumerate(lines) if line.endswith(": off")]
    assert off
    assert [lines[n] for n in off if not lines[n - 1].startswith("  # ")] == []


def test_only_the_snippet_declares_no_scopes() -> None:
    """Redocly's rule `security-defined` is off for this one, and for no other."""
    without = [
        operation["operationId"]
        for name in DOCUMENTS
        for path in document(name)["paths"].values()
        for method, operation in path.items()
        if method != "parameters" and "security" not in operation
    ]
    assert without == ["postConversationsCallParticipantSnippetRecord"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_answer_with_a_body_has_an_example(name: str) -> None:
    root = document(name)
    responses = [
        (f"{operation['operationId']} {status}", response)
        for path in root["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
        for status, response in operation["responses"].items()
    ]
    responses += list(root["components"]["responses"].items())
    bare = [
        at
        for at, response in responses
        for media in (response.get("content") or {}).values()
        if not media.get("examples")
    ]
    assert bare == []
    assert yaml.safe_dump(root).count("items: {}") == 0
