"""A document's value, and where each part of it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from toolkit.errors import DocumentError

#: Where a value stands in a document: ``("rules", 0, "require")``.
JsonPath: TypeAlias = Sequence[str | int]


class Position(Struct, frozen=True, order=True):
    """A place in a file, line and column counted from 1."""

    line: int
    column: int


class Document(Struct, frozen=True, eq=False):
    """What a file says. `value` is shared with the positions: read it, do not change it."""

    path: str
    value: Any
    start: Position
    _places: dict[int, dict[str | int, Position]]

    def position_of(self, path: JsonPath) -> Position:
        """Where the key or the list item at `path` is; what encloses it, where it is not there."""
        position, value = self.start, self.value
        for step in path:
            places = self._places.get(id(value), {})
            if step not in places:
                break
            position, value = places[step], value[step]
        return position

    def line_of(self, path: JsonPath) -> int:
        """The line of `position_of`."""
        return self.position_of(path).line

    def part(self, path: JsonPath) -> Document:
        """What stands at `path`, which must be there, as a document of its own."""
        value = self.value
        for step in path:
            value = value[step]
        return Document(self.path, value, self.position_of(path), self._places)

    def error(self, message: str, path: JsonPath = (), *, hint: str | None = None) -> DocumentError:
        """An error about what stands at `path`: ``file:line:column: message``."""
        return error_at(self.path, self.position_of(path), message, hint)


def error_at(path: str, position: Position, message: str, hint: str | None = None) -> DocumentError:
    """An error in one line, with the place in the form that editors open."""
    error = DocumentError(f"{path}:{position.line}:{position.column}: {message}", hint=hint)
    error.place = (position.line, position.column)
    return error


def raise_all(errors: Iterable[DocumentError]) -> None:
    """Raise the first of the errors, if there is one, with the others."""
    found = tuple(errors)
    if found:
        found[0].others = found[1:]
        raise found[0]
