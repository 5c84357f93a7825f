"""A folder or file of Terraform → `Inventory`, in this process.

Terraform's text goes through native code here; `toolkit.sources.readers` does the same in a process
of its own.
"""

from __future__ import annotations

from pathlib import Path

from toolkit.model.clients import Client
from toolkit.model.inventory import Inventory, Note, UnreadModule
from toolkit.sources.hcl.confines import confines_of
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.hcl.tree import ModuleCache
from toolkit.sources.requests import Read


def read_source(request: Read, cache: ModuleCache | None = None) -> Inventory:
    """What a folder or a ``.tf`` file contains.

    A ``.tf`` file stands for the clients in it, and in the modules that it calls, read with the
    rest of its folder. Raises `SourceError` for what cannot be looked at.
    """
    path = Path(request.source)
    confines = confines_of(request.within or request.source, request.max_size)
    given = (request.assignments, request.environ, cache, confines)
    if path.is_dir():
        return read_hcl(request.source, *given, evaluate=request.evaluate)
    folder = read_hcl(str(path.parent), *given, evaluate=request.evaluate)
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
    return folder._replace(
        clients=own, waivers=waivers, unread=unread, notes=tuple(sorted(notes)), whole=whole
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
