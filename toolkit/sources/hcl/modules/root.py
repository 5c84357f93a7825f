"""Open a root module: read its files, check its rules, collect the values of its variables."""

from __future__ import annotations

import posixpath
from typing import Final

from toolkit.files.tree import FileRefusedError, Kind, Tree
from toolkit.model.inventory import Note
from toolkit.sources.hcl.modules.installed import ENVIRONMENT, is_from_here
from toolkit.sources.hcl.modules.instance import ModuleInstance, Root
from toolkit.sources.hcl.modules.static_rules import StaticRules
from toolkit.sources.hcl.modules.tree import ModuleCache, ModuleTree, Place
from toolkit.sources.hcl.modules.variables import Given
from toolkit.sources.hcl.modules.versions import Versions
from toolkit.sources.read_requests import Read

_TERRAGRUNT: Final = ("terragrunt.hcl", "terragrunt.hcl.json")


def open_root(
    request: Read, place: Place, versions: Versions, cache: ModuleCache
) -> ModuleInstance:
    """Return the root module in a folder.

    Raises `SourceError` for files that cannot be read and for code that is refused without
    evaluation, and `UsageError` for a malformed ``--var``.
    """
    execution = request.execution
    modules = ModuleTree(place, versions, cache, trusts_installed=execution.trusts_installed)
    called = modules.root()
    tree, folder = place.tree, place.folder
    wrapper = terragrunt_file(tree, folder)
    is_wrapped = wrapper is not None
    if wrapper is not None:
        message = (
            f"{posixpath.join(place.shown, wrapper)}: Terragrunt may set variables and "
            "generate files here, so what depends on them is unknown; check a plan."
        )
        modules.notes.add(Note("terragrunt", message))
    rules = StaticRules(modules, complete=not is_wrapped)
    rules.hold(called)
    given = Given(called.module, tree, modules.notes)
    if not is_wrapped:
        given.add_environment(request.environ)
    given.add_files()
    given.add_assignments(request.assignments, request.max_size)
    workspace = execution.workspace or _selected_workspace(place, execution.trusts_installed)
    root = Root(
        modules,
        rules,
        given.values,
        workspace,
        written=given.written,
        has_inputs=is_wrapped,
        traces=request.traces,
    )
    instance = ModuleInstance(root, called)
    for name in called.module.variables:
        instance.variable(name)
    return instance


def terragrunt_file(tree: Tree, folder: str) -> str | None:
    """Return the name of the folder's Terragrunt file; None if there is none."""
    found = (n for n in _TERRAGRUNT if tree.kind(posixpath.join(folder, n)) is Kind.FILE)
    return next(found, None)


def _selected_workspace(place: Place, is_trusted: bool) -> str | None:
    """Return the workspace that `terraform workspace select` stored; None if it is unknown.

    Raises `SourceError` if the file came with a commit.
    """
    path, shown = (
        posixpath.join(place.folder, ENVIRONMENT),
        posixpath.join(place.shown, ENVIRONMENT),
    )
    try:
        found = place.tree.read(path).decode().strip() or None
    except (FileRefusedError, UnicodeDecodeError):
        return None
    if is_trusted or is_from_here(place.tree, path, shown):
        return found
    return None
