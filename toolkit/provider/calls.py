"""The calls of each resource and data source of the provider, as its documentation lists them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

_FILE: Final = Path(__file__).with_name("calls.json")


class Documented(Struct, frozen=True):
    """The calls, as ``GET /api/v2/users``, and the permissions and scopes that they need."""

    calls: tuple[str, ...]
    permissions: tuple[str, ...]
    scopes: tuple[str, ...]


class Table(Struct, frozen=True):
    """The documented calls by type. `version` is that of the provider."""

    version: str
    resources: Mapping[str, Documented]
    data_sources: Mapping[str, Documented]


@cache
def table() -> Table:
    """Return the table that ships."""
    return msgspec.json.decode(_FILE.read_bytes(), type=Table)


def documented(kind: str, *, is_data: bool) -> Documented | None:
    """Return the documentation of a type; None if there is none, or only an empty entry."""
    found = (table().data_sources if is_data else table().resources).get(kind)
    return found if found is not None and found.calls else None
