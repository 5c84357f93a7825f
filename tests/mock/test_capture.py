"""What the mock records of requests, and what it must not record."""

from __future__ import annotations

import base64

import pytest

from tests.mock.conftest import Org

pytestmark = pytest.mark.server


def test_requests_are_captured_in_order(org: Org) -> None:
    token = org.token("user")
    org.call("GET", "//api/v2/oauth/clients?pageSize=2&empty=", token)
    org.start(token)
    first, second = org.captured()
    assert (first["number"], second["number"]) == (1, 2)
    assert (first["method"], first["path"], first["status"]) == (
        "GET",
        "/api/v2/oauth/clients",
        403,
    )
    assert first["query"] == {"pageSize": "2", "empty": ""}
    assert (second["method"], second["path"], second["status"]) == ("POST", org.start_path, 202)
    assert second["headers"]["content-type"] == "application/json"


def test_reading_them_back_is_not_captured(org: Org) -> None:
    assert org.captured() == []
    assert org.captured() == []


def test_they_can_be_forgotten(org: Org) -> None:
    org.call("GET", "/api/v2/tokens/me")
    assert len(org.captured()) == 1
    org.call("DELETE", "/__mock__/requests")
    assert org.captured() == []


def test_no_secret_is_kept(org: Org) -> None:
    machine = org.scenario.subjects.client_credentials
    token = org.token("client_credentials")
    org.call("GET", "/api/v2/tokens/me?access_token=canary-1&name=seen", token)
    org.call("GET", "/x", headers={"Cookie": "canary-2", "Proxy-Authorization": "Basic canary-3"})
    kept = org.call("GET", "/__mock__/requests").text
    basic = base64.b64encode(f"{machine.client}:{machine.secret}".encode()).decode()
    for secret in (token, machine.secret, basic, "canary"):
        assert secret not in kept
    assert org.captured()[0]["headers"]["authorization"] == "Basic [redacted]"
    assert org.captured()[1]["headers"]["authorization"] == "Bearer [redacted]"
    assert org.captured()[1]["query"]["name"] == "seen"
