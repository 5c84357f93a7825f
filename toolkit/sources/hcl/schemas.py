"""The provider's schemas of clients, roles and divisions.

Source: ``terraform providers schema -json`` of mypurecloud/genesyscloud 1.81.0; the resources'
schemas did not change up to 1.84.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from msgspec import Struct

from toolkit.model.clients import (
    CLIENT_TYPE,
    DIVISION_TYPE,
    GROUP_ROLES_TYPE,
    HOME_DIVISION_TYPE,
    PROVIDER_DEFAULTS,
    ROLE_TYPE,
    USER_ROLES_TYPE,
)
from toolkit.sources.credential_uses import CREDENTIAL_TYPE, INTEGRATION_TYPE
from toolkit.sources.hcl import values as cty
from toolkit.sources.hcl.values import Type, Value

#: Resource types with this prefix have UUIDs as ids.
PROVIDER_PREFIX: Final = "genesyscloud_"


class Schema(Struct, frozen=True):
    """A block's schema: its attributes, those that the provider may compute, and its nested blocks.

    `is_list` says whether blocks of this type form a list instead of a set. `defaults` holds the
    values that the provider plans for unset attributes, if not null. `read_only` attributes cannot
    be set.
    """

    attributes: Mapping[str, Type]
    required: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    blocks: Mapping[str, Schema] = {}
    is_list: bool = False
    defaults: Mapping[str, Value] = {}
    read_only: frozenset[str] = frozenset()

    @property
    def labels(self) -> dict[str, int]:
        """Return the nested block types with their number of labels, for JSON syntax."""
        return dict.fromkeys(self.blocks, 0) | {"dynamic": 1}

    @property
    def type(self) -> Type:
        """Return the type of the block's value."""
        nested = {
            name: (cty.list_of if schema.is_list else cty.set_of)(schema.type)
            for name, schema in self.blocks.items()
        }
        return cty.object_of({**self.attributes, **nested})


def _schema(required: str, strings: str, computed: str = "id", *, blocks: Mapping[str, Schema] = {},
            is_list: bool = False, defaults: Mapping[str, Value] = {}, read_only: str = "",
            **others: Type
) -> Schema:  # fmt: skip
    computed = f"{computed} {read_only}"
    names = [*required.split(), *strings.split(), *computed.split()]
    attributes = {name: others.pop(name, cty.STRING) for name in names} | others
    return Schema(
        attributes,
        frozenset(required.split()),
        frozenset(computed.split()),
        blocks,
        is_list,
        defaults,
        frozenset(read_only.split()),
    )


_STRINGS: Final = cty.set_of(cty.STRING)
_OPERANDS: Final = _schema("type", "queue_id user_id value", "")
_TERMS: Final = _schema("operator variable_name", "", "", blocks={"operands": _OPERANDS})
_CONDITIONS: Final = _schema("conjunction", "", "", blocks={"terms": _TERMS}, is_list=True)
_POLICIES: Final = _schema(
    "action_set domain entity_name", "", "", blocks={"conditions": _CONDITIONS}, action_set=_STRINGS
)

_GIVEN_ROLES: Final = _schema("role_id", "", "", division_ids=_STRINGS)

RESOURCES: Final[Mapping[str, Schema]] = {
    CLIENT_TYPE: _schema(
        "authorized_grant_type name",
        "description directory_client_secret integration_credential_name state",
        "id client_secret",
        read_only="client_id integration_credential_id",
        blocks={"roles": _schema("role_id", "", "division_id")},
        defaults=cast("Mapping[str, Value]", PROVIDER_DEFAULTS),
        access_token_validity_seconds=cty.NUMBER,
        expose_client_secret=cty.BOOL,
        registered_redirect_uris=_STRINGS,
        scopes=_STRINGS,
    ),
    ROLE_TYPE: _schema(
        "name",
        "default_role_id description",
        blocks={"permission_policies": _POLICIES},
        permissions=_STRINGS,
    ),
    DIVISION_TYPE: _schema("name", "description", home=cty.BOOL),
    USER_ROLES_TYPE: _schema("user_id", "", blocks={"roles": _GIVEN_ROLES}),
    GROUP_ROLES_TYPE: _schema("group_id", "", blocks={"roles": _GIVEN_ROLES}),
    CREDENTIAL_TYPE: _schema(
        "credential_type_name", "name", "id fields", fields=cty.map_of(cty.STRING)
    ),
    INTEGRATION_TYPE: _schema(
        "integration_type",
        "intended_state",
        blocks={
            "config": _schema(
                "",
                "notes",
                "advanced name properties",
                is_list=True,
                credentials=cty.map_of(cty.STRING),
            )
        },
    ),
}
DATA_SOURCES: Final[Mapping[str, Schema]] = {
    CLIENT_TYPE: _schema("name", ""),
    ROLE_TYPE: _schema("name", ""),
    DIVISION_TYPE: _schema("name", ""),
    HOME_DIVISION_TYPE: _schema("", "", "id name description"),
}
