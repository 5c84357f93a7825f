"""Where the source of a plan declares its clients, and what its locals refer to, as plain data."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from toolkit.model.clients import Client, Location
from toolkit.model.inventory import Inventory

_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


class Declarations(NamedTuple):
    """Locals by module and name, client blocks by address; no address has instance keys.

    A local is an expression as a plan's `configuration` writes it; a block is where it stands, and
    where each of its attributes does.
    """

    locals: dict[tuple[str, str], dict[str, Any]]
    blocks: dict[str, tuple[Location, dict[str, Location]]]

    def local(self, module_address: str, reference: str) -> dict[str, Any] | None:
        """What a local (``local.x``) refers to; None where it is not declared."""
        return self.locals.get((_KEY.sub("", module_address), reference))

    def located(self, inventory: Inventory) -> Inventory:
        """The same clients, each with the file and lines of its block."""
        return replace(inventory, clients=tuple(map(self._located, inventory.clients)))

    def _located(self, client: Client) -> Client:
        found = self.blocks.get(_KEY.sub("", client.address))
        if found is None:
            return client
        location, attributes = found
        return replace(client, location=location, attribute_locations=attributes)
