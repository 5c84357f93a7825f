"""Fuzzes every reader and records the outcome: a report, or an error in one line.

An input is a generated document, odd but mostly valid, or a real file of this repository. Some are
then mutated a few times: in their text (bytes flipped, cut, duplicated, copied from another input)
or in their structure (a value replaced by another type, a key removed, duplicated or renamed). The
same seed gives the same inputs. An outcome that is neither a report nor a `ToolkitError` is a
finding: it is written to build/fuzz, with its traceback.

Run it as a module: ``python -m tests.trust.fuzz --inputs 100000``.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml

from tests.trust.making import mutation
from tests.trust.making.chance import Chance
from tests.trust.outputs import check_error
from tests.trust.targets import ROOT, TARGETS, Target
from toolkit.errors import ToolkitError

FINDINGS = ROOT / "build" / "fuzz"
#: The inputs that one process receives at a time.
_SHARE = 1_000
#: Error texts for a reading process that did not return.
_LOST = ("crashed the parser", "could not be evaluated within")
_COLUMNS = ("report", "error", "lost process", "finding")


def made(target: Target, real: Sequence[bytes], source: random.Random) -> bytes:
    """Return an input: more than half are generated and unchanged, the others mutated."""
    chance = Chance(source)
    data = target.make(chance)
    if chance.often(0.6):
        return data
    if real and chance.often(0.6):
        data = chance.pick(real)
    if target.structured is None or chance.often(0.3):
        return mutation.retyped(chance, data, real or [data])
    read, write = target.structured
    try:
        return write(mutation.restructured(chance, read(data))).encode("utf-8", "replace")
    except (yaml.YAMLError, ValueError, RecursionError):
        return data


def inputs(target: Target, seed: int) -> Iterator[bytes]:
    """Yield inputs without end; the same ones for the same seed."""
    source = random.Random(f"{target.name} {seed}")
    real = list(target.real())
    while True:
        yield made(target, real, source)


@contextmanager
def trying(target: Target) -> Iterator[Callable[[bytes], str]]:
    """Yield a function that returns the outcome of an input; it raises for a finding."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        run = target.prepare(Path(folder), stack)

        def attempt(data: bytes) -> str:
            try:
                run(data)
            except ToolkitError as error:
                check_error(error)
                lost = any(words in error.message for words in _LOST)
                return "lost process" if lost else "error"
            return "report"

        yield attempt


def fuzz(target: Target, count: int, seed: int) -> Counter[str]:
    """Return the outcomes of `count` inputs; findings are written to files."""
    came: Counter[str] = Counter()
    with trying(target) as attempt:
        for data, _ in zip(inputs(target, seed), range(count), strict=False):
            begin = time.perf_counter()
            try:
                outcome = attempt(data)
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                outcome = "finding"
                _keep(target, data, traceback.format_exc())
            if outcome == "lost process":
                _keep(target, data, outcome)
            came[outcome] += 1
            milliseconds = round((time.perf_counter() - begin) * 1000)
            came["slowest ms"] = max(came["slowest ms"], milliseconds)
    return came


def _keep(target: Target, data: bytes, why: str) -> None:
    FINDINGS.mkdir(parents=True, exist_ok=True)
    name = f"{target.name.replace(' ', '-')}-{zlib.crc32(data):08x}"
    (FINDINGS / f"{name}.input").write_bytes(data)
    (FINDINGS / f"{name}.txt").write_text(why)


def _share(task: tuple[int, int, int]) -> Counter[str]:
    at, count, seed = task
    return fuzz(TARGETS[at], count, seed)


def _fuzz_all(at: int, count: int, seed: int, pool: ProcessPoolExecutor) -> Counter[str]:
    """Return the outcomes of `count` inputs for one reader, run in shares."""
    came: Counter[str] = Counter()
    tasks = [(at, min(_SHARE, count - done), seed + done) for done in range(0, count, _SHARE)]
    for found in pool.map(_share, tasks):
        slowest = max(came["slowest ms"], found["slowest ms"])
        came.update(found)
        came["slowest ms"] = slowest
        if sys.stderr.isatty():
            done = sum(came[column] for column in _COLUMNS)
            sys.stderr.write(f"\r{TARGETS[at].name}: {done:,} ")
    return came


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz every reader.")
    parser.add_argument("--inputs", type=int, default=100_000, help="for each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=[target.name for target in TARGETS])
    arguments = parser.parse_args()
    sys.stdout.write(f"| reader | tried | {' | '.join(_COLUMNS)} | slowest ms | seconds |\n")
    sys.stdout.write("|---|---|" + "---|" * (len(_COLUMNS) + 2) + "\n")
    findings = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for at, target in enumerate(TARGETS):
            if arguments.only not in (None, target.name):
                continue
            begin = time.monotonic()
            came = _fuzz_all(at, arguments.inputs, arguments.seed, pool)
            findings += came["finding"]
            counts = " | ".join(f"{came[column]:,}" for column in (*_COLUMNS, "slowest ms"))
            seconds = time.monotonic() - begin
            row = f"| {target.name} | {arguments.inputs:,} | {counts} | {seconds:,.0f} |\n"
            sys.stdout.write(row)
            sys.stdout.flush()
    sys.stdout.write(f"\nSeed {arguments.seed}.\n")
    return int(findings > 0)


if __name__ == "__main__":
    raise SystemExit(main())
