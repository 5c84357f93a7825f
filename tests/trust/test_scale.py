"""A tree of many root modules on a terminal: the program shows progress, and stops when told to."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.scale import measured, write_plan, write_tree

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

#: Seconds that an interrupted run may take on a busy machine; on an idle one it takes less than one
#: second, which the run prints.
AT_ONCE = 15.0
#: So many that reading takes longer than the delay of the progress line.
ROOTS = 6000


class Terminal:
    """The program, as leader of its own session on its own terminal."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.shown = b""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execv(sys.executable, [sys.executable, "-m", "toolkit", *arguments])

    def wait_for(self, pattern: bytes, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not re.search(pattern, self.shown):
            assert time.monotonic() < until, self.shown
            self._take(0.05)

    def _take(self, seconds: float) -> bool:
        """Read the output of the next seconds; return whether there was any."""
        if select.select([self._fd], [], [], seconds)[0]:
            # Linux raises it for a terminal that no process has open.
            with suppress(OSError):
                taken = os.read(self._fd, 65536)
                self.shown += taken
                return bool(taken)
        return False

    def press(self, key: bytes) -> None:
        os.write(self._fd, key)

    def ended(self) -> int:
        """Wait for the end; return the exit status, or minus the number of the signal that ended
        it.
        """
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self._take(0):
                    pass
                return os.waitstatus_to_exitcode(status)
            self._take(0.01)

    def close(self) -> None:
        os.close(self._fd)


def session(leader: int) -> list[int]:
    """Return the processes of a session that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == leader and fields[0] != "Z":
                    found.append(int(entry.name))
    return found


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    write_tree(folder, ROOTS)
    return folder


@pytest.fixture
def terminal(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    running = Terminal(tree, "check", ".")
    yield running
    running.close()


@pytest.mark.parametrize("how", ["ctrl-c", "SIGTERM"])
@pytest.mark.parametrize("when", ["at once", "while reading"])
def test_it_ends_at_once_and_leaves_nothing_behind(
    how: str,
    when: str,
    terminal: Terminal,
    tree: Path,
    record_property: Callable[[str, object], None],
) -> None:
    if when == "while reading":
        terminal.wait_for(rb"Reading \S+ \([\d,]+ more\)")
    else:
        time.sleep(0.3)
    before = set(tree.iterdir())
    begin = time.monotonic()
    if how == "ctrl-c":
        terminal.press(b"\x03")
    else:
        os.kill(terminal.pid, signal.SIGTERM)
    status = terminal.ended()
    record_property(f"ended after {how} {when} (ms)", round((time.monotonic() - begin) * 1000))
    assert time.monotonic() - begin < AT_ONCE
    assert status in ((130,) if how == "ctrl-c" else (143, -signal.SIGTERM))
    until = time.monotonic() + AT_ONCE
    while session(terminal.pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert session(terminal.pid) == []
    assert b"Traceback" not in terminal.shown
    assert b"%d clients" % ROOTS not in terminal.shown, "it ended when all was read"
    assert set(tree.iterdir()) == before


def test_the_line_is_gone_in_the_end(terminal: Terminal) -> None:
    terminal.wait_for(rb"Reading \S+ \([\d,]+ more\)")
    # The report is longer than a terminal's buffer, so it is read to its end.
    assert terminal.ended() == 0
    assert b"%d clients" % ROOTS in terminal.shown
    # The last progress line, which may have no count, is erased.
    assert re.match(rb"[^\r\n]*\r\x1b\[K", terminal.shown.rpartition(b"Reading ")[2])


def test_time_grows_no_faster_than_the_input(tmp_path: Path) -> None:
    """Nine times the resources and roots; if the cost were quadratic, each would cost nine times as
    much.
    """
    for size in (2_000, 18_000):
        write_plan(tmp_path / f"{size}.json", size)
    small, large = (measured(tmp_path / f"{size}.json")[0] for size in (2_000, 18_000))
    assert large < 18 * small
    for size in (60, 540):
        write_tree(tmp_path / str(size), size)
    small, large = (measured(tmp_path / str(size))[0] for size in (60, 540))
    assert large < 18 * small
