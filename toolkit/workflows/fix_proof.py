"""Proves that edits do what they promise, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from toolkit.changes.delta import changes_between
from toolkit.changes.published import Published
from toolkit.judging.effective_permissions import open_ends
from toolkit.model.addresses import without_keys
from toolkit.model.changes import ChangeKind, Direction, HolderKind
from toolkit.model.clients import Client
from toolkit.model.findings import Result, Verdict
from toolkit.model.report import Report
from toolkit.sources.hcl.modules.tree import ModuleCache
from toolkit.workflows.fix_proposals import Promise, Proposal, Who, few
from toolkit.workflows.source_reading import Found

_ACCESS: Final = (ChangeKind.SCOPE, ChangeKind.PERMISSION)
#: The kinds of change that make up a change of access.
_COMPARED: Final = (*_ACCESS, ChangeKind.CLIENT, ChangeKind.GRANT)
#: Takes a client, or None if any edit may be the cause, and the reason.
_Blame: TypeAlias = "Callable[[Who | None, str], None]"
_OTHERS: Final = "it would change what other clients may do"


class State(Struct, frozen=True):
    """The sources with an overlay of edited files, and the report on them.

    `modules` are the parsed modules of its roots. `left_out` are clients, by root, that surely did
    not change and were not read again.
    """

    found: Found
    report: Report
    modules: ModuleCache
    overlay: Mapping[str, bytes]
    left_out: Mapping[str, frozenset[str]] = {}


#: The verdicts of a finding that is not mended.
_LEFT: Final = (Verdict.FAIL, Verdict.UNKNOWN)


def failing(report: Report) -> set[tuple[str, Who]]:
    """Return the violations, each as a rule and the client or role that it is about."""
    return {_key(each) for each in report.results if each.verdict is Verdict.FAIL}


def _key(result: Result) -> tuple[str, Who]:
    return result.rule, (result.root or "", result.address or "")


def faults(
    before: State, after: State, chosen: Sequence[Proposal], published: Published
) -> dict[int, str]:
    """Return the reasons against the wrong edits between two states, by the edit's index.

    If it cannot be told which edit is wrong, all are.
    """
    if after.found.problems != before.found.problems:
        return dict.fromkeys(range(len(chosen)), "Terraform would refuse the result")
    found: dict[int, str] = {}

    def blame(who: Who | None, why: str) -> None:
        guilty = [n for n, each in enumerate(chosen) if who is not None and _concerns(each, who)]
        for number in guilty or range(len(chosen)):
            found.setdefault(number, why)

    _without_new_findings(before, after, chosen, blame)
    _surely_lost(after, chosen, found)
    _mended(before, after, chosen, found)
    _promises_kept(_changed(before, after, published), chosen, blame)
    return found


def _concerns(proposal: Proposal, who: Who) -> bool:
    """Whether the edit concerns this client or role."""
    if who in proposal.clients or who in proposal.siblings:
        return True
    return without_keys(who[1]) in proposal.change.through


def _without_new_findings(
    before: State, after: State, chosen: Sequence[Proposal], blame: _Blame
) -> None:
    are_all = not any(after.left_out.values())
    open_before = {_key(each) for each in before.report.results if each.verdict is Verdict.UNKNOWN}
    for rule, who in sorted(failing(after.report) - failing(before.report)):
        # A rule that requires some matching client can be judged only with all clients.
        if not who[1] and not are_all:
            continue
        if any(rule in each.may_fail and _concerns(each, who) for each in chosen):
            continue
        # A new role makes unknown results of its client decidable: such a violation is not new.
        decides = any(each.grants and _concerns(each, who) for each in chosen)
        if decides and (rule, who) in open_before:
            continue
        blame(who if who[1] else None, f"{who[1] or 'the configuration'} would fail {rule} with it")


def _mended(before: State, after: State, chosen: Sequence[Proposal], found: dict[int, str]) -> None:
    """Check that each edit removes or reduces its findings, and leaves none of them unknown."""
    now = {_key(each): each for each in after.report.results if each.verdict in _LEFT}
    for number, proposal in enumerate(chosen):
        for index in proposal.results:
            was = before.report.results[index]
            still = now.get(_key(was))
            if still is not None and still.verdict is Verdict.UNKNOWN:
                found.setdefault(number, "whether that is enough is not known")
            elif still is not None and len(still.forbidden) >= len(was.forbidden):
                found.setdefault(number, "the value that counts is set elsewhere")


def _surely_lost(after: State, chosen: Sequence[Proposal], found: dict[int, str]) -> None:
    """Check that no unknown value can give a client what an edit takes away."""
    losing = [(n, each) for n, each in enumerate(chosen) if any(map(_is_loss, each.promised))]
    if not losing:
        return
    clients = {
        (inventory.root, client.address): client
        for inventory in after.found.inventories
        if inventory.kind == "hcl"
        for client in inventory.clients
    }
    for number, proposal in losing:
        for kind, name, _ in filter(_is_loss, proposal.promised):
            holders = [client for who in proposal.clients if (client := clients.get(who))]
            if any(_may_hold(client, kind, name) for client in holders):
                found.setdefault(number, f'an unknown value may also give "{name}"')


def _is_loss(promise: Promise) -> bool:
    return promise[2] is Direction.LOSS


def _may_hold(client: Client, kind: ChangeKind, name: str) -> bool:
    """Whether an unknown value may give the client this scope or permission."""
    if kind is ChangeKind.SCOPE:
        return not client.scopes.complete
    return bool(client.grants_unknown) or any(
        open_ends(grant.role, [name]) for grant in client.grants
    )


def _promises_kept(
    changed: Mapping[Who, set[Promise]], chosen: Sequence[Proposal], blame: _Blame
) -> None:
    """Check that each client changes as promised, and no other client changes more than it may."""
    wanted: dict[Who, set[Promise]] = {}
    granted: set[Who] = set()
    for each in chosen:
        for who in each.clients:
            wanted.setdefault(who, set()).update(each.promised)
        if each.grants:
            granted |= each.clients
    for who, promised in wanted.items():
        found = changed.get(who, set())
        if who in granted:
            # The permissions of a role that is named only by its id were not promised.
            found = found & promised if promised else set()
        if found != promised:
            blame(who, f"it would change what {who[1]} may do in an unintended way")
    allowed = {promise for each in chosen for promise in each.promised}
    siblings = {who for each in chosen for who in each.siblings}
    unforeseen: set[Who] = set()
    for who, found in changed.items():
        if who in wanted:
            continue
        if not found <= allowed:
            blame(who, _OTHERS)
        elif who not in siblings:
            unforeseen.add(who)
    if unforeseen and len(chosen) == 1 and chosen[0].change.through:
        chosen[0].siblings |= unforeseen
        chosen[0].message += f" This also affects {few(unforeseen)}."
    elif unforeseen:
        blame(None, _OTHERS)


def _changed(before: State, after: State, published: Published) -> dict[Who, set[Promise]]:
    """Return the gains and losses of each client."""
    new = {each.root: each for each in after.found.inventories if each.kind == "hcl"}
    found: dict[Who, set[Promise]] = {}
    for old in before.found.inventories:
        if old.kind != "hcl" or old is new[old.root]:
            continue
        alone = after.left_out.get(old.root)
        if alone:
            left = tuple(client for client in old.clients if client.address not in alone)
            old = replace(old, clients=left)
        for each in changes_between(old, new[old.root], published, operations=False):
            name = (each.pattern if each.kind in _ACCESS else None) or each.name or ""
            # A change of a role's grants is promised for the clients that have the role.
            if each.kind in _COMPARED and each.holder is not HolderKind.ROLE:
                promise = each.kind, name, each.direction
                found.setdefault((old.root, each.address), set()).add(promise)
    return found
