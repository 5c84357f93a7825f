"""A recorded request and its answer, with what is secret in them left out."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Exchange(Struct, frozen=True):
    """A request and its answer, as a file has them.

    `host` has its port where one was written, and is empty where the file does not say it; `path`
    has no query. It begins where the platform's paths begin: what a proxy or gateway has before
    that is the `prefix`. `caller` is a digest of the token that was sent, and `gives` one of the
    token that the answer has: enough to tell whose requests belong together, and no token. `body`
    and `answer` are decoded JSON, None where there is none; `unread` is true for a body that is
    something else, `left_out` where one may have been sent that was not recorded, and
    `answer_text` for an answer that is something else. `grant` is the grant type by which a token
    was asked for, None where that was not recorded. `content_type` is empty where a body was
    sent without. `status` is None for a request without an answer; `correlation_id` is what the
    platform's support asks for. `elapsed_ms` is in milliseconds. `timed` is false where the file
    has no times, so that its order is all there is.
    """

    method: str
    path: str
    host: str = ""
    prefix: str = ""
    caller: str | None = None
    gives: str | None = None
    grant: str | None = None
    content_type: str | None = None
    body: Any = None
    unread: bool = False
    left_out: bool = False
    status: int | None = None
    answer: Any = None
    answer_text: bool = False
    correlation_id: str | None = None
    elapsed_ms: int = 0
    timed: bool = True

    @property
    def api(self) -> tuple[str, str]:
        """Which API it was sent to: one host may be the gateway of several."""
        return self.host, self.prefix

    @property
    def says_something(self) -> bool:
        """Whether the answer to a read is there; many recorders leave bodies out."""
        return self.answer is not None or self.answer_text or not self.succeeded

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
