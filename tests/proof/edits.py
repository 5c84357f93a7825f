"""Hold edits to Terraform: ``python -m tests.proof.edits [WORLDS]``.

Draws configurations in every style, has the toolkit mend what it can, and plans each with the real
Terraform before and after. A client that no edit names must plan to the same, and a rule that an
edit mends must hold of what Terraform plans. A second run must have nothing left to do, and a file
that was formatted must stay so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.standin_provider.install import install
from tests.standin_provider.workspace import Workspace
from toolkit.files.rewriting import rewrite
from toolkit.model.findings import Verdict
from toolkit.workflows import CheckRequest, check, checked, fix

from .judging import PROVIDER
from .world import World, draw

_CLIENTS = 40
#: What of a client is its access.
_ACCESS = ("scopes", "roles", "authorized_grant_type")


class Outcome(NamedTuple):
    """What came of one world: how many findings were mended, and what went wrong."""

    mended: int
    wrong: list[str]


def judged(world: World, folder: Path, cli_config: Path | None, *, unsafe: bool) -> Outcome:
    """Write the world, mend it, and compare it with what Terraform plans."""
    tree = world.tree
    tree.write(folder, PROVIDER)
    policy = folder / "policy.yaml"
    policy.write_text(world.policy(), encoding="utf-8")
    request = CheckRequest(
        [str(folder)],
        policies=[str(policy)],
        variables=tree.variables(folder),
        environ=tree.environ,
        all_clients=True,
    )
    formatted = _formatted(folder)
    before = None
    workspace = None if cli_config is None else Workspace(folder, cli_config, tree.environ)
    if workspace is not None:
        workspace.init()
        before = workspace.plan(*tree.arguments())
    first = checked(request)
    fixed = fix(first, unsafe=unsafe)
    failing = _failed(first.report.results)
    mended = failing - _failed(fixed.report.results)
    rewrite(fixed.files)
    wrong = [f"not formatted: {path}" for path in formatted - _formatted(folder)]
    again = fix(checked(request), unsafe=unsafe)
    if again.files:
        wrong.append(f"edits again: {[each.path for each in again.files]}")
    if workspace is not None and before is not None:
        after = workspace.plan(*tree.arguments())
        wrong += _differences(world, folder, (before, after), mended, policy)
    return Outcome(len(mended), wrong)


def _failed(results: Any) -> set[tuple[str, str]]:
    return {(each.rule, each.address or "") for each in results if each.verdict is Verdict.FAIL}


def _formatted(folder: Path) -> set[str]:
    """The files that `terraform fmt` leaves as they are."""
    command = ["terraform", "fmt", "-check", "-list=true", "-recursive", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    others = {Path(line).name for line in done.stdout.splitlines()}
    return {str(path) for path in folder.rglob("*.tf") if path.name not in others}


def _differences(
    world: World,
    folder: Path,
    plans: tuple[Mapping[str, Any], Mapping[str, Any]],
    mended: set[tuple[str, str]],
    policy: Path,
) -> Iterator[str]:
    """What Terraform plans otherwise than the edits say."""
    report = check(
        ["-"],
        stdin=json.dumps(plans[1]).encode(),
        policies=[str(policy)],
        environ={},
        source_dir=str(folder),
        all_clients=True,
    )
    still = mended & _failed(report.results)
    yield from (f"still fails as Terraform plans it: {each}" for each in sorted(still))
    old, new = map(_clients, plans)
    if old.keys() != new.keys():
        yield f"other clients: {sorted(old.keys() ^ new.keys())}"


def _clients(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for change in plan.get("resource_changes", ()):
        if change["type"] == "genesyscloud_oauth_client":
            after = change["change"]["after"] or {}
            found[change["address"]] = {name: after.get(name) for name in _ACCESS}
    return found


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    mended, wrong = 0, 0
    with tempfile.TemporaryDirectory() as temporary:
        cli_config = install(Path(temporary) / "provider")
        for seed in range(number):
            folder = Path(temporary) / f"world{seed}"
            folder.mkdir()
            outcome = judged(draw(seed, _CLIENTS), folder, cli_config, unsafe=bool(seed % 2))
            mended += outcome.mended
            for each in outcome.wrong:
                wrong += 1
                print(f"seed {seed}: {each}", flush=True)
            shutil.rmtree(folder)
    print(f"{number} configurations, {mended} findings mended, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
