"""Waivers: which violations are accepted for now, and which waivers have no effect.

A waiver turns a `fail` or an `unknown` into `waived`. It turns nothing into a pass and hides no
result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from toolkit.judging.run_filter import EVERYTHING, RunFilter
from toolkit.model.findings import Result, Verdict, WaiverInfo
from toolkit.model.inventory import InlineWaiver, Inventory, Note
from toolkit.model.values import glob_matches
from toolkit.policy.document import Policy, Waiver

#: The verdicts that a waiver can cover; a pass or a not-applicable result needs none.
WAIVABLE = frozenset({Verdict.FAIL, Verdict.UNKNOWN})
#: The address of a waiver that covers a rule wherever it fails, even if it matched no client.
_ANYWHERE = "*"


class _Waiver(Struct, frozen=True):
    """A waiver of either form. `label` names it in notes; `allowed` is whether it may waive.

    `may_be_waived` is False if its rule says `waivable: false`; then the waiver is not allowed.
    `is_for` returns whether the waiver covers the client with the given address.
    """

    rule: str
    info: WaiverInfo
    label: str
    covers: Callable[[Result], bool]
    is_for: Callable[[str], bool]
    allowed: bool = True
    may_be_waived: bool = True


def waive(
    results: tuple[Result, ...],
    inventories: Iterable[Inventory],
    policies: Sequence[Policy],
    today: date,
    *,
    checks: Iterable[str],
    run_filter: RunFilter = EVERYTHING,
    complete: bool = True,
) -> tuple[tuple[Result, ...], tuple[Note, ...]]:
    """Return the results with waivers applied, and a note on each waiver that has no effect.

    A waiver is in force through its date. If several are in force, a waiver from a policy wins over
    a comment, then the one that expires last. `checks` are the ids, besides those of rules, that a
    waiver may name. `complete` means that all input was read; if not, a waiver may still be needed.
    """
    inventories = tuple(inventories)
    firm = {rule.id for policy in policies for rule in policy.rules if not rule.waivable}
    waivers = [
        replace(each, allowed=False, may_be_waived=False) if each.rule in firm else each
        for each in _all_waivers(inventories, policies)
    ]
    if not waivers:
        return results, ()
    now = today.isoformat()
    in_order = sorted(waivers, key=lambda waiver: waiver.info.expires, reverse=True)
    in_order.sort(key=lambda waiver: waiver.info.origin != _POLICY)
    by_rule: dict[str, list[_Waiver]] = {}
    for waiver in in_order:
        by_rule.setdefault(waiver.rule, []).append(waiver)
    needed: set[int] = set()
    judged: list[Result] = []
    for result in results:
        candidates = by_rule.get(result.rule) if result.verdict in WAIVABLE else None
        matching = [waiver for waiver in candidates or () if waiver.covers(result)]
        needed.update(map(id, matching))
        holding = next((w for w in matching if w.allowed and now <= w.info.expires), None)
        if candidates and result.affects and holding is None:
            result, holding = _of_those_affected(result, candidates, now, needed)
        judged.append(
            result
            if holding is None
            else replace(result, verdict=Verdict.WAIVED, waiver=holding.info, waived=result.verdict)
        )
    seen = {client.address for each in inventories for client in each.clients}
    seen.update(module.address for each in inventories for module in each.unread)
    seen.update(role.label for each in inventories for role in each.roles)
    known = {rule.id for policy in policies for rule in policy.rules}
    known.update(checks)
    notes = {
        note
        for waiver in waivers
        if (
            note := _note(
                waiver,
                known,
                run_filter,
                now,
                needed=id(waiver) in needed or not complete,
                looked_at=any(map(waiver.is_for, seen)),
            )
        )
    }
    return tuple(judged), tuple(sorted(notes))


def _of_those_affected(
    result: Result, candidates: Sequence[_Waiver], now: str, needed: set[int]
) -> tuple[Result, _Waiver | None]:
    """Return the result without the waived addresses in `affects`.

    If no address is left, also return the waiver.
    """
    left: list[str] = []
    last: _Waiver | None = None
    for address in result.affects:
        matching = [each for each in candidates if each.covers(replace(result, address=address))]
        needed.update(map(id, matching))
        holding = next((w for w in matching if w.allowed and now <= w.info.expires), None)
        if holding is None:
            left.append(address)
        last = holding or last
    if left:
        return replace(result, affects=tuple(left)), None
    return result, last


def _note(
    waiver: _Waiver,
    known: set[str],
    run_filter: RunFilter,
    now: str,
    *,
    needed: bool,
    looked_at: bool,
) -> Note | None:
    """Return the note on a waiver that does not waive or waives nothing."""
    if waiver.rule not in known:
        message = f"{waiver.label} waives nothing: no rule or check here has that id."
        return Note("waiver-unknown-rule", message)
    if not run_filter.covers(waiver.rule):
        return None
    if not waiver.may_be_waived:
        message = f"{waiver.label} waives nothing: the rule says waivable: false."
        return Note("waiver-not-allowed", message)
    if waiver.info.expires < now:
        message = f"{waiver.label} expired on {waiver.info.expires} and waives nothing."
        return Note("waiver-expired", message)
    if not needed and not looked_at:
        return Note("waiver-unmatched", f"{waiver.label} matches no client of this run.")
    if not needed:
        message = f"{waiver.label} is not needed: none of its results fails or is unknown."
        return Note("waiver-unused", message)
    if not waiver.allowed:
        message = (
            f'{waiver.label} ("{waiver.info.reason}", through {waiver.info.expires}) is only '
            "reported: the policy does not allow comments to waive (inline_waivers: report-only)."
        )
        return Note("waiver-report-only", message)
    return None


_POLICY = "policy"


def _all_waivers(inventories: Iterable[Inventory], policies: Sequence[Policy]) -> list[_Waiver]:
    waivers = [_of_policy(waiver, policy) for policy in policies for waiver in policy.waivers]
    # Several roots may call the module that has the comment; the comment still counts once.
    comments: dict[InlineWaiver, set[tuple[str | None, str | None]]] = {}
    for inventory in inventories:
        for comment in inventory.waivers:
            covered = {(inventory.root, address) for address in comment.addresses}
            comments.setdefault(replace(comment, addresses=()), set()).update(covered)
    if comments:
        may_waive = _who_may_waive(policies)
        waivers += [
            _of_comment(comment, covered, allowed=may_waive(comment.rule))
            for comment, covered in sorted(comments.items())
        ]
    return waivers


def _of_policy(waiver: Waiver, policy: Policy) -> _Waiver:
    def covers(result: Result) -> bool:
        if result.address is None:
            return waiver.address == _ANYWHERE
        return glob_matches(waiver.address, result.address)

    return _Waiver(
        waiver.rule,
        WaiverInfo(waiver.reason, waiver.expires, _POLICY),
        f"The waiver of {waiver.rule} for {waiver.address} in the policy {policy.name}",
        covers,
        lambda address: waiver.address == _ANYWHERE or glob_matches(waiver.address, address),
    )


def _of_comment(
    comment: InlineWaiver, covered: set[tuple[str | None, str | None]], *, allowed: bool
) -> _Waiver:
    return _Waiver(
        comment.rule,
        WaiverInfo(comment.reason, comment.expires, comment.origin),
        f"{comment.origin}: the comment that waives {comment.rule}",
        lambda result: (result.root, result.address) in covered,
        {address for _, address in covered}.__contains__,
        allowed,
    )


def _who_may_waive(policies: Sequence[Policy]) -> Callable[[str], bool]:
    """Return whether comments may waive a rule.

    For a rule, its own policy decides; for a check, all policies must allow it.
    """
    allowing = {
        rule.id: policy.inline_waivers == "allow" for policy in policies for rule in policy.rules
    }
    all_allow = bool(policies) and all(policy.inline_waivers == "allow" for policy in policies)
    return lambda rule: allowing.get(rule, all_allow)
