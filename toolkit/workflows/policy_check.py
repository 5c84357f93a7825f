"""The policy check: what was read, judged by the policies, as a report."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

from toolkit import __version__
from toolkit.checks.engine import evaluate
from toolkit.checks.registry import BUILT_INS
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.report import Problem, Report, Source
from toolkit.policy.document import Policy
from toolkit.policy.loader import load_policies
from toolkit.sources.readers import Progress, Readers
from toolkit.workflows.reading import read_sources

DEFAULT_POLICY = "recording-session"


def check(
    sources: Sequence[str],
    *,
    policies: Sequence[str] = (DEFAULT_POLICY,),
    variables: Sequence[tuple[str, str]] = (),
    source_dir: str | None = None,
    stdin: bytes | None = None,
    fail_on: Severity | None = Severity.ERROR,
    environ: Mapping[str, str] = os.environ,
    exclude: Sequence[str] = (),
    readers: Readers | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check every source against the policies.

    `variables` are ``("var", "NAME=VALUE")`` and ``("file", PATH)``, in the order in which they
    win; `exclude` are globs of folders in which no root modules are looked for. A saved plan is
    shown by Terraform, run in `source_dir` or in the plan's folder. A source that cannot be read is
    a problem of the report, and the others are still judged. Raises `PolicyError` and
    `DocumentError` for a policy that cannot be loaded, `UsageError` for a variable that nothing
    declares.
    """
    loaded = load_policies(policies, checks=[check.id for check in BUILT_INS])
    with Readers() if readers is None else nullcontext(readers) as crew:
        found = read_sources(
            crew,
            sources,
            stdin=stdin,
            variables=variables,
            environ=environ,
            source_dir=source_dir,
            exclude=exclude,
            progress=progress,
        )
    report = check_inventories(
        found.inventories,
        [each.policy for each in loaded],
        problems=found.problems,
        fail_on=fail_on,
    )
    return replace(report, notes=tuple(sorted({*report.notes, *found.notes})))


def check_inventories(
    inventories: Iterable[Inventory],
    policies: Sequence[Policy],
    *,
    problems: Iterable[Problem] = (),
    fail_on: Severity | None = Severity.ERROR,
) -> Report:
    """Judges what the sources were understood to contain; `problems` are the ones not read."""
    inventories = tuple(inventories)
    results, notes = evaluate(inventories, policies)
    return Report(
        command="check",
        tool_version=__version__,
        sources=tuple(sorted(_source(inventory) for inventory in inventories)),
        results=results,
        notes=notes,
        errors=tuple(sorted(set(problems), key=lambda p: (p.message, p.hint or ""))),
        fail_on=fail_on,
    )


def _source(inventory: Inventory) -> Source:
    clients = len(inventory.clients) if inventory.judged else 0
    return Source(inventory.root, inventory.kind, clients)
