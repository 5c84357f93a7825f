"""A root module, ready to be evaluated: its files, its rules, the values of its variables."""

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
    """The root module in a folder.

    Raises `SourceError` for what cannot be read and for what is refused without evaluating it, and
    `UsageError` for a malformed ``--var``.
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
        modules, rules, given.values, workspace, has_inputs=is_wrapped, traces=request.traces
    )
    instance = ModuleInstance(root, called)
    for name in called.module.variables:
        instance.variable(name)
    return instance


def terragrunt_file(tree: Tree, folder: str) -> str | None:
    """The name of the file by which Terragrunt runs Terraform in a folder; None without one."""
    found = (n for n in _TERRAGRUNT if tree.kind(posixpath.join(folder, n)) is Kind.FILE)
    return next(found, None)


def _selected_workspace(place: Place, is_trusted: bool) -> str | None:
    """The workspace that `terraform workspace select` wrote down; None where it is not known.

    Raises `SourceError` where a commit wrote it.
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
