"""Reads what browsers, proxies and Postman record: HAR, and Postman's collections.

Such a file is full of secrets. Only methods, hosts, paths, statuses, the content type, the
ININ-Correlation-Id, JSON bodies and the grant type of a log-in are taken from it; other headers,
cookies and queries are not. A token is kept only as a digest, which tells the requests of one
caller from those of others.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec.structs import replace

from toolkit.errors import ProbeError
from toolkit.lazily import pattern
from toolkit.probe.har.exchange import Exchange

#: What to give instead of a file with other content.
HINT = (
    "Save it with 'Save all as HAR' in the browser's network tab, or export the Postman collection "
    "with its responses."
)
_MAX_EXCHANGES = 50_000
_MAX_DEPTH = 20
_MAX_MS = 1e9
#: A form that asks for a token is short, even with an assertion in it.
_LONGEST_FORM = 1 << 16
_LONGEST_VALUE = 2048
#: Postman's placeholder for a value.
_VARIABLE = pattern(r"\{\{([^{}]{1,100})\}\}")
_MEDIA_TYPE = pattern(r"[a-z]{1,20}/[a-z0-9.+-]{1,40}")
_CORRELATION = pattern(r"[A-Za-z0-9-]{8,64}")
_TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
#: How the platform's paths begin: those of its API, and that of its log-in.
_BEGINNINGS = (("api", "v2"), ("oauth", "token"))
#: The form field with the grant type of a log-in, and its possible values.
_GRANT = "grant_type"
_GRANTS = (
    "client_credentials",
    "authorization_code",
    "password",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
)


def exchanges_of(document: Any, path: str) -> list[Exchange]:
    """Return the requests in a file, oldest first; `path` is what errors call it.

    Raises ProbeError if the file has neither format.
    """
    found = list(islice(_exchanges(document, path), _MAX_EXCHANGES + 1))
    if not found and "info" in _object(document) and _object(document).get("item"):
        raise ProbeError(
            f"{path}: the Postman collection has no saved responses",
            hint="Send the requests in Postman, save each response as an example, and export the "
            "collection again.",
        )
    if len(found) > _MAX_EXCHANGES:
        raise ProbeError(f"{path}: more than {_MAX_EXCHANGES} requests are recorded")
    # If any time cannot be read, keep the order of the file.
    times = [(time, each) for time, each in found if time is not None]
    if len(times) < len(found):
        return [replace(each, timed=False) for _, each in found]
    return [each for _, each in sorted(times, key=lambda pair: pair[0])]


def _exchanges(document: Any, path: str) -> Iterator[tuple[float | None, Exchange]]:
    root = _object(document)
    log = _object(root.get("log"))
    if isinstance(log.get("entries"), list):
        for entry in log["entries"]:
            yield _time(_object(entry).get("startedDateTime")), _of_entry(_object(entry))
    elif isinstance(root.get("item"), list) and "info" in root:
        variables = _variables(root.get("variable"))
        for saved in _saved(root["item"], 0):
            yield None, _of_saved(saved, variables)
    else:
        raise ProbeError(
            f"{path}: neither a HAR nor a Postman collection: it has no log.entries and no item",
            hint=HINT,
        )


def _of_entry(entry: dict[str, Any]) -> Exchange:
    request, response = _object(entry.get("request")), _object(entry.get("response"))
    post = _object(request.get("postData"))
    sent = _text(post.get("text"))
    time = entry.get("time")
    host, prefix, path = _address(_text(request.get("url")))
    exchange = _exchange(
        request.get("method"),
        path,
        sent,
        _header(request.get("headers"), "content-type") or _text(post.get("mimeType")),
        response.get("status"),
        _plain(_object(response.get("content"))),
    )
    # Many recorders leave bodies out; only a size of zero shows that there was none.
    left_out = not sent and (bool(post.get("params")) or not _is_zero(request.get("bodySize")))
    elapsed = round(time) if isinstance(time, int | float) and 0 <= time < _MAX_MS else 0
    return replace(
        exchange,
        host=host,
        prefix=prefix,
        caller=_caller(_header(request.get("headers"), "authorization")),
        left_out=left_out,
        correlation_id=_correlation(response.get("headers")),
        elapsed_ms=elapsed,
        grant=_grant(path, sent, post.get("params"), "name"),
    )


def _exchange(
    method: Any, path: str, sent: str, declared: str, status: Any, received: str
) -> Exchange:
    body, is_json = _decoded(sent)
    answer, answer_is_json = _decoded(received)
    return Exchange(
        method=_text(method).upper(),
        path=path,
        content_type=_media_type(declared) if declared or sent else None,
        body=body,
        unread=not is_json,
        status=status if _positive(status) else None,
        answer=_without_token(path, answer),
        gives=_given(path, answer),
        answer_text=not answer_is_json,
    )


def _saved(items: list[Any], depth: int) -> Iterator[dict[str, Any]]:
    """Yield the saved responses of a Postman collection, those in folders included."""
    if depth > _MAX_DEPTH:
        return
    for item in items:
        fields = _object(item)
        inner, responses = fields.get("item"), fields.get("response")
        if isinstance(inner, list):
            yield from _saved(inner, depth + 1)
        for response in responses if isinstance(responses, list) else ():
            if isinstance(response, dict):
                yield {"request": fields.get("request"), **response}


def _variables(listed: Any) -> dict[str, str]:
    """Return the collection's own values for the variables (double braces) in its URLs."""
    each = map(_object, listed if isinstance(listed, list) else ())
    return {_text(one.get("key")): _text(one.get("value"))[:_LONGEST_VALUE] for one in each}


def _url(url: Any, variables: Mapping[str, str]) -> str:
    """Return a URL of Postman, possibly given in parts, with its known variables replaced."""
    parts = _object(url)
    raw = url if isinstance(url, str) else _text(parts.get("raw"))
    if not raw:
        host, path = (
            [_text(part) for part in found] if isinstance(found := parts.get(key), list) else []
            for key in ("host", "path")
        )
        raw = f"{_text(parts.get('protocol')) or 'https'}://{'.'.join(host)}/{'/'.join(path)}"
    return _VARIABLE.sub(lambda found: variables.get(found[1]) or found[0], raw)


def _of_saved(saved: dict[str, Any], variables: Mapping[str, str]) -> Exchange:
    request = _object(saved.get("originalRequest") or saved.get("request"))
    raw = _url(request.get("url"), variables)
    # A Postman variable may stand for the host: {{api}}/api/v2/...
    variable, _, rest = raw.partition("}}")
    host, prefix, path = _address(rest) if raw.startswith("{{") else _address(raw)
    host = f"{variable}}}}}" if raw.startswith("{{") else host
    login = _object(request.get("auth")).get("bearer") or request.get("auth")
    sent = _object(request.get("body"))
    text = _text(sent.get("raw"))
    language = _object(_object(sent.get("options")).get("raw")).get("language")
    # Postman adds the header itself, according to the language chosen for the body.
    implied = "application/json" if language == "json" else "text/plain" if text else ""
    exchange = _exchange(
        request.get("method"),
        path,
        text,
        _header(request.get("header"), "content-type") or implied,
        saved.get("code"),
        _text(saved.get("body")),
    )
    declared = _header(request.get("header"), "authorization")
    caller = _caller(declared or (repr(login) if login else ""))
    return replace(
        exchange,
        host=host,
        prefix=prefix,
        caller=caller,
        left_out=bool(sent) and not text,
        correlation_id=_correlation(saved.get("header")),
        grant=_grant(path, text, sent.get("urlencoded"), "key"),
    )


def _decoded(text: str) -> tuple[Any, bool]:
    """Return the value, and whether the text is JSON; an empty text counts as JSON."""
    if not text.strip():
        return None, True
    try:
        return msgspec.json.decode(text), True
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None, False


def _plain(content: dict[str, Any]) -> str:
    text = _text(content.get("text"))
    if content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return "not JSON"


def _without_token(path: str, answer: Any) -> Any:
    if path.rstrip("/").endswith(_TOKEN_PATH) and isinstance(answer, dict):
        return {**answer, "access_token": "left out"} if "access_token" in answer else answer
    return answer


def _given(path: str, answer: Any) -> str | None:
    """Return the digest of the token in an answer of the token endpoint."""
    token = _object(answer).get("access_token")
    is_token = path.rstrip("/").endswith(_TOKEN_PATH) and isinstance(token, str) and token
    return _caller(f"Bearer {token}") if is_token else None


def _grant(path: str, form: str, fields: Any, key: str) -> str | None:
    """Return the grant type of a token request: from the sent form, or from `fields` by `key`."""
    if not path.rstrip("/").endswith(_TOKEN_PATH):
        return None
    listed = [_object(each) for each in (fields if isinstance(fields, list) else ())]
    told = [_text(each.get("value")) for each in listed if each.get(key) == _GRANT]
    told += parse_qs(form).get(_GRANT, []) if len(form) <= _LONGEST_FORM else []
    return told[0] if len(set(told)) == 1 and told[0] in _GRANTS else None


def _caller(authorization: str) -> str | None:
    """Return a digest of a request's authorization; None if the file does not have it."""
    kind, _, token = authorization.strip().partition(" ")
    if not kind:
        return None
    return hashlib.sha256(f"{kind.lower()} {token.strip()}".encode()).hexdigest()


def _address(url: str) -> tuple[str, str, str]:
    """Return host, gateway prefix and path, without the query and user, which may be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", "", "/"
    prefix, path = _without_prefix(parts.path or "/")
    return parts.netloc.rpartition("@")[2].lower(), prefix, path


def _without_prefix(path: str) -> tuple[str, str]:
    """Return what precedes the platform's own path, and that path."""
    parts = [part for part in path.split("/") if part]
    for at in range(len(parts)):
        if tuple(parts[at : at + 2]) in _BEGINNINGS:
            return "/".join(parts[:at]), "/" + "/".join(parts[at:])
    return "", path


def _time(text: Any) -> float | None:
    """Return a time of a HAR in seconds; times without a zone are assumed to share one."""
    try:
        read = datetime.fromisoformat(_text(text))
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


def _header(headers: Any, name: str) -> str:
    for header in headers if isinstance(headers, list) else ():
        fields = _object(header)
        if _text(fields.get("name") or fields.get("key")).lower() == name:
            return _text(fields.get("value"))
    return ""


def _correlation(headers: Any) -> str | None:
    found = _header(headers, "inin-correlation-id")
    return found if _CORRELATION.fullmatch(found) else None


def _media_type(text: str) -> str:
    """Return the media type without parameters, if the text looks like one."""
    kind = text.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) else "a malformed type"


def _positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_zero(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value == 0


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
