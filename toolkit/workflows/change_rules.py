"""The verdicts of rules about changes, from the state before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from toolkit import changes as compared
from toolkit import contracts
from toolkit.catalog.catalog import Catalog
from toolkit.contracts.contract import Operation
from toolkit.judging.change import judge_changes
from toolkit.judging.known_roles import resolve_roles
from toolkit.judging.run_filter import RunFilter
from toolkit.model.changes import Change, Identity
from toolkit.model.findings import Result
from toolkit.model.inventory import Inventory, Note
from toolkit.policy.document import Policy

#: The inventory before the change, and the one after it.
Pair = tuple[Inventory, Inventory]


def changes_of(
    pairs: Iterable[Pair], policies: Sequence[Policy], catalog: Catalog
) -> tuple[tuple[Change, ...], list[Pair]]:
    """Return all changes, and the pairs completed with the roles that the policies describe."""
    published = compared.Published(catalog, _contract_operations())
    known = [role for policy in policies for role in policy.roles]
    resolved = [(resolve_roles(old, known), resolve_roles(new, known)) for old, new in pairs]
    parts = [compared.changes_between(old, new, published) for old, new in resolved]
    if len(parts) == 1:
        return parts[0], resolved
    changes = [change for part in parts for change in part]
    return tuple(sorted(changes, key=lambda change: change.sort_key)), resolved


def change_results(
    pairs: Sequence[Pair],
    changes: Iterable[Change],
    policies: Sequence[Policy],
    run_filter: RunFilter,
) -> tuple[Result, ...]:
    """Return a result of each rule about changes for each client of the pairs."""
    changes = tuple(changes)
    gone = {(c.root, c.address) for c in changes if c.identity is Identity.GONE}
    clients = [client for _, new in pairs for client in new.clients]
    clients += [
        replace(client, root=new.root)
        for old, new in pairs
        for client in old.clients
        if (new.root, client.address) in gone
    ]
    imported = frozenset(
        (new.root, address) for old, new in pairs for address in compared.imported(old, new)
    )
    return judge_changes(clients, changes, policies, run_filter, imported)


def import_notes(pairs: Iterable[Pair]) -> Iterator[Note]:
    """Yield a note on each imported client; only a plan says what changes for it."""
    for old, new in pairs:
        for address in compared.imported(old, new):
            yield Note(
                "imported",
                f"{address} is imported: the apply gives it what is written here, and what it has "
                "until then is not known. A plan says what changes.",
            )


def asked_of_pairs(
    pairs: Sequence[Pair], policies: Sequence[Policy], run_filter: RunFilter, catalog: Catalog
) -> tuple[Result, ...]:
    """Return the results of rules about changes for the pairs; empty if there is no such rule."""
    if not pairs or not has_change_rules(policies, run_filter):
        return ()
    changes, resolved = changes_of(pairs, policies, catalog)
    return change_results(resolved, changes, policies, run_filter)


def has_change_rules(policies: Sequence[Policy], run_filter: RunFilter) -> bool:
    """Whether a policy has a rule about changes that the filter selects."""
    return any(rule.change is not None for rule in run_filter.rules(policies))


def _contract_operations() -> Mapping[str, Operation]:
    """Return the operations of the contracts that ship, by id."""
    return {
        operation.id: operation
        for name in contracts.SHIPPED_CONTRACTS
        for operation in contracts.load_contract(name).operations
    }
