"""Roles on a user-grant client: the provider accepts them, the platform ignores them."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.grant_types import kinds_of
from toolkit.model.clients import CLIENT_CREDENTIALS
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.plurals import joined


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding | Undecided]:
    for client in inventory.clients:
        kinds = kinds_of(client.grant_type)
        if kinds.surely_credentials or not (client.grants or client.grants_unknown):
            continue
        if client.grants and kinds.surely_user:
            roles = joined(dict.fromkeys(grant.role.label for grant in client.grants))
            message = f"Has roles that have no effect: {roles}."
            yield Finding(client, message, client.where("roles"))
        else:
            yield Undecided(client, kinds.doubts if client.grants else client.grants_unknown)


CHECK = BuiltIn(
    id="ineffective-roles",
    title="Roles on a user-grant client have no effect",
    severity=Severity.WARNING,
    why="With a user grant, the permissions come from the user who logs in. Roles of the "
    f"client count only for {CLIENT_CREDENTIALS}.",
    fix="Remove the roles blocks, and give the roles to the users who log in.",
    find=find,
)
