"""The platform's answers: bodies, and the common shape of its refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

#: The header that carries the id of a request; refusals repeat it as `contextId`.
CORRELATION_HEADER = "ININ-Correlation-Id"

#: Status to code and text, for refusals without a text in a contract. The codes are the platform's
#: (GENESYS.md, "Errors"); the texts are ours.
_COMMON: Mapping[int, tuple[str, str]] = {
    400: ("bad.request", "The request is not valid."),
    401: ("bad.credentials", "The token is not valid."),
    403: ("not.authorized", "Not authorized for this action."),
    404: ("not.found", "The requested resource was not found."),
    405: ("method.not.allowed", "The resource does not know this method."),
    409: ("general.conflict", "The request conflicts with another one."),
    413: ("bad.request", "The request body is too large."),
    415: ("unsupported.media.type", "The media type of the request body is not supported."),
    429: ("too.many.requests", "The rate limit is reached."),
    500: ("internal.server.error", "The request could not be completed."),
    503: ("service.unavailable", "The service is not available."),
    504: ("request.timeout", "The service did not answer in time."),
}


class Answer(Struct, frozen=True):
    """A status and a JSON body; None means no body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Detail(Struct, frozen=True):
    """One field that a refusal complains about, in the platform's words."""

    field_name: str
    error_code: str


class Refusal(Exception):  # noqa: N818 - it is an answer, raised
    """The platform's error answer."""

    def __init__(
        self,
        status: int,
        code: str = "",
        message: str = "",
        *,
        params: Mapping[str, str] | None = None,
        details: tuple[Detail, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        common_code, common_message = _COMMON.get(status, ("bad.request", "Refused."))
        self.status = status
        self.code = code or common_code
        self.message = message or common_message
        self.params = dict(params or {})
        self.details = details
        self.headers = dict(headers or {})
        super().__init__(self.message)

    def answer(self, correlation_id: str) -> Answer:
        body = {
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "messageParams": self.params,
            "contextId": correlation_id,
            "details": [
                {"errorCode": item.error_code, "fieldName": item.field_name}
                for item in self.details
            ],
            "errors": [],
        }
        return Answer(self.status, body, self.headers)


def rate_limited(seconds: int) -> Refusal:
    """Return the 429 of the API."""
    return Refusal(429, headers={"Retry-After": str(seconds)})


def token_refusal(status: int, error: str, description: str) -> Answer:
    """Return a refusal of the token endpoint, which has the text in two fields."""
    body = {"error": error, "description": description, "error_description": description}
    return Answer(status, body)


def token_rate_limited() -> Answer:
    """Return the token endpoint's rate limit, which is a 400."""
    return token_refusal(400, "invalid_request", "rate limit exceeded; try again later")
