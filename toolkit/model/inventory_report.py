"""What was understood of the sources, without a verdict on any of it."""

from __future__ import annotations

from msgspec import Struct

from toolkit.errors import ExitCode
from toolkit.model.inventory import Inventory, Note
from toolkit.model.report import EXIT_ORDER, Problem


class Digest(Struct, frozen=True):
    """What was read, as it was named, and its SHA-256.

    `kind` is ``source``, ``policy``, ``var-file``, or ``state`` for one beside a source.
    """

    kind: str
    name: str
    sha256: str


class InventoryReport(Struct, frozen=True):
    """The inventories of a run, sorted by root, and what could not be looked at.

    `notes` are about the sources as a whole; those of one of them are in its inventory. `digests`
    are those of what was read, where a format shows them. `beside` are states that are not sources,
    and that said which roles or divisions some ids are.
    """

    tool_version: str
    inventories: tuple[Inventory, ...] = ()
    notes: tuple[Note, ...] = ()
    errors: tuple[Problem, ...] = ()
    digests: tuple[Digest, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def looked_at_something(self) -> bool:
        return bool(self.inventories)

    @property
    def exit_code(self) -> ExitCode:
        codes = {problem.exit_code for problem in self.errors}
        return next((code for code in EXIT_ORDER if code in codes), ExitCode.OK)
