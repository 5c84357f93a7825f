"""Threads beside the main one, which leave every signal to it.

The system may give a signal to any thread, and Python runs its handlers in the main one only. Where
another thread took the signal, the main one is not woken from what it waits for, however long that
takes: Ctrl-C was noticed when all was done.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import Thread

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)


def start(thread: Thread) -> None:
    """Start a thread that is given none of the signals that end a program."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        # A thread begins with the mask of the one that starts it.
        thread.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
