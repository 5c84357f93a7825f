"""Finds and reads the sources that the command line names; collects errors separately."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from toolkit import provision
from toolkit import sources as inputs
from toolkit.bounds import working_on
from toolkit.errors import ProvisionError, SourceError, ToolkitError, UsageError
from toolkit.files.named import open_named, refuse_leading_out
from toolkit.files.opening import archive_of, is_folder, open_tree
from toolkit.files.tracking import TOOL_FOLDER, Tracking
from toolkit.files.tree import FileRefusedError, FolderTree, Kind, tree_root
from toolkit.model.inventory import STDIN, Inventory, Note
from toolkit.model.operator_needs import TerraformObjects
from toolkit.model.report import Org, Problem
from toolkit.sources.limits import MAX_SIZE, is_pipe, read_stream, too_large
from toolkit.sources.read_requests import (
    NAMED,
    UNSAID,
    VAR_FILE_NOTE,
    Assignment,
    Declare,
    Discover,
    Execution,
    Read,
    Skipped,
)

if TYPE_CHECKING:
    from toolkit.sources.hcl.modules.tree import ModuleCache
    from toolkit.sources.source_map import Declarations

_HCL = (".tf", ".tf.json")
#: The entry of an archive that makes it a saved plan.
_SAVED_PLAN = "tfplan"
#: The endings of a name that can only be a folder.
_FOLDER_ENDS = ("/", "/.", "/..")
#: The variable that tells Terraform where to keep what it installs.
_DATA_FOLDER = "TF_DATA_DIR"
_VARIABLES = "TF_VAR_"
#: The variable that names Terraform's workspace.
WORKSPACE = "TF_WORKSPACE"
_NO_VARIABLES = Note(
    "variables-unused",
    "--var and --var-file have no effect here: a plan or a state already has its values.",
)
_SKIPPED = (
    "{}: this Terraform is hidden or behind a link, and no root module covers it, so it "
    "was not checked. Name it to check it."
)
_NO_PLAN = Note(
    "source-dir-unused",
    "--source-dir has no effect here: no source is a plan or a state.",
)


class Found(Struct, frozen=True):
    """What could be read, and why the rest could not.

    `reads` are the requests for the root modules. `pairs` are the inventories before and after each
    plan's apply, and `objects` each source's objects of the provider; both only if asked for.
    `beside` are states that are not sources, but resolved the ids of roles or divisions.
    `made_from` has the request for a plan's Terraform, by plan, as far as it is known. `modules` is
    the cache of parsed modules.
    """

    inventories: tuple[Inventory, ...]
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]
    reads: tuple[Read, ...] = ()
    pairs: tuple[tuple[Inventory, Inventory], ...] = ()
    objects: tuple[TerraformObjects, ...] = ()
    org: Org | None = None
    beside: tuple[str, ...] = ()
    made_from: Mapping[str, Read] = {}
    decides: tuple[Callable[[Inventory], Inventory], ...] = ()
    modules: ModuleCache = {}

    def decided(self, of: Callable[[Inventory], Inventory]) -> Found:
        """Return the same, with `of` applied to each inventory, also those of the pairs.

        `of` adds facts from outside the sources. It is kept in `decides`, to apply to a source that
        is read again.
        """
        return replace(
            self,
            inventories=tuple(map(of, self.inventories)),
            pairs=tuple((of(before), of(after)) for before, after in self.pairs),
            decides=(*self.decides, of),
        )


class Named(Struct, frozen=True):
    """The sources as the command line names them, with the content of standard input for ``-``.

    `saved_plans` are the only sources that Terraform is run for.
    """

    sources: Iterable[str]
    stdin: bytes | None = None
    saved_plans: Sequence[str] = ()


def read_sources(
    these: Named,
    *,
    variables: Sequence[tuple[str, str]],
    environ: Mapping[str, str],
    source_dir: str | None,
    max_size: int,
    exclude: Sequence[str],
    execution: Execution = UNSAID,
    pairs: bool = False,
    objects: bool = False,
    traces: bool = False,
) -> Found:
    """Read every root module, plan and state of the sources, each once.

    Raises `UsageError` for a ``--var`` that no root module declares, and for a missing file or
    folder of an option.
    """
    refuse_unreadable(variables)
    assignments = tuple(_assignment(kind, text, max_size) for kind, text in variables)
    _refuse_missing(source_dir)
    if source_dir is not None:
        _refuse_leading_out(source_dir)
    given = {key: value for key, value in environ.items() if key.startswith(_VARIABLES)}
    if not execution.workspace:
        execution = replace(execution, workspace=environ.get(WORKSPACE, ""))
    names = frozenset(
        [key.removeprefix(_VARIABLES) for key in given]
        + [each.text.partition("=")[0] for each in assignments if each.kind == "var"]
    )
    requests: list[Read] = []
    inventories: list[Inventory] = []
    skipped: dict[str, Skipped] = {}
    notes: set[Note] = set()
    problems: list[Problem] = []
    paired: list[tuple[Inventory, Inventory]] = []
    things: list[TerraformObjects] = []
    made_from: dict[str, Read] = {}
    declared: set[str] | None = set()
    named, saved = list(each_once(these.sources)), list(each_once(these.saved_plans))
    # Don't load the HCL reader if all sources are plans.
    has_folders = source_dir is not None or any(
        archive_of(source) or is_terraform_text(source) for source in named
    )
    folders = inputs.Folders() if has_folders else None
    asked = [*named, *saved]
    for number, source in enumerate(asked):
        working_on(f"Reading {source}", asked[number:])
        try:
            if source != STDIN:
                _refuse_leading_out(source)
            if source in saved:
                data = _shown_plan(source, source_dir, environ, max_size)
            elif folders is not None and is_terraform_text(source, max_size):
                roots = folders.roots(
                    Discover(source, tuple(exclude), bool(assignments), max_size, names)
                )
                notes.update(roots.notes)
                skipped.update((each.path, each) for each in roots.skipped)
                problems += [_problem(error) for error in roots.errors]
                known = roots.variables
                declared = None if declared is None or known is None else declared | known
                requests += [
                    Read(path, assignments, given, source, max_size, execution, traces=traces)
                    for path in roots.paths
                ]
                continue
            else:
                data = source_bytes(source, these.stdin, max_size)
            if folders is not None and source_dir is not None:
                trusts = execution.trusts_installed
                declared_there = folders.declarations(Declare(source_dir, max_size, trusts))
                planned = read_made_from(data, source, source_dir, declared_there, max_size, trusts)
                inventories.append(planned)
                if planned.kind == "plan":
                    made_from[source] = _source_of(data, source_dir, max_size, trusts)
            else:
                inventories.append(inputs.by_reference(inputs.read_json(data, source)))
            if objects:
                things.append(inputs.read_json_objects(data, source))
            if pairs:
                before, after = pair_made_from(data, source, source_dir, max_size)
                paired += [] if before is None else [(before, after)]
        except (SourceError, ProvisionError) as error:
            problems.append(_problem(error))
    if requests and declared is not None:
        _refuse_undeclared(assignments, declared)
    once = {request.source: request for request in _without_parts(requests)}
    for answer in folders.read(list(once.values())) if folders is not None else ():
        if isinstance(answer, ToolkitError):
            problems.append(_problem(answer))
        else:
            inventories.append(answer)
    if objects and folders is not None:
        for request in once.values():
            try:
                things.append(folders.objects(request))
            except SourceError as error:
                problems.append(_problem(error))
    named_states = {os.path.realpath(each.root) for each in inventories if each.kind == "state"}
    inventories = _noted_by_all(inventories)
    beside = {
        each.root: _beside(each, max_size, named_states)
        for each in inventories
        if each.kind == "hcl" and each.clients
    }
    joined = inputs.joined_with_states(
        inventories,
        beside={root: each.state for root, each in beside.items() if each.state is not None},
        exports={root for root, each in beside.items() if each.is_export},
    )
    inventories = list(joined.inventories)
    notes.update(joined.notes, *(each.notes for each in beside.values()))
    judged = {os.path.realpath(source) for source in once}
    left = [each for path, each in sorted(skipped.items()) if os.path.realpath(path) not in judged]
    if left:
        inventories += [
            Inventory(each.path, "hcl", whole=False, skipped=each.why, decided_by=each.decided_by)
            for each in left
        ]
        notes.update(_of_skipped(left))
    if assignments and not requests and inventories:
        notes.add(_NO_VARIABLES)
    if source_dir is not None and inventories and all(i.kind == "hcl" for i in inventories):
        notes.add(_NO_PLAN)
    return Found(
        tuple(inventories),
        tuple(sorted(notes)),
        tuple(problems),
        tuple(once.values()),
        tuple(paired),
        tuple(sorted(things, key=lambda each: each.root)),
        beside=joined.beside,
        made_from=made_from,
        modules={} if folders is None else folders.modules,
    )


def _without_parts(requests: Sequence[Read]) -> Iterable[Read]:
    """Yield the requests, except files of a root module that is itself read as a whole."""
    folders = {
        os.path.realpath(each.source) for each in requests if is_folder(each.source, each.max_size)
    }
    for each in requests:
        if os.path.dirname(os.path.realpath(each.source)) not in folders or (  # noqa: PTH120
            os.path.realpath(each.source) in folders
        ):
            yield each


def _beside(inventory: Inventory, max_size: int, named_states: set[str]) -> inputs.Beside:
    """Return the state beside a root module, unless it is a source of its own."""
    return inputs.state_beside(
        inventory, max_size, named_states, lambda data, name: inputs.read_json(data, name)
    )


def each_once(sources: Iterable[str]) -> Iterable[str]:
    """Return the sources without duplicates, as first named: ``./plan.json`` is ``plan.json``.

    A path below the working folder becomes relative, so that a report, its fingerprints and
    baselines do not depend on how the path was written.
    """
    once: dict[str, str] = {}
    for source in sources:
        told = _below(source) or source
        once.setdefault(os.path.normpath(told), told)
    return once.values()


def _below(source: str) -> str | None:
    """Return an absolute path relative to the working folder; None if it is not below that."""
    if not os.path.isabs(source):  # noqa: PTH117
        return None
    relative = Path(os.path.relpath(source))
    # A slash at the end marks a folder.
    end = os.sep if source.endswith(os.sep) and len(source) > 1 else ""
    return None if os.pardir in relative.parts else f"{relative}{end}"


def _noted_by_all(inventories: Sequence[Inventory]) -> list[Inventory]:
    """Return the inventories without notes on a ``--var-file`` entry that some root declares."""
    told = [
        {n for n in each.notes if n.code == VAR_FILE_NOTE}
        for each in inventories
        if each.kind == "hcl"
    ]
    shared = set.intersection(*told) if told else set()
    return [
        replace(each, notes=tuple(n for n in each.notes if n.code != VAR_FILE_NOTE or n in shared))
        for each in inventories
    ]


def _of_skipped(left: Iterable[Skipped]) -> Iterator[Note]:
    by_name = [each.path for each in left if each.decided_by == NAMED]
    if by_name:
        yield Note("skipped-folder", _SKIPPED.format(inputs.listed(by_name)))


def is_terraform_text(source: str, max_size: int = MAX_SIZE) -> bool:
    """Whether a source is a folder or file of Terraform, and not JSON of a plan or state.

    Raises `SourceError` for an archive that is refused.
    """
    if source == STDIN:
        return False
    if archive_of(source) is None:
        # Unlike the methods of Path, these functions don't raise for a name that is too long.
        is_file = os.path.isfile(source)  # noqa: PTH113
        return os.path.isdir(source) or (source.endswith(_HCL) and is_file)  # noqa: PTH112
    tree = open_tree(source, max_size)
    inner = tree.inner(source)
    if inner:
        kind = tree.kind(inner)
        return kind is Kind.FOLDER or (source.endswith(_HCL) and kind is Kind.FILE)
    # A saved plan is an archive too.
    return tree.kind(_SAVED_PLAN) is Kind.MISSING


def source_bytes(source: str, stdin: bytes | None, max_size: int) -> bytes:
    """Return the JSON of a source, without ever starting a program for it."""
    if source == STDIN:
        if stdin is not None and len(stdin) > max_size:
            raise too_large("standard input", max_size)
        return stdin or b""
    if source.endswith(_FOLDER_ENDS) and os.path.lexists(os.path.normpath(source)):
        raise SourceError(
            f"{source}: is not a folder", hint="Name a file without a slash at its end."
        )
    return _read_file(source, max_size)


def _read_file(source: str, max_size: int) -> bytes:
    if archive_of(source) not in (None, source):
        return _read_packed(source, max_size)
    try:
        data = read_stream(Path(source), max_size)
    except FileNotFoundError as error:
        raise SourceError(
            f"{source}: no such file or folder",
            hint="Name a folder of Terraform, a plan or state as JSON, or - for standard input.",
        ) from error
    except OSError as error:
        raise SourceError(
            f"{source}: {error.strerror}", hint="Check the path and its permissions."
        ) from error
    if len(data) > max_size:
        raise too_large(source, max_size)
    return data


def _read_packed(source: str, max_size: int) -> bytes:
    """Return a file of an archive."""
    tree = open_tree(source, max_size)
    try:
        return tree.read(tree.inner(source))
    except FileRefusedError as error:
        raise SourceError(
            f"{source}: {error.reason}", hint="Name a folder, a plan or a state of the archive."
        ) from None


def _shown_plan(
    source: str, source_dir: str | None, environ: Mapping[str, str], max_size: int
) -> bytes:
    """Return the JSON of a saved plan from Terraform, run with the providers of its folder."""
    _read_file(source, max_size)
    folder = source_dir or os.path.dirname(source) or "."  # noqa: PTH120
    _refuse_tracked_providers(folder, environ)
    data = provision.show_plan(
        Path(source), None if source_dir is None else Path(source_dir), environ=environ
    )
    if len(data) > max_size:
        raise too_large(source, max_size)
    return data


def _refuse_tracked_providers(folder: str, environ: Mapping[str, str]) -> None:
    """Refuse providers that Git tracks: Terraform would start programs that came with a commit."""
    tree = FolderTree(tree_root(folder))
    data = environ.get(_DATA_FOLDER) or TOOL_FOLDER
    place = os.path.join(os.path.realpath(folder), data, "providers")  # noqa: PTH118
    inner = os.path.relpath(place, tree.root)
    if Tracking(tree).tracked(inner):
        raise SourceError(
            f"{place}: Git tracks these providers, so they are not run to show a saved plan",
            hint="Remove them from the repository: 'terraform init' installs what it needs.",
        )


def read_made_from(
    data: bytes,
    root: str,
    source_dir: str,
    declared: Declarations,
    max_size: int = MAX_SIZE,
    trusts_installed: bool = False,
) -> Inventory:
    """Return the inventory of a plan or state as JSON, completed from its Terraform.

    Raises `SourceError`.
    """
    planned = inputs.read_json(data, root, resolve_local=declared.local)
    located = declared.located(planned)
    return completed_by_source(located, data, source_dir, max_size, trusts_installed)


def pair_made_from(
    data: bytes, root: str, source_dir: str | None, max_size: int = MAX_SIZE
) -> tuple[Inventory | None, Inventory]:
    """Return what exists before and after a plan is applied; a state has only the latter.

    Raises `SourceError`.
    """
    if source_dir is None:
        before, after = inputs.read_pair(data, root)
        return before, inputs.by_reference(after)
    declared = inputs.Folders().declarations(Declare(source_dir, max_size))
    before, after = inputs.read_pair(data, root, resolve_local=declared.local)
    after = completed_by_source(declared.located(after), data, source_dir, max_size)
    return None if before is None else declared.located(before), after


def completed_by_source(
    planned: Inventory,
    data: bytes,
    source_dir: str,
    max_size: int,
    trusts_installed: bool = False,
) -> Inventory:
    """Return a plan with its unknown grants completed from its source."""
    if planned.kind != "plan" or not any(map(inputs.needs_source, planned.clients)):
        return planned
    request = _source_of(data, source_dir, max_size, trusts_installed)
    (answer,) = inputs.Folders().read([request])
    # If the source cannot be evaluated, the plan is judged without it.
    if isinstance(answer, ToolkitError):
        return inputs.by_reference(planned)
    return inputs.completed(planned, answer)


def _source_of(data: bytes, source_dir: str, max_size: int, trusts_installed: bool) -> Read:
    """Return the request for a plan's Terraform, evaluated with the plan's own variables."""
    variables, version = inputs.plan_run(data)
    values = Assignment("values", variables)
    execution = Execution(terraform_version=version, trusts_installed=trusts_installed)
    return Read(source_dir, (values,), max_size=max_size, execution=execution)


def _problem(error: ToolkitError) -> Problem:
    return Problem(error.message, error.hint, error.exit_code)


def refuse_unreadable(variables: Iterable[tuple[str, str]]) -> None:
    """Raise `UsageError` for a ``--var-file`` that cannot be read, used or not.

    Terraform would report it only after an init.
    """
    for kind, text in variables:
        if kind != "file":
            continue
        try:
            refuse_leading_out(text)
            # A named pipe of the shell can be opened only once; leave it to the reader.
            if not is_pipe(text):
                open_named(text).close()
        except OSError as error:
            raise UsageError(
                f"--var-file {text}: cannot be read: {error.strerror}",
                hint="Name a .tfvars or .tfvars.json file.",
            ) from error


def _assignment(kind: str, text: str, max_size: int) -> Assignment:
    if kind != "file" or not is_pipe(text):
        return Assignment(kind, text)
    data = read_stream(Path(text), max_size)
    if len(data) > max_size:
        raise too_large(text, max_size)
    return Assignment(kind, text, data)


def _refuse_leading_out(source: str) -> None:
    try:
        refuse_leading_out(source)
    except OSError as error:
        raise SourceError(
            f"{source}: {error.strerror}", hint="Name its target, if you want that one."
        ) from None


def _refuse_missing(source_dir: str | None) -> None:
    # Unlike the method of Path, it doesn't raise for a name that is too long.
    if source_dir is not None and not os.path.isdir(source_dir):  # noqa: PTH112
        raise UsageError(
            f"--source-dir {source_dir}: no such folder",
            hint="Name the folder that the plan was made in.",
        )


def _refuse_undeclared(assignments: Iterable[Assignment], declared: set[str]) -> None:
    for assignment in assignments:
        name = assignment.text.partition("=")[0]
        if assignment.kind == "var" and name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise UsageError(
                f"--var {name}: no root module declares this variable", hint=f"Declared: {known}."
            )
