"""Threads that leave every signal to the main thread.

The system may deliver a signal to any thread, but Python runs signal handlers only in the main one.
If another thread receives the signal, a blocked main thread is not woken up, so that Ctrl-C would
have no effect until the work is done.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import Thread

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)


def start(thread: Thread) -> None:
    """Start a thread that blocks the signals that end a program."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        # A thread inherits the signal mask of the thread that starts it.
        thread.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
