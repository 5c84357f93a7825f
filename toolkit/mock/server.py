"""Runs the mock on uvicorn: in the foreground for a person, in a thread for a test."""

from __future__ import annotations

import errno
import json
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TextIO

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from toolkit.errors import UsageError
from toolkit.mock.app import Mock
from toolkit.mock.faults import Connections
from toolkit.mock.scenario import Scenario
from toolkit.mock.usage import url_of
from toolkit.mock.world import Clock
from toolkit.threads import start

LOCALHOST = "127.0.0.1"
#: Seconds for running requests to finish when the server stops.
_GRACE = 1
#: Seconds that a connection may be idle, as in gateways. If it is shorter, a busy machine may close
#: a connection just when the next request is sent on it, which looks like a lost start.
_KEEP_ALIVE = 75
_IN_USE = errno.EADDRINUSE
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """A server that signals when it is ready, and ends quietly on a signal."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises the signal again after its shutdown; being stopped is not a failure.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._stop) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.should_exit = True


class _AnnouncingServer(_Server):
    """A server that writes its address as the first line, once it answers there."""

    def __init__(
        self, config: uvicorn.Config, url: str, out: TextIO, ready: Callable[[str], None]
    ) -> None:
        super().__init__(config)
        self._url = url
        self._out = out
        self._tell = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(json.dumps({"url": self._url}), file=self._out, flush=True)
        self._tell(self._url)


def serve(
    scenario: Scenario,
    port: int = 0,
    host: str = LOCALHOST,
    out: TextIO | None = None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the scenario until SIGINT or SIGTERM.

    The first line on `out` (standard output) is ``{"url": "http://HOST:PORT"}``; with port 0 the
    system chooses one. `ready` receives that URL too. Raises UsageError when the address cannot be
    used.
    """
    mock = Mock(scenario)
    with _listening(host, port) as listener:
        server = _AnnouncingServer(_config(mock), _url(listener), out or sys.stdout, ready)
        server.run(sockets=[listener])


@contextmanager
def running(scenario: Scenario, clock: Clock = time.monotonic) -> Iterator[str]:
    """Run a server of the scenario in a thread of this process; yield its URL.

    `clock` (in seconds) controls state changes, the expiry of tokens and the rate limits.
    """
    with _listening(LOCALHOST, 0) as listener:
        server = _Server(_config(Mock(scenario, clock)))

        def serve() -> None:
            try:
                server.run(sockets=[listener])
            finally:
                # Don't wait forever for a server that ends before it serves.
                server.ready.set()

        thread = threading.Thread(target=serve, name="mock-genesys", daemon=True)
        start(thread)
        server.ready.wait()
        if not server.started:
            raise RuntimeError("the mock ended before it served")
        try:
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    if not host:  # for a socket, an empty host means all interfaces
        raise UsageError("the address to listen on is empty", hint="Leave --host out.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With this protocol named, asyncio sends written data at once; otherwise the kernel delays the
    # second half of each answer for 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            # A port in use, or one that only root may use; other errors are about the address.
            taken = isinstance(error, PermissionError) or getattr(error, "errno", 0) == _IN_USE
            raise UsageError(
                f"cannot listen on {host} port {port}: {reason}",
                hint="Port 0 lets the system choose a free one."
                if taken
                else f"Give an address of this machine, such as {LOCALHOST}.",
            ) from error
        yield listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return url_of(host, port)


def _config(mock: Mock) -> uvicorn.Config:
    return uvicorn.Config(
        mock,
        # Without a logging configuration, uvicorn logs only failures, and no secret of a request.
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        ws="none",
        http=_protocol(mock.connections),
        timeout_graceful_shutdown=_GRACE,
        timeout_keep_alive=_KEEP_ALIVE,
    )


def _protocol(connections: Connections) -> type[H11Protocol]:
    """Return uvicorn's HTTP protocol, which registers its open connections in `connections`."""

    class Protocol(H11Protocol):
        def connection_made(self, transport: Any) -> None:
            connections.opened(transport)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.closed(self.transport)
            super().connection_lost(exc)

    return Protocol
