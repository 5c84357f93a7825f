"""A document's value and the position of each part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from toolkit.errors import DocumentError

#: The path of a value in a document: ``("rules", 0, "require")``.
JsonPath: TypeAlias = Sequence[str | int]


class Position(Struct, frozen=True, order=True):
    """A position in a file; line and column are counted from 1."""

    line: int
    column: int


class Document(Struct, frozen=True, eq=False):
    """The content of a file. The positions refer to `value`, so read it and do not change it."""

    path: str
    value: Any
    start: Position
    _places: dict[int, dict[str | int, Position]]

    def position_of(self, path: JsonPath) -> Position:
        """Return the position of the key or list item at `path`, or of its nearest parent."""
        position, value = self.start, self.value
        for step in path:
            places = self._places.get(id(value), {})
            if step not in places:
                break
            position, value = places[step], value[step]
        return position

    def line_of(self, path: JsonPath) -> int:
        """Return the line of `position_of`."""
        return self.position_of(path).line

    def part(self, path: JsonPath) -> Document:
        """Return the value at `path`, which must exist, as a document of its own."""
        value = self.value
        for step in path:
            value = value[step]
        return Document(self.path, value, self.position_of(path), self._places)

    def error(self, message: str, path: JsonPath = (), *, hint: str | None = None) -> DocumentError:
        """Return an error about the value at `path`: ``file:line:column: message``."""
        return error_at(self.path, self.position_of(path), message, hint)


def error_at(path: str, position: Position, message: str, hint: str | None = None) -> DocumentError:
    """Return a one-line error with the position in the form that editors can open."""
    error = DocumentError(f"{path}:{position.line}:{position.column}: {message}", hint=hint)
    error.place = (position.line, position.column)
    return error


def raise_all(errors: Iterable[DocumentError]) -> None:
    """Raise the first of the errors, if there is one, with the rest attached."""
    found = tuple(errors)
    if found:
        found[0].others = found[1:]
        raise found[0]
