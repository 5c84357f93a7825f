"""Compares the clients of two inputs: what a change grants and takes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from toolkit import __version__
from toolkit.catalog.catalog import Catalog
from toolkit.checks.registry import CHECK_IDS
from toolkit.errors import SourceError, UsageError
from toolkit.files.commit import Checkout
from toolkit.judging.waivers import waive
from toolkit.model.changes import Change
from toolkit.model.findings import Result
from toolkit.model.inventory import Inventory, Note
from toolkit.model.report import Problem, Report, Source
from toolkit.workflows.change_rules import change_results, changes_of, import_notes
from toolkit.workflows.check_request import CheckRequest
from toolkit.workflows.commits import GIT, Commits, compared_with, folder_of
from toolkit.workflows.parameters import PathName, each_path
from toolkit.workflows.run_check import Rules, load_rules
from toolkit.workflows.source_reading import (
    Found,
    Named,
    is_terraform_text,
    pair_made_from,
    read_sources,
    source_bytes,
)

if TYPE_CHECKING:
    from typing import Unpack

    from toolkit.workflows.check_options import CheckOptions

#: The root of an inventory that is not a folder, relative to the named source.
_ALONE = "."
#: ``("var", "NAME=VALUE")`` and ``("file", PATH)``, as in a `CheckRequest`.
Variables: TypeAlias = Sequence[tuple[str, str]]


class _Side(Struct, frozen=True):
    """One of the two inputs, and what was found in it.

    Roots are relative to its `folder`, which may no longer exist. Reports replace the folder
    `private` with `shown`.
    """

    name: str
    found: Found
    folder: str = "."
    private: str = ""
    shown: str = ""

    def roots(self) -> dict[str, Inventory]:
        """Return the inventories by their root, relative to the named source."""
        return {_relative(self.folder, each): each for each in self.found.inventories}


def diff(
    base: PathName,
    head: PathName | None = None,
    *,
    commits: Commits | None = None,
    **options: Unpack[CheckOptions],
) -> Report:
    """Compare what the clients of `base` and of `head` have.

    Both are sources as `check` takes them, or ``git:REF[:DIR]``, a commit of the current
    repository; a plan stands for the state after its apply. Without a `head`, `base` is a plan, and
    the state before its apply is compared with the state after it. With an `org` (see `live_org`),
    `base` is compared with the org. `source_dir` is the Terraform that a plan was made from.
    `catalog` says what a wildcard grants, and which operations a permission opens. `policies`
    provide their rules about changes, and what they say about roles. Several comparisons can share
    `commits`. The other arguments are those of `check`.

    Raises UsageError if it is not clear which roots correspond, for a variable that no root module
    declares, and for a single input that is not a plan.
    """
    policies = each_path(options.get("policies", ()))
    request = CheckRequest(**options)
    if commits is None:
        with Commits(request.environ) as commits:
            return diff(base, head, commits=commits, **options)
    base, head = os.fspath(base), None if head is None else os.fspath(head)
    source_dir = None if request.source_dir is None else os.fspath(request.source_dir)
    max_size, org = request.max_size, request.org
    rules = None
    if policies:
        rules = load_rules(
            policies,
            clients=request.clients,
            select=request.select,
            ignore=request.ignore,
            unknown=request.unknown,
            catalog=request.catalog,
        ).waiving(request.waivers, comments=request.waivers and request.comments_waive)

    def compared(before: _Side, after: _Side) -> Report:
        report = compare(before, after, request.catalog, rules, request.today)
        return _of_target(replace(report, fail_on=request.fail_on), request.environment)

    # A plan and a state do not say what their unknown values are made of.
    traces = head is not None and all(
        each.startswith(GIT) or is_terraform_text(each, max_size) for each in (base, head)
    )

    def read_folder(source: str, variables: Variables = request.variables) -> Found:
        found = read_sources(
            Named([source]),
            variables=variables,
            environ=request.environ,
            source_dir=None,
            max_size=max_size,
            exclude=request.exclude,
            execution=request.execution,
            traces=traces,
        )
        # A note names the skipped roots; they have nothing to compare.
        return replace(found, inventories=tuple(i for i in found.inventories if not i.skipped))

    def read(source: str) -> tuple[Found | None, Found]:
        if is_terraform_text(source, max_size):
            return None, read_folder(source)
        return _read_json(source, request.stdin, source_dir, max_size)

    def side(source: str, other: str) -> _Side:
        if not source.startswith(GIT):
            return _Side(source, read(source)[1], folder_of(source, max_size))
        return _of_commit(source, other, read_folder, commits, request)

    if org is not None:
        if head is not None:
            raise UsageError(
                "--live compares with the org, so give at most one input",
                hint="Name the new version: diff --live HEAD.",
            )
        found = read(base)[1]
        there = org.join(Found((), (), ()), alone=True)
        here = org.join(found, alone=False) if found.inventories else found
        return compared(_Side("the org", there), _Side(base, here))
    if head is not None:
        return compared(side(base, head), side(head, base))
    before, after = read(base)
    if before is None and not after.problems:
        raise UsageError(
            f"{base} is not a plan, so there is nothing to compare it with",
            hint="Name the old and the new version: diff BASE HEAD; or a plan alone.",
        )
    return compared(_Side(base, before or after), _Side(base, after))


def _of_target(report: Report, name: str | None) -> Report:
    """Return the report with the target's name in its sources, results and changes."""
    if name is None:
        return report
    return replace(
        report,
        sources=tuple(replace(each, environment=name) for each in report.sources),
        results=tuple(replace(each, environment=name) for each in report.results),
        changes=tuple(replace(each, environment=name) for each in report.changes or ()),
    )


def _of_commit(
    source: str,
    other: str,
    read: Callable[[str, Variables], Found],
    commits: Commits,
    request: CheckRequest,
) -> _Side:
    """Read a commit: ``git:REF:DIR``, or the folder or file that it is compared with."""
    ref, colon, named = source.removeprefix(GIT).partition(":")
    max_size = request.max_size
    try:
        here = compared_with(other, max_size)
        commit = commits.open(source, other, max_size)
        own = os.path.relpath(os.path.realpath(here), os.path.realpath(commit.repository))
        inner = os.path.normpath(named if colon else own)
        if inner.startswith("..") or os.path.isabs(inner):  # noqa: PTH117
            raise SourceError(f"{source}: lies outside of the repository")
        if any(f"{inner}/".startswith(f"{each}/") for each in commit.submodules):
            raise SourceError(
                f"{source}: {inner} is of a submodule, whose files that commit does not have",
                hint="Compare it in a clone of its own.",
            )
        place = os.path.normpath(os.path.join(commit.path, inner))  # noqa: PTH118
        if not is_terraform_text(place, max_size):
            if colon:
                raise SourceError(f"{source}: no such folder in that commit")
            kind = "folder" if here == folder_of(here, max_size) else "file"
            note = Note("not-in-commit", f"{source} has no {kind} {inner}: all of it is new.")
            return _Side(source, Found((), (note,), ()))
        given = [_as_committed(commit, kind, text) for kind, text in request.variables]
        folder = folder_of(place, max_size)
        return _Side(place, read(place, given), folder, commit.path, f"{GIT}{ref}")
    except SourceError as error:
        problem = Problem(error.message, error.hint, error.exit_code)
        return _Side(source, Found((), (), (problem,)))


def _as_committed(commit: Checkout, kind: str, text: str) -> tuple[str, str]:
    """Return a variable, with a variables file replaced by the commit's version if it has one."""
    if kind == "file":
        inner = os.path.relpath(os.path.realpath(text), os.path.realpath(commit.repository))
        there = os.path.realpath(os.path.join(commit.path, inner))  # noqa: PTH118
        # A link may lead out of the commit.
        if there.startswith(f"{commit.path}{os.sep}") and os.path.isfile(there):  # noqa: PTH113
            return kind, there
    return kind, text


def _read_json(
    source: str, stdin: bytes | None, source_dir: str | None, max_size: int
) -> tuple[Found | None, Found]:
    """Read what exists before and after a plan is applied; a state has only the latter."""
    try:
        data = source_bytes(source, stdin, max_size)
        before, after = pair_made_from(data, source, source_dir, max_size)
    except SourceError as error:
        problem = Problem(error.message, error.hint, error.exit_code)
        return None, Found((), (), (problem,))
    found = None if before is None else Found((before,), (), ())
    return found, Found((after,), (), ())


def compare(
    before: _Side,
    after: _Side,
    catalog: Catalog,
    rules: Rules | None = None,
    today: date | None = None,
) -> Report:
    """Return the report on two sides. If one could not be read, nothing is compared."""
    problems = {*before.found.problems, *after.found.problems}
    pairs = [] if problems else list(_paired(before, after))
    policies = rules.policies if rules is not None else ()
    changes, pairs = changes_of(pairs, policies, catalog)
    notes = {
        *before.found.notes,
        *after.found.notes,
        *(
            note
            for side in (before, after)
            for each in side.found.inventories
            for note in each.notes
        ),
        *import_notes(pairs),
    }
    report = Report(
        command="diff",
        tool_version=__version__,
        sources=tuple(_sources(before, after)),
        notes=tuple(sorted(notes)),
        errors=tuple(sorted(problems, key=lambda p: (p.message, p.hint or ""))),
        changes=changes,
    )
    if rules is not None:
        report = _ruled(report, pairs, rules, today)
    for side in (before, after):
        if side.private:
            report = _renamed(report, side.private, side.shown)
    return report


def _ruled(
    report: Report,
    pairs: Sequence[tuple[Inventory, Inventory]],
    rules: Rules,
    today: date | None,
) -> Report:
    """Return the report with the verdicts of the rules about changes."""
    results = change_results(pairs, report.changes or (), rules.policies, rules.run_filter)
    results, notes = waive(
        results,
        [new for _, new in pairs],
        rules.policies,
        today or datetime.now(UTC).date(),
        checks=CHECK_IDS,
        run_filter=rules.run_filter,
        # A waiver that no rule needs here may be needed by a check.
        complete=False,
    )
    return replace(report, results=results, notes=tuple(sorted({*report.notes, *notes})))


def _renamed(report: Report, place: str, shown: str) -> Report:
    """Return the report with a private folder replaced by the name that the user gave."""

    def of(text: str) -> str:
        return text.replace(f"{place}/", f"{shown}:").replace(place, shown)

    def change_of(change: Change) -> Change:
        where = change.location
        if where is not None:
            where = replace(where, path=of(where.path))
        return replace(change, root=of(change.root), location=where)

    def result_of(result: Result) -> Result:
        where = result.location
        if where is not None:
            where = replace(where, path=of(where.path))
        return replace(result, root=result.root and of(result.root), location=where)

    return replace(
        report,
        sources=tuple(replace(each, root=of(each.root)) for each in report.sources),
        notes=tuple(sorted(replace(each, message=of(each.message)) for each in report.notes)),
        errors=tuple(
            replace(each, message=of(each.message), hint=each.hint and of(each.hint))
            for each in report.errors
        ),
        changes=None if report.changes is None else tuple(map(change_of, report.changes)),
        results=tuple(map(result_of, report.results)),
    )


def _sources(before: _Side, after: _Side) -> Iterator[Source]:
    sides = (after,) if before.name == after.name else (before, after)
    for side in sides:
        for each in sorted(side.found.inventories, key=lambda each: each.root):
            yield Source(each.root, each.kind, len(each.clients))


def _paired(before: _Side, after: _Side) -> Iterator[tuple[Inventory, Inventory]]:
    """Yield the matching roots of both sides: by path, or the only root with the only root."""
    old, new = before.roots(), after.roots()
    if len(old) == 1 and len(new) == 1:
        yield next(iter(old.values())), next(iter(new.values()))
        return
    _refuse_unlike(before, after)
    for path in sorted({*old, *new}):
        there, here = old.get(path), new.get(path)
        if there is not None and here is not None:
            yield there, here
        elif here is not None:
            yield Inventory(here.root, here.kind), here
        elif there is not None:
            yield there, Inventory(there.root, there.kind, lineage=())


def _refuse_unlike(before: _Side, after: _Side) -> None:
    """Raise `UsageError` for several roots against a plan, a state or an org."""
    for side, other in ((before, after), (after, before)):
        kinds = {each.kind for each in side.found.inventories}
        if len(other.found.inventories) > 1 and kinds and kinds != {"hcl"}:
            raise UsageError(
                f"{other.name} has {len(other.found.inventories)} root modules, but "
                f"{side.name} has one",
                hint="Name the folder of the one root module.",
            )


def _relative(folder: str, inventory: Inventory) -> str:
    return os.path.relpath(inventory.root, folder) if inventory.kind == "hcl" else _ALONE
