"""Classes of risk of permissions, each with a reason.

The table lists every permission of the shipped catalog, so that a new permission is reviewed before
it counts as harmless. The classification is our reading of the permission's name and of the
operations that require it (published API document, early 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

#: The class of a permission that is not in the table.
UNCLASSIFIED: Final = "unclassified"
_FILE: Final = Path(__file__).with_name("risks.json")


class Group(Struct, frozen=True):
    """Permissions with the same risk, and the reason for it."""

    risk: str = msgspec.field(name="class")
    why: str
    permissions: tuple[str, ...]


class Table(Struct, frozen=True):
    """The classes with their titles, the groups, and the permissions without a class."""

    classes: Mapping[str, str]
    groups: tuple[Group, ...]
    none: tuple[str, ...]


@cache
def table() -> Table:
    """Return the shipped table."""
    return msgspec.json.decode(_FILE.read_bytes(), type=Table)


@cache
def _by_permission() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {name: [] for name in table().none}
    for group in table().groups:
        for name in group.permissions:
            found.setdefault(name, []).append(group.risk)
    return {name: tuple(sorted(risks)) for name, risks in found.items()}


def risks_of(permission: str) -> tuple[str, ...]:
    """Return the risk classes of a permission, sorted."""
    return _by_permission().get(permission, (UNCLASSIFIED,))


def why(permission: str, risk: str) -> str:
    """Return why a permission is in a class, or "" if it is not."""
    return next(
        (g.why for g in table().groups if g.risk == risk and permission in g.permissions), ""
    )
