"""A scope beyond the needs of the operations that a policy lists for the client.

A scope that no operation takes is not excess: it opens nothing, and `unpublished-scope` reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from toolkit.judging.check_context import CheckContext, requirements_of, scopes_taken, wanted_of
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.grant_types import kinds_of
from toolkit.judging.phrases import few
from toolkit.model.findings import Held, Severity
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import READONLY, scope_covers
from toolkit.policy.requirements import Clause, Needs


def find(inventory: Inventory, context: CheckContext) -> Iterator[Finding | Undecided]:
    requirements = requirements_of(context)
    taken = scopes_taken(context)
    for client in inventory.clients if requirements else ():
        scopes = client.scopes
        kinds = kinds_of(client.grant_type)
        if kinds.surely_credentials or (not scopes.members and scopes.complete):
            continue
        wanted = wanted_of(client, requirements, context)
        if wanted is None:
            continue
        members = [scope for scope in scopes.members if taken(scope)]
        excess = _excess(members, wanted.needs)
        open_ones = tuple(reason for needs in wanted.needs for reason in needs.open_scopes)
        if excess and wanted.surely:
            doubts = (*kinds.doubts, *open_ones)
        elif excess or (wanted.surely and _excess(members, wanted.sure_needs)):
            # Whether this is excess depends on whether an undecided rule selects the client.
            doubts = (*kinds.doubts, *wanted.doubts, *open_ones)
        else:
            doubts = scopes.unknown
        if doubts:
            yield Undecided(client, doubts)
        elif excess:
            hidden = "scopes" in client.sensitive
            told = [
                f'"{scope}"' + (f' ("{enough}" is enough)' if enough and not hidden else "")
                for scope, enough in excess.items()
            ]
            verb = "needs" if len(wanted.operations) == 1 else "need"
            message = f"Holds more scopes than {few(list(wanted.operations))} {verb}: {few(told)}."
            held = tuple(Held("scope", scope, scope) for scope in excess)
            yield Finding(client, message, client.where("scopes"), forbidden=held)


def _excess(scopes: Iterable[str], wanted: Iterable[Needs]) -> dict[str, str | None]:
    """Return each excess scope with the narrower scope that is enough; None if none is."""
    clauses = [clause for needs in wanted for clause in needs.scopes]
    found = ((scope, _enough(scope, clauses)) for scope in scopes)
    return {scope: enough for scope, enough in found if enough != scope}


def _enough(scope: str, clauses: Sequence[Clause]) -> str | None:
    """Return the part of the scope that its clauses need; None if it meets no clause."""
    met = [clause for clause in clauses if any(scope_covers(scope, name) for name in clause)]
    if not met:
        return None
    reading = scope + READONLY
    return reading if all(reading in clause for clause in met) else scope


CHECK = BuiltIn(
    id="excess-scope",
    title="The client holds scopes that its operations do not need",
    severity=Severity.NOTE,
    why="Anyone with its tokens can do more than the client needs.",
    fix="Remove unused scopes, or narrow them to `:readonly`. If the client does use them, list "
    "the operations in the policy's rule.",
    find=find,
)
