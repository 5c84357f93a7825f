"""Blocks and attributes as they are written, with their positions, in either syntax."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from toolkit.model.clients import Location
from toolkit.sources.hcl.expressions import Expression

#: What names a secret, or says that a value is one.
_SECRET = re.compile(r"(?<!expose_client_)secret\b|password|(?<!non)sensitive\s*\(", re.IGNORECASE)


class Span(NamedTuple):
    """Lines and column counted from 1, and the text of the first line."""

    path: str
    line: int
    end_line: int
    column: int
    text: str | None

    def location(self, *, show: bool = True) -> Location:
        """The same for a report; `show` false where the line may hold a secret.

        One that seems to hold any is never shown: other attributes can stand on the same line, and
        in JSON syntax the whole configuration can.
        """
        show = show and self.text is not None and not _names_secret(self.text)
        return Location(
            self.path, self.line, self.end_line, self.column, self.text if show else None
        )


def _names_secret(line: str) -> bool:
    # Asked of every line that a report may show: what no line without these words matches is slow.
    folded = line.casefold()
    if "secret" in folded or "password" in folded or "sensitive" in folded:
        return _SECRET.search(line) is not None
    return False


class Attribute:
    """An attribute's name, where it stands, its source text, and its expression when asked."""

    __slots__ = ("_expression", "_read", "name", "source", "span")

    def __init__(self, name: str, span: Span, source: str, read: Callable[[], Expression]) -> None:
        self.name = name
        self.span = span
        self.source = source
        self._read = read
        self._expression: Expression | None = None

    @property
    def expression(self) -> Expression:
        if self._expression is None:
            self._expression = self._read()
        return self._expression


Body = tuple[dict[str, Attribute], "tuple[Block, ...]"]


class Block:
    """A block's type, labels and position; its body is read when asked."""

    __slots__ = ("_body", "_read", "kind", "labels", "span")

    def __init__(
        self, kind: str, labels: tuple[str, ...], span: Span, read: Callable[[], Body]
    ) -> None:
        self.kind = kind
        self.labels = labels
        self.span = span
        self._read = read
        self._body: Body | None = None

    @property
    def body(self) -> Body:
        if self._body is None:
            self._body = self._read()
        return self._body

    @property
    def attributes(self) -> dict[str, Attribute]:
        return self.body[0]

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.body[1]

    def nested(self, kind: str) -> tuple[Block, ...]:
        """The static nested blocks of a type."""
        return tuple(block for block in self.blocks if block.kind == kind)

    def dynamic(self, kind: str) -> tuple[Block, ...]:
        """The ``dynamic`` blocks that generate nested blocks of a type."""
        return tuple(b for b in self.blocks if b.kind == "dynamic" and b.labels == (kind,))
