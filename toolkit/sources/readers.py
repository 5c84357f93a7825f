"""Reading processes: they read sources side by side, and take a crash or a hang upon themselves."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

from toolkit import sources
from toolkit.errors import ToolkitError
from toolkit.model.inventory import Inventory
from toolkit.sources.requests import Declare, Discover, Read, Roots
from toolkit.sources.source_map import Declarations
from toolkit.threads import start

if TYPE_CHECKING:
    from subprocess import Popen

#: Called with how many sources are read and how many there are.
Progress: TypeAlias = Callable[[int, int], None]


class Readers:
    """Processes that read sources. Use it in a `with` statement: leaving it ends them.

    `first` is one that was started before.
    """

    def __init__(self, first: Popen[bytes] | None = None) -> None:
        self._all = [] if first is None else [sources.Process(first)]
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
        return process.roots(request)

    def declarations(self, request: Declare) -> Declarations:
        """What the source of a plan declares. Raises `SourceError` where it cannot be read."""
        (process,) = self._crew(1)
        return process.declarations(request)

    def read(
        self, requests: Sequence[Read], progress: Progress | None = None
    ) -> list[Inventory | ToolkitError]:
        """What each source contains, or why it cannot be said, in the order of the requests."""
        found: list[Inventory | ToolkitError | None] = [None] * len(requests)
        waiting = iter(range(len(requests)))
        lock = threading.Lock()
        done = 0

        def work(process: sources.Process) -> None:
            nonlocal done
            while True:
                with lock:
                    at = next(waiting, None)
                if at is None or self._over:
                    return
                found[at] = process.read(requests[at])
                with lock:
                    done += 1
                    if progress is not None:
                        progress(done, len(requests))

        threads = []
        for process in self._crew(len(requests)):
            thread = threading.Thread(target=work, args=(process,), daemon=True)
            start(thread)
            threads.append(thread)
        for thread in threads:
            thread.join()
        return [answer for answer in found if answer is not None]

    def _crew(self, wanted: int) -> list[sources.Process]:
        """As many processes as there are cores, and not more than there is work for."""
        size = min(wanted, os.cpu_count() or 1)
        while len(self._all) < size:
            self._all.append(sources.Process())
        return self._all[:size]
