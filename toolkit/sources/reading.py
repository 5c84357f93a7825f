"""A folder or file of Terraform → `Inventory`, in this process.

Terraform's text goes through native code here; `toolkit.sources.readers` does the same in a process
of its own.
"""

from __future__ import annotations

from pathlib import Path

from toolkit.model.inventory import Inventory
from toolkit.sources.hcl.confines import confines_of
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.hcl.tree import ModuleCache
from toolkit.sources.requests import Read


def read_source(request: Read, cache: ModuleCache | None = None) -> Inventory:
    """What a folder or a ``.tf`` file contains.

    A ``.tf`` file stands for the clients in it, read with the rest of its folder. Raises
    `SourceError` for what cannot be looked at.
    """
    path = Path(request.source)
    confines = confines_of(request.within or request.source, request.max_size)
    given = (request.assignments, request.environ, cache, confines)
    if path.is_dir():
        return read_hcl(request.source, *given, evaluate=request.evaluate)
    folder = read_hcl(str(path.parent), *given, evaluate=request.evaluate)
    own = tuple(c for c in folder.clients if c.location and Path(c.location.path) == path)
    addresses = {client.address for client in own}
    # Those of other clients would look as if nothing needed them.
    waivers = tuple(
        waiver
        for waiver in folder.waivers
        if not addresses.isdisjoint(waiver.addresses)
        or Path(waiver.origin.rpartition(":")[0]) == path
    )
    return folder._replace(clients=own, waivers=waivers)
