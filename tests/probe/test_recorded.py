"""What `explain` makes of recordings, and that nothing secret of them is kept."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.probe.build import CALLS, SESSIONS, causes
from toolkit.errors import ProbeError
from toolkit.probe.diagnosis import diagnose
from toolkit.probe.har import exchanges_of
from toolkit.probe.recorded import observations_of
from toolkit.probe.stages import Mode
from toolkit.reporters import json_report, text
from toolkit.workflows import explain

CANARY = "canary-9e1f"
API = "https://api.mypurecloud.com"
SESSION = f"{API}/api/v2/recording-sessions/{CANARY}-session"
MISLEADING = {
    "status": 400,
    "code": "bad.request",
    "message": "Session is not in a state that allows starting recording.",
}
GOOD = {
    "recordingType": "call",
    "mediaTypes": ["audio"],
    "sessionUri": f"{API}/api/v2/conversations/k1",
}
ACTIVE = {"id": "s", "status": "active", "conversation": {"id": "k1"}, "mediaTypes": ["audio"]}
Entry = dict[str, Any]


def entry(
    method: str,
    url: str,
    status: int,
    answer: Any = None,
    body: Any = None,
    kind: str = "application/json",
    at: int = 0,
) -> Entry:
    """One entry as a browser writes it, with secrets wherever there may be some."""
    headers = [
        {"name": "Authorization", "value": f"Bearer {CANARY}"},
        {"name": "Cookie", "value": CANARY},
    ]
    request: Entry = {
        "method": method,
        "url": f"{url}?access_token={CANARY}",
        "headers": headers,
        "cookies": [{"name": "x", "value": CANARY}],
        "queryString": [{"name": "access_token", "value": CANARY}],
    }
    if body is not None:
        headers.append({"name": "content-type", "value": f"{kind}; charset=utf-8"})
        written = body if isinstance(body, str) else json.dumps(body)
        request["postData"] = {"mimeType": kind, "text": written}
    content = {"mimeType": "application/json", "text": json.dumps(answer) if answer else ""}
    return {
        "startedDateTime": f"2026-03-01T10:00:{at:02}.000Z",
        "time": 12.5,
        "request": request,
        "response": {"status": status, "headers": headers, "content": content},
    }


def har(*entries: Entry) -> Any:
    return {"log": {"version": "1.2", "creator": {"name": "x"}, "entries": list(entries)}}


def found(document: Any, what: Any = SESSIONS) -> list[tuple[str, str]]:
    seen = observations_of(what, exchanges_of(document, "x.har"))
    return causes(diagnose(what, seen, Mode.EXPLAIN))


READ = entry("GET", SESSION, 200, ACTIVE, at=1)
START = f"{SESSION}/start"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            [READ, entry("POST", START, 400, MISLEADING, {"recordedUserIds": ["a"]}, at=2)],
            [("payload.invalid", "proven")],
        ),
        (
            [READ, entry("POST", START, 400, MISLEADING, GOOD, at=2)],
            [("undetermined", "possible")],
        ),
        (
            # The order of the file is not that of the time.
            [entry("POST", START, 400, MISLEADING, GOOD, at=2), READ],
            [("undetermined", "possible")],
        ),
        (
            [
                entry("GET", SESSION, 200, {**ACTIVE, "status": "pending"}, at=1),
                entry("POST", START, 400, MISLEADING, GOOD, at=2),
            ],
            [("session.not-ready", "proven")],
        ),
        (
            [
                READ,
                entry(
                    "POST", START, 415, {"code": "x"}, "a=b", "application/x-www-form-urlencoded"
                ),
            ],
            [("request.content-type", "proven")],
        ),
        (
            [READ, entry("POST", START, 400, MISLEADING, "not JSON")],
            [("payload.invalid", "proven")],
        ),
        (
            [READ, entry("POST", START, 400, MISLEADING)],
            [("payload.invalid", "proven")],
        ),
        (
            [
                entry(
                    "GET",
                    f"{API}/api/v2/tokens/me",
                    200,
                    {
                        "OAuthClient": {"id": "c", "authorizedGrantType": "CODE"},
                        "authorizedScope": ["recording:modify"],
                    },
                ),
                READ,
                entry("POST", START, 400, MISLEADING, GOOD, at=2),
            ],
            [("scope.missing", "proven")],
        ),
        (
            [
                READ,
                entry("POST", START, 202, {"id": "r"}, GOOD, at=2),
                entry("GET", SESSION, 200, {**ACTIVE, "status": "recording"}, at=3),
            ],
            [("none", "proven")],
        ),
        (
            [READ, entry("POST", START, 202, {"id": "r"}, GOOD, at=2)],
            [("start.not-confirmed", "possible")],
        ),
        ([READ, entry("POST", START, 0, None, GOOD, at=2)], [("start.outcome-unknown", "proven")]),
        (
            [
                entry("GET", SESSION, 404, {"code": "not.found"}),
                entry("GET", f"{API}/api/v2/recording-sessions", 404, {"code": "not.found"}),
            ],
            [("endpoint.unknown", "proven")],
        ),
        (
            [
                entry(
                    "POST",
                    "https://login.mypurecloud.com/oauth/token",
                    400,
                    {"error": "invalid_client"},
                )
            ],
            [("auth.bad-credentials", "proven")],
        ),
    ],
)
def test_what_a_har_shows(entries: list[Entry], expected: list[tuple[str, str]]) -> None:
    assert found(har(*entries)) == expected


def test_a_call_that_was_stopped_is_not_taken_for_a_start() -> None:
    call = f"{API}/api/v2/conversations/calls/k1"
    person = {"id": "p1", "state": "connected", "recording": False}
    document = har(
        entry("GET", call, 200, {"id": "k1", "participants": [person]}, at=1),
        entry("PATCH", f"{call}/participants/p1", 202, None, {"recording": True}, at=2),
        entry(
            "GET", call, 200, {"id": "k1", "participants": [{**person, "recording": True}]}, at=3
        ),
        entry("PATCH", f"{call}/participants/p1", 202, None, {"recording": False}, at=4),
    )
    assert found(document, CALLS) == [("none", "proven")]


def test_bodies_in_base64_and_bodies_that_were_left_out() -> None:
    document = har(READ, entry("POST", START, 400, MISLEADING, GOOD, at=2))
    content = document["log"]["entries"][1]["response"]["content"]
    content["text"], content["encoding"] = (
        base64.b64encode(content["text"].encode()).decode(),
        "base64",
    )
    assert found(document) == [("undetermined", "possible")]
    request = document["log"]["entries"][1]["request"]
    del request["postData"]
    request["bodySize"] = 77
    assert found(document) == [("undetermined", "possible")]


def postman(url: Any = f"{{{{api}}}}/api/v2/recording-sessions/{CANARY}/start") -> Any:
    request = {
        "method": "POST",
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": CANARY}]},
        "header": [{"key": "X-Secret", "value": CANARY}],
        "url": url,
        "body": {
            "mode": "raw",
            "raw": '{"recordedUserIds": ["a"]}',
            "options": {"raw": {"language": "json"}},
        },
    }
    saved = {
        "name": "refused",
        "originalRequest": request,
        "code": 400,
        "header": [{"key": "Set-Cookie", "value": CANARY}],
        "body": json.dumps(MISLEADING),
    }
    folder = {
        "name": "folder",
        "item": [{"name": "start", "request": request, "response": [saved]}],
    }
    return {"info": {"name": "x", "schema": "v2.1.0"}, "item": [folder]}


@pytest.mark.parametrize(
    "url",
    [
        f"{{{{api}}}}/api/v2/recording-sessions/{CANARY}/start",
        {"raw": f"https://api.mypurecloud.com/api/v2/recording-sessions/{CANARY}/start?x={CANARY}"},
    ],
)
def test_postmans_collections(url: Any) -> None:
    assert found(postman(url)) == [("payload.invalid", "proven")]


@pytest.mark.parametrize(
    "document", [{}, [], 7, None, {"log": 1}, {"log": {"entries": {}}}, {"item": []}]
)
def test_what_is_no_recording(document: Any) -> None:
    with pytest.raises(ProbeError, match="neither a HAR nor"):
        exchanges_of(document, "x.har")


@pytest.mark.parametrize(
    "strange",
    [
        None,
        7,
        {},
        {"request": 1, "response": []},
        {"request": {"method": 1, "url": [], "headers": [1], "postData": "x"}, "response": {}},
        {"request": {"url": "http://[", "headers": [{"name": 1}]}, "response": {"status": "x"}},
        {
            "request": {"method": "GET"},
            "response": {"content": {"text": "!", "encoding": "base64"}},
        },
    ],
)
def test_strange_entries_are_passed_over(strange: Any) -> None:
    document = har(READ, strange, entry("POST", START, 400, MISLEADING, GOOD, at=2))
    assert found(document) == [("undetermined", "possible")]


@pytest.mark.parametrize(
    "document",
    [
        har(
            entry(
                "POST", f"https://user:{CANARY}@login.x/oauth/token", 200, {"access_token": CANARY}
            ),
            entry("GET", f"{API}/api/v2/tokens/me", 403, {"code": CANARY, "message": CANARY}),
            entry("GET", SESSION, 200, {"id": CANARY, "state": "active", "name": CANARY}),
            entry(
                "POST",
                START,
                403,
                {"code": CANARY, "message": CANARY, "details": [{"fieldName": f"<{CANARY}>"}]},
                {**GOOD, "recordedUserIds": [CANARY], "note": CANARY},
            ),
        ),
        postman(),
    ],
)
def test_no_secret_gets_into_a_report(document: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(document))
    report = explain(har=str(path))
    assert CANARY not in json_report.render(report)
    assert CANARY not in text.render(report)


def test_the_first_message_of_the_thread(tmp_path: Path) -> None:
    body, answer = tmp_path / "body.json", tmp_path / "answer.json"
    body.write_text('{"recordedUserIds": ["{userId1}", "{userId2}"]}')
    answer.write_text(json.dumps(MISLEADING))
    report = explain(payload=str(body), response=str(answer))
    assert (report.verdict, report.exit_code) == ("misconfigured", 1)
    (diagnosis,) = report.diagnoses
    assert diagnosis.cause == "payload.invalid"
    assert all(name in diagnosis.message for name in ("recordingType", "mediaTypes", "sessionUri"))
    left = {each.cause for each in report.ruled_out if not each.excluded}
    assert {"scope.missing", "session.already-recording", "session.not-ready"} <= left
    assert {"session.ended", "request.content-type"} <= left
    assert "unpublished-api" in {note.code for note in report.notes}
