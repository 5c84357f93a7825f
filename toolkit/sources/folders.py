"""Read Terraform folders one after another; a module with several callers is read once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from toolkit.bounds import working_on
from toolkit.errors import ToolkitError
from toolkit.files.opening import is_folder
from toolkit.model.clients import Client
from toolkit.model.inventory import Inventory, Note, UnreadModule
from toolkit.model.operator_needs import TerraformObjects
from toolkit.sources import hcl
from toolkit.sources.hcl.modules.tree import ModuleCache
from toolkit.sources.hcl.objects import read_objects
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.read_requests import Declare, Discover, Read, Roots
from toolkit.sources.roots import find_roots

if TYPE_CHECKING:
    from toolkit.sources.source_map import Declarations


#: Python stack frames. Nested expressions and chains of locals recurse this deep.
_DEPTH: Final = 8_000


@contextmanager
def _deep() -> Iterator[None]:
    """Raise the recursion limit for deep configurations; deeper expressions are not evaluated."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Folders:
    """Reads Terraform folders."""

    def __init__(self, modules: ModuleCache | None = None) -> None:
        self._cache: ModuleCache = {} if modules is None else modules

    @property
    def modules(self) -> ModuleCache:
        """Return the cache of parsed modules."""
        return self._cache

    def roots(self, request: Discover) -> Roots:
        """Return the root modules of a tree. Raises `SourceError` if there is no Terraform."""
        with _deep():
            return find_roots(request, self._cache)

    def declarations(self, request: Declare) -> Declarations:
        """Return the declarations in a plan's source folder.

        Raises `SourceError` if it is not readable.
        """
        with _deep():
            return hcl.read_declarations(request)

    def read(self, requests: Sequence[Read]) -> list[Inventory | ToolkitError]:
        """Return each source's inventory, or the error of its reading, in the order of the
        requests.
        """
        found: list[Inventory | ToolkitError] = []
        names = [request.source for request in requests]
        for number, request in enumerate(requests):
            working_on(f"Reading {request.source}", names[number:])
            found.append(self._read(request))
        return found

    def objects(self, request: Read) -> TerraformObjects:
        """Return every object of the provider in a root module. Raises `SourceError`."""
        return read_objects(request, self._cache)

    def _read(self, request: Read) -> Inventory | ToolkitError:
        try:
            with _deep():
                return read_source(request, self._cache)
        except ToolkitError as error:
            return error


def read_source(request: Read, cache: ModuleCache | None = None) -> Inventory:
    """Return the inventory of a folder or a ``.tf`` file.

    A ``.tf`` file stands for its own clients and those of the modules that it calls; it is read
    with the rest of its folder. Raises `SourceError` for a path that cannot be read.
    """
    path = Path(request.source)
    if is_folder(request.source, request.max_size):
        return read_hcl(request, cache)
    within = request.within or request.source
    folder = read_hcl(replace(request, source=str(path.parent), within=within), cache)
    own = tuple(client for client in folder.clients if _is_of(client, path))
    unread = tuple(module for module in folder.unread if _is_of(module, path))
    notes = set(folder.notes)
    whole = len(own) == len(folder.clients) and len(unread) == len(folder.unread)
    if not whole:
        notes.add(_only(request.source, folder, len(own)))
    addresses = {client.address for client in own}
    # Waivers of other clients would look unused.
    waivers = tuple(
        waiver
        for waiver in folder.waivers
        if not addresses.isdisjoint(waiver.addresses)
        or Path(waiver.origin.rpartition(":")[0]) == path
    )
    return replace(
        folder, clients=own, waivers=waivers, unread=unread, notes=tuple(sorted(notes)), whole=whole
    )


def _is_of(found: Client | UnreadModule, file: Path) -> bool:
    """Whether the file declares the client, or calls a module that leads to it."""
    places = (*(() if found.location is None else (found.location,)), *found.called_from)
    return any(Path(place.path) == file for place in places)


def _only(source: str, folder: Inventory, own: int) -> Note:
    return Note(
        "file-only",
        f"{source}: of this root module, {folder.root}, only what the file itself declares or "
        f"calls is judged: {own} of {len(folder.clients)} clients. Name the folder for all of it.",
    )
