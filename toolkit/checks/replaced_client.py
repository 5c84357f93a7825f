"""A client with a new address and no `moved` block: Terraform destroys and recreates it."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Finding
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory


def find(inventory: Inventory, _: CheckContext) -> Iterator[Finding]:
    """Only a plan has both the destroyed and the created clients, so other inputs yield nothing."""
    clients = {client.address: client for client in inventory.clients}
    for each in inventory.lineage:
        client = clients.get(each.address)
        if each.kind == "renamed" and client is not None:
            message = (
                f"The plan destroys {each.before} and creates this client with the same "
                "name: its id and secret change, so applications that use the old ones "
                "can no longer log in."
            )
            yield Finding(client, message, client.location)


CHECK = BuiltIn(
    id="replaced-client",
    title="A renamed client is destroyed and made again",
    severity=Severity.WARNING,
    why="Terraform treats a new address as a new object, unless a moved block says that it "
    "is the same one.",
    fix="Add a moved block from the old address to the new one.",
    find=find,
)
