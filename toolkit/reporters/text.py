"""Text output of the report: by root and client, what is wrong, where, and the fix."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

from toolkit.model.clients import CLIENT_TYPE
from toolkit.model.findings import Result, Severity, SubjectKind, Verdict
from toolkit.model.plurals import plural
from toolkit.reporters import (
    ability,
    by_rule,
    changes_text,
    finding,
    operator_text,
    probe_text,
    root_summary,
    statistics,
)
from toolkit.reporters.report_summary import (
    checked,
    counts,
    judged,
    leading,
    meaning,
    other_notes,
    silent,
    why_nothing,
)
from toolkit.reporters.terminal import BOLD, GREEN, RED, YELLOW, Paint, painted, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.report import Environment, Provisioning, Report, Source

_DOT = " · "
#: The number of failing clients that the summary names.
_NAMED = 5
#: The maximum number of notes of one kind.
_NOTES = 5


def render(
    report: Report,
    *,
    colour: bool = False,
    in_short: bool = False,
    only: Literal["summary", "statistics"] | None = None,
) -> str:
    """Return the report as text that ends with a line break; `in_short` shortens a probe's part.

    `only` leaves out all findings and notes.
    """
    paint = Paint(colour)
    if only is not None:
        shown = [*_problems(report, paint)]
        shown += statistics.lines(report, paint) if only == "statistics" else []
        return "\n".join([*shown, *_ending(report, paint)]) + "\n"
    if report.changes is not None:
        return "\n".join(_compared(report, paint)) + "\n"
    if report.operator is not None:
        told = operator_text.lines(report, report.operator, paint)
        return "\n".join([*told, *_rest(report, paint)]) + "\n"
    if report.asked is not None:
        before = [*_notes(report, paint), *_problems(report, paint)]
        answer = ability.lines(report, report.asked, paint)
        return "\n".join([*before, *answer, _closing(report)]) + "\n"
    lines: list[str] = []
    said: finding.Said = set()
    if report.unpublished is not None:
        lines += [*wrapped(visible(str(report.unpublished)), first="! ", rest="  "), ""]
    for note in leading(report):
        lines += [*wrapped(visible(note.message), first="! ", rest="  "), ""]
    if report.org is not None:
        lines += [*wrapped(f"org {visible(str(report.org))}", first="", rest="  "), ""]
    many = by_rule.are_many(report)
    if many:
        lines += _notes(report, paint)
    for environment, part in report.parts():
        if environment is not None:
            lines += [*_environment(environment, part, paint), ""]
        lines += _roots(part, paint, said)
    if report.verdict is not None:
        lines += probe_text.lines(report, paint, in_short=in_short)
    if report.terraform is not None:
        lines += _terraform(report.terraform, paint)
    if not many:
        lines += _notes(report, paint)
    lines += _problems(report, paint)
    if many:
        lines += by_rule.first_error(report)
    lines += _ending(report, paint)
    return "\n".join(lines) + "\n"


def _environment(environment: Environment, part: Report, paint: Paint) -> Iterator[str]:
    about = [f"org {environment.org}"] if environment.org else []
    about += [f"owner {environment.owner}"] if environment.owner else []
    yield paint(BOLD, f"== {environment.name}") + visible("".join(f", {each}" for each in about))
    if not part.sources:
        yield ""
        yield paint(RED, "  NOT LOOKED AT: see the errors below.")


def _roots(report: Report, paint: Paint, said: finding.Said) -> Iterator[str]:
    results = sorted(report.results, key=lambda result: result.sort_key)
    by_root = {root: list(group) for root, group in groupby(results, key=lambda r: r.root)}
    sources: dict[str, list[Source]] = {}
    for source in sorted(report.sources, key=lambda each: each.sort_key):
        sources.setdefault(source.root, []).append(source)
    many = by_rule.are_many(report)
    if None in by_root and not many:
        yield from (paint(BOLD, "All sources"), "")
        yield from _clients(report, by_root[None], paint, said)
    roots = sorted({*sources, *(root for root in by_root if root is not None)})
    known: dict[str | None, list[Result]] = {}
    for result in report.known:
        known.setdefault(result.root, []).append(result)
    short: list[root_summary.Root] = []
    told: list[str] = []
    if many:
        yield from _heading(report, roots, paint)
        found = {result.root for result in by_rule.told(report.results)}
        roots = [root for root in roots if root not in found]
    # Worst last, because the end of the output is what remains visible on a terminal.
    for root in sorted(roots, key=lambda root: _badness(report, by_root.get(root, []))):
        own, seen = by_root.get(root, []), sources.get(root, [])
        summary = root_summary.summary(report, root, seen, own, known.get(root, []))
        if len(roots) >= root_summary.MANY and summary is not None:
            short.append(summary)
        else:
            told += _root(report, root, seen, own, known.get(root, []), paint, said)
    yield from root_summary.lines(sorted(short, key=lambda each: each.name), paint)
    yield from told
    if many:
        yield from by_rule.lines(report, paint)


def _badness(report: Report, results: list[Result]) -> tuple[int, ...]:
    """Return the sort key: counted violations, then counted unknowns, then other violations."""
    told = [each for each in results if each.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]
    counted = [each for each in told if report.counts(each)]
    return (
        _failing(report, results),
        len(counted),
        *(sum(each.severity is severity for each in told) for severity in Severity),
    )


def _failing(report: Report, results: list[Result]) -> int:
    """Return the number of results that count as failures."""
    return sum(each.verdict is Verdict.FAIL and report.counts(each) for each in results)


def _failed(report: Report) -> Iterator[str]:
    """Yield the failing clients, worst first, if there are several roots to search."""
    names: dict[str, int] = {}
    for each in sorted(report.results, key=lambda result: result.sort_key):
        if each.address is not None and _failing(report, [each]):
            where = each.environment or each.root
            name = f"{each.address} ({where})" if where else each.address
            names[name] = names.get(name, 0) + 1
    if not by_rule.has_several_roots(report) or not names:
        return
    worst = sorted(names, key=lambda name: -names[name])
    left = len(worst) - _NAMED
    more = f" and {left} more" if left > 0 else ""
    yield from wrapped(visible(", ".join(worst[:_NAMED]) + more), first="Failed: ", rest="  ")


def _heading(report: Report, roots: list[str], paint: Paint) -> Iterator[str]:
    """Yield the sources, for a report that groups findings by rule."""
    named = visible(roots[0]) if len(roots) == 1 else plural(len(roots), "root")
    kinds = ", ".join(sorted({source.kind for source in report.sources}))
    yield paint(BOLD, named) + f": {kinds}, {plural(report.clients, 'client')}"
    yield ""


def _compared(report: Report, paint: Paint) -> Iterator[str]:
    for environment, part in report.parts():
        if environment is not None:
            yield from _environment(environment, part, paint)
            yield ""
        yield from changes_text.lines(part, part.changes or (), paint, complete=not report.errors)
        if part.results:
            yield paint(BOLD, "Rules about changes")
            yield ""
            results = sorted(part.results, key=lambda r: r.sort_key)
            yield from _clients(part, results, paint, set())
    yield from _rest(report, paint)


def _rest(report: Report, paint: Paint) -> Iterator[str]:
    """Yield the ending of every report without verdicts."""
    yield from _notes(report, paint)
    yield from _problems(report, paint)
    yield _closing(report)


def _closing(report: Report) -> str:
    return f"exit {report.exit_code.value}: {meaning(report)}"


def _root(
    report: Report,
    root: str,
    sources: list[Source],
    results: list[Result],
    known: list[Result],
    paint: Paint,
    said: finding.Said,
) -> Iterator[str]:
    """Yield the clients of a root; `known` are its findings that a baseline hides."""
    kinds = visible(", ".join(dict.fromkeys(source.kind for source in sources)))
    clients = sum(source.clients for source in sources)
    why_not = next((source.why_not for source in sources if source.why_not), "")
    about = f": {kinds}, {plural(clients, 'client')}" if sources else ""
    if why_not and not clients:
        about = f": {kinds}"
    yield paint(BOLD, visible(root)) + about
    yield ""
    if why_not:
        line = wrapped(f"{visible(why_not)}.", first="  NOT JUDGED: ", rest="    ")
        yield from painted(line, "NOT JUDGED:", YELLOW, paint)
        yield ""
    elif sources and not clients:
        unseen = any(result.is_unseen for result in (*results, *known))
        where = "in what was read" if unseen else "here"
        yield paint(YELLOW, f"  NO CLIENT: there is no genesyscloud_oauth_client {where}.")
        yield ""
    judged = {r.address for r in (*results, *known) if r.subject is SubjectKind.CLIENT}
    untouched = clients - len(judged - {None})
    yield from _clients(report, results, paint, said)
    if untouched > 0 and report.looked is None:
        yield paint(YELLOW, f"  NOT JUDGED: no rule concerns {plural(untouched, 'client')} here.")
        yield ""


def _clients(
    report: Report, results: list[Result], paint: Paint, said: finding.Said
) -> Iterator[str]:
    """Yield a line for a client without findings, and a block for any other."""
    open_run = False
    for _, group in groupby(results, key=lambda result: result.address):
        of_client = list(group)
        told = [r for r in of_client if r.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)]
        passed = ", ".join(r.rule for r in of_client if r.verdict is Verdict.PASS)
        if not told:
            if passed:
                yield from _good_client(of_client[0], passed, paint)
                open_run = True
            continue
        if open_run:
            yield ""
            open_run = False
        if of_client[0].address is not None:
            yield from wrapped(_client_heading(of_client[0]), first="  ", rest="    ")
            yield ""
        for result in told:
            yield from finding.lines(result, counts=report.counts(result), paint=paint, said=said)
            yield ""
        if passed:
            line = wrapped(passed, first="    pass ", rest="      ")
            yield from painted(line, "pass", GREEN, paint)
            yield ""
    if open_run:
        yield ""


def _client_heading(result: Result) -> str:
    name = "" if result.client in (None, result.address) else f'"{visible(result.client or "")}"'
    known = ", ".join(part for part in (name, visible(result.grant_type or "")) if part)
    return visible(result.address or "") + (f" ({known})" if known else "")


def _good_client(result: Result, passed: str, paint: Paint) -> list[str]:
    address = visible(result.address) if result.address is not None else "any client"
    if result.address is not None and CLIENT_TYPE not in result.address:
        address = _client_heading(result)  # An org identifies clients by id, people by name.
    line = wrapped(passed, first=f"  pass {address}: ", rest="    ")
    return painted(line, "pass", GREEN, paint)


def _terraform(ran: Provisioning, paint: Paint) -> Iterator[str]:
    """Yield which commands ran, how they ended, and whether anything was changed."""
    name = f"{visible(ran.program)} {visible(ran.version or '')}".rstrip()
    # A version in the output already shows that this command succeeded.
    told = [each for each in ran.commands if each.name != "version" or each.exit_code]
    ended = ", ".join(f"{each.name} exit {each.exit_code}" for each in told)
    line = wrapped(f"{name}: {ended or 'did not run'}", first="", rest="  ")
    yield from painted(line, name, BOLD, paint)
    yield ""
    if ran.applied is not None:
        began = any(each.name == "apply" for each in ran.commands)
        not_all = paint(RED, "APPLY FAILED") if began else paint(YELLOW, "NOT APPLIED")
        yield f"  {paint(GREEN, 'APPLIED') if ran.applied else not_all}"
        yield ""


def _notes(report: Report, paint: Paint) -> Iterator[str]:
    told = {f"{source.root}: {source.why_not}" for source in report.sources}
    notes = [note for note in other_notes(report) if note.message not in told]
    if not notes:
        return
    yield paint(BOLD, "Notes")
    yield ""
    for _, group in groupby(notes, key=lambda note: note.code):
        same = list(group)
        for note in same[:_NOTES]:
            yield from wrapped(visible(note.message), first="  - ", rest="    ")
        if len(same) > _NOTES:
            yield f"  - and {len(same) - _NOTES} more like it; -f json lists all"
    yield ""


def _problems(report: Report, paint: Paint) -> Iterator[str]:
    if not report.errors:
        return
    yield paint(RED, "Errors: this could not be looked at")
    yield ""
    for problem in report.errors:
        yield from wrapped(visible(problem.message), first="  - ", rest="    ")
        if problem.hint:
            yield from wrapped(visible(problem.hint), first="    hint: ", rest="      ")
    yield ""


def _ending(report: Report, paint: Paint) -> Iterator[str]:
    """Yield the counts and the meaning of the exit status; for a probe alone, only the latter."""
    if checked(report):
        if not judged(report):
            yield from wrapped(why_nothing(report), first="NOTHING WAS CHECKED: ", rest="  ")
        for told in silent(report):
            yield from wrapped(told, first="", rest="  ")
        yield from _failed(report)
        line = wrapped(_DOT.join(counts(report)), first="", rest="  ", at=_DOT)
        yield from (paint(BOLD, part) for part in line)
    if report.verdict is not None:
        yield from probe_text.closing(report, report.verdict, paint)
    yield from wrapped(f"exit {report.exit_code.value}: {meaning(report)}", first="", rest="  ")
