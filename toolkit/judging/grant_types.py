"""Whether a client is a user-grant or a CLIENT-CREDENTIALS client, and judging if unknown.

The kind decides what has effect: scopes for user grants, roles for CLIENT-CREDENTIALS (DESIGN,
section 4).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from toolkit.judging.phrases import not_known
from toolkit.judging.verdict import Outcome, unique
from toolkit.model.clients import CLIENT_CREDENTIALS, GRANT_TYPES, USER_GRANTS, Client
from toolkit.model.findings import Verdict
from toolkit.model.values import HOLE, Unknown, glob_matches

Terms = TypeVar("Terms")


class Kinds(Struct, frozen=True):
    """The kinds that a client may be of; `doubts` are the reasons why the kind is uncertain."""

    user: bool
    credentials: bool
    doubts: tuple[Unknown, ...] = ()

    @property
    def surely_user(self) -> bool:
        return self.user and not self.doubts

    @property
    def surely_credentials(self) -> bool:
        return self.credentials and not self.doubts


USER = Kinds(user=True, credentials=False)
CREDENTIALS = Kinds(user=False, credentials=True)
_KINDS = {CLIENT_CREDENTIALS: CREDENTIALS, **dict.fromkeys(USER_GRANTS, USER)}


def possible_grant_types(grant_type: str | Unknown) -> tuple[str, ...]:
    """Return the grant types that the value can be; () if the provider refuses it."""
    if isinstance(grant_type, str):
        return (grant_type,) if grant_type in _KINDS else ()
    if grant_type.template is None:
        return GRANT_TYPES
    pattern = grant_type.template.replace(HOLE, "*")
    return tuple(known for known in GRANT_TYPES if glob_matches(pattern, known))


def kinds_of(grant_type: str | Unknown) -> Kinds:
    """Return the kinds that the grant type can be; neither kind if the provider refuses it."""
    if isinstance(grant_type, str):
        return _KINDS.get(grant_type) or Kinds(
            user=False,
            credentials=False,
            doubts=(
                Unknown(
                    f'authorized_grant_type "{grant_type}"', f"one of {', '.join(GRANT_TYPES)}"
                ),
            ),
        )
    kinds = {_KINDS[known] for known in possible_grant_types(grant_type)}
    if len(kinds) == 1:
        return kinds.pop()
    return Kinds(user=USER in kinds, credentials=CREDENTIALS in kinds, doubts=(grant_type,))


def _refused(grant_type: str | Unknown) -> str:
    """Describe why the provider does not accept the grant type, and which one it would accept."""
    if grant_type == "":
        return "it has no authorized_grant_type, which the provider requires"
    if isinstance(grant_type, Unknown):
        return f"{grant_type.reference} is not a grant type that the provider accepts"
    meant = grant_type.strip().upper().replace("_", "-")
    hint = f'; "{meant}" was probably meant' if meant in _KINDS else ""
    return (
        f'authorized_grant_type "{grant_type}" is not a grant type that the provider accepts{hint}'
    )


def judge_by_kind(
    client: Client,
    terms: Terms,
    as_user: Callable[[Client, Terms], Outcome],
    as_credentials: Callable[[Client, Terms], Outcome],
) -> Outcome:
    """Return the outcome under each possible kind of the client; equal verdicts decide."""
    kinds = kinds_of(client.grant_type)
    if not kinds.doubts:
        return as_user(client, terms) if kinds.user else as_credentials(client, terms)
    location = client.where("authorized_grant_type")
    if not kinds.user:
        return Outcome(
            Verdict.UNKNOWN,
            f"Cannot be judged: {_refused(client.grant_type)}.",
            location,
            reasons=kinds.doubts,
        )
    user, credentials = as_user(client, terms), as_credentials(client, terms)
    same = user.verdict is credentials.verdict
    verdict = user.verdict if same else Verdict.UNKNOWN
    fixes = [fix for fix in (user.fix, credentials.fix) if fix]
    return Outcome(
        verdict,
        f"The grant type is not certain, since {not_known(kinds.doubts)}. As a user "
        f"grant: {user.message} As {CLIENT_CREDENTIALS}: {credentials.message}",
        location,
        missing=user.missing + credentials.missing,
        forbidden=user.forbidden + credentials.forbidden,
        # If the verdict is the same for both kinds, the grant type is no reason for doubt.
        reasons=unique((*kinds.doubts, *user.reasons, *credentials.reasons))
        if verdict is Verdict.UNKNOWN
        else (),
        held_through=credentials.held_through,
        fix=" ".join(fixes) if verdict is Verdict.FAIL else None,
        held_scopes=user.held_scopes,
        looked_through=credentials.looked_through,
    )
