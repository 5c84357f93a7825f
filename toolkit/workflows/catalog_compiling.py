"""Compiles a catalog from an API document, given as a file or an address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from toolkit.catalog.compiling import MAX_DOCUMENT, compile_catalog
from toolkit.catalog.form import Header, unpack_header
from toolkit.errors import CatalogError
from toolkit.genesys.api import failed
from toolkit.genesys.transport import Limits, Transport
from toolkit.workflows.atomic_write import replace_file
from toolkit.workflows.catalog_files import read_bytes

_SCOPES: Final = "scopes.json"
_HINT: Final = "Name a file, or a URL that begins https://."


def is_address(source: str) -> bool:
    """Whether a document is fetched from a URL instead of read from a file."""
    return source.startswith(("https://", "http://"))


def compile_document(
    source: str, output: str, *, today: str, environ: Mapping[str, str] = os.environ
) -> Header:
    """Compile the API document at a path or URL into the file `output`.

    The catalog is dated `today` (an ISO day), a facts table as its ``scopes.json`` says. An
    existing file is replaced only if it is a catalog. Raises CatalogError, and then leaves the file
    as it is.
    """
    scopes = None
    if is_address(source):
        source = named = _bare(url := source)
        document = _fetched(url, named, environ)
    else:
        path = Path(source)
        document, named = read_bytes(path, MAX_DOCUMENT, _HINT), path.name
        beside = path.with_name(_SCOPES)
        if document.lstrip().startswith(b"[") and beside.is_file():
            scopes, named = read_bytes(beside, MAX_DOCUMENT, _HINT), f"{named}, {_SCOPES}"
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


def _fetched(url: str, shown: str, environ: Mapping[str, str]) -> bytes:
    """Return the document at a URL. Raises RemoteError, and CatalogError for an invalid URL."""
    with Transport(limits=Limits(read=120.0, body=MAX_DOCUMENT), environ=environ) as transport:
        try:
            reply = transport.call("GET", url, retry=True)
        except ValueError as error:  # `requests` raises it for an invalid address
            raise _no_address(shown) from error
    if not reply.ok:
        raise failed(replace(reply, url=shown))
    return b"" if reply.body is None else msgspec.json.encode(reply.body)


def _bare(url: str) -> str:
    """Return the URL without the parts that may be secret."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise _no_address("the source") from error
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _no_address(shown: str) -> CatalogError:
    return CatalogError(
        f"{shown}: not an address",
        hint="It is like https://api.mypurecloud.com/api/v2/docs/swagger.",
    )


def _is_catalog(data: bytes) -> bool:
    try:
        unpack_header(data, "")
    except CatalogError:
        return False
    return True
