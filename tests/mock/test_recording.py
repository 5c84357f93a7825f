"""The recording operations: what they enforce, in which order, and the effect of a start."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock.conftest import OpenOrg, Org

pytestmark = pytest.mark.server

GRANTS = ["user", "client_credentials"]
MISLEADING = "Session is not in a state that allows starting recording."


@pytest.mark.parametrize("kind", GRANTS)
def test_a_start_is_accepted_and_seen(org: Org, kind: str) -> None:
    token = org.token(kind)
    assert org.state(token) == "active"
    answer = org.start(token)
    assert answer.status_code == 202
    assert answer.json()["id"]
    assert org.state(token) == "recording"
    again = org.start(token)
    assert (again.status_code, again.json()["message"]) == (400, MISLEADING)


@pytest.mark.parametrize("kind", GRANTS)
def test_a_call_is_recorded_and_stopped(org: Org, kind: str) -> None:
    token, target = org.token(kind), org.scenario.target
    path = f"/api/v2/conversations/calls/{target.conversation}"

    def person() -> Any:
        return org.call("GET", path, org.token("user")).json()["participants"][0]

    assert (person()["recording"], person()["recordingState"]) == (False, "none")
    assert org.patch(token).status_code == 202
    assert (person()["recording"], person()["recordingState"]) == (True, "active")
    paused = org.call("PUT", f"{path}/recordingstate", token, json={"recordingState": "paused"})
    assert paused.status_code == 202
    assert person()["recordingState"] == "paused"
    assert org.patch(token, recording=False).status_code == 202
    assert (person()["recording"], person()["recordingState"]) == (False, "none")


def test_resuming_starts_nothing(org: Org) -> None:
    token = org.token("user")
    path = f"/api/v2/conversations/calls/{org.scenario.target.conversation}"
    org.call("PUT", f"{path}/recordingstate", token, json={"recordingState": "active"})
    assert org.call("GET", path, token).json()["recordingState"] == "none"


def test_a_bad_payload_is_told_by_its_fields(org: Org) -> None:
    answer = org.start(org.token("user"), json={"recordedUserIds": ["u"], "mediaTypes": []})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "bad.request")
    assert body["details"] == [
        {"errorCode": "minItems", "fieldName": "mediaTypes"},
        {"errorCode": "required", "fieldName": "recordingType"},
        {"errorCode": "required", "fieldName": "sessionUri"},
    ]
    assert "recordingType is required" in body["message"]
    assert org.state(org.token("user")) == "active"


@pytest.mark.parametrize("content", ["", "null", "[]", "{", "NaN", "\ud800", "[" * 100_000])
def test_a_body_that_is_none(org: Org, content: str) -> None:
    answer = org.start(
        org.token("user"),
        json=None,
        data=content.encode("utf-8", "surrogatepass"),
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad.request")


def test_a_body_that_is_too_large(org: Org) -> None:
    answer = org.start(org.token("user"), json={"recordingType": "x" * 2_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_body_must_be_declared_as_json(org: Org, content_type: str) -> None:
    answer = org.start(
        org.token("user"), json=None, data=b'{"a": 1}', headers={"Content-Type": content_type}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported.media.type")


def test_a_charset_does_no_harm(org: Org) -> None:
    content_type = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert org.start(org.token("user"), headers=content_type).status_code == 202


@pytest.mark.parametrize("kind", GRANTS)
def test_a_missing_permission_is_named(open_org: OpenOrg, kind: str) -> None:
    org = open_org("permission-missing")
    token = org.token(kind)
    for answer, code, name in [
        (org.start(token), "missing.permissions", "recording:session:write"),
        (org.patch(token), "missing.any.permissions", "conversation:call:record"),
    ]:
        body = answer.json()
        assert (answer.status_code, body["code"]) == (403, code)
        assert body["message"].endswith(f"[{name}]")
        assert body["messageParams"] == {"permissions": f"[{name}]"}


@pytest.mark.parametrize("kind", GRANTS)
def test_a_permission_in_another_division_does_not_help(open_org: OpenOrg, kind: str) -> None:
    org = open_org("permission-other-division")
    assert org.start(org.token(kind)).json()["code"] == "missing.permissions"
    assert org.patch(org.token(kind)).json()["code"] == "missing.any.permissions"


def test_a_wildcard_in_all_divisions_helps(org: Org) -> None:
    assert org.start(org.token("operator")).status_code == 202


@pytest.mark.parametrize(
    ("scenario", "status", "code", "message"),
    [
        ("scope-missing", 403, "not.authorized", "Not authorized for this action."),
        ("scope-misleading", 400, "bad.request", MISLEADING),
        ("scope-modify-only", 400, "bad.request", MISLEADING),
    ],
)
def test_a_missing_scope(
    open_org: OpenOrg, scenario: str, status: int, code: str, message: str
) -> None:
    org = open_org(scenario)
    answer = org.start(org.token("user"))
    body = answer.json()
    assert (answer.status_code, body["code"], body["message"]) == (status, code, message)
    # The thread's token can still list sessions, and CLIENT-CREDENTIALS clients need no scopes.
    assert org.state(org.token("user")) == "active"
    assert org.start(org.token("client_credentials")).status_code == 202


def test_scopes_that_are_not_enforced(open_org: OpenOrg) -> None:
    org = open_org("scope-not-enforced")
    assert org.start(org.token("user")).status_code == 202


def test_roles_of_a_client_that_people_log_in_to_mean_nothing(org: Org) -> None:
    operator = org.token("operator")
    client = org.scenario.subjects.user.client
    role = org.scenario.roles[1]
    body = {
        "name": "r",
        "authorizedGrantType": "CODE",
        "scope": ["recording:session:write", "recordingSession"],
        "roleDivisions": [{"roleId": role.id, "divisionId": "*"}],
    }
    assert org.call("PUT", f"/api/v2/oauth/clients/{client}", operator, json=body).ok
    taken = {"name": role.name, "permissionPolicies": []}
    assert org.call("PUT", f"/api/v2/authorization/roles/{role.id}", operator, json=taken).ok
    assert org.start(org.token("user")).status_code == 403


def test_a_conditional_policy_grants_nothing(org: Org) -> None:
    operator, role = org.token("operator"), org.scenario.roles[1]
    policy = {"domain": "recording", "entityName": "session", "actionSet": ["write"]}
    path = f"/api/v2/authorization/roles/{role.id}"
    given = {"name": role.name, "permissionPolicies": [policy]}
    assert org.call("PUT", path, operator, json=given).ok
    conditional = [{**policy, "resourceConditionNode": {"conjunction": "AND"}}]
    assert org.start(org.token("client_credentials")).status_code == 202
    assert org.call("PUT", path, operator, json={**given, "permissionPolicies": conditional}).ok
    assert org.start(org.token("client_credentials")).status_code == 403


def test_an_operation_that_needs_a_person(open_org: OpenOrg) -> None:
    org = open_org("user-context-required")
    answer = org.patch(org.token("client_credentials"))
    assert (answer.status_code, answer.json()["code"]) == (400, "not.a.user")
    assert org.patch(org.token("user")).status_code == 202


@pytest.mark.parametrize(
    ("scenario", "field"),
    [("conversation-mismatch", "sessionUri"), ("media-mismatch", "mediaTypes")],
)
def test_a_payload_that_is_about_something_else(
    open_org: OpenOrg, scenario: str, field: str
) -> None:
    org = open_org(scenario)
    body = org.start(org.token("user")).json()
    assert (body["status"], body["code"]) == (400, "invalid.value")
    assert [detail["fieldName"] for detail in body["details"]] == [field]
    assert org.state(org.token("user")) == "active"


@pytest.mark.parametrize(
    "uri",
    [
        "https://elsewhere.example/api/v2/conversations/{}",
        "http://h//api/v2/conversations/calls/{}/",
    ],
)
def test_only_the_conversation_of_the_uri_counts(org: Org, uri: str) -> None:
    payload = {**org.payload, "sessionUri": uri.format(org.scenario.target.conversation)}
    assert org.start(org.token("user"), json=payload).status_code == 202


def test_a_uri_that_is_none(org: Org) -> None:
    payload = {**org.payload, "sessionUri": "http://[/api/v2/conversations/x"}
    assert org.start(org.token("user"), json=payload).status_code == 400


@pytest.mark.parametrize(
    "scenario", ["session-never-ready", "session-completed", "session-recording"]
)
def test_a_session_that_cannot_be_started(open_org: OpenOrg, scenario: str) -> None:
    org = open_org(scenario)
    before = org.state(org.token("user"))
    answer = org.start(org.token("user"))
    assert (answer.status_code, answer.json()["message"]) == (400, MISLEADING)
    assert org.state(org.token("user")) == before


def test_an_unknown_session_and_an_unknown_call(open_org: OpenOrg) -> None:
    org = open_org("session-not-found")
    assert org.start(org.token("user")).json()["code"] == "not.found"
    body = org.patch(org.token("user")).json()
    assert body["code"] == "conversation.error.conversation.not.found"


def test_an_unknown_participant(org: Org) -> None:
    path = org.participant_path.rpartition("/")[0] + "/nobody"
    body = org.call("PATCH", path, org.token("user"), json={"recording": True}).json()
    assert (body["status"], body["code"]) == (
        404,
        "conversation.error.not.conversation.participant",
    )


@pytest.mark.parametrize(
    ("scenario", "status", "code"),
    [
        ("participant-disconnected", 400, "conversation.error.call.disconnected"),
        ("participant-alerting", 403, "conversation.error.forbidden.not.active.participant"),
    ],
)
def test_a_participant_who_is_not_there(
    open_org: OpenOrg, scenario: str, status: int, code: str
) -> None:
    org = open_org(scenario)
    answer = org.patch(org.token("user"))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_start_that_nothing_comes_of(open_org: OpenOrg) -> None:
    org = open_org("start-not-confirmed")
    token = org.token("user")
    assert org.start(token).status_code == 202
    assert org.state(token) == "active"
    assert org.patch(token).status_code == 202
    path = f"/api/v2/conversations/calls/{org.scenario.target.conversation}"
    assert org.call("GET", path, token).json()["recordingState"] == "none"


def test_an_org_without_recording_sessions(open_org: OpenOrg) -> None:
    org = open_org("endpoint-unknown")
    listing = org.call("GET", "/api/v2/recording-sessions", org.token("user"))
    assert (listing.status_code, org.start(org.token("user")).status_code) == (404, 404)
    assert org.patch(org.token("user")).status_code == 202


def test_paths_and_methods_that_do_not_exist(org: Org) -> None:
    token = org.token("user")
    missing = org.call("GET", "/api/v2/recording-sessions/", token)
    assert (missing.status_code, missing.json()["code"]) == (404, "not.found")
    wrong = org.call("DELETE", "/api/v2/recording-sessions", token)
    assert (wrong.status_code, wrong.json()["status"]) == (405, 405)
    assert set(wrong.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_a_double_slash_is_tolerated(org: Org) -> None:
    assert org.call("GET", "//api/v2/tokens/me", org.token("user")).status_code == 200


def test_every_refusal_has_the_shape_of_the_platform(org: Org) -> None:
    for answer in [
        org.call("GET", "/api/v2/nothing"),
        org.call("GET", "/api/v2/tokens/me"),
        org.start(org.token("user"), json={}),
    ]:
        body = answer.json()
        assert set(body) == {
            "message", "code", "status", "messageParams", "contextId", "details", "errors",
        }  # fmt: skip
        assert body["status"] == answer.status_code
        assert body["contextId"] == answer.headers["ININ-Correlation-Id"]


def test_a_recording_is_paused_in_either_spelling(org: Org) -> None:
    token = org.token("user")
    path = f"/api/v2/conversations/calls/{org.scenario.target.conversation}/recordingstate"
    org.patch(token)
    for word in ("paused", "ACTIVE", "PAUSED", "active"):
        assert org.call("PUT", path, token, json={"recordingState": word}).status_code == 202
    refused = org.call("PUT", path, token, json={"recordingState": "stopped"})
    assert refused.status_code == 400
    assert "must be one of paused, active" in refused.json()["message"]
