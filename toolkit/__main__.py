"""The command `recording-toolkit`, and the same as ``python -m toolkit``."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

from toolkit import GARBAGE_EVERY


def main(*, owns_process: bool = False) -> int:
    """Run the command line with the arguments of this process; its exit status."""
    gc.set_threshold(GARBAGE_EVERY)
    _open_what_is_closed()
    import signal

    def terminate(number: int, _frame: object) -> None:
        """End as an error does, so that temporary files go away; nothing may interrupt that."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, terminate)
    from toolkit.cli import main as run

    return run(owns_process=owns_process)


def _open_what_is_closed() -> None:
    """Let what is written to a closed stdout or stderr go nowhere.

    Python has None for such a stream, and the next file that is opened would take its number.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def run_and_leave() -> NoReturn:
    """`main`, and the end of the process; memory is the system's to take back, all at once."""
    status = main(owns_process=True)
    for stream in (sys.stdout, sys.stderr):
        # What could not be written has been reported already.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run_and_leave()
