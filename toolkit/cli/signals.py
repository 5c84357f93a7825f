"""Lets a command end in its own way when a signal asks it to."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from toolkit.errors import Interrupted

#: What ends a process from outside: a pipeline that is cancelled, a terminal that is closed.
_NUMBERS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Raises Interrupted inside when such a signal arrives, as Ctrl-C raises KeyboardInterrupt.

    One that is ignored, as `nohup` does, stays ignored.
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
    """The same, Ctrl-C included, for what has to be brought to its end: a second one does nothing.

    A second signal, from an impatient user or to the process group, must not cost the report on
    what was changed. Nor must a first one that comes while that is written: once what this yields
    is called, it is held to the block's end.
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
