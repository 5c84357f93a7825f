"""The root modules in a tree of folders.

A folder that another one calls as a local module is not a root of its own, unless nothing but its
own examples calls it, and it shows that Terraform is run in it: by a provider or backend, or by a
file of variables, which only a root reads.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator

from toolkit.errors import SourceError
from toolkit.files.tree import FileRefusedError, FolderTree, Tree, joined, tree_root
from toolkit.model.inventory import Note
from toolkit.model.values import glob_matches
from toolkit.sources.hcl.modules.loading import Module, load_module, terraform_files
from toolkit.sources.hcl.modules.tree import ModuleCache, local_source
from toolkit.sources.hcl.modules.variables import automatic_files
from toolkit.sources.requests import Discover, Roots


def find_roots(request: Discover, cache: ModuleCache) -> Roots:
    """The root modules at and below a folder, hidden folders left out.

    Puts the modules that it reads into `cache`, for who reads them next. Raises `SourceError` where
    there is no Terraform at all.
    """
    path = request.path
    tree = FolderTree(tree_root(path), request.max_size)
    search = _Search(tree, path, request.exclude, cache)
    if os.path.isfile(path):  # noqa: PTH113 - a name may be too long for a Path
        search.path = os.path.dirname(path) or "."  # noqa: PTH120
        folder = search.inner(search.path)
        modules = {folder: search.module(folder, _normal(search.path))}
        return Roots((path,), _variables(modules, modules))
    excluded: dict[str, str] = {}
    folders: dict[str, str] = {}
    for folder, shown, is_excluded in search.folders():
        (excluded if is_excluded else folders)[folder] = shown
    errors = tuple(search.errors)
    if not folders and errors:
        raise errors[0]
    if not folders:
        raise SourceError(
            f"{path}: no Terraform files here",
            hint=f"--exclude {' --exclude '.join(request.exclude)} may leave out all there is."
            if request.exclude
            else "Name the folder of a root module (*.tf, *.tf.json), a plan or a state.",
        )
    if len(folders) == 1 and not (excluded or request.variables):
        return Roots(tuple(folders.values()), None, errors=errors)
    # What is left out still calls its modules, which are no roots for that.
    known = {**excluded, **folders}
    modules = {folder: search.module(folder, shown) for folder, shown in known.items()}
    roots = [root for root in _uncalled(tree, modules) if root in folders]
    if not roots:
        raise SourceError(
            f"{path}: nothing but modules that what is left out calls",
            hint=f"--exclude {' --exclude '.join(request.exclude)} leaves out every root module.",
        )
    paths = tuple(sorted(folders[root] for root in roots))
    notes = tuple(_notes(folders, modules, roots, search.inner(path)))
    return Roots(paths, _variables(modules, roots), notes, errors)


class _Search:
    """A walk through the folders at and below a path; `errors` takes those that cannot be read."""

    def __init__(
        self, tree: FolderTree, path: str, exclude: tuple[str, ...], cache: ModuleCache
    ) -> None:
        self.tree = tree
        self.path = path
        self.errors: list[SourceError] = []
        self._exclude = exclude
        self._cache = cache
        self._names: dict[str, list[str]] = {}

    def inner(self, path: str) -> str:
        """Where a path lies in the tree."""
        found = os.path.relpath(os.path.realpath(path), self.tree.root)
        return "" if found == "." else found

    def folders(self) -> Iterator[tuple[str, str, bool]]:
        """Every folder with Terraform files, its name for the user, and whether it is left out."""
        waiting = [(self.inner(self.path), _normal(self.path), False)]
        while waiting:
            folder, shown, is_excluded = waiting.pop()
            try:
                entries = self.tree.entries(folder)
            except FileRefusedError as error:
                if not is_excluded:
                    self.errors.append(
                        SourceError(
                            f"{shown}: {error.reason}",
                            hint="Check the folder's permissions, or leave it out with --exclude.",
                        )
                    )
                continue
            names = terraform_files(entries, tofu=False) or terraform_files(entries, tofu=True)
            if names:
                self._names[folder] = names
                yield folder, shown, is_excluded
            for entry in reversed(entries):
                if entry.is_folder and not entry.name.startswith("."):
                    below = _normal(f"{shown}/{entry.name}")
                    out = is_excluded or self._is_excluded(entry.name, below)
                    waiting.append((posixpath.join(folder, entry.name), below, out))

    def _is_excluded(self, name: str, shown: str) -> bool:
        """Whether a glob matches the folder's name, its path, or its path within the tree."""
        inside = os.path.relpath(shown, self.path)
        return any(
            glob_matches(pattern.rstrip("/"), text)
            for pattern in self._exclude
            for text in (name, shown, inside)
        )

    def module(self, folder: str, shown: str) -> Module | None:
        """The folder's declarations; None for one that cannot be read, which says so when it is."""
        try:
            names = self._names.get(folder)
            if names is None:
                names = terraform_files(self.tree.entries(folder), tofu=False)
            key = self.tree.root, folder, tuple(names)
            if key not in self._cache:
                self._cache[key] = load_module(self.tree, folder, shown, names)
            return self._cache[key]
        except (SourceError, FileRefusedError):
            return None


def _normal(path: str) -> str:
    return os.path.normpath(path)


def _uncalled(tree: Tree, modules: dict[str, Module | None]) -> list[str]:
    """The folders that no other one calls, or that are roots in spite of it."""
    calls = {folder: set(_called(module)) for folder, module in modules.items()}
    callers: dict[str, list[str]] = {}
    for folder, targets in calls.items():
        for target in targets:
            callers.setdefault(target, []).append(folder)
    roots = [
        folder
        for folder, module in modules.items()
        if folder not in callers or _is_run(tree, folder, module, callers[folder])
    ]
    # Folders that only call each other are reached from nowhere; one of them has to say so.
    reached = _closure(roots, calls)
    for folder in modules:
        if folder not in reached:
            roots.append(folder)
            reached |= _closure([folder], calls)
    return roots


def _is_run(tree: Tree, folder: str, module: Module | None, callers: Iterable[str]) -> bool:
    """Whether a folder that others call is a root as well."""
    if not all(f"{caller}/".startswith(f"{folder}/" if folder else "") for caller in callers):
        return False
    has_values = next(automatic_files(tree, folder), None) is not None
    return has_values or (module is not None and module.has_provider)


def _variables(modules: dict[str, Module | None], roots: Iterable[str]) -> frozenset[str] | None:
    names: set[str] = set()
    for root in roots:
        module = modules[root]
        if module is None:
            return None
        names.update(module.variables)
    return frozenset(names)


def _called(module: Module | None) -> Iterator[str]:
    for call in module.calls.values() if module is not None else ():
        source = local_source(call)
        if source is not None and module is not None:
            yield joined(module.folder, source)


def _closure(start: list[str], calls: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    pending = list(start)
    while pending:
        folder = pending.pop()
        if folder not in reached:
            reached.add(folder)
            pending += calls.get(folder, ())
    return reached


def _notes(
    folders: dict[str, str],
    modules: dict[str, Module | None],
    roots: list[str],
    named: str,
) -> Iterator[Note]:
    """What to say of the folder that was named, and of those that nothing calls."""
    if named in modules and named not in roots:
        yield Note(
            "folder-only-called",
            f"{folders[named]} itself is judged only as other folders call it, with the values "
            "that they give: it has no provider, backend or file of variables.",
        )
    orphans = []
    for root in roots:
        module = modules[root]
        if root != named and module is not None and not module.has_provider:
            orphans.append(folders[root])
    if orphans:
        shown = ", ".join(sorted(orphans)[:5]) + (", …" if len(orphans) > 5 else "")
        yield Note(
            "module-not-called",
            f"Nothing calls {shown}, and no provider or backend is declared there; judged as root "
            "modules all the same. Use --exclude for modules that other trees call.",
        )
