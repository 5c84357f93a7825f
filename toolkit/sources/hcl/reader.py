"""Read a Terraform folder into an Inventory, for all tool versions that may run it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from toolkit.errors import SourceError
from toolkit.files.opening import open_tree
from toolkit.files.overlay import NOTHING
from toolkit.model.inventory import Inventory, Note
from toolkit.sources.hcl.agreement import joined
from toolkit.sources.hcl.clients import read_root
from toolkit.sources.hcl.modules.loading import has_tofu_files, terraform_files
from toolkit.sources.hcl.modules.root import open_root
from toolkit.sources.hcl.modules.settings import required_version
from toolkit.sources.hcl.modules.tree import ModuleCache, ModuleTree, Place
from toolkit.sources.hcl.modules.versions import (
    OPENTOFU,
    TERRAFORM,
    Version,
    Versions,
    all_of,
    named,
    pinned,
    within,
)
from toolkit.sources.read_requests import NO_TERRAFORM, Read


def place_of(
    path: str, within: str, max_size: int, overlay: Mapping[str, bytes] = NOTHING
) -> Place:
    """Return a folder's place in the tree around the path that the user named (`within`).

    Raises `SourceError` for a refused archive.
    """
    tree = open_tree(within, max_size, overlay)
    return Place(tree, tree.inner(path), path.rstrip("/") or path)


def read_hcl(request: Read, cache: ModuleCache | None = None) -> Inventory:
    """Return the clients and roles of the root module in a folder.

    `cache` holds modules that are already read. Raises `SourceError` for a folder without
    Terraform, for what cannot be read, and for what every version refuses; `UsageError` for a
    malformed option.
    """
    within = request.within or request.source
    place = place_of(request.source, within, request.max_size, request.overlay)
    run = _Run(request, place, {} if cache is None else cache)
    versions, are_said = versions_in_force(request, place, run.cache)
    run.try_all(versions)
    if not run.accepted and not are_said and versions[0].tool == TERRAFORM:
        run.try_all(all_of(OPENTOFU))
    if not run.accepted:
        raise run.refused[0][1]
    inventory = joined([found for _, found in run.accepted])
    return replace(inventory, notes=tuple(sorted({*inventory.notes, *run.notes()})))


class _Run:
    """One root, evaluated once for each group of versions that agree on it."""

    def __init__(self, request: Read, place: Place, cache: ModuleCache) -> None:
        self.request = request
        self.place = place
        self.cache = cache
        self.accepted: list[tuple[Sequence[Version], Inventory]] = []
        self.refused: list[tuple[Sequence[Version], SourceError]] = []

    def try_all(self, versions: Sequence[Version]) -> None:
        waiting = [versions]
        while waiting:
            these = Versions(waiting.pop())
            try:
                root = open_root(self.request, self.place, these, self.cache)
                inventory = read_root(root)
            except SourceError as error:
                self.refused.append((these.agreed, error))
            else:
                self.accepted.append((these.agreed, inventory))
            if these.differing:
                waiting.append(these.differing)

    def notes(self) -> Iterable[Note]:
        """Yield notes about versions that refuse the root, if others accept it."""
        for versions, error in self.refused:
            message = (
                f"{self.place.shown}: {_shown(versions)} would refuse this root module "
                f"({error.message}), so it is judged as {_others(self.accepted)} "
                "would run it; --terraform-version or --tofu-version says which one does."
            )
            yield Note("refused-by-version", message)


def _others(accepted: Iterable[tuple[Sequence[Version], object]]) -> str:
    return _shown([version for versions, _ in accepted for version in versions])


def _shown(versions: Sequence[Version]) -> str:
    """Describe versions by tool, oldest first."""
    parts = []
    for tool in dict.fromkeys(version.tool for version in versions):
        minors = sorted(version.minor for version in versions if version.tool == tool)
        first, last = Version(tool, minors[0]), Version(tool, minors[-1])
        parts.append(str(first) if first == last else f"{first} to 1.{last.minor}")
    return " and ".join(parts)


def versions_in_force(
    request: Read, place: Place, cache: ModuleCache
) -> tuple[tuple[Version, ...], bool]:
    """Return the versions that may run the root, and whether a setting tells which tool does."""
    entries = place.entries
    has_terraform, has_tofu = bool(terraform_files(entries, tofu=False)), has_tofu_files(entries)
    if not has_terraform and not has_tofu:
        raise SourceError(
            NO_TERRAFORM.format(place.shown),
            hint="Name the folder of a root module (*.tf, *.tf.json), a plan or a state.",
        )
    one = named(request.execution.terraform_version, request.execution.tofu_version)
    said = pinned(place.tree, place.folder) if one is None else (one,)
    if said:
        return said, True
    versions: tuple[Version, ...] = ()
    if has_terraform:
        versions += all_of(TERRAFORM)
    if has_tofu:
        versions += all_of(OPENTOFU)
    for constraint in _constraints(place, versions, cache):
        versions = within(versions, constraint)
    return versions, has_tofu


def _constraints(place: Place, versions: Sequence[Version], cache: ModuleCache) -> list[str]:
    """Return the version constraints of the root module itself."""
    try:
        root = ModuleTree(place, Versions(versions), cache).root()
        found = [required_version(block) for block in root.module.others]
    except SourceError:
        # The error is reported when the root is read again.
        return []
    return [constraint for constraint in found if constraint]
