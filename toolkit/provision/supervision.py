"""Runs Terraform and waits until it has ended, whatever signal arrives.

A Terraform that is killed leaves a lock behind, and objects that its state does not have. So it
runs in its own session, which a Ctrl-C of the terminal does not reach; this module tells it once to
stop, and waits. Held signals are delivered after the cleanup.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final

from msgspec import Struct

from toolkit.bounds import outside

#: Receives Terraform's output as it arrives.
Listener = Callable[[bytes], object]

#: The status if Terraform exists and cannot be executed; shells use it too.
CANNOT_RUN: Final = 126
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: The longest delay before a signal is passed on, in seconds.
_TICK: Final = 0.1
_CHUNK: Final = 1 << 16
#: How many bytes to keep of the end of Terraform's messages; its errors come last.
KEPT: Final = 1 << 18


class Call(Struct, frozen=True):
    """A Terraform command; `options` have values, `flags` have none.

    `captured` keeps its standard output from being shown.
    """

    command: str
    arguments: tuple[str, ...] = ()
    options: Mapping[str, str | bool] = {}
    flags: tuple[str, ...] = ()
    captured: bool = False


class Outcome(Struct, frozen=True):
    """The result of a command: its exit status, captured output, and last messages."""

    status: int
    captured: bytes
    said: bytes


class Supervisor:
    """A context manager to use around everything that needs cleanup.

    It handles signals only in the main thread, as Python requires, and only those that the process
    does not ignore. The first signal ends the block with KeyboardInterrupt: at once or, while a
    running command or `hold` holds signals, at the next `heed` or the end of the block. Later
    signals have no effect.
    """

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}
        self._received: int | None = None
        self._held = False

    def __enter__(self) -> Supervisor:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._received is not None:
            signal.raise_signal(self._received)

    def run(
        self, binary: str, directory: Path, call: Call, env: Mapping[str, str], out: Listener
    ) -> Outcome:
        """Run a command in `directory`, with exactly `env` as its environment.

        From here on, signals are held: the caller records how the command ended, and then calls
        `heed`. Raises OSError if the command cannot be started.
        """
        self.hold()
        with (
            outside(),
            subprocess.Popen(  # noqa: S603 - our own interpreter, running our own module
                _worker(binary, directory, call),
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if call.captured else subprocess.STDOUT,
                bufsize=0,
                start_new_session=True,
            ) as process,
        ):
            captured, said = self._attend(process, call.captured, out)
        return Outcome(process.returncode, captured, said)

    def hold(self) -> None:
        """Hold signals, so that none interrupts the following code."""
        self._held = True

    def heed(self) -> None:
        """Raise KeyboardInterrupt if a signal arrived meanwhile, and no longer hold later ones."""
        self._held = False
        if self._received is not None:
            raise KeyboardInterrupt

    def _receive(self, number: int, frame: FrameType | None) -> None:
        # A second signal must not interrupt the cleanup after the first.
        if self._received is None:
            self._received = number
            if not self._held:
                raise KeyboardInterrupt

    def _attend(
        self, process: subprocess.Popen[bytes], captured: bool, out: Listener
    ) -> tuple[bytes, bytes]:
        """Pass on the output, and send the stop signal once, until the process has ended."""
        kept, said, told = bytearray(), bytearray(), False
        with selectors.DefaultSelector() as streams:
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    streams.register(stream, selectors.EVENT_READ)
            while streams.get_map():
                ended = process.poll() is not None
                ready = streams.select(0 if ended else _TICK)
                if self._received is not None and not told:
                    told = True
                    process.send_signal(signal.SIGINT)
                for key, _ in ready:
                    data = os.read(key.fd, _CHUNK)
                    if not data:
                        streams.unregister(key.fileobj)
                    elif captured and key.fileobj is process.stdout:
                        kept += data
                    else:
                        out(data)
                        said += data
                        del said[:-KEPT]
                if ended and not ready:
                    break  # a process that Terraform left running still has the pipe open
            process.wait()
        return bytes(kept), bytes(said)


def _worker(binary: str, directory: Path, call: Call) -> list[str]:
    """Return the command of a Python with the same packages, isolated from the environment."""
    path = [entry or str(Path.cwd()) for entry in sys.path]
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); "
        f"import sys; sys.path[:] = {path!r}; "
        "from toolkit.provision.worker import main; sys.exit(main())"
    )
    asked = {
        "binary": binary,
        "directory": str(directory),
        "command": call.command,
        "arguments": call.arguments,
        "options": dict(call.options),
        "flags": call.flags,
    }
    return [sys.executable, "-I", "-S", "-W", "ignore", "-c", program, json.dumps(asked)]
