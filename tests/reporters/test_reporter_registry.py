"""The list of formats, and the purity of rendering."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import NoReturn

import pytest

import toolkit.reporters
from toolkit.model.report import Report
from toolkit.reporters.interface import REPORTERS, Reporter, reporter


def test_names_are_unique_and_found() -> None:
    assert len({entry.name for entry in REPORTERS}) == len(REPORTERS)
    assert all(reporter(entry.name) is entry for entry in REPORTERS)
    assert reporter("jsno") is None


def test_every_module_with_a_render_is_registered() -> None:
    folder = Path(toolkit.reporters.__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if "\ndef render(" in path.read_text()}
    assert modules == {entry.module for entry in REPORTERS}


@pytest.mark.parametrize("entry", REPORTERS, ids=lambda entry: entry.name)
def test_rendering_touches_nothing(
    entry: Reporter,
    sample: Report,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a reporter has no business here")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setenv("FORCE_COLOR", "1")
    once, twice = entry.render(sample), entry.render(sample)
    assert once == twice
    assert once.endswith("\n")
    assert "\x1b" not in once
    assert capsys.readouterr() == ("", "")
