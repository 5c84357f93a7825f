"""Runs Terraform and stays until it has ended, whatever comes between.

A Terraform that is killed leaves a lock behind, and things that its state does not know. So it runs
in a session of its own, where a Ctrl-C of the terminal does not reach it; it is told here, once,
and waited for. What was held back meanwhile is delivered when all is cleaned up.
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

#: Takes Terraform's output as it comes.
Listener = Callable[[bytes], object]

#: Terraform is there and cannot be executed; the status that a shell gives too.
CANNOT_RUN: Final = 126
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds until a signal is passed on at the latest.
_TICK: Final = 0.1
_CHUNK: Final = 1 << 16
#: Bytes of Terraform's messages that are kept, from the end; its errors come last.
KEPT: Final = 1 << 18


class Call(Struct, frozen=True):
    """A Terraform command: its `options` have values, its `flags` have none.

    `captured` keeps its standard output from being shown.
    """

    command: str
    arguments: tuple[str, ...] = ()
    options: Mapping[str, str | bool] = {}
    flags: tuple[str, ...] = ()
    captured: bool = False


class Outcome(Struct, frozen=True):
    """How a command ended: its exit status, what was captured, and the end of its messages."""

    status: int
    captured: bytes
    said: bytes


class Supervisor:
    """Use it in a `with` statement, around all that has to be cleaned up.

    Signals are taken over in the main thread only, where Python allows it, and only those that the
    process does not ignore. The first ends the block with KeyboardInterrupt: at once, or where
    signals are held, by a command that runs or by `hold`, at the next `heed` or the block's end.
    Those after it change nothing.
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
        """Run a command in `directory`, with `env` and nothing else as its environment.

        Signals are held from here on: it is for the caller to write down how the command ended, and
        then to `heed` them. Raises OSError where it cannot be started.
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
        """Let nothing come in between what follows."""
        self._held = True

    def heed(self) -> None:
        """Raise KeyboardInterrupt where a signal came meanwhile; those that come now do so too."""
        self._held = False
        if self._received is not None:
            raise KeyboardInterrupt

    def _receive(self, number: int, frame: FrameType | None) -> None:
        # A second one must not come in between what the first one makes clean up.
        if self._received is None:
            self._received = number
            if not self._held:
                raise KeyboardInterrupt

    def _attend(
        self, process: subprocess.Popen[bytes], captured: bool, out: Listener
    ) -> tuple[bytes, bytes]:
        """Pass on what it says, and that it should end, until it has."""
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
                    break  # what Terraform started, and did not end, still holds the other side
            process.wait()
        return bytes(kept), bytes(said)


def _worker(binary: str, directory: Path, call: Call) -> list[str]:
    """A Python that has the packages of this one, and nothing of the environment's for Pythons."""
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
