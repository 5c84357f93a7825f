"""What is grave about a permission: classes of risk, each with a reason.

Every permission of the catalog that ships is in the table, so that a new one is looked at before it
passes for harmless. Which class one is in is our reading of its name and of the operations that ask
for it (published API document, early 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

#: The class of a permission that the table does not know.
UNCLASSIFIED: Final = "unclassified"
_FILE: Final = Path(__file__).with_name("risks.json")


class Group(Struct, frozen=True):
    """Permissions that are grave in one way, and why they are."""

    risk: str = msgspec.field(name="class")
    why: str
    permissions: tuple[str, ...]


class Table(Struct, frozen=True):
    """The classes with their titles, the groups, and the permissions that are in no class."""

    classes: Mapping[str, str]
    groups: tuple[Group, ...]
    none: tuple[str, ...]


@cache
def table() -> Table:
    """The table as it ships."""
    return msgspec.json.decode(_FILE.read_bytes(), type=Table)


@cache
def _by_permission() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {name: [] for name in table().none}
    for group in table().groups:
        for name in group.permissions:
            found.setdefault(name, []).append(group.risk)
    return {name: tuple(sorted(risks)) for name, risks in found.items()}


def risks_of(permission: str) -> tuple[str, ...]:
    """The classes that a permission is in, sorted."""
    return _by_permission().get(permission, (UNCLASSIFIED,))


def why(permission: str, risk: str) -> str:
    """Why a permission is in a class; empty where it is not."""
    return next(
        (g.why for g in table().groups if g.risk == risk and permission in g.permissions), ""
    )
