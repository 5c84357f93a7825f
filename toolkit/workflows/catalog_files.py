"""Reads catalogs, and the documents they are compiled from, from files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from toolkit.catalog.catalog import SHIPPED, Catalog, catalog_of
from toolkit.errors import CatalogError
from toolkit.files.named import open_named

_MAX_COMPILED: Final = 16 << 20
_HINT: Final = "'recording-toolkit catalog compile SOURCE' makes such a file."


def open_catalog(path: str | None) -> Catalog:
    """Return the catalog in a file, completely validated; for None, the one that ships.

    Raises CatalogError.
    """
    if path is None:
        return SHIPPED
    return catalog_of(read_bytes(Path(path), _MAX_COMPILED, _HINT), path)


def read_bytes(path: Path, most: int, hint: str) -> bytes:
    """Return a file of at most `most` bytes.

    Raises CatalogError, with `hint` for a missing file.
    """
    try:
        with open_named(path) as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path"
        raise CatalogError(f"{path}: cannot be read: {reason}", hint=hint) from error
    if len(data) > most:
        raise CatalogError(f"{path}: larger than {most >> 20} MiB")
    return data
