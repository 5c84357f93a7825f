"""What is taken from an answer, and that nothing is assumed beyond it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.probe.build import CALLS, SESSIONS
from toolkit.contracts.contract import SessionStates
from toolkit.genesys.replies import Reply
from toolkit.probe import responses
from toolkit.probe.payload import of_payload
from toolkit.probe.stages import Stage

STATES = CALLS.contract.session_states or SessionStates()


def answer(body: Any, status: int = 200) -> Reply:
    return Reply("GET", "https://api.example.com/x", status=status, body=body)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, {"error": "invalid_client"}, "refused"),
        (401, {"error": "invalid_client"}, "refused"),
        (403, {"error": "access_denied"}, "refused"),
        # Other servers also use the field `error`.
        (404, {"error": "Not Found", "path": "/oauth/token"}, "failed"),
        (401, {"error": "Unauthorized"}, "failed"),
        (403, {"error": "Forbidden"}, "failed"),
        (404, {"error": "invalid_client"}, "failed"),
        (400, {"error": {}}, "failed"),
        (400, None, "failed"),
    ],
)
def test_who_refuses_a_token(status: int, body: Any, outcome: str) -> None:
    assert responses.of_token(answer(body, status), {}).outcome == outcome


@pytest.mark.parametrize(
    ("scopes", "known"),
    [
        (["a", "b:readonly"], ("a", "b:readonly")),
        ([], ()),
        (None, None),
        ("a", None),
        ([{"id": "a"}], None),
        (["a", 7], None),
    ],
)
def test_scopes_of_another_form_are_not_known(scopes: Any, known: Any) -> None:
    body = {"OAuthClient": {"id": "c"}, "authorizedScope": scopes}
    assert responses.of_owner(answer(body)).facts["scopes"] == known


@pytest.mark.parametrize(
    ("policy", "held", "complete"),
    [
        ({"domain": "a", "entityName": "b", "actions": ["c", "d"]}, ("a:b:c", "a:b:d"), True),
        ({"domain": "a", "entityName": "*", "actionSet": ["*"]}, ("a:*:*",), True),
        ({"domain": "a", "actions": ["*"]}, (), False),
        ({"domain": "a", "entityName": "", "actions": ["*"]}, (), False),
        ({"domain": "a", "entityName": None, "actions": ["*"]}, (), False),
        ({"domain": "a", "entityName": "b", "actions": [{"id": "*"}]}, (), False),
        ({"domain": "a", "entityName": "b", "actions": "*"}, (), False),
        ({"domain": "a", "entityName": "b", "actions": ["c"], "condition": {}}, ("a:b:c",), True),
        ({"domain": "a", "entityName": "b", "actions": ["c"], "condition": {"x": 1}}, (), False),
    ],
)
def test_what_a_policy_does_not_say_is_not_held(
    policy: Any, held: tuple[str, ...], complete: bool
) -> None:
    grant = {"division": {"id": "*"}, "role": {"policies": [policy]}}
    facts = responses.of_grants(answer({"grants": [grant]})).facts
    assert (facts["permissions"]["*"], facts["complete"]) == (held, complete)


def test_an_id_is_the_same_in_capitals() -> None:
    listed = {"entities": [{"id": "s1", "conversationId": "AB-1"}]}
    assert responses.session_of(answer(listed), "ab-1") == "s1"
    people = [{"id": "P1", "state": "connected", "recording": False}]
    seen = responses.of_session(
        Stage.SESSION, answer({"id": "K1", "participants": people}), STATES, "p1", "k1"
    )
    assert (seen.outcome, seen.facts["state"]) == ("ok", "connected")
    uri = "https://api.example.com/api/v2/conversations/AB-1"
    payload = {"recordingType": "call", "mediaTypes": ["audio"], "sessionUri": uri}
    assert of_payload(SESSIONS, payload, conversation_id="ab-1").outcome == "ok"
    assert of_payload(SESSIONS, payload, conversation_id="ab-2").outcome == "invalid"
