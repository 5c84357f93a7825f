"""`make trust` can be run: all its parts exist, and a part that fails is reported."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from tests.trust.__main__ import PARTS, ROOT, Part, main


def test_it_is_what_make_trust_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "$(BIN)/python -m tests.trust\n" in makefile
    found = importlib.util.find_spec("tests.trust.__main__")
    assert found is not None


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.title)
def test_each_part_starts_what_is_there(part: Part) -> None:
    assert part.command[0] == "-m"
    assert importlib.util.find_spec(part.command[1]) is not None
    paths = [word for word in part.command if word.startswith("tests/")]
    assert all((ROOT / path).exists() for path in paths)


def test_a_part_that_does_not_hold_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([Part("Fine", ("-c", "print('seen')")), Part("Not", ("-c", "exit(1)"))]) == 1
    assert "seen" in (told := capfd.readouterr().out)
    assert told.splitlines()[-1] == "Does not hold: Not."


def test_it_runs_as_a_module() -> None:
    code = "import runpy, sys; runpy.run_module('tests.trust', run_name='not main')"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
