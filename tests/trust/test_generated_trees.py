"""Random trees: no file outside is opened, and no root is missing from the report."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import needed
from tests.trust.trees import make, place, wrong
from toolkit.sources import roots

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")

#: How many trees each run of the tests draws; `make trust` draws 2,000.
BLOCKS, EACH = 10, 15


@pytest.mark.parametrize("block", range(BLOCKS))
def test_nothing_outside_is_opened_and_no_root_is_missing(block: int) -> None:
    seeds = range(block * EACH, (block + 1) * EACH)
    assert {seed: what for seed in seeds if (what := wrong(seed)) is not None} == {}


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_the_installed_command_opens_nothing_outside(block: int, tmp_path: Path) -> None:
    """The same by another record of the kernel: every system call with a file name, of
    all threads.
    """
    strace = needed("strace")
    command = [str(Path(sys.executable).with_name("recording-toolkit")), "check", "."]
    trace = tmp_path / "trace"
    traced = [strace, "-f", "-qq", "-e", "trace=open,openat,openat2,execve", "-o", str(trace)]
    for seed in range(block * 20, block * 20 + 20):
        with place() as (folder, out, _):
            make(folder, out, random.Random(seed))
            done = subprocess.run([*traced, *command], cwd=folder, capture_output=True, check=False)
            assert done.returncode in (0, 1, 2, 3), (seed, done.stderr)
            calls = trace.read_text(errors="replace").splitlines()
            assert any(f"{folder}" in call for call in calls), "what is opened has to be seen"
            assert [call for call in calls if f'"{out}' in call] == [], seed
            assert sum("execve(" in call for call in calls) == 1, "no other program is started"


def test_a_check_that_hides_roots_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots._Runs, "is_run", lambda *_: False)
    assert any("roots that" in (wrong(seed) or "") for seed in range(40))


def test_the_watch_sees_what_is_opened() -> None:
    with place() as (_, out, watch):
        (out / "canary.txt").read_text()
        assert watch.opened() == {"canary.txt"}
