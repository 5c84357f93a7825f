"""What was understood of the sources: the answer to "why does the check say that?"."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from toolkit import __version__
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.checks.hiding import hide_all
from toolkit.checks.known_roles import resolve_roles
from toolkit.checks.registry import BUILT_INS
from toolkit.model.inventory_report import InventoryReport
from toolkit.policy.loader import load_policies
from toolkit.sources.limits import MAX_SIZE
from toolkit.sources.requests import UNSAID, Execution, Progress
from toolkit.workflows.policy_check import DEFAULT_POLICY
from toolkit.workflows.reading import read_sources

if TYPE_CHECKING:
    from toolkit.workflows.live import LiveOrg


def inventory(
    sources: Sequence[str],
    *,
    policies: Sequence[str] = (DEFAULT_POLICY,),
    variables: Sequence[tuple[str, str]] = (),
    source_dir: str | None = None,
    stdin: bytes | None = None,
    environ: Mapping[str, str] = os.environ,
    exclude: Sequence[str] = (),
    catalog: Catalog = SHIPPED,
    max_size: int = MAX_SIZE,
    progress: Progress | None = None,
    execution: Execution = UNSAID,
    org: LiveOrg | None = None,
    saved_plans: Sequence[str] = (),
) -> InventoryReport:
    """The clients and roles of every source, as `check` would judge them.

    What the policies say under `roles:` is filled in; nothing else of them matters. The arguments
    and the errors raised are those of `check`.
    """
    loaded = load_policies(policies, checks=[check.id for check in BUILT_INS], catalog=catalog)
    known_roles = [known for each in loaded for known in each.policy.roles]
    found = read_sources(
        sources,
        stdin=stdin,
        variables=variables,
        environ=environ,
        source_dir=source_dir,
        max_size=max_size,
        exclude=exclude,
        progress=progress,
        execution=execution,
        saved_plans=saved_plans,
    )
    if org is not None:
        found = org.join(found, alone=not (sources or saved_plans), progress=progress)
    return InventoryReport(
        __version__,
        tuple(
            hide_all(resolve_roles(each, known_roles))
            for each in sorted(found.inventories, key=lambda each: (each.root, each.kind))
        ),
        found.notes,
        tuple(sorted(set(found.problems), key=lambda p: (p.message, p.hint or ""))),
    )
