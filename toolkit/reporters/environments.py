"""Environments in formats that only have roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from toolkit.model.report import Report


def labelled(report: Report) -> Report:
    """Return the report with the environment added to the name of each root, if there are any."""
    if not report.environments:
        return report
    return replace(
        report,
        sources=tuple(
            replace(source, root=in_environment(source.root, source.environment))
            for source in report.sources
        ),
        results=tuple(
            replace(result, root=in_environment(result.root, result.environment))
            for result in report.results
        ),
        known=tuple(
            replace(result, root=in_environment(result.root, result.environment))
            for result in report.known
        ),
    )


def in_environment(root: str | None, environment: str | None) -> str:
    """Return the name of a root, or of all roots, of an environment."""
    where = "all sources" if root is None else root
    return where if environment is None else f"{environment}: {where}"


def named(report: Report) -> str:
    """Return the environments of the report in configuration order, or ""."""
    return ", ".join(each.name for each in report.environments)
