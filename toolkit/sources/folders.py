"""Folders of Terraform, read one after another; a module that several of them call is read once."""

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


#: Frames of Python. Expressions that nest, and locals that lead to locals, call as deeply.
_DEPTH: Final = 8_000


@contextmanager
def _deep() -> Iterator[None]:
    """Let calls go as deep as configurations do; what goes deeper still is not evaluated."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Folders:
    """Reads folders of Terraform."""

    def __init__(self, modules: ModuleCache | None = None) -> None:
        self._cache: ModuleCache = {} if modules is None else modules

    @property
    def modules(self) -> ModuleCache:
        """The modules that were read, as they are parsed."""
        return self._cache

    def roots(self, request: Discover) -> Roots:
        """The root modules of a tree. Raises `SourceError` where there is no Terraform."""
        with _deep():
            return find_roots(request, self._cache)

    def declarations(self, request: Declare) -> Declarations:
        """What the source of a plan declares. Raises `SourceError` where it cannot be read."""
        with _deep():
            return hcl.read_declarations(request)

    def read(self, requests: Sequence[Read]) -> list[Inventory | ToolkitError]:
        """What each source contains, or why it cannot be said, in the order of the requests."""
        found: list[Inventory | ToolkitError] = []
        names = [request.source for request in requests]
        for number, request in enumerate(requests):
            working_on(f"Reading {request.source}", names[number:])
            found.append(self._read(request))
        return found

    def objects(self, request: Read) -> TerraformObjects:
        """Every object of the provider in a root module. Raises `SourceError`."""
        return read_objects(request, self._cache)

    def _read(self, request: Read) -> Inventory | ToolkitError:
        try:
            with _deep():
                return read_source(request, self._cache)
        except ToolkitError as error:
            return error


def read_source(request: Read, cache: ModuleCache | None = None) -> Inventory:
    """What a folder or a ``.tf`` file contains.

    A ``.tf`` file stands for the clients in it, and in the modules that it calls, read with the
    rest of its folder. Raises `SourceError` for what cannot be looked at.
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
    # Those of other clients would look as if nothing needed them.
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
    """Whether the file declares it, or calls a module that leads to it."""
    places = (*(() if found.location is None else (found.location,)), *found.called_from)
    return any(Path(place.path) == file for place in places)


def _only(source: str, folder: Inventory, own: int) -> Note:
    return Note(
        "file-only",
        f"{source}: of this root module, {folder.root}, only what the file itself declares or "
        f"calls is judged: {own} of {len(folder.clients)} clients. Name the folder for all of it.",
    )
