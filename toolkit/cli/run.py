"""One run of the program: where its report goes, and what is left of it when it fails.

Reports go to stdout or into files; everything else goes to stderr.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from toolkit.errors import ExitCode
    from toolkit.model.report import Problem, Report
    from toolkit.reporters.interface import Reporter

PROGRAM = "recording-toolkit"


@dataclass(frozen=True, slots=True)
class Output:
    """A format and the file it goes to; None is stdout."""

    reporter: Reporter
    path: Path | None = None


@dataclass(slots=True)
class Run:
    """What the boundary knows of the command that is running."""

    command: str = PROGRAM
    outputs: tuple[Output, ...] = ()

    def finish(self, report: Report) -> int:
        """Write the report wherever it was asked for, and return its exit status."""
        unwritten: list[Problem] = []
        for output in self.outputs:
            if output.path is not None:
                unwritten += _write_file(report, output.reporter, output.path)
        # Before stdout, so that the report that is left says so too.
        if unwritten:
            report = replace(report, errors=(*report.errors, *unwritten))
        complain(report.errors)
        for output in self.outputs:
            if output.path is None:
                _write_stdout(report, output.reporter)
        return report.exit_code.value

    def write(self, text: str) -> None:
        """What a command without a report has to say, on stdout."""
        _send(sys.stdout, text)

    def fail(self, message: str, hint: str | None, exit_code: ExitCode) -> int:
        """The same for a run that came to no report: formats for machines stay valid."""
        from toolkit import __version__
        from toolkit.model.report import Problem, Report

        problem = Problem(message, hint, exit_code)
        return self.finish(Report(self.command, __version__, errors=(problem,)))


def complain(problems: Iterable[Problem]) -> None:
    """Each problem on stderr: a line that says what, and one that says how to mend it."""
    from toolkit.reporters.terminal import RED, Paint, visible

    paint = Paint(wants_colour(sys.stderr))
    for problem in problems:
        lines = [f"{paint(RED, 'error:')} {visible(problem.message)}"]
        if problem.hint:
            lines.append(f"hint: {visible(problem.hint)}")
        _send(sys.stderr, "\n".join(lines) + "\n")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on stderr that says what is under way; on a terminal only, and none in CI."""
    shown = sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"

    def tell(text: str) -> None:
        if shown:
            sys.stderr.write(f"\r\x1b[K{text[:78]}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        tell("")


def wants_colour(stream: TextIO) -> bool:
    """Colour on a terminal only. NO_COLOR forbids it and FORCE_COLOR asks for it, in that order.

    As Python itself reads them: set and not empty.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _write_file(report: Report, reporter: Reporter, path: Path) -> list[Problem]:
    from toolkit.model.report import Problem

    try:
        path.write_text(reporter.render(report), encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"{path}: the {reporter.name} report cannot be written: {error.strerror}"
        return [Problem(message, "Name a file in a folder that exists and can be written to.")]
    return []


def _write_stdout(report: Report, reporter: Reporter) -> None:
    if not reporter.for_people:
        _send(sys.stdout, reporter.render(report), encoding="utf-8")
    elif report.sources or report.verdict is not None or not report.errors:
        # Where there is nothing but errors, stderr has said it all.
        _send(sys.stdout, reporter.render(report, colour=wants_colour(sys.stdout)))


def _send(stream: TextIO, text: str, encoding: str | None = None) -> None:
    """Write all of `text`, in the stream's encoding or ours, whether or not anyone still reads."""
    encoding = encoding or stream.encoding or "utf-8"
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        data = text.replace("\N{MIDDLE DOT}", "-").encode(encoding, "backslashreplace")
    try:
        stream.flush()
        buffer = getattr(stream, "buffer", None)
        if buffer is None:
            stream.write(data.decode(encoding))
        else:
            buffer.write(data)
        stream.flush()
    except BrokenPipeError:
        discard(stream)


def discard(stream: TextIO) -> None:
    """Whoever read has seen enough: what Python still flushes at exit goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
