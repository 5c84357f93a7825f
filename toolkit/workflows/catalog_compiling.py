"""Makes a catalog of the document of an API, from a file or an address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from toolkit.catalog.compiling import MAX_DOCUMENT, compile_catalog
from toolkit.catalog.form import Header, unpack_header
from toolkit.errors import CatalogError
from toolkit.genesys.api import failed
from toolkit.genesys.transport import Limits, Transport
from toolkit.workflows.catalog_files import read_bytes
from toolkit.workflows.replacing import replace_file

_SCOPES: Final = "scopes.json"


def compile_document(
    source: str, output: str, *, today: str, environ: Mapping[str, str] = os.environ
) -> Header:
    """Compile the API document at a path or URL into the file `output`.

    It is dated `today` (an ISO day), a facts table as the ``scopes.json`` beside it. A file that
    is there already is replaced if it is a catalog. Raises CatalogError, and leaves it as it is.
    """
    scopes = None
    if source.startswith(("https://", "http://")):
        document, named = _fetched(source, environ), _bare(source)
    else:
        path = Path(source)
        document, named = read_bytes(path, MAX_DOCUMENT), path.name
        beside = path.with_name(_SCOPES)
        if document.lstrip().startswith(b"[") and beside.is_file():
            scopes, named = read_bytes(beside, MAX_DOCUMENT), f"{named}, {_SCOPES}"
    data, header = compile_catalog(document, name=source, source=named, today=today, scopes=scopes)
    try:
        replace_file(Path(output), data, "catalog", _is_catalog)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path"
        raise CatalogError(
            f"{output}: cannot be written: {reason}",
            hint="Name a new file, or an older catalog, in a folder that can be written to.",
        ) from error
    return header


def _fetched(url: str, environ: Mapping[str, str]) -> bytes:
    """The document at an address. Raises RemoteError, and CatalogError for an empty answer."""
    with Transport(limits=Limits(read=120.0, body=MAX_DOCUMENT), environ=environ) as transport:
        reply = transport.call("GET", url, retry=True)
    if not reply.ok:
        raise failed(reply)
    return b"" if reply.body is None else msgspec.json.encode(reply.body)


def _bare(url: str) -> str:
    """The address without what may be secret in it."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def _is_catalog(data: bytes) -> bool:
    try:
        unpack_header(data, "")
    except CatalogError:
        return False
    return True
