"""A role that grants a client a permission with `*`."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, RoleFinding, Undecided
from toolkit.judging.role_findings import find_in_roles
from toolkit.model.clients import Role, RolePermission
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.permissions import has_wildcard


def find(inventory: Inventory, _: CheckContext) -> Iterator[RoleFinding | Undecided]:
    return find_in_roles(inventory, _wildcards, lambda role, held: f"{role.label} grants {held}.")


def _wildcards(role: Role) -> tuple[RolePermission, ...]:
    # The first test is much cheaper and rejects most permissions.
    return tuple(p for p in role.permissions if "*" in p.pattern and has_wildcard(p.pattern))


CHECK = BuiltIn(
    id="wildcard-permission",
    title="A role grants a wildcard",
    severity=Severity.WARNING,
    why="A wildcard also grants permissions that the platform adds later. The platform "
    "expands it, so the state no longer shows what was granted.",
    fix="List the permissions that the client needs.",
    find=find,
)
