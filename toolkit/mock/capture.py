"""Records every request, so that a test can tell what was sent and what was not."""

from __future__ import annotations

import re
import uuid
from collections import deque
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct
from msgspec.structs import asdict
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toolkit.lazily import pattern
from toolkit.mock.answers import CORRELATION_HEADER

#: The prefix of the mock's own paths; they are not captured and meet no fault.
OWN_PATHS = "/__mock__/"
#: The key of the request's id in the ASGI scope.
CORRELATION_KEY = "toolkit.mock.correlation_id"

#: Older requests are dropped.
_KEPT = 20_000
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_SECRET_PARAMETERS = pattern(r"token|secret|password|code", re.IGNORECASE)
_REDACTED = "[redacted]"


class CapturedRequest(Struct, frozen=True):
    """One request; `status` is None when it got no answer."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int | None

    def body(self) -> dict[str, Any]:
        return asdict(self)


class Capture:
    """The requests so far, oldest first."""

    def __init__(self) -> None:
        self._requests: deque[CapturedRequest] = deque(maxlen=_KEPT)
        self._count = 0

    def add(self, scope: Scope, status: int | None) -> None:
        self._count += 1
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        self._requests.append(
            CapturedRequest(
                number=self._count,
                method=scope["method"],
                path=scope["path"],
                query={
                    name: _REDACTED if _SECRET_PARAMETERS.search(name) else value
                    for name, value in query
                },
                headers={
                    name: _without_secret(name, value)
                    for name, value in Headers(scope=scope).items()
                },
                status=status,
            )
        )

    def requests(self) -> list[CapturedRequest]:
        return list(self._requests)

    def clear(self) -> None:
        self._requests.clear()


class CaptureRequests:
    """ASGI middleware: captures requests, normalizes the path, and gives each request its id."""

    def __init__(self, app: ASGIApp, capture: Capture) -> None:
        self._app = app
        self._capture = capture

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # With a gateway, the Terraform provider requests //api/v2/...
        path = "/" + scope["path"].lstrip("/")
        correlation_id = str(uuid.uuid4())
        scope = {**scope, "path": path, "raw_path": None, CORRELATION_KEY: correlation_id}
        status: int | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[CORRELATION_HEADER] = correlation_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            if not path.startswith(OWN_PATHS):
                self._capture.add(scope, status)


def _without_secret(name: str, value: str) -> str:
    """Return the header's value; of credentials, only the scheme."""
    if name not in _SECRET_HEADERS:
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {_REDACTED}" if space else _REDACTED
