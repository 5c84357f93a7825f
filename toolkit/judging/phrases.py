"""How findings word lists of names, divisions and reasons, so that all of them read alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from toolkit.model.plurals import joined
from toolkit.model.values import Unknown
from toolkit.policy.requirements import Clause

#: How many reasons or addresses a sentence names before it only counts them.
NAMED = 4


def quoted(names: Iterable[str], last: str = "and") -> str:
    return joined((f'"{name}"' for name in names), last)


@lru_cache(maxsize=4096)
def clauses_phrase(kind: str, clauses: tuple[Clause, ...]) -> str:
    """``the scope "a"``, ``the scopes "a" and one of "b" or "c"``."""
    if len(clauses) == 1 and len(clauses[0]) > 1:
        return f"one of the {kind}s {quoted(clauses[0], 'or')}"
    return f"the {kind}{'s' if len(clauses) > 1 else ''} {names_phrase(clauses)}"


def names_phrase(clauses: Iterable[Clause]) -> str:
    """``"a" and one of "b" or "c"``."""
    return joined(
        f"one of {quoted(clause, 'or')}" if len(clause) > 1 else f'"{clause[0]}"'
        for clause in clauses
    )


def few(parts: Sequence[str]) -> str:
    """All of a short list; of a long one the first, and how many more there are."""
    if len(parts) <= NAMED:
        return joined(parts)
    return f"{', '.join(parts[:NAMED])} and {len(parts) - NAMED} more"


def not_known(reasons: Sequence[Unknown]) -> str:
    """``var.scopes is not known``."""
    references = list(dict.fromkeys(reason.reference for reason in reasons))
    return f"{few(references)} {'is' if len(references) == 1 else 'are'} not known"
