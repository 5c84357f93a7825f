"""The raw facts that the shipped catalog is compiled from."""

from __future__ import annotations

import lzma
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parent


def table() -> bytes:
    """Return the facts table: every published operation."""
    return lzma.decompress((FOLDER / "operations.json.xz").read_bytes())


def scopes() -> bytes:
    return (FOLDER / "scopes.json").read_bytes()


@cache
def rows() -> dict[str, dict[str, Any]]:
    """Return the rows of the table by operationId, decoded without the toolkit."""
    return {row["operationId"]: row for row in msgspec.json.decode(table())}
