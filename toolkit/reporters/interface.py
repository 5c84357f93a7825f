"""What a reporter is, and the one list of them.

The command line's choices, its help and its completion are all read off `REPORTERS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from toolkit.reporters import json_report, text

if TYPE_CHECKING:
    from toolkit.model.report import Report


class Render(Protocol):
    """Pure: the same report gives the same text. Formats for machines ignore `colour`."""

    def __call__(self, report: Report, *, colour: bool = False) -> str: ...


class Reporter(NamedTuple):
    """A format by its name. `for_people` formats follow the terminal: its colours, its encoding."""

    name: str
    summary: str
    render: Render
    for_people: bool = False


REPORTERS = (
    Reporter("text", "what a person reads", text.render, for_people=True),
    Reporter("json", "the whole report, for other programs", json_report.render),
)


def reporter(name: str) -> Reporter | None:
    """The reporter of that name."""
    return next((entry for entry in REPORTERS if entry.name == name), None)
