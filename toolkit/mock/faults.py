"""Injects the faults of a scenario into requests."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toolkit.mock.administration_faults import Past, answer_of, request_of, swallowed
from toolkit.mock.answers import Answer, Refusal, rate_limited, token_rate_limited
from toolkit.mock.capture import CORRELATION_KEY, OWN_PATHS
from toolkit.mock.scenario import Fault
from toolkit.mock.tokens import TOKEN_PATH
from toolkit.model.values import glob_matches

#: The answer of a failing proxy in front of the platform.
_PAGE = "<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>"
_RETRY_AFTER = 1
#: Faults with which the platform still acts and answers.
_PASSING = frozenset({"latency", "expanded-wildcard", "lost-condition"})


class Connections:
    """The open connections by the client's address, so that a fault can cut one.

    ASGI cannot cut a connection; the server's protocol registers its transports here.
    """

    def __init__(self) -> None:
        self._transports: dict[Any, asyncio.Transport] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        self._transports[_peer(transport.get_extra_info("peername"))] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        self._transports.pop(_peer(transport.get_extra_info("peername")), None)

    def reset(self, client: Sequence[Any] | None) -> None:
        """Close so that the client sees a reset, not an end of the stream."""
        transport = self._transports.get(_peer(client))
        if transport is not None:
            # A linger time of zero makes the kernel send RST instead of FIN.
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            transport.abort()

    def close(self, client: Sequence[Any] | None) -> None:
        """Close after all written data was sent."""
        transport = self._transports.get(_peer(client))
        if transport is not None:
            transport.close()


class _Armed(Struct):
    """A fault and how many requests it has matched."""

    fault: Fault
    matched: int = 0

    def strikes(self, method: str, path: str) -> bool:
        fault = self.fault
        if fault.method not in ("*", method) or not glob_matches(fault.path, path):
            return False
        self.matched += 1
        turn = self.matched - fault.skip
        return turn >= 1 and (fault.times is None or turn <= fault.times)


class FaultPlan:
    """The faults of a scenario, with a count of the requests that met them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._armed = [_Armed(fault) for fault in faults]
        #: The source of stale answers; None if no fault needs it.
        self.past = Past() if any(fault.kind == "stale" for fault in faults) else None

    def strike(self, method: str, path: str) -> list[Fault]:
        """Return the faults that this request meets, and count it."""
        return [
            armed.fault
            for armed in self._armed
            if (armed.fault.kind != "stale" or self._is_stale(method, path))
            and armed.strikes(method, path)
        ]

    def _is_stale(self, method: str, path: str) -> bool:
        return self.past is not None and method == "GET" and self.past.is_stale(path)


class InjectFaults:
    """ASGI middleware. `plan` may be replaced while it runs."""

    def __init__(self, app: ASGIApp, plan: FaultPlan, connections: Connections) -> None:
        self.plan = plan
        self._app = app
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OWN_PATHS):
            await self._app(scope, receive, send)
            return
        # Read the whole request first: a fault must not depend on its chunks.
        body = await _body(receive)
        faults = self.plan.strike(scope["method"], scope["path"])
        for fault in faults:
            body = request_of(fault, body)
        request = _replay(body, receive)
        past = self.plan.past
        if not faults and past is None:
            await self._app(scope, request, send)
            return
        final = next((fault for fault in faults if fault.kind not in _PASSING), None)
        if await self._hung_up([fault for fault in faults if fault.when == "before"], receive):
            return
        answer = _Buffer()
        if final is None or final.kind == "truncated" or final.when == "after":
            await self._app(scope, request, answer.send)
        if await self._hung_up([fault for fault in faults if fault.when == "after"], receive):
            return
        if final is None:
            if past is not None:
                past.note(scope["method"], scope["path"], answer.status, answer.body)
            for fault in faults:
                answer.rewrite(answer_of(fault, answer.body))
            await answer.replay(send)
        elif final.kind == "stale" and past is not None:
            old = past.before(scope["path"])
            response = Response(old.body, old.status, media_type="application/json")
            await response(scope, receive, send)
        elif final.kind == "swallowed":
            await JSONResponse(swallowed(body))(scope, receive, send)
        elif final.kind == "reset":
            self._connections.reset(scope["client"])
            await _disconnected(receive)
        elif final.kind == "truncated":
            await self._cut(answer, scope, receive, send)
        else:
            await _response(final, scope)(scope, receive, send)

    async def _hung_up(self, faults: list[Fault], receive: Receive) -> bool:
        """Wait as long as the faults say; return whether the client closed the
        connection before.
        """
        seconds = sum(fault.seconds for fault in faults if fault.kind == "latency")
        if not seconds:
            return False
        try:
            await asyncio.wait_for(_disconnected(receive), seconds)
        except TimeoutError:
            return False
        return True

    async def _cut(self, answer: _Buffer, scope: Scope, receive: Receive, send: Send) -> None:
        body = answer.body
        if len(body) < 2:
            # A body this short cannot be cut in half, so reset before the answer begins.
            self._connections.reset(scope["client"])
        else:
            await send(answer.start)
            half = body[: len(body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            self._connections.close(scope["client"])
        await _disconnected(receive)


class _Buffer:
    """A complete answer that was not sent yet."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self._messages.append(message)

    async def replay(self, send: Send) -> None:
        for message in self._messages:
            await send(message)

    @property
    def start(self) -> Message:
        return self._messages[0]

    @property
    def status(self) -> int:
        return int(self.start["status"])

    def rewrite(self, body: bytes) -> None:
        """Replace the answer's body."""
        if body == self.body:
            return
        length = (b"content-length", str(len(body)).encode())
        headers = [each for each in self.start["headers"] if each[0] != length[0]]
        start = {**self.start, "headers": [*headers, length]}
        self._messages = [start, {"type": "http.response.body", "body": body}]

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self._messages)


def _response(fault: Fault, scope: Scope) -> Response:
    correlation_id: str = scope[CORRELATION_KEY]
    if fault.kind == "html":
        return HTMLResponse(_PAGE, fault.status)
    if fault.kind == "rate-limited":
        seconds = _RETRY_AFTER if fault.retry_after is None else fault.retry_after
        token = scope["path"] == TOKEN_PATH
        answer = token_rate_limited() if token else rate_limited(seconds).answer(correlation_id)
    elif fault.body is not None:
        answer = Answer(fault.status, fault.body)
    else:
        answer = Refusal(fault.status, fault.code, fault.message).answer(correlation_id)
    headers = dict(answer.headers)
    if fault.kind == "status" and fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return JSONResponse(answer.body, answer.status, headers)


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receiver of the body, and after that of the connection's own messages."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _peer(address: Sequence[Any] | None) -> tuple[Any, ...]:
    """Return host and port; IPv6 has two more fields, and only on one side."""
    return tuple(address or ())[:2]
