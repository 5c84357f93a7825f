"""A user-grant client without scopes: it can do nothing once the organisation enforces scopes."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.grant_types import kinds_of
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory

_USER = "user-grant client"


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding | Undecided]:
    for client in inventory.clients:
        kinds = kinds_of(client.grant_type)
        if client.scopes.members or kinds.surely_credentials:
            continue
        doubts = kinds.doubts + client.scopes.unknown
        if doubts:
            yield Undecided(client, doubts)
        else:
            # A grant type that is only partly known can still be certain to be a user grant.
            known = f"{client.grant_type} client" if isinstance(client.grant_type, str) else _USER
            message = f"Is a {known} without scopes: its tokens grant no access."
            yield Finding(client, message, client.where("scopes"))


CHECK = BuiltIn(
    id="client-without-scopes",
    title="A user-grant client needs scopes",
    severity=Severity.ERROR,
    why="A call needs the user's permission and the client's scope. An organisation that "
    "does not enforce scopes accepts such a client until the day someone turns "
    "enforcement on.",
    fix="Add the scopes that the client's calls need.",
    find=find,
)
