"""Text that is safe and readable on a terminal: escaping, wrapping, colour.

Names and messages come from untrusted Terraform. An escape sequence could rewrite the report on the
screen, and a line break could add a line to it.
"""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from toolkit.lazily import pattern

WIDTH = 80
#: The start of a command to a CI system: for GitHub at the start of a line, where wrapping may put
#: any word; for Azure Pipelines and older GitHub anywhere.
_COMMAND = pattern(r"(?:^|(?<= ))::|##(?=\w*\[)")


def visible(text: str) -> str:
    """Return `text` on one line, with every non-printable character escaped.

    The start of a command to a CI system, which reads the lines of a log, is escaped too.
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
    """Return the terminal columns of `text`; East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def wrapped(text: str, *, first: str, rest: str, at: str = " ") -> list[str]:
    """Return `text` broken at spaces only, so that names stay whole even if they are too long.

    `first` and `rest` are the beginnings of the lines. textwrap does the same, but takes several
    times as long for a report of a thousand clients.
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
    """Return `lines` with the first `word` of the first line coloured, after wrapping."""
    return [lines[0].replace(word, paint(style, word), 1), *lines[1:]]


BOLD = "1"
FAINT = "2"
RED = "1;31"
GREEN = "32"
YELLOW = "1;33"
CYAN = "36"
