"""The program as users start it: in a process of its own, on a terminal or not."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

#: The developer's variables must not reach a test.
_FOREIGN: Final = ("TF_", "GENESYSCLOUD_", "RECORDING_TOOLKIT_", "NO_COLOR", "FORCE_COLOR")
#: Makes the slave side of a terminal on stdin the controlling terminal of this process.
_ON_TERMINAL: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
_PATIENCE: Final = 120
#: The plan that a Terraform stand-in shows, with such a client.
PLANNED: dict[str, Any] = {
    "format_version": "1.2",
    "resource_changes": [
        {
            "address": "genesyscloud_oauth_client.recorder",
            "mode": "managed",
            "type": "genesyscloud_oauth_client",
            "name": "recorder",
            "change": {
                "actions": ["create"],
                "after": {
                    "name": "recorder",
                    "authorized_grant_type": "CODE",
                    "scopes": ["recording:session:write", "recordingSession"],
                },
            },
        }
    ],
    "configuration": {},
    "planned_values": {},
}


def environment(**more: str) -> dict[str, str]:
    own = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
    return {**own, "CHECKPOINT_DISABLE": "1", **more}


@dataclass(frozen=True)
class Done:
    """The result of a run."""

    status: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.stdout)
        return found

    @property
    def errors(self) -> list[str]:
        """Return the lines that say what went wrong; there is one hint for each."""
        return [line for line in self.stderr.splitlines() if line.startswith("error: ")]

    @property
    def hints(self) -> list[str]:
        return [line for line in self.stderr.splitlines() if line.startswith("hint: ")]


def started(
    *arguments: str, environ: Mapping[str, str], cwd: Path | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "toolkit", *arguments],
        env=dict(environ),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str, environ: Mapping[str, str], cwd: Path | None = None) -> Done:
    process = started(*arguments, environ=environ, cwd=cwd)
    stdout, stderr = process.communicate(timeout=_PATIENCE)
    return Done(process.returncode, stdout, stderr)


@dataclass
class Terminal:
    """The program on a terminal: its output, and a keyboard."""

    process: subprocess.Popen[bytes]
    master: int
    screen: str = ""
    _raw: bytearray = field(default_factory=bytearray)

    @classmethod
    def start(cls, *arguments: str, environ: Mapping[str, str]) -> Terminal:
        master, slave = pty.openpty()
        command = [sys.executable, "-c", _ON_TERMINAL, sys.executable, "-m", "toolkit", *arguments]
        try:
            process = subprocess.Popen(
                command,
                env={"TERM": "xterm", **environ},
                stdin=slave,
                stdout=slave,
                stderr=slave,
                start_new_session=True,
            )
        finally:
            os.close(slave)
        return cls(process, master)

    def wait_for(self, text: str) -> None:
        """Read until the screen has this text; an earlier end fails the test."""
        deadline = time.monotonic() + _PATIENCE
        while text not in self.screen:
            assert time.monotonic() < deadline, self.screen
            assert self._read(), f"{text!r} did not come: {self.screen}"

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def end(self) -> int:
        """Read to the end and return the exit status."""
        while self._read():
            pass
        os.close(self.master)
        return self.process.wait(_PATIENCE)

    def _read(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], _PATIENCE)
        assert ready, self.screen
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:  # the other side is closed
            return False
        self._raw += data
        self.screen = self._raw.decode("utf-8", "replace")
        return bool(data)


def stand_in(folder: Path, lines: str, name: str = "terraform") -> dict[str, str]:
    """Put a program of these lines of Python on a PATH; return the environment with that PATH.

    The program has `command` and `rest`, its arguments, and answers a request for its version.
    """
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(
        f"#!{sys.executable}\n"
        "import json, os, pathlib, signal, sys, time\n"
        "command, rest = sys.argv[1], sys.argv[2:]\n"
        "if command == 'version':\n"
        "    print(json.dumps({'terraform_version': os.environ.get('VERSION', '1.9.0')}))\n"
        "    sys.exit()\n"
        f"{lines}\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.defpath}"}
