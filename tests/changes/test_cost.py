"""A change of many clients queries each operation once, not once per client."""

from __future__ import annotations

from toolkit.catalog.catalog import SHIPPED
from toolkit.changes import Published, changes_between
from toolkit.contracts.contract import Operation
from toolkit.model.changes import ChangeKind
from toolkit.model.clients import Client
from toolkit.model.inventory import Inventory
from toolkit.model.values import ValueSet


class Counted(Published):
    """Counts the queries for the operations that require a scope or permission."""

    asked = 0

    def asking(self, kind: ChangeKind, name: str) -> tuple[Operation, ...]:
        self.asked += 1
        return super().asking(kind, name)


def clients(number: int, *scopes: str) -> Inventory:
    made = (Client(".", f"c.{n}", f"c{n}", "CODE", ValueSet(scopes)) for n in range(number))
    return Inventory(".", "hcl", tuple(made))


def test_clients_that_change_alike_are_looked_at_once() -> None:
    one, many = Counted(SHIPPED, {}), Counted(SHIPPED, {})
    told = [
        len(changes_between(clients(number, "users"), clients(number, "recordings"), published))
        for number, published in ((1, one), (40, many))
    ]
    assert told[1] == 40 * told[0] > 40
    assert many.asked == one.asked
