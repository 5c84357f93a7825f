"""Starts a reading process.

Apart from who talks to it, so that one can be started before anything else is imported.
"""

from __future__ import annotations

import os
import subprocess
import sys

_PROGRAM = "from toolkit.sources.worker import main; main()"


def spawn(*ahead: str) -> subprocess.Popen[bytes]:
    """A reading process; it reads the folders in `ahead` before it is asked to."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter, running our own module
        # -S: the packages are those of this program, however it found them.
        [sys.executable, "-P", "-S", "-c", _PROGRAM, *ahead],
        # Nothing else of the environment: tfparse would take variables from it by its own rules.
        env={
            "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),  # noqa: PTH109
            # tfparse looks for modules in a cache below it, which any program of the machine may
            # have filled.
            "TMPDIR": os.devnull,
        },
        # Ctrl-C is for the program, which ends this process: one that ended by itself would look
        # like one that crashed, and be started anew.
        process_group=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # tfparse logs there what Terraform may hold that it does not know.
        stderr=subprocess.DEVNULL,
    )
