"""Recorded requests and their expected first cause, by hand; no contract is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolkit.errors import ProbeError, UsageError
from toolkit.model.report import Report
from toolkit.reporters import json_report, text
from toolkit.workflows import derive, explain

FOLDER = Path(__file__).with_name("recordings")
CONTRACTS = Path(__file__).parents[2] / "toolkit" / "contracts"


@pytest.mark.parametrize(
    ("name", "contract", "exit_code", "first"),
    [
        ("refused-login", "recording-session", 1, ["auth.bad-credentials (proven)"]),
        (
            "refused-login-then-bogus-token",
            "call-recording",
            1,
            ["auth.bad-credentials (proven)", "auth.token-rejected (proven)"],
        ),
        ("missing-any-permission", "call-recording", 1, ["permission.missing (proven)"]),
        (
            "start-answers-404",
            "recording-session",
            3,
            ["endpoint.unknown (possible)", "session.not-found (possible)"],
        ),
        ("wrapup-only", "call-recording", 3, ["undetermined (possible)"]),
        ("pause-without-permission", "recording-state", 1, ["permission.missing (proven)"]),
        ("pause-of-a-call-that-ended", "recording-state", 3, ["session.ended (proven)"]),
        ("pause-with-a-word-that-is-none", "recording-state", 1, ["payload.invalid (proven)"]),
        ("pause-seen", "recording-state", 0, ["none (proven)"]),
        ("resume-starts-nothing", "recording-state", 3, ["recording.not-running (proven)"]),
        ("snippet-without-permission", "snippet", 1, ["permission.missing (proven)"]),
        ("snippet-after-the-participant-left", "snippet", 3, ["participant.left (proven)"]),
        ("start-while-paused", "call-recording", 3, ["recording.paused (possible)"]),
        # No document says that a start is refused beside another recorder.
        (
            "start-while-a-policy-records",
            "call-recording",
            3,
            ["recording.other-recorder (possible)"],
        ),
        ("client-to-be-deleted", "call-recording", 1, ["client.inactive (proven)"]),
        ("client-disabled", "call-recording", 1, ["client.inactive (proven)"]),
        # The last call succeeded, the one before it did not.
        (
            "start-fails-then-pause-goes-well",
            "call-recording",
            1,
            ["permission.missing (proven)"],
        ),
    ],
)
def test_what_stands_first(name: str, contract: str, exit_code: int, first: list[str]) -> None:
    report = explain(har=str(FOLDER / f"{name}.har"))
    assert (report.contract, report.exit_code) == (contract, exit_code)
    assert [f"{d.cause} ({d.sure})" for d in report.diagnoses][: len(first)] == first


def test_the_log_in_is_at_the_right_host() -> None:
    report = explain(har=str(FOLDER / "refused-login.har"))
    assert "other-host" not in {note.code for note in report.notes}
    assert "us-east-1" in (report.diagnoses[0].fix or "")


def test_a_fix_grants_what_is_about_recording_alone() -> None:
    (found,) = explain(har=str(FOLDER / "missing-any-permission.har")).diagnoses
    assert "needs any one of the permissions" in found.message
    assert (found.hcl or "").count("permission_policies") == 1
    assert 'action_set  = ["record"]' in (found.hcl or "")


def test_a_call_that_nobody_publishes_is_told_so(tmp_path: Path) -> None:
    recorded = {"method": "POST", "url": "https://api.mypurecloud.com/api/v2/recordings/k/start"}
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": recorded, "response": {}}]}}))
    with pytest.raises(ProbeError, match="not a published call") as caught:
        explain(har=str(path))
    assert "the nearest is get" in caught.value.message
    assert "/k/" not in caught.value.message
    assert "patchConversationsCallParticipant" in (caught.value.hint or "")


def test_a_collection_without_saved_responses_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    request = {"method": "POST", "url": "{{api}}/api/v2/recording-sessions/k/start"}
    path.write_text(json.dumps({"info": {}, "item": [{"name": "start", "request": request}]}))
    with pytest.raises(ProbeError, match="has no saved responses"):
        explain(har=str(path))


def test_a_body_on_stdin() -> None:
    report = explain(payload="-", stdin=b'{"recordedUserIds": ["a"]}')
    assert report.diagnoses[0].cause == "payload.invalid"
    with pytest.raises(UsageError, match="only one"):
        explain(payload="-", session="-", stdin=b"{}")


def test_the_first_line_says_what_is_published() -> None:
    shown = text.render(explain(har=str(FOLDER / "start-answers-404.har")))
    assert shown.splitlines()[:2] == [
        "! startRecordingSession is not in Genesys Cloud's published API; the published",
        "  call is patchConversationsCallParticipant (--contract call-recording).",
    ]
    assert shown.count("the published") == 1


def test_calls_that_nobody_publishes_are_told_ten_at_a_time(tmp_path: Path) -> None:
    har = json.loads((FOLDER / "start-answers-404.har").read_text())
    entries = har["log"]["entries"]
    for number in range(1, 501):
        url = f"https://api.mypurecloud.com/api/v2/users{'/x' * number}/strange"
        entries.append({"request": {"method": "GET", "url": url}, "response": {"status": 404}})
    path = tmp_path / "x.har"
    path.write_text(json.dumps(har))
    told = [each.message for each in explain(har=str(path)).notes if each.code == "unknown-call"]
    assert len(told) == 11
    assert sum(each.startswith("490 more recorded calls") for each in told) == 1


def test_no_fix_names_a_region_that_the_recording_did_not_have() -> None:
    body = b'{"recordingType": "call", "mediaTypes": ["audio"], "sessionUri": "the call"}'
    shown = text.render(explain(payload="-", stdin=body))
    assert "must look like https://{api}/api/v2/conversations/{conversationId}" in " ".join(
        shown.split()
    )
    assert "mypurecloud" not in shown


def _shown(name: str) -> str:
    return " ".join(text.render(explain(har=str(FOLDER / f"{name}.har"))).split())


def test_a_pause_is_not_spoken_of_as_a_start() -> None:
    for name in ("pause-without-permission", "pause-of-a-call-that-ended", "pause-seen"):
        report = explain(har=str(FOLDER / f"{name}.har"))
        told = [f"{each.message} {each.fix}" for each in report.diagnoses]
        told += [each.by for each in report.ruled_out]
        assert [line for line in told if "start" in line or "session" in line] == [], name
    assert "the client can pause or resume recordings" in _shown("pause-seen")


def test_what_a_recorder_does_is_in_the_evidence() -> None:
    assert "of its recordersState only customerExperienceState is not none" in _shown(
        "start-while-a-policy-records"
    )
    assert "its recording is paused" in _shown("start-while-paused")
    assert "nobody in the call is being recorded" in _shown("resume-starts-nothing")


def test_a_client_is_told_what_its_state_means() -> None:
    assert "It is to be deleted on 2027-03-31" in _shown("client-to-be-deleted")
    shown = _shown("client-disabled")
    assert "do not count on an apply to make it active" in shown
    assert 'state = "active"' not in shown


def test_a_snippet_grants_its_own_permission_alone() -> None:
    shown = _shown("snippet-without-permission")
    assert 'action_set = ["snippetRecord"]' in shown
    assert shown.count("permission_policies") == 1
    assert "genesyscloud_oauth_client" not in shown, "nothing shows the grant type"


def test_a_start_that_went_well_was_sent_as_it_should_be(tmp_path: Path) -> None:
    har = json.loads((FOLDER / "start-while-paused.har").read_text())
    for entry in har["log"]["entries"]:
        entry["request"]["headers"] = []
        entry["request"].get("postData", {}).pop("mimeType", None)
        if entry["request"]["method"] == "PATCH":
            entry["response"] = {"status": 202, "content": {}}
    path = tmp_path / "x.har"
    path.write_text(json.dumps(har))
    causes = {each.cause for each in explain(har=str(path)).diagnoses}
    assert "request.content-type" not in causes


CALL = "https://api.mypurecloud.com/api/v2/conversations/calls/0c0c0c0c-0000-4000-8000-000000000001"
PARTICIPANT = "0f0f0f0f-0000-4000-8000-0000000000f1"
ON = {"recording": True, "recordingState": "active"}
OFF = {"recording": False, "recordingState": "none"}
PAUSED = {"recording": True, "recordingState": "paused"}
POLICY = {**ON, "recordersState": {"adhocState": "none", "customerExperienceState": "active"}}
ADHOC = {**ON, "recordersState": {"adhocState": "active", "customerExperienceState": "active"}}
START = ("PATCH", f"{CALL}/participants/{PARTICIPANT}", {"recording": True})
PAUSE = ("PUT", f"{CALL}/recordingstate", {"recordingState": "paused"})
RESUME = ("PUT", f"{CALL}/recordingstate", {"recordingState": "active"})
Sent = tuple[str, str, dict[str, Any]]


def call(*participants: dict[str, Any]) -> dict[str, Any]:
    """Return a call as the API shows it; participants are connected unless they say otherwise."""
    people = [
        {"id": PARTICIPANT[:-1] + str(number), "purpose": "agent", "state": "connected", **given}
        for number, given in enumerate(participants, 1)
    ]
    return {"id": CALL.rpartition("/")[2], "participants": people}


def exchange(
    second: int, sent: Sent, status: int, answer: Any, token: str | None = "T1"
) -> dict[str, Any]:
    method, url, body = sent
    request: dict[str, Any] = {"method": method, "url": url}
    if token is not None:
        request["headers"] = [{"name": "Authorization", "value": f"Bearer {token}"}]
    if body:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(body)}
    content = {"mimeType": "application/json", "text": json.dumps(answer)}
    return {
        "startedDateTime": f"2026-07-01T10:00:{second:02}Z",
        "request": request,
        "response": {"status": status, "content": content},
    }


def recording(path: Path, *exchanges: dict[str, Any]) -> str:
    path.write_text(json.dumps({"log": {"entries": exchanges}}))
    return str(path)


READ: Sent = ("GET", CALL, {})
LEFT = {"state": "disconnected"}


@pytest.mark.parametrize(
    ("before", "sent", "after", "says"),
    [
        ([OFF], START, [ON], None),
        ([OFF], START, [ADHOC], None),
        ([POLICY], START, [ADHOC], None),
        ([OFF], START, [OFF], "no recording is seen"),
        ([OFF], START, [PAUSED], "the recording is seen paused"),
        ([OFF], START, [{**ON, **LEFT}], "the participant has left"),
        ([OFF], START, [POLICY], "a recording of another recorder"),
        ([ON], START, [ON], "the recording ran before it"),
        ([ADHOC], START, [ADHOC], "the recording ran before it"),
        (
            [OFF],
            START,
            [{"recording": False, "recordingState": "active"}],
            "both that a recording runs and that none does",
        ),
        ([OFF], START, [{"recording": "yes"}], "no recording is seen"),
        ([ON], PAUSE, [PAUSED], None),
        ([PAUSED], RESUME, [ON], None),
        ([ON, ON], PAUSE, [PAUSED, PAUSED], None),
        ([ON, ON], PAUSE, [PAUSED, ON], "is not in the state that was asked for"),
        ([PAUSED], PAUSE, [PAUSED], "was in that state before it"),
        ([ON], RESUME, [ON], "was in that state before it"),
        # A participant that left keeps its last recording state.
        ([ON, {**PAUSED, **LEFT}], PAUSE, [ON, {**PAUSED, **LEFT}], "is not in the state"),
    ],
)
def test_an_accepted_start_is_proven_by_what_changed_after_it_alone(
    before: list[Any], sent: Sent, after: list[Any], says: str | None, tmp_path: Path
) -> None:
    har = recording(
        tmp_path / "x.har",
        exchange(1, READ, 200, call(*before)),
        exchange(2, sent, 200, {}),
        exchange(3, READ, 200, call(*after)),
    )
    contract = "call-recording" if sent is START else "recording-state"
    report = explain(har=har, contract=contract)
    causes = [each.cause for each in report.diagnoses]
    if says is None:
        assert (report.exit_code, causes) == (0, ["none"])
        return
    assert report.exit_code == 3
    assert "none" not in causes
    assert says in next(d.message for d in report.diagnoses if d.cause == "start.not-confirmed")


def test_an_error_in_an_answer_of_200_is_no_success(tmp_path: Path) -> None:
    error = {"status": 403, "code": "missing.any.permissions", "message": "x"}
    har = recording(tmp_path / "x.har", exchange(2, START, 200, error))
    report = explain(har=har)
    assert report.exit_code == 3
    assert "has an error of the platform in it" in text.render(report)


def test_what_was_refused_before_a_start_that_went_well_is_told(tmp_path: Path) -> None:
    login: Sent = ("POST", "https://login.mypurecloud.com/oauth/token", {})
    refused = {"error": "invalid_client"}
    har = recording(
        tmp_path / "x.har",
        exchange(1, login, 400, refused, token=None),
        exchange(2, START, 403, {"code": "missing.any.permissions"}, token="T0"),
        exchange(3, READ, 200, call(OFF)),
        exchange(4, START, 200, {}),
        exchange(5, READ, 200, call(ON)),
    )
    report = explain(har=har)
    assert report.exit_code == 0
    told = {note.code: note.message for note in report.notes}
    assert told["refused-log-in"].startswith("A token was refused by the log-in, with 400;")
    assert told["several-starts"].endswith("which was answered 200. Of the others, refused: 403.")


def test_what_else_of_recording_was_refused_is_told(tmp_path: Path) -> None:
    participant = START[1]
    no = {"code": "missing.any.permissions", "status": 403}
    har = recording(
        tmp_path / "x.har",
        exchange(1, READ, 200, call(OFF)),
        exchange(2, START, 200, {}),
        exchange(3, READ, 200, call(ON)),
        exchange(4, ("PATCH", participant, {"recording": False}), 403, no),
        exchange(5, ("PATCH", participant, {"wrapup": {"code": "x"}}), 409, no),
        exchange(6, ("POST", f"{participant}/snippet/record", {"action": "START"}), 403, no),
    )
    report = explain(har=har, contract="call-recording")
    path = "/api/v2/conversations/calls/{conversationId}/participants/{participantId}"
    assert [note.message for note in report.notes if note.code == "refused-besides"] == [
        f"Also refused: PATCH {path} was answered 403; it starts no recording, and is not "
        "explained.",
        f"Also refused: PATCH {path} was answered 409; it starts no recording, and is not "
        "explained.",
        f"Also refused: POST {path}/snippet/record was answered 403; --contract snippet "
        "explains it.",
    ]
    assert report.exit_code == 0


def test_a_body_that_the_platform_took_is_not_what_failed(tmp_path: Path) -> None:
    sent = (*START[:2], {"recording": "true"})
    har = recording(
        tmp_path / "x.har",
        exchange(1, READ, 200, call(OFF)),
        exchange(2, sent, 200, {}),
        exchange(3, READ, 200, call(ON)),
    )
    report = explain(har=har)
    (found,) = report.diagnoses
    assert (found.cause, found.sure) == ("payload.invalid", "likely")
    assert found.message.endswith("The start was accepted all the same.")
    assert report.exit_code == 0


def refused(code: str, *permissions: str) -> dict[str, Any]:
    named = {"permissions": f"[{', '.join(permissions)}]"}
    return {"status": 403, "code": code, "message": "x", "messageParams": named}


def test_all_of_the_permissions_that_an_answer_asks_for_are_granted(tmp_path: Path) -> None:
    asked = ("conversation:call:record", "recording:recording:view")
    har = recording(
        tmp_path / "x.har", exchange(1, START, 403, refused("missing.permissions", *asked))
    )
    (found,) = explain(har=har).diagnoses
    assert "lacks the permissions conversation:call:record and recording:recording:view" in (
        found.message
    )
    assert (found.hcl or "").count("permission_policies") == 2


def test_a_look_that_is_refused_says_nothing_of_the_start(tmp_path: Path) -> None:
    no = refused("missing.any.permissions", "conversation:communication:view")
    har = recording(tmp_path / "x.har", exchange(1, READ, 403, no), exchange(2, START, 200, {}))
    found = next(d for d in explain(har=har).diagnoses if d.cause == "permission.missing")
    assert found.message == (
        "The caller lacks conversation:communication:view, which a look at the call needs. That "
        "says nothing about the start."
    )
    assert "conversation:call:record" not in f"{found.fix} {found.hcl}"
    silent = {"status": 403, "code": "missing.any.permissions", "message": "x"}
    har = recording(tmp_path / "x.har", exchange(1, READ, 403, silent))
    (found,) = explain(har=har, contract="call-recording").diagnoses
    assert "a permission that the answer does not name" in found.message
    assert found.hcl is None


def test_no_token_among_the_scopes_is_shown(tmp_path: Path) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
    me: Sent = ("GET", "https://api.mypurecloud.com/api/v2/tokens/me", {})
    about = {"OAuthClient": {"authorizedGrantType": "CODE"}, "authorizedScope": [token, "users"]}
    har = recording(
        tmp_path / "x.har",
        exchange(1, me, 200, about),
        exchange(2, START, 403, {"code": "forbidden", "status": 403}),
    )
    shown = json_report.render(explain(har=har))
    assert "users" in shown
    assert "eyJ" not in shown


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("api.mypurecloud.co", "Did you mean api.mypurecloud.com?"),
        ("login.mypurecloud.de", "Did you mean api.mypurecloud.de?"),
        ("apps.mypurecloud.ie", "Did you mean api.mypurecloud.ie?"),
        ("api.mypurecloud.com.evil.example", None),
        ("api.evil.example", None),
    ],
)
def test_a_host_is_meant_only_where_it_is_nearly_written(
    host: str, meant: str | None, tmp_path: Path
) -> None:
    sent = (START[0], START[1].replace("api.mypurecloud.com", host), START[2])
    har = recording(tmp_path / "x.har", exchange(1, sent, 403, {}))
    (note,) = [note for note in explain(har=har).notes if note.code == "other-host"]
    assert note.message.partition("Genesys Cloud. ")[2] == (meant or "")


def test_a_contract_whose_example_is_no_object_still_gives_a_fix(tmp_path: Path) -> None:
    contract = yaml.safe_load((CONTRACTS / "recording-session.yaml").read_text())
    operation = contract["paths"]["/api/v2/recording-sessions/{sessionId}/start"]["post"]
    for each in operation["requestBody"]["content"]["application/json"]["examples"].values():
        each["value"] = 7
    path = tmp_path / "contract.yaml"
    path.write_text(yaml.safe_dump(contract))
    body = tmp_path / "body.json"
    body.write_text('{"recordingType": "call", "mediaTypes": "audio"}')
    report = explain(payload=str(body), contract=str(path))
    assert report.diagnoses[0].cause == "payload.invalid"
    assert "For example: 7" in (report.diagnoses[0].fix or "")


ME: Sent = ("GET", "https://api.mypurecloud.com/api/v2/tokens/me", {})
LIST: Sent = ("GET", "https://api.mypurecloud.com/api/v2/recording-sessions", {})
SESSION_START: Sent = ("POST", f"{LIST[1]}/s1/start", {"recordedUserIds": ["a"]})
FORM = "application/x-www-form-urlencoded"
NOT_THERE = {"status": 404, "code": "not.found"}
NO_RECORD = refused("missing.permissions", "conversation:call:record")


def log_in(status: int, answer: Any, **post_data: Any) -> dict[str, Any]:
    """Return a token request, with its recorded form."""
    sent: Sent = ("POST", "https://login.mypurecloud.com/oauth/token", {})
    recorded = exchange(1, sent, status, answer, token=None)
    if post_data:
        recorded["request"]["postData"] = {"mimeType": FORM, **post_data}
    return recorded


@pytest.mark.parametrize(
    ("form", "who", "whose"),
    [
        ({"text": "grant_type=client_credentials"}, "The client", "the client,"),
        ({"text": "code=k&grant_type=authorization_code"}, "The user", "the user who"),
        (
            {"params": [{"name": "grant_type", "value": "refresh_token"}]},
            "The user",
            "the user who",
        ),
        ({"text": "grant_type=something-else"}, "The caller", "or else of the user who"),
        ({}, "The caller", "or else of the user who"),
    ],
)
def test_whose_role_it_is_tells_the_grant_type_of_the_log_in(
    form: dict[str, Any], who: str, whose: str, tmp_path: Path
) -> None:
    har = recording(
        tmp_path / "x.har",
        log_in(200, {"access_token": "T1"}, **form),
        exchange(2, START, 403, NO_RECORD),
    )
    (found,) = explain(har=har).diagnoses
    assert found.message.startswith(who)
    assert whose in (found.fix or "")
    assert ("genesyscloud_oauth_client" in (found.hcl or "")) is (who == "The client")


def test_the_grant_type_of_a_postman_collection(tmp_path: Path) -> None:
    form = [{"key": "grant_type", "value": "authorization_code"}, {"key": "code", "value": "k"}]
    asked = {
        "method": "POST",
        "url": "https://login.mypurecloud.com/oauth/token",
        "body": {"mode": "urlencoded", "urlencoded": form},
    }
    saved = {"originalRequest": asked, "code": 400, "body": '{"error": "unauthorized_client"}'}
    path = tmp_path / "x.json"
    item = [{"name": "log in", "request": asked, "response": [saved]}]
    path.write_text(json.dumps({"info": {}, "item": item}))
    (found,) = explain(har=str(path)).diagnoses
    assert "(authorization_code)" in found.message


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("grant_type=client_credentials", "an id and a secret alone get none"),
        ("grant_type=authorization_code", "grant type that was used (authorization_code)"),
        ("", "which the recording does not show"),
    ],
)
def test_a_client_is_not_told_to_log_in_for_itself_where_nothing_did(
    form: str, says: str, tmp_path: Path
) -> None:
    refusal = log_in(400, {"error": "unauthorized_client"}, text=form)
    (found,) = explain(har=recording(tmp_path / "x.har", refusal)).diagnoses
    assert (found.cause, says in found.message) == ("auth.grant-not-supported", True)
    assert ("CLIENT-CREDENTIALS" in (found.hcl or "")) is ("client_credentials" in form)


def test_a_code_that_has_expired_is_no_wrong_secret(tmp_path: Path) -> None:
    refusal = log_in(400, {"error": "invalid_grant"}, text="grant_type=authorization_code&code=k")
    (found,) = explain(har=recording(tmp_path / "x.har", refusal)).diagnoses
    assert (found.cause, found.sure) == ("auth.bad-credentials", "likely")
    assert "it has expired, was used before" in found.message
    assert "secret" not in f"{found.message} {found.fix}"


@pytest.mark.parametrize("sent", [START, READ])
def test_of_permissions_that_nobody_can_tell_apart_none_is_granted(
    sent: Sent, tmp_path: Path
) -> None:
    asked = refused("missing.any.permissions", "telephony:plugin:all", "recording:recording:view")
    har = recording(tmp_path / "x.har", exchange(1, sent, 403, asked))
    (found,) = explain(har=har, contract="call-recording").diagnoses
    assert found.hcl is None
    assert "one of telephony:plugin:all or recording:recording:view, the one that opens least" in (
        found.fix or ""
    )


@pytest.mark.parametrize(("sent", "after"), [(START, ON), (PAUSE, PAUSED)])
def test_what_was_not_read_before_it_proves_no_start(
    sent: Sent, after: dict[str, Any], tmp_path: Path
) -> None:
    har = recording(
        tmp_path / "x.har", exchange(2, sent, 202, {}), exchange(3, READ, 200, call(after))
    )
    report = explain(har=har)
    assert report.exit_code == 3
    assert "was not read right before it" in report.diagnoses[0].message


def test_a_start_in_another_region_makes_nothing_good(tmp_path: Path) -> None:
    def elsewhere(sent: Sent) -> Sent:
        return (sent[0], sent[1].replace(".com/", ".ie/"), sent[2])

    har = recording(
        tmp_path / "x.har",
        exchange(1, START, 403, NO_RECORD),
        exchange(2, elsewhere(READ), 200, call(OFF)),
        exchange(3, elsewhere(START), 202, {}),
        exchange(4, elsewhere(READ), 200, call(ON)),
    )
    report = explain(har=har)
    assert (report.exit_code, report.diagnoses[0].cause) == (1, "permission.missing")


def test_a_field_that_is_null_starts_nothing(tmp_path: Path) -> None:
    wrapup: Sent = ("PATCH", START[1], {"recording": None, "wrapup": {"code": "x"}})
    har = recording(
        tmp_path / "x.har",
        exchange(1, READ, 200, call(OFF)),
        exchange(2, wrapup, 202, {}),
        exchange(3, START, 403, NO_RECORD),
        exchange(4, wrapup, 202, {}),
        exchange(5, READ, 200, call(ON)),
    )
    report = explain(har=har)
    assert (report.exit_code, report.diagnoses[0].cause) == (1, "permission.missing")


@pytest.mark.parametrize(
    ("status", "code", "first"),
    [
        (400, "bad.request", "payload.invalid (likely, by the forum thread's contract)"),
        (403, "forbidden", "permission.denied (possible)"),
        (405, "method.not.allowed", "endpoint.unknown (proven)"),
        (409, "conflict", "request.conflict (proven)"),
        (410, "gone", "endpoint.unknown (possible)"),
        *((status, "some.code", "undetermined (possible)") for status in (402, 406, 408, 423, 424)),
    ],
)
def test_a_body_is_the_answer_only_to_what_is_answered_to_a_body(
    status: int, code: str, first: str, tmp_path: Path
) -> None:
    answer = {"status": status, "code": code}
    report = explain(har=recording(tmp_path / "x.har", exchange(1, SESSION_START, status, answer)))
    told = {each.cause: each.message for each in report.diagnoses}
    assert f"{report.diagnoses[0].cause} ({report.diagnoses[0].sure})" == first
    besides = f"The start was answered {status}, which is about something else."
    assert (besides in told["payload.invalid"]) is (status != 400)


@pytest.mark.parametrize(
    ("status", "answer", "missing"),
    [
        (404, NOT_THERE, True),
        (401, {"status": 401, "code": "bad.credentials"}, True),
        (403, {"status": 403, "code": "forbidden"}, True),
        (403, refused("missing.permissions", "recording:session:write"), False),
        (400, {"status": 400, "code": "bad.request"}, False),
        (202, {"id": "r"}, False),
    ],
)
def test_an_api_that_answers_a_start_is_not_missing(
    status: int, answer: dict[str, Any], missing: bool, tmp_path: Path
) -> None:
    har = recording(
        tmp_path / "x.har",
        exchange(1, ME, 200, {"OAuthClient": {"id": "c"}, "authorizedScope": []}),
        exchange(2, LIST, 404, NOT_THERE),
        exchange(3, SESSION_START, status, answer),
    )
    causes = [each.cause for each in explain(har=har).diagnoses]
    assert (causes[0] == "endpoint.unknown") is missing
    assert ("endpoint.unknown" in causes) is missing


STOP: Sent = ("PATCH", START[1], {"recording": False})


@pytest.mark.parametrize(
    ("status", "cause", "says"),
    [
        (202, "start.not-confirmed", "nothing shows whether a recording began"),
        (504, "start.outcome-unknown", "What became of it is not known."),
    ],
)
def test_what_is_read_after_a_stop_says_nothing_of_the_start(
    status: int, cause: str, says: str, tmp_path: Path
) -> None:
    har = recording(
        tmp_path / "x.har",
        exchange(1, READ, 200, call(OFF)),
        exchange(2, START, status, {}),
        exchange(3, STOP, 202, {}),
        exchange(4, READ, 200, call(OFF)),
    )
    (found,) = explain(har=har).diagnoses
    assert (found.cause, says in found.message) == (cause, True)


def test_a_permission_that_is_asked_for_by_name_comes_before_a_scope(tmp_path: Path) -> None:
    about = {"OAuthClient": {"authorizedGrantType": "CODE"}, "authorizedScope": ["users"]}
    for answer, first in (
        (NO_RECORD, ["permission.missing (proven)", "scope.missing (likely)"]),
        ({"status": 403, "code": "forbidden"}, ["scope.missing (proven)"]),
    ):
        har = recording(
            tmp_path / "x.har", exchange(1, ME, 200, about), exchange(2, START, 403, answer)
        )
        assert [f"{d.cause} ({d.sure})" for d in explain(har=har).diagnoses] == first


def test_requests_to_pause_are_not_counted_as_starts(tmp_path: Path) -> None:
    har = recording(tmp_path / "x.har", exchange(1, PAUSE, 202, {}), exchange(2, RESUME, 202, {}))
    (note,) = [note for note in explain(har=har).notes if note.code == "several-starts"]
    assert note.message.startswith(
        "The recording has 2 requests to pause or resume; this explains the last one"
    )


def test_a_snippet_with_a_field_that_is_none_of_its_own_is_a_start(tmp_path: Path) -> None:
    sent: Sent = ("POST", f"{START[1]}/snippet/record", {"action": "START"})
    answer = {"status": 400, "code": "bad.request"}
    report = explain(har=recording(tmp_path / "x.har", exchange(1, sent, 400, answer)))
    assert (report.contract, report.diagnoses[0].cause) == ("snippet", "payload.invalid")
    assert "record is required" in report.diagnoses[0].message


def _refused_with(tmp_path: Path, message: str, told: str | None) -> Report:
    answer = {"message": message, "code": "missing.permissions", "status": 403}
    params = {"messageParams": {"permissions": told}} if told is not None else {}
    refusal = exchange(1, START, 403, {**answer, **params})
    return explain(har=recording(tmp_path / "x.har", refusal))


@pytest.mark.parametrize(
    ("message", "told", "named"),
    [
        ("Needed: [conversation:call:record]", None, "conversation:call:record"),
        ("You need [a:b:c, conversation:call:record].", None, "a:b:c and conversation:call:record"),
        ("", "[conversation:call:record]", "conversation:call:record"),
        # Not in the platform's format, but a known permission.
        ("No conversation:call:record for sk:live:abc1", None, "conversation:call:record"),
    ],
)
def test_permissions_that_a_refusal_names(
    message: str, told: str | None, named: str, tmp_path: Path
) -> None:
    (found,) = _refused_with(tmp_path, message, told).diagnoses
    assert f" {named}." in found.message


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Session sk:live:abc1 of jane:doe:mail is refused", None),
        ("Sent: [token=sk:live:abc1; by jane:doe:mail]", None),
        ("[sk:live:abc1] was sent by jane:doe:mail", "jane:doe:mail"),
    ],
)
def test_words_of_an_answer_that_only_look_like_a_permission_are_not_shown(
    message: str, told: str | None, tmp_path: Path
) -> None:
    report = _refused_with(tmp_path, message, told)
    assert "a permission that the answer does not name" in report.diagnoses[0].message
    shown = json_report.render(report) + text.render(report)
    assert "sk:live" not in shown
    assert "jane:doe" not in shown


def _below(prefix: str, sent: Sent) -> Sent:
    """Return the same call through a gateway."""
    url = sent[1].replace("https://api.mypurecloud.com", f"https://proxy.example{prefix}")
    return (sent[0], url, sent[2])


@pytest.mark.parametrize("prefix", ["/genesys", "/a/b", "/platform", "//", ""])
def test_a_path_before_that_of_the_api(prefix: str, tmp_path: Path) -> None:
    har = recording(
        tmp_path / "x.har",
        exchange(1, _below(prefix, READ), 200, call(OFF)),
        exchange(2, _below(prefix, START), 202, {}),
        exchange(3, _below(prefix, READ), 200, call(ON)),
    )
    report = explain(har=har)
    assert (report.exit_code, report.contract) == (0, "call-recording")
    derived = derive(har=har)
    assert derived.operations == ("getConversationsCall", "patchConversationsCallParticipant")


def test_a_path_before_that_of_the_api_is_not_shown_and_tells_apis_apart(tmp_path: Path) -> None:
    har = recording(
        tmp_path / "x.har",
        exchange(1, _below("/k3y-of-jane", START), 403, NO_RECORD),
        exchange(2, _below("/other", START), 202, {}),
        exchange(3, _below("/other", READ), 200, call(LEFT)),
    )
    report = explain(har=har)
    assert [each.cause for each in report.diagnoses] == ["permission.missing"]
    assert "k3y" not in json_report.render(report) + text.render(report)


def test_a_log_in_through_a_gateway(tmp_path: Path) -> None:
    sent: Sent = ("POST", "https://proxy.example/genesys/oauth/token", {})
    refusal = {"error": "invalid_client"}
    har = recording(
        tmp_path / "x.har",
        exchange(1, sent, 400, refusal, token=None),
        exchange(2, _below("/genesys", START), 401, {"status": 401, "code": "bad.credentials"}),
    )
    assert explain(har=har).diagnoses[0].cause == "auth.bad-credentials"


ELSEWHERE: Sent = ("PATCH", f"{CALL[:-1]}9/participants/{PARTICIPANT}", {"recording": True})
COLLEAGUE: Sent = ("PATCH", f"{CALL}/participants/{PARTICIPANT[:-1]}9", {"recording": True})


@pytest.mark.parametrize(
    ("refused_one", "accepted", "token", "good"),
    [
        (START, START, "T1", True),
        # Logged in again, or as someone else.
        (START, START, "T2", True),
        (START, ELSEWHERE, "T1", False),
        (START, COLLEAGUE, "T1", False),
        (PAUSE, PAUSE, "T1", True),
        (PAUSE, RESUME, "T1", False),
        (RESUME, PAUSE, "T1", False),
        (("PUT", PAUSE[1], {"recordingState": "pause"}), PAUSE, "T1", True),
    ],
)
def test_what_makes_a_refusal_good(
    refused_one: Sent, accepted: Sent, token: str, good: bool, tmp_path: Path
) -> None:
    report = explain(
        har=recording(
            tmp_path / "x.har",
            exchange(1, refused_one, 403, NO_RECORD),
            exchange(2, accepted, 202, {}, token),
        )
    )
    assert (report.diagnoses[0].cause == "permission.missing") is not good
    (note,) = [note for note in report.notes if note.code == "several-starts"]
    assert ("1 was accepted: earlier, or for another" in note.message) is not good


def test_a_start_whose_log_in_was_refused_goes_before_an_earlier_refusal(tmp_path: Path) -> None:
    har = recording(
        tmp_path / "x.har",
        exchange(1, START, 403, NO_RECORD),
        {**log_in(400, {"error": "invalid_client"}), "startedDateTime": "2026-07-01T10:00:02Z"},
        exchange(3, START, 401, {"status": 401, "code": "bad.credentials"}, "none"),
    )
    assert explain(har=har).diagnoses[0].cause == "auth.bad-credentials"


def test_the_first_failure_chooses_the_contract(tmp_path: Path) -> None:
    har = recording(
        tmp_path / "x.har",
        exchange(1, START, 403, NO_RECORD),
        exchange(
            2, PAUSE, 403, refused("missing.permissions", "conversation:recording:pauseOthers")
        ),
    )
    assert explain(har=har).contract == "call-recording"


def collection(path: Path, *calls: tuple[Sent, int, Any]) -> str:
    """Write saved responses, each with its request, as Postman exports them."""
    items = []
    for sent, status, answer in calls:
        method, url, body = sent
        request = {"method": method, "url": {"raw": url}, "auth": {"type": "bearer"}}
        if body:
            language = {"raw": {"language": "json"}}
            raw = json.dumps(body)
            request["body"] = {"mode": "raw", "raw": raw, "options": language}
        saved = {"originalRequest": request, "code": status, "body": json.dumps(answer)}
        items.append({"name": "x", "request": request, "response": [saved]})
    path.write_text(json.dumps({"info": {}, "item": items}))
    return str(path)


def test_the_order_of_a_postman_collection_counts_and_is_told(tmp_path: Path) -> None:
    def told(*calls: tuple[Sent, int, Any]) -> tuple[str, bool]:
        report = explain(har=collection(tmp_path / "x.json", *calls))
        first = report.diagnoses[0]
        return f"{first.cause} ({first.sure})", "no-times" in {n.code for n in report.notes}

    before, after = (READ, 200, call(OFF)), (READ, 200, call(ON))
    left = (READ, 200, call(LEFT))
    start: tuple[Sent, int, Any] = (START, 202, {})
    refusal = (START, 403, NO_RECORD)
    assert told(before, start, after) == ("none (likely)", True)
    assert told(after, start, before) == ("start.not-confirmed (likely)", True)
    assert told(left, (START, 400, {"status": 400, "code": "bad.request"})) == (
        "participant.left (likely)",
        True,
    )
    # The platform's answer does not depend on an order.
    assert told(refusal) == ("permission.missing (proven)", False)
    assert told(refusal, start)[0] == "start.not-confirmed (possible)"
    assert told(start, refusal)[0] == "permission.missing (proven)"


def test_what_is_gone_is_not_there(tmp_path: Path) -> None:
    gone = {"status": 410, "code": "gone"}
    by_list = recording(
        tmp_path / "x.har",
        exchange(1, ME, 200, {"OAuthClient": {"id": "c"}, "authorizedScope": []}),
        exchange(2, LIST, 410, gone),
        exchange(3, SESSION_START, 410, gone),
    )
    (found,) = explain(har=by_list).diagnoses
    assert f"{found.cause} ({found.sure})" == "endpoint.unknown (proven)"
    assert "the list of them answers 410" in found.message
    report = explain(har=recording(tmp_path / "y.har", exchange(1, START, 410, gone)))
    (found,) = report.diagnoses
    assert (report.exit_code, f"{found.cause} ({found.sure})") == (3, "session.not-found (likely)")
    assert found.message.startswith("The call with this id is gone: so HTTP says it")


@pytest.mark.parametrize("recorded", [OFF, ON, PAUSED, ADHOC, POLICY])
def test_who_left_is_told_so_whatever_its_recording_was(
    recorded: dict[str, Any], tmp_path: Path
) -> None:
    har = recording(
        tmp_path / "x.har",
        exchange(1, READ, 200, call({**recorded, **LEFT})),
        exchange(2, START, 400, {"status": 400, "code": "bad.request"}),
    )
    (found,) = explain(har=har).diagnoses
    assert f"{found.cause} ({found.sure})" == "participant.left (proven)"


def test_a_log_in_that_was_refused_in_another_region(tmp_path: Path) -> None:
    elsewhere = log_in(400, {"error": "invalid_client"}, text="grant_type=client_credentials")
    elsewhere["request"]["url"] = "https://login.mypurecloud.ie/oauth/token"
    bogus = exchange(2, START, 401, {"status": 401, "code": "bad.credentials"}, "undefined")
    report = explain(har=recording(tmp_path / "x.har", elsewhere, bogus))
    assert [each.cause for each in report.diagnoses] == [
        "auth.bad-credentials",
        "auth.token-rejected",
    ]
    assert "eu-west-1" in (report.diagnoses[0].fix or "")
    assert "other-log-in" in {note.code for note in report.notes}


@pytest.mark.parametrize("sent", [START, SESSION_START])
def test_what_answers_404_to_all_is_not_the_api(sent: Sent, tmp_path: Path) -> None:
    calls = [exchange(1, ME, 404, NOT_THERE), exchange(3, sent, 404, NOT_THERE)]
    for each in (calls, [*calls, exchange(2, LIST, 404, NOT_THERE)]):
        found = explain(har=recording(tmp_path / "x.har", *each)).diagnoses[0]
        assert f"{found.cause} ({found.sure})" == "platform.unavailable (likely)"
        assert "404 to GET /api/v2/tokens/me too, which every org has" in found.message
    # A gateway may allow a start and not that call.
    calls = [exchange(1, ME, 404, NOT_THERE), exchange(3, sent, 403, NO_RECORD)]
    report = explain(har=recording(tmp_path / "x.har", *calls))
    assert report.diagnoses[0].cause == "permission.missing"


def test_a_page_in_place_of_an_answer_is_said_to_be_perhaps_a_proxys(tmp_path: Path) -> None:
    page = exchange(1, START, 403, {})
    page["response"]["content"] = {"mimeType": "text/html", "text": "<html>jane@example.com"}
    report = explain(har=recording(tmp_path / "x.har", page))
    assert "A proxy or a gateway may have answered in place of the API." in (
        report.diagnoses[0].message
    )
    assert "jane" not in json_report.render(report)


def test_a_published_start_after_one_that_is_not_is_told(tmp_path: Path) -> None:
    failed = exchange(1, SESSION_START, 404, NOT_THERE)
    for sent, told in ((START, True), (STOP, False)):
        har = recording(tmp_path / "x.har", failed, exchange(2, sent, 202, {}))
        codes = {note.code for note in explain(har=har).notes}
        assert ("published-way" in codes) is told


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("postConversationsCallParticipantSnippetRecord", "Several causes are left."),
        ("patchConversationsCallParticipant", "Other causes are left too."),
    ],
)
def test_other_causes_are_said_to_be_others_only_beside_one(
    sent: str, says: str, tmp_path: Path
) -> None:
    snippet: Sent = ("POST", f"{START[1]}/snippet/record", {"type": "snippet", "record": True})
    call_ = snippet if "Snippet" in sent else START
    refusal = exchange(1, call_, 400, {"status": 400, "code": "bad.request"})
    (found,) = explain(har=recording(tmp_path / "x.har", refusal)).diagnoses
    assert found.message.endswith(says)


@pytest.mark.parametrize("grant", ["SAML2-BEARER", "SAML2BEARER", "TOKEN", "PASSWORD"])
def test_scopes_count_for_every_user_grant(grant: str, tmp_path: Path) -> None:
    about = {"OAuthClient": {"id": "c", "authorizedGrantType": grant}, "authorizedScope": ["users"]}
    har = recording(
        tmp_path / "x.har",
        exchange(1, ME, 200, about),
        exchange(2, START, 403, {"status": 403, "code": "not.authorized"}),
    )
    report = explain(har=har)
    assert report.diagnoses[0].cause == "scope.missing"
    assert grant in text.render(report)


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        # The right path, with another method.
        ("PUT", "/api/v2/conversations/calls/k1/participants/p1", "patchConversationsCallPart"),
        ("GET", "/api/v2/conversations/calls/k1/recordingstate", "putConversationsCallRecording"),
        # The address of the API already contains its path.
        ("PATCH", "/api/v2/api/v2/conversations/calls/k1/participants/p1", "patchConversationsCal"),
        ("POST", "/api/v2/calls/k1/recording/start", ""),
    ],
)
def test_the_nearest_call_is_what_was_meant(
    method: str, path: str, nearest: str, tmp_path: Path
) -> None:
    sent: Sent = (method, f"https://api.mypurecloud.com{path}", {})
    with pytest.raises(ProbeError) as caught:
        explain(har=recording(tmp_path / "x.har", exchange(1, sent, 404, NOT_THERE)))
    assert f"; the nearest is {nearest}" in caught.value.message
    assert "k1" not in caught.value.message


def test_a_recording_of_other_published_calls_says_which(tmp_path: Path) -> None:
    url = "https://api.mypurecloud.com/api/v2/conversations/k1/participants/p1"
    har = recording(tmp_path / "x.har", exchange(1, ("PATCH", url, {"recording": True}), 400, {}))
    with pytest.raises(ProbeError, match="among them: patchConversationParticipant") as caught:
        explain(har=har)
    assert "no call of a contract that ships" in caught.value.message
    assert "patchConversationsCallParticipant" in (caught.value.hint or "")
    with pytest.raises(ProbeError, match="no call of snippet is among"):
        explain(har=har, contract="snippet")


def test_what_is_no_recording_is_told_what_is(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Not a recording")
    for read in (explain, derive):
        with pytest.raises(ProbeError) as caught:
            read(har=str(path))
        assert "Save all as HAR" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "url",
    [
        "{{api}}/conversations/calls/:call/participants/:participant",
        "{{ours}}/api/v2/conversations/calls/{{call}}/participants/{{participant}}",
        {"raw": "https://api.{{region}}/api/v2/conversations/calls/k1/participants/p1"},
        {
            "host": ["api", "mypurecloud", "com"],
            "path": ["api", "v2", "conversations", "calls", "k1", "participants", "p1"],
        },
    ],
)
def test_urls_as_postman_has_them(url: Any, tmp_path: Path) -> None:
    request = {"method": "PATCH", "url": url, "body": {"mode": "raw", "raw": '{"recording": true}'}}
    saved = {"originalRequest": request, "code": 403, "body": json.dumps(NO_RECORD)}
    variables = [{"key": "api", "value": "https://api.mypurecloud.com/api/v2"}, 7, {"key": None}]
    item = [{"name": "x", "request": request, "response": [saved]}]
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"info": {}, "item": item, "variable": variables}))
    assert explain(har=str(path)).diagnoses[0].cause == "permission.missing"


def test_a_participant_that_postman_fills_in_is_no_other_than_the_one_that_is_read(
    tmp_path: Path,
) -> None:
    sent: Sent = ("PATCH", f"{CALL}/participants/{{{{participant}}}}", {"recording": True})
    calls: list[tuple[Sent, int, Any]] = [(READ, 200, call(LEFT)), (sent, 400, {"code": "x.y"})]
    found = explain(har=collection(tmp_path / "x.json", *calls)).diagnoses[0]
    assert found.cause == "participant.left"
    # A known id that is not in the call is reported as such.
    calls = [(READ, 200, call(OFF)), (START, 202, {}), (READ, 200, {**call(), "id": "c"})]
    found = explain(har=recording_of(tmp_path / "x.har", *calls)).diagnoses[0]
    assert "afterwards the participant is not in it" in found.evidence


def recording_of(path: Path, *calls: tuple[Sent, int, Any]) -> str:
    """Write the same calls as a HAR, a second apart."""
    return recording(path, *(exchange(second, *each) for second, each in enumerate(calls)))
