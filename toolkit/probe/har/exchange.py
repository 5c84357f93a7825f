"""A recorded request and its answer, without their secrets."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Exchange(Struct, frozen=True):
    """A request and its answer, as a file has them.

    - `host` includes the port if there is one; it is empty if the file does not have it.
    - `path` has no query and begins where the platform's paths begin; `prefix` is what a proxy or
      gateway puts before that.
    - `caller` is a digest of the sent token, `gives` a digest of the token in the answer: they tell
      which requests belong together, and contain no token.
    - `body` and `answer` are decoded JSON, or None. `unread` is true for a body that is not JSON,
      `left_out` if a body may have been sent but was not recorded. `answer_text` is true for an
      answer that is not JSON.
    - `grant` is the grant type of a token request, None if it was not recorded.
    - `content_type` is empty if a body was sent without one.
    - `status` is None for a request without an answer.
    - `correlation_id` is the id that the platform's support asks for.
    - `elapsed_ms` is in milliseconds.
    - `timed` is false if the file has no times, only an order.
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
        """Return the API that it was sent to: one host may be the gateway of several."""
        return self.host, self.prefix

    @property
    def says_something(self) -> bool:
        """Whether the answer to a read was recorded; many recorders leave bodies out."""
        return self.answer is not None or self.answer_text or not self.succeeded

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
