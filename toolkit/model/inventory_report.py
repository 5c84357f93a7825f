"""A report on the contents of the sources, without verdicts."""

from __future__ import annotations

from msgspec import Struct

from toolkit.errors import ExitCode
from toolkit.model.inventory import Inventory, Note
from toolkit.model.report import EXIT_ORDER, Problem


class Digest(Struct, frozen=True):
    """The name of something that was read, and its SHA-256.

    `kind` is ``source``, ``policy``, ``var-file``, or ``state`` for a state beside a source.
    """

    kind: str
    name: str
    sha256: str


class InventoryReport(Struct, frozen=True):
    """The inventories of a run, sorted by root, and everything that could not be read.

    `notes` are about all sources together; notes on one source are in its inventory. `digests` are
    of everything that was read, if the format shows them. `beside` are states that are not sources
    but were used to resolve ids of roles or divisions.
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
