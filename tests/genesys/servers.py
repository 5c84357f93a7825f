"""Servers that send the given answers, byte for byte, and record the requests."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[socket.socket], None]


@dataclass
class Served:
    """A running server: its URL and the headers of the requests so far."""

    url: str
    requests: list[str] = field(default_factory=list)


def answering(body: bytes, *, status: str = "200 OK", headers: str = "") -> Answer:
    """Return an answer that is complete and well formed.

    It closes the connection explicitly: otherwise a client may send its next request on a
    connection that is about to end.
    """
    first = f"HTTP/1.1 {status}\r\nConnection: close\r\n"
    head = f"{first}Content-Length: {len(body)}\r\n{headers}\r\n".encode()
    return lambda connection: connection.sendall(head + body)


def raw(data: bytes) -> Answer:
    """Return an answer of these bytes, followed by the end of the connection."""
    return lambda connection: connection.sendall(data)


@contextmanager
def serving(*answers: Answer, context: ssl.SSLContext | None = None) -> Iterator[Served]:
    """Serve one answer to each connection; the last repeats."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "https" if context else "http"
        served = Served(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
        stop = threading.Event()

        def serve() -> None:
            count = 0
            while not stop.is_set():
                with suppress(OSError):
                    connection, _ = listener.accept()
                    answer = answers[min(count, len(answers) - 1)]
                    count += 1
                    worker = threading.Thread(
                        target=_one, args=(connection, answer, served, context), daemon=True
                    )
                    worker.start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            stop.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(2)


def _one(
    connection: socket.socket, answer: Answer, served: Served, context: ssl.SSLContext | None
) -> None:
    with suppress(OSError), connection:
        stream = context.wrap_socket(connection, server_side=True) if context else connection
        with stream:
            data = b""
            while b"\r\n\r\n" not in data:
                part = stream.recv(65536)
                if not part:
                    return
                data += part
            served.requests.append(data.decode("latin-1"))
            answer(stream)
