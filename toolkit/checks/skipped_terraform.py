"""A folder with Terraform that was not read, so its clients were not checked."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.judging.check_context import CheckContext
from toolkit.judging.check_interface import BuiltIn, Unseen
from toolkit.model.findings import Severity
from toolkit.model.inventory import Inventory
from toolkit.model.values import Unknown


def find(inventory: Inventory, _: CheckContext) -> Iterator[Unseen]:
    """Yield one finding for a root that was skipped."""
    if inventory.skipped:
        message = f"{inventory.skipped}, so the clients that it may define are not known."
        yield Unseen(
            inventory.root, message, (Unknown(inventory.root, inventory.decided_by),), None
        )


CHECK = BuiltIn(
    id="skipped-terraform",
    title="A folder with Terraform was skipped",
    severity=Severity.ERROR,
    why="Terraform can run in this folder, but its clients were not checked.",
    fix="Name the folder on the command line, check a plan of it, or leave it out with --exclude.",
    find=find,
    always=True,
)
