"""Plays the administration of OAuth clients, roles and divisions, as Terraform needs it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from toolkit.mock.access import patterns_of
from toolkit.mock.answers import Answer, Detail, Refusal
from toolkit.mock.call import Behaviour, Call
from toolkit.mock.world import ALL_DIVISIONS, Body, World
from toolkit.model.permissions import permission_covers

#: The creation date of every grant; constant, so that answers can be compared.
_GRANT_MADE_AT = "2026-01-01T00:00:00Z"
_DEFAULT_VALIDITY = 86400


def _get_token(call: Call) -> Answer:
    token, organization = call.caller.token, _organization(call.world)
    named = {"id": organization["id"], "name": organization["name"]}
    return Answer(
        200,
        {
            "organization": named,
            "homeOrganization": named,
            "authorizedScope": list(token.scopes),
            "OAuthClient": {**call.world.clients[token.client], "organization": named},
        },
    )


def _delete_token(call: Call) -> Answer:
    del call.world.tokens[call.caller.text]
    return Answer(200)


def _get_organization(call: Call) -> Answer:
    return Answer(200, _organization(call.world))


def _list_products(call: Call) -> Answer:
    # The provider reads `total` as an integer and accepts an org without products.
    return Answer(200, {"total": 1, "entities": [{"id": "PureCloud", "name": "PureCloud"}]})


def _list_scopes(call: Call) -> Answer:
    entities = [{"id": scope, "description": ""} for scope in call.world.scenario.scopes]
    return Answer(200, {"total": len(entities), "entities": entities})


def _list_clients(call: Call) -> Answer:
    return call.page(list(call.world.clients.values()))


def _get_client(call: Call) -> Answer:
    return Answer(200, call.world.clients[_known(call.world.clients, call.params["clientId"])])


def _create_client(call: Call) -> Answer:
    identifier = str(uuid.uuid4())
    body = _client_body(call, identifier)
    secret = f"mock-secret-{uuid.uuid4()}"
    call.world.clients[identifier] = body
    call.world.secrets[identifier] = secret
    return Answer(200, {**body, "secret": secret})


def _update_client(call: Call) -> Answer:
    identifier = _known(call.world.clients, call.params["clientId"])
    call.world.clients[identifier] = _client_body(call, identifier)
    return Answer(200, call.world.clients[identifier])


def _delete_client(call: Call) -> Answer:
    identifier = _known(call.world.clients, call.params["clientId"])
    # Its tokens become invalid too: a token needs its client.
    del call.world.clients[identifier]
    del call.world.secrets[identifier]
    return Answer(204)


def _rotate_secret(call: Call) -> Answer:
    """Return a new secret; the old one becomes invalid for new tokens."""
    identifier = _known(call.world.clients, call.params["clientId"])
    call.world.secrets[identifier] = secret = f"mock-secret-{uuid.uuid4()}"
    return Answer(200, {**call.world.clients[identifier], "secret": secret})


def _list_roles(call: Call) -> Answer:
    # The platform's filter finds every role with a name that contains the text.
    wanted = call.query.get("name", "").casefold()
    ids, permissions = _several(call, "id"), _several(call, "permission")
    default = call.query.get("defaultRoleId")
    return call.page(
        [
            role
            for key, role in call.world.roles.items()
            if wanted in role["name"].casefold()
            and (not ids or key in ids)
            and (not permissions or any(_permits(call.world, key, each) for each in permissions))
            and (default is None or role.get("defaultRoleId") == default)
        ]
    )


def _several(call: Call, name: str) -> list[str]:
    """Return the values of a parameter that may be repeated or comma-separated."""
    return [value for value in call.query.get(name, "").split(",") if value]


def _permits(world: World, role: str, permission: str) -> bool:
    return any(permission_covers(held, permission) for held in patterns_of(world, role))


def _get_role(call: Call) -> Answer:
    return Answer(200, call.world.roles[_known(call.world.roles, call.params["roleId"])])


def _create_role(call: Call) -> Answer:
    identifier = str(uuid.uuid4())
    call.world.roles[identifier] = _role_body(call, identifier)
    return Answer(200, call.world.roles[identifier])


def _update_role(call: Call) -> Answer:
    identifier = _known(call.world.roles, call.params["roleId"])
    call.world.roles[identifier] = _role_body(call, identifier)
    return Answer(200, call.world.roles[identifier])


def _delete_role(call: Call) -> Answer:
    identifier = _known(call.world.roles, call.params["roleId"])
    del call.world.roles[identifier]
    for client in call.world.clients.values():
        client["roleDivisions"] = [
            grant for grant in client["roleDivisions"] if grant["roleId"] != identifier
        ]
    return Answer(204)


def _list_divisions(call: Call) -> Answer:
    return call.page(list(call.world.divisions.values()))


def _get_home_division(call: Call) -> Answer:
    return Answer(200, call.world.divisions[call.world.home])


def _get_own_subject(call: Call) -> Answer:
    return _subject(call, call.caller.subject)


def _get_subject(call: Call) -> Answer:
    known = {*call.world.users, *call.world.clients}
    return _subject(call, _known(known, call.params["subjectId"]))


#: By operationId.
BEHAVIOURS: Mapping[str, Behaviour] = {
    "getTokensMe": _get_token,
    "deleteTokensMe": _delete_token,
    "getOrganizationsMe": _get_organization,
    "getAuthorizationProducts": _list_products,
    "getOauthScopes": _list_scopes,
    "getOauthClients": _list_clients,
    "postOauthClients": _create_client,
    "getOauthClient": _get_client,
    "putOauthClient": _update_client,
    "deleteOauthClient": _delete_client,
    "postOauthClientSecret": _rotate_secret,
    "getAuthorizationRoles": _list_roles,
    "postAuthorizationRoles": _create_role,
    "getAuthorizationRole": _get_role,
    "putAuthorizationRole": _update_role,
    "deleteAuthorizationRole": _delete_role,
    "getAuthorizationDivisions": _list_divisions,
    "getAuthorizationDivisionsHome": _get_home_division,
    "getAuthorizationSubjectsMe": _get_own_subject,
    "getAuthorizationSubject": _get_subject,
}


def _known(things: Mapping[str, Any] | set[str], identifier: str) -> str:
    if identifier not in things:
        raise Refusal(404)
    return identifier


def _organization(world: World) -> Body:
    given = world.scenario.organization
    return {"id": given.id, "name": given.name, "defaultCountryCode": given.country}


def _client_body(call: Call, identifier: str) -> Body:
    given, world = call.payload, call.world
    grants = given.get("roleDivisions") or []
    if given["authorizedGrantType"] == "CLIENT-CREDENTIALS" and not grants:
        raise _invalid("roleDivisions", "A client with client credentials needs a role.")
    for index, grant in enumerate(grants):
        if grant["roleId"] not in world.roles:
            raise _invalid(f"roleDivisions[{index}].roleId", "There is no such role.")
        if grant["divisionId"] not in (*world.divisions, ALL_DIVISIONS):
            raise _invalid(f"roleDivisions[{index}].divisionId", "There is no such division.")
    body = {
        "id": identifier,
        "name": given["name"],
        "authorizedGrantType": given["authorizedGrantType"],
        "accessTokenValiditySeconds": given.get("accessTokenValiditySeconds") or _DEFAULT_VALIDITY,
        "registeredRedirectUri": given.get("registeredRedirectUri") or [],
        "scope": given.get("scope") or [],
        "roleDivisions": [
            {"roleId": grant["roleId"], "divisionId": grant["divisionId"]} for grant in grants
        ],
        "state": given.get("state") or "active",
    }
    if given.get("description"):
        body["description"] = given["description"]
    return body


def _role_body(call: Call, identifier: str) -> Body:
    given = call.payload
    taken = {role["name"]: role["id"] for role in call.world.roles.values()}
    if taken.get(given["name"], identifier) != identifier:
        raise Refusal(409, message="There is a role of this name already.")
    before = call.world.roles.get(identifier, {})
    body = {
        "id": identifier,
        "name": given["name"],
        # The provider omits empty lists, and the platform keeps what is omitted.
        "permissions": before.get("permissions", [])
        if given.get("permissions") is None
        else given["permissions"],
        "permissionPolicies": [_policy(policy) for policy in given.get("permissionPolicies") or []],
        "default": bool(before.get("default")),
        "base": bool(before.get("base")),
    }
    for key in ("description", "defaultRoleId"):
        value = given.get(key) or before.get(key)
        if value:
            body[key] = value
    return body


def _policy(given: Body) -> Body:
    policy = {
        "domain": given["domain"],
        "entityName": given.get("entityName") or "*",
        "actionSet": given.get("actionSet") or [],
    }
    if given.get("resourceConditionNode"):
        policy["resourceConditionNode"] = given["resourceConditionNode"]
    return policy


def _subject(call: Call, identifier: str) -> Answer:
    world, full = call.world, call.flag("includeFullRoles")
    user = world.users.get(identifier)
    name = (user.name or user.id) if user else world.clients[identifier]["name"]
    grants = [
        {
            "subjectId": identifier,
            "division": _division(world, division),
            "role": _granted_role(world.roles[role], full),
            "grantMadeAt": _GRANT_MADE_AT,
        }
        for role, division in world.grants_of_subject(identifier)
        if role in world.roles
    ]
    return Answer(200, {"id": identifier, "name": name, "grants": grants})


def _division(world: World, identifier: str) -> Body:
    everywhere = {"id": ALL_DIVISIONS, "name": ALL_DIVISIONS, "homeDivision": False}
    return everywhere if identifier == ALL_DIVISIONS else world.divisions[identifier]


def _granted_role(role: Body, full: bool) -> Body:
    granted = {"id": role["id"], "name": role["name"], "default": role["default"]}
    if full:
        granted["policies"] = [
            {
                "domain": policy["domain"],
                "entityName": policy["entityName"],
                "actions": policy["actionSet"],
                "condition": policy.get("resourceConditionNode"),
            }
            for policy in role["permissionPolicies"]
        ]
    return granted


def _invalid(field_name: str, message: str) -> Refusal:
    return Refusal(400, "invalid.value", message, details=(Detail(field_name, "invalid.value"),))
