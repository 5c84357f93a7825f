"""What a test needs of the machine: skipped where it is not there, which CI does not accept."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

#: Set where a skipped test would be a hole: then it fails.
NO_SKIPS = "TESTS_MUST_NOT_SKIP"


def needed(program: str) -> str:
    """The path of the program."""
    path = shutil.which(program)
    if path is None:
        _missing(f"{program} is not on the PATH")
    return path


def _missing(reason: str) -> NoReturn:
    if os.environ.get(NO_SKIPS):
        pytest.fail(f"{reason}, and {NO_SKIPS} is set")
    pytest.skip(reason)
