"""Roots that no target of the base's configuration covers, so that no policy judges them."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Final

from msgspec.structs import replace

from toolkit.errors import SourceError
from toolkit.model.findings import Kind, Result, Severity, Verdict
from toolkit.model.inventory import Inventory, Note, has_roles_alone
from toolkit.model.report import Report
from toolkit.model.values import Unknown
from toolkit.sources.folders import Folders
from toolkit.sources.read_requests import Discover
from toolkit.workflows.check_request import CheckRequest
from toolkit.workflows.run_check import read_terraform

ID: Final = "uncovered-root"


def _grants(inventory: Inventory) -> bool:
    return bool(inventory.clients) or has_roles_alone((inventory,))


class Coverage:
    """What the targets of a configuration cover, and the configuration's name."""

    def __init__(self, configuration: str, roots: Collection[str]) -> None:
        self._configuration = configuration
        self._roots = frozenset(map(os.path.realpath, roots))

    def covers(self, root: str) -> bool:
        """Whether the root is a target's root, or a plan or state in that folder."""
        real = os.path.realpath(root)
        return real in self._roots or (
            not os.path.isdir(real) and os.path.dirname(real) in self._roots  # noqa: PTH112, PTH120
        )

    def limit(self, report: Report) -> Report:
        """Return the report, with an unknown for each uncovered root with clients or roles."""
        left = {
            each.root: each.environment
            for each in report.sources
            if each.grants and not self.covers(each.root)
        }
        more = tuple(self._unknown(*each) for each in left.items())
        if not more:
            return report
        results = sorted((*report.results, *more), key=lambda each: each.sort_key)
        return replace(report, results=tuple(results))

    def only_left(self, report: Report) -> Report:
        """Return the part of the report that is about uncovered roots."""
        sources = tuple(
            each for each in report.sources if each.grants and not self.covers(each.root)
        )
        roots = {each.root for each in sources}
        return replace(
            report,
            sources=sources,
            results=tuple(each for each in report.results if each.root in roots),
            known=tuple(each for each in report.known if each.root in roots),
        )

    def notes(self, folder: str, exclude: Collection[str] = ()) -> tuple[Note, ...]:
        """Return a note on each uncovered root in the folder that has clients or roles."""
        try:
            roots = Folders().roots(Discover(folder, tuple(exclude))).paths
        except SourceError:
            return ()
        left = [root for root in roots if not self.covers(root)]
        if not left:
            return ()
        read = read_terraform(CheckRequest(left, on_error="report"))
        return tuple(
            Note(
                ID,
                f"No target of {self._configuration} covers {root}, so it is not judged. Add a "
                "target, or exclude it.",
            )
            for root in sorted({each.root for each in read.inventories if _grants(each)})
        )

    def _unknown(self, root: str, environment: str | None) -> Result:
        return Result(
            rule=ID,
            kind=Kind.BUILT_IN,
            verdict=Verdict.UNKNOWN,
            severity=Severity.ERROR,
            root=root,
            address=None,
            client=None,
            grant_type=None,
            message=f"No target of {self._configuration} covers {root}, so it is checked with the "
            "defaults and can be unknown at best.",
            title="A target covers every root",
            environment=environment,
            reasons=(Unknown(root, f"a target with this root in {self._configuration}"),),
        )
