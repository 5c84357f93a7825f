"""The least that a client can hold to meet what is needed."""

from __future__ import annotations

from collections import Counter
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
    covered = {have: {name for name in names if covers(have, name)} for have in names}
    met = {
        have: {at for at, clause in enumerate(wanted) if not covered[have].isdisjoint(clause)}
        for have in names
    }
    chosen = {clause[0] for clause in wanted if len(clause) == 1}
    left = set(range(len(wanted))).difference(*(met[name] for name in chosen))
    while left:
        best = min(names, key=lambda name: (-len(met[name] & left), breadth(name), name))
        chosen.add(best)
        left -= met[best]
    times = Counter(at for name in chosen for at in met[name])
    for name in sorted(chosen, key=lambda name: (-breadth(name), name)):
        if all(times[at] > 1 for at in met[name]):
            chosen.discard(name)
            times.subtract(met[name])
    return tuple(sorted(chosen))
