"""The attributes of a client as an inventory lists them, with nothing secret among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from toolkit.model.clients import PROVIDER_DEFAULTS, SENSITIVE_ATTRIBUTES
from toolkit.model.values import Redacted, Unknown, ValueSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.clients import Client, Location

#: What an inventory says of a client elsewhere.
_SAID = frozenset({"name", "authorized_grant_type", "scopes", "roles"})


class Setting(Struct, frozen=True):
    """One attribute; `value` is None where it is not known at all, or sensitive."""

    name: str
    value: str | int | float | bool | tuple[str, ...] | None
    unknown: tuple[Unknown, ...] = ()
    sensitive: bool = False
    default: bool = False
    location: Location | None = None


def settings_of(client: Client) -> Iterator[Setting]:
    """Every attribute that is set, and those that the provider sets where they are not, by name."""
    for name in sorted({*client.attributes, *PROVIDER_DEFAULTS} - _SAID):
        value = client.attribute(name)
        where = client.attribute_locations.get(name)
        if value is None:
            continue
        # By name as well: whatever a source makes of it, a secret is not shown.
        if isinstance(value, Redacted) or (
            name in SENSITIVE_ATTRIBUTES and not isinstance(value, Unknown)
        ):
            yield Setting(name, None, sensitive=True, location=where)
        elif isinstance(value, Unknown):
            yield Setting(name, None, (value,), location=where)
        elif isinstance(value, ValueSet):
            yield Setting(name, value.members, value.unknown, location=where)
        else:
            default = client.attributes.get(name) is None
            yield Setting(name, value, default=default, location=where)
