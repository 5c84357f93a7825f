"""What a long run works on, on a terminal; nothing in CI."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.bounds import Tick


#: Assumed of a terminal that does not say how wide it is.
_COLUMNS = 80


def watching() -> Tick | None:
    """Shows on stderr what is worked on; None where nobody watches.

    It is called while anything else may be written, so it writes past the stream's buffer.
    """
    if not is_watched():
        return None
    shown = False

    def tick(what: str, left: int) -> None:
        nonlocal shown
        if not what and not shown:
            return
        shown = bool(what)
        more = f" ({left:,} more)" if left else ""
        with suppress(OSError):  # the terminal may be gone
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
            width = (columns or _COLUMNS) - 1
            line = f"{what}{more}".encode("ascii", "backslashreplace").decode()
            line = "".join(each if each.isprintable() else "?" for each in line)[:width]
            os.write(sys.stderr.fileno(), f"\r\x1b[K{line}".encode())

    return tick


def is_watched() -> bool:
    """Whether stderr is a terminal that can draw over a line, and not that of a CI."""
    return sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"
