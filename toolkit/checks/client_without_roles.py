"""A CLIENT-CREDENTIALS client without roles: the plan succeeds, and the apply is refused."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.grant_types import kinds_of
from toolkit.model.clients import CLIENT_CREDENTIALS
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding | Undecided]:
    for client in inventory.clients:
        kinds = kinds_of(client.grant_type)
        if client.grants or kinds.surely_user:
            continue
        doubts = kinds.doubts + client.grants_unknown
        if doubts:
            yield Undecided(client, doubts)
        else:
            message = f"Is a {CLIENT_CREDENTIALS} client without roles: it has no permissions."
            yield Finding(client, message, client.where("roles"))


CHECK = BuiltIn(
    id="client-without-roles",
    title=f"A {CLIENT_CREDENTIALS} client needs roles",
    severity=Severity.ERROR,
    why="All its permissions come from its roles. Terraform plans such a client without an "
    "error, but the provider refuses to apply it.",
    fix="Add a roles block with a role that grants what the client needs.",
    find=find,
)
