"""Converts Terraform's state to bodies of the Genesys Cloud API and back; pure functions."""

from collections.abc import Callable
from typing import Any

from tf.types import Unknown

from .backends import Body

State = dict[str, Any]


def client_body(state: State, home_division_id: Callable[[], str]) -> Body:
    """Return the client's body; `home_division_id` is called only for a role without a division."""
    return {
        "name": state["name"],
        "description": state["description"],
        "authorizedGrantType": state["authorized_grant_type"],
        "accessTokenValiditySeconds": state["access_token_validity_seconds"],
        "registeredRedirectUri": state["registered_redirect_uris"],
        "scope": state["scopes"],
        "roleDivisions": [
            {
                "roleId": role["role_id"],
                "divisionId": known(role["division_id"]) or home_division_id(),
            }
            for role in state["roles"]
        ],
        "state": state["state"],
    }


def client_state(body: Body, before: State) -> State:
    """Return the state after a call; `before` has what the API does not return."""
    secret = known(before["client_secret"]) or ""
    if not secret and before["expose_client_secret"]:
        secret = body.get("secret") or ""
    return {
        **before,
        "id": body["id"],
        "client_id": body["id"],
        "name": body["name"],
        "description": body.get("description") or "",
        "authorized_grant_type": body["authorizedGrantType"],
        "access_token_validity_seconds": body.get("accessTokenValiditySeconds"),
        "registered_redirect_uris": body.get("registeredRedirectUri") or [],
        "scopes": body.get("scope") or [],
        "roles": [
            {"role_id": grant["roleId"], "division_id": grant["divisionId"]}
            for grant in body.get("roleDivisions") or []
        ],
        "state": body.get("state"),
        "client_secret": secret,
        "integration_credential_id": known(before["integration_credential_id"]),
    }


def role_body(state: State) -> Body:
    body = {
        "name": state["name"],
        "description": state["description"],
        "permissionPolicies": [_policy_body(policy) for policy in state["permission_policies"]],
        "defaultRoleId": known(state["default_role_id"]),
    }
    # An empty list is never sent, so the role keeps its permissions.
    return {**body, "permissions": state["permissions"]} if state["permissions"] else body


def role_state(body: Body, before: State) -> State:
    """Return the state after a call; `before` is what was planned or stored."""
    return {
        **before,
        "id": body["id"],
        "name": body["name"],
        "description": body.get("description") or "",
        "permissions": body.get("permissions") or [],
        "permission_policies": [
            _policy_state(policy) for policy in body.get("permissionPolicies") or []
        ],
        "default_role_id": body.get("defaultRoleId") or "",
    }


def division_body(state: State) -> Body:
    return {"name": state["name"], "description": state["description"]}


def division_state(body: Body, before: State) -> State:
    """Return the state after a call; `before` is what was planned or stored."""
    return {
        **before,
        "id": body["id"],
        "name": body["name"],
        "description": body.get("description") or "",
        "home": bool(body.get("homeDivision")),
    }


def credential_body(state: State) -> Body:
    return {
        "name": state["name"],
        "type": {"name": state["credential_type_name"]},
        "credentialFields": known(state["fields"]) or {},
    }


def credential_state(body: Body, before: State) -> State:
    """Return the state after a call; the API never returns the fields."""
    return {
        **before,
        "id": body["id"],
        "name": body["name"],
        "credential_type_name": body["type"]["name"],
        "fields": known(before["fields"]),
    }


def integration_body(state: State) -> Body:
    config = state["config"][0] if state["config"] else {}
    return {
        "name": known(config.get("name")) or state["integration_type"],
        "integrationType": {"id": state["integration_type"]},
        "intendedState": state["intended_state"],
        "config": config,
    }


def integration_state(body: Body, before: State) -> State:
    config = [
        {
            **each,
            "name": known(each["name"]) or body["name"],
            "advanced": known(each["advanced"]) or "{}",
            "properties": known(each["properties"]) or "{}",
        }
        for each in before["config"]
    ]
    return {**before, "id": body["id"], "config": config}


def holder_body(state: State, who: str) -> Body:
    return {"id": state[who], "roles": state["roles"]}


def holder_state(body: Body, before: State) -> State:
    return {**before, "id": body["id"]}


def known(value: Any) -> Any:
    """Return the value, or None if it is still unknown."""
    return None if value is Unknown else value


def _policy_body(policy: State) -> Body:
    body: Body = {
        "domain": policy["domain"],
        "entityName": policy["entity_name"],
        "actionSet": policy["action_set"],
    }
    for condition in policy["conditions"]:
        body["resourceConditionNode"] = {
            "conjunction": condition["conjunction"],
            "terms": [
                {
                    "variableName": term["variable_name"],
                    "operator": term["operator"],
                    "operands": [_operand_body(operand) for operand in term["operands"]],
                }
                for term in condition["terms"]
            ],
        }
    return body


def _operand_body(operand: State) -> Body:
    body: Body = {"type": operand["type"]}
    if operand["value"]:
        body["value"] = operand["value"]
    for name in ("user", "queue"):
        if operand[f"{name}_id"]:
            body[name] = {"id": operand[f"{name}_id"]}
    return body


def _policy_state(body: Body) -> State:
    node = body.get("resourceConditionNode")
    return {
        "domain": body["domain"],
        "entity_name": body["entityName"],
        "action_set": body.get("actionSet") or [],
        "conditions": [
            {
                "conjunction": node.get("conjunction"),
                "terms": [
                    {
                        "variable_name": term.get("variableName"),
                        "operator": term.get("operator"),
                        "operands": [
                            {
                                "type": operand.get("type"),
                                "value": operand.get("value") or "",
                                "user_id": (operand.get("user") or {}).get("id") or "",
                                "queue_id": (operand.get("queue") or {}).get("id") or "",
                            }
                            for operand in term.get("operands") or []
                        ],
                    }
                    for term in node.get("terms") or []
                ],
            }
        ]
        if node
        else [],
    }
