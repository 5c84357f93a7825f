"""The least role and scopes for the client that runs a Terraform."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec.structs import replace

from toolkit.catalog.catalog import Catalog
from toolkit.catalog.routes import Routes
from toolkit.contracts.contract import Operation, PermissionMode
from toolkit.model.clients import CLIENT_CREDENTIALS, Client, division_name
from toolkit.model.inventory import Inventory
from toolkit.model.operator_needs import (
    Need,
    OperatorNeeds,
    Phase,
    TerraformObject,
    TerraformObjects,
)
from toolkit.model.permissions import has_wildcard, permission_covers, scope_covers
from toolkit.model.values import Unknown
from toolkit.policy.least_privilege import smallest
from toolkit.provider.calls import documented, table
from toolkit.provider.steps import START, Step, calls_for

_THE_RUN = "the provider itself"
_NOT_SENSITIVE = "a value that is not marked sensitive"
#: Resources that grant roles which are not read here.
_GRANTS_ROLES = frozenset({"genesyscloud_user_roles", "genesyscloud_group_roles"})
#: The operations that give roles to a client, a user or a group.
_GIVES_ROLES = frozenset(
    {"postOauthClients", "putOauthClient", "postAuthorizationSubjectBulkadd", "putUserRoles"}
)
#: The phases in which a client is given its roles.
_GRANTING = frozenset({Phase.CREATE, Phase.UPDATE})


def least_for(
    roots: Sequence[TerraformObjects], inventories: Iterable[Inventory], catalog: Catalog
) -> OperatorNeeds:
    """Return what the operator needs for all objects of the roots, and for the roles that it
    grants.

    If a call accepts any of several permissions, the least set over all calls is chosen. Raises
    CatalogError.
    """
    inventories = tuple(inventories)
    asking = _Asking(catalog, {(i.root, each.address) for i in inventories for each in i.holders})
    for call in START:
        asking.call(Phase.START, Step(call), "", _THE_RUN)
    for root in roots:
        asking.unknown.update(dict.fromkeys(root.unknown))
        for thing in root.objects:
            asking.thing(root.root, thing)
    made = {
        (root.root, thing.address): Phase.CREATE in thing.phases
        for root in roots
        for thing in root.objects
        if not _GRANTING.isdisjoint(thing.phases)
    }
    for inventory in inventories:
        for client in (*inventory.clients, *inventory.holders):
            is_made = made.get((inventory.root, client.address))
            if is_made is None:
                continue
            hidden = inventory.hidden | client.hidden
            asking.needs += _granted(inventory.root, client, hidden, is_made=is_made)
            asking.unknown.update(dict.fromkeys(_not_known_of(client, hidden)))
    return asking.least()


def asked_for(method: str, path: str, catalog: Catalog) -> str:
    """Return a clause that names what a call needs; empty if that is unknown.

    It uses the same data as `least_for`: the permissions of the operation and, for an operation
    that grants roles, the permissions of these roles.
    """
    operation = Routes(catalog.operations.values()).find(method, path)
    if operation is None:
        return ""
    asked = [" or ".join(clause) for clause in _clauses(operation)]
    if operation.id in _GIVES_ROLES:
        asked.append("all that the roles grant which it gives")
    return " and ".join(asked)


class _Asking:
    """Collects what the calls need."""

    def __init__(self, catalog: Catalog, holders: Collection[tuple[str, str]]) -> None:
        self._holders = holders
        self._routes = Routes(catalog.operations.values())
        self._breadth: dict[str, int] = {}
        for operation in catalog.operations.values():
            for name in operation.permissions.names if operation.permissions else ():
                self._breadth[name] = self._breadth.get(name, 0) + 1
        self.needs: list[Need] = []
        self.scopes: list[tuple[str, ...]] = []
        self.unknown: dict[Unknown, None] = {}

    def thing(self, root: str, thing: TerraformObject) -> None:
        """Add what an object needs; what is unknown about its type goes to `unknown`."""
        calls = calls_for(thing)
        label = f"data source {thing.kind}" if thing.is_data else thing.kind
        if calls is None:
            decided = f"a table of the provider that has it; this one is of {table().version}"
            self.unknown[Unknown(f"what {label} ({thing.address}) calls", decided)] = None
            return
        for phase, step in calls:
            self.call(phase, step, root, thing.address, thing)
        is_read = (root, thing.address) in self._holders
        grants = thing.kind in _GRANTS_ROLES and not _GRANTING.isdisjoint(thing.phases)
        if grants and not is_read:
            decided = "a look at these roles: only who holds what they grant may grant them"
            self.unknown[Unknown(f"what the roles of {thing.address} grant", decided)] = None

    def call(
        self,
        phase: Phase,
        step: Step,
        root: str,
        address: str,
        thing: TerraformObject | None = None,
    ) -> None:
        """Add what one call needs."""
        method, _, path = step.call.partition(" ")
        operation = self._routes.find(method, path)
        if operation is None:
            if thing is None or not thing.is_data:
                self._undocumented(step.call, thing)
            return
        certain = step.certain and (thing is None or thing.certain)
        location = None if thing is None else thing.location
        for clause in _clauses(operation):
            self.needs.append(
                Need(clause[0], clause, phase, certain, root, address, step.call, location)
            )
        alternatives = tuple(names[0] for names in operation.scopes or () if len(names) == 1)
        if alternatives:
            self.scopes.append(alternatives)
        if operation.permissions is None:
            reason = Unknown(f"which permissions {step.call} takes", "a fresher catalog")
            self.unknown[reason] = None

    def _undocumented(self, call: str, thing: TerraformObject | None) -> None:
        """Add an unknown for a call outside the catalog, unless its type's documentation lists
        permissions.
        """
        known = None if thing is None else documented(thing.kind, is_data=thing.is_data)
        if known is None or not known.permissions:
            self.unknown[Unknown(f"what {call} takes", "a fresher catalog")] = None

    def least(self) -> OperatorNeeds:
        """Return the least set, and each need with the permission of the set that meets it."""
        clauses = [need.any_of for need in self.needs]
        names = smallest(clauses, permission_covers, lambda name: self._breadth.get(name, 1))
        scopes = smallest(self.scopes, scope_covers, lambda _: 1)
        needs = {replace(need, permission=_chosen(need, names)): None for need in self.needs}
        return OperatorNeeds(
            names,
            scopes,
            tuple(sorted(needs, key=_order)),
            tuple(self.unknown),
        )


def _chosen(need: Need, names: Iterable[str]) -> str:
    held = (n for n in names if any(permission_covers(n, each) for each in need.any_of))
    # Prefer a chosen name of the need to a chosen wildcard that covers it too.
    return min(held, key=lambda name: (name not in need.any_of, name))


def _order(need: Need) -> tuple[str, ...]:
    return (need.permission, need.root, need.address, need.phase, need.call or "")


def _clauses(operation: Operation) -> Iterator[tuple[str, ...]]:
    asked = operation.permissions
    if asked is None or not asked.names:
        return
    if asked.mode is PermissionMode.ALL:
        yield from ((name,) for name in asked.names)
    elif asked.mode is PermissionMode.ANY and not any(map(has_wildcard, asked.names)):
        # If a wildcard is among the alternatives, any permission is enough. A legacy name grants
        # more than is published, so it is chosen only if there is no other name.
        yield tuple(n for n in asked.names if ":" in n) or asked.names


def _granted(
    root: str, client: Client, hidden: Collection[str], *, is_made: bool
) -> Iterator[Need]:
    """Yield the permissions of granted roles: only a holder may grant them to a client, user or
    group.

    Sensitive permissions are left out, because the resulting role is shown. A client that is only
    changed may have the role already.
    """
    if client.grant_type != CLIENT_CREDENTIALS:
        return
    for grant in client.grants:
        for permission in grant.role.permissions:
            if permission.pattern in hidden:
                continue
            yield Need(
                permission.pattern,
                (permission.pattern,),
                Phase.GRANT,
                is_made and client.existence is None and not permission.conditional,
                root,
                client.address,
                None,
                permission.location or grant.location,
                division_name(grant.division),
            )


def _not_known_of(client: Client, hidden: Collection[str]) -> Iterator[Unknown]:
    yield from client.grants_unknown
    for grant in client.grants:
        yield from grant.role.unknown
        if any(permission.pattern in hidden for permission in grant.role.permissions):
            yield Unknown(f"a permission of {grant.role.label}", _NOT_SENSITIVE)
