"""Let a command finish properly when a signal asks it to end."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from toolkit.errors import Interrupted

#: Signals from outside: a pipeline that is cancelled, a terminal that is closed.
_NUMBERS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Raise Interrupted inside when such a signal arrives, as Ctrl-C raises KeyboardInterrupt.

    A signal that is ignored, as under `nohup`, stays ignored.
    """
    before = {
        number: signal.signal(number, _raise)
        for number in _NUMBERS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def ended_once() -> Iterator[Callable[[], None]]:
    """Do the same, also for Ctrl-C, for work that must be completed: ignore a second signal.

    A second signal, from an impatient user or to the process group, must not cost the report on
    what was changed. Nor must a first signal that arrives while the report is written: after the
    yielded function is called, signals are held until the block ends.
    """
    told: list[int] = []
    held = False

    def tell(number: int, frame: FrameType | None) -> None:
        if not told:
            told.append(number)
            if not held:
                raise Interrupted(number)

    def hold() -> None:
        nonlocal held
        held = True

    before = {
        number: signal.signal(number, tell)
        for number in (signal.SIGINT, *_NUMBERS)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield hold
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if held and told:
        raise Interrupted(told[0])


def _raise(number: int, frame: FrameType | None) -> NoReturn:
    raise Interrupted(number)
