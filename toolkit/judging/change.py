"""Policy rule `change`: what a change must not give to a client or take from it.

The rule applies when two inputs are compared. An undecided change is unknown, never a pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from msgspec.structs import replace

from toolkit.judging.phrases import few, not_known
from toolkit.judging.run_filter import RunFilter
from toolkit.judging.selectors import select
from toolkit.judging.verdict import unique
from toolkit.model.changes import (
    Certainty,
    Change,
    ChangeKind,
    Direction,
    HolderKind,
    Identity,
)
from toolkit.model.clients import CLIENT_CREDENTIALS, USER_GRANTS, Client
from toolkit.model.findings import Held, Kind, Result, Severity, Verdict
from toolkit.model.permissions import permissions_overlap, scope_violates
from toolkit.model.values import Unknown
from toolkit.policy.document import ChangeRule, ForbiddenAccess, Policy, Rule, Selector

#: Why it is open what an import changes.
_BEFORE_THE_IMPORT = Unknown("what the client has before it is imported", "a plan")


def judge_changes(
    clients: Iterable[Client],
    changes: Iterable[Change],
    policies: Sequence[Policy],
    run_filter: RunFilter,
    imported: Set[tuple[str, str]] = frozenset(),
) -> tuple[Result, ...]:
    """Return one result for each rule about changes and each client that the rule selects.

    `clients` are the clients after the change, and the clients that the change removes. Of those
    that are `imported`, by root and address, nobody says what they have before.
    """
    rules = [rule for rule in run_filter.rules(policies) if rule.change is not None]
    by_client: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        by_client.setdefault((change.root, change.address), []).append(change)
    results = [
        result
        for client in clients
        for rule in rules
        if (result := _judge(client, rule, by_client, run_filter, imported)) is not None
    ]
    results += _of_others(changes, rules, run_filter)
    return tuple(sorted(results, key=lambda result: result.sort_key))


def _of_others(
    changes: Iterable[Change], rules: Sequence[Rule], run_filter: RunFilter
) -> Iterator[Result]:
    """Yield the failures and unknowns of users, groups, roles and unread modules.

    Only rules about all clients apply to them. They have no passed results; clients have those.
    """
    if run_filter.clients:
        return
    others: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.holder is not HolderKind.CLIENT:
            others.setdefault((change.root, change.address), []).append(change)
    for (root, address), these in others.items():
        holder = Client(root, address, address, "", location=these[0].location)
        for rule in rules:
            if rule.change is None or rule.clients != Selector():
                continue
            found = [change for change in these if _is_forbidden(change, rule.change)]
            certain = [change for change in found if change.certainty is Certainty.CERTAIN]
            reasons = unique(reason for change in found for reason in change.reasons)
            if certain:
                yield _result(holder, rule, Verdict.FAIL, certain, ())
            elif found:
                yield _result(holder, rule, Verdict.UNKNOWN, found, reasons)


def _judge(
    client: Client,
    rule: Rule,
    by_client: Mapping[tuple[str, str], Sequence[Change]],
    run_filter: RunFilter,
    imported: Set[tuple[str, str]],
) -> Result | None:
    chosen = run_filter.chooses(client)
    if chosen.matches is not False and not run_filter.clients and rule.clients != Selector():
        chosen = select(rule.clients, client)
    if chosen.matches is False or rule.change is None:
        return None
    found = [
        change
        for change in by_client.get((client.root, client.address), ())
        if _is_forbidden(change, rule.change)
    ]
    certain = [change for change in found if change.certainty is Certainty.CERTAIN]
    reasons = unique(reason for change in found for reason in change.reasons)
    if certain and chosen.matches:
        verdict, told, reasons = Verdict.FAIL, certain, ()
    elif found:
        verdict, told = Verdict.UNKNOWN, found
        reasons = unique((*reasons, *chosen.reasons))
    elif why := _no_effect(client, rule.change):
        return replace(_result(client, rule, Verdict.NOT_APPLICABLE, [], ()), message=why)
    elif (client.root, client.address) in imported and _forbids_access(rule.change):
        verdict, told, reasons = Verdict.UNKNOWN, [], (*reasons, _BEFORE_THE_IMPORT)
    else:
        verdict, told = Verdict.PASS, []
    return _result(client, rule, verdict, told, reasons)


def _no_effect(client: Client, rule: ChangeRule) -> str:
    """Return why nothing that the rule forbids can affect the client, or "" if something can."""
    sides = rule.forbid_gain, rule.forbid_loss
    if rule.forbid_replacement or any(side.operations for side in sides):
        return ""
    by_scope = any(side.scopes for side in sides)
    by_permission = any(side.permissions or side.risk for side in sides)
    if client.grant_type in USER_GRANTS and not by_scope:
        return (
            "The rule forbids only permissions, which a user grant gets from the user who logs in."
        )
    if client.grant_type == CLIENT_CREDENTIALS and not by_permission:
        return f"The rule forbids only scopes, which have no effect on {CLIENT_CREDENTIALS}."
    return ""


def _forbids_access(rule: ChangeRule) -> bool:
    return (rule.forbid_gain, rule.forbid_loss) != (ForbiddenAccess(), ForbiddenAccess())


def _is_forbidden(change: Change, rule: ChangeRule) -> bool:
    if change.holder is HolderKind.MODULE:
        side = rule.forbid_gain if change.direction is Direction.GAIN else rule.forbid_loss
        return rule.forbid_replacement or side != ForbiddenAccess()
    if change.kind is ChangeKind.CLIENT:
        return rule.forbid_replacement and change.identity is Identity.REPLACED
    side = rule.forbid_gain if change.direction is Direction.GAIN else rule.forbid_loss
    return _is_one(change, side)


def _is_one(change: Change, side: ForbiddenAccess) -> bool:
    """Whether the change is, or may be, one that this side of the rule forbids."""
    name = change.name
    match change.kind:
        case ChangeKind.SCOPE:
            if name is None:
                return bool(side.scopes or side.operations)
            return any(scope_violates(name, glob) for glob in side.scopes)
        case ChangeKind.PERMISSION:
            if name is None:
                return bool(side.permissions or side.risk or side.operations)
            by_name = any(permissions_overlap(name, pattern) for pattern in side.permissions)
            return by_name or not set(side.risk).isdisjoint(change.risks)
        case ChangeKind.OPERATION:
            return name in side.operations
    return False


def _result(
    client: Client,
    rule: Rule,
    verdict: Verdict,
    told: Sequence[Change],
    reasons: tuple[Unknown, ...],
) -> Result:
    message = "The change does nothing that the rule forbids."
    if told:
        message = f"{few(list(dict.fromkeys(map(_told, told))))}."
        message = message[0].upper() + message[1:]
    elif verdict is Verdict.UNKNOWN:
        message = "The import may do what is forbidden."
    if verdict is Verdict.UNKNOWN:
        message = f"{message} This is not certain, since {not_known(reasons)}."
    grant_type = client.grant_type if isinstance(client.grant_type, str) else None
    return Result(
        rule=rule.id,
        kind=Kind.POLICY,
        verdict=verdict,
        severity=Severity(rule.severity),
        root=client.root,
        address=client.address,
        client=client.label,
        grant_type=grant_type,
        message=message,
        title=rule.title,
        compliance=rule.compliance,
        forbidden=tuple(_held(change) for change in told if _has_name(change)),
        reasons=reasons if verdict is Verdict.UNKNOWN else (),
        location=next((c.location for c in told if c.location is not None), client.location),
        why=rule.why,
        fix=rule.fix if verdict is Verdict.FAIL else None,
        counts=verdict is not Verdict.UNKNOWN or rule.unknown != "report",
    )


def _has_name(change: Change) -> bool:
    return change.name is not None and change.kind in (ChangeKind.SCOPE, ChangeKind.PERMISSION)


def _held(change: Change) -> Held:
    name = change.name or ""
    return Held(change.kind.value, name, change.pattern or name, change.through, change.division)


def _told(change: Change) -> str:
    if change.holder is HolderKind.MODULE:
        verb = "gain" if change.direction is Direction.GAIN else "lose"
        return f"the module, which is not read, may {verb} clients and access"
    if change.kind is ChangeKind.CLIENT:
        return "the client is replaced: new id, new secret"
    may = "may " if change.certainty is Certainty.POSSIBLE else ""
    plural = "" if may else "s"
    verb = f"gain{plural}" if change.direction is Direction.GAIN else f"lose{plural}"
    if change.name is None:
        return f"{may}{verb} {change.kind.value}s that are not known"
    if change.kind is ChangeKind.OPERATION:
        can = {
            (Direction.GAIN, ""): "can now call",
            (Direction.LOSS, ""): "can no longer call",
            (Direction.GAIN, "may "): "may be able to call",
            (Direction.LOSS, "may "): "may not be able to call",
        }[change.direction, may]
        return f"{can} {change.name}"
    risks = f" ({', '.join(change.risks)})" if change.risks else ""
    return f'{may}{verb} the {change.kind.value} "{change.name}"{risks}'
