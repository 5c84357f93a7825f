"""Limits how much of a request's body is read."""

from __future__ import annotations

from starlette.types import Message, Receive

from toolkit.mock.answers import Refusal

#: In bytes. The platform's own bodies are far smaller.
MAX_BODY = 1 << 20


def bounded(receive: Receive) -> Receive:
    """Return a receiver that ends the body one byte after `MAX_BODY`."""
    left = MAX_BODY + 1

    async def receive_bounded() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")[:left]
        left -= len(body)
        more = message.get("more_body", False) and left > 0
        return {"type": "http.request", "body": body, "more_body": more}

    return receive_bounded


def refuse_too_large(body: bytes) -> None:
    """Raise Refusal if the body was cut off."""
    if len(body) > MAX_BODY:
        raise Refusal(413)
