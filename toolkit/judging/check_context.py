"""What one run's policies ask and know: what built-in checks compare an inventory with."""

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
    """`operations` has every one that a rule may name, by its id; `catalog` is what is published.

    Without a catalog nothing can be said of what is published.
    """

    policies: Sequence[Policy] = ()
    run_filter: RunFilter = EVERYTHING
    operations: Mapping[str, Operation] = {}
    catalog: Catalog | None = None

    @property
    def contracts(self) -> tuple[str, ...]:
        """The contracts of the policies, as these name them."""
        return tuple(dict.fromkeys(name for policy in self.policies for name in policy.contracts))

    def about(self, rule: Rule, client: Client) -> Selection:
        """Whether the rule is about the client."""
        if self.run_filter.clients or rule.clients == Selector():
            return self.run_filter.chooses(client)
        return select(rule.clients, client)

    def concerns(self, client: Client) -> bool:
        """Whether the run is about the client: some rule may be, or all clients are asked for."""
        if self.run_filter.clients or self.run_filter.all_clients:
            return True
        selectors = {rule.clients for policy in self.policies for rule in policy.rules}
        return not selectors or any(
            select(selector, client).matches is not False for selector in selectors
        )


def contract_scopes(operations: Mapping[str, Operation]) -> frozenset[str]:
    """The scopes that the operations take."""
    return frozenset(
        scope for each in operations.values() for way in each.scopes or () for scope in way
    )


def scopes_taken(context: CheckContext) -> Callable[[str], bool]:
    """What tells of a scope whether a published operation takes it, or one of a contract in use.

    Without a catalog any may be taken.
    """
    catalog, contracted = context.catalog, contract_scopes(context.operations)
    return lambda scope: (
        catalog is None
        or catalog.has_scope(scope)
        or scope in contracted
        or including(scope) in contracted
    )


def contract_permissions(operations: Mapping[str, Operation]) -> frozenset[str]:
    """The permissions that the operations ask for."""
    return frozenset(
        name
        for each in operations.values()
        for name in (each.permissions.names if each.permissions is not None else ())
    )


class Requirement(Struct, frozen=True):
    """A rule that requires something, and what that comes to."""

    rule: Rule
    operations: tuple[str, ...]
    needs: Needs


class Wanted(Struct, frozen=True):
    """What a client is to be able to do, and all that is required of it.

    `operations` says of each why it is not certain that the client is to be able to do it: nothing
    where a rule that lists it is surely about the client. `needs` are those of all rules that may
    be about it, `sure_needs` of those that are; `doubts` say why that is not certain of the others.
    """

    operations: Mapping[str, tuple[Unknown, ...]]
    needs: tuple[Needs, ...]
    sure_needs: tuple[Needs, ...]
    doubts: tuple[Unknown, ...] = ()

    @property
    def surely(self) -> bool:
        """Whether a rule that lists operations is surely about the client."""
        return not all(self.operations.values())


def requirements_of(context: CheckContext) -> tuple[Requirement, ...]:
    """What the policies require; nothing where none of them lists operations.

    Rules that this run does not ask are among them: what a client needs stays the same.
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
    """What is wanted of the client; None where no rule about it lists operations.

    Rules that only may be about it count, so that nothing they want is called too much.
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
