"""The attributes of a client in an inventory, without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from toolkit.model.clients import PROVIDER_DEFAULTS, SENSITIVE_ATTRIBUTES
from toolkit.model.values import Redacted, Unknown, ValueSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.clients import Client, Location

#: Attributes that an inventory shows elsewhere.
_SAID = frozenset({"name", "authorized_grant_type", "scopes", "roles"})


class Setting(Struct, frozen=True):
    """One attribute; `value` is None if it is completely unknown or sensitive."""

    name: str
    value: str | int | float | bool | tuple[str, ...] | None
    unknown: tuple[Unknown, ...] = ()
    sensitive: bool = False
    default: bool = False
    location: Location | None = None


def settings_of(client: Client) -> Iterator[Setting]:
    """Yield every attribute that is set or has a provider default, sorted by name."""
    for name in sorted({*client.attributes, *PROVIDER_DEFAULTS} - _SAID):
        value = client.attribute(name)
        where = client.attribute_locations.get(name)
        if value is None:
            continue
        # Also checked by name, so that no source can cause a secret to be shown.
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
