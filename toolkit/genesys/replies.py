"""The result of a call: an answer of the API, or a failure. Errors are values here.

The texts of exceptions are never passed on: they repeat URLs, proxies and headers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace


class Failure(StrEnum):
    """Why a call got no usable answer."""

    DNS = "dns"
    REFUSED = "refused"
    CONNECT_TIMEOUT = "connect-timeout"
    CERTIFICATE = "certificate"
    TLS = "tls"
    PROXY = "proxy"
    TIMEOUT = "timeout"
    RESET = "reset"
    TRUNCATED = "truncated"
    TOO_LARGE = "too-large"
    NOT_JSON = "not-json"
    REDIRECT = "redirect"

    @property
    def network(self) -> bool:
        """Whether no HTTP server answered."""
        return self in _NETWORK

    @property
    def never_sent(self) -> bool:
        """Whether the request surely did not reach the API."""
        return self in _NEVER_SENT


_NEVER_SENT = frozenset(
    {
        Failure.DNS,
        Failure.REFUSED,
        Failure.CONNECT_TIMEOUT,
        Failure.CERTIFICATE,
        Failure.TLS,
        Failure.PROXY,
    }
)
_NETWORK = _NEVER_SENT | {Failure.TIMEOUT, Failure.RESET}


#: A shorter text is not a secret, and masking it would hide half of every answer.
_SHORTEST_SECRET = 8
#: No answer of the API is nested more deeply; deeper values are dropped without being walked.
_DEEPEST = 64


class Reply(Struct, frozen=True):
    """The result of one call, including retries and waiting.

    `url` has no query. `body` is decoded JSON, or None; it is unvalidated server content, so no
    part of it may be shown unchecked. `elapsed_ms` is in milliseconds. `detail` describes a failure
    in words.
    """

    method: str
    url: str
    status: int | None = None
    body: Any = None
    failure: Failure | None = None
    detail: str = ""
    attempts: int = 1
    elapsed_ms: int = 0
    retry_after: float | None = None
    correlation_id: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the answer grants the request, in the API's own form."""
        return self.failure is None and self.status is not None and 200 <= self.status < 300

    @property
    def code(self) -> str | None:
        """Return the platform's error code; the token endpoint calls it ``error``."""
        fields = self.fields
        found = fields.get("code", fields.get("error"))
        return found if isinstance(found, str) else None

    @property
    def message(self) -> str:
        """Return the platform's own text about an error."""
        fields = self.fields
        keys = ("message", "error_description", "description")
        return next((fields[key] for key in keys if isinstance(fields.get(key), str)), "")

    def without(self, secrets: Sequence[str]) -> Reply:
        """Return the reply with `secrets` masked: a server may echo what it received."""
        told = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
        correlation = self.correlation_id and _blotted(self.correlation_id, told)
        # Host names are in lower case, and without the `=` at the end of a base64 text.
        small = [secret.lower().rstrip("=") for secret in told]
        return replace(
            self,
            body=_blotted(self.body, told),
            correlation_id=correlation,
            detail=_blotted(self.detail, small),
        )

    @property
    def fields(self) -> Mapping[str, Any]:
        """Return the body if it is an object, else an empty mapping."""
        return self.body if isinstance(self.body, dict) else {}


def _blotted(value: Any, secrets: Sequence[str], depth: int = 0) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "[redacted]")
    elif isinstance(value, dict | list) and depth == _DEEPEST:
        return None
    elif isinstance(value, dict):
        return {
            _blotted(key, secrets): _blotted(item, secrets, depth + 1)
            for key, item in value.items()
        }
    elif isinstance(value, list):
        return [_blotted(item, secrets, depth + 1) for item in value]
    return value
