"""One run of the program: where its report goes, and how failures are reported.

Reports go to stdout or into files; everything else goes to stderr.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TextIO, TypeVar

from toolkit.bounds import release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from toolkit.errors import ExitCode
    from toolkit.model.inventory_report import InventoryReport
    from toolkit.model.policy_tests import PolicyTestReport
    from toolkit.model.report import Problem, Report
    from toolkit.reporters.interface import Reporter

_R = TypeVar("_R", "Report", "InventoryReport", "PolicyTestReport")
_Rendered = TypeVar("_Rendered", contravariant=True)


class _Rendering(Protocol[_Rendered]):
    def __call__(self, report: _Rendered, /, *, colour: bool = False) -> str: ...


PROGRAM = "recording-toolkit"


class Output(NamedTuple):
    """A format and its output file; None is stdout."""

    reporter: Reporter
    path: Path | None = None


@dataclass(slots=True)
class Run:
    """What the error boundary knows of the running command.

    With `owns_process`, the process ends with the command, so the command may give up access.
    """

    command: str = PROGRAM
    outputs: tuple[Output, ...] = ()
    lists_inventory: bool = False
    owns_process: bool = False

    def finish(
        self,
        report: Report,
        *,
        brief: bool = False,
        only: Literal["summary", "statistics"] | None = None,
    ) -> int:
        """Write the report to all outputs, and return its exit status.

        `brief` shortens the text of a probe, `only` the text of a check.
        """
        if any(output.reporter.name == "sarif" for output in self.outputs):
            from msgspec.structs import replace

            from toolkit.cli.documentation import documentation
            from toolkit.configuration.finding import folder_in_repository

            report = replace(report, folder=folder_in_repository(), documentation=documentation())
        status = self._deliver(report, partial(_text_as, in_short=brief, only=only))
        if any(output.reporter.name == "github" for output in self.outputs):
            from toolkit.cli.job_summary import append

            warning = append(report)
            if warning is not None:
                say(warning)
        return status

    def finish_inventory(self, report: InventoryReport) -> int:
        """Write an inventory to all outputs, whose formats were validated before."""
        from toolkit.reporters.inventory_formats import INVENTORY_FORMATS

        return self._deliver(report, lambda reporter: INVENTORY_FORMATS[reporter.name])

    def finish_tests(self, report: PolicyTestReport) -> int:
        """Write the outcome of policy tests, which have fewer formats too."""
        from toolkit.reporters import policy_tests, policy_tests_junit

        renders: dict[str, _Rendering[PolicyTestReport]] = {
            "text": policy_tests.render_tests,
            "junit": policy_tests_junit.render_tests,
        }
        return self._deliver(report, lambda reporter: renders[reporter.name])

    def _deliver(self, report: _R, rendering: Callable[[Reporter], _Rendering[_R]]) -> int:
        release()
        unwritten: list[Problem]
        files, unwritten = _write_files(report, rendering, self.outputs)
        # Write again, and before stdout, so that the other reports have these errors too.
        while unwritten:
            from msgspec.structs import replace

            report = replace(report, errors=(*report.errors, *unwritten))
            files, unwritten = _write_files(report, rendering, files)
        complain(report.errors)
        for output in self.outputs:
            if output.path is None:
                try:
                    told = _as_told(report, output.reporter.name)
                    _write_stdout(told, rendering(output.reporter), output.reporter)
                except OSError as error:
                    return _unwritable(error)
        return report.exit_code.value

    def write(self, text: str) -> None:
        """Write the output of a command without a report to stdout."""
        try:
            _send(sys.stdout, text)
        except OSError as error:
            raise SystemExit(_unwritable(error)) from error

    def fail(self, message: str, hint: str | None, exit_code: ExitCode) -> int:
        """Report a failed run in all outputs, so that machine formats stay valid."""
        from toolkit import __version__
        from toolkit.model.inventory_report import InventoryReport
        from toolkit.model.report import Problem, Report

        problem = Problem(message, hint, exit_code)
        if self.lists_inventory:
            return self.finish_inventory(InventoryReport(__version__, errors=(problem,)))
        return self.finish(Report(self.command, __version__, errors=(problem,)))


def complain(problems: Iterable[Problem], *, warning: bool = False) -> None:
    """Write each problem to stderr: a line that says what, and a hint how to fix it."""
    from toolkit.reporters.terminal import RED, YELLOW, Paint, visible

    paint = Paint(wants_colour(sys.stderr))
    word = paint(YELLOW, "warning:") if warning else paint(RED, "error:")
    for problem in problems:
        lines = [f"{word} {visible(problem.message)}"]
        if problem.hint:
            lines.append(f"hint: {visible(problem.hint)}")
        say("\n".join(lines))


def note(text: str) -> None:
    """Write a message that is not an error to stderr."""
    from toolkit.reporters.terminal import visible

    say(f"note: {visible(text)}")


def say(text: str) -> None:
    """Write a line to stderr, if possible; the outcome of a run does not depend on that."""
    with suppress(OSError):  # A terminal that was closed, or a full disk.
        _send(sys.stderr, f"{text}\n")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows the current work in a line on stderr, only on a terminal."""
    from toolkit.cli.progress import is_watched

    shown = is_watched()

    def tell(text: str) -> None:
        if not shown:
            return
        # Only the last row of a wrapped line could be redrawn.
        import shutil

        width = max(shutil.get_terminal_size().columns - 1, 1)
        # The terminal may be gone, but what was started must still be stopped.
        with suppress(OSError):
            sys.stderr.write(f"\r\x1b[K{text[:width]}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        tell("")


def stdin_bytes(limit: int = -1) -> bytes:
    """Return standard input; empty if the caller closed it, which is reported later.

    If the input is larger than `limit` bytes, one byte more than the limit is returned.
    """
    most = limit + 1 if limit >= 0 else -1
    return sys.stdin.buffer.read(most) if sys.stdin is not None else b""


def wants_colour(stream: TextIO) -> bool:
    """Return whether to use colour: only on a terminal, unless NO_COLOR or FORCE_COLOR is set.

    As in Python itself, they must not be empty, and NO_COLOR wins.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _text_as(reporter: Reporter, **how: Any) -> _Rendering[Report]:
    """Return the format's render function; the text format has options."""
    return partial(reporter.render, **how) if reporter.name == "text" else reporter.render


def _write_files(
    report: _R, rendering: Callable[[Reporter], _Rendering[_R]], outputs: Iterable[Output]
) -> tuple[list[Output], list[Problem]]:
    """Write the outputs that have a file. Return those that were written, and the problems."""
    written: list[Output] = []
    unwritten: list[Problem] = []
    for output in outputs:
        if output.path is not None:
            name = output.reporter.name
            problems = []
            for part, path in _files(_as_told(report, name), name, output.path):
                problems += _write_file(part, rendering(output.reporter), name, path)
            unwritten += problems
            if not problems:
                written.append(output)
    return written, unwritten


def _as_told(report: Any, name: str) -> Any:
    """Return the report with changes as results, for formats that only have results."""
    if not getattr(report, "changes", None):
        return report
    from toolkit.reporters.change_findings import OWN_WAY, with_findings

    return report if name in OWN_WAY else with_findings(report)


def _files(report: Any, name: str, path: Path) -> Iterable[tuple[Any, Path]]:
    """Return the files of a report: several if one exceeds the limits, such as ``out.2.sarif``."""
    if name != "sarif":
        return [(report, path)]
    from toolkit.reporters.sarif import files

    return [
        (part, path if number == 1 else path.with_suffix(f".{number}{path.suffix}"))
        for number, part in enumerate(files(report), 1)
    ]


def _write_file(report: _R, render: _Rendering[_R], name: str, path: Path) -> list[Problem]:
    from toolkit.files.writing import write_whole
    from toolkit.model.report import Problem

    try:
        write_whole(path, render(report).encode())
    except OSError as error:
        message = f"{path}: the {name} report cannot be written: {error.strerror}"
        return [Problem(message, "Name a file in a folder that exists and can be written to.")]
    return []


def _write_stdout(report: _R, render: _Rendering[_R], reporter: Reporter) -> None:
    if not reporter.for_people:
        _send(sys.stdout, render(report), encoding="utf-8")
    elif report.looked_at_something or not report.errors:
        # If there are only errors, stderr has shown them all.
        _send(sys.stdout, render(report, colour=wants_colour(sys.stdout)))


def _send(stream: TextIO, text: str, encoding: str | None = None) -> None:
    """Write all of `text`, in the stream's encoding or ours; ignore a reader that left."""
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


def write_bytes(stream: TextIO, data: bytes) -> None:
    """Write bytes unchanged; ignore a reader that left."""
    try:
        stream.flush()
        stream.buffer.write(data)
        stream.flush()
    except BrokenPipeError:
        discard(stream)


def _unwritable(error: OSError) -> int:
    """Return the exit status of a run that cannot write to stdout, for example on a full disk."""
    from toolkit.errors import ExitCode
    from toolkit.model.report import Problem

    discard(sys.stdout)
    complain([Problem(f"stdout cannot be written: {error.strerror}", "Is the disk full?")])
    return ExitCode.INPUT.value


def discard(stream: TextIO) -> None:
    """Discard what Python flushes at exit, since the reader has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
