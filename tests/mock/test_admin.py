"""Clients, roles, divisions and grants, as Terraform and the probe use them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock.conftest import TIMEOUT, OpenOrg, Org

pytestmark = pytest.mark.server

CLIENTS = "/api/v2/oauth/clients"
ROLES = "/api/v2/authorization/roles"


def role_body(name: str, action: str = "write") -> dict[str, Any]:
    policy = {"domain": "recording", "entityName": "session", "actionSet": [action]}
    return {"name": name, "description": "d", "permissions": [], "permissionPolicies": [policy]}


def test_the_life_of_a_client(org: Org) -> None:
    operator = org.token("operator")
    home = org.call("GET", "/api/v2/authorization/divisions/home", operator).json()
    assert home["homeDivision"] is True
    role = org.call("POST", ROLES, operator, json=role_body("Starter")).json()
    body = {
        "name": "new",
        "description": "for a test",
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "accessTokenValiditySeconds": 600,
        "scope": None,
        "roleDivisions": [{"roleId": role["id"], "divisionId": home["id"]}],
    }
    made = org.call("POST", CLIENTS, operator, json=body)
    assert made.status_code == 200
    client = made.json()
    secret = client.pop("secret")
    path = f"{CLIENTS}/{client['id']}"
    assert org.call("GET", path, operator).json() == client
    assert (client["scope"], client["state"]) == ([], "active")

    login = org.session.post(
        f"{org.url}/oauth/token",
        auth=(client["id"], secret),
        data={"grant_type": "client_credentials"},
        timeout=TIMEOUT,
    ).json()
    assert login["expires_in"] == 600
    token = login["access_token"]
    assert org.start(token).status_code == 202

    # Someone takes the permission away.
    org.call("PUT", f"{ROLES}/{role['id']}", operator, json=role_body("Starter", "view"))
    assert org.start(token).json()["code"] == "missing.permissions"

    inactive = {**body, "state": "inactive"}
    assert org.call("PUT", path, operator, json=inactive).json()["state"] == "inactive"
    assert org.start(token).status_code == 401
    assert org.call("DELETE", path, operator).status_code == 204
    assert org.call("GET", path, operator).status_code == 404
    assert org.call("GET", "/api/v2/tokens/me", token).status_code == 401


def test_the_life_of_a_role(org: Org) -> None:
    operator = org.token("operator")
    role = org.call("POST", ROLES, operator, json=role_body("Starter")).json()
    path = f"{ROLES}/{role['id']}"
    assert org.call("GET", path, operator).json() == role
    assert org.call("POST", ROLES, operator, json=role_body("Starter")).status_code == 409
    assert org.call("PUT", path, operator, json=role_body("Starter")).status_code == 200
    assert org.call("DELETE", path, operator).status_code == 204
    assert org.call("GET", path, operator).status_code == 404
    assert org.call("DELETE", path, operator).status_code == 404


def test_a_deleted_role_is_held_by_nobody(org: Org) -> None:
    operator, role = org.token("operator"), org.scenario.roles[1]
    client = org.scenario.subjects.client_credentials.client
    assert org.call("DELETE", f"{ROLES}/{role.id}", operator).status_code == 204
    assert org.call("GET", f"{CLIENTS}/{client}", operator).json()["roleDivisions"] == []
    user = org.scenario.users[0].id
    subject = org.call("GET", f"/api/v2/authorization/subjects/{user}", operator).json()
    assert subject["grants"] == []


def test_roles_are_found_by_a_part_of_their_name(org: Org) -> None:
    operator = org.token("operator")
    org.call("POST", ROLES, operator, json=role_body("Recorder of screens"))
    found = org.call("GET", f"{ROLES}?name=recorder", operator).json()
    assert [role["name"] for role in found["entities"]] == ["Recorder", "Recorder of screens"]
    assert found["total"] == 2


def test_a_listing_comes_in_pages(org: Org) -> None:
    operator = org.token("operator")
    everything = org.call("GET", CLIENTS, operator).json()
    assert (everything["pageSize"], everything["total"], everything["pageCount"]) == (25, 5, 1)
    assert not any("secret" in client for client in everything["entities"])
    pages = [
        org.call("GET", f"{CLIENTS}?pageSize=2&pageNumber={n}", operator).json()
        for n in range(1, 5)
    ]
    assert [len(page["entities"]) for page in pages] == [2, 2, 1, 0]
    assert [page["pageCount"] for page in pages] == [3, 3, 3, 3]
    names = [client["id"] for page in pages for client in page["entities"]]
    assert names == [client["id"] for client in everything["entities"]]


@pytest.mark.parametrize(
    "query", ["pageSize=0", "pageSize=501", "pageSize=x", "pageNumber=-1", "pageNumber=\u0661"]
)
def test_a_page_that_is_none(org: Org, query: str) -> None:
    answer = org.call("GET", f"{CLIENTS}?{query}", org.token("operator"))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid.value")
    assert answer.json()["details"][0]["fieldName"] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"roleDivisions": []}, "roleDivisions"),
        ({"roleDivisions": [{"roleId": "x", "divisionId": "*"}]}, "roleDivisions[0].roleId"),
        ({"authorizedGrantType": "code"}, "authorizedGrantType"),
        ({"accessTokenValiditySeconds": 1}, "accessTokenValiditySeconds"),
        ({"name": ""}, "name"),
    ],
)
def test_a_client_that_is_refused(org: Org, change: dict[str, Any], field: str) -> None:
    body = {"name": "n", "authorizedGrantType": "CLIENT-CREDENTIALS", **change}
    answer = org.call("POST", CLIENTS, org.token("operator"), json=body)
    assert answer.status_code == 400
    assert field in [detail["fieldName"] for detail in answer.json()["details"]]


def test_an_unknown_division_is_refused(org: Org) -> None:
    grant = {"roleId": org.scenario.roles[1].id, "divisionId": "nowhere"}
    body = {"name": "n", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [grant]}
    answer = org.call("POST", CLIENTS, org.token("operator"), json=body)
    assert answer.json()["details"][0]["fieldName"] == "roleDivisions[0].divisionId"


def test_grants_with_and_without_their_policies(org: Org) -> None:
    token = org.token("client_credentials")
    path = "/api/v2/authorization/subjects/me"
    (grant,) = org.call("GET", path, token).json()["grants"]
    assert "policies" not in grant["role"]
    (grant,) = org.call("GET", f"{path}?includeFullRoles=true", token).json()["grants"]
    assert grant["division"]["homeDivision"] is True
    assert {
        "domain": "recording",
        "entityName": "session",
        "actions": ["write"],
        "condition": None,
    } in grant["role"]["policies"]
    assert org.call("GET", f"{path}?includeFullRoles=perhaps", token).status_code == 400


def test_a_user_is_a_subject_too(org: Org) -> None:
    mine = org.call("GET", "/api/v2/authorization/subjects/me", org.token("user")).json()
    assert mine["id"] == org.scenario.users[0].id
    seen = org.call(
        "GET", f"/api/v2/authorization/subjects/{mine['id']}", org.token("operator")
    ).json()
    assert seen == mine


def test_a_grant_in_all_divisions(org: Org) -> None:
    mine = org.call("GET", "/api/v2/authorization/subjects/me", org.token("operator")).json()
    assert [grant["division"]["id"] for grant in mine["grants"]] == ["*"]


def test_administration_needs_its_permissions(org: Org) -> None:
    token = org.token("client_credentials")
    for method, path in [("GET", CLIENTS), ("GET", ROLES), ("DELETE", f"{CLIENTS}/x")]:
        answer = org.call(method, path, token)
        assert (answer.status_code, answer.json()["code"]) == (403, "missing.any.permissions")


def test_administration_needs_its_scopes(org: Org) -> None:
    answer = org.call("GET", "/api/v2/organizations/me", org.token("user"))
    assert (answer.status_code, answer.json()["code"]) == (403, "not.authorized")


def test_what_the_terraform_provider_asks_first(org: Org) -> None:
    operator = org.token("operator")
    assert org.call("GET", "//api/v2/organizations/me", operator).json()["defaultCountryCode"]
    products = org.call("GET", "//api/v2/authorization/products", operator).json()
    assert products["total"] == len(products["entities"])


def test_the_scopes_and_divisions_that_the_org_knows(org: Org) -> None:
    operator = org.token("operator")
    scopes = org.call("GET", "/api/v2/oauth/scopes", operator).json()
    assert "recordingSession" in [scope["id"] for scope in scopes["entities"]]
    divisions = org.call("GET", "/api/v2/authorization/divisions", operator).json()
    assert [item["name"] for item in divisions["entities"]] == ["Home", "Branch"]


def test_reading_oneself_may_be_refused(open_org: OpenOrg) -> None:
    org = open_org("self-reading-refused")
    for kind in ("user", "client_credentials"):
        token = org.token(kind)
        assert org.call("GET", "/api/v2/tokens/me", token).status_code == 403
        assert org.call("GET", "/api/v2/authorization/subjects/me", token).status_code == 403
        # To revoke a token needs a scope of its own; a CLIENT-CREDENTIALS client needs no scopes.
        expected = 403 if kind == "user" else 200
        assert org.call("DELETE", "/api/v2/tokens/me", token).status_code == expected


def test_roles_are_found_by_permission_and_by_id(org: Org) -> None:
    token = org.token("operator")
    roles = {role.name: role.id for role in org.scenario.roles}

    def listed(query: str) -> set[str]:
        answer = org.call("GET", f"/api/v2/authorization/roles?{query}", token).json()
        return {role["name"] for role in answer["entities"]}

    admin, recorder = "Mock administrator", "Recorder"
    assert listed("permission=conversation:call:record") == {admin, recorder}
    assert listed(f"id={roles[recorder]}&id={roles['Bystander']}") == {recorder, "Bystander"}
    assert listed(f"permission=conversation:call:record&id={roles[recorder]}") == {recorder}
    assert listed("permission=a:b:c") == {admin}
