"""The least that a client can hold to meet what is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from toolkit.policy.needs import Clause

#: Whether holding the first name meets a need for the second.
Covers = Callable[[str, str], bool]


def smallest(
    clauses: Iterable[Clause], covers: Covers, breadth: Callable[[str], int]
) -> tuple[str, ...]:
    """Names that meet every clause and of which none can be taken away.

    Where there is a choice it is the name that meets the most clauses, among those the one of the
    least `breadth`: how much it opens.
    """
    wanted = list(dict.fromkeys(clauses))
    names = sorted({name for clause in wanted for name in clause})

    def met(held: Iterable[str]) -> set[Clause]:
        held = tuple(held)
        return {c for c in wanted if any(covers(have, name) for have in held for name in c)}

    chosen = {clause[0] for clause in wanted if len(clause) == 1}
    while left := set(wanted) - met(chosen):
        chosen.add(min(names, key=lambda name: (-len(met([name]) & left), breadth(name), name)))
    for name in sorted(chosen, key=lambda name: (-breadth(name), name)):
        if met(chosen - {name}) == set(wanted):
            chosen.discard(name)
    return tuple(sorted(chosen))
