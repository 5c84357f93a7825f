"""Faults on the network, as an HTTP client meets them."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
import requests

from tests.mock.conftest import TIMEOUT, OpenOrg, Org
from toolkit.mock.scenario import Fault
from toolkit.mock.scenarios import load_scenario

pytestmark = pytest.mark.server

ME = "/api/v2/tokens/me"


def with_faults(open_org: OpenOrg, *faults: dict[str, Any]) -> Org:
    typed = tuple(msgspec.convert(fault, Fault) for fault in faults)
    return open_org(scenario=msgspec.structs.replace(load_scenario("ready"), faults=typed))


def statuses(org: Org, count: int, path: str = ME) -> list[int]:
    token = org.scenario.subjects.user.token
    return [org.call("GET", path, token).status_code for _ in range(count)]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_a_fault_for_some_requests_only(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "status", "status": 500, "skip": 1, "times": 2})
    assert statuses(org, 4) == [200, 500, 500, 200]


def test_a_fault_for_some_paths_and_methods_only(open_org: OpenOrg) -> None:
    org = with_faults(
        open_org, {"kind": "status", "method": "GET", "path": "/api/v2/recording-sessions/*"}
    )
    assert statuses(org, 1) == [200]
    assert org.start(org.token("user")).status_code == 202
    path = org.start_path.removesuffix("/start")
    assert statuses(org, 1, path) == [503]


def test_a_double_slash_is_no_way_around_a_fault(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "status", "path": ME})
    assert statuses(org, 1, f"/{ME}") == [503]


def test_the_platforms_body_for_a_status(open_org: OpenOrg) -> None:
    org = with_faults(
        open_org,
        {"kind": "status", "status": 504, "retry_after": 7},
        {"kind": "status", "status": 500},
    )
    answer = org.call("GET", ME)
    assert (answer.status_code, answer.json()["code"]) == (504, "request.timeout")
    assert answer.headers["Retry-After"] == "7"
    assert answer.json()["contextId"] == answer.headers["ININ-Correlation-Id"]


def test_a_body_of_ones_own(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "status", "status": 200, "body": {"error": "none"}})
    assert org.call("GET", ME).json() == {"error": "none"}


def test_a_rate_limit_says_how_long(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "rate-limited", "retry_after": 0, "times": 1})
    answer = org.call("GET", ME)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "0")
    assert statuses(org, 1) == [200]


def test_a_page_of_html(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "html", "status": 200})
    answer = org.call("GET", ME)
    assert answer.headers["Content-Type"].startswith("text/html")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_latency_before_the_platform_acts(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "latency", "seconds": 0.3, "path": ME})
    began = time.monotonic()
    assert statuses(org, 1) == [200]
    assert time.monotonic() - began >= 0.3


def test_latency_can_go_with_another_fault(open_org: OpenOrg) -> None:
    org = with_faults(
        open_org, {"kind": "latency", "seconds": 0.2}, {"kind": "status", "status": 500}
    )
    began = time.monotonic()
    assert statuses(org, 1) == [500]
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(("when", "state"), [("before", "active"), ("after", "recording")])
@pytest.mark.parametrize("kind", ["reset", "status", "html"])
def test_whether_the_platform_acts(open_org: OpenOrg, kind: str, when: str, state: str) -> None:
    fault = {"kind": kind, "when": when, "path": "*/start"}
    org = with_faults(open_org, fault)
    token = org.token("user")
    if kind == "reset":
        with pytest.raises(requests.ConnectionError, match=r"[Rr]eset"):
            org.start(token)
        assert org.captured()[-1]["status"] is None
    else:
        assert org.start(token).status_code == 503
    assert org.state(token) == state


@pytest.mark.parametrize(("when", "state"), [("before", "active"), ("after", "recording")])
def test_a_client_that_gives_up_waiting(open_org: OpenOrg, when: str, state: str) -> None:
    org = with_faults(
        open_org, {"kind": "latency", "seconds": 600, "when": when, "path": "*/start"}
    )
    address, token = urlsplit(org.url), org.token("user")
    body = json.dumps(org.payload).encode()
    head = (
        f"POST {org.start_path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), TIMEOUT) as client:
        client.sendall(head.encode() + body)
        until(lambda: when == "before" or org.state(token) == state)
    until(lambda: bool([r for r in org.captured() if r["path"] == org.start_path]))
    (start,) = [r for r in org.captured() if r["path"] == org.start_path]
    assert start["status"] is None
    assert org.state(token) == state


def test_an_answer_that_ends_half_way(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "truncated", "path": "/api/v2/*"})
    token = org.token("user")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="more expected"):
        org.call("GET", ME, token)
    # An answer without a body cannot be cut in half.
    with pytest.raises(requests.ConnectionError, match=r"[Rr]eset"):
        org.patch(token)


def test_a_reset_starts_the_faults_anew(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "status", "times": 1})
    org.start(org.token("user"))
    assert org.start(org.token("user")).status_code == 202
    assert org.call("POST", "/__mock__/reset").status_code == 204
    assert org.captured() == []
    assert statuses(org, 2) == [503, 200]
    assert org.state(org.token("user")) == "active"


ROLES = "/api/v2/authorization/roles"
CREDENTIALS = "/api/v2/integrations/credentials"
CONDITION = {
    "conjunction": "AND",
    "terms": [
        {"variableName": "Conversation.queues", "operator": "EQ", "operands": [{"type": "SCALAR"}]}
    ],
}


def role(name: str, **policy: Any) -> dict[str, Any]:
    policy = {"domain": "recording", "entityName": "recording", "actionSet": ["view"], **policy}
    return {"name": name, "permissionPolicies": [policy]}


def policy_of(org: Org, token: str, identifier: str) -> dict[str, Any]:
    (found,) = org.call("GET", f"{ROLES}/{identifier}", token).json()["permissionPolicies"]
    return dict(found)


def test_a_consistency_loop_after_a_create_and_an_update(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "stale", "path": f"{ROLES}/*", "times": 3})
    token = org.token("operator")
    made = org.call("POST", ROLES, token, json=role("one")).json()["id"]
    path = f"{ROLES}/{made}"
    assert [org.call("GET", path, token).status_code for _ in range(2)] == [404, 404]
    org.call("PUT", path, token, json=role("two"))
    read = [org.call("GET", path, token) for _ in range(3)]
    assert [each.status_code for each in read] == [404, 200, 200]
    assert read[-1].json()["name"] == "two"
    # A path without a write is never stale.
    others = org.call("GET", ROLES, token).json()["entities"]
    assert org.call("GET", f"{ROLES}/{others[0]['id']}", token).status_code == 200


def test_a_consistency_loop_without_an_end(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "stale", "path": f"{ROLES}/*"})
    token = org.token("operator")
    known = org.call("GET", ROLES, token).json()["entities"][-1]
    path = f"{ROLES}/{known['id']}"
    before = org.call("GET", path, token).json()
    assert org.call("PUT", path, token, json=role("changed")).json()["name"] == "changed"
    assert [org.call("GET", path, token).json() for _ in range(5)] == [before] * 5


def test_a_wildcard_is_expanded(open_org: OpenOrg) -> None:
    fault = {"kind": "expanded-wildcard", "path": f"{ROLES}*", "actions": ["add", "view"]}
    org = with_faults(open_org, fault)
    token = org.token("operator")
    made = org.call("POST", ROLES, token, json=role("wild", actionSet=["*"])).json()
    assert made["permissionPolicies"][0]["actionSet"] == ["add", "view"]
    assert policy_of(org, token, made["id"])["actionSet"] == ["add", "view"]


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_condition_is_lost_on_the_way(open_org: OpenOrg, is_lost: bool) -> None:
    faults = [{"kind": "lost-condition", "path": f"{ROLES}*"}] if is_lost else []
    org = with_faults(open_org, *faults)
    token = org.token("operator")
    wanted = role("conditional", resourceConditionNode=CONDITION)
    made = org.call("POST", ROLES, token, json=wanted).json()
    assert ("resourceConditionNode" in policy_of(org, token, made["id"])) is not is_lost


def test_an_error_of_a_credential_is_swallowed(open_org: OpenOrg) -> None:
    org = with_faults(open_org, {"kind": "swallowed", "method": "POST", "path": CREDENTIALS})
    token = org.token("operator")
    asked = {
        "name": "K",
        "type": {"name": "pureCloudOAuthClient"},
        "credentialFields": {"clientId": "x", "clientSecret": "s3cr3t"},
    }
    made = org.call("POST", CREDENTIALS, token, json=asked)
    assert made.status_code == 200
    assert made.json()["name"] == "K"
    assert "s3cr3t" not in made.text
    assert org.call("GET", f"{CREDENTIALS}/{made.json()['id']}", token).status_code == 404
    assert org.call("GET", CREDENTIALS, token).json()["entities"] == []
