"""Environments in formats that know only roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from toolkit.model.report import Report


def labelled(report: Report) -> Report:
    """The report with the environment in the name of each root, where it is about environments."""
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
    """A root, or all roots, of an environment, for people."""
    where = "all sources" if root is None else root
    return where if environment is None else f"{environment}: {where}"


def named(report: Report) -> str:
    """The environments of the report, in the order of the configuration; empty without any."""
    return ", ".join(each.name for each in report.environments)
