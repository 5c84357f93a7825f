"""A source as the command line names it → `Inventory`, in this process.

Terraform's text goes through native code here; `toolkit.sources.readers` does the same in a process
of its own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from toolkit.model.inventory import Inventory
from toolkit.sources.hcl.declarations import Declarations
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.hcl.tree import ModuleCache
from toolkit.sources.json_input import read_json
from toolkit.sources.requests import Read


def read_source(request: Read, cache: ModuleCache | None = None) -> Inventory:
    """What a folder, a ``.tf`` file, or the JSON of a plan or state contains.

    A ``.tf`` file stands for the clients in it, read with the rest of its folder. Raises
    `SourceError` for what cannot be looked at.
    """
    if request.data is not None:
        return _json(request.data, request.source, request.source_dir)
    path = Path(request.source)
    if path.is_dir():
        return read_hcl(request.source, request.assignments, request.environ, cache)
    folder = read_hcl(str(path.parent), request.assignments, request.environ, cache)
    own = tuple(c for c in folder.clients if c.location and Path(c.location.path) == path)
    return replace(folder, clients=own)


def _json(data: bytes, source: str, source_dir: str | None) -> Inventory:
    if source_dir is None:
        return read_json(data, source)
    declarations = Declarations(source_dir)
    return declarations.located(read_json(data, source, resolve_local=declarations.local))
