"""Edits of files that mend a finding: where, what is written there, and how safe that is."""

from enum import StrEnum

from msgspec import Struct


class Safety(StrEnum):
    """`SAFE` changes the client of the finding alone; `UNSAFE` is for a person to decide.

    One that is `DISPLAY_ONLY` is never written: what it rests on does not have all there is.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY_ONLY = "display-only"


class Position(Struct, frozen=True, order=True):
    """A place in a file: its offset in bytes, its line from 1, its column in characters from 1."""

    byte: int
    line: int
    column: int


class Edit(Struct, frozen=True, order=True):
    """New text for whole lines of a file. `path` is the file as reports name it.

    `old` is what stands there now; the line of `end` is the first that stays.
    """

    path: str
    start: Position
    end: Position
    text: str
    old: str


class FixEdits(Struct, frozen=True):
    """The edits that mend a finding. `message` says what they do, and who else they concern."""

    safety: Safety
    message: str
    edits: tuple[Edit, ...]


def lines_of(text: str) -> list[str]:
    """The lines with their ends. Only a line feed ends one, as for git; the last may have none."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
