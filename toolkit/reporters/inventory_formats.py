"""The formats of an inventory.

They are separate from `REPORTERS`, so that a check does not import what only an inventory needs.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from toolkit.reporters import inventory_csv, inventory_json, inventory_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.model.inventory_report import InventoryReport


class RenderInventory(Protocol):
    """Pure, like `Render`."""

    def __call__(self, report: InventoryReport, *, colour: bool = False) -> str: ...


#: Keyed by the name of the reporter that shows a report in the same format.
INVENTORY_FORMATS: Final[Mapping[str, RenderInventory]] = MappingProxyType(
    {
        "text": inventory_text.render_inventory,
        "json": inventory_json.render_inventory,
        "csv": inventory_csv.render_inventory,
    }
)
