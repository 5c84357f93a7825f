"""Marked secrets, and everything in a run in which one could be found."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

#: The start of every marked secret; nothing else here contains it.
MARK = "canary"


@dataclass
class Planted:
    """Each secret has a different text, so that a leak shows its origin."""

    made: list[str] = field(default_factory=list)

    def one(self, where: str) -> str:
        text = f"{MARK}-{where}-{len(self.made)}"
        self.made.append(text)
        return text

    def leaks(self, text: str) -> list[str]:
        """Return the secrets in the text, plain or in base64 as in Basic auth."""
        found = [secret for secret in self.made if secret in text]
        if MARK in text and not found:
            found.append(MARK)
        for shift in range(3):
            # The part of the mark that is the same in base64 whatever surrounds it.
            encoded = base64.b64encode(b"x" * shift + MARK.encode() + b"-").decode()
            if encoded[4 if shift else 0 : 8] in text:
                found.append(f"{MARK} in base64")
        return found


class Logged(logging.Handler):
    """Everything that any library logs, including tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def everything_logged() -> Iterator[Logged]:
    handler, root = Logged(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def texts_of(folder: Path) -> str:
    """Return the content of every file below the folder."""
    return "\n".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


class _Echo(BaseHTTPRequestHandler):
    """An API that echoes what it receives, in the form of the platform's errors."""

    protocol_version = "HTTP/1.1"
    statuses: dict[str, int]
    secret: str

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length).decode("utf-8", "replace")
        authorization = self.headers.get("Authorization", "")
        if authorization.startswith("Basic "):
            sent += base64.b64decode(authorization[6:]).decode("utf-8", "replace")
        # What the caller sent is a secret, and so is the server's own token.
        told = authorization.partition(" ")[2] or "nothing"
        if authorization.startswith("Basic "):
            told = sent.rpartition(":")[2]
        echo = f"{authorization} {sent}"
        login = self.path.endswith("/oauth/token")
        status = self.statuses["login" if login else self.command]
        body: dict[str, Any] = {
            "message": f"refused: {echo}",
            "code": f"bad.{told}",
            "error": told,
            "error_description": echo,
            "description": echo,
            "messageParams": {"permissions": f"[{told}]"},
            "contextId": told,
            "details": [{"errorCode": told}],
            "errors": [{"message": echo}],
        }
        if login and status == 200:
            body = {"access_token": self.secret, "token_type": "bearer", "expires_in": 60}
        elif status < 300:
            body |= {"id": "s", "state": "active", "mediaTypes": ["audio"], "note": echo}
        data = json.dumps(body).encode()
        self.send_response(status, f"Refused {told}")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", f"session={told}")
        self.send_header("ININ-Correlation-Id", told)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def echoing(secret: str, **statuses: int) -> Iterator[str]:
    """Yield the URL of such an API; a status for each method, and for ``login``."""
    ways = {"login": 200, "GET": 200, "POST": 403, "PATCH": 403, "PUT": 403, "DELETE": 204}
    handler = type("Echo", (_Echo,), {"statuses": ways | statuses, "secret": secret})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
