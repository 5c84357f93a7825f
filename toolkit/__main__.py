"""The command `recording-toolkit`, and ``python -m toolkit``."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

from toolkit import GARBAGE_EVERY


def main(*, owns_process: bool = False) -> int:
    """Run the command line with this process's arguments and return its exit status."""
    gc.set_threshold(GARBAGE_EVERY)
    _open_what_is_closed()
    import signal

    def terminate(number: int, _frame: object) -> None:
        """Exit as on an error, so that temporary files are removed; ignore further signals."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, terminate)
    from toolkit.cli import main as run

    return run(owns_process=owns_process)


def _open_what_is_closed() -> None:
    """Discard what is written to a closed stdout or stderr.

    Python sets such a stream to None, and the next file that is opened would get its descriptor.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def run_and_leave() -> NoReturn:
    """Run `main` and exit without cleanup, which leaves freeing the memory to the system."""
    status = main(owns_process=True)
    for stream in (sys.stdout, sys.stderr):
        # A failure to write has been reported already.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run_and_leave()
