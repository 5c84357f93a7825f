"""Edits of files that fix a finding: position, new text and safety."""

from enum import StrEnum

from msgspec import Struct


class Safety(StrEnum):
    """`SAFE` changes only the client of the finding; `UNSAFE` needs a person's decision.

    `DISPLAY_ONLY` edits are never written, because they are based on incomplete data.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY_ONLY = "display-only"


class Position(Struct, frozen=True, order=True):
    """A position in a file: byte offset, line from 1, column in characters from 1."""

    byte: int
    line: int
    column: int


class Edit(Struct, frozen=True, order=True):
    """New text for whole lines of a file. `path` is the file as reports name it.

    `old` is the current text. The line of `end` is the first line that stays.
    """

    path: str
    start: Position
    end: Position
    text: str
    old: str


class FixEdits(Struct, frozen=True):
    """The edits that fix a finding. `message` says what they do and who else they affect."""

    safety: Safety
    message: str
    edits: tuple[Edit, ...]


def lines_of(text: str) -> list[str]:
    """Return the lines with their line ends; the last line may have none.

    As in git, only a line feed ends a line.
    """
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
