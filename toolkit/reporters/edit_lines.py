"""The edits of a finding as text: removed and added lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.edits import FixEdits


def edit_lines(fix: FixEdits) -> Iterator[str]:
    """Yield the lines of a diff, each edit under its file and line."""
    for each in fix.edits:
        yield visible(f"@@ {each.path}:{each.start.line} @@")
        for sign, text in (("-", each.old), ("+", each.text)):
            for line in text.removesuffix("\n").split("\n") if text else ():
                yield visible(f"{sign}{line.removesuffix(chr(13))}")
