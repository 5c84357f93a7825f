"""One request to an operation, as the code that plays the operation sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from toolkit.contracts.contract import Contract, Operation
from toolkit.mock.access import Caller, named_refusal
from toolkit.mock.answers import Answer, Detail, Refusal
from toolkit.mock.world import Body, World


class Call(Struct, frozen=True):
    """A request that is authenticated, authorised, and has a payload that fits the contract."""

    world: World
    contract: Contract
    operation: Operation
    caller: Caller
    params: Mapping[str, str]
    query: Mapping[str, str]
    payload: Any

    def refusal(self, name: str, status: int = 400, details: tuple[Detail, ...] = ()) -> Refusal:
        """Return the refusal that the contract has under that name."""
        refusal = named_refusal(self.operation, name, status)
        refusal.details = details
        return refusal

    def flag(self, name: str) -> bool:
        """Return a boolean query parameter; false if it is absent."""
        text = self.query.get(name, "false").lower()
        if text not in ("true", "false"):
            raise _bad_parameter(name)
        return text == "true"

    def page(self, bodies: list[Body]) -> Answer:
        """Return the page of a listing that the query asks for."""
        # An operation without paging answers everything at once.
        size = self._number("pageSize") if "pageSize" in self.operation.query else len(bodies) or 1
        number = self._number("pageNumber") if "pageNumber" in self.operation.query else 1
        first = (number - 1) * size
        return Answer(
            200,
            {
                "entities": bodies[first : first + size],
                "pageSize": size,
                "pageNumber": number,
                "total": len(bodies),
                "pageCount": -(-len(bodies) // size),
            },
        )

    def check_query(self) -> None:
        """Raise `Refusal` for an unknown parameter, because the sender relies on it, and for a
        boolean parameter with another value.
        """
        for name in sorted(self.query.keys() - self.operation.query.keys()):
            message = f"The mock does not honour the parameter {name} here."
            details = (Detail(name, "invalid.value"),)
            raise Refusal(400, "invalid.value", message, details=details)
        for name in self.query:
            if self.operation.query[name].get("type") == "boolean":
                self.flag(name)

    def _number(self, name: str) -> int:
        """Return a whole number within the contract's bounds; the default if it is absent."""
        text, schema = self.query.get(name), self.operation.query[name]
        if text is None:
            return int(schema.get("default", 1))
        # A page number that is unreachably large is as wrong as one that is not a number.
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise _bad_parameter(name)
        if not schema.get("minimum", 1) <= int(text) <= schema.get("maximum", int(text)):
            raise _bad_parameter(name)
        return int(text)


#: Plays an operation.
Behaviour: TypeAlias = Callable[[Call], Answer]


def _bad_parameter(name: str) -> Refusal:
    message = f"The parameter {name} is not valid."
    return Refusal(400, "invalid.value", message, details=(Detail(name, "invalid.value"),))
