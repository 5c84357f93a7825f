"""Phrases for lists of names, divisions and reasons, shared by all findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from toolkit.model.plurals import joined
from toolkit.model.values import Unknown
from toolkit.policy.requirements import Clause

#: The number of reasons or addresses that a sentence names; the rest are counted.
NAMED = 4


def quoted(names: Iterable[str], last: str = "and") -> str:
    return joined((f'"{name}"' for name in names), last)


@lru_cache(maxsize=4096)
def clauses_phrase(kind: str, clauses: tuple[Clause, ...]) -> str:
    """Return ``the scope "a"``, ``the scopes "a" and one of "b" or "c"``."""
    if len(clauses) == 1 and len(clauses[0]) > 1:
        return f"one of the {kind}s {quoted(clauses[0], 'or')}"
    return f"the {kind}{'s' if len(clauses) > 1 else ''} {names_phrase(clauses)}"


def names_phrase(clauses: Iterable[Clause]) -> str:
    """Return ``"a" and one of "b" or "c"``."""
    return joined(
        f"one of {quoted(clause, 'or')}" if len(clause) > 1 else f'"{clause[0]}"'
        for clause in clauses
    )


def few(parts: Sequence[str]) -> str:
    """Return a short list in full; of a long one the first parts and the count of the rest."""
    if len(parts) <= NAMED:
        return joined(parts)
    return f"{', '.join(parts[:NAMED])} and {len(parts) - NAMED} more"


def not_known(reasons: Sequence[Unknown]) -> str:
    """Return a phrase like ``var.scopes is not known``."""
    references = list(dict.fromkeys(reason.reference for reason in reasons))
    return f"{few(references)} {'is' if len(references) == 1 else 'are'} not known"
