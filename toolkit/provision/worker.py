"""Runs one Terraform command through python-terraform, in a process of its own.

The wrapper gives Terraform the environment, the streams and the process group of its own process,
and hides Terraform's process from its caller. A separate process makes it possible to choose them.
`toolkit.provision.supervision`, which starts it, sends it one SIGINT when Terraform should end.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from types import FrameType

import python_terraform

from toolkit.provision.supervision import CANNOT_RUN


class _Terraform(python_terraform.Terraform):  # type: ignore[misc]  # it has no annotations
    def read_state_file(self, file_path: str | None = None) -> None:
        """Do nothing: the wrapper would load the state, with its secrets, and fail on a
        broken one.
        """


def main() -> int:
    """Run the command in the first argument; return Terraform's exit status.

    The argument is a JSON object with `binary`, `directory`, `command`, `arguments`, `options` (by
    name, with their values) and `flags` (by name).
    """
    signal.signal(signal.SIGINT, _pass_on)
    # If they are sent to a whole process group, they reach the supervising process too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ignore)
    logging.disable()  # the wrapper logs command lines and output
    asked = json.loads(sys.argv[1])
    terraform = _Terraform(
        working_dir=asked["directory"],
        terraform_bin_path=asked["binary"],
    )
    options = asked["options"] | dict.fromkeys(asked["flags"], python_terraform.IsFlagged)
    try:
        status, _, _ = terraform.cmd(
            asked["command"], *asked["arguments"], capture_output=False, **options
        )
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except OSError as error:
        sys.stderr.write(f"{asked['binary']}: {error.strerror}\n")
        return CANNOT_RUN
    return int(status) if status >= 0 else 128 - int(status)


def _pass_on(number: int, frame: FrameType | None) -> None:
    """Pass the signal on to Terraform once it runs; before that, start nothing.

    The signal goes to its plugins too, as from a terminal; they leave it to Terraform to end them.
    """
    if hasattr(os, "waitid"):  # macOS has it since Python 3.13
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            raise KeyboardInterrupt from None
    signal.signal(signal.SIGINT, _ignore)
    os.killpg(0, signal.SIGINT)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Ignore the signal. Terraform would inherit `SIG_IGN`."""
