"""Connections that a deadline can end, and that record whether a request was sent.

The time-out of `requests` only limits the wait for the next bytes: a server that sends one byte a
second keeps a call alive forever. So each answer has a deadline, at which its connection is shut
down.

The name of an exception does not tell whether the server may have acted: behind a proxy, a missing
answer is a proxy error. So the adapter records it before the first byte is sent.
"""

from __future__ import annotations

import http.client
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from toolkit.threads import start

# It logs the paths of requests with their queries, which may hold secrets.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)


class Watch:
    """Knows which socket the current call uses, and shuts it down at the deadline."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._expired = False
        self._sent = False

    @property
    def expired(self) -> bool:
        """Whether the deadline ended the call."""
        return self._expired

    @property
    def sent(self) -> bool:
        """Whether any of the request may have been sent, to the API itself or through a proxy."""
        return self._sent

    def sends(self, used: socket.socket | None) -> None:
        """Record that the connection is open: from now on the request is sent over `used`."""
        self._sent = True
        self._socket = used
        if self._expired:
            self._end()

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """End the call if it takes more than this many seconds."""
        self._socket, self._expired, self._sent = None, False, False
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        start(timer)
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _expire(self) -> None:
        self._expired = True
        self._end()

    def _end(self) -> None:
        if self._socket is None:
            return
        try:
            # Use the plain socket's method: that of a TLS socket would change it while it is read.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:
            return  # closed already


class WatchedAdapter(HTTPAdapter):
    """An adapter that tells `watch` which socket its connections use. It retries nothing."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._watched(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        self._watched(manager)
        return manager

    def _watched(self, manager: urllib3.PoolManager) -> None:
        http, https = _connections(self._watch)
        manager.pool_classes_by_scheme = {
            "http": type("HTTPPool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": http}),
            "https": type("HTTPSPool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": https}),
        }


class _Response(http.client.HTTPResponse):
    """A response that refuses a negative chunk size, for which Python reads without a limit."""

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            raise http.client.HTTPException
        return size


def _connections(watch: Watch) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    class Plain(HTTPConnection):
        response_class = _Response

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is None:
                self.connect()
            watch.sends(self.sock)
            super().request(*args, **kwargs)

    class Secure(HTTPSConnection):
        response_class = _Response

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is None:
                self.connect()
            watch.sends(self.sock)
            super().request(*args, **kwargs)

    return Plain, Secure
