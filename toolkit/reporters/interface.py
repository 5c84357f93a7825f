"""The reporter interface and the list of reporters.

The command line's choices, help and completion are derived from `REPORTERS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from toolkit.model.report import Report


class Render(Protocol):
    """Pure: the same report gives the same text. Machine formats ignore `colour`."""

    def __call__(self, report: Report, *, colour: bool = False) -> str: ...


class Reporter(Struct, frozen=True):
    """A format by its name; its `render` function is in the module `module` of this package.

    `for_people` formats follow the terminal's colours and encoding.
    """

    name: str
    summary: str
    module: str
    for_people: bool = False

    @property
    def render(self) -> Render:
        """The render function, imported on first use so that unused formats cost no time."""
        render: Render = import_module(f"{__package__}.{self.module}").render
        return render


REPORTERS = (
    Reporter("text", "what a person reads", "text", for_people=True),
    Reporter("json", "the whole report, for other programs", "json_report"),
    Reporter("html", "a page to look at, in one file", "html_report"),
    Reporter("sarif", "SARIF 2.1.0, for code scanning", "sarif"),
    Reporter("junit", "JUnit's XML, for lists of tests", "junit"),
    Reporter("github", "annotations of GitHub Actions, and its job summary", "github"),
    Reporter("gitlab", "GitLab's Code Quality report", "gitlab"),
    Reporter("markdown", "a comment for a pull request", "markdown"),
    Reporter("rdjson", "reviewdog's diagnostics, for reviews on lines", "rdjson"),
    Reporter("opa", "lists to deny, warn and unknown, for OPA policies", "opa"),
    Reporter("csv", "rows for a spreadsheet; of an inventory, who holds what", "csv_rows"),
    Reporter("atlantis", "counts for Atlantis's custom_policy_check", "atlantis"),
)


def reporter(name: str) -> Reporter | None:
    """Return the reporter with this name, or None."""
    return next((entry for entry in REPORTERS if entry.name == name), None)
