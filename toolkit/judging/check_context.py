"""The context of a run: policies, operations and catalog that built-in checks compare with."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from toolkit.catalog.catalog import Catalog, including
from toolkit.contracts.contract import Operation
from toolkit.judging.run_filter import EVERYTHING, RunFilter
from toolkit.judging.selectors import Selection, select
from toolkit.judging.verdict import unique
from toolkit.model.clients import Client
from toolkit.model.values import Unknown
from toolkit.policy.document import Policy, Rule, Selector
from toolkit.policy.requirements import Needs, needs_of


class CheckContext(Struct, frozen=True):
    """The policies of a run, and the data that built-in checks compare with.

    `operations` maps the id of every operation that a rule may name; `catalog` is the published
    data. Without a catalog, checks say nothing about what the platform publishes.
    """

    policies: Sequence[Policy] = ()
    run_filter: RunFilter = EVERYTHING
    operations: Mapping[str, Operation] = {}
    catalog: Catalog | None = None

    @property
    def contracts(self) -> tuple[str, ...]:
        """The contracts of the policies, as the policies name them."""
        return tuple(dict.fromkeys(name for policy in self.policies for name in policy.contracts))

    def about(self, rule: Rule, client: Client) -> Selection:
        """Whether the rule selects the client."""
        if self.run_filter.clients or rule.clients == Selector():
            return self.run_filter.chooses(client)
        return select(rule.clients, client)

    def concerns(self, client: Client) -> bool:
        """Whether the run is about the client.

        It is if a rule may select the client, or if the run asks for all clients.
        """
        if self.run_filter.clients or self.run_filter.all_clients:
            return True
        selectors = {rule.clients for policy in self.policies for rule in policy.rules}
        return not selectors or any(
            select(selector, client).matches is not False for selector in selectors
        )


def contract_scopes(operations: Mapping[str, Operation]) -> frozenset[str]:
    """Return the scopes that the operations accept."""
    return frozenset(
        scope for each in operations.values() for way in each.scopes or () for scope in way
    )


def scopes_taken(context: CheckContext) -> Callable[[str], bool]:
    """Return a predicate: whether a published or contracted operation accepts a scope.

    Without a catalog the predicate is true for every scope.
    """
    catalog, contracted = context.catalog, contract_scopes(context.operations)
    return lambda scope: (
        catalog is None
        or catalog.has_scope(scope)
        or scope in contracted
        or including(scope) in contracted
    )


def contract_permissions(operations: Mapping[str, Operation]) -> frozenset[str]:
    """Return the permissions that the operations require."""
    return frozenset(
        name
        for each in operations.values()
        for name in (each.permissions.names if each.permissions is not None else ())
    )


class Requirement(Struct, frozen=True):
    """A rule that requires something, and the resulting needs."""

    rule: Rule
    operations: tuple[str, ...]
    needs: Needs


class Wanted(Struct, frozen=True):
    """What a client must be able to do, and everything that rules require of it.

    `operations` maps each operation to the reasons why the requirement is uncertain; the reasons
    are empty if a rule that lists the operation surely selects the client. `needs` come from all
    rules that may select the client, `sure_needs` from the rules that surely do. `doubts` are the
    reasons why the selection by the other rules is uncertain.
    """

    operations: Mapping[str, tuple[Unknown, ...]]
    needs: tuple[Needs, ...]
    sure_needs: tuple[Needs, ...]
    doubts: tuple[Unknown, ...] = ()

    @property
    def surely(self) -> bool:
        """Whether a rule that lists operations surely selects the client."""
        return not all(self.operations.values())


def requirements_of(context: CheckContext) -> tuple[Requirement, ...]:
    """Return what the policies require, or () if no rule lists operations.

    Rules that this run filters out are included, because the needs of a client stay the same.
    """
    rules = [(r, r.require) for policy in context.policies for r in policy.rules if r.require]
    if not any(require.operations for _, require in rules):
        return ()
    return tuple(
        Requirement(rule, require.operations, needs_of(require, context.operations))
        for rule, require in rules
    )


def wanted_of(
    client: Client, requirements: Sequence[Requirement], context: CheckContext
) -> Wanted | None:
    """Return the requirements for the client, or None if no rule about it lists operations.

    Rules that only may select the client count too, so that a check reports nothing they need as
    excess.
    """
    found = [(each, context.about(each.rule, client)) for each in requirements]
    about = [(each, selection) for each, selection in found if selection.matches is not False]
    if not any(each.operations for each, _ in about):
        return None
    operations: dict[str, tuple[Unknown, ...]] = {}
    for each, selection in about:
        for name in each.operations:
            known = operations.get(name)
            if selection.matches or known == ():
                operations[name] = ()
            else:
                operations[name] = unique((*(known or ()), *selection.reasons))
    return Wanted(
        operations,
        needs=tuple(each.needs for each, _ in about),
        sure_needs=tuple(each.needs for each, selection in about if selection.matches),
        doubts=unique(reason for _, selection in about for reason in selection.reasons),
    )
