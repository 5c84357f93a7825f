"""Find the root modules in a tree of folders.

A folder that another one calls as a local module is not a root, unless Terraform can be run in it
as it is: it has a backend, a variable file that loads automatically, a provider and a value for
every variable, or a file with which Terragrunt runs it. A caller cannot hide such a root.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from toolkit.errors import SourceError
from toolkit.files.opening import open_tree
from toolkit.files.tracking import Tracking
from toolkit.files.tree import Entry, FileRefusedError, Kind, Tree, joined
from toolkit.lazily import pattern
from toolkit.model.inventory import Note
from toolkit.model.values import glob_matches
from toolkit.sources.hcl.modules.loading import (
    Module,
    has_tofu_files,
    load_module,
    terraform_files,
)
from toolkit.sources.hcl.modules.root import terragrunt_file
from toolkit.sources.hcl.modules.tree import ModuleCache, local_source
from toolkit.sources.hcl.modules.variables import automatic_files
from toolkit.sources.read_requests import NO_ROOT, NO_TERRAFORM, Discover, Roots, Skipped

#: Folders in which the tools keep downloads, and Git its data.
_OF_TOOLS: Final = frozenset({".terraform", ".terragrunt-cache", ".git"})
#: What `terraform init` creates in a root module's folder.
_LEFT_BEHIND: Final = (".terraform.lock.hcl", ".terraform")
#: Terragrunt files, and the blocks in them that make it run modules.
_OF_UNITS: Final = frozenset({"terragrunt.hcl", "terragrunt.hcl.json", "terragrunt.stack.hcl"})
_UNIT: Final = pattern(
    r'\b(?:include|unit|stack)\s*(?:"[^"\n]*"\s*)?\{|\bterraform\s*\{[^{}]*\bsource\s*=', re.ASCII
)
#: The most hidden folders that are searched before Git is asked whether it tracks them.
_MOST_LOOKED_THROUGH: Final = 64


def find_roots(request: Discover, cache: ModuleCache) -> Roots:
    """Find the root modules at and below a folder.

    The folder itself is a root even if another one calls it, except for the working directory,
    which stands for the roots in it. Hidden and linked folders that no root covers are listed
    separately.

    Adds the modules that it reads to `cache`. Raises `SourceError` if there is no Terraform at all,
    and for a refused archive.
    """
    path = request.path
    tree = open_tree(path, request.max_size)
    search = _Search(tree, path, request.exclude, cache)
    if tree.kind(tree.inner(path)) is Kind.FILE:
        search.path = os.path.dirname(path) or "."  # noqa: PTH120
        folder = tree.inner(search.path)
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
            NO_TERRAFORM.format(path),
            hint=f"--exclude {' --exclude '.join(request.exclude)} may leave out all there is."
            if request.exclude
            else "Name the folder of a root module (*.tf, *.tf.json), a plan or a state.",
        )
    is_alone = len(folders) == 1 and not (excluded or request.variables)
    if is_alone and not (search.aside or search.outside or search.untracked or search.units):
        return Roots(tuple(folders.values()), None, errors=errors)
    # Excluded folders still call their modules, so the called ones are not roots.
    known = {**excluded, **folders}
    modules = {folder: search.module(folder, shown) for folder, shown in known.items()}
    runs, graph = _Runs(search, request.given), _Graph(modules, search)
    named = tree.inner(path)
    is_named = named in folders and _normal(path) != "."
    roots = [root for root in graph.roots(runs, (named,) if is_named else ()) if root in folders]
    if not roots:
        raise SourceError(
            NO_ROOT.format(path),
            hint=f"--exclude {' --exclude '.join(request.exclude)} leaves out every root module.",
        )
    is_aside = search.aside or search.units
    skipped = tuple(search.skipped(graph.judged(roots, runs)) if is_aside else ())
    paths = tuple(sorted(folders[root] for root in roots))
    notes = [*_notes(folders, modules, roots, named, graph.called)]
    notes += _aside(search, excluded)
    notes += _perhaps_run(tree, {each: folders[each] for each in folders if each not in roots})
    return Roots(paths, _variables(modules, roots), tuple(sorted(notes)), errors, skipped)


class _Search:
    """A walk through the folders at and below a path; `errors` collects unreadable ones."""

    def __init__(self, tree: Tree, path: str, exclude: tuple[str, ...], cache: ModuleCache) -> None:
        self.tree = tree
        self.path = path
        self.errors: list[SourceError] = []
        #: Hidden or linked folders with Terraform: their names, and which of the two they are.
        self.aside: dict[str, tuple[str, str]] = {}
        #: Links that lead out of the tree, and hidden folders with Terraform that Git does not
        #: track.
        self.outside: list[str] = []
        self.untracked: list[str] = []
        #: Folders without Terraform files into which Terragrunt copies a module and runs it.
        self.units: list[str] = []
        self._exclude = exclude
        self._cache = cache
        self._names: dict[str, list[str]] = {}
        self._tracking = Tracking(tree)
        self._waiting_aside: list[tuple[str, str, str]] = []

    def shown(self, folder: str) -> str:
        """Return a folder's name in reports, based on the path that the user named."""
        inner = posixpath.relpath(folder or ".", self.tree.inner(self.path) or ".")
        return _normal(posixpath.join(self.path, inner))

    def folders(self) -> Iterator[tuple[str, str, bool]]:
        """Yield every folder with Terraform files, its shown name, and whether it is excluded.

        Then `aside`, `outside` and `untracked` hold the folders that were not walked.
        """
        walked: set[str] = set()
        waiting = [(self.tree.inner(self.path), _normal(self.path), False)]
        while waiting:
            folder, shown, is_excluded = waiting.pop()
            walked.add(folder)
            entries = self._entries(folder, shown, is_excluded)
            names = terraform_files(entries, tofu=False) or terraform_files(entries, tofu=True)
            if names:
                self._names[folder] = names
                yield folder, shown, is_excluded
            elif not is_excluded and self._is_unit(folder, entries):
                self.units.append(shown)
            for entry in reversed(entries):
                below, inner = _normal(f"{shown}/{entry.name}"), posixpath.join(folder, entry.name)
                out = is_excluded or self._is_excluded(entry.name, below)
                if entry.is_folder and not entry.name.startswith("."):
                    waiting.append((inner, below, out))
                elif not out:
                    self._put_aside(entry, inner, below)
        while self._waiting_aside:
            folder, shown, why = self._waiting_aside.pop()
            if folder in walked:
                continue
            walked.add(folder)
            entries = self._entries(folder, shown, is_excluded=True)
            if terraform_files(entries, tofu=True):
                self.aside[folder] = shown, why
            for entry in entries:
                below, inner = _normal(f"{shown}/{entry.name}"), posixpath.join(folder, entry.name)
                if entry.is_folder and not entry.name.startswith("."):
                    self._waiting_aside.append((inner, below, why))
                else:
                    self._put_aside(entry, inner, below)

    def _entries(self, folder: str, shown: str, is_excluded: bool) -> Sequence[Entry]:
        try:
            return self.tree.entries(folder)
        except FileRefusedError as error:
            if not is_excluded:
                self.errors.append(
                    SourceError(
                        f"{shown}: {error.reason}",
                        hint="Check the folder's permissions, or leave it out with --exclude.",
                    )
                )
            return ()

    def _is_unit(self, folder: str, entries: Sequence[Entry]) -> bool:
        """Whether Terragrunt runs a remote module there; other folders may only include
        the file.
        """
        for name in {each.name for each in entries} & _OF_UNITS:
            with suppress(FileRefusedError):
                if name.endswith(".json") or _UNIT.search(
                    self.tree.read(posixpath.join(folder, name)).decode(errors="replace")
                ):
                    return True
        return False

    def _put_aside(self, entry: Entry, inner: str, shown: str) -> None:
        """Keep a link or a hidden folder for later, except the tools' own, which hold
        only copies.
        """
        if entry.is_link:
            kind = self.tree.kind(inner)
            if kind is Kind.OUTSIDE:
                self.outside.append(shown)
            elif kind is Kind.FOLDER:
                self._waiting_aside.append((self.tree.trail(inner)[-1], shown, "is behind a link"))
        elif entry.is_folder and entry.name not in _OF_TOOLS:
            found = self._holds_terraform(inner)
            if found is not False and self._tracking.tracked(inner) is not False:
                self._waiting_aside.append((inner, shown, "is hidden"))
            elif found:
                self.untracked.append(shown)

    def _holds_terraform(self, folder: str) -> bool | None:
        """Whether the folder contains Terraform; None if it is too large to search."""
        waiting = [folder]
        for _ in range(_MOST_LOOKED_THROUGH):
            if not waiting:
                return False
            here = waiting.pop()
            entries = self._entries(here, here, is_excluded=True)
            if terraform_files(entries, tofu=True):
                return True
            waiting += [
                posixpath.join(here, each.name)
                for each in entries
                if each.is_folder or each.is_link
            ]
        return None

    def skipped(self, judged: Collection[str]) -> Iterator[Skipped]:
        """Yield the folders of `aside` that are not judged."""
        for folder, (shown, why) in sorted(self.aside.items(), key=lambda item: item[1]):
            if folder not in judged:
                yield Skipped(shown, f"{why[0].upper()}{why[1:]}, and was not judged")
        for shown in self.units:
            yield Skipped(shown, "Is run by Terragrunt, and was not judged", "a plan")

    def _is_excluded(self, name: str, shown: str) -> bool:
        """Whether a glob matches the folder's name, its shown path, or its path in the tree."""
        inside = os.path.relpath(shown, self.path)
        return any(
            glob_matches(pattern.rstrip("/"), text)
            for pattern in self._exclude
            for text in (name, shown, inside)
        )

    def module(self, folder: str, shown: str) -> Module | None:
        """Return the folder's declarations; None if unreadable, which is reported when it is
        judged.
        """
        return self._loaded(folder, shown, self._names.get(folder))

    def as_opentofu(self, folder: str) -> Module | None:
        """Return the declarations as OpenTofu reads them, if they differ; else None."""
        try:
            entries = self.tree.entries(folder)
        except FileRefusedError:
            return None
        if not has_tofu_files(entries):
            return None
        return self._loaded(folder, self.shown(folder), terraform_files(entries, tofu=True))

    def _loaded(self, folder: str, shown: str, names: list[str] | None) -> Module | None:
        try:
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


class _Graph:
    """The calls between folders; modules elsewhere in the tree are read on demand."""

    def __init__(self, modules: dict[str, Module | None], search: _Search) -> None:
        self._modules = modules
        self._search = search
        self._calls = {folder: set(_called(module)) for folder, module in modules.items()}
        self.called = set[str]().union(*self._calls.values())

    def roots(self, runs: _Runs, named: Iterable[str]) -> list[str]:
        """Return the folders that no other folder calls, and the called ones that are
        roots anyway.
        """
        roots = [
            folder
            for folder, module in self._modules.items()
            if folder not in self.called or folder in named or runs.is_run(folder, module)
        ]
        # Folders that only call each other are not reached; take one of them as a root.
        reached = self.reached(roots)
        for folder in self._modules:
            if folder not in reached:
                roots.append(folder)
                reached |= self.reached([folder])
        return roots

    def reached(self, start: Iterable[str]) -> set[str]:
        """Return the folders that are called from `start`, directly or indirectly, and `start`
        itself.
        """
        reached: set[str] = set()
        pending = list(start)
        while pending:
            folder = pending.pop()
            if folder not in reached:
                reached.add(folder)
                pending += self._calls.get(folder, ())
        return reached

    def judged(self, roots: Iterable[str], runs: _Runs) -> set[str]:
        """Return the roots and what they call, except where Terraform can be run as it is."""
        judged, pending = set(roots), list(roots)
        while pending:
            folder = pending.pop()
            for called in self._calls.get(folder) or _called(self._module(folder)):
                if called not in judged and not runs.is_run(called, self._module(called)):
                    judged.add(called)
                    pending.append(called)
        return judged

    def _module(self, folder: str) -> Module | None:
        if folder not in self._modules:
            return self._search.module(folder, self._search.shown(folder))
        return self._modules[folder]


class _Runs(Struct, frozen=True):
    """Decides whether Terraform can be run in a folder as it is.

    `given` variables always have values.
    """

    search: _Search
    given: frozenset[str]

    def is_run(self, folder: str, module: Module | None) -> bool:
        """Whether a folder that others call is also a root."""
        tree = self.search.tree
        if next(automatic_files(tree, folder), None) is not None:
            return True
        if terragrunt_file(tree, folder) is not None:
            return True
        return self._has_all(module) or self._has_all(self.search.as_opentofu(folder))

    def _has_all(self, module: Module | None) -> bool:
        """Whether a tool needs nothing beyond the files in the folder."""
        if module is None or module.has_backend:
            return module is not None
        unset = (
            name
            for name, block in module.variables.items()
            if "default" not in block.body.attributes and name not in self.given
        )
        return module.has_provider and next(unset, None) is None


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


def _notes(
    folders: dict[str, str],
    modules: dict[str, Module | None],
    roots: list[str],
    named: str,
    called: Collection[str],
) -> Iterator[Note]:
    """Yield notes on the named folder, and on folders that nothing calls."""
    if named in modules and named not in roots:
        yield Note(
            "folder-only-called",
            f"{folders[named]} itself is judged only as other folders call it, with the values "
            "that they give: it has no backend, no file of variables and no provider with a value "
            "for every variable. Name it by its path to have it judged as a root module too.",
        )
    orphans = []
    for root in roots:
        module = modules[root]
        if root != named and root not in called and module is not None and not module.has_provider:
            orphans.append(folders[root])
    if orphans:
        shown = ", ".join(sorted(orphans)[:5]) + (", …" if len(orphans) > 5 else "")
        yield Note(
            "module-not-called",
            f"Nothing calls {shown}, and no provider or backend is declared there; judged as root "
            "modules all the same. Use --exclude for modules that other trees call.",
        )


def _aside(search: _Search, excluded: dict[str, str]) -> Iterator[Note]:
    """Yield notes on folders that were not walked."""
    if excluded:
        yield Note("excluded", f"--exclude leaves out {listed(excluded.values())}.")
    if search.outside:
        yield Note(
            "link-outside-tree",
            f"{listed(search.outside)}: leads out of {search.tree.root}, so it is not looked at.",
        )
    if search.untracked:
        yield Note(
            "hidden-folder",
            f"{listed(search.untracked)}: hidden and not tracked by Git, so the Terraform in it is "
            "not judged. Name it to have it judged.",
        )


def _perhaps_run(tree: Tree, called: dict[str, str]) -> Iterator[Note]:
    """Yield a note on called folders in which `terraform init` was run; a fresh clone
    shows none.
    """
    found = [
        shown
        for folder, shown in called.items()
        if any(tree.kind(posixpath.join(folder, name)) is not Kind.MISSING for name in _LEFT_BEHIND)
    ]
    if found:
        yield Note(
            "perhaps-a-root",
            f"{listed(found)}: terraform init was run there, but it is judged only as other "
            "folders call it. Name it to have it judged as a root module too.",
        )


def listed(paths: Iterable[str]) -> str:
    """List the first few paths, and the number of the others."""
    shown = sorted(paths)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
