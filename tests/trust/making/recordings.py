"""Generates answers of the API, and recordings of them: HAR, and Postman's collections."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from tests.trust.making.chance import (
    DIVISIONS,
    GRANT_TYPES,
    PERMISSIONS,
    SCOPES,
    STATES,
    Chance,
)

_ID = "0c0c0c0c-0000-4000-8000-000000000001"
_STATUSES = (200, 200, 200, 202, 204, 400, 401, 403, 404, 409, 415, 429, 500, 503)
_SESSIONS = "/api/v2/recording-sessions"
_CODES = (
    "bad.request", "not.a.user", "missing.permissions", "missing.any.permissions", "invalid.value",
    "authentication.required", "not.found", "x" * 300, "invalid_client",
)  # fmt: skip
_TIMES = ("2026-03-01T10:00:0{}Z", "2026-03-01T10:00:0{}.5+02:00", "2026-03-01T10:00:0{}", "{}", "")
_HOSTS = (
    "api.mypurecloud.com",
    "api.mypurecloud.ie",
    "login.mypurecloud.com",
    "example.com:8443",
    "é",
)
#: The steps of a probe: the request, and the answer.
STEPS: dict[str, tuple[str, str, Callable[[Chance], Any]]] = {
    "token": ("POST", "/oauth/token", lambda chance: _token(chance)),
    "owner": ("GET", "/api/v2/tokens/me", lambda chance: _owner(chance)),
    "grants": ("GET", "/api/v2/authorization/subjects/me", lambda chance: _grants(chance)),
    "listing": ("GET", _SESSIONS, lambda chance: _listing(chance)),
    "session": ("GET", f"{_SESSIONS}/{_ID}", lambda chance: _session(chance)),
    "start": ("POST", f"{_SESSIONS}/{_ID}/start", lambda chance: {"id": chance.odd("r")}),
    "confirm": ("GET", f"{_SESSIONS}/{_ID}", lambda chance: _session(chance)),
}


def answers(chance: Chance) -> bytes:
    """Return the answer to each step of a probe, by the name of the step."""
    found = {}
    for step in STEPS:
        status = chance.pick(_STATUSES)
        found[step] = {"status": status, "body": _answer(chance, step, status)}
    return json.dumps(found, ensure_ascii=chance.often()).encode("utf-8", "surrogatepass")


def recording(chance: Chance) -> bytes:
    document = _collection(chance) if chance.often(0.3) else _har(chance)
    return json.dumps(document, ensure_ascii=chance.often()).encode("utf-8", "surrogatepass")


def _har(chance: Chance) -> dict[str, Any]:
    entries = [_entry(chance, step, at) for at, step in enumerate(_course(chance))]
    return {"log": {"version": "1.2", "entries": chance.odd(entries)}}


def _course(chance: Chance) -> list[str]:
    """Return the recorded steps: a whole probe, or some of its steps, in any order."""
    return list(STEPS) if chance.often(0.4) else [*chance.some(tuple(STEPS), 6), "session"]


def _entry(chance: Chance, step: str, at: int) -> dict[str, Any]:
    method, path, _ = STEPS[step]
    status = chance.pick(_STATUSES)
    text = json.dumps(_answer(chance, step, status))
    content = {"mimeType": "application/json", "text": chance.odd(text)}
    if chance.often(0.2):
        content = {"encoding": "base64", "text": base64.b64encode(text.encode()).decode()}
    request = {
        "method": chance.odd(method),
        "url": chance.odd(f"https://{_host(chance)}{path}{chance.pick(('', '?x=y', '/', '#z'))}"),
        **chance.part(
            headers=lambda: _headers(chance, "name"),
            bodySize=lambda: chance.pick((0, -1, 30)),
            postData=lambda: {"mimeType": "application/json", "text": _sent(chance)},
        ),
    }
    return {
        "startedDateTime": chance.odd(chance.pick(_TIMES).format(at)),
        "request": chance.odd(request),
        "response": chance.odd({"status": chance.odd(status), "content": content}),
        **chance.part(time=lambda: chance.pick((12.5, -1, 10**12, None))),
    }


def _collection(chance: Chance) -> dict[str, Any]:
    def saved(step: str) -> dict[str, Any]:
        method, path, _ = STEPS[step]
        status = chance.pick(_STATUSES)
        url = f"{chance.pick(('{{api}}', 'https://api.mypurecloud.com'))}{path}"
        request = {
            "method": chance.odd(method),
            "url": chance.odd(chance.pick((url, {"raw": url}))),
            **chance.part(
                header=lambda: _headers(chance, "key"),
                auth=lambda: {"type": "bearer", "bearer": [{"key": "token", "value": "hush"}]},
                body=lambda: {"mode": "raw", "raw": _sent(chance),
                              "options": {"raw": {"language": "json"}}},
            ),
        }  # fmt: skip
        answer = json.dumps(_answer(chance, step, status))
        response = {"originalRequest": request, "code": status, "body": chance.odd(answer)}
        return {"name": step, "request": request, "response": chance.odd([response])}

    items: list[dict[str, Any]] = [saved(step) for step in _course(chance)]
    for _ in range(chance.pick((0, 0, 1, 30))):
        items = [{"name": "folder", "item": items}]
    return {"info": {"name": "x"}, "item": chance.odd(items)}


def _host(chance: Chance) -> str:
    return chance.pick(_HOSTS) if chance.often(0.2) else _HOSTS[0]


def _headers(chance: Chance, key: str) -> list[dict[str, Any]]:
    known = (
        ("Authorization", "Bearer hush"),
        ("Authorization", "Basic aHVzaA=="),
        ("content-type", "application/json; charset=utf-8"),
        ("Content-Type", "text/plain"),
    )
    return [{key: name, "value": chance.odd(value)} for name, value in chance.some(known)]


def _sent(chance: Chance) -> str:
    return json.dumps(payload(chance)) if chance.often(0.9) else chance.text()


def payload(chance: Chance) -> Any:
    uri = f"https://{_host(chance)}/api/v2/conversations/{chance.pick((_ID, 'other', ''))}"
    body = {
        "recordingType": chance.odd(chance.pick(("call", "screen", "co-browse"))),
        "mediaTypes": chance.odd(chance.some(("audio", "screen", "chat"), least=1)),
        "sessionUri": chance.odd(uri),
        **chance.part(
            recordingFormat=lambda: "wav", recordedUserIds=lambda: ["u"], other=lambda: 1
        ),
    }
    return chance.odd(body)


def _answer(chance: Chance, step: str, status: int) -> Any:
    return chance.odd(STEPS[step][2](chance) if status < 300 else _refusal(chance, status))


def _refusal(chance: Chance, status: int) -> dict[str, Any]:
    messages = (
        "Session is not in a state that allows starting recording.", "The client is inactive.",
        "missing any of the following permissions: recording:session:write", "é", "a\nb",
    )  # fmt: skip
    names = ", ".join(chance.some(PERMISSIONS))
    return {
        "status": chance.odd(status),
        "code": chance.odd(chance.pick(_CODES)),
        "message": chance.odd(chance.pick(messages)),
        **chance.part(
            error=lambda: chance.pick(_CODES),
            messageParams=lambda: chance.part(
                permissions=lambda: chance.pick((names, f"[{names}]"))
            ),
            details=lambda: chance.several(lambda: {"fieldName": chance.odd("mediaTypes[0]")}),
            errors=lambda: [{}],
        ),
    }


def _token(chance: Chance) -> dict[str, Any]:
    return {
        "access_token": chance.odd("hush"),
        "expires_in": chance.odd(86399),
        "token_type": "bearer",
    }


def _owner(chance: Chance) -> dict[str, Any]:
    client = {
        "id": chance.odd(_ID),
        "authorizedGrantType": chance.odd(chance.pick(GRANT_TYPES)),
        "state": chance.odd(chance.pick(STATES)),
    }
    return chance.part(
        OAuthClient=lambda: client,
        organization=lambda: {"id": "o"},
        authorizedScope=lambda: chance.some(SCOPES, 6),
    )


def _grants(chance: Chance) -> dict[str, Any]:
    def grant() -> dict[str, Any]:
        division = chance.part(
            id=lambda: chance.pick(DIVISIONS),
            name=chance.text,
            homeDivision=lambda: chance.often(),
        )
        return {
            "division": chance.odd(division),
            "role": chance.odd({"policies": chance.odd(chance.several(policy))}),
        }

    def policy() -> dict[str, Any]:
        domain, entity, action = (*chance.pick(PERMISSIONS).split(":"), "*", "*")[:3]
        return {
            "domain": chance.odd(domain),
            "entityName": chance.odd(entity),
            "actions": chance.odd([action]),
            **chance.part(condition=lambda: chance.pick((None, {"x": 1}))),
        }

    return {"grants": chance.odd(chance.several(grant, 5))}


def _session(chance: Chance) -> dict[str, Any]:
    return {
        "id": chance.odd(_ID),
        chance.pick(("state", "status")): chance.odd(chance.pick(STATES)),
        **chance.part(
            conversationId=lambda: chance.pick((_ID, "other")),
            conversation=lambda: {"id": _ID},
            mediaTypes=lambda: chance.some(("audio", "screen")),
            participants=lambda: [{"id": "p", "state": "connected", "recording": chance.odd(True)}],
        ),
    }


def _listing(chance: Chance) -> dict[str, Any]:
    entities = chance.several(lambda: _session(chance))
    return {"entities": chance.odd(entities), "total": chance.odd(1)}
