"""Where the source of a plan declares its clients, and what its locals refer to, as plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from toolkit.model.clients import Client, Location
from toolkit.model.inventory import Inventory, Note
from toolkit.sources.comments import Comment, inline_waivers, without_keys


class Declarations(NamedTuple):
    """Locals by module and name, client blocks by address; no address has instance keys.

    A local is an expression as a plan's `configuration` writes it; a block is where it stands, and
    where each of its attributes does. `comments` are the waivers by the module that they stand in,
    and `notes` tell of those that cannot be read.
    """

    locals: dict[tuple[str, str], dict[str, Any]]
    blocks: dict[str, tuple[Location, dict[str, Location]]]
    comments: list[tuple[str, Comment]]
    notes: set[Note]

    def local(self, module_address: str, reference: str) -> dict[str, Any] | None:
        """What a local (``local.x``) refers to; None where it is not declared."""
        return self.locals.get((without_keys(module_address), reference))

    def located(self, inventory: Inventory) -> Inventory:
        """The same clients, each with the file and lines of its block, and what waives them."""
        return replace(
            inventory,
            clients=tuple(map(self._located, inventory.clients)),
            waivers=inline_waivers(self.comments, inventory.clients),
            notes=tuple(sorted({*inventory.notes, *self.notes})),
        )

    def _located(self, client: Client) -> Client:
        found = self.blocks.get(without_keys(client.address))
        if found is None:
            return client
        location, attributes = found
        return replace(client, location=location, attribute_locations=attributes)
