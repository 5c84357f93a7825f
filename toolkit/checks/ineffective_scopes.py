"""Scopes on a CLIENT-CREDENTIALS client: the provider accepts them, the platform ignores them."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.grant_types import kinds_of
from toolkit.judging.phrases import quoted
from toolkit.model.clients import CLIENT_CREDENTIALS
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding | Undecided]:
    for client in inventory.clients:
        scopes = client.scopes
        kinds = kinds_of(client.grant_type)
        if kinds.surely_user or (not scopes.members and scopes.complete):
            continue
        if scopes.members and kinds.surely_credentials:
            message = f"Has scopes that have no effect: {quoted(scopes.members)}."
            yield Finding(client, message, client.where("scopes"))
        else:
            yield Undecided(client, kinds.doubts if scopes.members else scopes.unknown)


CHECK = BuiltIn(
    id="ineffective-scopes",
    title=f"Scopes on a {CLIENT_CREDENTIALS} client have no effect",
    severity=Severity.WARNING,
    why=f"The roles of a {CLIENT_CREDENTIALS} client decide what it may do; its scopes have "
    "no effect.",
    fix="Remove scopes, and give the client roles with the permissions that it needs.",
    find=find,
)
