"""Text that is safe and readable on a terminal: escapes, wrapping, colour.

Names and messages come from other people's Terraform. One that holds an escape sequence could
rewrite the report on the screen, and one that holds a line break could add a line to it.
"""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from toolkit.lazily import pattern

WIDTH = 80
#: What begins a command to a CI system: for GitHub at the start of a line, where a word may come to
#: stand; for Azure Pipelines, and GitHub of old, anywhere.
_COMMAND = pattern(r"(?:^|(?<= ))::|##(?=\w*\[)")


def visible(text: str) -> str:
    """`text` on one line, with every character that does not print written as its escape.

    So is what would be a command to a CI system that reads the lines of a log.
    """
    if "::" in text or "##" in text:
        text = _COMMAND.sub(lambda found: f"{found[0][0]}\\x{ord(found[0][1]):02x}", text)
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes; East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def wrapped(text: str, *, first: str, rest: str, at: str = " ") -> list[str]:
    """`text` broken at spaces only, so that a name stays whole even where it is too long.

    `first` and `rest` are what the lines begin with. textwrap would do the same, at several times
    the cost on a report of a thousand clients.
    """
    if len(first) + len(text) <= WIDTH:
        return [first + text]
    lines: list[str] = []
    line, empty = first, True
    for word in text.split(at):
        if not empty and len(line) + len(at) + len(word) > WIDTH:
            lines.append(line)
            line, empty = rest, True
        line = line + word if empty else line + at + word
        empty = False
    lines.append(line)
    return lines


class Paint(Struct, frozen=True):
    """ANSI colours, or none."""

    on: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.on else text


def painted(lines: list[str], word: str, style: str, paint: Paint) -> list[str]:
    """`lines` with the first `word` of the first of them coloured, after its width was counted."""
    return [lines[0].replace(word, paint(style, word), 1), *lines[1:]]


BOLD = "1"
FAINT = "2"
RED = "1;31"
GREEN = "32"
YELLOW = "1;33"
CYAN = "36"
