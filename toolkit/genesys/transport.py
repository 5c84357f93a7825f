"""The only way to send requests: limited in time and size, and without leaks.

Only reads and token calls are retried. No redirect is followed: the platform's API has none, and a
redirect would receive the token.
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
import stat
import time
import zlib
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from msgspec import Struct
from msgspec.structs import replace
from requests.auth import AuthBase
from requests.utils import get_environ_proxies

from toolkit import __version__
from toolkit.errors import UsageError
from toolkit.files.named import refuse_leading_out
from toolkit.genesys.connections import Watch, WatchedAdapter
from toolkit.genesys.pace import Pace
from toolkit.genesys.regions import is_loopback
from toolkit.genesys.replies import Failure, Reply
from toolkit.lazily import pattern

#: The header with the platform's id of a request, which its support asks for.
CORRELATION_HEADER = "ININ-Correlation-Id"
#: Pauses before the second, third and fourth try, in seconds, unless the server names one.
_PAUSES = (0.5, 1.0, 2.0)
_CHUNK = 1 << 16
_HOST = pattern(r"[a-z0-9.:-]{1,80}")
#: Failures for which a retry does not help.
_FINAL = frozenset({Failure.CERTIFICATE, Failure.TLS, Failure.REDIRECT, Failure.TOO_LARGE})
_BUSY = frozenset({429, 500, 502, 503, 504})


class Limits(Struct, frozen=True):
    """Upper limits; times in seconds, `body` in bytes.

    `read` is the time until the whole answer has arrived, not until its next byte. `start` is the
    same for a change, and `parting` for a call after the run was told to end. `waiting` is the sum
    of the pauses of one call, and `total` the size of all answers of a run together.
    """

    connect: float = 5.0
    read: float = 30.0
    start: float = 10.0
    parting: float = 3.0
    tries: int = 4
    waiting: float = 30.0
    body: int = 16 << 20
    total: int = 512 << 20


class Bearer(AuthBase):
    """Adds a token to the header; as the request's `auth`, so that no other one is added."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Transport:
    """Sends requests, one at a time. A context manager: closes its connections at the end.

    With a `pace`, every try waits for its turn; for runs that send hundreds of requests.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        ca_bundle: str | None = None,
        environ: Mapping[str, str] = os.environ,
        sleep: Callable[[float], None] = time.sleep,
        pace: Pace | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._sleep = sleep
        self._pace = pace
        self._watch = Watch()
        self._left = self.limits.total
        self._session = _Session()
        # Otherwise it would read .netrc and send its credentials instead of the token. The
        # environment's proxies are read separately.
        self._session.trust_env = False
        self._session.verify = _trusted(ca_bundle or environ.get("REQUESTS_CA_BUNDLE"))
        self._session.headers.update(
            {
                "User-Agent": f"recording-toolkit/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "gzip, identity",
            }
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, WatchedAdapter(self._watch))

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def call(
        self,
        method: str,
        url: str,
        *,
        auth: AuthBase | None = None,
        params: Mapping[str, str] | None = None,
        payload: Any = None,
        form: Mapping[str, str] | None = None,
        retry: bool = False,
        limited: Callable[[Reply], bool] = lambda reply: reply.status == 429,
        read: float | None = None,
    ) -> Reply:
        """Send a request and return the result.

        `retry` is for calls that change nothing. `limited` tells whether an answer is a rate limit.
        """
        request = requests.Request(method, url, auth=auth, params=params, data=form)
        if payload is not None:
            request.data = json.dumps(payload).encode()
            request.headers["Content-Type"] = "application/json"
        prepared = self._session.prepare_request(request)
        began, waited = time.monotonic(), 0.0
        for attempt in range(1, self.limits.tries + 1):
            if self._pace is not None:
                self._pace.wait()
            reply = self._once(prepared, url, read or self.limits.read)
            pause = _PAUSES[min(attempt, len(_PAUSES)) - 1]
            if reply.retry_after is not None:
                pause = max(pause, reply.retry_after)
            busy = limited(reply) or reply.status in _BUSY or reply.failure not in (None, *_FINAL)
            last = attempt == self.limits.tries or waited + pause > self.limits.waiting
            if not (retry and busy) or last:
                break
            self._sleep(pause)
            waited += pause
        elapsed = round((time.monotonic() - began) * 1000)
        return replace(reply, attempts=attempt, elapsed_ms=elapsed)

    def _once(self, request: requests.PreparedRequest, url: str, read: float) -> Reply:
        blank = Reply(request.method or "", url)
        where = _names(url)
        # The deadline also covers connecting, which may try several addresses.
        with self._watch.deadline(self.limits.connect + read):
            try:
                with self._session.send(
                    request,
                    allow_redirects=False,
                    stream=True,
                    timeout=(self.limits.connect, read),
                    # Requests to this machine don't go through a proxy.
                    proxies={} if is_loopback(url) else get_environ_proxies(request.url or url),
                    verify=self._session.verify,
                ) as response:
                    return self._read(response, blank)
            except (
                requests.RequestException,
                urllib3.exceptions.HTTPError,
                http.client.HTTPException,
                OSError,
            ) as error:
                failure = _failure_of(error, sent=self._watch.sent, expired=self._watch.expired)
                why = _why_not_accepted(error) if failure is Failure.CERTIFICATE else ""
        return replace(blank, failure=failure, detail=_WORDS[failure].format(**where) + why)

    def _read(self, response: requests.Response, blank: Reply) -> Reply:
        reply = replace(
            blank,
            status=response.status_code,
            retry_after=_seconds(response.headers.get("Retry-After")),
            correlation_id=_identifier(response.headers.get(CORRELATION_HEADER)),
        )
        if 300 <= response.status_code < 400:
            where = _host(response.headers.get("Location", ""))
            return replace(reply, failure=Failure.REDIRECT, detail=f"redirects to {where}")
        try:
            body = _body(response, min(self.limits.body, self._left))
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, zlib.error):
            failure = Failure.TIMEOUT if self._watch.expired else Failure.TRUNCATED
            return replace(reply, failure=failure, detail=_WORDS[failure])
        # An answer that the deadline cut within its header looks like one without a body.
        if self._watch.expired:
            return replace(reply, failure=Failure.TIMEOUT, detail=_WORDS[Failure.TIMEOUT])
        if body is None:
            words = _WORDS[Failure.TOO_LARGE] if self._left > self.limits.body else _ALL_TOO_LARGE
            return replace(reply, failure=Failure.TOO_LARGE, detail=words)
        self._left -= len(body)
        if not body.strip():
            return reply
        try:
            return replace(reply, body=json.loads(body))
        except (ValueError, RecursionError):
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            detail = f"is not JSON but {kind!a}" if kind in _OTHER_TYPES else "is not JSON"
            return replace(reply, failure=Failure.NOT_JSON, detail=detail)


class _Session(requests.Session):
    """A session that follows no redirect and keeps no cookie."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None; otherwise `requests` reads the whole body and parses the target."""


#: Content types of proxies and portals. Any other type is the server's own text, and not repeated.
_OTHER_TYPES = frozenset({"text/html", "text/plain", "text/xml", "application/xml"})


_WORDS = {
    Failure.DNS: "the name {host} cannot be resolved",
    Failure.REFUSED: "{host} port {port} cannot be connected to",
    Failure.CONNECT_TIMEOUT: "{host} port {port} did not accept a connection in time",
    Failure.CERTIFICATE: "the certificate of {host} is not accepted",
    Failure.TLS: "{host} port {port} does not speak TLS, or not a version that is spoken here",
    Failure.PROXY: "the proxy on the way to {host} does not let it through",
    Failure.TIMEOUT: "the answer did not arrive in time",
    Failure.RESET: "the connection broke before an answer arrived",
    Failure.TRUNCATED: "the answer ends before its end",
    Failure.TOO_LARGE: "the answer is larger than any of the API's",
}


_ALL_TOO_LARGE = "all answers together are larger than those of any org"


def _names(url: str) -> dict[str, str | int]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {"host": parts.hostname or "", "port": port}


def _failure_of(error: BaseException, *, sent: bool, expired: bool) -> Failure:
    """Return the failure for an exception, from the exceptions that `requests` wrapped in it.

    `sent` says whether any of the request may have been sent: it decides between a failure after
    which the server may have acted and one after which it cannot have.
    """
    chain = list(_causes(error))
    fitting = (f for kinds, f in _KINDS if any(isinstance(each, kinds) for each in chain))
    found = Failure.TIMEOUT if expired else next(fitting, Failure.RESET)
    if sent:
        return Failure.RESET if found.never_sent else found
    return _BEFORE.get(found, found)


#: Why OpenSSL does not accept a certificate, by its error number.
_REFUSED_FOR = {
    9: "it is not valid yet",
    10: "it has expired",
    18: "nobody who is trusted here has signed it",
    19: "nobody who is trusted here has signed it",
    20: "nobody who is trusted here has signed it",
    62: "it is another host's",
    64: "it is another host's",
}


def _why_not_accepted(error: BaseException) -> str:
    found = (e for e in _causes(error) if isinstance(e, ssl.SSLCertVerificationError))
    why = next((_REFUSED_FOR.get(each.verify_code) for each in found), None)
    return f": {why}" if why else ""


#: The failure of a request that was not sent yet, by the failure it would be later.
_BEFORE = {Failure.TIMEOUT: Failure.CONNECT_TIMEOUT, Failure.RESET: Failure.REFUSED}

#: The first match counts; some of the exceptions are subclasses of later ones.
_KINDS: tuple[tuple[tuple[type[BaseException], ...], Failure], ...] = (
    # A proxy with an invalid URL or an unsupported protocol, such as SOCKS.
    ((requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema), Failure.PROXY),
    ((requests.exceptions.ProxyError, urllib3.exceptions.ProxyError), Failure.PROXY),
    ((ssl.SSLCertVerificationError, ssl.CertificateError), Failure.CERTIFICATE),
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), Failure.TLS),
    ((urllib3.exceptions.NameResolutionError, UnicodeError), Failure.DNS),
    ((requests.exceptions.InvalidURL, urllib3.exceptions.LocationParseError), Failure.DNS),
    ((urllib3.exceptions.NewConnectionError, ConnectionRefusedError), Failure.REFUSED),
    (
        (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
        Failure.CONNECT_TIMEOUT,
    ),
    ((requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError), Failure.TIMEOUT),
)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    left: list[object] = [error]
    while left and len(found) < 20:
        each = left.pop(0)
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            left += [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]
    return found


def _body(response: requests.Response, most: int) -> bytes | None:
    """Return the whole body, decompressed; None if it is larger than `most` bytes."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    unpack = zlib.decompressobj(wbits=47) if encoding in ("gzip", "deflate") else None
    parts: list[bytes] = []
    size = 0
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        # Decompress only up to the limit: a small body may expand to a huge one.
        plain = unpack.decompress(chunk, most + 1 - size) if unpack else chunk
        size += len(plain)
        if size > most:
            return None
        parts.append(plain)
    if unpack and not unpack.eof:
        raise zlib.error
    return b"".join(parts)


def _host(location: str) -> str:
    """Return the host that a redirect names, if it is a plain one."""
    try:
        host = urlsplit(location).hostname or ""
    except ValueError:  # such as half of an IPv6 address
        host = ""
    return f"'{host}'" if _HOST.fullmatch(host) else "another address"


def _seconds(text: str | None) -> float | None:
    """Return a Retry-After in seconds. The platform does not use its other form, a date."""
    if text is None or not (text.isascii() and text.isdecimal() and len(text) < 9):
        return None
    return float(text)


def _identifier(text: str | None) -> str | None:
    plain = text is not None and len(text) <= 64 and text.isascii() and text.isprintable()
    return text if plain else None


_BUNDLE_HINT = "Give --ca-bundle a file of certificates in PEM form."


def _trusted(bundle: str | None) -> str | bool:
    """Return what `requests` verifies certificates with. Raises UsageError for an invalid file."""
    if not bundle:
        return True
    try:
        refuse_leading_out(bundle)
        is_folder = stat.S_ISDIR(Path(bundle).stat().st_mode)
    except FileNotFoundError as error:
        raise UsageError(f"{bundle}: no such file of certificates", hint=_BUNDLE_HINT) from error
    except OSError as error:
        raise UsageError(
            f"{bundle}: cannot be read: {error.strerror}", hint=_BUNDLE_HINT
        ) from error
    if not is_folder:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(bundle)
        except OSError as error:  # an SSLError is one
            raise UsageError(
                f"{bundle}: holds no certificates that can be read", hint=_BUNDLE_HINT
            ) from error
    return bundle
