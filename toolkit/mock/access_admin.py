"""Plays the provider's operations on divisions, grants, roles of users, and credentials."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from toolkit.mock.answers import Answer, Refusal
from toolkit.mock.call import Behaviour, Call
from toolkit.mock.world import Body


def _create_division(call: Call) -> Answer:
    identifier = str(uuid.uuid4())
    call.world.divisions[identifier] = _division_body(call, identifier)
    return Answer(200, call.world.divisions[identifier])


def _get_division(call: Call) -> Answer:
    return Answer(200, call.world.divisions[_known(call, "divisionId", call.world.divisions)])


def _update_division(call: Call) -> Answer:
    identifier = _known(call, "divisionId", call.world.divisions)
    call.world.divisions[identifier] = _division_body(call, identifier)
    return Answer(200, call.world.divisions[identifier])


def _delete_division(call: Call) -> Answer:
    identifier = _known(call, "divisionId", call.world.divisions)
    if identifier == call.world.home:
        raise Refusal(400, message="The home division cannot be deleted.")
    del call.world.divisions[identifier]
    return Answer(204)


def _division_body(call: Call, identifier: str) -> Body:
    return {
        "id": identifier,
        "name": call.payload["name"],
        "description": call.payload.get("description") or "",
        "homeDivision": identifier == call.world.home,
    }


def _list_permissions(call: Call) -> Answer:
    """Return the permissions of one domain that a role holds or an operation needs."""
    if call.query.get("queryType", "domain") != "domain":
        raise Refusal(400, "invalid.value", "The mock lists permissions by domain.")
    domain = call.query.get("query", "")
    entities: dict[str, dict[str, Body]] = {}
    for name in sorted(_permissions(call)):
        of, entity, action = name.split(":")
        if of == domain and "*" not in name:
            entities.setdefault(entity, {})[action] = {
                "domain": of,
                "entityType": entity,
                "action": action,
                "label": action,
                "allowsConditions": False,
                "divisionAware": True,
            }
    listed = {entity: list(actions.values()) for entity, actions in entities.items()}
    found = [{"domain": domain, "permissionMap": listed}] if listed else []
    return call.page(found)


def _permissions(call: Call) -> set[str]:
    names = {
        f"{policy['domain']}:{policy['entityName']}:{action}"
        for role in call.world.roles.values()
        for policy in role["permissionPolicies"]
        for action in policy["actionSet"]
    }
    for operation in call.contract.operations:
        if operation.permissions is not None:
            names.update(operation.permissions.names)
    return names


def _restore_roles(call: Call) -> Answer:
    """Reset the built-in roles to those of the scenario."""
    restored = []
    for asked in call.payload or []:
        known = call.world.default_roles.get(asked["id"])
        if known is None:
            raise Refusal(404)
        call.world.roles[asked["id"]] = dict(known)
        restored.append(call.world.roles[asked["id"]])
    return call.page(restored)


def _grant_one(call: Call) -> Answer:
    """Grant one role in one division; the path names both."""
    role, division = call.params["roleId"], call.params["divisionId"]
    if role not in call.world.roles or division not in (*call.world.divisions, "*"):
        raise Refusal(404)
    held = call.world.grants_to_change(_subject(call))
    return _granted(call, [*held, *([] if (role, division) in held else [(role, division)])])


def _replace_grants(call: Call) -> Answer:
    _subject(call)
    return _granted(call, list(dict.fromkeys(_asked_grants(call))))


def _grant(call: Call) -> Answer:
    held = call.world.grants_to_change(_subject(call))
    for role, division in _asked_grants(call):
        if (role, division) not in held:
            held.append((role, division))
    return _granted(call, held)


def _revoke(call: Call) -> Answer:
    gone = set(_asked_grants(call))
    held = call.world.grants_to_change(_subject(call))
    return _granted(call, [each for each in held if each not in gone])


def _revoke_one(call: Call) -> Answer:
    gone = call.params["roleId"], call.params["divisionId"]
    held = call.world.grants_to_change(_subject(call))
    if gone not in held:
        raise Refusal(404)
    return _granted(call, [each for each in held if each != gone])


def _granted(call: Call, grants: list[tuple[str, str]]) -> Answer:
    call.world.grant(call.params["subjectId"], grants)
    return Answer(204)


def _asked_grants(call: Call) -> list[tuple[str, str]]:
    grants = [(each["roleId"], each["divisionId"]) for each in call.payload["grants"]]
    for role, division in grants:
        if role not in call.world.roles or division not in (*call.world.divisions, "*"):
            raise Refusal(400, "invalid.value", "There is no such role or division.")
    return grants


def _get_user_roles(call: Call) -> Answer:
    user = _known(call, "subjectId", call.world.users)
    roles = dict.fromkeys(role for role, _ in call.world.grants_of_subject(user))
    named = [call.world.roles[role] for role in roles if role in call.world.roles]
    return Answer(200, {"roles": [{"id": each["id"], "name": each["name"]} for each in named]})


def _put_user_roles(call: Call) -> Answer:
    user = _known(call, "subjectId", call.world.users)
    if any(role not in call.world.roles for role in call.payload):
        raise Refusal(400, "invalid.value", "There is no such role.")
    call.world.grant(user, [(role, call.world.home) for role in call.payload])
    return _get_user_roles(call)


def _list_credentials(call: Call) -> Answer:
    return call.page(list(call.world.credentials.values()))


def _create_credential(call: Call) -> Answer:
    identifier = str(uuid.uuid4())
    call.world.credentials[identifier] = _credential_body(call, identifier)
    return Answer(200, call.world.credentials[identifier])


def _get_credential(call: Call) -> Answer:
    known = call.world.credentials
    return Answer(200, known[_known(call, "credentialId", known)])


def _update_credential(call: Call) -> Answer:
    identifier = _known(call, "credentialId", call.world.credentials)
    call.world.credentials[identifier] = _credential_body(call, identifier)
    return Answer(200, call.world.credentials[identifier])


def _delete_credential(call: Call) -> Answer:
    del call.world.credentials[_known(call, "credentialId", call.world.credentials)]
    return Answer(204)


def _credential_body(call: Call, identifier: str) -> Body:
    # The credential's fields are write-only.
    name = call.payload.get("name") or identifier
    return {"id": identifier, "name": name, "type": {"name": call.payload["type"]["name"]}}


def _subject(call: Call) -> str:
    return _known(call, "subjectId", {**call.world.users, **call.world.clients})


def _known(call: Call, parameter: str, things: Mapping[str, object]) -> str:
    identifier = call.params[parameter]
    if identifier not in things:
        raise Refusal(404)
    return identifier


#: By operationId.
BEHAVIOURS: Mapping[str, Behaviour] = {
    "postAuthorizationDivisions": _create_division,
    "getAuthorizationDivision": _get_division,
    "putAuthorizationDivision": _update_division,
    "deleteAuthorizationDivision": _delete_division,
    "getAuthorizationPermissions": _list_permissions,
    "putAuthorizationRolesDefault": _restore_roles,
    "postAuthorizationSubjectBulkadd": _grant,
    "postAuthorizationSubjectBulkremove": _revoke,
    "postAuthorizationSubjectBulkreplace": _replace_grants,
    "postAuthorizationSubjectDivisionRole": _grant_one,
    "deleteAuthorizationSubjectDivisionRole": _revoke_one,
    "getUserRoles": _get_user_roles,
    "putUserRoles": _put_user_roles,
    "getIntegrationsCredentials": _list_credentials,
    "postIntegrationsCredentials": _create_credential,
    "getIntegrationsCredential": _get_credential,
    "putIntegrationsCredential": _update_credential,
    "deleteIntegrationsCredential": _delete_credential,
}
