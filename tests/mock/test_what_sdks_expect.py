"""What SDKs and browser pages rely on: the mock ignores no part of a request silently."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock.conftest import TIMEOUT, OpenOrg, Org
from toolkit.contracts.reader import read_contract
from toolkit.mock.app import PLATFORM
from toolkit.mock.world import RECORDERS

pytestmark = pytest.mark.server

PAGE = {"Origin": "https://app.example.com"}
MACHINE = "00000000-0000-4000-8000-0000000000c1"
RECORDER, BYSTANDER = "00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000a2"
HOME = "00000000-0000-4000-8000-0000000000d0"
SUBJECT = f"/api/v2/authorization/subjects/{MACHINE}"


def roles_of(org: Org, token: str) -> list[tuple[str, str]]:
    grants = org.call("GET", SUBJECT, token).json()["grants"]
    return [(each["role"]["id"], each["division"]["id"]) for each in grants]


def test_a_page_may_call_the_api(org: Org) -> None:
    asked = {
        **PAGE,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    preflight = org.call("OPTIONS", org.participant_path, headers=asked)
    assert preflight.status_code == 200
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
    assert org.captured() == [], "the application does not call it"
    answer = org.call("GET", "/api/v2/tokens/me", org.token("operator"), headers=PAGE)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ININ-Correlation-Id" in answer.headers["Access-Control-Expose-Headers"]


def test_a_page_may_read_a_refusal_and_a_fault(open_org: OpenOrg) -> None:
    for org in (open_org("ready"), open_org("unavailable")):
        answer = org.call("GET", "/api/v2/tokens/me", headers=PAGE)
        assert answer.status_code in (401, 503)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_no_page_gets_what_the_mock_has_for_tests(org: Org) -> None:
    asked = {**PAGE, "Access-Control-Request-Method": "POST"}
    assert org.call("OPTIONS", "/__mock__/tokens", headers=asked).status_code == 405
    answer = org.call("GET", "/__mock__/requests", headers=PAGE)
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v2/oauth/clients", "/api/v2/recording-sessions"])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"pageSize": "500"}, 200),
        ({"pageSize": "501"}, 400),
        ({"pageSize": "0"}, 400),
        ({"pageNumber": "0"}, 400),
        ({"pageNumber": "99"}, 200),
        ({"sortOrder": "ascending"}, 400),
    ],
)
def test_a_page_has_the_contracts_bounds(
    org: Org, path: str, query: dict[str, str], status: int
) -> None:
    answer = org.call("GET", path, org.token("operator"), params=query)
    assert answer.status_code == status
    if status == 400:
        assert next(iter(query)) in answer.json()["message"]


def test_every_listing_with_pages_says_their_bounds() -> None:
    for operation in read_contract(PLATFORM, "platform").operations:
        if size := operation.query.get("pageSize"):
            assert (size["minimum"], size["maximum"], size["default"]) == (1, 500, 25)


def test_a_flag_is_true_or_false(org: Org) -> None:
    answer = org.call("GET", f"{SUBJECT}?includeFullRoles=perhaps", org.token("operator"))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "key"),
    [
        ("PATCH", "participant", {"recording": True, "muted": True}, "muted"),
        ("PUT", "state", {"recordingState": "paused", "reason": "x"}, "reason"),
        ("POST", "/api/v2/authorization/divisions", {"name": "x", "colour": "red"}, "colour"),
        (
            "POST",
            f"{SUBJECT}/bulkadd",
            {"grants": [{"roleId": BYSTANDER, "divisionId": HOME, "until": "x"}]},
            "grants[0].until",
        ),
    ],
)
def test_a_key_that_would_be_left_out_is_refused(
    org: Org, method: str, path: str, body: Any, key: str
) -> None:
    call = f"/api/v2/conversations/calls/{org.scenario.target.conversation}"
    path = {"participant": org.participant_path, "state": f"{call}/recordingstate"}.get(path, path)
    answer = org.call(method, path, org.token("operator"), json=body)
    assert answer.status_code == 400
    assert f"{key} is not part of this request" in answer.json()["message"]
    assert answer.json()["details"][0]["fieldName"] == key
    participants = org.call("GET", call, org.token("operator")).json()["participants"]
    assert participants[0]["recording"] is False


def test_grants_are_added_replaced_and_taken(org: Org) -> None:
    token = org.token("operator")
    one = f"{SUBJECT}/divisions/{HOME}/roles/{BYSTANDER}"
    assert org.call("POST", one, token).status_code == 204
    assert org.call("POST", one, token).status_code == 204, "once more is no other grant"
    assert roles_of(org, token) == [(RECORDER, HOME), (BYSTANDER, HOME)]
    body = {"grants": [{"roleId": BYSTANDER, "divisionId": "*"}]}
    assert org.call("POST", f"{SUBJECT}/bulkreplace", token, json=body).status_code == 204
    assert roles_of(org, token) == [(BYSTANDER, "*")]
    taken = f"{SUBJECT}/divisions/*/roles/{BYSTANDER}"
    assert org.call("DELETE", taken, token).status_code == 204
    assert roles_of(org, token) == []
    assert org.call("POST", one.replace(BYSTANDER, "none"), token).status_code == 404
    assert org.call("POST", one.replace(MACHINE, "nobody"), token).status_code == 404


def test_a_new_secret_ends_the_old_one(org: Org) -> None:
    who = org.scenario.subjects.client_credentials
    path = f"/api/v2/oauth/clients/{who.client}/secret"
    assert org.call("POST", path, org.token("client_credentials")).status_code == 403
    answer = org.call("POST", path, org.token("operator"))
    assert (answer.status_code, answer.json()["id"]) == (200, who.client)
    assert org.log_in(who).status_code == 400
    again = org.session.post(
        f"{org.url}/oauth/token",
        auth=(who.client, answer.json()["secret"]),
        data={"grant_type": "client_credentials"},
        timeout=TIMEOUT,
    )
    assert again.status_code == 200
    read = org.call("GET", f"/api/v2/oauth/clients/{who.client}", org.token("operator")).json()
    assert "secret" not in read


def test_snippets_and_pauses_are_seen(org: Org) -> None:
    token, target = org.token("operator"), org.scenario.target
    call = f"/api/v2/conversations/calls/{target.conversation}"

    def state() -> tuple[bool, str, bool, list[str]]:
        person = org.call("GET", call, token).json()["participants"][0]
        on = [n for n in RECORDERS if person["recordersState"][f"{n}State"] != "NONE"]
        return person["recording"], person["recordingState"], person["securePause"], on

    snippet = f"{org.participant_path}/snippet/record"
    body = {"type": "Snippet", "record": True}
    assert org.call("POST", snippet, token, json=body).status_code == 202
    assert state() == (True, "active", False, ["snippet"])
    pause = {"recordingState": "PAUSED"}
    assert org.call("PUT", f"{call}/recordingstate", token, json=pause).status_code == 202
    assert state() == (True, "paused", True, ["snippet"])
    stop = {"type": "snippet", "record": False}
    assert org.call("POST", snippet, token, json=stop).status_code == 202
    assert state() == (False, "none", False, [])
    assert org.call("PUT", f"{call}/recordingstate", token, json=pause).status_code == 202
    assert state() == (False, "none", False, []), "nothing runs that could be paused"


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v2/oauth/clients/{MACHINE}",
        f"/api/v2/authorization/roles/{RECORDER}",
        f"/api/v2/authorization/divisions/{HOME}",
    ],
)
def test_what_was_read_may_be_sent_back(org: Org, path: str) -> None:
    token = org.token("operator")
    read = org.call("GET", path, token).json()
    answer = org.call("PUT", path, token, json={**read, "name": "Another"})
    assert answer.status_code == 200, answer.text
    assert {**answer.json(), "name": read["name"]}.items() >= read.items()
