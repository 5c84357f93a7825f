"""Text output of what the operator needs: each permission, and what requires it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from toolkit.model.plurals import plural
from toolkit.reporters.terminal import BOLD, YELLOW, Paint, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.operator_needs import Need, OperatorNeeds
    from toolkit.model.report import Report

#: The number of objects that a permission's line names.
_NAMED = 3


def lines(report: Report, operator: OperatorNeeds, paint: Paint) -> Iterator[str]:
    """Yield the sources, the permissions, the scopes, and the unknowns."""
    for source in report.sources:
        yield f"{paint(BOLD, visible(source.root))}: {visible(source.kind)}"
    yield ""
    count = plural(len(operator.permissions), "permission")
    for line in wrapped(f"The client that runs this Terraform needs {count}:", first="", rest="  "):
        yield paint(BOLD, line)
    yield ""
    for permission, group in groupby(operator.needs, key=lambda need: need.permission):
        yield from _permission(permission, list(group), paint)
    yield ""
    scopes = ", ".join(operator.scopes) or "none"
    yield from wrapped(
        visible(f"A user grant needs the scopes {scopes} as well; CLIENT-CREDENTIALS needs none."),
        first="",
        rest="  ",
    )
    yield ""
    if operator.unknown:
        yield paint(YELLOW, "Not known, so more may be needed")
        yield ""
        for reason in operator.unknown:
            text = f"{reason.reference} (decided by {reason.decided_by})"
            yield from wrapped(visible(text), first="  - ", rest="    ")
        yield ""


def _permission(permission: str, needs: list[Need], paint: Paint) -> Iterator[str]:
    possible = "" if any(need.certain for need in needs) else " (may be needed)"
    yield f"  {paint(BOLD, visible(permission))}{possible}"
    objects: dict[tuple[str, str, str], list[str]] = {}
    for need in needs:
        place = "" if need.location is None else f" ({need.location.path}:{need.location.line})"
        phases = objects.setdefault((need.root, need.address, place), [])
        if need.phase.value not in phases:
            phases.append(need.phase.value)
    named = list(objects.items())
    for (_, address, place), phases in named[:_NAMED]:
        text = f"{'/'.join(phases)} {address}{place}"
        yield from wrapped(visible(text), first="    ", rest="      ")
    if len(named) > _NAMED:
        yield f"    and {len(named) - _NAMED} more"
    others = sorted({name for need in needs for name in need.any_of} - {permission})
    if others:
        text = f"or, where that is enough: {', '.join(others)}"
        yield from wrapped(visible(text), first="    ", rest="      ")
