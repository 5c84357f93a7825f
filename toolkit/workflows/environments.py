"""Joins the reports on several environments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from toolkit.model.findings import Severity
from toolkit.model.inventory import Note
from toolkit.model.report import Environment, Looked, Provisioning, Report


def joined(parts: Sequence[tuple[Environment, Report]]) -> Report:
    """Return one report on all environments, at least one; each was judged by itself.

    A result counts here exactly if it counted in its own report, even if the reports use different
    least severities.
    """
    first = parts[0][1]
    fail_on = {report.fail_on for _, report in parts}
    agreed = len(fail_on) == 1
    notes: dict[Note, list[str]] = {}
    for environment, report in parts:
        for note in report.notes:
            notes.setdefault(note, []).append(environment.name)
    return replace(
        first,
        sources=tuple(source for _, report in parts for source in report.sources),
        results=tuple(
            result if agreed else replace(result, counts=report.counts(result))
            for _, report in parts
            for result in report.results
        ),
        known=tuple(result for _, report in parts for result in report.known),
        changes=None
        if first.changes is None
        else tuple(change for _, report in parts for change in report.changes or ()),
        notes=tuple(
            sorted(
                note
                if len(names) == len(parts)
                else replace(note, message=f"{', '.join(names)}: {note.message}")
                for note, names in notes.items()
            )
        ),
        errors=tuple(
            replace(problem, message=f"{environment.name}: {problem.message}")
            for environment, report in parts
            for problem in report.errors
        ),
        fail_on=first.fail_on if agreed else Severity.NOTE,
        looked=_looked([report for _, report in parts]),
        rule_places={
            rule: place
            for _, report in reversed(parts)
            for rule, place in report.rule_places.items()
        },
        org=next((report.org for _, report in parts if report.org is not None), None),
        terraform=_terraform([report.terraform for _, report in parts]),
        environments=tuple(environment for environment, _ in parts),
    )


def _looked(reports: Sequence[Report]) -> Looked | None:
    found = [report.looked for report in reports if report.looked is not None]
    if len(found) < len(reports):
        return None
    chosen: Counter[str] = Counter()
    for each in found:
        chosen.update(each.chosen)
    return Looked(
        tuple(sorted({check for each in found for check in each.checks})),
        chosen,
        frozenset().union(*(each.undecided for each in found)),
    )


def _terraform(runs: Sequence[Provisioning | None]) -> Provisioning | None:
    """Return the runs of Terraform as one; `applied` is true only if every environment applied."""
    ran = [each for each in runs if each is not None]
    if not ran:
        return None
    return replace(
        ran[0],
        version=next((each.version for each in ran if each.version), None),
        commands=tuple(command for each in ran for command in each.commands),
        applied=None
        if all(each.applied is None for each in ran)
        else all(each.applied for each in ran) and len(ran) == len(runs),
    )
