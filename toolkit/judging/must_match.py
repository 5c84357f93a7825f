"""Rules that must match a client, so that a typo in a selector does not pass. Judged per run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set

from toolkit.contracts.contract import Operation
from toolkit.judging import require
from toolkit.judging.candidates import candidates
from toolkit.judging.phrases import quoted
from toolkit.judging.run_filter import EVERYTHING, RunFilter
from toolkit.judging.verdict import Outcome
from toolkit.model.clients import Client
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.model.plurals import joined
from toolkit.model.values import Unknown
from toolkit.policy.document import Policy, Rule, Selector
from toolkit.policy.requirements import needs_of

NO_OPERATIONS: Mapping[str, Operation] = {}


def unmatched(
    policies: Sequence[Policy],
    answered: Set[str],
    clients: Sequence[Client],
    run_filter: RunFilter = EVERYTHING,
    operations: Mapping[str, Operation] = NO_OPERATIONS,
    *,
    hidden: Collection[str] = (),
    is_partial: bool = False,
) -> list[Result]:
    """Return one unknown for each rule that must match a client and is not in `answered`.

    A client that only may match already has its own unknown, which answers the rule. `is_partial`
    means that some input was not read; `hidden` are texts that no report shows.
    """
    return [
        _unmatched(rule, clients, run_filter, operations, hidden, is_partial=is_partial)
        for rule in run_filter.rules(policies)
        if rule.change is None and run_filter.wants_a_match(rule) and rule.id not in answered
    ]


def _unmatched(
    rule: Rule,
    clients: Sequence[Client],
    run_filter: RunFilter,
    operations: Mapping[str, Operation],
    hidden: Collection[str],
    *,
    is_partial: bool,
) -> Result:
    if run_filter.clients:
        wanted = f"a client with name or address {quoted(run_filter.clients, 'or')}"
        about, other = f"--client ({quoted(run_filter.clients, 'or')})", "another --client"
    else:
        wanted = _selector_phrase(rule.clients)
        given = wanted.removeprefix("a client with ")
        about, other = f"this rule's selector ({given})", "other `clients` in the rule"
    number = len(clients)
    seen = "1 client" if number == 1 else f"{number} clients" if number else "no client"
    meant = candidates(
        run_filter.clients or rule.clients, clients, _ability(rule, operations), hidden
    )
    message = f"No client matches {about}. Found {seen}.{meant.message}"
    if is_partial:
        message += " Input that was not read may define one."
    reason = Unknown(wanted, f"a source that has one, or {other}")
    return Result(
        rule=rule.id,
        kind=Kind.POLICY,
        verdict=Verdict.UNKNOWN,
        severity=Severity(rule.severity),
        root=None,
        address=None,
        client=None,
        grant_type=None,
        message=message,
        title=rule.title,
        compliance=rule.compliance,
        reasons=(reason,),
        why=rule.why,
        fix=meant.fix,
        counts=rule.unknown != "report",
    )


def _ability(rule: Rule, operations: Mapping[str, Operation]) -> Callable[[Client], Outcome] | None:
    """Return a function that judges whether a client can already do what the rule asks."""
    return None if rule.require is None else require.judging(needs_of(rule.require, operations))


def _selector_phrase(selector: Selector) -> str:
    keys: Mapping[str, tuple[str, ...]] = {
        "name": selector.name,
        "address": selector.address,
        "grant type": selector.grant_type,
    }
    given = [f"{key} {quoted(entries, 'or')}" for key, entries in keys.items() if entries]
    return f"a client with {joined(given)}" if given else "any client"
