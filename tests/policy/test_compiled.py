"""Shipped policies are read in compiled form, which means the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.checks.registry import BUILT_INS
from toolkit.contracts.contract import Operation
from toolkit.policy import compiled, load_policies
from toolkit.policy.compiled import FILE, ReadyPolicies, compile_policies, ready_policies
from toolkit.policy.document import operations_of
from toolkit.policy.loader import shipped_policies

CHECKS = [check.id for check in BUILT_INS]
NAMES = tuple(shipped_policies())


def _needs(found: ReadyPolicies) -> dict[str, object]:
    return {name: _need(each) for name, each in found.operations.items()}


def _need(each: Operation) -> object:
    return (each.id, each.method, each.path, each.scopes, each.permissions, each.user_context)


def test_what_ships_is_compiled_from_what_ships() -> None:
    assert FILE.read_bytes() == compile_policies(NAMES, checks=CHECKS), "run make compiled"


@pytest.mark.parametrize("name", NAMES)
def test_compiled_and_read_are_the_same(name: str) -> None:
    found = ready_policies([name], checks=CHECKS)
    (loaded,) = load_policies([name], checks=CHECKS)
    assert found.policies == (loaded.policy,)
    assert _needs(found) == {k: _need(v) for k, v in operations_of([loaded]).items()}


def test_no_yaml_is_read_for_a_policy_that_ships() -> None:
    code = (
        "import sys; from toolkit.policy.compiled import ready_policies;"
        f"ready_policies([{NAMES[0]!r}], checks={CHECKS!r}); assert 'yaml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_policy_that_was_changed_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "recording-session.yaml").write_text("changed")
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path)
    asked: list[object] = []

    def loading(names: object, **_: object) -> tuple[()]:
        asked.append(names)
        return ()

    monkeypatch.setattr("toolkit.policy.loader.load_policies", loading)
    ready_policies(["recording-session"], checks=CHECKS)
    assert asked == [["recording-session"]]
