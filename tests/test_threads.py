"""Signals are for the main thread: another thread that receives one would leave it waiting."""

from __future__ import annotations

import ast
import signal
import threading
from pathlib import Path

from toolkit.threads import start

PACKAGE = Path(__file__).parent.parent / "toolkit"
ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
MAKERS = ("threading.Thread", "threading.Timer", "Thread", "Timer")


def test_a_thread_is_given_no_signal_that_ends_a_program() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    seen: list[set[int]] = []
    thread = threading.Thread(
        target=lambda: seen.append({*signal.pthread_sigmask(signal.SIG_BLOCK, ())})
    )
    start(thread)
    thread.join()
    assert seen[0] >= ENDING
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
    assert not before & ENDING


def test_every_thread_is_started_so() -> None:
    """A module that creates a thread calls `start` at least as often."""
    makers, wrong = 0, []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        made = [each for each in calls if ast.unparse(each) in MAKERS]
        makers += len(made)
        started = [each for each in calls if isinstance(each, ast.Name) and each.id == "start"]
        if len(started) < len(made):
            wrong.append(path.name)
    assert makers >= 2
    assert wrong == []
