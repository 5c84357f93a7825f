"""Edits of drawn configurations do what Terraform plans; a short run of `tests.proof.edits`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.standin_provider.fixtures import standin_config

from .edits import judged
from .world import draw

pytestmark = [pytest.mark.slow, pytest.mark.terraform]

__all__ = ["standin_config"]


@pytest.mark.parametrize(("seed", "unsafe"), [(301, False), (302, True), (303, True)])
def test_terraform_plans_what_an_edit_promises(
    tmp_path: Path, standin_config: Path, seed: int, unsafe: bool
) -> None:
    outcome = judged(draw(seed, 25), tmp_path, standin_config, unsafe=unsafe)
    assert outcome.mended > 0 or not unsafe
    assert outcome.wrong == []
