"""Reading processes: they read sources side by side, and take a crash or a hang upon themselves."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TypeAlias

from toolkit.errors import SourceError, ToolkitError
from toolkit.model.inventory import Inventory
from toolkit.sources.requests import Answer, Declare, Discover, Read, Roots, receive, send
from toolkit.sources.source_map import Declarations
from toolkit.sources.spawning import spawn

#: Seconds that one source may take; large configurations need less than one.
TIME_LIMIT = 120.0
_PLAN_INSTEAD = "Check a plan instead: terraform show -json PLAN | recording-toolkit check -"

#: Called with how many sources are read and how many there are.
Progress: TypeAlias = Callable[[int, int], None]


class Readers:
    """Processes that read sources. Use it in a `with` statement: leaving it ends them.

    `first` is one that was started before.
    """

    def __init__(self, first: subprocess.Popen[bytes] | None = None) -> None:
        self._all = [] if first is None else [_Process(first)]
        self._over = False

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Threads that still read must start nothing in the place of what ends here.
        self._over = True
        for process in self._all:
            process.end()

    def start(self) -> None:
        """Start the first process ahead of time, for who knows that there will be work."""
        self._crew(1)

    def roots(self, request: Discover) -> Roots:
        """The root modules of a tree. Raises `SourceError` where there is no Terraform."""
        (process,) = self._crew(1)
        answer = process.ask(request, request.path)
        if answer.roots is None:
            raise answer.error or _crashed(request.path)
        return answer.roots

    def declarations(self, request: Declare) -> Declarations:
        """What the source of a plan declares. Raises `SourceError` where it cannot be read."""
        (process,) = self._crew(1)
        answer = process.ask(request, request.path)
        if answer.declarations is None:
            raise answer.error or _crashed(request.path)
        return answer.declarations

    def read(
        self, requests: Sequence[Read], progress: Progress | None = None
    ) -> list[Inventory | ToolkitError]:
        """What each source contains, or why it cannot be said, in the order of the requests."""
        found: list[Inventory | ToolkitError | None] = [None] * len(requests)
        waiting = iter(range(len(requests)))
        lock = threading.Lock()
        done = 0

        def work(process: _Process) -> None:
            nonlocal done
            while True:
                with lock:
                    at = next(waiting, None)
                if at is None or self._over:
                    return
                answer = process.ask(requests[at], requests[at].source)
                found[at] = answer.inventory or answer.error or _crashed(requests[at].source)
                with lock:
                    done += 1
                    if progress is not None:
                        progress(done, len(requests))

        threads = []
        for process in self._crew(len(requests)):
            thread = threading.Thread(target=work, args=(process,), daemon=True)
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()
        return [answer for answer in found if answer is not None]

    def _crew(self, wanted: int) -> list[_Process]:
        """As many processes as there are cores, and not more than there is work for."""
        size = min(wanted, os.cpu_count() or 1)
        while len(self._all) < size:
            self._all.append(_Process())
        return self._all[:size]


class _Process:
    """One reading process, started anew when it was lost."""

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        self._process = process or spawn()
        self._over = False
        self._lock = threading.Lock()

    def ask(self, request: Read | Discover | Declare, shown: str) -> Answer:
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
        timer.start()
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
