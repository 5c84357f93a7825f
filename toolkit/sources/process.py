"""One reading process: asked, given up on where it hangs, and started anew where it was lost."""

from __future__ import annotations

import subprocess
import threading
from contextlib import suppress

from toolkit.errors import SourceError, ToolkitError
from toolkit.model.inventory import Inventory
from toolkit.sources.exchange import receive, send
from toolkit.sources.limits import TIME_LIMIT as TIME_LIMIT
from toolkit.sources.requests import Answer, Declare, Discover, Read, Roots
from toolkit.sources.source_map import Declarations
from toolkit.sources.spawning import spawn
from toolkit.threads import start

_PLAN_INSTEAD = "Check a plan instead: terraform show -json PLAN | recording-toolkit check -"


class Process:
    """One reading process, started anew when it was lost."""

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        self._process = process or spawn()
        self._over = False
        self._lock = threading.Lock()

    def roots(self, request: Discover) -> Roots:
        """Raises `SourceError` where there is no Terraform."""
        answer = self._answer(request, request.path)
        if answer.roots is None:
            raise answer.error or _crashed(request.path)
        return answer.roots

    def declarations(self, request: Declare) -> Declarations:
        """Raises `SourceError` for what cannot be read."""
        answer = self._answer(request, request.path)
        if answer.declarations is None:
            raise answer.error or _crashed(request.path)
        return answer.declarations

    def read(self, request: Read) -> Inventory | ToolkitError:
        answer = self._answer(request, request.source)
        return answer.inventory or answer.error or _crashed(request.source)

    def _answer(self, request: Read | Discover | Declare, shown: str) -> Answer:
        """The answer; after a crash that of a new process, in which nothing is evaluated.

        The evaluator is what crashes on Terraform that is fine, and the rest does without it.
        """
        answer = self._ask(request, shown)
        if answer is not None:
            return answer
        if isinstance(request, Read):
            request = request._replace(evaluate=False)
        # A process may also have been lost to what it read ahead.
        return self._ask(request, shown) or Answer(error=_crashed(shown))

    def _ask(self, request: Read | Discover | Declare, shown: str) -> Answer | None:
        """The answer; None where the process ended instead."""
        with self._lock:
            if self._over:
                return None
            if self._process.poll() is not None:
                self._close()
                self._process = spawn()
            process = self._process
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(TIME_LIMIT, stop)
        timer.daemon = True
        start(timer)
        try:
            answer = _exchange(process, request)
        finally:
            timer.cancel()
        if isinstance(answer, Answer):
            return answer
        process.kill()
        process.wait()
        return Answer(error=_too_slow(shown)) if late.is_set() else None

    def end(self) -> None:
        """End the process for good; a thread that waits for its answer starts no other."""
        with self._lock:
            self._over = True
            self._close()

    def _close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                # What a process that is gone never read is of no use to anyone.
                with suppress(BrokenPipeError):
                    stream.close()


def _exchange(process: subprocess.Popen[bytes], request: Read | Discover | Declare) -> object:
    """The answer; None where the process ended instead."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        send(process.stdin, request)
        return receive(process.stdout)
    except (BrokenPipeError, ValueError):
        return None


def _crashed(shown: str) -> SourceError:
    return SourceError(f"{shown}: reading this Terraform crashed the parser", hint=_PLAN_INSTEAD)


def _too_slow(shown: str) -> SourceError:
    return SourceError(
        f"{shown}: could not be evaluated within {TIME_LIMIT:.0f} seconds", hint=_PLAN_INSTEAD
    )
