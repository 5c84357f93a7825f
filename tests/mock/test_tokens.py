"""The token endpoint, and what a token permits."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.mock.conftest import OpenOrg, Org
from toolkit.mock.scenario import Credentials, Fault, Limits
from toolkit.mock.scenarios import load_scenario

pytestmark = pytest.mark.server

REFUSED = {
    "error": "invalid_client",
    "description": "authentication failed",
    "error_description": "authentication failed",
}


def test_a_client_gets_a_token(org: Org) -> None:
    answer = org.log_in(org.scenario.subjects.client_credentials)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 86400)
    assert answer.headers["ININ-Correlation-Id"]
    assert org.call("GET", "/api/v2/tokens/me", body["access_token"]).status_code == 200


@pytest.mark.parametrize("secret", ["", "wrong", "mock-secret-recorder-machin\u00e9"])
def test_a_wrong_secret(org: Org, secret: str) -> None:
    known = org.scenario.subjects.client_credentials
    answer = org.log_in(Credentials(client=known.client, secret=secret))
    assert (answer.status_code, answer.json()) == (400, REFUSED)


def test_an_unknown_client_is_answered_like_a_wrong_secret(org: Org) -> None:
    answer = org.log_in(Credentials(client="nobody", secret=""))
    assert (answer.status_code, answer.json()) == (400, REFUSED)


@pytest.mark.parametrize("authorization", ["", "Basic", "Basic !!!", "Basic /w==", "Bearer x"])
def test_credentials_that_cannot_be_read(org: Org, authorization: str) -> None:
    answer = org.call(
        "POST",
        "/oauth/token",
        headers={"Authorization": authorization},
        data={"grant_type": "client_credentials"},
    )
    assert (answer.status_code, answer.json()) == (400, REFUSED)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"data": {"grant_type": "password"}}, "unsupported_grant_type"),
        ({"data": {"x": "y"}}, "unsupported_grant_type"),
        ({"json": {"grant_type": "client_credentials"}}, "invalid_request"),
    ],
)
def test_what_else_a_token_request_must_be(org: Org, content: dict[str, Any], error: str) -> None:
    who = org.scenario.subjects.client_credentials
    answer = org.call("POST", "/oauth/token", auth=(who.client, who.secret), **content)
    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_a_client_that_people_log_in_to_gets_none(open_org: OpenOrg) -> None:
    org = open_org("grant-not-supported")
    answer = org.log_in(org.scenario.subjects.client_credentials)
    assert answer.status_code == 400
    assert answer.json()["error"] == "unauthorized_client"


def test_an_inactive_client(open_org: OpenOrg) -> None:
    org = open_org("client-inactive")
    answer = org.log_in(org.scenario.subjects.client_credentials)
    assert answer.status_code == 400
    assert "not active" in answer.json()["description"]
    # An older token can still read whose token it is, and nothing else.
    token = org.token("user")
    me = org.call("GET", "/api/v2/tokens/me", token)
    assert me.json()["OAuthClient"]["state"] == "inactive"
    assert org.start(token).status_code == 401


def test_the_rate_limit_of_tokens_is_a_400(open_org: OpenOrg) -> None:
    scenario = msgspec.structs.replace(load_scenario("ready"), limits=Limits(token_requests=2))
    org = open_org(scenario=scenario)
    who = scenario.subjects.client_credentials
    assert [org.log_in(who).status_code for _ in range(3)] == [200, 200, 400]
    body = org.log_in(who).json()
    assert body["error"] == "invalid_request"
    assert body["description"].startswith("rate limit exceeded;")
    assert org.log_in(scenario.subjects.operator).status_code == 200


def test_the_rate_limit_of_calls_is_a_429(open_org: OpenOrg) -> None:
    scenario = msgspec.structs.replace(load_scenario("ready"), limits=Limits(requests=2))
    org = open_org(scenario=scenario)
    token = org.token("user")
    answers = [org.call("GET", "/api/v2/tokens/me", token) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].json()["code"] == "too.many.requests"


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "authentication.required"),
        ("Basic abc", "authentication.required"),
        ("Bearer ", "authentication.required"),
        ("Bearer nonsense", "bad.credentials"),
    ],
)
def test_a_call_without_a_good_token(org: Org, authorization: str | None, code: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = org.call("GET", "/api/v2/tokens/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_an_expired_token(open_org: OpenOrg) -> None:
    org = open_org("token-expired")
    answer = org.call("GET", "/api/v2/tokens/me", org.token("user"))
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials.expired")


def test_a_token_can_be_given_back(org: Org) -> None:
    token = org.token("client_credentials")
    assert org.call("DELETE", "/api/v2/tokens/me", token).status_code == 200
    assert org.call("GET", "/api/v2/tokens/me", token).status_code == 401


def test_whose_token_it_is(org: Org) -> None:
    me = org.call("GET", "/api/v2/tokens/me", org.token("user")).json()
    assert me["authorizedScope"] == ["recording:session:write", "recordingSession", "conversations"]
    assert me["OAuthClient"]["id"] == org.scenario.subjects.user.client
    assert me["OAuthClient"]["organization"]["id"] == me["organization"]["id"]
    assert "secret" not in me["OAuthClient"]


def test_a_log_in_can_be_played_for_a_client_made_later(org: Org) -> None:
    operator = org.token("operator")
    body = {"name": "later", "authorizedGrantType": "CODE", "scope": ["conversations"]}
    client = org.call("POST", "/api/v2/oauth/clients", operator, json=body).json()
    minted = org.call("POST", "/__mock__/tokens", json={"client": client["id"]}).json()
    token = minted["access_token"]
    me = org.call("GET", "/api/v2/tokens/me", token).json()
    assert me["authorizedScope"] == ["conversations"]
    # A token keeps its scopes: a removed scope is missing only in tokens of later logins.
    org.call("PUT", f"/api/v2/oauth/clients/{client['id']}", operator, json={**body, "scope": []})
    me = org.call("GET", "/api/v2/tokens/me", token).json()
    assert (me["authorizedScope"], me["OAuthClient"]["scope"]) == (["conversations"], [])
    anew = org.call("POST", "/__mock__/tokens", json={"client": client["id"]}).json()
    me = org.call("GET", "/api/v2/tokens/me", anew["access_token"]).json()
    assert me["authorizedScope"] == []


def test_a_token_of_the_scenario_keeps_its_scopes(org: Org) -> None:
    operator, client = org.token("operator"), org.scenario.subjects.user.client
    path = f"/api/v2/oauth/clients/{client}"
    body = org.call("GET", path, operator).json()
    org.call("PUT", path, operator, json={**body, "scope": ["conversations"]})
    assert org.start(org.token("user")).status_code == 202


def test_a_log_in_may_grant_fewer_scopes_than_the_client_has(org: Org) -> None:
    client = org.scenario.subjects.user.client
    asked = {"client": client, "scopes": ["recording:session:write"]}
    token = org.call("POST", "/__mock__/tokens", json=asked).json()["access_token"]
    me = org.call("GET", "/api/v2/tokens/me", token).json()
    assert me["authorizedScope"] == ["recording:session:write"]
    assert org.start(token).status_code == 403


@pytest.mark.parametrize("body", [{}, {"client": "nobody"}, {"client": 1}, {"klient": "x"}])
def test_a_log_in_that_cannot_be_played(org: Org, body: dict[str, object]) -> None:
    assert org.call("POST", "/__mock__/tokens", json=body).status_code in (400, 404)


def test_the_token_endpoint_has_its_own_body_for_its_limit(open_org: OpenOrg) -> None:
    fault = Fault(kind="rate-limited", path="*", times=2)
    org = open_org(scenario=msgspec.structs.replace(load_scenario("ready"), faults=(fault,)))
    assert org.log_in(org.scenario.subjects.operator).status_code == 400
    assert org.call("GET", "/api/v2/tokens/me").status_code == 429
