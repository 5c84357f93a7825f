"""Find the least that a client can hold to meet its needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from toolkit.model.permissions import READONLY
from toolkit.policy.requirements import Clause

#: Whether holding the first name meets a need for the second.
Covers: TypeAlias = Callable[[str, str], bool]
#: What names open beyond reading, what they open in total, and how many names there are.
_Cost: TypeAlias = tuple[int, int, int]

_NOTHING: Final[_Cost] = (0, 0, 0)
#: The most sets that the search visits for connected clauses. All 3,000 published operations
#: together need about a hundred.
_PATIENCE: Final = 20_000


def smallest(
    clauses: Iterable[Clause], covers: Covers, breadth: Callable[[str], int]
) -> tuple[str, ...]:
    """Return a minimal set of names that meets every clause.

    Of all such sets, it is the one that opens least: first least beyond reading, then least in
    total, as the sum of `breadth`, then with the fewest names. So two read-only names win over one
    broad name that meets both clauses. If too many clauses are connected, the search stops at its
    limit and returns the best set found.
    """
    wanted = list(dict.fromkeys(clauses))
    names = sorted({name for clause in wanted for name in clause})

    def cost(name: str) -> _Cost:
        opened = max(1, breadth(name))
        return (0 if name.endswith(READONLY) else opened, opened, 1)

    def met(name: str) -> frozenset[Clause]:
        return frozenset(c for c in wanted if any(covers(name, each) for each in c))

    meets = {name: met(name) for name in names}
    costs = {name: cost(name) for name in names}
    parts = _parts(frozenset(wanted), meets)
    return tuple(sorted(name for part in parts for name in _least(part, meets, costs)))


def _parts(
    clauses: frozenset[Clause], meets: Mapping[str, frozenset[Clause]]
) -> Iterator[frozenset[Clause]]:
    """Yield groups of clauses that share no name, so that each group can be solved separately."""
    left = clauses
    while left:
        part = frozenset[Clause]()
        more = frozenset({min(left)})
        while more:
            part |= more
            near = (met & clauses for met in meets.values() if not met.isdisjoint(more))
            more = frozenset[Clause]().union(*near) - part
        yield part
        left -= part


def _least(
    part: frozenset[Clause], meets: Mapping[str, frozenset[Clause]], costs: Mapping[str, _Cost]
) -> frozenset[str]:
    """Return the cheapest names that meet the part, by branch and bound."""
    useful = {name: met & part for name, met in meets.items() if not met.isdisjoint(part)}
    # A name is never needed if another one meets at least as much and costs no more.
    kept = {
        name: met
        for name, met in useful.items()
        if not any(
            met <= other and (costs[better], better) < (costs[name], name)
            for better, other in useful.items()
        )
    }
    ways = {
        clause: sorted((name for name in kept if clause in kept[name]), key=lambda n: (costs[n], n))
        for clause in part
    }
    best, bound = _greedy(part, kept, costs)
    pending: list[tuple[frozenset[str], _Cost, frozenset[Clause], frozenset[str]]] = [
        (frozenset(), _NOTHING, part, frozenset())
    ]
    looked = 0
    while pending and looked < _PATIENCE:
        looked += 1
        held, spent, left, barred = pending.pop()
        if (spent, sorted(held)) >= (bound, sorted(best)):
            continue
        if not left:
            best, bound = held, spent
            continue
        # Branch on the clause with the fewest names; a name that was tried is excluded afterwards.
        clause = min(left, key=lambda each: (len(set(ways[each]) - barred), each))
        branches = []
        for name in ways[clause]:
            if name not in barred:
                branches.append(
                    (held | {name}, _sum(spent, costs[name]), left - kept[name], barred)
                )
                barred |= {name}
        pending.extend(reversed(branches))
    return best


def _greedy(
    part: frozenset[Clause], meets: Mapping[str, frozenset[Clause]], costs: Mapping[str, _Cost]
) -> tuple[frozenset[str], _Cost]:
    """Return a first solution: repeatedly add the cheapest name, then drop the redundant ones."""
    held: frozenset[str] = frozenset()
    spent, left = _NOTHING, part
    while left:
        able = (name for name in meets if not meets[name].isdisjoint(left))
        name = min(able, key=lambda each: (costs[each], -len(meets[each] & left), each))
        held, left = held | {name}, left - meets[name]
    for name in sorted(held, key=lambda each: (costs[each], each), reverse=True):
        if frozenset[Clause]().union(*(meets[other] for other in held - {name})) >= part:
            held -= {name}
    for name in held:
        spent = _sum(spent, costs[name])
    return held, spent


def _sum(one: _Cost, other: _Cost) -> _Cost:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])
