"""A scope that is neither in the published API nor in a contract in use."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.catalog.nearest import nearest_scope, phrase
from toolkit.judging.check_context import (
    CheckContext,
    contract_permissions,
    contract_scopes,
    scopes_taken,
)
from toolkit.judging.check_interface import BuiltIn, Finding, Undecided
from toolkit.judging.grant_types import kinds_of
from toolkit.judging.phrases import NAMED, names_phrase, quoted
from toolkit.model.findings import Held, Severity
from toolkit.model.inventory import Inventory
from toolkit.model.plurals import joined

#: The end of the note if no probe has run.
ONLY_A_PROBE = ". Only a probe can tell whether the organisation has that API."


def find(inventory: Inventory, context: CheckContext) -> Iterator[Finding | Undecided]:
    catalog = context.catalog
    if catalog is None:
        return
    taken = scopes_taken(context)
    contracted = contract_scopes(context.operations)
    for client in inventory.clients:
        scopes = client.scopes
        kinds = kinds_of(client.grant_type)
        if kinds.surely_credentials or (not scopes.members and scopes.complete):
            continue
        others = [scope for scope in scopes.members if not taken(scope)]
        if others and kinds.surely_user:
            # A name similar to a sensitive scope would reveal that scope.
            hidden = "scopes" in client.sensitive
            told = [
                f'The published API has no scope "{scope}". '
                + ("" if hidden else phrase(nearest_scope(scope, catalog, contracted)))
                for scope in others[:NAMED]
            ]
            if len(others) > NAMED:
                told.append(f"Nor does it have {quoted(others[NAMED:], 'or')}.")
            held = tuple(Held("scope", scope, scope) for scope in others)
            message = " ".join(each.strip() for each in told)
            yield Finding(client, message, client.where("scopes"), forbidden=held)
        elif others or not scopes.complete:
            yield Undecided(client, kinds.doubts if others else scopes.unknown)


def remark(context: CheckContext) -> str | None:
    """Return what the contracts in use have that the published API does not, or None."""
    catalog = context.catalog
    if catalog is None or not context.contracts:
        return None
    scopes = [s for s in sorted(contract_scopes(context.operations)) if not catalog.has_scope(s)]
    permissions = [
        name
        for name in sorted(contract_permissions(context.operations))
        if not catalog.has_permission(name)
    ]
    parts = [
        f"the {kind}{'' if len(names) == 1 else 's'} {names_phrase((name,) for name in names)}"
        for kind, names in (("scope", scopes), ("permission", permissions))
        if names
    ]
    if not parts:
        return None
    has = f"has neither {' nor '.join(parts)}" if len(parts) > 1 else f"does not have {parts[0]}"
    known = f"the contract {context.contracts[0]}"
    if len(context.contracts) > 1:
        # This function does not know which contract has which name.
        known = f"one of the contracts {joined(context.contracts)}"
    return (
        f"The published API ({catalog.header.date}) {has}. They are known from "
        f"{known}{ONLY_A_PROBE}"
    )


CHECK = BuiltIn(
    id="unpublished-scope",
    title="The published API does not have a scope of the client",
    severity=Severity.WARNING,
    why="Terraform and the provider accept any text as a scope. A scope that no operation "
    "accepts has no effect, so the calls that need the right scope are refused.",
    fix="Use the scopes that the client's calls accept: 'recording-toolkit catalog show "
    "OPERATION' names them. If the organisation has an API of its own, name its contract "
    "in the policy.",
    find=find,
    remark=remark,
)
