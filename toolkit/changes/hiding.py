"""Sensitive values: compared as any other, and shown as ``(sensitive)``."""

from __future__ import annotations

from msgspec.structs import replace

from toolkit.model.changes import Change
from toolkit.model.inventory import Inventory

SENSITIVE = "(sensitive)"


def sensitive_texts(*inventories: Inventory) -> frozenset[str]:
    """The texts that no report may show."""
    hidden = {text for each in inventories for text in each.hidden}
    hidden |= {text for each in inventories for client in each.clients for text in client.hidden}
    return frozenset(hidden)


def hide(change: Change, hidden: frozenset[str]) -> Change:
    """The change as a report may show it."""

    def shown(text: str | None) -> str | None:
        return SENSITIVE if text in hidden else text

    return replace(
        change,
        name=shown(change.name),
        pattern=shown(change.pattern),
        through=shown(change.through),
        client=change.address if change.client in hidden else change.client,
    )
