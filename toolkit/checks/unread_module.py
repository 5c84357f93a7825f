"""A module that was not read: whatever clients it defines, nothing was said of them."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.checks.built_in import BuiltIn, Unseen
from toolkit.checks.in_use import InUse
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory


def find(inventory: Inventory, _: InUse) -> Iterator[Unseen]:
    """One for each call, however many instances it makes."""
    for unread in inventory.unread:
        message = f"{unread.why}, so the clients that it may define are not known."
        yield Unseen(unread.address, message, (unread.reason,), unread.location, unread.called_from)


CHECK = BuiltIn(
    id="unread-module",
    title="A module was not read",
    severity=Severity.ERROR,
    why="A client in such a module is created like any other, and nothing was decided about it.",
    fix="What decides it lets it be read. A module that has no OAuth clients can be waived by its "
    "address.",
    find=find,
    always=True,
)
