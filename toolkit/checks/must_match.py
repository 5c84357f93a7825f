"""Rules that must be about some client, asked once per run: a typo in a selector is no success."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from toolkit.checks.focus import EVERYTHING, Focus
from toolkit.checks.phrases import joined, quoted
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.model.values import Unknown
from toolkit.policy.document import Policy, Rule, Selector


def unmatched(
    policies: Sequence[Policy],
    answered: Set[str],
    clients: int,
    focus: Focus = EVERYTHING,
    *,
    is_partial: bool = False,
) -> list[Result]:
    """One unknown for each rule that must match some client and is not `answered` by any.

    A client of which it is open whether it matches answers by an unknown of its own. `is_partial`
    says that not all there is was looked at.
    """
    return [
        _unmatched(rule, clients, focus, is_partial=is_partial)
        for rule in focus.rules(policies)
        if rule.change is None and focus.wants_a_match(rule) and rule.id not in answered
    ]


def _unmatched(rule: Rule, clients: int, focus: Focus, *, is_partial: bool) -> Result:
    if focus.clients:
        wanted = f"a client with name or address {quoted(focus.clients, 'or')}"
        about, other = f"--client ({quoted(focus.clients, 'or')})", "another --client"
    else:
        wanted = _selector_phrase(rule.clients)
        given = wanted.removeprefix("a client with ")
        about, other = f"this rule's selector ({given})", "other `clients` in the rule"
    seen = "1 client" if clients == 1 else f"{clients} clients" if clients else "no client"
    message = f"No client matches {about}. Found {seen}."
    if is_partial:
        message += " What was not looked at may define one."
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
        reasons=(reason,),
        why=rule.why,
        counts=rule.unknown != "report",
    )


def _selector_phrase(selector: Selector) -> str:
    keys: Mapping[str, tuple[str, ...]] = {
        "name": selector.name,
        "address": selector.address,
        "grant type": selector.grant_type,
    }
    given = [f"{key} {quoted(entries, 'or')}" for key, entries in keys.items() if entries]
    return f"a client with {joined(given)}" if given else "any client"
