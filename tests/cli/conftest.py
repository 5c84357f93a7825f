"""The real command line in this process, and a stand-in for its workflow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click.testing
import pytest

import toolkit.workflows.run_check
from toolkit.cli import cli
from toolkit.model.report import Report, Source
from toolkit.workflows.check_request import CheckRequest
from toolkit.workflows.run_check import Checked
from toolkit.workflows.source_reading import Found

Invoke = Callable[..., click.testing.Result]


@pytest.fixture(autouse=True)
def _no_terminal_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "RECORDING_TOOLKIT_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def invoke() -> Invoke:
    def run(*args: str, **more: Any) -> click.testing.Result:
        return click.testing.CliRunner().invoke(cli, args, **more)

    return run


class StandInWorkflow:
    """Replaces the workflow `checked`: records its request and returns a prepared report."""

    def __init__(self) -> None:
        self.report = Report("check", "1.2.3", sources=(Source("terraform", "hcl", 0),))
        self.error: BaseException | None = None
        self.sources: Sequence[str] = ()
        self.options: dict[str, Any] = {}

    def __call__(self, request: CheckRequest) -> Checked:
        options = {name: getattr(request, name) for name in request.__struct_fields__}
        self.sources = options.pop("sources")
        del options["environ"]
        self.options = options
        if self.error is not None:
            raise self.error
        return Checked(request, Found((), (), ()), self.report, lambda _: self.report)


@pytest.fixture
def workflow(monkeypatch: pytest.MonkeyPatch) -> StandInWorkflow:
    stand_in = StandInWorkflow()
    monkeypatch.setattr(toolkit.workflows.run_check, "checked", stand_in)
    return stand_in
