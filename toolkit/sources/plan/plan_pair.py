"""Read a plan as two inventories: before and after the apply.

`prior_state` holds the objects before it, refreshed and with `moved` blocks applied. The second
inventory is the same with `resource_changes` applied: objects that ``-target`` leaves out stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from toolkit.errors import SourceError
from toolkit.model.clients import Client
from toolkit.model.inventory import Inventory, Succession
from toolkit.sources.json_shapes import RELEVANT_TYPES, Plan
from toolkit.sources.marks import by_attribute
from toolkit.sources.plan.plan_reader import deferred_clients
from toolkit.sources.plan.plan_references import ResolveLocal
from toolkit.sources.plan.plan_resources import PlannedResources
from toolkit.sources.state.state_reader import Instance, inventory_of, shown_instances

_REPLACED: Final = frozenset({"create", "delete"})


class _Change(Struct):
    actions: list[str] = []
    before: dict[str, Any] | None = None
    before_sensitive: dict[str, Any] | bool = False
    importing: Any = None


class _Line(Struct):
    """What a resource change says about the object's past."""

    address: str
    type: str
    mode: str
    change: _Change
    previous_address: str = ""
    deposed: str | None = None


class _Lines(Struct):
    resource_changes: list[_Line] = []


def read_plan_pair(
    data: bytes, root: str, resolve_local: ResolveLocal | None = None
) -> tuple[Inventory, Inventory]:
    """Return the clients and roles before and after the apply.

    Raises SourceError for a plan that failed (``errored``), msgspec.ValidationError for one of
    another shape.
    """
    plan = msgspec.json.decode(data, type=Plan)
    if plan.errored:
        raise SourceError(
            f"{root}: planning failed, so this plan does not say what will be (errored: true)",
            hint="Mend what terraform plan reported, then plan again.",
        )
    lines = [
        line
        for line in msgspec.json.decode(data, type=_Lines).resource_changes
        if line.type in RELEVANT_TYPES and line.mode == "managed" and line.deposed is None
    ]
    before = _before(plan, root, lines)
    planned = PlannedResources(plan, root, resolve_local)
    shown = list(planned.clients())
    addresses = {client.address for client in shown}
    touched = {line.address for line in lines}
    # A client that does not change still gets the planned changes of its roles.
    left = before.with_roles(planned.after)
    clients = [client for client in left.clients if client.address not in touched]
    holders = [holder for holder in left.holders if holder.address not in touched]
    later = [client for client in deferred_clients(plan, root) if client.address not in addresses]
    known = {role.address for role in planned.roles}
    roles = [role for role in before.roles if role.address not in known | touched]
    after = Inventory(
        root,
        "plan",
        tuple(_sorted([*shown, *clients, *later])),
        (*planned.roles, *roles),
        lineage=tuple(_lineage(lines)),
        hidden=planned.hidden,
        ending=planned.ending,
        holders=tuple(_sorted([*planned.holders(), *holders])),
    )
    return before, after


def _before(plan: Plan, root: str, lines: list[_Line]) -> Inventory:
    state = plan.prior_state and plan.prior_state.values
    instances = list(shown_instances(state.root_module)) if state else []
    known = {instance.address for instance in instances}
    for line in lines:
        # An imported object may occur only in its change.
        if line.change.before is not None and line.address not in known:
            before = line.change.before
            sensitive = by_attribute(line.change.before_sensitive, before)
            instances.append(
                Instance(line.address, line.mode, line.type, before, sensitive, tainted=False)
            )
    # The plan itself says that a tainted object is replaced.
    found = inventory_of(root, instances)
    return replace(found, kind="plan", notes=(), ending=(), lineage=())


def _sorted(clients: list[Client]) -> list[Client]:
    return sorted(clients, key=lambda client: client.address)


def _lineage(lines: list[_Line]) -> Iterator[Succession]:
    for line in lines:
        if line.previous_address:
            yield Succession("moved", line.address, line.previous_address)
        if _REPLACED.issubset(line.change.actions):
            yield Succession("replaced", line.address)
        if line.change.actions == ["forget"]:
            yield Succession("forgotten", line.address)
