"""Compare the evaluation of HCL with Terraform: expressions in every possible place.

    python -m tests.proof.expressions [NUMBER] [SEED] [--jobs N] [--show]
    python -m tests.proof.expressions [NUMBER] [SEED] --record FILE
    python -m tests.proof.expressions --recorded FILE

Real `terraform` plans the drawn cases with the stand-in provider. Each client and role must have
the planned value, or be unknown. What Terraform refuses must be an error or unknown; what the
toolkit reports as an error must be refused. A case with an unknown (an id, an unset variable) is
planned with several drawn values for it: a decision must agree with all of them. A case is unknown
*without need* if the files decide it, or if all completions have the same result.

Terraform's results can be recorded in a file, to judge later evaluations without Terraform.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tests.proof import recording
from tests.proof.comparing import Ours, Truth, compare, ours
from tests.proof.drawn import CALLS
from tests.proof.drawn_root import Case
from tests.proof.places import called, drawn
from tests.proof.planning import Planner, with_locals
from tests.proof.recording import Recorded
from tests.standin_provider.install import install

_BATCH: Final = 250
#: The number of calls of each function, if enough expressions are drawn.
_CALLS_EACH: Final = 50
#: Completions of an unknown: the first few, and the most that are tried to see a difference.
_SOME, _MOST = 3, 9


class Judged(NamedTuple):
    """A case with its verdict: ``right``, ``needless``, ``open``, ``refused``, ``refused early`` or
    ``wrong``.

    An `open` case is unknown, and its completions differ. A case that is `refused early` is refused
    only by Terraform's validation, which does not know the values of variables.
    """

    case: Case
    outcome: str
    ours: Ours
    truths: tuple[Truth, ...]
    why: str = ""


def draw(number: int, seed: int) -> list[Case]:
    """Draw calls of every function, then expressions of all kinds; a third have unknowns."""
    each = min(_CALLS_EACH, number // (4 * len(CALLS)))
    rng = random.Random(seed)
    cases = [called(f"c{at}", name, rng) for at, name in enumerate(sorted(CALLS) * each)]
    while len(cases) < number:
        cases.append(drawn(f"c{len(cases)}", rng, is_open=len(cases) % 3 == 0))
    return cases


def judged(cases: Sequence[Case], seed: int, cli_config: Path) -> Iterator[Judged]:
    """Yield the verdicts on cases that are all open, or all not open."""
    rng = random.Random(seed)
    is_open = cases[0].is_open
    with tempfile.TemporaryDirectory() as folder:
        planner = Planner(Path(folder) / "terraform", cli_config, cases, is_open=is_open)
        found = {name: [truth] for name, truth in planner.planned(cases, rng).items()}
        mine = ours(cases, found, Path(folder) / "ours", is_open=is_open)
        left = [case for case in cases if is_open]
        for run in range(2, _MOST + 1):
            if not left:
                break
            for name, truth in planner.planned(left, rng).items():
                found[name].append(truth)
            if run >= _SOME:
                left = [case for case in left if _agree(mine[case.name], found[case.name])]
        for case in cases:
            outcome = _judge(case, mine[case.name], found[case.name])
            if outcome.why == _ALONE:
                outcome = _judged_without_variables(outcome, folder, cli_config)
            yield outcome


def _agree(mine: Ours, truths: Sequence[Truth]) -> bool:
    """Whether all completions have the same result, which the toolkit does not know."""
    return mine.is_open and all(truth.same(truths[0]) for truth in truths)


def _judge(case: Case, mine: Ours, truths: Sequence[Truth]) -> Judged:
    result = partial(Judged, case, ours=mine, truths=tuple(truths))
    accepted = [truth for truth in truths if truth.refused is None]
    if mine.has_crashed:
        return result("wrong", why="a crash of ours")
    if mine.error is not None:
        if accepted:
            return result("wrong", why="refused by us alone")
        return result("refused")
    if not accepted:
        if not case.is_open and not mine.is_open:
            is_early = truths[0].early
            return result("refused early") if is_early else result("wrong", why=_ALONE)
        return result("refused")
    for truth in truths:
        difference = compare(mine, truth)
        if difference:
            return result("wrong", why=difference)
    if not mine.is_open:
        return result("right")
    is_needless = _agree(mine, truths)
    return result("needless" if is_needless else "open")


def _judged(cli_config: Path, work: tuple[int, Sequence[Case]]) -> list[Judged]:
    seed, cases = work
    return list(judged(cases, seed, cli_config))


def _judged_without_variables(found: Judged, folder: str, cli_config: Path) -> Judged:
    """Return the verdict with the variables' values visible to Terraform's validation."""
    case = with_locals(found.case)
    planner = Planner(Path(folder) / case.name, cli_config, [case], is_open=False)
    truths = planner.planned([case], random.Random())
    now = _judge(case, found.ours, [truths[case.name]])
    if now.outcome == "wrong":
        return found
    return found._replace(outcome="refused early", truths=(found.truths[0]._replace(early=True),))


def _batches(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    for start in range(0, len(cases), _BATCH):
        yield cases[start : start + _BATCH]


def measure(number: int, seed: int, jobs: int = 1) -> Iterator[Judged]:
    cases = draw(number, seed)
    groups = [[case for case in cases if case.is_open is is_open] for is_open in (False, True)]
    work = list(enumerate((each for group in groups for each in _batches(group)), seed))
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(partial(_judged, install(Path(folder))), work):
            yield from found


def again(recorded: Iterable[Recorded]) -> Iterator[Judged]:
    """Yield the verdicts on cases with recorded answers of Terraform."""
    found = list(recorded)
    truths = {each.case.name: each.truths for each in found}
    for is_open in (False, True):
        group = [each.case for each in found if each.case.is_open is is_open]
        for cases in _batches(group):
            with tempfile.TemporaryDirectory() as folder:
                mine = ours(cases, truths, Path(folder) / "ours", is_open=is_open)
            for case in cases:
                yield _judge(case, mine[case.name], truths[case.name])


def shown(each: Judged) -> str:
    files = "".join(f"--- {name}\n{text}" for name, text in each.case.files.items())
    truths = "\n".join(f"  terraform: {truth}" for truth in dict.fromkeys(map(str, each.truths)))
    return f"{each.outcome}: {each.why}\n{files}  ours: {each.ours}\n{truths}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("number", nargs="?", type=int, default=5000)
    parser.add_argument("seed", nargs="?", type=int, default=1)
    parser.add_argument("--record", type=Path, help="keep what Terraform says in a file")
    parser.add_argument("--recorded", type=Path, help="ask such a file in place of Terraform")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="also those unknown without need")
    options = parser.parse_args()
    outcomes: Counter[str] = Counter()
    places: dict[str, Counter[str]] = {}
    if options.recorded is not None:
        found = again(recording.read(options.recorded))
    else:
        found = measure(options.number, options.seed, options.jobs)
    kept: list[Recorded] = []
    for each in found:
        if options.record is not None:
            kept.append(Recorded(each.case, each.truths))
        outcomes[each.outcome] += 1
        places.setdefault(each.case.what, Counter())[each.outcome] += 1
        if each.outcome == "wrong" or (options.show and each.outcome == "needless"):
            print(shown(each), flush=True)
    if options.record is not None:
        recording.write(options.record, kept)
    print(f"{'':<20}" + "".join(f"{name:>14}" for name in _OUTCOMES))
    for what, counts in sorted(places.items()):
        print(f"{what:<20}" + "".join(f"{counts[name]:>14}" for name in _OUTCOMES))
    fewest = min((sum(places.get(name, Counter()).values()), name) for name in CALLS)
    decidable = outcomes["right"] + outcomes["needless"]
    rate = outcomes["needless"] / max(decidable, 1)
    counted = ", ".join(f"{name} {outcomes[name]}" for name in _OUTCOMES)
    print(f"Expressions: {sum(outcomes.values())}; {counted}.")
    print(f"Unknown without need: {rate:.2%}. Calls of each function: {fewest[0]} or more.")
    return int(outcomes["wrong"] > 0)


#: A reason why a verdict is wrong.
_ALONE: Final = "refused by Terraform alone"
_OUTCOMES: Final = ("right", "refused", "refused early", "open", "needless", "wrong")


if __name__ == "__main__":
    sys.exit(main())
