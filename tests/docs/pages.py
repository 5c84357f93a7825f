"""Runs the sessions in the pages of `docs/` and compares their output with the pages.

A fence with a title is a file: it is written into the page's own folder. A `console` fence is a
session: each line after ``$`` is run there by one shell, in the order of the page, and the lines
after it are its output. A line that is only ``...`` stands for any lines; a command without any
output in the page must exit with 0. ``# exit N`` after a command is its status. The system chooses
a port for 8080, in the commands and in what they print.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ANY = "..."
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=indent)(?P=fence)$",
    re.M | re.S,
)
_TITLE = re.compile(r'title="([^"]+)"')
_STATUS = re.compile(r"\s+# exit (\d+)$")
_PORT = "8080"
#: Seconds that one command may take.
_LIMIT = 120
_WAIT = (
    "for _ in $(seq 300); do (: </dev/tcp/127.0.0.1/{port}) 2>/dev/null && break; sleep 0.1; done"
)


class Fence(NamedTuple):
    """A fenced block. `start` and `end` are the position of its body in the page's text."""

    language: str
    title: str | None
    body: str
    start: int
    end: int


class Shown(NamedTuple):
    """A command in a page. `output` is None if the page has none."""

    command: str
    status: int | None
    output: str | None


class Ran(NamedTuple):
    status: int
    output: str


#: A command that starts the real terraform.
_PROVISIONS = re.compile(r"recording-toolkit (plan|apply) (?!--help)")


def provisions(text: str) -> bool:
    """Whether the page runs terraform, which then needs its provider to be installed."""
    return any(
        _PROVISIONS.match(each.command)
        for fence in fences(text)
        if fence.language == "console"
        for each in shown(fence.body)
    )


def serves(text: str) -> bool:
    """Whether the page starts a server: in the background, or the story on the mock."""
    return any(
        each.command.rstrip().endswith("&") or re.match(r"recording-toolkit demo$", each.command)
        for fence in fences(text)
        if fence.language == "console"
        for each in shown(fence.body)
    )


def pages() -> list[Path]:
    return sorted(DOCS.rglob("*.md"))


def fences(text: str) -> Iterator[Fence]:
    for match in _FENCE.finditer(text):
        language, _, rest = match["info"].partition(" ")
        title = _TITLE.search(rest)
        indent = match["indent"]
        body = re.sub(rf"^{indent}", "", match["body"], flags=re.M) if indent else match["body"]
        yield Fence(language, title and title[1], body, match.start("body"), match.end("body"))


def shown(body: str) -> list[Shown]:
    """Return the commands of a console session; a backslash at the end of a line continues it."""
    found: list[tuple[str, list[str]]] = []
    continued = False
    for line in body.splitlines():
        if continued:
            found[-1] = (f"{found[-1][0]}\n{line}", [])
        elif line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
        continued = bool(found) and not found[-1][1] and found[-1][0].endswith("\\")
    return [
        Shown(
            _STATUS.sub("", command),
            int(status[1]) if (status := _STATUS.search(command)) else None,
            "\n".join(output).strip("\n") if any(output) else None,
        )
        for command, output in found
    ]


def matches(expected: str, got: str) -> bool:
    """Whether the output is as in the page, in which ``...`` alone stands for any lines."""
    parts = [
        ".*" if line.strip() == ANY else re.escape(line) + r"\n" for line in expected.splitlines()
    ]
    return re.fullmatch("".join(parts), got.strip("\n") + "\n", re.DOTALL) is not None


class Session:
    """One shell in the page's own folder, with the project's commands on its path."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = str(free.getsockname()[1])
        self._folder = folder
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RECORDING_TOOLKIT_", "GENESYSCLOUD_", "TF_"))
        }
        binaries = os.pathsep.join([str(Path(sys.executable).parent), clean["PATH"]])
        self._shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=folder,
            env={**clean, "PATH": binaries, "COLUMNS": "80", "NO_COLOR": "1", "CI": "true"}
            | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, command: str) -> Ran:
        """Return a command's output and status; for a server, with ``&``, when it listens."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        mark = "=== end of the command"
        command = command.replace(_PORT, self._port)
        background = command.rstrip().endswith("&")
        if background:
            command = command.rstrip().removesuffix("&") + ">/dev/null 2>&1 </dev/null &"
            command += f"\n{_WAIT.format(port=self._port)}"
        self._shell.stdin.write(f'{command}\nprintf "\\n{mark} %s\\n" "$?"\n')
        self._shell.stdin.flush()
        late = threading.Timer(_LIMIT, os.killpg, (self._shell.pid, signal.SIGKILL))
        late.start()
        lines: list[str] = []
        try:
            for line in self._shell.stdout:
                if line.startswith(mark):
                    text = "".join(lines).removesuffix("\n")
                    return Ran(int(line.rsplit(" ", 1)[1]), self._as_shown(text))
                lines.append(line)
        finally:
            late.cancel()
        raise AssertionError(f"{command}: ended the shell, or took too long: {''.join(lines)}")

    def _as_shown(self, text: str) -> str:
        return text.replace(self._port, _PORT).replace(f"{self._folder}/", "")

    def end(self) -> None:
        os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.wait()
        for stream in (self._shell.stdin, self._shell.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def session(environ: dict[str, str]) -> Iterator[Session]:
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        opened = Session(Path(folder).resolve(), environ)
        try:
            yield opened
        finally:
            opened.end()


def run_page(text: str, environ: dict[str, str]) -> list[tuple[Fence, list[tuple[Shown, Ran]]]]:
    """Return every session of a page with its actual results."""
    done = []
    with session(environ) as opened:
        for fence in fences(text):
            if fence.title is not None:
                path = opened._folder / fence.title
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(fence.body, encoding="utf-8")
            elif fence.language == "console":
                done.append(
                    (fence, [(each, opened.run(each.command)) for each in shown(fence.body)])
                )
    return done


def problems(text: str, environ: dict[str, str]) -> list[str]:
    """Return the differences between a page and the actual results."""
    found = []
    for _, commands in run_page(text, environ):
        for each, ran in commands:
            status = (
                each.status if each.status is not None else (0 if each.output is None else None)
            )
            if status is not None and ran.status != status:
                found.append(
                    f"$ {each.command}\nends with {ran.status}, not {status}:\n{ran.output}"
                )
            elif each.output is not None and not matches(each.output, ran.output):
                found.append(f"$ {each.command}\nprints:\n{ran.output}\nnot:\n{each.output}")
    return found


def refreshed(text: str, environ: dict[str, str]) -> str:
    """Return the page with current outputs; those that are left out or shortened are unchanged."""
    for fence, commands in reversed(run_page(text, environ)):
        lines = []
        for each, ran in commands:
            lines.append(
                f"$ {each.command}" + (f" # exit {each.status}" if each.status is not None else "")
            )
            if each.output is not None:
                kept = ANY in each.output.splitlines() and matches(each.output, ran.output)
                lines.append(each.output if kept else ran.output.strip("\n"))
        text = text[: fence.start] + "\n".join(lines) + "\n" + text[fence.end :]
    return text
