"""Convert API response bodies to clients and roles, in the same model as Terraform's.

A body is untrusted input: only known keys with the expected type are copied, so no secret is copied
along. Anything that a body lacks is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.model.clients import DELETED_ON, NO_STRINGS, Client, Grant, Role, RolePermission
from toolkit.model.values import AttributeValue, Unknown, ValueSet
from toolkit.sources.conditions import condition_of_api

#: Attributes of the Terraform resource that the platform does not have.
TERRAFORM_ONLY: Final = (
    "client_secret",
    "directory_client_secret",
    "expose_client_secret",
    "integration_credential_id",
    "integration_credential_name",
)
_UNSAID: Final = "an answer of the API that says it"
#: Their values for a client without a Terraform source.
NO_TERRAFORM: Final[Mapping[str, AttributeValue]] = MappingProxyType(
    {name: Unknown(name, "Terraform, or its state") for name in TERRAFORM_ONLY}
)
#: Attributes that come from the API.
_READ_FROM_API: Final = (
    "access_token_validity_seconds",
    "authorized_grant_type",
    "client_id",
    "description",
    "id",
    "name",
    "registered_redirect_uris",
    "scopes",
    "state",
)
_DAY: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: The state of a deleted client that the platform still lists.
_DELETED: Final = "deleted"


class GrantedRole(Struct, frozen=True):
    """A role id and a division id; `said` is the role as the same body describes it."""

    role_id: str
    division: str
    said: Role | None = None


def is_deleted(body: Mapping[str, Any]) -> bool:
    """Whether the platform lists a client that is deleted."""
    return body.get("state") == _DELETED


def text(body: Any, key: str) -> str | None:
    """Return the string at a key of an object; None if there is none."""
    value = body.get(key) if isinstance(body, dict) else None
    return value if isinstance(value, str) and value else None


def client_of(
    body: Mapping[str, Any],
    root: str,
    address: str,
    *,
    grants: Sequence[Grant],
    grants_unknown: Sequence[Unknown] = (),
    terraform: Mapping[str, AttributeValue] = NO_TERRAFORM,
) -> Client:
    """Return a client of ``/api/v2/oauth/clients``; `terraform` has its `TERRAFORM_ONLY`
    attributes.
    """
    scopes = _texts(body.get("scope"), f"the scopes of {address}")
    attributes: dict[str, AttributeValue] = {
        **terraform,
        "state": text(body, "state") or _unsaid(f"the state of {address}"),
        "access_token_validity_seconds": _number(
            body.get("accessTokenValiditySeconds"), f"the validity of tokens of {address}"
        ),
        "registered_redirect_uris": _texts(
            body.get("registeredRedirectUri"), f"the redirect URIs of {address}"
        ),
        "scopes": scopes,
    }
    for ours, theirs in (("id", "id"), ("client_id", "id"), ("description", "description")):
        value = text(body, theirs)
        if value is not None:
            attributes[ours] = value
    day = (text(body, "dateToDelete") or "").partition("T")[0]
    if _DAY.fullmatch(day):
        attributes[DELETED_ON] = day
    name = text(body, "name") or _unsaid(f"the name of {address}")
    grant_type = text(body, "authorizedGrantType") or _unsaid(f"the grant type of {address}")
    attributes["name"], attributes["authorized_grant_type"] = name, grant_type
    return Client(
        root=root,
        address=address,
        name=name,
        grant_type=grant_type,
        scopes=scopes,
        grants=tuple(dict.fromkeys(grants)),
        grants_unknown=tuple(dict.fromkeys(grants_unknown)),
        attributes=attributes,
    )


def unread_client(
    root: str,
    address: str,
    reason: Unknown,
    *,
    grants: Sequence[Grant],
    grants_unknown: Sequence[Unknown],
    terraform: Mapping[str, AttributeValue] = NO_TERRAFORM,
) -> Client:
    """Return a client that may not be read; its grants, a separate permission, may be known."""
    return Client(
        root=root,
        address=address,
        name=reason,
        grant_type=reason,
        scopes=ValueSet(unknown=(reason,)),
        grants=tuple(dict.fromkeys(grants)),
        grants_unknown=tuple(dict.fromkeys(grants_unknown)),
        attributes={**terraform, **dict.fromkeys(_READ_FROM_API, reason)},
    )


def role_of(body: Any) -> Role | None:
    """Return a role of ``/api/v2/authorization/roles``; None for anything else."""
    role_id = text(body, "id")
    if role_id is None or not isinstance(body, dict):
        return None
    name = text(body, "name")
    legacy, policies = body.get("permissions"), body.get("permissionPolicies")
    permissions, complete = _policies(policies)
    if isinstance(legacy, list):
        named = [each for each in legacy if isinstance(each, str)]
        permissions += [RolePermission(each) for each in named]
        complete = complete and len(named) == len(legacy)
    elif legacy is not None:
        complete = False
    return _role(role_id, name, permissions, () if complete else (_unsaid_of(name or role_id),))


def granted_roles(body: Mapping[str, Any]) -> list[GrantedRole] | None:
    """Return a client's `roleDivisions`; None if the body lacks them."""
    entries = body.get("roleDivisions")
    if not isinstance(entries, list):
        return None
    found = [(text(entry, "roleId"), text(entry, "divisionId")) for entry in entries]
    known = [GrantedRole(role, division) for role, division in found if role and division]
    return known if len(known) == len(found) else None


def grants_of_subject(body: Mapping[str, Any], lacking: str) -> list[GrantedRole] | None:
    """Return the grants of ``/api/v2/authorization/subjects/{id}``; None if the body lacks them.

    The roles are complete except for legacy permissions: `lacking` is what would decide those.
    """
    entries = body.get("grants")
    if not isinstance(entries, list):
        return None
    found: list[GrantedRole] = []
    for entry in entries:
        fields = entry if isinstance(entry, dict) else {}
        role = fields.get("role")
        role_id, division = text(role, "id"), text(fields.get("division"), "id")
        if role_id is None or division is None or not isinstance(role, dict):
            return None
        permissions, complete = _policies(role.get("policies"))
        name = text(role, "name")
        unknown = Unknown(f"the legacy permissions of {name or role_id}", lacking)
        doubts = (unknown,) if complete else (unknown, _unsaid_of(name or role_id))
        found.append(GrantedRole(role_id, division, _role(role_id, name, permissions, doubts)))
    return found


def permissions_offered(body: Any) -> Iterator[str]:
    """Yield the permissions of an entry of ``/api/v2/authorization/permissions``."""
    domain = text(body, "domain")
    entities = body.get("permissionMap") if domain is not None else None
    for entity, actions in entities.items() if isinstance(entities, dict) else ():
        for each in actions if isinstance(actions, list) else ():
            action = text(each, "action")
            if action is not None:
                yield f"{domain}:{entity}:{action}"


def unread_role(role_id: str, lacking: str) -> Role:
    """Return a role that may not be read; `lacking` is what would decide it."""
    return Role(origin="undefined", id=role_id, unknown=(Unknown(role_id, lacking),))


def gone_role(role_id: str) -> Role:
    """Return a role that the org does not have: it grants nothing."""
    return Role(origin="live", id=role_id)


def _role(
    role_id: str,
    name: str | None,
    permissions: Iterable[RolePermission],
    unknown: Sequence[Unknown],
) -> Role:
    # None of the permissions has a location, so they can be sorted.
    return Role("live", None, role_id, name, tuple(sorted(set(permissions))), tuple(unknown))


def _policies(policies: Any) -> tuple[list[RolePermission], bool]:
    """Return the patterns of a role's policies, and whether they are all that the role grants."""
    if not isinstance(policies, list):
        return [], False
    found: list[RolePermission] = []
    complete = True
    for policy in policies:
        domain, entity = text(policy, "domain"), text(policy, "entityName")
        actions = policy.get("actionSet", policy.get("actions")) if domain and entity else None
        if not isinstance(actions, list) or not all(isinstance(each, str) for each in actions):
            complete = False
            continue
        node = policy.get("resourceConditionNode") or policy.get("condition")
        said = condition_of_api(node) if node else ""
        found += [
            RolePermission(f"{domain}:{entity}:{each}", bool(node), condition=said)
            for each in actions
        ]
    return found, complete


def _texts(value: Any, reference: str) -> ValueSet:
    """Return a set of strings; the API omits empty ones."""
    if value is None:
        return NO_STRINGS
    if not isinstance(value, list):
        return ValueSet(unknown=(_unsaid(reference),))
    members = {each for each in value if isinstance(each, str)}
    odd = any(not isinstance(each, str) for each in value)
    return ValueSet(tuple(sorted(members)), (_unsaid(reference),) if odd else ())


def _number(value: Any, reference: str) -> int | Unknown:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _unsaid(reference)


def _unsaid(reference: str) -> Unknown:
    return Unknown(reference, _UNSAID)


def _unsaid_of(role: str) -> Unknown:
    return _unsaid(f"what {role} grants")
