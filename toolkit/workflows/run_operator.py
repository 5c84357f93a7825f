"""What the client that runs a Terraform needs, as a report."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from toolkit import __version__
from toolkit import sources as inputs
from toolkit.catalog.catalog import SHIPPED, Catalog
from toolkit.errors import SourceError
from toolkit.model.operator_needs import TerraformObjects
from toolkit.model.report import Problem, Report, Source
from toolkit.provider.least import least_for
from toolkit.sources.limits import MAX_SIZE
from toolkit.sources.requests import (
    UNSAID,
    Assignment,
    Discover,
    Execution,
    Progress,
    Read,
)
from toolkit.workflows.reading import each_once, is_terraform_text, read_sources, source_bytes


def operator(
    sources: Sequence[str],
    *,
    variables: Sequence[tuple[str, str]] = (),
    stdin: bytes | None = None,
    environ: Mapping[str, str] = os.environ,
    exclude: Sequence[str] = (),
    catalog: Catalog = SHIPPED,
    max_size: int = MAX_SIZE,
    progress: Progress | None = None,
    execution: Execution = UNSAID,
) -> Report:
    """The least role and scopes for whoever plans and applies the sources.

    A plan says what is needed now; a folder or a state needs all that can be done with what it has.
    The arguments are those of `check`. Raises UsageError for a variable that no root declares.
    """
    found = read_sources(
        sources,
        stdin=stdin,
        variables=variables,
        environ=environ,
        source_dir=None,
        max_size=max_size,
        exclude=exclude,
        progress=progress,
        execution=execution,
    )
    problems = {*found.problems}
    roots: list[TerraformObjects] = []
    folders = inputs.Folders() if any(map(is_terraform_text, sources)) else None
    given = {key: value for key, value in environ.items() if key.startswith("TF_VAR_")}
    assignments = tuple(Assignment(kind, text) for kind, text in variables)
    for source in each_once(sources):
        try:
            if folders is None or not is_terraform_text(source):
                data = source_bytes(source, stdin, max_size)
                roots.append(inputs.read_json_objects(data, source))
                continue
            for path in folders.roots(Discover(source, tuple(exclude), False, max_size)).paths:
                request = Read(path, assignments, given, source, max_size, execution)
                roots.append(folders.objects(request))
        except SourceError as error:
            problems.add(Problem(error.message, error.hint, error.exit_code))
    kinds = {each.root: each for each in found.inventories}
    granting = [each for each in found.inventories if each.judged]
    return Report(
        command="operator",
        tool_version=__version__,
        sources=tuple(
            Source(each.root, kinds[each.root].kind, len(kinds[each.root].clients))
            for each in sorted(roots, key=lambda each: each.root)
            if each.root in kinds
        ),
        notes=tuple(sorted({*found.notes})),
        errors=tuple(sorted(problems, key=lambda p: (p.message, p.hint or ""))),
        operator=least_for(roots, granting, catalog),
    )
