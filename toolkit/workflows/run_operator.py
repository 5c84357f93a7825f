"""Reports what the client that runs Terraform needs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from toolkit import __version__
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.model.report import Report, Source
from toolkit.provider.least import least_for
from toolkit.sources.limits import MAX_SIZE
from toolkit.sources.read_requests import UNSAID, Execution
from toolkit.workflows.source_reading import Named, read_sources


def operator(
    sources: Sequence[str],
    *,
    variables: Sequence[tuple[str, str]] = (),
    stdin: bytes | None = None,
    environ: Mapping[str, str] = os.environ,
    exclude: Sequence[str] = (),
    catalog: Catalog = SHIPPED,
    max_size: int = MAX_SIZE,
    execution: Execution = UNSAID,
) -> Report:
    """Return the least role and scopes for whoever plans and applies the sources.

    A plan says what is needed now; a folder or a state needs everything that can be done with its
    objects. The arguments are those of `check`. Raises UsageError for a variable that no root
    module declares.
    """
    found = read_sources(
        Named(sources, stdin),
        variables=variables,
        environ=environ,
        source_dir=None,
        max_size=max_size,
        exclude=exclude,
        execution=execution,
        objects=True,
    )
    kinds = {each.root: each for each in found.inventories}
    granting = [each for each in found.inventories if each.judged]
    return Report(
        command="operator",
        tool_version=__version__,
        sources=tuple(
            Source(each.root, kinds[each.root].kind, len(kinds[each.root].clients))
            for each in found.objects
            if each.root in kinds
        ),
        notes=tuple(sorted({*found.notes})),
        errors=tuple(sorted({*found.problems}, key=lambda p: (p.message, p.hint or ""))),
        operator=least_for(found.objects, granting, catalog),
    )
