"""Text output of access changes: a sentence, then each client with its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.model.changes import Certainty, Direction
from toolkit.model.plurals import plural
from toolkit.reporters.change_summary import ClientLines, Line, clients, said, sentence
from toolkit.reporters.terminal import BOLD, GREEN, RED, YELLOW, Paint, painted, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.model.changes import Change
    from toolkit.model.report import Report

_SIGNS = {Direction.GAIN: ("+", GREEN), Direction.LOSS: ("-", RED)}


def lines(
    report: Report, changes: Sequence[Change], paint: Paint, *, complete: bool
) -> Iterator[str]:
    """Yield the compared sources, the sentence if `complete`, and the clients by root."""
    for source in report.sources:
        kinds = f"{source.kind}, {plural(source.clients, 'client')}"
        yield f"{paint(BOLD, visible(source.root))}: {visible(kinds)}"
    yield ""
    if complete:
        for line in wrapped(visible(sentence(changes)), first="", rest="  "):
            yield paint(BOLD, line)
        yield ""
    several = len({change.root for change in changes}) > 1
    for client in clients(changes):
        yield from _client(client, paint, show_root=several)
        yield ""


def _client(client: ClientLines, paint: Paint, *, show_root: bool) -> Iterator[str]:
    named = "" if client.client == client.address else f' ("{visible(client.client)}")'
    root = f" in {visible(client.root)}" if show_root else ""
    yield f"  {paint(BOLD, visible(client.address))}{named}{root}"
    if client.remark:
        line = wrapped(visible(client.remark), first="    ", rest="    ")
        yield from painted(line, "Replaced:", RED, paint)
    for each in client.lines:
        yield from _line(each, paint)


def _line(line: Line, paint: Paint) -> Iterator[str]:
    sign, colour = _SIGNS[line.direction]
    may = line.certainty is Certainty.POSSIBLE
    mark = f"?{sign}" if may else f" {sign}"
    first = wrapped(visible(said(line)), first=f"   {mark} ", rest="        ")
    yield from painted(first, mark, YELLOW if may else colour, paint)
    place = "" if line.location is None else f"{line.location.path}:{line.location.line}"
    edge = ", ".join(part for part in (line.through, place) if part)
    if edge:
        yield from wrapped(visible(edge), first="        ", rest="        ")
    for reason in line.reasons:
        why = f"{reason.reference} is not known (decided by {reason.decided_by})"
        yield from wrapped(visible(why), first="        ", rest="          ")
