"""The figures of docs/trust.md, measured now: ``python -m tests.trust``, or ``make trust``.

Each part prints its own; the exit status is 1 if any part fails.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
_TESTS = ("-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider")


#: Modules that are covered by a part of their own.
_APART = ("scale", "hostile_api")


class Part(NamedTuple):
    """A promise, and the arguments of this interpreter that measure it."""

    title: str
    command: tuple[str, ...]


PARTS = (
    Part("No false pass", ("-m", "tests.proof.measure", "--brief")),
    Part("No value but Terraform's", ("-m", "tests.proof.expressions")),
    Part("The proof finds bugs", (*_TESTS, "tests/proof")),
    Part("Secrets: marks that got out", ("-m", "tests.leaks.measure")),
    Part("Secrets: temporary files, crashes, the mock", (*_TESTS, "tests/leaks")),
    Part("Supply chain", (*_TESTS, "tests/supply_chain")),
    Part(
        "Attacks on each promise",
        (*_TESTS, "tests/trust", *(f"--ignore=tests/trust/test_{name}.py" for name in _APART)),
    ),
    Part("Generated trees", ("-m", "tests.trust.trees")),
    Part("Large inputs", ("-m", "benchmarks.scale")),
    Part("Large inputs: an end at once", (*_TESTS, "tests/trust/test_scale.py")),
    Part("Nothing crashes it", ("-m", "tests.trust.fuzz", "--inputs", "1000")),
    Part("A hostile or broken API", (*_TESTS, "tests/trust/test_hostile_api.py")),
    Part("What the probe finds", ("-m", "tests.probe.accuracy")),
)


def main(parts: Sequence[Part] = PARTS) -> int:
    failed = []
    for part in parts:
        print(f"== {part.title}\n", flush=True)
        done = subprocess.run([sys.executable, *part.command], cwd=ROOT, check=False)
        if done.returncode:
            failed.append(part.title)
        print(flush=True)
    print(f"Does not hold: {', '.join(failed)}." if failed else "Every promise holds.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
