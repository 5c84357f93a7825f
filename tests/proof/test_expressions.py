"""Expressions come to what Terraform itself makes of them, or are unknown; a short run."""

from __future__ import annotations

from pathlib import Path

import pytest

from .expressions import compared, draw


@pytest.mark.parametrize("seed", [1, 2])
def test_none_is_wrong(tmp_path: Path, seed: int) -> None:
    count, unknown, wrong = compared(tmp_path, draw(seed, 300))
    assert wrong == []
    assert count > 250
    assert unknown < count / 10
