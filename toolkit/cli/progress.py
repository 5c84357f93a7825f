"""The progress of a long run, on a terminal; nothing in CI."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from toolkit.sources.requests import Progress

#: Fewer sources, or clients of an org, than this are read before a bar could be looked at.
_WORTH_SHOWING = 8


def reading() -> Progress | None:
    """A bar on stderr while sources or an org are read; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        return None
    bars: list[Any] = []

    def show(done: int, total: int) -> None:
        if total < _WORTH_SHOWING:
            return
        if not bars:
            bars.append(click.progressbar(length=total, label="Reading", file=sys.stderr))
            bars[0].__enter__()
        # Pages of an org come with many at once, and their number may change meanwhile.
        bars[0].length = total
        bars[0].update(done - bars[0].pos)
        if done == total:
            bars[0].__exit__(None, None, None)

    return show
