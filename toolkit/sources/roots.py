"""The root modules in a tree of folders.

A folder that another one calls as a local module is not a root of its own, unless nothing but its
own examples calls it, and it shows that Terraform is run in it: by a provider or backend, or by a
file of variables, which only a root reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from toolkit.errors import SourceError
from toolkit.model.inventory import Note
from toolkit.model.values import glob_matches
from toolkit.sources.hcl.confines import Confines, confines_of
from toolkit.sources.hcl.modules import Module, load_module, terraform_files
from toolkit.sources.hcl.tree import ModuleCache, local_source
from toolkit.sources.hcl.variables import has_variable_files
from toolkit.sources.requests import Discover, Roots


def find_roots(request: Discover, cache: ModuleCache) -> Roots:
    """The root modules at and below a folder, hidden folders left out.

    Puts the module of a single root into `cache`, for who reads it next. Raises `SourceError` where
    there is no Terraform at all.
    """
    path = request.path
    confines = confines_of(path, request.max_size)
    if Path(path).is_file():
        folder = Path(path).parent
        modules = {folder.resolve(): _module(folder, _normal(str(folder)), confines)}
        return Roots((path,), _variables(modules, modules))
    errors: list[SourceError] = []
    excluded: dict[Path, str] = {}
    folders: dict[Path, str] = {}
    for shown, is_excluded in _folders(path, request.exclude, errors):
        (excluded if is_excluded else folders)[Path(shown).resolve()] = shown
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
        # Who reads it can parse it while it is evaluated.
        return Roots(tuple(folders.values()), None, errors=tuple(errors))
    # What is left out still calls its modules, which are no roots for that.
    known = {**excluded, **folders}
    modules = {folder: _module(folder, shown, confines) for folder, shown in known.items()}
    roots = [root for root in _uncalled(modules) if root in folders]
    if not roots:
        raise SourceError(
            f"{path}: nothing but modules that what is left out calls",
            hint=f"--exclude {' --exclude '.join(request.exclude)} leaves out every root module.",
        )
    (first, *others) = roots
    module = modules[first]
    if not others and module is not None:
        cache[confines, first] = module
    paths = tuple(sorted(folders[root] for root in roots))
    notes = tuple(_notes(folders, modules, roots, Path(path).resolve()))
    return Roots(paths, _variables(modules, roots), notes, tuple(errors))


def _uncalled(modules: dict[Path, Module | None]) -> list[Path]:
    """The folders that no other one calls, or that are roots in spite of it."""
    calls = {folder: set(_called(module)) for folder, module in modules.items()}
    callers: dict[Path, list[Path]] = {}
    for folder, targets in calls.items():
        for target in targets:
            callers.setdefault(target, []).append(folder)
    roots = [
        folder
        for folder, module in modules.items()
        if folder not in callers or _is_run(folder, module, callers[folder])
    ]
    # Folders that only call each other are reached from nowhere; one of them has to say so.
    reached = _closure(roots, calls)
    for folder in modules:
        if folder not in reached:
            roots.append(folder)
            reached |= _closure([folder], calls)
    return roots


def _is_run(folder: Path, module: Module | None, callers: Iterable[Path]) -> bool:
    """Whether a folder that others call is a root as well."""
    if not all(caller.is_relative_to(folder) for caller in callers):
        return False
    return has_variable_files(folder) or (module is not None and module.has_provider)


def _variables(modules: dict[Path, Module | None], roots: Iterable[Path]) -> frozenset[str] | None:
    names: set[str] = set()
    for root in roots:
        module = modules[root]
        if module is None:
            return None
        names.update(module.variables)
    return frozenset(names)


def _normal(path: str) -> str:
    return os.path.normpath(path)


def _folders(
    path: str, exclude: tuple[str, ...], errors: list[SourceError]
) -> Iterator[tuple[str, bool]]:
    """Every folder with Terraform files, as the user would name it, and whether it is left out.

    `errors` takes those that cannot be read and are not left out.
    """
    left_out: set[str] = set()

    def refuse(error: OSError) -> None:
        if str(error.filename) in left_out:
            return
        errors.append(
            SourceError(
                f"{error.filename}: cannot be read: {error.strerror}",
                hint="Check the folder's permissions, or leave it out with --exclude.",
            )
        )

    for directory, names, _ in os.walk(path, onerror=refuse):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in names:
            if directory in left_out or _excluded(path, directory, name, exclude):
                left_out.add(os.path.join(directory, name))  # noqa: PTH118 - as os.walk names it
        if terraform_files(Path(directory)):
            yield _normal(directory), directory in left_out


def _excluded(path: str, directory: str, name: str, exclude: tuple[str, ...]) -> bool:
    """Whether a glob matches the folder's name, its path, or its path within the tree."""
    shown = _normal(f"{directory}/{name}")
    inside = os.path.relpath(shown, path)
    return any(
        glob_matches(pattern.rstrip("/"), text)
        for pattern in exclude
        for text in (name, shown, inside)
    )


def _module(folder: Path, shown: str, confines: Confines) -> Module | None:
    """The folder's declarations; None for one that cannot be read, which says so when it is."""
    try:
        return load_module(folder, shown, confines)
    except SourceError:
        return None


def _called(module: Module | None) -> Iterator[Path]:
    for call in module.calls.values() if module is not None else ():
        source = local_source(call)
        if source is not None and module is not None:
            yield (module.directory / source).resolve()


def _closure(start: list[Path], calls: dict[Path, set[Path]]) -> set[Path]:
    reached: set[Path] = set()
    pending = list(start)
    while pending:
        folder = pending.pop()
        if folder not in reached:
            reached.add(folder)
            pending += calls.get(folder, ())
    return reached


def _notes(
    folders: dict[Path, str],
    modules: dict[Path, Module | None],
    roots: list[Path],
    named: Path,
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
