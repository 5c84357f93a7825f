"""An OAuth client: its grant type, its scopes, its roles and their permissions."""

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
#: The resources that grant roles to a user or a group, and the attribute that names the holder.
USER_ROLES_TYPE = "genesyscloud_user_roles"
GROUP_ROLES_TYPE = "genesyscloud_group_roles"
HOLDER_IDS: Mapping[str, str] = MappingProxyType(
    {USER_ROLES_TYPE: "user_id", GROUP_ROLES_TYPE: "group_id"}
)
#: A data source; its id is always the id of the home division.
HOME_DIVISION_TYPE = "genesyscloud_auth_division_home"

CLIENT_CREDENTIALS = "CLIENT-CREDENTIALS"
#: The grant types with which a user logs in. The provider accepts both spellings of SAML2.
USER_GRANTS = ("CODE", "TOKEN", "SAML2-BEARER", "SAML2BEARER", "PASSWORD")
GRANT_TYPES = (*USER_GRANTS, CLIENT_CREDENTIALS)

#: The values that the provider assumes for absent attributes (provider 1.84, resource schema).
PROVIDER_DEFAULTS: Mapping[str, AttributeValue] = MappingProxyType(
    {"state": "active", "access_token_validity_seconds": 86400, "expose_client_secret": False}
)
#: Attributes that always hold a secret.
SENSITIVE_ATTRIBUTES = frozenset({"client_secret", "directory_client_secret"})


class OwnDivision(Struct, frozen=True):
    """A division that this Terraform defines; never the home division.

    `id` is None if it is known only after apply.
    """

    address: str
    name: str | None = None
    id: str | None = None

    @property
    def label(self) -> str:
        """The division's id, or the reference to it."""
        return self.id or f"{self.address}.id"


#: A division's id. ``*`` means every division, None means the home division.
Division: TypeAlias = str | OwnDivision | Unknown | None
ALL_DIVISIONS = "*"

NO_STRINGS = ValueSet()
_UUID = pattern(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Whether the text has the form of a role, division or client id."""
    return _UUID.fullmatch(text) is not None


class Location(Struct, frozen=True):
    """Lines of a file, counted from 1. `excerpt` is the first line, if it may be shown."""

    path: str
    line: int
    end_line: int
    column: int = 1
    excerpt: str | None = None


class RolePermission(Struct, frozen=True, order=True):
    """One permission pattern that a role holds: ``domain:entity:action`` or a legacy name.

    `condition` is the condition in a form that only serves for comparison; empty if the input does
    not give it in a known form.
    """

    pattern: str
    conditional: bool = False
    location: Location | None = None
    condition: str = ""


class Role(Struct, frozen=True):
    """A role, as far as this input defines it.

    - `origin`: where the permissions come from: ``resource``, ``data``, ``policy``, ``live``, or
      ``undefined`` if only a reference or an id is known.
    - `unknown`: why the role may hold more than `permissions` lists. A role that this Terraform
      does
      not define always has a reason here.
    - `legacy`: why the role may hold more legacy permissions, and only those. An adopted role keeps
      the
      legacy permissions that the platform gave it if Terraform sets none.
    - `adopts`: True if the platform defines the role and Terraform only manages it.
    - `existence`: why it is uncertain that the role exists.
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
        """The name of the role in findings."""
        name = self.name if isinstance(self.name, str) else None
        return self.address or name or self.id or "a role that is not known"


class Grant(Struct, frozen=True):
    """A role held in a division.

    An `unplaced` grant does not name a division: an existing grant keeps its division, and a new
    one gets the home division, which `division` then is.
    """

    role: Role
    division: Division = None
    location: Location | None = None
    unplaced: bool = False


class CredentialUse(Struct, frozen=True):
    """A credential of an integration that logs in as the client.

    `address` is None for a credential that the provider creates together with the client; it only
    has a name. `integrations` are those that use the credential. `keeps_secret` is True if its
    fields, and so the state, hold the client's secret.
    """

    address: str | None
    name: str | None
    integrations: tuple[str, ...] = ()
    keeps_secret: bool = False

    @property
    def phrase(self) -> str:
        """The use as a phrase inside a sentence: ``credential X of integration Y``."""
        named = f' "{self.name}"' if self.name else ""
        if self.address is not None:
            named = f" {self.address}" + (f' ("{self.name}")' if self.name else "")
        of = f" of {', '.join(self.integrations)}" if self.integrations else ""
        return f"credential{named}{of}"


#: An attribute of live clients only: the date on which the platform deletes an inactive client.
DELETED_ON = "date_to_delete"


class Client(Struct, frozen=True):
    """One `genesyscloud_oauth_client` instance.

    - `existence`: why it is uncertain that the instance exists (an unknown `count` or `for_each`).
      Nothing about such a client can pass or fail.
    - `grants_unknown`: why the client may have more roles than `grants` lists.
    - `attributes`: every attribute that is set, by the provider's name. An absent attribute has the
      provider's default.
    - `value_locations`: where strings are defined, by attribute, if that is elsewhere.
    - `origins`: where the value of an attribute is written, if that is elsewhere; under ``roles``,
      the values that the permissions of its roles are made from.
    - `sensitive`: the attributes whose values no report shows; `hidden`: the texts in those values.
    - `called_from`: the module calls that lead to the client, innermost first, if they are known.
    - `provider`: the configuration of the provider that manages the client, and a digest of what is
      in it, where two folders are compared.
    - `used_by`: the credentials of integrations that log in as the client, as far as the input has
      them.
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
    origins: Mapping[str, tuple[Location, ...]] = {}
    sensitive: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    called_from: tuple[Location, ...] = ()
    used_by: tuple[CredentialUse, ...] = ()
    provider: tuple[str, str] = ("", "")

    @property
    def label(self) -> str:
        """The client's name if it is known and may be shown, otherwise its address."""
        is_shown = isinstance(self.name, str) and "name" not in self.sensitive
        return str(self.name) if is_shown else self.address

    @property
    def platform_id(self) -> str | None:
        """The platform's id of the client, or None if the input does not have it."""
        for name in ("client_id", "id"):
            found = self.attributes.get(name)
            if isinstance(found, str) and found:
                return found
        return None

    def attribute(self, name: str) -> AttributeValue:
        """Return the attribute's value; the provider's default if it is absent or null."""
        value = self.attributes.get(name)
        return PROVIDER_DEFAULTS.get(name) if value is None else value

    @property
    def deletion(self) -> str:
        """A sentence on when the platform deletes the client, or ""."""
        day = self.attributes.get(DELETED_ON)
        return f" The platform deletes it on {day}." if isinstance(day, str) else ""

    def where(self, attribute: str) -> Location | None:
        """Return the location of the attribute, or the location of the client if it has none."""
        return self.attribute_locations.get(attribute, self.location)


def division_name(division: Division) -> str:
    """Return the division as reports store it: ``home``, ``*``, an id, or the reference to one."""
    if isinstance(division, Unknown):
        return division.reference
    if isinstance(division, OwnDivision):
        return division.label
    return "home" if division is None else division


def division_phrase(division: Division) -> str:
    """Return the division as a phrase for a sentence."""
    if isinstance(division, Unknown):
        return f"a division that is not known ({division.reference})"
    if isinstance(division, OwnDivision):
        return f"{division.address} ({division.name})" if division.name else division.address
    if division is None:
        return "the home division"
    return "all divisions" if division == ALL_DIVISIONS else f"division {division}"
