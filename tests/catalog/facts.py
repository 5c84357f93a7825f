"""The facts that the shipped catalog is compiled from, as they are."""

from __future__ import annotations

import lzma
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parent


def table() -> bytes:
    """The facts table: every published operation."""
    return lzma.decompress((FOLDER / "operations.json.xz").read_bytes())


def scopes() -> bytes:
    return (FOLDER / "scopes.json").read_bytes()


@cache
def rows() -> dict[str, dict[str, Any]]:
    """The rows of the table by operationId, decoded by nothing of ours."""
    return {row["operationId"]: row for row in msgspec.json.decode(table())}
