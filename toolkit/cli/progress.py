"""Progress of a long run, shown on a terminal but not in CI."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.bounds import Tick


#: The assumed width of a terminal that does not report one.
_COLUMNS = 80


def watching() -> Tick | None:
    """Return a function that shows progress on stderr; None if nobody watches.

    It may be called while other output is written, so it bypasses the stream's buffer.
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
        with suppress(OSError):  # The terminal may be gone.
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
            width = (columns or _COLUMNS) - 1
            line = f"{what}{more}".encode("ascii", "backslashreplace").decode()
            line = "".join(each if each.isprintable() else "?" for each in line)[:width]
            os.write(sys.stderr.fileno(), f"\r\x1b[K{line}".encode())

    return tick


def is_watched() -> bool:
    """Whether stderr is a terminal that can redraw a line, outside of CI."""
    return sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"
