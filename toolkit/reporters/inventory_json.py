"""JSON output of the inventory: complete, and in the same order in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from toolkit.model import clients
from toolkit.model.values import Unknown
from toolkit.reporters import document, inventory_document
from toolkit.reporters.client_settings import settings_of
from toolkit.reporters.json_text import indented

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.model.inventory import Inventory, Note
    from toolkit.model.inventory_report import InventoryReport


def render_inventory(report: InventoryReport, *, colour: bool = False) -> str:
    """Return the document of `inventory.schema.json`, indented, ending with a line break."""
    written = inventory_document.Document(
        schema_version=1,
        tool=document.Tool(name="recording-toolkit", version=report.tool_version),
        command="check --inventory",
        sources=tuple(_source(inventory) for inventory in report.inventories),
        notes=_notes(report.notes),
        errors=tuple(document.Problem(each.message, each.hint) for each in report.errors),
    )
    return indented(written)


def _source(inventory: Inventory) -> inventory_document.Source:
    return inventory_document.Source(
        inventory.root,
        inventory.kind,
        inventory.judged,
        tuple(_client(client) for client in inventory.clients),
        tuple(_role(role) for role in inventory.roles),
        tuple(
            inventory_document.Unread(
                each.address,
                each.why,
                each.reason.decided_by,
                document.Location.of(each.location),
            )
            for each in inventory.unread
        ),
        _notes(inventory.notes),
    )


def _notes(notes: Iterable[Note]) -> tuple[document.Note, ...]:
    return tuple(document.Note(note.code, note.message) for note in sorted(notes))


def _client(client: clients.Client) -> inventory_document.Client:
    return inventory_document.Client(
        address=client.address,
        name=_text(client.name),
        grant_type=_text(client.grant_type or None),
        scopes=inventory_document.Texts(client.scopes.members, _reasons(client.scopes.unknown)),
        roles=tuple(_grant(grant) for grant in client.grants),
        roles_unknown=_reasons(client.grants_unknown),
        settings=tuple(
            inventory_document.Setting(
                setting.name,
                setting.value,
                _reasons(setting.unknown),
                setting.sensitive,
                setting.default,
                document.Location.of(setting.location),
            )
            for setting in settings_of(client)
        ),
        existence=None if client.existence is None else _reason(client.existence),
        location=document.Location.of(client.location),
        used_by=tuple(
            inventory_document.Use(use.address, use.name, use.integrations, use.keeps_secret)
            for use in client.used_by
        ),
    )


def _grant(grant: clients.Grant) -> inventory_document.Grant:
    division = "home" if grant.division is None else grant.division
    if isinstance(division, clients.OwnDivision):
        division = division.label
    return inventory_document.Grant(
        _role(grant.role), _text(division), document.Location.of(grant.location)
    )


def _role(role: clients.Role) -> inventory_document.Role:
    return inventory_document.Role(
        origin=cast('Literal["resource", "data", "policy", "live", "undefined"]', role.origin),
        address=role.address,
        id=role.id,
        name=_text(role.name),
        permissions=tuple(
            inventory_document.Permission(
                permission.pattern,
                permission.conditional,
                document.Location.of(permission.location),
            )
            for permission in role.permissions
        ),
        unknown=_reasons(role.unknown),
        location=document.Location.of(role.location),
    )


def _text(value: str | Unknown | None) -> inventory_document.Text:
    if isinstance(value, Unknown):
        return inventory_document.Text(None, _reason(value))
    return inventory_document.Text(value, None)


def _reasons(reasons: Iterable[Unknown]) -> tuple[document.Reason, ...]:
    return tuple(_reason(reason) for reason in reasons)


def _reason(reason: Unknown) -> document.Reason:
    return document.Reason(reason.reference, reason.decided_by)
