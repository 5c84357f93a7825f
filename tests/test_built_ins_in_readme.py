"""Every built-in check has its place in the README, and an id of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.checks.built_in import BuiltIn
from toolkit.checks.drift_checks import DRIFT_CHECKS
from toolkit.checks.registry import BUILT_INS

README = Path(__file__).parent.parent.joinpath("README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", BUILT_INS, ids=lambda check: check.id)
def test_it_stands_in_the_table(check: BuiltIn) -> None:
    name = f"[`{check.id}`](docs/checks/{check.id}.md)"
    assert f"| {name} | {check.severity.value} | {check.title} |" in README


def test_no_two_checks_of_any_kind_share_an_id() -> None:
    ids = [*(check.id for check in BUILT_INS), *(check.id for check in DRIFT_CHECKS)]
    assert len(ids) == len(set(ids))
