"""What a test needs on the machine: without it the test is skipped, which CI does not accept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

#: Set if a skipped test would be a gap: then it fails.
NO_SKIPS = "TESTS_MUST_NOT_SKIP"


#: The Node packages for tests, and their configuration.
NODE = Path(__file__).with_name("node")
#: Set if only tests run that start no Terraform, no browser and no server.
NOTHING = "TESTS_START_NOTHING"


def needed(program: str) -> str:
    """Return the path of the program."""
    if os.environ.get(NOTHING):
        pytest.fail(f"it starts {program}: give it the marker terraform or browser")
    path = shutil.which(program)
    if path is None:
        _missing(f"{program} is not on the PATH")
    return path


def node_tool(name: str) -> str:
    """Return the path of a program that `npm install --prefix tests/node` installs."""
    path = NODE / "node_modules" / ".bin" / name
    if not path.exists():
        _missing(f"{name} is not installed: npm install --prefix tests/node")
    return str(path)


def node_package(name: str) -> str:
    """Return the path of node itself, if the package is installed."""
    if not (NODE / "node_modules" / name / "package.json").exists():
        _missing(f"{name} is not installed: npm install --prefix tests/node")
    return needed("node")


def _missing(reason: str) -> NoReturn:
    if os.environ.get(NO_SKIPS):
        pytest.fail(f"{reason}, and {NO_SKIPS} is set")
    pytest.skip(reason)
