"""What `explain` reads from recordings, and that it keeps none of their secrets."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.probe.build import CALLS, SESSIONS, causes
from toolkit.errors import ProbeError
from toolkit.probe.diagnosis import diagnose
from toolkit.probe.har.har_entries import exchanges_of
from toolkit.probe.har.proof import proof_of
from toolkit.probe.har.recorded_steps import observations_of
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
    token: str | None = CANARY,
) -> Entry:
    """Return an entry as a browser writes it, with secrets wherever there may be some."""
    headers = [{"name": "Cookie", "value": CANARY}]
    if token is not None:
        headers.append({"name": "Authorization", "value": f"Bearer {token}"})
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
    proof = proof_of(what, exchanges_of(document, "x.har"))
    assert proof is not None
    seen = observations_of(what, proof)
    return causes(diagnose(what, seen, Mode.EXPLAIN))


READ = entry("GET", SESSION, 200, ACTIVE, at=1)
START = f"{SESSION}/start"
RECORDED = {**ACTIVE, "status": "recording"}


def listing(session: Any, at: int = 1) -> Entry:
    known = {"id": f"{CANARY}-session"} if session["id"] == "s" else {}
    entities = [{**session, **known}]
    return entry(
        "GET", f"{API}/api/v2/recording-sessions", 200, {"entities": entities, "total": 1}, at=at
    )


def sized(size: int) -> Entry:
    """Return a refused start; the recording has the size of its body, but not the body."""
    start = entry("POST", START, 400, MISLEADING, at=2)
    start["request"]["bodySize"] = size
    return start


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            [READ, entry("POST", START, 400, MISLEADING, {"recordedUserIds": ["a"]}, at=2)],
            [("payload.invalid", "likely")],
        ),
        (
            [READ, entry("POST", START, 400, MISLEADING, GOOD, at=2)],
            [("undetermined", "possible")],
        ),
        (
            # The order of the file is not the order in time.
            [entry("POST", START, 400, MISLEADING, GOOD, at=2), READ],
            [("undetermined", "possible")],
        ),
        (
            [
                entry("GET", SESSION, 200, {**ACTIVE, "status": "pending"}, at=1),
                entry("POST", START, 400, MISLEADING, GOOD, at=2),
            ],
            [("session.not-ready", "likely")],
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
            [("payload.invalid", "likely")],
        ),
        # Only a size of zero shows that no body was sent.
        (
            [READ, entry("POST", START, 400, MISLEADING)],
            [("undetermined", "possible")],
        ),
        (
            [READ, sized(0)],
            [("payload.invalid", "likely")],
        ),
        (
            [READ, sized(-1)],
            [("undetermined", "possible")],
        ),
        # If another start may have changed a session, its earlier state is unknown.
        (
            [
                READ,
                entry("POST", START, 202, {"id": "r"}, GOOD, at=2),
                entry("POST", START, 400, MISLEADING, GOOD, at=9),
            ],
            [("session.already-recording", "likely")],
        ),
        (
            [
                entry("POST", START, 202, {"id": "r"}, GOOD, at=2, token="other"),
                entry("GET", SESSION, 200, ACTIVE, at=3),
                entry("POST", START, 400, MISLEADING, GOOD, at=9),
            ],
            [("undetermined", "possible")],
        ),
        # The list has the state of a session that was not read by itself, and only of that one.
        (
            [listing({**ACTIVE, "status": "recording"}), sized(9)],
            [("session.already-recording", "likely")],
        ),
        (
            [listing({**ACTIVE, "id": "s2", "status": "recording"}), sized(9)],
            [("undetermined", "possible")],
        ),
        (
            [READ, entry("POST", START, 202, {"id": "r"}, GOOD, at=2), listing(RECORDED, at=3)],
            [("none", "proven")],
        ),
        # If the content type was recorded, something else than the client is wrong.
        (
            [READ, entry("POST", START, 415, {"code": "unsupported.media.type"}, GOOD, at=2)],
            [("request.content-type", "proven")],
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
            [("scope.missing", "likely")],
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
            [("endpoint.unknown", "likely")],
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
    assert found(postman(url)) == [("payload.invalid", "likely")]


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
    assert "patchConversationsCallParticipant" in str(report.unpublished)


OTHER = f"{API}/api/v2/recording-sessions/{CANARY}-other"
RECORDING = {**ACTIVE, "status": "recording"}
NARROW = {
    "OAuthClient": {"id": "c", "authorizedGrantType": "CODE"},
    "authorizedScope": ["recording:modify"],
}
REFUSED = entry("POST", START, 400, MISLEADING, GOOD, at=2)
ACCEPTED = entry("POST", START, 202, {"id": "r"}, GOOD, at=2)
ELSEWHERE = "https://api.mypurecloud.ie"


def elsewhere(url: str) -> str:
    return url.replace(API, ELSEWHERE)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        # Another session, even one with an id that begins with the same letters, confirms nothing
        # ...
        (
            [READ, ACCEPTED, entry("GET", OTHER, 200, RECORDING, at=3)],
            [("start.not-confirmed", "possible")],
        ),
        (
            [READ, ACCEPTED, entry("GET", SESSION[:-2], 200, RECORDING, at=3)],
            [("start.not-confirmed", "possible")],
        ),
        # ... and says nothing about the state before the start.
        (
            [entry("GET", OTHER, 200, {**ACTIVE, "status": "completed"}, at=1), REFUSED],
            [("undetermined", "possible")],
        ),
        # Another region.
        (
            [entry("GET", f"{ELSEWHERE}/api/v2/tokens/me", 200, NARROW), READ, REFUSED],
            [("undetermined", "possible")],
        ),
        (
            [READ, ACCEPTED, entry("GET", elsewhere(SESSION), 200, RECORDING, at=3)],
            [("start.not-confirmed", "possible")],
        ),
        # Another caller's token, or none.
        (
            [entry("GET", f"{API}/api/v2/tokens/me", 200, NARROW, token="x"), READ, REFUSED],
            [("undetermined", "possible")],
        ),
        (
            [entry("GET", f"{API}/api/v2/tokens/me", 200, NARROW, token=None), READ, REFUSED],
            [("undetermined", "possible")],
        ),
        (
            [READ, ACCEPTED, entry("GET", SESSION, 200, RECORDING, at=3, token="x")],
            [("start.not-confirmed", "possible")],
        ),
        # A refused login does not belong to a start that had a token.
        (
            [
                entry(
                    "POST",
                    "https://login.mypurecloud.com/oauth/token",
                    400,
                    {"error": "invalid_client"},
                ),
                READ,
                REFUSED,
            ],
            [("undetermined", "possible")],
        ),
        # If the recording has no tokens, only the host is known: nothing shows whose scopes these
        # are.
        (
            [
                entry("GET", f"{API}/api/v2/tokens/me", 200, NARROW, token=None),
                entry("GET", SESSION, 200, ACTIVE, at=1, token=None),
                entry("POST", START, 400, MISLEADING, GOOD, at=2, token=None),
            ],
            [("scope.missing", "likely")],
        ),
        # A start of another session is another start; the first that no later start makes good
        # counts.
        (
            [
                entry("POST", f"{OTHER}/start", 400, MISLEADING, {"recordedUserIds": []}, at=1),
                READ,
                REFUSED,
            ],
            [("payload.invalid", "likely")],
        ),
        (
            [
                entry("POST", START, 400, MISLEADING, {"recordedUserIds": []}, at=1),
                READ,
                ACCEPTED,
            ],
            [("start.not-confirmed", "possible")],
        ),
        # A program that went on with a token that no login gave it.
        (
            [
                entry(
                    "POST",
                    "https://login.mypurecloud.com/oauth/token",
                    400,
                    {"error": "invalid_client"},
                ),
                entry("POST", START, 401, {"code": "bad.credentials"}, GOOD, at=2),
            ],
            [("auth.bad-credentials", "proven"), ("auth.token-rejected", "proven")],
        ),
        # A body that was not recorded is not an answer of another server.
        (
            [entry("GET", f"{API}/api/v2/recording-sessions", 200)],
            [("undetermined", "possible")],
        ),
        ([entry("GET", f"{API}/api/v2/tokens/me", 200), READ], [("undetermined", "possible")]),
    ],
)
def test_only_what_belongs_to_the_start_proves_something(
    entries: list[Entry], expected: list[tuple[str, str]]
) -> None:
    assert found(har(*entries)) == expected


def test_which_log_in_a_token_came_from() -> None:
    login = "https://login.mypurecloud.com/oauth/token"
    own = entry("POST", login, 200, {"access_token": CANARY, "token_type": "bearer"}, token=None)
    other = entry("POST", login, 200, {"access_token": "x", "token_type": "bearer"}, token=None)
    for entries, proven in (([own, READ, REFUSED], True), ([other, READ, REFUSED], False)):
        proof = proof_of(SESSIONS, exchanges_of(har(*entries), "x.har"))
        assert proof is not None
        assert (proof.token is not None) is proven
        assert CANARY not in repr(proof.token)


def test_times_in_different_forms_are_in_order() -> None:
    late, early = READ, entry("POST", START, 202, {"id": "r"}, GOOD)
    early["startedDateTime"] = "2026-03-01T10:00:00Z"
    late = entry("GET", SESSION, 200, RECORDING)
    late["startedDateTime"] = "2026-03-01T10:00:00.250Z"
    before = entry("GET", SESSION, 200, ACTIVE)
    before["startedDateTime"] = "2026-03-01T10:59:59.9+01:00"
    assert found(har(late, early, before)) == [("none", "proven")]


@pytest.mark.parametrize(
    ("entries", "code", "says"),
    [
        (
            [entry("POST", START.replace("api.", "apl."), 400, MISLEADING, GOOD)],
            "other-host",
            "apl.mypurecloud.com, which is the API of no region of Genesys Cloud. Did you "
            "mean api.mypurecloud.com?",
        ),
        (
            [entry("POST", elsewhere(START), 400, MISLEADING, GOOD)],
            "session-uri-host",
            "sessionUri names api.mypurecloud.com; the start was sent to api.mypurecloud.ie.",
        ),
        (
            [
                entry(
                    "POST",
                    START,
                    400,
                    MISLEADING,
                    {**GOOD, "sessionUri": "https://eyjtoken.example/api/v2/conversations/1"},
                )
            ],
            "session-uri-host",
            "sessionUri names a host outside the regions of Genesys Cloud; the start was "
            "sent to api.mypurecloud.com.",
        ),
        (
            [
                entry("POST", "https://login.mypurecloud.ie/oauth/token", 200, {"a": 1}),
                entry("POST", START, 401, {"code": "bad.credentials"}, GOOD, at=2),
            ],
            "other-log-in",
            "A token was requested at login.mypurecloud.ie",
        ),
        (
            [entry("GET", f"{ELSEWHERE}/api/v2/tokens/me", 200, NARROW), READ, REFUSED],
            "left-aside",
            "1 call that went to another host than the start, or with another token.",
        ),
        (
            [
                entry("GET", f"{API}/api/v2/tokens/me", 200, NARROW, token=None),
                entry("POST", START, 400, MISLEADING, GOOD, at=2, token=None),
            ],
            "no-tokens",
            "The recording has no tokens",
        ),
    ],
)
def test_a_wrong_host_is_shown(entries: list[Entry], code: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(har(*entries)))
    report = explain(har=str(path))
    assert [says in note.message for note in report.notes if note.code == code] == [True]
    assert CANARY not in json_report.render(report)
    (path).write_text(json.dumps(har(READ, REFUSED)))
    assert code not in {note.code for note in explain(har=str(path)).notes}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"response": MISLEADING}, "with the words for a session in the wrong state"),
        ({"response": {"code": "not.a.user", "status": 400}}, "needs a person"),
        ({"response": {"code": "x", "status": 400}}, "its answer alone does not tell why"),
        (
            {"session": {**ACTIVE, "status": "completed"}},
            'The session is over (state "completed"). The file does not tell when it was read.',
        ),
        (
            {"session": {**ACTIVE, "status": "weird"}},
            'its state is "weird". The contract names active, recording, completed; any other',
        ),
        ({"session": ACTIVE}, "No start is among what was given"),
        ({"session": ACTIVE, "response": MISLEADING}, "The file does not tell when the session"),
        ({"response": {"id": "r1"}}, "The start was accepted, but nothing shows whether"),
    ],
)
def test_what_is_at_hand_is_explained(files: dict[str, Any], expected: str, tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.json" for name in files}
    for name, path in paths.items():
        path.write_text(json.dumps(files[name]))
    report = explain(**{name: str(path) for name, path in paths.items()})  # type: ignore[arg-type]
    assert expected in report.diagnoses[0].message
    assert report.diagnoses[0].fix


def explained(tmp_path: Path, **files: Any) -> Any:
    paths = {name: tmp_path / f"{name}.json" for name in files}
    for name, path in paths.items():
        path.write_text(json.dumps(files[name]))
    return explain(**{name: str(path) for name, path in paths.items()})  # type: ignore[arg-type]


def notes(report: Any) -> dict[str, str]:
    return {note.code: note.message for note in report.notes}


@pytest.mark.parametrize(
    "response",
    [
        {},
        GOOD,
        ACTIVE,
        {"id": "s", "status": "recording"},
        {"entities": []},
        {"error": "invalid_client"},
        {"message": MISLEADING["message"]},
        {"code": "x", "status": "400"},
        {"id": "r", "status": True, "state": "x"},
    ],
)
def test_a_status_that_no_file_tells_is_not_made_up(response: Any, tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="does not tell its HTTP status"):
        explained(tmp_path, payload={}, response=response)


@pytest.mark.parametrize(
    ("session", "message"),
    [
        ({"entities": [ACTIVE], "total": 1}, "this is a list, not one session"),
        ({"id": "x"}, "this is not a session"),
        ({"state": "active"}, "this is not a session"),
        ({"status": 200}, "this is not a session"),
        ([ACTIVE], "the session is not an answer of the API"),
    ],
)
def test_a_file_that_is_no_session_is_refused(session: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match=message) as raised:
        explained(tmp_path, payload={}, session=session)
    assert raised.value.hint
    assert raised.value.exit_code == 2


def test_a_call_in_a_file_must_have_the_participant_alone(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    people = [{"id": "p1", "state": "connected"}, {"id": "p2", "state": "disconnected"}]
    for count, message in ((2, "has 2 participants"), (0, "this is not a call")):
        path.write_text(json.dumps({"id": "k", "participants": people[:count]}))
        with pytest.raises(ProbeError, match=message):
            explain(contract="call-recording", session=str(path))


def test_a_session_in_a_file_excludes_no_race(tmp_path: Path) -> None:
    report = explained(tmp_path, payload=GOOD, response=MISLEADING, session=ACTIVE)
    out = {each.cause: each for each in report.ruled_out}
    for cause in ("session.not-ready", "session.ended", "session.already-recording"):
        assert not out[cause].excluded
        assert "the file does not tell when" in out[cause].by
    assert not out["auth.token-rejected"].excluded
    assert not out["endpoint.unknown"].excluded
    assert out["payload.conversation-mismatch"].excluded
    assert (report.steps[0].method, report.steps[0].status) == (None, None)
    (found,) = explained(tmp_path, session=RECORDED).diagnoses
    assert (found.cause, found.confidence) == ("session.already-recording", "likely")
    assert "none was sent" not in found.message


ASKERS_TOKEN = {
    "OAuthClient": {"authorizedGrantType": "CODE", "state": "active"},
    "authorizedScope": ["recording:modify"],
}


def test_a_file_tells_the_scopes_of_the_token(tmp_path: Path) -> None:
    report = explained(tmp_path, payload=GOOD, response=MISLEADING, tokens_me=ASKERS_TOKEN)
    first = report.diagnoses[0]
    assert (first.cause, first.confidence, first.by) == (
        "scope.missing",
        "likely",
        "the forum thread's contract",
    )
    assert "lacks the scopes recording:session:write and recordingSession" in first.message
    assert first.evidence[0].startswith("the who-am-i that was given: authorizedScope lacks ")
    # Nothing was asked: whose file it is, and that the token still works, is not shown.
    assert not {r.cause: r for r in report.ruled_out}["auth.token-rejected"].excluded
    assert (report.steps[0].method, report.steps[0].status) == (None, None)
    held = {**ASKERS_TOKEN, "authorizedScope": ["recording:session:write", "recordingSession"]}
    report = explained(tmp_path, payload=GOOD, response=MISLEADING, tokens_me=held)
    assert {r.cause: r for r in report.ruled_out}["scope.missing"].excluded
    gone = {"OAuthClient": {"authorizedGrantType": "CODE", "state": "inactive"}}
    (found,) = explained(tmp_path, tokens_me=gone).diagnoses
    assert (found.cause, found.confidence) == ("client.inactive", "likely")


def test_scopes_without_a_grant_type_decide_nothing(tmp_path: Path) -> None:
    told = {"authorizedScope": ["recording:modify"]}
    report = explained(tmp_path, payload=GOOD, response=MISLEADING, tokens_me=told)
    assert report.verdict == "undecided"
    assert "no grant type" in {r.cause: r for r in report.ruled_out}["scope.missing"].by


@pytest.mark.parametrize(
    "body",
    [{}, ["recording:modify"], {"status": 403, "code": "not.authorized"}, {"authorizedScope": "x"}],
)
def test_a_file_that_tells_nothing_of_a_token_is_refused(body: Any, tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="this is not an answer of GET /api/v2/tokens/me") as error:
        explained(tmp_path, payload=GOOD, tokens_me=body)
    assert "authorizedScope" in (error.value.hint or "")
    assert error.value.exit_code == 2


def test_a_session_that_was_read_too_late_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(har(REFUSED, entry("GET", SESSION, 200, ACTIVE, at=5))))
    out = {each.cause: each for each in explain(har=str(path)).ruled_out}
    assert 'read only after the start, and was "active" then' in out["session.not-ready"].by
    assert not out["session.not-ready"].excluded
    assert out["endpoint.unknown"].excluded
    assert out["payload.conversation-mismatch"].excluded


def test_an_earlier_start_voids_what_was_read_before_it(tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    first = entry("POST", START, 202, {"id": "r"}, GOOD, at=2)
    last = entry("POST", START, 400, MISLEADING, {"recordedUserIds": ["a"]}, at=9)
    path.write_text(json.dumps(har(READ, first, last)))
    report = explain(har=str(path))
    assert [each.cause for each in report.diagnoses] == [
        "payload.invalid",
        "session.already-recording",
    ]
    assert not [e for e in report.ruled_out if e.cause.startswith("session.") and e.excluded]
    assert notes(report)["several-starts"] == (
        "The recording has 2 starts; this explains the first one without a later success, "
        "which was answered 400. 1 was accepted: earlier, or for another session."
    )
    path.write_text(json.dumps(har(READ, last)))
    assert "several-starts" not in notes(explain(har=str(path)))


def test_answers_that_were_not_recorded_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    me = entry("GET", f"{API}/api/v2/tokens/me", 200)
    path.write_text(json.dumps(har(me, entry("GET", SESSION, 200), REFUSED)))
    said = notes(explain(har=str(path)))["answers-left-out"]
    assert "GET /api/v2/tokens/me, GET /api/v2/recording-sessions/{sessionId}: export" in said
    path.write_text(json.dumps(har(READ, entry("POST", START, 400, None, GOOD, at=2))))
    assert "{sessionId}/start" in notes(explain(har=str(path)))["answers-left-out"]
    path.write_text(json.dumps(har(READ, REFUSED)))
    assert "answers-left-out" not in notes(explain(har=str(path)))


def test_what_to_ask_the_support_with_is_in_the_evidence(tmp_path: Path) -> None:
    start = entry("POST", START, 400, MISLEADING, GOOD, at=2)
    identifier = "0c0c0c0c-0000-4000-8000-00000000c0de"
    start["response"]["headers"] = [{"name": "inin-correlation-id", "value": identifier}]
    path = tmp_path / "x.har"
    path.write_text(json.dumps(har(READ, start)))
    (found,) = explain(har=str(path)).diagnoses
    assert f"ININ-Correlation-Id {identifier}" in found.evidence[0]
    start["response"]["headers"][0]["value"] = "an id with <markup>"
    path.write_text(json.dumps(har(READ, start)))
    (found,) = explain(har=str(path)).diagnoses
    assert "Correlation" not in found.evidence[0]


def test_the_body_to_send_is_that_of_this_session(tmp_path: Path) -> None:
    body = {"recordedUserIds": [CANARY], "recordingType": 7}
    report = explained(tmp_path, payload=body, session=ACTIVE)
    fix = report.diagnoses[0].fix or ""
    assert '"https://{api}/api/v2/conversations/k1"}' in fix
    assert fix.endswith("}. Keep recordedUserIds.")
    assert CANARY not in fix


def test_a_content_type_that_was_right_is_not_the_clients_to_mend() -> None:
    document = har(READ, entry("POST", START, 415, {"code": "unsupported.media.type"}, GOOD, at=2))
    proof = proof_of(SESSIONS, exchanges_of(document, "x.har"))
    assert proof is not None
    (found,) = diagnose(SESSIONS, observations_of(SESSIONS, proof), Mode.EXPLAIN).diagnoses
    assert (found.fix or "").startswith("Find out what changes the header Content-Type")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_files_as_powershell_writes_them(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "body.json"
    path.write_text(json.dumps({"recordedUserIds": ["ä"]}, ensure_ascii=False), encoding=encoding)
    assert explain(payload=str(path)).diagnoses[0].cause == "payload.invalid"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(ProbeError, match="the payload is not JSON"):
        explain(payload=str(path))
