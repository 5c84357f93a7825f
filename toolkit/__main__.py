"""The command `recording-toolkit`, and the same as ``python -m toolkit``.

A reading process is started before anything else is imported, where the arguments say that there
will be Terraform to read: it gets ready, and reads, on another core. It is only ever a help: what
it was not started for is asked of it, or of another one, later.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from toolkit import GARBAGE_EVERY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from subprocess import Popen

#: Options after which a folder is not read just as it is.
_OTHERWISE = ("--var", "--var-file", "--source-dir", "--exclude", "--max-size")


def main() -> int:
    """Run the command line with the arguments of this process; its exit status."""
    gc.set_threshold(GARBAGE_EVERY)
    _open_what_is_closed()
    reading = _started(sys.argv[1:])
    import signal

    def terminate(number: int, _frame: object) -> None:
        """End as an error does, so that temporary files go away; nothing may interrupt that."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, terminate)
    from toolkit.cli import main as run

    try:
        return run(reading=reading)
    finally:
        if reading is not None:
            reading.kill()
            reading.wait()


def _open_what_is_closed() -> None:
    """Let what is written to a closed stdout or stderr go nowhere.

    Python has None for such a stream, and the next file that is opened would take its number.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _started(arguments: Sequence[str]) -> Popen[bytes] | None:
    """A reading process, where it will be needed."""
    if arguments[:1] != ["check"] or not {"-h", "--help"}.isdisjoint(arguments):
        return None
    folders = [each for each in arguments[1:] if os.path.isdir(each)]  # noqa: PTH112
    if len(arguments) == 1:
        folders = ["."]
    if not folders:
        return None
    from toolkit.sources.spawning import spawn

    plain = not any(each.startswith(_OTHERWISE) for each in arguments)
    plain = plain and not any(name.startswith("TF_VAR_") for name in os.environ)
    return spawn(*folders) if plain and len(folders) == 1 else spawn()


def run_and_leave() -> NoReturn:
    """`main`, and the end of the process; memory is the system's to take back, all at once."""
    status = main()
    for stream in (sys.stdout, sys.stderr):
        # Whoever wrote something has said so already if it could not be written.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run_and_leave()
