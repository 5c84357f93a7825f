"""Policy rule `require`: a client must hold what an operation needs.

User-grant clients hold scopes; CLIENT-CREDENTIALS clients hold the permissions of their roles. The
message names the part of the rule that has no effect on the client; that part is not judged.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from toolkit.judging.division_groups import judge_group
from toolkit.judging.effective_permissions import roles_of
from toolkit.judging.grant_types import judge_by_kind
from toolkit.judging.phrases import clauses_phrase, names_phrase, not_known
from toolkit.judging.verdict import Outcome, all_of, unique
from toolkit.model.clients import CLIENT_CREDENTIALS, Client
from toolkit.model.findings import Missing, Verdict
from toolkit.model.permissions import scope_covers
from toolkit.model.values import Unknown
from toolkit.policy.requirements import Clause, Needs, least_clauses

_USERS_OWN = Unknown(
    "the permissions of the user who logs in", "that user's roles, which Terraform cannot see"
)
_NO_EFFECT = Unknown(f"scopes of a {CLIENT_CREDENTIALS} client", "a rule that requires permissions")
_NOTHING = Unknown("what the rule requires", "a rule that names scopes or permissions")


class _Terms(Struct, frozen=True):
    """The needs, and the phrases that name them for every client."""

    needs: Needs
    scopes: str
    permissions: str


def judging(needs: Needs) -> Callable[[Client], Outcome]:
    """Return a function that judges whether a client holds everything needed."""
    clauses = least_clauses(clause for group in needs.permissions for clause in group.clauses)
    scopes = clauses_phrase("scope", least_clauses(needs.scopes))
    terms = _Terms(needs, scopes, clauses_phrase("permission", clauses))
    if needs.scopes or needs.permissions or needs.derived:
        return lambda client: judge_by_kind(client, terms, _as_user, _as_credentials)
    return _nothing


def _nothing(client: Client) -> Outcome:
    message = "The rule requires nothing."
    return Outcome(Verdict.UNKNOWN, message, client.location, reasons=(_NOTHING,))


def _as_user(client: Client, terms: _Terms) -> Outcome:
    needs, note = terms.needs, ""
    if needs.permissions:
        asked = terms.permissions
        if not (needs.scopes or needs.derived):
            message = (
                f"The rule requires only {asked}, which a user grant gets from the user who "
                "logs in."
            )
            return Outcome(Verdict.UNKNOWN, message, client.location, reasons=(_USERS_OWN,))
        note = f"; {asked} must come from the user who logs in"
    location = client.where("scopes")
    held = client.scopes.members
    # Most scopes are held under the exact name, so only the rest needs the slower comparison.
    lacking = least_clauses(
        clause for clause in needs.scopes if clause[0] not in held and not _held(clause, held)
    )
    held_scopes = tuple(
        have for have in held if any(scope_covers(have, n) for c in needs.scopes for n in c)
    )
    if not lacking and needs.open_scopes:
        return replace(_open(client, needs.open_scopes, "scopes"), held_scopes=held_scopes)
    if not lacking:
        held_phrase = f"Holds {terms.scopes}" if terms.scopes else "Needs no scopes"
        message = f"{held_phrase}{note}."
        return Outcome(Verdict.PASS, message, location, held_scopes=held_scopes)
    phrase = clauses_phrase("scope", lacking)
    missing = tuple(Missing("scope", clause) for clause in lacking)
    reasons = unique(client.scopes.unknown)
    if reasons:
        message = f"Cannot tell whether it holds {phrase}, since {not_known(reasons)}{note}."
        return Outcome(
            Verdict.UNKNOWN, message, location, missing, reasons=reasons, held_scopes=held_scopes
        )
    fix = f"Add {names_phrase(lacking)} to the client's scopes."
    message = f"Lacks {phrase}{note}."
    return Outcome(Verdict.FAIL, message, location, missing, fix=fix, held_scopes=held_scopes)


def _open(client: Client, reasons: tuple[Unknown, ...], attribute: str) -> Outcome:
    """Return the unknown for a client that holds all known needs if there may be more needs."""
    message = f"Cannot tell whether it holds enough, since {not_known(reasons)}."
    return Outcome(Verdict.UNKNOWN, message, client.where(attribute), reasons=reasons)


def _held(clause: Clause, held: tuple[str, ...]) -> bool:
    return any(scope_covers(have, name) for name in clause for have in held)


def _as_credentials(client: Client, terms: _Terms) -> Outcome:
    needs, note = terms.needs, ""
    if needs.scopes:
        if not (needs.permissions or needs.derived):
            message = (
                f"The rule requires only {terms.scopes}, and scopes have no effect on "
                f"{CLIENT_CREDENTIALS}."
            )
            return Outcome(Verdict.UNKNOWN, message, client.location, reasons=(_NO_EFFECT,))
        note = f"; {terms.scopes} would have no effect on {CLIENT_CREDENTIALS}"
    location = client.where("roles")
    looked_through = roles_of(client)
    groups = [judge_group(client, group) for group in needs.permissions]
    if all(group.verdict is Verdict.PASS for group in groups):
        if needs.open_permissions:
            return replace(
                _open(client, needs.open_permissions, "roles"),
                held_through=tuple(held for group in groups for held in group.held_through),
                looked_through=looked_through,
            )
        if not groups:
            return Outcome(Verdict.PASS, f"Needs no permissions{note}.", location)
    if len(groups) == 1:
        (only,) = groups
        return Outcome(
            only.verdict,
            f"{only.message}{note}.",
            location,
            only.missing,
            (),
            only.reasons,
            only.held_through,
            None,
            only.fix,
            (),
            looked_through,
        )
    verdict = all_of(group.verdict for group in groups)
    # A failure reports only what is certainly missing, not what is unknown.
    told = [group for group in groups if group.verdict is verdict]
    fixes = dict.fromkeys(group.fix for group in told if group.fix)
    return Outcome(
        verdict,
        f"{'; '.join(group.message for group in told)}{note}.",
        location,
        missing=tuple(dict.fromkeys(missing for group in told for missing in group.missing)),
        reasons=unique(reason for group in told for reason in group.reasons),
        held_through=tuple(dict.fromkeys(held for group in groups for held in group.held_through)),
        fix=" ".join(fixes) or None,
        looked_through=looked_through,
    )
