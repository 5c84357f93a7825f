"""Text output of the inventory: by root and client, what it has and where that comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.model.clients import ALL_DIVISIONS, CLIENT_CREDENTIALS, USER_GRANTS, OwnDivision
from toolkit.model.plurals import plural
from toolkit.model.values import Unknown
from toolkit.reporters.client_settings import Setting, settings_of
from toolkit.reporters.terminal import BOLD, RED, YELLOW, Paint, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.model.clients import Client, Division, Grant, Location, Role
    from toolkit.model.inventory import Inventory, Note
    from toolkit.model.inventory_report import InventoryReport

_ORIGINS = {
    "resource": "defined by this Terraform",
    "data": "looked up by this Terraform",
    "policy": "stated under `roles:` in the policy",
    "live": "read from the org",
    "undefined": "not defined by this Terraform",
}
_LABELS = 16
_HANGING = " " * (_LABELS + 2)


def render_inventory(report: InventoryReport, *, colour: bool = False) -> str:
    """Return the whole inventory as text that ends with a line break."""
    paint = Paint(colour)
    lines: list[str] = []
    for inventory in report.inventories:
        lines += _root(inventory, paint)
    lines += _notes(report.notes)
    if report.errors:
        lines += [paint(RED, "Errors: this could not be looked at"), ""]
        for problem in report.errors:
            lines += wrapped(visible(problem.message), first="  - ", rest="    ")
            if problem.hint:
                lines += wrapped(visible(problem.hint), first="    hint: ", rest="      ")
        lines.append("")
    clients = sum(len(inventory.clients) for inventory in report.inventories)
    lines.append(paint(BOLD, f"{plural(clients, 'client')}; nothing was judged"))
    return "\n".join(lines) + "\n"


def _root(inventory: Inventory, paint: Paint) -> Iterator[str]:
    counts = f"{plural(len(inventory.clients), 'client')}, {plural(len(inventory.roles), 'role')}"
    yield f"{paint(BOLD, visible(inventory.root))}: {inventory.kind}, {counts}"
    yield ""
    if not inventory.clients and inventory.judged:
        yield paint(YELLOW, "  NO CLIENT: there is no genesyscloud_oauth_client here.")
        yield ""
    if not inventory.judged:
        yield from wrapped(
            f"{visible(inventory.why_not)}.",
            first="  NOT JUDGED: ",
            rest="    ",
        )
        yield ""
    for client in inventory.clients:
        yield from _client(client, paint)
        yield ""
    grants = [grant for client in inventory.clients for grant in client.grants]
    held = {(grant.role.address, grant.role.id) for grant in grants}
    spare = [role for role in inventory.roles if (role.address, role.id) not in held]
    if spare:
        yield "  Roles that no client here has"
        for role in spare:
            yield from _role(role, (), paint)
        yield ""
    for module in inventory.unread:
        yield from wrapped(
            f"{visible(module.sentence)} (decided by {visible(module.reason.decided_by)}).",
            first="  NOT READ: ",
            rest="    ",
        )
        yield ""
    yield from _notes(inventory.notes)


def _notes(notes: Sequence[Note]) -> Iterator[str]:
    for note in sorted(notes):
        yield from wrapped(visible(note.message), first="  note: ", rest="    ")
    if notes:
        yield ""


def _client(client: Client, paint: Paint) -> Iterator[str]:
    yield "  " + paint(BOLD, visible(client.address))
    if client.existence is not None:
        yield from _field("existence", f"not certain: {_reason(client.existence)}", paint)
    if client.location is not None:
        yield from _field("written in", _place(client.location))
    yield from _text("name", client.name, paint)
    yield from _text("grant type", client.grant_type, paint, _what_decides(client.grant_type))
    yield from _list("scopes", client.scopes.members, client.scopes.unknown, paint)
    if not client.grants and not client.grants_unknown:
        yield from _field("roles", "none")
    for grant in client.grants:
        yield from _granted(grant, paint)
    for reason in client.grants_unknown:
        yield from _field("roles", _not_known(reason), paint)
    for label, use in zip(_first("used by"), client.used_by, strict=False):
        kept = ", which keeps its secret in the state" if use.keeps_secret else ""
        yield from _field(label, visible(use.phrase) + kept)
    for label, setting in zip(_first("settings"), settings_of(client), strict=False):
        yield from _setting(label, setting, paint)


def _granted(grant: Grant, paint: Paint) -> Iterator[str]:
    where = "" if grant.location is None else f", granted in {_place(grant.location)}"
    yield from _role(grant.role, (_division(grant.division) + where,), paint)


def _role(role: Role, lines: Iterable[str], paint: Paint) -> Iterator[str]:
    named = f' "{role.name}"' if role.address and isinstance(role.name, str) else ""
    yield from _field("role", visible(role.label + named))
    origin = _ORIGINS[role.origin]
    if role.location is not None:
        origin += f" in {_place(role.location)}"
    for line in (*lines, origin):
        yield from _nested(line)
    for permission in role.permissions:
        place = f" ({_place(permission.location)})" if permission.location else ""
        condition = ", under a condition" if permission.conditional else ""
        yield from _nested(f"{visible(permission.pattern)}{condition}{place}")
    if not role.permissions and not role.unknown:
        nothing = "what it grants is not known" if role.origin == "undefined" else "no permissions"
        yield from _nested(nothing)
    for reason in role.unknown:
        yield from _nested(_not_known(reason), paint)


def _setting(label: str, setting: Setting, paint: Paint) -> Iterator[str]:
    if setting.sensitive:
        text = "set; sensitive, so not shown"
    elif setting.value is None:
        text = ""
    elif isinstance(setting.value, tuple):
        text = ", ".join(visible(item) for item in setting.value)
        text = text or ("" if setting.unknown else "none")
    else:
        text = json.dumps(setting.value, ensure_ascii=False)
    if setting.default:
        text += ", the provider's default"
    if text:
        yield from _field(label, visible(f"{setting.name}: {text}"))
    for reason in setting.unknown:
        yield from _field("" if text else label, f"{setting.name}: {_not_known(reason)}", paint)


def _text(label: str, value: str | Unknown, paint: Paint, more: str = "") -> Iterator[str]:
    if isinstance(value, Unknown):
        yield from _field(label, _not_known(value), paint)
    else:
        yield from _field(label, (visible(value) or "none") + more)


def _list(
    label: str, members: Iterable[str], unknown: Iterable[Unknown], paint: Paint
) -> Iterator[str]:
    labels = _first(label)
    empty = True
    for each_label, member in zip(labels, members, strict=False):
        empty = False
        yield from _field(each_label, visible(member))
    for reason in unknown:
        yield from _field(label if empty else "", _not_known(reason), paint)
        empty = False
    if empty:
        yield from _field(label, "none")


def _first(label: str) -> Iterator[str]:
    """Yield the label for the first of several lines, and "" for the others."""
    yield label
    while True:
        yield ""


def _field(label: str, text: str, paint: Paint | None = None) -> list[str]:
    """Return lines with a label; `paint` marks the value as unknown."""
    lines = wrapped(text, first=f"    {label}".ljust(_LABELS), rest=_HANGING)
    return lines if paint is None else [paint(YELLOW, line) for line in lines]


def _nested(text: str, paint: Paint | None = None) -> list[str]:
    lines = wrapped(text, first=_HANGING, rest=_HANGING + "  ")
    return lines if paint is None else [paint(YELLOW, line) for line in lines]


def _what_decides(grant_type: str | Unknown) -> str:
    if grant_type == CLIENT_CREDENTIALS:
        return ": its roles decide, scopes have no effect"
    if grant_type in USER_GRANTS:
        return ": its scopes decide, and what the user who logs in may do; roles have no effect"
    return ""


def _division(division: Division) -> str:
    if isinstance(division, Unknown):
        return f"in a division that is not known: {_reason(division)}"
    if isinstance(division, OwnDivision):
        name = f" ({division.name})" if division.name else ""
        return visible(f"in {division.address}{name}")
    if division is None:
        return "in the home division"
    return "in all divisions" if division == ALL_DIVISIONS else f"in division {visible(division)}"


def _not_known(reason: Unknown) -> str:
    return f"not known: {_reason(reason)}"


def _reason(reason: Unknown) -> str:
    return visible(f"{reason.reference} (decided by {reason.decided_by})")


def _place(location: Location) -> str:
    return f"{visible(location.path)}:{location.line}"
