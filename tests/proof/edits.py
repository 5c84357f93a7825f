"""Compare edits with Terraform: ``python -m tests.proof.edits [WORLDS [FIRST]]``.

Draws configurations in every style, lets the toolkit fix them, and plans each with real Terraform
before and after. A client that no edit names must keep its plan, and so must the roles of such a
client. A rule that an edit fixes must hold in Terraform's plan. A second run must find nothing to
fix, and a formatted file must stay formatted.
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
from toolkit.model.addresses import without_keys
from toolkit.model.findings import Verdict
from toolkit.workflows import CheckRequest, check, checked, fix
from toolkit.workflows.run_check import Checked
from toolkit.workflows.run_fix import Fixed

from .judging import PROVIDER
from .world import World, draw

_CLIENTS = 40
_GRANT_TYPE = "authorized_grant_type"
#: The attributes of a client, and of a role, that are access.
_ACCESS = {
    "genesyscloud_oauth_client": (_GRANT_TYPE, "scopes", "roles"),
    "genesyscloud_auth_role": ("permission_policies", "permissions", "default_role_id"),
}


class Outcome(NamedTuple):
    """The result for one world: the number of fixed findings, and the errors."""

    mended: int
    wrong: list[str]


def judged(world: World, folder: Path, cli_config: Path | None, *, unsafe: bool) -> Outcome:
    """Write the world, fix it, and compare it with Terraform's plan."""
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
    failing = _with(first.report.results, Verdict.FAIL)
    mended = failing - _with(fixed.report.results, Verdict.FAIL, Verdict.UNKNOWN)
    rewrite(fixed.files)
    wrong = [f"not formatted: {path}" for path in formatted - _formatted(folder)]
    again = fix(checked(request), unsafe=unsafe)
    if again.files:
        wrong.append(f"edits again: {[each.path for each in again.files]}")
    if workspace is not None and before is not None:
        after = workspace.plan(*tree.arguments())
        wrong += _still_failing(folder, after, first, mended, policy)
        wrong += differences(before, after, Allowed.of(first, fixed, mended, unsafe=unsafe))
    return Outcome(len(mended), wrong)


def _with(results: Any, *verdicts: Verdict) -> set[tuple[str, str]]:
    return {(each.rule, each.address or "") for each in results if each.verdict in verdicts}


def _formatted(folder: Path) -> set[str]:
    """Return the files that `terraform fmt` leaves unchanged."""
    command = ["terraform", "fmt", "-check", "-list=true", "-recursive", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    others = {Path(line).name for line in done.stdout.splitlines()}
    return {str(path) for path in folder.rglob("*.tf") if path.name not in others}


def _still_failing(
    folder: Path,
    plan: Mapping[str, Any],
    first: Checked,
    mended: set[tuple[str, str]],
    policy: Path,
) -> Iterator[str]:
    """Yield the findings that an edit fixed but Terraform's plan still has.

    A value that the toolkit could not know, such as a variable's, may still hold other excess
    access, but not what an edit removed.
    """
    report = check(
        ["-"],
        stdin=json.dumps(plan).encode(),
        policies=[str(policy)],
        environ={},
        source_dir=str(folder),
        all_clients=True,
    )
    gone = {
        (each.rule, each.address or ""): {held.held for held in each.forbidden}
        for each in first.report.results
    }
    for each in report.results:
        key = each.rule, each.address or ""
        if key not in mended or each.verdict is not Verdict.FAIL:
            continue
        left = {held.held for held in each.forbidden}
        if not left or left & gone[key]:
            yield f"still fails as Terraform plans it: {key}"


class Allowed(NamedTuple):
    """The clients and roles with permitted changes of access, and which client has which role."""

    clients: frozenset[str]
    holders: Mapping[str, frozenset[str]]
    roles: bool

    @classmethod
    def of(
        cls, first: Checked, fixed: Fixed, mended: set[tuple[str, str]], *, unsafe: bool
    ) -> Allowed:
        """Return the clients and roles in the findings and in the edits."""
        named = {address for _, address in fixed.others}
        held = {(e.rule, e.address): e.forbidden for e in fixed.report.results}
        for each in first.report.results:
            # Some findings of a role may be fixed and others not.
            is_less = held.get((each.rule, each.address)) != each.forbidden
            if is_less or (each.rule, each.address or "") in mended:
                named |= {*(each.affects or [each.address or ""])}
        holders: dict[str, set[str]] = {}
        for inventory in first.found.inventories:
            for client in inventory.clients:
                for grant in client.grants:
                    role = without_keys(grant.role.address or "")
                    holders.setdefault(role, set()).add(client.address)
        return cls(frozenset(named), {r: frozenset(c) for r, c in holders.items()}, unsafe)


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], allowed: Allowed
) -> Iterator[str]:
    """Yield the differences between the plans that the edits do not announce."""
    old, new = _access(before), _access(after)
    for address in sorted({*old, *new}):
        was, now = old.get(address), new.get(address)
        if was == now:
            continue
        is_client = "genesyscloud_oauth_client." in address
        if is_client and (was is None or now is None):
            yield f"other clients: {address}"
        elif is_client and address not in allowed.clients:
            yield f"no edit names it: {address}: {was} became {now}"
        elif was and now and was.get(_GRANT_TYPE) != now.get(_GRANT_TYPE):
            yield f"another kind of grant: {address}"
        elif not is_client and not allowed.roles:
            yield f"a role of others: {address}: {was} became {now}"
        elif (
            not is_client
            and not allowed.holders.get(without_keys(address), set()) <= allowed.clients
        ):
            yield f"a role of clients that no edit names: {address}: {was} became {now}"


def _access(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the access in a plan, and the access that is known after apply."""
    found = {}
    for change in plan.get("resource_changes", ()):
        names = _ACCESS.get(change["type"]) if change["mode"] == "managed" else None
        if names is not None:
            values, unknown = (
                change["change"].get(key) or {} for key in ("after", "after_unknown")
            )
            found[change["address"]] = {n: (values.get(n), unknown.get(n)) for n in names}
    return found


def main() -> int:
    number, first = (int(given) for given in (sys.argv[1:] + ["30", "0"][len(sys.argv) - 1 :]))
    mended, wrong = 0, 0
    with tempfile.TemporaryDirectory() as temporary:
        cli_config = install(Path(temporary) / "provider")
        for seed in range(first, first + number):
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
