"""The policy check: what was read, judged by the policies, as a report."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from toolkit import __version__
from toolkit.checks.engine import evaluate
from toolkit.checks.registry import BUILT_INS
from toolkit.errors import SourceError
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.report import Problem, Report, Source
from toolkit.policy.document import Policy
from toolkit.policy.loader import load_policies
from toolkit.sources.hcl.variables import Assignment
from toolkit.sources.reading import read_source

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
) -> Report:
    """Check every source against the policies.

    `variables` are ``("var", "NAME=VALUE")`` and ``("file", PATH)``, in the order in which they
    win. A source that cannot be read is a problem of the report, and the others are still judged.
    Raises `PolicyError` for a policy that cannot be loaded, `UsageError` for a malformed variable.
    """
    loaded = load_policies(policies, checks=[check.id for check in BUILT_INS])
    assignments = [Assignment(kind, text) for kind, text in variables]
    inventories: list[Inventory] = []
    problems: list[Problem] = []
    for source in dict.fromkeys(sources):
        try:
            inventories.append(
                read_source(
                    source,
                    stdin=stdin,
                    assignments=assignments,
                    environ=environ,
                    source_dir=source_dir,
                )
            )
        except SourceError as error:
            problems.append(Problem(error.message, error.hint, error.exit_code))
    return check_inventories(
        inventories, [each.policy for each in loaded], problems=problems, fail_on=fail_on
    )


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
