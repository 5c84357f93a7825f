"""Tests that need a program which may not be there: skipped with the reason, or, where no skip is
accepted, failed with it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from typing import Final

import pytest

#: Set where all that a test may need has to be there, as in `.ci/run`.
_NO_SKIP: Final = bool(os.environ.get("RECORDING_TOOLKIT_NO_SKIP"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("terraform") and shutil.which("terraform") is None:
        pytest.skip("terraform is not on the PATH")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if _NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report
