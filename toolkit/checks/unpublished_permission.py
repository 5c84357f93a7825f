"""A permission that no published operation asks for, nor one of a contract in use.

The catalog has the permissions that operations ask for. The platform has more, such as those of
its user interface, so this is a note and claims no more than it knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from toolkit.catalog.catalog import Catalog
from toolkit.catalog.nearest import nearest_permission, phrase
from toolkit.checks.built_in import BuiltIn, Finding, Undecided
from toolkit.checks.grant_types import kinds_of
from toolkit.checks.holdings import open_grants
from toolkit.checks.in_use import InUse, contract_permissions
from toolkit.checks.phrases import NAMED, joined
from toolkit.model.clients import Client, Location, division_name
from toolkit.model.findings import Held, Severity
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import has_wildcard, permissions_overlap


def find(inventory: Inventory, in_use: InUse) -> Iterator[Finding | Undecided]:
    catalog = in_use.catalog
    if catalog is None:
        return
    asked = _Asked(catalog, contract_permissions(in_use.operations))
    for client in inventory.clients:
        kinds = kinds_of(client.grant_type)
        if kinds.surely_user:
            continue
        held, location = _others(client, asked)
        if held and kinds.surely_credentials:
            yield Finding(
                client, _message(held, catalog, inventory.hidden), location, forbidden=held
            )
            continue
        doubts = kinds.doubts if held else open_grants(client)
        if doubts:
            yield Undecided(client, doubts)


class _Asked:
    """What operations ask for; remembered, since many clients hold the same."""

    def __init__(self, catalog: Catalog, contracted: frozenset[str]) -> None:
        self._catalog = catalog
        self._contracted = contracted
        self._known: dict[str, bool] = {}

    def covers(self, pattern: str) -> bool:
        known = self._known.get(pattern)
        if known is None:
            known = self._known[pattern] = self._look(pattern)
        return known

    def _look(self, pattern: str) -> bool:
        if pattern in self._contracted or self._catalog.has_permission(pattern):
            return True
        return has_wildcard(pattern) and any(
            permissions_overlap(pattern, name) for name in self._contracted
        )


def _others(client: Client, asked: _Asked) -> tuple[tuple[Held, ...], Location | None]:
    held: list[Held] = []
    location: Location | None = None
    for grant in client.grants:
        for permission in grant.role.permissions:
            name = permission.pattern
            if not asked.covers(name):
                location = location or permission.location or grant.location
                where = division_name(grant.division)
                held.append(Held("permission", name, name, grant.role.label, where))
    return tuple(dict.fromkeys(held)), location or client.where("roles")


def _message(held: tuple[Held, ...], catalog: Catalog, hidden: Collection[str]) -> str:
    roles: dict[str, list[str]] = {}
    for each in held:
        named = roles.setdefault(each.held, [])
        if each.role and each.role not in named:
            named.append(each.role)
    told = []
    for name in list(roles)[:NAMED]:
        # What is near to a sensitive permission would tell what it is.
        near = "" if name in hidden else phrase(nearest_permission(name, catalog))
        told.append(
            f'{joined(roles[name])} grants "{name}", which no published operation asks for. {near}'
        )
    if len(roles) > NAMED:
        told.append(f"So it is with {len(roles) - NAMED} more.")
    return " ".join(each.strip() for each in told)


CHECK = BuiltIn(
    id="unpublished-permission",
    title="No published operation asks for a permission of the client",
    severity=Severity.NOTE,
    why="The platform has permissions that no published operation asks for, such as those of its "
    "user interface; but a misspelled one looks the same, and the provider only logs it.",
    fix="Compare it with the permissions that the client's calls need: 'recording-toolkit catalog "
    "show OPERATION' names them.",
    find=find,
)
