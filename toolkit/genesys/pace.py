"""Keeps a run below the platform's rate limit, so that it does not block other callers."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

#: The platform allows 300 requests a minute for a client (GENESYS.md, "Errors"). Evenly sent
#: requests may arrive closer together, and Terraform may run with the same client.
REQUESTS_PER_MINUTE = 270
_MINUTE = 60.0


class Pace:
    """Allows this many requests in any minute; the next one waits. `clock` is in seconds."""

    def __init__(
        self,
        limit: int = REQUESTS_PER_MINUTE,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limit = limit
        self._clock = clock
        self._sleep = sleep
        self._times: deque[float] = deque()

    def wait(self) -> None:
        """Wait until the next request may be sent, and count it."""
        self._forget()
        if len(self._times) >= self._limit:
            self._sleep(self._times[0] + _MINUTE - self._clock())
            self._forget()
        self._times.append(self._clock())

    def _forget(self) -> None:
        now = self._clock()
        while self._times and self._times[0] <= now - _MINUTE:
            self._times.popleft()
