"""A module that was not read, so its clients were not checked."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Unseen
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory, UnreadModule


def find(inventory: Inventory, _: CheckContext) -> Iterator[Unseen]:
    """Yield one finding for each module source, for all its calls and their instances together."""
    by_source: dict[tuple[str, str], list[UnreadModule]] = {}
    for unread in inventory.unread:
        by_source.setdefault((unread.why, unread.reason.decided_by), []).append(unread)
    for calls in by_source.values():
        first, addresses = calls[0], tuple(call.address for call in calls)
        times = f", and is called {len(calls)} times" if len(calls) > 1 else ""
        message = f"{first.why}{times}, so the clients that it may define are not known."
        yield Unseen(
            first.address, message, (first.reason,), first.location, first.called_from, addresses
        )


CHECK = BuiltIn(
    id="unread-module",
    title="A module was not read",
    severity=Severity.ERROR,
    why="Terraform creates the clients of this module, but they were not checked.",
    fix="Make the module readable, or waive it by its address if it has no OAuth clients.",
    find=find,
    always=True,
)
