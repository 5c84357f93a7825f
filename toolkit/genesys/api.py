"""The API with a token: logging in, reading, paging, and revoking the token."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from requests.auth import HTTPBasicAuth

from toolkit.errors import ExitCode, RemoteError
from toolkit.genesys.credentials import ClientSecret, Credentials, GivenToken
from toolkit.genesys.regions import Hosts
from toolkit.genesys.replies import Failure, Reply
from toolkit.genesys.transport import Bearer, Transport
from toolkit.lazily import pattern

#: The most entries that a page of the API may have.
PAGE_SIZE = 100
#: A longer listing cannot be that of an org.
_MAX_PAGES = 1_000
#: The beginning of the token endpoint's rate limit, which is a 400, unlike the API's.
_TOKEN_LIMIT = "rate limit exceeded"  # noqa: S105 - words of a message


#: The statuses for a caller that is unknown or lacks a right.
_ABOUT_THE_CALLER = (401, 403)


class RefusedError(RemoteError):
    """The API answered, and refused the request."""

    def __init__(self, message: str, *, status: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        if status in _ABOUT_THE_CALLER:
            self.exit_code = ExitCode.INPUT


class Page(Struct, frozen=True):
    """Entries of a listing, and their total number over all pages, if the API gives it."""

    entries: list[Any]
    total: int | None


class Api:
    """One API, one token at a time."""

    def __init__(self, transport: Transport, hosts: Hosts) -> None:
        self.hosts = hosts
        self._transport = transport
        self._bearer: Bearer | None = None
        self._own_token = False
        self._secrets: tuple[str, ...] = ()

    def log_in(self, credentials: Credentials) -> Reply | None:
        """Get a token and return the reply; None for a token that is given already.

        The reply has no body if that holds the token.
        """
        if isinstance(credentials, GivenToken):
            self._bearer = Bearer(credentials.text)
            self._secrets = (credentials.text,)
            return None
        self._secrets = (credentials.secret, _basic(credentials))
        reply = self._ask_for_token(credentials)
        token = reply.fields.get("access_token")
        if (
            reply.ok
            and isinstance(token, str)
            and token
            and token.isascii()
            and token.isprintable()
        ):
            self._bearer, self._own_token = Bearer(token), True
            self._secrets += (token,)
        return reply.without(self._secrets)

    @property
    def has_token(self) -> bool:
        return self._bearer is not None

    def _ask_for_token(self, credentials: ClientSecret) -> Reply:
        return self._transport.call(
            "POST",
            f"{self.hosts.login}/oauth/token",
            auth=HTTPBasicAuth(credentials.client_id, credentials.secret),
            form={"grant_type": "client_credentials"},
            retry=True,
            limited=is_rate_limit,
        )

    def give_back(self) -> Reply | None:
        """Revoke a token that `log_in` got; a given token is not ours to revoke."""
        bearer, self._bearer = self._bearer, None
        if bearer is None or not self._own_token:
            return None
        self._own_token = False
        url = f"{self.hosts.api}/api/v2/tokens/me"
        reply = self._transport.call("DELETE", url, auth=bearer, read=self._transport.limits.start)
        return reply.without(self._secrets)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """Read, with retries where they may help."""
        reply = self._transport.call(
            "GET", self.hosts.api + path, auth=self._bearer, params=params, retry=True
        )
        return reply.without(self._secrets)

    def get_at_once(self, path: str) -> Reply:
        """Read just before the run ends: without retries, and with a short time-out."""
        reply = self._transport.call(
            "GET", self.hosts.api + path, auth=self._bearer, read=self._transport.limits.parting
        )
        return reply.without(self._secrets)

    def send_once(self, method: str, path: str, payload: Any, *, parting: bool = False) -> Reply:
        """Send a change once, whatever the result; `parting` is as in `get_at_once`."""
        limits = self._transport.limits
        reply = self._transport.call(
            method,
            self.hosts.api + path,
            auth=self._bearer,
            payload=payload,
            read=limits.parting if parting else limits.start,
        )
        return reply.without(self._secrets)

    def fetch(self, path: str, params: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Return an object of the API.

        Raises RefusedError, or RemoteError without a usable answer.
        """
        reply = self.get(path, params)
        if not reply.ok or not reply.fields:
            raise failed(reply)
        return reply.fields

    def pages(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Page]:
        """Yield every page of a listing.

        Raises RefusedError or RemoteError if a page fails, and for a listing without an end.
        """
        seen: set[str] = set()
        for number in range(1, _MAX_PAGES + 1):
            page = {"pageSize": str(PAGE_SIZE), "pageNumber": str(number), **(params or {})}
            reply = self.get(path, page)
            entries, total = reply.fields.get("entities"), reply.fields.get("total")
            if not reply.ok or not isinstance(entries, list):
                raise failed(reply)
            ids = {str(e.get("id", e) if isinstance(e, dict) else e) for e in entries}
            if entries and ids <= seen:
                raise RemoteError(
                    f"{reply.method} {reply.url}: page {number} has nothing that was not on the "
                    "pages before it",
                    hint=_OTHER,
                )
            seen |= ids
            yield Page(entries, total if isinstance(total, int) else None)
            count = reply.fields.get("pageCount")
            if not entries or (isinstance(count, int) and number >= count):
                return
        raise RemoteError(
            f"GET {self.hosts.api}{path}: has more than {_MAX_PAGES:,} pages", hint=_OTHER
        )

    def entities(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Any]:
        """Yield every entry of a listing, page by page. Raises as `pages` does."""
        for page in self.pages(path, params):
            yield from page.entries


def _basic(credentials: ClientSecret) -> str:
    """Return id and secret as in the header, because a server can echo them in that form."""
    return b64encode(f"{credentials.client_id}:{credentials.secret}".encode()).decode()


def is_rate_limit(reply: Reply) -> bool:
    """Whether the reply is a rate limit, in the API's form or the token endpoint's."""
    limited = reply.status == 400 and reply.message.lower().startswith(_TOKEN_LIMIT)
    return reply.status == 429 or limited


_OTHER = "Is this the API of Genesys Cloud, without a proxy that answers in its place?"
#: An error code; other text in the field is not repeated.
_CODE = pattern(r"[A-Za-z][A-Za-z._-]{1,60}")
#: Hints for a refused read, by status.
_HINTS: Mapping[int, str] = {
    401: "Log in again: the token has expired, was given back, or is of another region.",
    404: _OTHER,
    429: "The rate limit is reached: try again in a minute.",
}


def failed(reply: Reply) -> RemoteError:
    """Return the error to raise if the work needs that reply."""
    what = f"{reply.method} {reply.url}"
    if reply.failure in (Failure.NOT_JSON, Failure.REDIRECT):
        return RemoteError(f"{what}: the answer ({reply.status}) {reply.detail}", hint=_OTHER)
    if reply.failure is not None or reply.status is None:
        return RemoteError(f"{what}: {reply.detail}", hint="Try again, or check the way there.")
    if reply.ok:
        return RemoteError(f"{what}: the answer is not one of the API's", hint=_OTHER)
    code = f" {reply.code!a}" if reply.code and _CODE.fullmatch(reply.code) else ""
    hint = _HINTS.get(reply.status)
    if reply.status >= 500:
        hint = "The platform has a problem of its own: try again later."
    return RefusedError(
        f"{what}: the API answers {reply.status}{code}", status=reply.status, hint=hint
    )
