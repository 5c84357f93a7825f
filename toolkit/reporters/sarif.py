"""SARIF 2.1.0, the format of code scanning.

Comments about GitHub describe how its code scanning treats a document, according to its page "SARIF
support for code scanning" and the source of its upload action.
"""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, urljoin

from msgspec.structs import asdict, replace

from toolkit.model.findings import Severity
from toolkit.model.observations import ProbeVerdict
from toolkit.reporters.documentation_pages import page_of, page_of_cause
from toolkit.reporters.machine_findings import Alert, alerts
from toolkit.reporters.markdown_escaping import marked
from toolkit.reporters.report_summary import meaning
from toolkit.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.model.clients import Location
    from toolkit.model.edits import FixEdits
    from toolkit.model.findings import Result
    from toolkit.model.report import Environment, Report

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool"

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: The base of the report's paths. Consumers know it by this name.
ROOT = "%SRCROOT%"
OUR_FINGERPRINT = "recordingToolkit/v1"
CATEGORY = "recording-toolkit"
#: GitHub refuses a document with more results per run, more bytes, or more runs.
MOST_RESULTS = 25_000
MOST_BYTES = 10_000_000
MOST_RUNS = 20
#: The only fingerprint that GitHub compares.
GITHUB_FINGERPRINT = "primaryLocationLineHash"


def render(report: Report, *, colour: bool = False) -> str:
    """Return one run, or one per environment, without passes, which GitHub would show as alerts.

    On GitHub, the runs of one document need different categories; GitHub reads a category up to the
    last slash. If the document would exceed GitHub's limits, it has the most severe results only.
    """
    parts = report.parts()
    every = [
        [_in_repository(alert, report) for alert in alerts(part, known=True)] for _, part in parts
    ]
    most = MOST_RESULTS
    while True:
        text = _document(report, parts, every, most)
        size = len(text.encode(errors="surrogatepass"))
        if size <= MOST_BYTES or not most:
            return text
        kept = min(most, sum(map(len, every)))
        most = min(kept - 1, int(kept * MOST_BYTES / size * 0.95))


def files(report: Report) -> Sequence[Report]:
    """Return the report, or parts of it with no more runs each than GitHub accepts."""
    environments = report.environments
    if len(environments) <= MOST_RUNS:
        return (report,)
    return tuple(
        replace(report, environments=environments[first : first + MOST_RUNS])
        for first in range(0, len(environments), MOST_RUNS)
    )


def _document(
    report: Report,
    parts: Sequence[tuple[Environment | None, Report]],
    every: Sequence[Sequence[Alert]],
    most: int,
) -> str:
    taken = _taken(every, most)
    # The first run has the notes of the whole report; the errors decide the status of all runs.
    runs: list[Json] = [
        _run(
            report,
            part,
            environment.name if environment else None,
            (taken[number], len(every[number]) - len(taken[number])),
            first=not number,
        )
        for number, (environment, part) in enumerate(parts)
    ]
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
    return json.dumps(document, indent=2) + "\n"


def _run(
    whole: Report,
    report: Report,
    environment: str | None,
    taken: tuple[Sequence[Alert], int],
    *,
    first: bool,
) -> dict[str, Json]:
    found, left_out = taken
    rules = _rules(report, found)
    about = {} if report.documentation is None else {"informationUri": report.documentation}
    order = {rule["id"]: number for number, rule in enumerate(rules)}
    shared = Counter(_place(alert) for alert in found)
    told = whole if first else replace(whole, notes=())
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "recording-toolkit",
                "version": report.tool_version,
                **about,
                "rules": list(rules),
            }
        },
        "invocations": [_invocation(told, left_out, nowhere=_nowhere(found))],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(
                alert,
                order[alert.rule],
                alone=shared[_place(alert)] == 1,
                compared=bool(whole.known),
            )
            for alert in found
        ],
    }
    if report.unpublished is not None:
        known = report.unpublished
        run["properties"] = {"unpublished": {**asdict(known), "published": asdict(known.published)}}
    if environment is not None:
        run["automationDetails"] = {"id": f"{CATEGORY}/{environment}/"}
    return run


def _taken(every: Sequence[Sequence[Alert]], most: int) -> Sequence[Sequence[Alert]]:
    """Return the alerts to include, by run: the most severe of all runs if there are too many."""
    if sum(map(len, every)) <= most:
        return every
    worst = sorted(
        ((number, alert) for number, run in enumerate(every) for alert in run),
        key=lambda each: (each[1].known, not each[1].counts, -each[1].severity.rank),
    )[:most]
    return [[alert for at, alert in worst if at == number] for number in range(len(every))]


def _in_repository(alert: Alert, report: Report) -> Alert:
    """Return the alert with a location in the repository.

    The location is its own file, else its rule's, else the configuration. GitHub refuses a document
    with a path outside of the repository.
    """
    alert = _from_the_root(alert, report.folder)
    places = (alert.location, alert.attribute)
    location = next((at for at in places if at is not None and _is_inside(at.path)), None)
    attribute = alert.attribute if alert.attribute is not location else None
    paths = tuple(path for path in alert.paths if _is_inside(path))
    if location is None and not paths:
        place = report.rule_places.get(alert.rule)
        if place is not None:
            rebased = _rebased(place.path, report.folder)
            location = replace(place, path=rebased) if _is_inside(rebased) else None
        if location is None and report.configuration is not None:
            path = _rebased(report.configuration, report.folder)
            paths = (path,) if _is_inside(path) else ()
    return replace(
        alert,
        location=location,
        paths=paths,
        attribute=attribute if attribute and _is_inside(attribute.path) else None,
        called_from=tuple(at for at in alert.called_from if _is_inside(at.path)),
        value_locations=tuple(at for at in alert.value_locations if _is_inside(at.path)),
    )


def _is_inside(path: str) -> bool:
    return not (PurePath(path).is_absolute() or path.startswith("../") or path == "..")


def _rebased(path: str, folder: str) -> str:
    if not folder:
        return path
    return posixpath.normpath(posixpath.join(folder, PurePath(path).as_posix()))


def _from_the_root(alert: Alert, folder: str) -> Alert:
    """Return the alert with paths relative to the repository; `folder` is the working folder."""
    if not folder:
        return alert

    def rebased(path: str) -> str:
        return _rebased(path, folder)

    return replace(
        alert,
        location=alert.location and replace(alert.location, path=rebased(alert.location.path)),
        attribute=alert.attribute and replace(alert.attribute, path=rebased(alert.attribute.path)),
        paths=tuple(map(rebased, alert.paths)),
        called_from=tuple(replace(at, path=rebased(at.path)) for at in alert.called_from),
        value_locations=tuple(replace(at, path=rebased(at.path)) for at in alert.value_locations),
        fix_edits=alert.fix_edits
        and replace(
            alert.fix_edits,
            edits=tuple(replace(each, path=rebased(each.path)) for each in alert.fix_edits.edits),
        ),
    )


def _nowhere(found: Sequence[Alert]) -> int:
    """Return the number of results without any file, which GitHub does not show."""
    return sum(alert.location is None and not alert.paths for alert in found)


def _rules(report: Report, found: Sequence[Alert]) -> list[dict[str, Json]]:
    """Return every rule that was asked, even if all passed, and the diagnosed causes."""
    entries: dict[str, dict[str, Json]] = {}
    for result in sorted(report.results, key=_most_told):
        rule = visible(result.rule)
        if rule not in entries:
            fixes = {each.fix for each in report.results if each.rule == result.rule and each.fix}
            # A fix for one client is only in its finding.
            fix = fixes.pop() if len(fixes) == 1 else None
            entries[rule] = _rule(rule, result.title, result.severity, result.why, fix)
            if result.compliance:
                entries[rule]["properties"] = {"tags": [*map(visible, result.compliance)]}
    for alert in found:
        if alert.rule not in entries:
            entries[alert.rule] = _rule(alert.rule, "", alert.severity, alert.lines[0], None)
    if report.documentation is not None:
        results = (*report.results, *report.known)
        pages = {visible(result.rule): page_of(result) for result in results}
        for rule, entry in entries.items():
            page = pages.get(rule) or page_of_cause(rule)
            entry["helpUri"] = urljoin(report.documentation, quote(page))
    return [entries[rule] for rule in sorted(entries)]


def _most_told(result: Result) -> tuple[object, ...]:
    """Return a sort key: by rule, and in each rule the most informative result first."""
    return (result.rule, not result.why, not result.title, result.sort_key, result.message)


def _rule(
    rule: str, title: str, severity: Severity, why: str | None, fix: str | None
) -> dict[str, Json]:
    short = visible(title) or rule
    said = [(label, _lines(text)) for label, text in (("Why", why), ("Fix", fix)) if text]
    plain = [f"{label}: {' '.join(lines)}" for label, lines in said] or [f"{short}."]
    rich = [f"**{label}:** {'<br>'.join(map(marked, lines))}" for label, lines in said]
    return {
        "id": rule,
        "shortDescription": {"text": short},
        "fullDescription": {"text": " ".join(_lines(why)) if why else short},
        "help": {"text": "\n".join(plain), "markdown": "\n\n".join(rich or map(marked, plain))},
        "defaultConfiguration": {"level": severity.value},
    }


def _lines(text: str) -> list[str]:
    return [visible(line.strip()) for line in text.strip().split("\n")]


def _place(alert: Alert) -> tuple[str, Location | None]:
    return (alert.rule, alert.location)


def _result(alert: Alert, index: int, *, alone: bool, compared: bool) -> dict[str, Json]:
    undecided = alert.undecided
    result: dict[str, Json] = {
        "ruleId": alert.rule,
        "ruleIndex": index,
        # SARIF allows no level but "none" for a kind other than "fail".
        "kind": "open" if undecided else "fail",
        "level": "none" if undecided else alert.severity.value,
        "message": _message(alert.text),
        "locations": list(_locations(alert)),
        "partialFingerprints": _fingerprints(alert, alone=alone),
        "properties": {"verdict": alert.verdict.value, "severity": alert.severity.value},
    }
    related = [
        *((place, "The attribute is here.") for place in (alert.attribute,) if place is not None),
        *((place, "The module is called from here.") for place in alert.called_from),
        *((place, "The value is written here.") for place in alert.value_locations),
    ]
    if related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": {**_artifact(place.path), "region": _region(place)},
                "message": {"text": text},
            }
            for number, (place, text) in enumerate(related, 1)
        ]
    if alert.fix_edits is not None:
        result["fixes"] = [_fix(alert.fix_edits)]
    if compared:
        result["baselineState"] = "unchanged" if alert.known else "new"
    if alert.justification is not None:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": alert.justification}
        ]
    return result


def _fix(fix: FixEdits) -> dict[str, Json]:
    """Return the edits by file.

    They are whole lines: a region that ends in column 1 excludes its line.
    """
    by_path: dict[str, list[Json]] = {}
    for each in fix.edits:
        region: dict[str, Json] = {
            "startLine": each.start.line,
            "startColumn": each.start.column,
            "endLine": each.end.line,
            "endColumn": each.end.column,
        }
        by_path.setdefault(each.path, []).append(
            {"deletedRegion": region, "insertedContent": {"text": each.text}}
        )
    return {
        "description": _message(fix.message),
        "artifactChanges": [
            {**_artifact(path), "replacements": replacements}
            for path, replacements in by_path.items()
        ],
    }


def _message(text: str) -> dict[str, Json]:
    """Return a message without placeholders and links.

    SARIF (3.11.5) requires doubled braces in a message, since {0} would be an argument. Texts of
    rules have no arguments, and readers show them unchanged.
    """
    return {"text": text.replace("](", "] (").replace("{", "{{").replace("}", "}}")}


def _fingerprints(alert: Alert, *, alone: bool) -> dict[str, Json]:
    """Return our fingerprint, and GitHub's if its own would not work.

    GitHub's upload action hashes the line of a finding. Without a line it adds no fingerprint, and
    clients that share a line (for_each) would all become one alert.
    """
    ours: dict[str, Json] = {OUR_FINGERPRINT: alert.fingerprint}
    if alert.location is None or not alone:
        ours[GITHUB_FINGERPRINT] = alert.fingerprint
    return ours


def _locations(alert: Alert) -> Iterator[dict[str, Json]]:
    """Yield the locations, with lines only if they belong to the file; a plan has none."""
    logical: dict[str, Json] = {}
    if alert.address is not None:
        logical["logicalLocations"] = [{"fullyQualifiedName": alert.address, "kind": "resource"}]
    if alert.location is not None:
        physical = {**_artifact(alert.location.path), "region": _region(alert.location)}
        yield {"physicalLocation": physical, **logical}
    elif alert.paths:
        for path in alert.paths:
            yield {"physicalLocation": _artifact(path), **logical}
    elif logical:
        yield logical


def _artifact(path: str) -> dict[str, Json]:
    return {"artifactLocation": artifact_location(PurePath(path))}


def artifact_location(path: PurePath) -> dict[str, Json]:
    """Return `path` as a URI: absolute if the path is, otherwise relative to `ROOT`."""
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), errors="surrogateescape"), "uriBaseId": ROOT}


def _region(location: Location) -> dict[str, Json]:
    region: dict[str, Json] = {"startLine": location.line}
    if location.excerpt is not None:
        region["startColumn"] = location.column
    region["endLine"] = location.end_line
    return region


def _invocation(report: Report, left_out: int, *, nowhere: int) -> dict[str, Json]:
    """Return the invocation. An input error is not a result: the run itself did not succeed."""
    notifications: list[Json] = [
        {"level": "error", "message": _message(_problem(problem.message, problem.hint))}
        for problem in report.errors
    ]
    notifications += [
        {
            "level": "note",
            "message": _message(visible(note.message)),
            "descriptor": {"id": note.code},
        }
        for note in sorted(report.notes)
    ]
    for number, text in (
        (left_out, "of the results, the least grave, are left out: GitHub would not take all."),
        (
            nowhere,
            "of the results stand in no file of the repository, and GitHub shows none of those.",
        ),
    ):
        if number:
            notifications.append({"level": "note", "message": _message(f"{number} {text}")})
    reached = report.verdict is not ProbeVerdict.UNREACHABLE
    invocation: dict[str, Json] = {
        "executionSuccessful": reached and not report.errors,
        "exitCode": report.exit_code.value,
        "exitCodeDescription": meaning(report),
    }
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    return invocation


def _problem(message: str, hint: str | None) -> str:
    return visible(message) if hint is None else f"{visible(message)}\n{visible(hint)}"
