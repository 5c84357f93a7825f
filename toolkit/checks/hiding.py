"""Sensitive values: judged as any other, and shown as ``(sensitive)``."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from toolkit.model.clients import Client, Role
from toolkit.model.findings import Result
from toolkit.model.inventory import Inventory
from toolkit.model.values import Redacted, ValueSet

SENSITIVE = "(sensitive)"


def hide(result: Result, hidden: Collection[str]) -> Result:
    """The result without the texts that are hidden: they stand alone, or in quotes."""

    def shown(text: str) -> str:
        return SENSITIVE if text in hidden else text

    def said(text: str | None) -> str | None:
        if text is not None:
            for each in hidden:
                text = text.replace(f'"{each}"', f'"{SENSITIVE}"')
        return text

    return replace(
        result,
        client=result.address if result.client in hidden else result.client,
        message=said(result.message) or "",
        fix=said(result.fix),
        forbidden=tuple(
            replace(each, held=shown(each.held), pattern=shown(each.pattern))
            for each in result.forbidden
        ),
        held_through=tuple(
            replace(each, permission=shown(each.permission)) for each in result.held_through
        ),
        held_scopes=tuple(dict.fromkeys(map(shown, result.held_scopes))),
    )


def hide_all(inventory: Inventory) -> Inventory:
    """The inventory as reports may show it."""
    if not inventory.hidden and not any(client.sensitive for client in inventory.clients):
        return inventory
    shown = replace(inventory, clients=tuple(map(_client, inventory.clients)))
    return shown.with_roles(lambda role: _role(role, inventory.hidden))


def _client(client: Client) -> Client:
    scopes = client.scopes
    if "scopes" in client.sensitive and scopes.members:
        scopes = ValueSet((SENSITIVE,), scopes.unknown)
    attributes = {
        name: Redacted() if name in client.sensitive else value
        for name, value in client.attributes.items()
    }
    name = SENSITIVE if "name" in client.sensitive and isinstance(client.name, str) else client.name
    return replace(client, name=name, scopes=scopes, attributes=attributes)


def _role(role: Role, hidden: Collection[str]) -> Role:
    name = SENSITIVE if isinstance(role.name, str) and role.name in hidden else role.name
    permissions = tuple(
        replace(each, pattern=SENSITIVE) if each.pattern in hidden else each
        for each in role.permissions
    )
    return replace(role, name=name, permissions=permissions)
