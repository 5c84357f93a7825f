"""A role that grants a `*` to a client."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.checks.built_in import BuiltIn, Finding, Undecided
from toolkit.checks.grant_types import kinds_of
from toolkit.checks.holdings import open_grants
from toolkit.checks.in_use import InUse
from toolkit.model.clients import Client, Location, division_name
from toolkit.model.findings import Held, Severity
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import has_wildcard


def find(inventory: Inventory, _: InUse) -> Iterator[Finding | Undecided]:
    for client in inventory.clients:
        kinds = kinds_of(client.grant_type)
        if kinds.surely_user:
            continue
        held, location = _wildcards(client)
        if held and kinds.surely_credentials:
            told = dict.fromkeys(f'{each.role} grants "{each.held}"' for each in held)
            message = f"{'; '.join(told)}."
            yield Finding(client, message, location, forbidden=held)
            continue
        doubts = kinds.doubts if held else open_grants(client)
        if doubts:
            yield Undecided(client, doubts)


def _wildcards(client: Client) -> tuple[tuple[Held, ...], Location | None]:
    held: list[Held] = []
    location: Location | None = None
    for grant in client.grants:
        for permission in grant.role.permissions:
            # The first half is what most permissions fail, at a fraction of the cost.
            if "*" in permission.pattern and has_wildcard(permission.pattern):
                location = location or permission.location or grant.location
                where = division_name(grant.division)
                held.append(Held("permission", permission.pattern, "*", grant.role.label, where))
    return tuple(dict.fromkeys(held)), location or client.where("roles")


CHECK = BuiltIn(
    id="wildcard-permission",
    title="A role grants a wildcard to the client",
    severity=Severity.WARNING,
    why="A wildcard grants what the platform adds tomorrow as well. The platform also expands it, "
    "so that state no longer says what was granted.",
    fix="List the permissions that the client needs.",
    find=find,
)
