"""A permission beyond the needs of the operations that a policy lists for the client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.judging.check_context import CheckContext, requirements_of, wanted_of
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.effective_permissions import covers, open_grants
from toolkit.judging.grant_types import kinds_of
from toolkit.judging.phrases import few
from toolkit.model.clients import Client, Location, division_name
from toolkit.model.findings import Held, Severity
from toolkit.model.inventory import Inventory
from toolkit.policy.requirements import Needs


def find(inventory: Inventory, context: CheckContext) -> Iterator[Finding | Undecided]:
    requirements = requirements_of(context)
    for client in inventory.clients if requirements else ():
        kinds = kinds_of(client.grant_type)
        if kinds.surely_user or not (client.grants or client.grants_unknown):
            continue
        wanted = wanted_of(client, requirements, context)
        if wanted is None:
            continue
        held, location = _excess(client, wanted.needs)
        open_ones = tuple(reason for needs in wanted.needs for reason in needs.open_permissions)
        if held and wanted.surely:
            doubts = (*kinds.doubts, *open_ones)
        elif held or (wanted.surely and _excess(client, wanted.sure_needs)[0]):
            # Whether this is excess depends on whether an undecided rule selects the client.
            doubts = (*kinds.doubts, *wanted.doubts, *open_ones)
        else:
            doubts = open_grants(client)
        if doubts:
            yield Undecided(client, doubts)
        elif held:
            told = dict.fromkeys(f'"{each.held}" from {each.role}' for each in held)
            message = (
                f"Holds more permissions than {few(list(wanted.operations))} "
                f"{'needs' if len(wanted.operations) == 1 else 'need'}: {few(list(told))}."
            )
            yield Finding(client, message, location, forbidden=held)


def _excess(client: Client, wanted: Iterable[Needs]) -> tuple[tuple[Held, ...], Location | None]:
    """Return what meets no clause. A wildcard that meets one is left to `wildcard-permission`."""
    clauses = [
        clause for needs in wanted for group in needs.permissions for clause in group.clauses
    ]
    held: list[Held] = []
    location: Location | None = None
    for grant in client.grants:
        for permission in grant.role.permissions:
            name = permission.pattern
            if not any(covers(name, clause) for clause in clauses):
                location = location or permission.location or grant.location
                where = division_name(grant.division)
                held.append(Held("permission", name, name, grant.role.label, where))
    return tuple(dict.fromkeys(held)), location or client.where("roles")


CHECK = BuiltIn(
    id="excess-permission",
    title="The client holds permissions that its operations do not need",
    severity=Severity.NOTE,
    why="Anyone with its secret can do more than the client needs.",
    fix="Remove them from the role. If the client does use them, list the operations in the "
    "policy's rule.",
    find=find,
)
