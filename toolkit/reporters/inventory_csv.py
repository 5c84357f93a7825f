"""CSV output of the inventory for auditors: one row per scope, or per permission in a division."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from toolkit.model.clients import division_name
from toolkit.model.values import Unknown
from toolkit.reporters.csv_rows import place, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.model.clients import Client, Grant, Location
    from toolkit.model.inventory import Inventory, UnreadModule
    from toolkit.model.inventory_report import InventoryReport

_COLUMNS: Final = (
    "root", "address", "client", "grant_type", "kind", "name", "condition", "division", "role",
    "role_address", "path", "line",
)  # fmt: skip
_NOT_KNOWN: Final = "not known"


def render_inventory(report: InventoryReport, *, colour: bool = False) -> str:
    """Return comment lines with digests and notes, the column names, and the rows.

    `kind` is ``scope``, ``permission``, ``role`` (a role that grants nothing), ``client`` (a client
    that holds nothing) or ``not known`` (the client may hold more than its rows; `name` is the
    reason).
    """
    head = [f"recording-toolkit {report.tool_version}"]
    head += [f"{each.kind} {each.name}: sha256 {each.sha256}" for each in report.digests]
    unjudged = [each for each in report.inventories if not each.judged]
    head += [f"left out {each.root}: {each.why_not}" for each in unjudged]
    for inventory in report.inventories:
        head += [f"not read: {_sentence(each)}" for each in inventory.unread]
    told = {*report.notes, *(note for each in report.inventories for note in each.notes)}
    head += [f"note: {each.message}" for each in sorted(told)]
    head += [f"error: {problem.message}" for problem in report.errors]
    rows = (
        row
        for inventory in report.inventories
        if inventory.judged
        for client in inventory.clients
        for row in _client(inventory, client)
    )
    return written(head, _COLUMNS, rows)


def _client(inventory: Inventory, client: Client) -> Iterator[Sequence[str]]:
    who = (inventory.root, client.address, _text(client.name), _text(client.grant_type))
    rows = 0
    for row in _held(client):
        rows += 1
        yield (*who, *row)
    if not rows:
        yield (*who, "client", "", "", "", "", "", *place(client.location))


def _held(client: Client) -> Iterator[Sequence[str]]:
    if client.existence is not None:
        yield _unknown(client.existence, client.location)
    scopes = client.where("scopes")
    for scope in client.scopes.members:
        origin = client.value_locations.get(("scopes", scope), scopes)
        yield ("scope", scope, "", "", "", "", *place(origin))
    for reason in client.scopes.unknown:
        yield _unknown(reason, scopes)
    for grant in client.grants:
        yield from _granted(grant, client.location)
    for reason in client.grants_unknown:
        yield _unknown(reason, client.where("roles"))


def _granted(grant: Grant, location: Location | None) -> Iterator[Sequence[str]]:
    role = grant.role
    name = role.name if isinstance(role.name, str) else ""
    through = (division_name(grant.division), name, role.address or role.id or "")
    at = grant.location or location
    for permission in role.permissions:
        condition = "conditional" if permission.conditional else ""
        line = place(permission.location or at)
        yield ("permission", permission.pattern, condition, *through, *line)
    for reason in role.unknown:
        yield (_NOT_KNOWN, _why(reason), "", *through, *place(at))
    if not role.permissions and not role.unknown:
        yield ("role", "", "", *through, *place(at))


def _unknown(reason: Unknown, location: Location | None) -> Sequence[str]:
    return (_NOT_KNOWN, _why(reason), "", "", "", "", *place(location))


def _sentence(module: UnreadModule) -> str:
    return f"{module.sentence} (decided by {module.reason.decided_by})"


def _why(reason: Unknown) -> str:
    return f"{reason.reference} (decided by {reason.decided_by})"


def _text(value: str | Unknown) -> str:
    return f"{_NOT_KNOWN}: {_why(value)}" if isinstance(value, Unknown) else value
