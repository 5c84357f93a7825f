"""What an OAuth client has: its grant type, its scopes, its roles and what they permit."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from toolkit.lazily import pattern
from toolkit.model.values import AttributeValue, Unknown, ValueSet

CLIENT_TYPE = "genesyscloud_oauth_client"
ROLE_TYPE = "genesyscloud_auth_role"
DIVISION_TYPE = "genesyscloud_auth_division"
#: What gives a user, or a group, its roles; by the attribute that says whom.
USER_ROLES_TYPE = "genesyscloud_user_roles"
GROUP_ROLES_TYPE = "genesyscloud_group_roles"
HOLDER_IDS: Mapping[str, str] = MappingProxyType(
    {USER_ROLES_TYPE: "user_id", GROUP_ROLES_TYPE: "group_id"}
)
#: A data source; its id is that of the home division and of no other.
HOME_DIVISION_TYPE = "genesyscloud_auth_division_home"

CLIENT_CREDENTIALS = "CLIENT-CREDENTIALS"
#: Grant types behind which a person logs in. The provider accepts both spellings of SAML2.
USER_GRANTS = ("CODE", "TOKEN", "SAML2-BEARER", "SAML2BEARER", "PASSWORD")
GRANT_TYPES = (*USER_GRANTS, CLIENT_CREDENTIALS)

#: What the provider assumes for an attribute that is absent (provider 1.84, resource schema).
PROVIDER_DEFAULTS: Mapping[str, AttributeValue] = MappingProxyType(
    {"state": "active", "access_token_validity_seconds": 86400, "expose_client_secret": False}
)
#: Attributes whose value is a secret wherever it stands.
SENSITIVE_ATTRIBUTES = frozenset({"client_secret", "directory_client_secret"})


class OwnDivision(Struct, frozen=True):
    """A division that this Terraform defines, other than the home division.

    `id` is None where it is known only after apply.
    """

    address: str
    name: str | None = None
    id: str | None = None

    @property
    def label(self) -> str:
        """Its id, or the reference to it."""
        return self.id or f"{self.address}.id"


#: A division's id; ``*`` is every division, None is the home division.
Division: TypeAlias = str | OwnDivision | Unknown | None
ALL_DIVISIONS = "*"

NO_STRINGS = ValueSet()
_UUID = pattern(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Whether a text can be the id of a role, a division or a client."""
    return _UUID.fullmatch(text) is not None


class Location(Struct, frozen=True):
    """Lines of a file, counted from 1; `excerpt` is the first of them, where it may be shown."""

    path: str
    line: int
    end_line: int
    column: int = 1
    excerpt: str | None = None


class RolePermission(Struct, frozen=True, order=True):
    """One permission pattern that a role holds, ``domain:entity:action`` or a legacy name.

    `condition` is what the condition says, in a form that is only there to be compared; empty where
    the input does not say it in a form that is known.
    """

    pattern: str
    conditional: bool = False
    location: Location | None = None
    condition: str = ""


class Role(Struct, frozen=True):
    """A role, as far as this input defines it.

    `origin` says where its permissions come from: ``resource``, ``data``, ``policy``, ``live``,
    or ``undefined`` when only a reference or an id is known. `unknown` says why it may hold more
    than `permissions` lists; a role that this Terraform does not define always has a reason there.
    `legacy` says why it may hold more legacy permissions, and nothing else: an adopted role keeps
    those that the platform gave it where Terraform sets none. `adopts` says that the platform
    defines the role, and Terraform only manages it. `existence` says why it is not certain that
    there is such a role.
    """

    origin: str
    address: str | None = None
    id: str | None = None
    name: str | Unknown | None = None
    permissions: tuple[RolePermission, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    location: Location | None = None
    legacy: Unknown | None = None
    adopts: bool = False
    existence: Unknown | None = None

    @property
    def label(self) -> str:
        """How a finding names the role."""
        name = self.name if isinstance(self.name, str) else None
        return self.address or name or self.id or "a role that is not known"


class Grant(Struct, frozen=True):
    """A role held in a division.

    One that is `unplaced` names none: a grant that exists stays where it is, a new one is in the
    home division, which is the `division` then.
    """

    role: Role
    division: Division = None
    location: Location | None = None
    unplaced: bool = False


class CredentialUse(Struct, frozen=True):
    """A credential of an integration that logs in as the client.

    `address` is None for one that the provider makes beside the client, which only has a name.
    `integrations` are those that have it; `keeps_secret` says that the client's secret stands in
    its fields, which are in the state.
    """

    address: str | None
    name: str | None
    integrations: tuple[str, ...] = ()
    keeps_secret: bool = False

    @property
    def phrase(self) -> str:
        """The use as a sentence goes on with it: ``credential X of integration Y``."""
        named = f' "{self.name}"' if self.name else ""
        if self.address is not None:
            named = f" {self.address}" + (f' ("{self.name}")' if self.name else "")
        of = f" of {', '.join(self.integrations)}" if self.integrations else ""
        return f"credential{named}{of}"


#: An attribute of live clients alone: the day on which the platform deletes one that is not active.
DELETED_ON = "date_to_delete"


class Client(Struct, frozen=True):
    """One `genesyscloud_oauth_client` instance.

    `existence` says why it is not certain that the instance exists at all (a count or for_each
    that is not known): nothing about such a client can pass or fail. `grants_unknown` says why
    it may have more roles than `grants`. `attributes` holds every attribute that is set,
    by the provider's name; one that is absent there has the provider's default. `value_locations`
    says of strings, by attribute, where they come from if that is elsewhere. `sensitive` are the
    attributes whose values no report shows, and `hidden` the texts among these. `called_from` are
    the module calls that lead to it, the innermost first, where they are known. `used_by` are the
    credentials of integrations that log in as it, as far as this input has them.
    """

    root: str
    address: str
    name: str | Unknown
    grant_type: str | Unknown
    scopes: ValueSet = NO_STRINGS
    grants: tuple[Grant, ...] = ()
    grants_unknown: tuple[Unknown, ...] = ()
    attributes: Mapping[str, AttributeValue] = {}
    existence: Unknown | None = None
    location: Location | None = None
    attribute_locations: Mapping[str, Location] = {}
    value_locations: Mapping[tuple[str, str], Location] = {}
    sensitive: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    called_from: tuple[Location, ...] = ()
    used_by: tuple[CredentialUse, ...] = ()

    @property
    def label(self) -> str:
        """Its name where that is known and may be shown, else its address."""
        is_shown = isinstance(self.name, str) and "name" not in self.sensitive
        return str(self.name) if is_shown else self.address

    @property
    def platform_id(self) -> str | None:
        """The platform's id of the client, where the input has it."""
        for name in ("client_id", "id"):
            found = self.attributes.get(name)
            if isinstance(found, str) and found:
                return found
        return None

    def attribute(self, name: str) -> AttributeValue:
        """The attribute's value; the provider's default where it is absent or null."""
        value = self.attributes.get(name)
        return PROVIDER_DEFAULTS.get(name) if value is None else value

    @property
    def deletion(self) -> str:
        """What the platform says of when it deletes the client, as a sentence; else nothing."""
        day = self.attributes.get(DELETED_ON)
        return f" The platform deletes it on {day}." if isinstance(day, str) else ""

    def where(self, attribute: str) -> Location | None:
        """Where the attribute is written, else where the client is."""
        return self.attribute_locations.get(attribute, self.location)


def division_name(division: Division) -> str:
    """The division as reports carry it: ``home``, ``*``, an id, or the reference to one."""
    if isinstance(division, Unknown):
        return division.reference
    if isinstance(division, OwnDivision):
        return division.label
    return "home" if division is None else division


def division_phrase(division: Division) -> str:
    """The division as a sentence names it."""
    if isinstance(division, Unknown):
        return f"a division that is not known ({division.reference})"
    if isinstance(division, OwnDivision):
        return f"{division.address} ({division.name})" if division.name else division.address
    if division is None:
        return "the home division"
    return "all divisions" if division == ALL_DIVISIONS else f"division {division}"
