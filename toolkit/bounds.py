"""Limits the time and the memory of a command, through the system, and reports progress.

Only a command asks for it. A program that calls the library is not restricted: without `hold`,
nothing here has an effect.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from toolkit.errors import OutOfBounds

if sys.platform != "win32":
    import resource

#: Called about once a second, from two seconds on, with the current work and what is left.
Tick = Callable[[str, int], None]

#: The seconds until the first tick, and between two ticks.
FIRST_TICK: Final = 2.0
_TICK: Final = 1.0
#: The seconds allowed for cleanup before the alarm rings again.
_GRACE: Final = 15.0
_NAMED: Final = 5


class _Held:
    """The limits in force for the running command."""

    def __init__(self, seconds: float, memory: int, tick: Tick | None) -> None:
        self.seconds = seconds
        self.memory = memory
        self.tick = tick
        self.until = time.monotonic() + seconds
        self.handler: Any = None
        self.soft: int | None = None

    def enforce(self) -> None:
        """Set the limits that the platform supports.

        This works only in the main thread, because signals are handled there.
        """
        if sys.platform == "win32":
            return
        with suppress(ValueError):  # Raised in any thread but the main one.
            self.handler = signal.signal(signal.SIGALRM, self._alarm)
            left = max(self.until - time.monotonic(), 0.001)
            first, again = (left, _GRACE) if self.tick is None else (min(left, FIRST_TICK), _TICK)
            signal.setitimer(signal.ITIMER_REAL, first, again)
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = min(each for each in (self.memory, soft, hard) if each != resource.RLIM_INFINITY)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))
            self.soft = soft

    def relax(self) -> None:
        if sys.platform == "win32":
            return
        if self.handler is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self.handler)
            self.handler = None
        if self.soft is not None:
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (self.soft, hard))
            self.soft = None
        if self.tick is not None:
            self.tick("", 0)

    def _alarm(self, number: int, frame: object) -> None:
        now = time.monotonic()
        if now >= self.until:
            self.until = now + _GRACE
            raise OutOfBounds(
                f"the time of {self.seconds:g} seconds is up{_not_looked_at()}",
                "Name less at once, or give more time: --timeout SECONDS.",
            )
        if self.tick is not None:
            self.tick(_work.what, max(len(_work.left) - 1, 0))


class _Work:
    """The current work; `left` are the inputs that are not finished, the current one included."""

    what = ""
    left: Sequence[str] = ()


_work = _Work()
_held: list[_Held] = []


def hold(seconds: float, memory: int, tick: Tick | None = None) -> None:
    """Limit what follows to this many seconds and bytes; a second call has no effect.

    When the time is up, OutOfBounds is raised wherever the program is. A failed allocation raises
    MemoryError.
    """
    if not _held:
        working_on("")
        _held.append(_Held(seconds, memory, tick))
        _held[0].enforce()


def release() -> None:
    """Lift the limits."""
    while _held:
        _held.pop().relax()


@contextmanager
def outside() -> Iterator[None]:
    """Lift the limits within the context, in which another program or a user is at work."""
    if not _held:
        yield
        return
    held, began = _held[0], time.monotonic()
    held.relax()
    try:
        yield
    finally:
        held.until += time.monotonic() - began
        if held in _held:
            held.enforce()


def working_on(what: str, left: Sequence[str] = ()) -> None:
    """Record the current work, and which inputs are not finished yet."""
    _work.what, _work.left = what, left


def at_work() -> str:
    """Return the current work."""
    return _work.what


def out_of_memory() -> OutOfBounds:
    """Return the error for exhausted memory."""
    bound = f" of {_held[0].memory >> 20} MiB" if _held else ""
    return OutOfBounds(
        f"the memory{bound} is used up{_not_looked_at()}",
        "Name less at once, or allow more: --max-memory MIB.",
    )


def _not_looked_at() -> str:
    names = list(dict.fromkeys(_work.left)) or ([_work.what] if _work.what else [])
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"; not looked at: {', '.join(names[:_NAMED])}{more}"
