"""The story of `make e2e`, which fails at the step that goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.story import KINDS, Kind, tell
from tests.standin_provider.fixtures import standin_config

__all__ = ["standin_config"]


@pytest.mark.terraform
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_story_ends_well(kind: Kind, standin_config: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    tell(kind, tmp_path, standin_config, steps.append)
    assert "  the start answered 202" in steps
    assert steps[-1].startswith(f"  the probe answers {kind.cause}: ")
