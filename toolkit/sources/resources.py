"""Build clients and roles from the attributes of their Terraform resources.

The attributes come from any source as a tree; its leaves may be `Unknown` or `Redacted` (see
`marks`). Attribute names and defaults: provider mypurecloud/genesyscloud 1.84.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from msgspec import Struct

from toolkit.model.clients import (
    CLIENT_CREDENTIALS,
    NO_STRINGS,
    SENSITIVE_ATTRIBUTES,
    Client,
    Grant,
    Location,
    Role,
    RolePermission,
    is_uuid,
)
from toolkit.model.values import HOLE, AttributeValue, Redacted, Unknown, ValueSet
from toolkit.sources.conditions import condition_of_terraform
from toolkit.sources.marks import REDACTED, Tree
from toolkit.sources.remedies import (
    A_ROLE_ID,
    A_STAYING_ROLE,
    AFTER_APPLY,
    LOOKED_UP_ROLE,
    NOT_SENSITIVE,
    ROLE_ELSEWHERE,
)

#: Computed attributes of the provider; if the configuration does not set one, unknown means unset.
COMPUTED_ATTRIBUTES: Final = frozenset(
    {"id", "client_id", "client_secret", "integration_credential_id"}
)
_NUMBERS: Final = frozenset({"access_token_validity_seconds"})
_BOOLEANS: Final = frozenset({"expose_client_secret"})
# Tuples, not unions: the check runs for every attribute, and a union would be built each time.
_SCALARS: Final = (str, int, float)
HIDDEN: Final = (Unknown, Redacted)
_SETS: Final = frozenset({"scopes", "registered_redirect_uris"})

_Item = TypeVar("_Item")


def build_client(
    root: str,
    address: str,
    attributes: Mapping[str, Tree],
    *,
    grants: Sequence[Grant] = (),
    grants_unknown: Sequence[Unknown] = (),
    existence: Unknown | None = None,
) -> Client:
    """Return a client built from its resource's attributes; the caller adds its roles."""
    shown = _shown(address, attributes)
    scopes = shown.get("scopes")
    return Client(
        root=root,
        address=address,
        name=as_text(attributes.get("name"), f"{address}.name"),
        grant_type=as_text(
            attributes.get("authorized_grant_type"), f"{address}.authorized_grant_type"
        ),
        scopes=scopes if isinstance(scopes, ValueSet) else NO_STRINGS,
        grants=_distinct(grants),
        grants_unknown=_distinct(grants_unknown),
        attributes=shown,
        existence=existence,
    )


def build_holder(
    root: str,
    address: str,
    who: str | Unknown | None,
    grants: Sequence[Grant],
    unknown: Sequence[Unknown],
    *,
    existence: Unknown | None = None,
    location: Location | None = None,
) -> Client:
    """Return a user or group with the roles that a resource grants it, in the form of a client.

    `who` is the id of the user or group; None if it is unknown or must not be shown.
    """
    return Client(
        root=root,
        address=address,
        name=address,
        grant_type=CLIENT_CREDENTIALS,
        grants=_distinct(grants),
        grants_unknown=_distinct(unknown),
        attributes={} if who is None else {"id": who},
        existence=existence,
        location=location,
    )


def absent_client(root: str, address: str, existence: Unknown) -> Client:
    """Return a client that is configured but absent from this input."""
    return Client(
        root=root,
        address=address,
        name=existence,
        grant_type=existence,
        scopes=ValueSet(unknown=(existence,)),
        grants_unknown=(existence,),
        existence=existence,
    )


def build_role(address: str, attributes: Mapping[str, Tree], *, applied: bool = True) -> Role:
    """Return a role built from the attributes of a `genesyscloud_auth_role` resource.

    `applied` says that the attributes are those on the platform, as in a state.
    """
    legacy = as_value_set(attributes.get("permissions"), f"{address}.permissions")
    policies, unknown = policy_permissions(
        attributes.get("permission_policies"), f"{address}.permission_policies"
    )
    unsent = None
    default = attributes.get("default_role_id")
    adopts = default not in (None, "")
    if not applied:
        unsent = unsent_of(
            address,
            default if isinstance(default, str) else None,
            adopts=adopts,
            has_policies=bool(policies or unknown),
            has_legacy=bool(legacy.members or legacy.unknown),
        )
    name = attributes.get("name")
    return Role(
        origin="resource",
        address=address,
        id=known_text(attributes.get("id")),
        name=None if name is None else as_text(name, f"{address}.name"),
        permissions=tuple(
            dict.fromkeys([*(RolePermission(each) for each in legacy.members), *policies])
        ),
        unknown=merged([*legacy.unknown, *unknown, *(unsent or NOTHING_UNSENT).rest]),
        legacy=(unsent or NOTHING_UNSENT).legacy,
        adopts=adopts,
    )


class Unsent(Struct, frozen=True):
    """What an adopted role keeps from the platform's role: its legacy permissions, or
    the `rest`.
    """

    legacy: Unknown | None = None
    rest: tuple[Unknown, ...] = ()


NOTHING_UNSENT: Final = Unsent()
#: The built-in role with the legacy permission of the same name, which grants more than is
#: published.
_ADMIN: Final = "admin"


def unsent_of(
    address: str, default_role: str | None, *, adopts: bool, has_policies: bool, has_legacy: bool
) -> Unsent:
    """Return what the provider does not write to a built-in role that the resource adopts.

    The provider writes the configured policies and sends no empty list (provider 1.81.0: creating
    such a role updates the platform's role).
    """
    if not adopts:
        return NOTHING_UNSENT
    rest = [] if has_policies else [Unknown(f"{address}.permission_policies", AFTER_APPLY)]
    if has_legacy:
        return Unsent(rest=tuple(rest))
    legacy = Unknown(f"{address}.permissions", AFTER_APPLY)
    if default_role == _ADMIN:
        rest.append(legacy)
    return Unsent(legacy, tuple(rest))


def build_data_role(address: str, attributes: Mapping[str, Tree]) -> Role:
    """Return a role that is looked up by name: its permissions are in no Terraform file."""
    name = attributes.get("name")
    known = None if name is None else as_text(name, f"{address}.name")
    return Role(
        origin="data",
        address=address,
        id=known_text(attributes.get("id")),
        name=known,
        unknown=(Unknown(named(address, known), LOOKED_UP_ROLE),),
    )


def named(address: str, name: str | Unknown | None) -> str:
    """Return an address followed by the name, if that is known."""
    return f'{address} ("{name}")' if isinstance(name, str) else address


def undefined_role(role_id: str) -> Role:
    """Return a role known only by its id, or by the expression in place of an id."""
    return Role(origin="undefined", id=role_id, unknown=(undefined(role_id),))


def ending_role(address: str, role_id: str, verb: str) -> Role:
    """Return a role that the next apply destroys or replaces; its grants end with it."""
    return open_role(address, role_id, f"{address}, which the next apply {verb}", A_STAYING_ROLE)


def open_role(address: str, role_id: str, reference: str, decided_by: str) -> Role:
    """Return a role at an address with unknown permissions."""
    unknown = (Unknown(reference, decided_by),)
    return Role(origin="resource", address=address, id=role_id, unknown=unknown)


def undefined(role_id: str) -> Unknown:
    """Return why the permissions of a role known only by id or expression are unknown."""
    if not is_uuid(role_id):
        return Unknown(f'role_id "{role_id}"', A_ROLE_ID)
    return Unknown(f"role {role_id}", ROLE_ELSEWHERE)


def policy_permissions(
    policies: Tree, reference: str
) -> tuple[list[RolePermission], list[Unknown]]:
    """Return the patterns that `permission_policies` grants, and why there may be more."""
    if isinstance(policies, HIDDEN):
        return [], [hidden(policies, reference)]
    permissions: list[RolePermission] = []
    unknown: list[Unknown] = []
    for policy in as_list(policies):
        if not isinstance(policy, Mapping):
            unknown.append(hidden(policy, reference))
            continue
        domain = as_text(policy.get("domain"), reference)
        entity = as_text(policy.get("entity_name"), reference)
        actions = as_value_set(policy.get("action_set"), reference)
        unknown += of_policy(domain, entity, actions)
        if isinstance(domain, str) and isinstance(entity, str):
            # Unknown conditions do not prove that there are none.
            conditions = policy.get("conditions")
            said = condition_of_terraform(conditions) if conditions else ""
            permissions += [
                RolePermission(f"{domain}:{entity}:{action}", bool(conditions), condition=said)
                for action in actions.members
            ]
    return permissions, unknown


def of_policy(domain: str | Unknown, entity: str | Unknown, actions: ValueSet) -> list[Unknown]:
    """Return why a policy may grant more; the template is the pattern of the possible
    permissions.
    """
    parts = [HOLE if isinstance(part, Unknown) else part for part in (domain, entity)]
    pattern = None if any(":" in part for part in parts) else ":".join([*parts, HOLE])
    open_ones = [part for part in (domain, entity) if isinstance(part, Unknown)]
    reasons = (*open_ones, *actions.unknown)
    return [Unknown(r.reference, r.decided_by, pattern, r.origin) for r in reasons]


def merged(reasons: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Return each reason once; if it stands for different patterns, it stands for any pattern."""
    found: dict[Unknown, Unknown] = {}
    for each in reasons:
        known = found.setdefault(each.untemplated, each)
        if known.template != each.template:
            found[each.untemplated] = each.untemplated
    return tuple(found.values())


def known_text(value: Tree) -> str | None:
    """Return a known, non-empty string that may be shown, or None."""
    return value if isinstance(value, str) and value != "" else None


def as_text(value: Tree, reference: str) -> str | Unknown:
    """Return the value as Terraform converts it to a string; unknown by `reference` if it is
    hidden.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(_whole(value))
    return hidden(value, reference)


def as_value_set(value: Tree, reference: str) -> ValueSet:
    """Return the certain members of a set of strings, sorted, and why there may be more."""
    if value is None:
        return NO_STRINGS
    if isinstance(value, HIDDEN):
        return ValueSet(unknown=(hidden(value, reference),))
    members: set[str] = set()
    unknown: dict[Unknown, None] = {}
    for item in as_list(value):
        text = item if isinstance(item, str) else as_text(item, reference)
        if isinstance(text, Unknown):
            unknown[text] = None
        else:
            members.add(text)
    return ValueSet(tuple(sorted(members)), tuple(unknown))


def as_list(value: Tree) -> Sequence[Tree]:
    """Return the items of a list or set; a single value counts as a list with one item."""
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def hidden(value: Tree, reference: str) -> Unknown:
    """Return why a value is not usable: its own reason, or else that it is sensitive."""
    return value if isinstance(value, Unknown) else Unknown(reference, NOT_SENSITIVE)


def _distinct(items: Sequence[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items)) if len(items) > 1 else tuple(items)


def _shown(address: str, attributes: Mapping[str, Tree]) -> dict[str, AttributeValue]:
    """Return every set attribute in the form that a report may show."""
    shown: dict[str, AttributeValue] = {}
    for name, value in attributes.items():
        if value is None or name == "roles":
            continue
        if name in _SETS:
            shown[name] = as_value_set(value, f"{address}.{name}")
        elif isinstance(value, _SCALARS):
            if name not in SENSITIVE_ATTRIBUTES:
                shown[name] = typed(name, value)
            elif value != "":
                # The provider's SDK writes an unset string to the state as an empty one.
                shown[name] = REDACTED
        elif isinstance(value, HIDDEN):
            shown[name] = value
    return shown


def typed(name: str, value: str | float) -> str | float:
    """Return the value in the attribute's type: Terraform also accepts ``"3600"`` as a number."""
    if isinstance(value, str):
        if name in _BOOLEANS and value in ("true", "false"):
            return value == "true"
        if name in _NUMBERS:
            try:
                return _whole(float(value))
            except ValueError:
                return value
        return value
    return _whole(value)


def _whole(value: float) -> float:
    """Return a whole number without its fraction: 86400, not 86400.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
