"""Looks for regular expressions in a process of its own, so that none can keep a run from ending.

Python's `re` tries every way to match, and both the pattern of a policy and the text in the
Terraform may be a stranger's: ``(a+)+$`` on forty characters would take years. It cannot be told to
stop, and to tell such patterns from others would refuse good ones; a process can be ended.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Final

from toolkit.documents.wording import quoted
from toolkit.errors import PolicyError
from toolkit.threads import start

#: Seconds from the start on; a hundred thousand of them need some five.
TIME_LIMIT: Final = 60.0
_PROGRAM: Final = """
import pickle, re, sys
while True:
    pattern, text = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(b"0" if re.search(pattern, text) is None else b"1")
    sys.stdout.buffer.flush()
"""


class Searcher:
    """Says whether a pattern is found in a text.

    Use it in a `with` statement: leaving it ends the process.
    """

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        self._time_limit = time_limit
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, running the lines above
            [sys.executable, "-I", "-S", "-c", _PROGRAM],
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._timer = threading.Timer(time_limit, self._process.kill)
        self._timer.daemon = True
        start(self._timer)

    def __enter__(self) -> Searcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def __call__(self, pattern: str, text: str) -> bool:
        """Raises PolicyError where it takes too long."""
        answer = _exchange(self._process, (pattern, text))
        if answer not in (b"0", b"1"):
            raise PolicyError(
                f"the regular expression {quoted(pattern)} takes too long: given up after "
                f"{self._time_limit:.0f} seconds",
                hint="Write it without a repetition inside another one, such as (a+)+ or (.*x)*.",
            )
        return answer == b"1"


def _exchange(process: subprocess.Popen[bytes], asked: tuple[str, str]) -> bytes:
    """One byte; none where the process ended instead."""
    if process.stdin is None or process.stdout is None:
        return b""
    try:
        process.stdin.write(pickle.dumps(asked))
        process.stdin.flush()
    except BrokenPipeError:
        return b""
    return process.stdout.read(1)
