"""The one error boundary: whatever went wrong becomes a line, a hint and an exit status.

Below it nothing exits the process and nothing catches `Exception`.
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

#: What a shell adds to the number of the signal that ended a program.
_BY_SIGNAL = 128
DEBUG = "RECORDING_TOOLKIT_DEBUG"


class Program(LazyGroup):
    """The outermost group. Click's own `main` prints its errors in its own words; this does not."""

    def run(self, args: Sequence[str] | None = None, *, owns_process: bool = False) -> int:
        """Run and return the exit status."""
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
    """Raises `UsageError` where the folder in which the command was started is gone."""
    try:
        os.getcwd()  # noqa: PTH109
    except OSError as error:
        raise UsageError(
            f"the working folder cannot be used: {error.strerror}",
            hint="Go into a folder that is there: this one was removed, or is not yours to enter.",
        ) from error


def guarded(action: Callable[[], Any], run: Run, args: Sequence[str] = ()) -> int:
    """The exit status of `action`, whatever becomes of it; `args` are those that it reads."""
    working_on("")
    try:
        return int(action() or 0)
    except (click.Abort, KeyboardInterrupt) as error:
        # Click makes one of its own of every interruption.
        return _interrupted(error.__context__ if isinstance(error, click.Abort) else error)
    except SystemExit as exit_:  # how Click ends what a shell asks it for its completion
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
            # Click ends the line of a terminal first, which was closed.
            return _interrupted(error.__context__)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            # Click writes --help by itself; what writes a report says which one it is.
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
    """Let `--help | head -1` end well; Click ends it with 1, which is a violation here."""
    try:
        yield
    except BrokenPipeError as error:
        discard(sys.stdout)
        raise click.exceptions.Exit(ExitCode.OK) from error


def _asked_for(args: Sequence[str]) -> tuple[Output, ...]:
    """Where reports were to go, of a command line that came to no option's callback."""
    from toolkit.cli.options import formats_in

    return formats_in(args)


def _usage(error: click.ClickException) -> tuple[str, str | None]:
    """Click's message in the form of ours, and what to try instead."""
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
    """Where it happened: lines of the program, and no text of an exception, which may hold a
    secret of the input.
    """
    import traceback

    cause = error.__cause__ or error.__context__
    before = "" if cause is None else _trace(cause) + "\nAfter that:\n\n"
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{type(error).__name__}\n"


def _bug(error: Exception) -> str:
    """What to report. The exception's own text may hold values of the input, so it is left out.

    What ran adds itself to the exception as a note, such as the check that crashed.
    """
    where = "".join(f", {note}" for note in getattr(error, "__notes__", ()))
    if work := at_work():
        where += f", while {work[0].lower()}{work[1:]}"
    return (
        f"a bug in the toolkit: {type(error).__name__}{where} "
        f"({PROGRAM} {__version__}, Python {'.'.join(map(str, sys.version_info[:3]))})"
    )
