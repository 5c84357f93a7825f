"""JUnit output: a suite for each root, in it a case for each client and rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from toolkit.model.findings import Result, Verdict
from toolkit.model.observations import ProbeVerdict
from toolkit.reporters.details import details, waived
from toolkit.reporters.environments import in_environment
from toolkit.reporters.junit_xml import Case, Suite, document, problems
from toolkit.reporters.machine_findings import diagnosed
from toolkit.reporters.report_summary import meaning
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.report import Report

_NAME = "recording-toolkit"
_NO_CLIENT = "genesyscloud_oauth_client"


def render(report: Report, *, colour: bool = False) -> str:
    """Return the document. Names have no counts and no messages, so cases keep their history."""
    return document(f"{_NAME} {report.command}", _suites(report))


def _suites(report: Report) -> Iterator[Suite]:
    if report.errors:
        yield Suite(f"{_NAME} {report.command}", tuple(problems(report.errors)))
    by_root: dict[str, list[Case]] = {}
    for source in sorted(report.sources, key=lambda each: each.sort_key):
        cases = by_root.setdefault(in_environment(source.root, source.environment), [])
        if not source.clients:
            text = visible(source.why_not) or "there is no genesyscloud_oauth_client here"
            case = Case(_NO_CLIENT, "any client", "skipped", message=text)
            cases.append(_in(in_environment(source.root, source.environment), case))
    for result in sorted(report.results, key=lambda each: (each.sort_key, each.message)):
        root = in_environment(result.root, result.environment)
        case = _of_result(result, counts=report.counts(result))
        by_root.setdefault(root, []).append(_in(root, case))
    for result in sorted(report.known, key=lambda each: (each.sort_key, each.message)):
        root = in_environment(result.root, result.environment)
        case = _of_result(replace(result, verdict=Verdict.NOT_APPLICABLE), counts=False)
        told = f"known ({result.verdict.value}): {visible(result.message)}"
        text = "\n".join(_lines(result))
        skipped = replace(case, outcome="skipped", message=told, text=text)
        by_root.setdefault(root, []).append(_in(root, skipped))
    for root, cases in by_root.items():
        yield Suite(visible(root), tuple(cases))
    if report.verdict is not None:
        known = report.unpublished
        properties = {"unpublished": visible(str(known))} if known is not None else {}
        yield Suite("probe", (_of_probe(report, report.verdict),), properties)


def _in(root: str, case: Case) -> Case:
    """Return the case with its root: servers identify cases by class and name, not by suite."""
    return replace(case, classname=f"{visible(root)}: {case.classname}")


def _of_result(result: Result, *, counts: bool) -> Case:
    """Return the case of a result. It fails only if it can fail the run.

    JUnit has no weaker outcome, and a failed test would contradict a step that succeeded.
    """
    title = f": {visible(result.title)}" if result.title else ""
    who = "any client" if result.address is None else visible(result.address)
    case = Case(who, visible(result.rule) + title)
    message, text = visible(result.message), "\n".join(_lines(result))
    match result.verdict:
        case Verdict.PASS:
            return case
        case Verdict.FAIL if counts:
            return replace(
                case, outcome="failure", kind=result.severity.value, message=message, text=text
            )
        case Verdict.UNKNOWN if counts:
            return replace(case, outcome="failure", kind="unknown", message=message, text=text)
        case Verdict.FAIL | Verdict.UNKNOWN:
            what = "failed" if result.verdict is Verdict.FAIL else "unknown"
            told = f"{what} ({result.severity.value}, not counted): {message}"
            return replace(case, outcome="skipped", message=told, text=text)
        case Verdict.WAIVED:
            told = f"waived: {visible(waived(result) or '')}"
            return replace(case, outcome="skipped", message=told, text=message)
        case Verdict.NOT_APPLICABLE:
            return replace(case, outcome="skipped", message=f"not applicable: {message}")


def _lines(result: Result) -> Iterator[str]:
    if result.location is not None:
        yield f"{visible(result.location.path)}:{result.location.line}"
    for label, text in details(result):
        yield f"{label}: {visible(text)}"
    for label, prose in (("why", result.why), ("fix", result.fix)):
        if prose:
            yield f"{label}: {visible(' '.join(prose.split()))}"


def _of_probe(report: Report, verdict: ProbeVerdict) -> Case:
    """Return one case for the whole probe, because its causes differ from run to run."""
    case = Case(_NAME, "the client can start a recording")
    told = tuple(diagnosed(report))
    text = "\n\n".join(f"{alert.rule}: {alert.text}" for alert in told)
    message = f"{told[0].rule}: {told[0].lines[0]}" if told else meaning(report)
    match verdict:
        case ProbeVerdict.READY:
            return case
        case ProbeVerdict.PREFLIGHT:
            return replace(case, outcome="skipped", message=meaning(report))
        case ProbeVerdict.UNREACHABLE:
            return replace(case, outcome="error", kind=verdict.value, message=message, text=text)
        case _:
            return replace(case, outcome="failure", kind=verdict.value, message=message, text=text)
