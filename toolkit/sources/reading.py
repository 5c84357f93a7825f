"""A source as the command line names it → `Inventory`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.errors import SourceError
from toolkit.model.inventory import Inventory
from toolkit.sources.hcl.declarations import Declarations
from toolkit.sources.hcl.reader import read_hcl
from toolkit.sources.hcl.variables import Assignment
from toolkit.sources.json_input import read_json

#: Stands for JSON on standard input.
STDIN = "-"
_HCL = (".tf", ".tf.json")


def read_source(
    source: str,
    *,
    stdin: bytes | None = None,
    assignments: Sequence[Assignment] = (),
    environ: Mapping[str, str] | None = None,
    source_dir: str | None = None,
) -> Inventory:
    """What a folder, a ``.tf`` file, a plan, a state or ``-`` contains.

    A ``.tf`` file stands for the clients in it, read with the rest of its folder. Raises
    `SourceError` for what cannot be looked at.
    """
    if source == STDIN:
        return _json(stdin or b"", source, source_dir)
    path = Path(source)
    try:
        if path.is_dir():
            return read_hcl(source, assignments, environ)
        if source.endswith(_HCL) and path.is_file():
            return _file(source, path, assignments, environ)
        return _json(path.read_bytes(), source, source_dir)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise SourceError(
            f"{source}: {'no such file or folder' if missing else error.strerror}",
            hint="Name a folder of Terraform, a plan or state as JSON, or - for standard input."
            if missing
            else "Check the path and its permissions.",
        ) from error


def _file(
    source: str,
    path: Path,
    assignments: Sequence[Assignment],
    environ: Mapping[str, str] | None,
) -> Inventory:
    folder = read_hcl(str(path.parent), assignments, environ)
    own = tuple(c for c in folder.clients if c.location and Path(c.location.path) == path)
    return replace(folder, clients=own)


def _json(data: bytes, source: str, source_dir: str | None) -> Inventory:
    if source_dir is None:
        return read_json(data, source)
    declarations = Declarations(source_dir)
    return declarations.located(read_json(data, source, resolve_local=declarations.local))
