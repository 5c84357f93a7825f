"""Measure wrong verdicts: ``python -m tests.proof.measure [VERDICTS]``.

Draws policies and clients with known answers until there are this many verdicts (10,000 by default)
on HCL, and as many on Terraform's plan with and without its source. Prints the results for each
style. Exits with 1 if a verdict was wrong, or unknown without a documented reason.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.standin_provider.install import install

from .judging import Compared, run
from .world import draw
from .writing import KINDS

_COLUMNS = ("pass", "fail", "unknown", "n/a", "needless", "wrong")


class Tally:
    """Verdicts by kind of input and by style."""

    def __init__(self) -> None:
        self.kinds: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        self.styles: dict[str, dict[str, Counter[str]]] = {kind: {} for kind in KINDS}
        self.limits: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        self.wrong: list[tuple[int, Compared]] = []
        self.undocumented: list[tuple[int, Compared]] = []

    def add(self, seed: int, compared: Iterable[Compared]) -> None:
        for each in compared:
            words = [
                "verdicts",
                {"not-applicable": "n/a", "absent": "n/a"}.get(each.said, each.said),
            ]
            if each.needless:
                words.append("needless")
                self.limits[each.kind][each.limit or "not written down"] += 1
                if each.limit is None:
                    self.undocumented.append((seed, each))
            if each.wrong:
                words.append("wrong")
                self.wrong.append((seed, each))
            self.kinds[each.kind].update(words)
            for style in each.styles:
                self.styles[each.kind].setdefault(style, Counter()).update(words)

    @property
    def done(self) -> int:
        return self.kinds["hcl"]["verdicts"]

    def table(self, *, styles: bool = True) -> str:
        lines = []
        for kind in KINDS:
            lines += [f"{kind:<46}{''.join(f'{name:>9}' for name in _COLUMNS)}"]
            rows = sorted(self.styles[kind].items()) if styles else []
            for name, counts in [*rows, ("all", self.kinds[kind])]:
                numbers = "".join(f"{counts[column]:>9}" for column in _COLUMNS)
                lines.append(f"  {name:<44}{numbers}")
            for reason, count in self.limits[kind].most_common():
                lines.append(f"  needless {count:>5}: {reason}")
            lines.append("")
        return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("verdicts", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first world")
    parser.add_argument("--brief", action="store_true", help="no line for each style")
    options = parser.parse_args(arguments)
    tally, seed = Tally(), options.seed
    with tempfile.TemporaryDirectory() as temporary:
        cli_config = install(Path(temporary) / "provider")
        while tally.done < options.verdicts:
            folder = Path(temporary) / f"world-{seed}"
            folder.mkdir()
            tally.add(seed, run(draw(seed), folder, cli_config))
            seed += 1
    print(tally.table(styles=not options.brief))
    for title, found in (("wrong", tally.wrong), ("unknown without need", tally.undocumented)):
        for number, each in found[:10]:
            print(f"{title}: seed {number}: {each}")
    counted = ", ".join(f"{counts['verdicts']} {kind}" for kind, counts in tally.kinds.items())
    print(f"Verdicts: {counted}; seeds {options.seed} to {seed - 1}.")
    print(
        f"Wrong: {len(tally.wrong)}. Unknown without a written reason: {len(tally.undocumented)}."
    )
    return int(bool(tally.wrong or tally.undocumented))


if __name__ == "__main__":
    sys.exit(main())
