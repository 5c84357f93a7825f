"""Make the plans, states and expected reports of the cases again.

    python -m tests.golden.regenerate [--expected-only] [CASE]...

Plans and states need terraform on the PATH; the stand-in provider needs the packages `tf` and
`requests`. The output is the same in every run, so a difference is a change: review it before you
commit it, because the tests rely on it. Nothing is written for a case with a crash, or with a
verdict that contradicts the names of the clients.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.golden.case import CASES, EXPECTED, LIMITS, WORDING, Case, dumped, load_cases
from tests.golden.compact import lines, wording
from tests.golden.terraform import make
from tests.golden.truth import clients
from tests.standin_provider.install import install
from toolkit.errors import ExitCode


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help="folders in tests/cases")
    parser.add_argument("--expected-only", action="store_true", help="leave plans and states alone")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.cases if not (CASES / name).is_dir()]
    if unknown:
        parser.error(f"there is no case {', '.join(unknown)}")
    cases = load_cases(options.cases)
    if not options.expected_only:
        with tempfile.TemporaryDirectory() as folder:
            _make_inputs(cases, Path(folder))
    said = [_expect(case) for case in cases]
    if not options.cases and None not in said:
        _write(WORDING, "".join(f"{text}\n" for text in sorted(set().union(*filter(None, said)))))
    elif options.cases:
        old = set(WORDING.read_text(encoding="utf-8").splitlines())
        new = old.union(*filter(None, said))
        _write(WORDING, "".join(f"{text}\n" for text in sorted(new)))
    return int(None in said)


def _make_inputs(cases: Sequence[Case], folder: Path) -> None:
    cli_config = install(folder / "provider")
    for case in cases:
        if not case.recipe.terraform.plan:
            continue
        workspace = folder / case.name
        workspace.mkdir()
        for name, text in make(case, workspace, cli_config).items():
            _write(case.directory / name, text)


def _expect(case: Case) -> set[str] | None:
    """Write the expected lines and the limits of the case; return its wording, None on a bug."""
    parts, whole, limits = [], {}, {}
    said: set[str] = set()
    for judgement in case.judgements():
        found = judgement.run()
        judged = clients(found.report)
        wrong = [f"{client.address}: {client.two}" for client in judged if client.contradicts]
        if found.status == ExitCode.BUG or wrong:
            sys.stderr.write(f"{judgement.id}: {found.stderr}{', '.join(wrong)}\n")
            return None
        parts.append(
            f"\n== {judgement.kind}\n" + "".join(f"{s}\n" for s in lines(found.report, case.name))
        )
        said |= wording(found.report)
        if case.recipe.whole:
            whole[judgement.whole] = dumped(found.report)
        kind = judgement.kind
        left = [client.address for client in judged if not client.decided_as_promised(kind)]
        if left:
            limits[kind] = left
    _write(case.directory / EXPECTED, "".join(parts))
    for path, text in whole.items():
        _write(path, text)
    path = case.directory / LIMITS
    if limits:
        _write(path, yaml.safe_dump(limits, sort_keys=False, width=200))
    elif path.is_file():
        path.unlink()
        _tell(path)
    return said


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        _tell(path)


def _tell(path: Path) -> None:
    sys.stdout.write(f"{path.relative_to(CASES)}\n")


if __name__ == "__main__":
    sys.exit(main())
