"""The error boundary: every failure becomes a line, a hint and an exit status.

Nothing below it exits the process or catches `Exception`.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.exceptions import NoArgsIsHelpError

from toolkit import __version__
from toolkit.bounds import at_work, out_of_memory, release, working_on
from toolkit.cli.lazy import LazyGroup
from toolkit.cli.run import PROGRAM, Output, Run, discard, say
from toolkit.errors import ExitCode, Interrupted, OutOfBounds, ToolkitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Shells add this to the number of the signal that ended a program.
_BY_SIGNAL = 128
DEBUG = "RECORDING_TOOLKIT_DEBUG"


class Program(LazyGroup):
    """The outermost group. It replaces Click's `main`, which words errors differently."""

    def run(self, args: Sequence[str] | None = None, *, owns_process: bool = False) -> int:
        """Run the program and return its exit status."""
        run = Run(owns_process=owns_process)

        def action() -> Any:
            return super(Program, self).main(
                args=args, prog_name=PROGRAM, standalone_mode=False, obj=run
            )

        return guarded(action, run, sys.argv[1:] if args is None else args)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with quiet_when_nobody_reads():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        _need_working_folder()
        with quiet_when_nobody_reads():
            return super().invoke(ctx)

    def main(self, args: Sequence[str] | None = None, **_: Any) -> NoReturn:  # type: ignore[override]
        sys.exit(self.run(args))


def _need_working_folder() -> None:
    """Raise `UsageError` if the working folder no longer exists or cannot be entered."""
    try:
        os.getcwd()  # noqa: PTH109
    except OSError as error:
        raise UsageError(
            f"the working folder cannot be used: {error.strerror}",
            hint="Go into a folder that is there: this one was removed, or is not yours to enter.",
        ) from error


def guarded(action: Callable[[], Any], run: Run, args: Sequence[str] = ()) -> int:
    """Run `action` and return its exit status, whatever it raises. `args` are its arguments."""
    working_on("")
    try:
        return int(action() or 0)
    except (click.Abort, KeyboardInterrupt) as error:
        # Click turns every interruption into an Abort of its own.
        return _interrupted(error.__context__ if isinstance(error, click.Abort) else error)
    except SystemExit as exit_:  # Click's shell completion ends like this.
        return exit_.code if isinstance(exit_.code, int) else 0
    except OutOfBounds as error:
        return run.fail(error.message, error.hint, ExitCode.INPUT)
    except MemoryError:
        over = out_of_memory()
        release()
        return run.fail(over.message, over.hint, ExitCode.INPUT)
    except ToolkitError as error:
        return run.fail(error.message, error.hint, error.exit_code)
    except NoArgsIsHelpError as error:
        say(error.format_message())
        return ExitCode.INPUT.value
    except click.ClickException as error:
        if not run.outputs:
            run.outputs = _asked_for(args)
            context = getattr(error, "ctx", None)
            run.command = getattr(context, "info_name", None) or run.command
        return run.fail(*_usage(error), ExitCode.INPUT)
    except Exception as error:  # noqa: BLE001 - the boundary
        if isinstance(error, OSError) and isinstance(error.__context__, KeyboardInterrupt):
            # The terminal was closed, and Click tried to end its line first.
            return _interrupted(error.__context__)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            # Click writes --help itself. The code that writes a report names the report in the
            # error.
            return run.fail(
                f"not all can be written: {error.strerror}", "Is the disk full?", ExitCode.INPUT
            )
        if os.environ.get(DEBUG):
            say(_trace(error).rstrip())
        return run.fail(_bug(error), _BUG_HINT, ExitCode.BUG)
    finally:
        release()


def _interrupted(cause: BaseException | None) -> int:
    known = cause if isinstance(cause, Interrupted) else Interrupted()
    say(f"interrupted: {known.left}" if known.left else "interrupted")
    return _BY_SIGNAL + known.number


@contextmanager
def quiet_when_nobody_reads() -> Iterator[None]:
    """Exit with 0 if the reader of the output leaves, as in `--help | head -1`.

    Click would exit with 1, which means a violation here.
    """
    try:
        yield
    except BrokenPipeError as error:
        discard(sys.stdout)
        raise click.exceptions.Exit(ExitCode.OK) from error


def _asked_for(args: Sequence[str]) -> tuple[Output, ...]:
    """Return the requested report outputs of a command line that failed before option callbacks."""
    from toolkit.cli.options import formats_in

    return formats_in(args)


def _usage(error: click.ClickException) -> tuple[str, str | None]:
    """Return Click's message in our form, and a hint."""
    context = getattr(error, "ctx", None)
    page = context.command_path if context is not None else PROGRAM
    hint = f"See '{page} --help'."
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        message = f"no such option '{error.option_name}'"
        if error.possibilities:
            hint = f"Did you mean {' or '.join(sorted(error.possibilities))}? {hint}"
    return message[:1].lower() + message[1:].rstrip("."), hint


_BUG_HINT = f"Please report this line; {DEBUG}=1 shows where it happened."


def _trace(error: BaseException) -> str:
    """Return where the error was raised, without exception texts, which may have secrets."""
    import traceback

    cause = error.__cause__ or error.__context__
    before = "" if cause is None else _trace(cause) + "\nAfter that:\n\n"
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{type(error).__name__}\n"


def _bug(error: Exception) -> str:
    """Return the message for a bug, without the exception text, which may have values of the input.

    The running code adds itself to the exception as a note, such as the check that crashed.
    """
    where = "".join(f", {note}" for note in getattr(error, "__notes__", ()))
    if work := at_work():
        where += f", while {work[0].lower()}{work[1:]}"
    return (
        f"a bug in the toolkit: {type(error).__name__}{where} "
        f"({PROGRAM} {__version__}, Python {'.'.join(map(str, sys.version_info[:3]))})"
    )
