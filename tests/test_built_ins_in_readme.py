"""Every built-in check has its place in the README, with its severity."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.checks.built_in import BuiltIn
from toolkit.checks.registry import BUILT_INS

README = Path(__file__).parent.parent.joinpath("README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", BUILT_INS, ids=lambda check: check.id)
def test_it_stands_in_the_table(check: BuiltIn) -> None:
    assert f"| `{check.id}` | {check.severity.value} | {check.title} |" in README
