"""Markdown output for a pull request comment: one line with the outcome, details folded below.

It begins with a hidden line by which a bot finds the comment to replace, and has nothing that
differs between two runs over the same input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from toolkit.model.findings import Kind, Result, Verdict
from toolkit.model.observations import ProbeVerdict
from toolkit.reporters import probe_text
from toolkit.reporters.changes_markdown import render_changes
from toolkit.reporters.details import details, waived
from toolkit.reporters.edit_lines import edit_lines
from toolkit.reporters.environments import in_environment, named
from toolkit.reporters.markdown_escaping import code, fenced, marked
from toolkit.reporters.report_summary import (
    checked,
    counts,
    failures,
    judged,
    leading,
    meaning,
    other_notes,
    silent,
    why_nothing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.model.observations import Diagnosis, Observation, RuledOut
    from toolkit.model.report import Problem, Report

#: The maximum length of a comment on GitHub.
LIMIT = 65_536
#: The characters reserved for the lines that say how much was left out.
_RESERVE = 1_000
#: The maximum length of one text, so that none can displace all others.
_LONGEST = 2_000
#: The number of targets that a title names.
_NAMED = 3
_WORDS = {Verdict.FAIL: "FAIL", Verdict.UNKNOWN: "UNKNOWN", Verdict.WAIVED: "WAIVED"}
_KINDS = {Kind.BUILT_IN: ", built-in", Kind.DRIFT: ", drift", Kind.OPERATOR: "", Kind.POLICY: ""}


class _Section(Struct, frozen=True):
    """Blocks below a heading, as many as fit. `noun` names those that are left out.

    A `folded` section is a single fold with its blocks as one list.
    """

    heading: str
    noun: str
    blocks: tuple[str, ...]
    folded: bool = False


def render(report: Report, *, colour: bool = False) -> str:
    """Return the comment, shorter than GitHub's limit, ending with a line break."""
    if report.changes is not None:
        return render_changes(report, report.changes, LIMIT - _RESERVE)
    page = "\n".join(_head(report))
    left = LIMIT - _RESERVE - len(page)
    for section in _sections(report):
        text = _fitted(section, left)
        left -= len(text)
        page += text
    return page


def _head(report: Report) -> Iterator[str]:
    about = named(report)
    marker = f":{about.replace(', ', '+')}" if about else ""
    yield f"<!-- recording-toolkit:{report.command}{marker} -->"
    if report.unpublished is not None:
        yield f"> {marked(str(report.unpublished))}"
        yield ""
    environments = report.environments
    if len(environments) > _NAMED:
        title = f" of {len(environments)} targets"
    else:
        title = f" of {marked(about)}" if about else ""
    yield f"### recording-toolkit {report.command}{title}: {_outcome(report)}"
    yield ""
    yield f"Exit {report.exit_code.value}: {marked(meaning(report))}."
    if report.org is not None:
        yield ""
        yield f"Org {marked(str(report.org))}."
    if checked(report):
        yield ""
        if not judged(report):
            yield f"**Nothing was checked:** {marked(why_nothing(report))}<br>"
        for line in silent(report):
            yield f"{marked(line)}<br>"
        yield f"{' · '.join(counts(report))}."
    yield "\n"


def _outcome(report: Report) -> str:
    failed, unknown = failures(report), report.count(Verdict.UNKNOWN)
    parts = [] if report.verdict is None else [report.verdict.value]
    parts += [failed] if failed else []
    parts += [f"{unknown} unknown"] if unknown else []
    if report.errors:
        parts.append("not everything could be looked at")
    elif checked(report) and not judged(report):
        parts.append("nothing was checked")
    elif not parts and report.looked is not None and report.looked.undecided:
        parts.append("not decided for every client")
    return ", ".join(parts) or ("nothing new" if report.known else "passed")


def _sections(report: Report) -> Iterator[_Section]:
    """Yield the sections, most important first, so that the least important is cut."""
    yield _Section("Could not be looked at", "error", tuple(map(_problem, report.errors)))
    first = leading(report)
    yield _Section("Read first", "note", tuple(f"- {_cut(note.message)}\n" for note in first))
    told = [r for r in report.results if r.verdict in _WORDS]
    told.sort(key=lambda r: (*_weight(report, r), r.sort_key, r.message))
    yield _Section("Findings", "finding", tuple(_finding(report, result) for result in told))
    known = probe_text.about(report) if report.verdict else []
    about = tuple(
        f"- {name}: {_cut(value) if name == 'client' else code(value)}\n" for name, value in known
    )
    yield _Section("Probed" if report.target else "Explained", "line", about)
    yield _Section("Diagnosis", "diagnosis", tuple(_diagnoses(report)))
    yield _Section("Steps", "step", tuple(map(_step, report.steps)), folded=True)
    ruled = [each for each in report.ruled_out if each.excluded]
    yield _Section("Ruled out", "cause", tuple(map(_ruled_out, ruled)), folded=True)
    left = [each for each in report.ruled_out if not each.excluded]
    yield _Section("Not ruled out", "cause", tuple(map(_ruled_out, left)), folded=True)
    notes = tuple(f"- {_cut(note.message)}\n" for note in other_notes(report))
    yield _Section("Notes", "note", notes, folded=True)
    yield _Section("Passed", "client", tuple(_passed(report.results)), folded=True)


def _fitted(section: _Section, room: int) -> str:
    """Return the section with the blocks that fit, and the number of those that do not."""
    if not section.blocks:
        return ""
    if section.folded:
        start = f"<details><summary>{section.heading} ({len(section.blocks)})</summary>\n\n"
        end = "\n</details>\n\n"
    else:
        start, end = f"#### {section.heading}\n\n", "\n"
    room -= len(start) + len(end)
    kept: list[str] = []
    for block in section.blocks:
        if len(block) > room:
            break
        kept.append(block)
        room -= len(block)
    out = len(section.blocks) - len(kept)
    if out:
        noun = section.noun + ("" if out == 1 else "es" if section.noun[-1] == "s" else "s")
        kept.append(f"\nAnd {out} more {noun}, for which there is no room here.\n")
    return start + "".join(kept) + end


def _weight(report: Report, result: Result) -> tuple[bool, int, bool]:
    waived_ = result.verdict is Verdict.WAIVED
    return (waived_ or not report.counts(result), -result.severity.rank, waived_)


def _finding(report: Report, result: Result) -> str:
    severity = result.severity.value + _KINDS[result.kind]
    if not report.counts(result) and result.verdict is not Verdict.WAIVED:
        severity += ", not counted"
    who = "" if result.address is None else f" {code(result.address)}"
    title = f": {marked(result.title)}" if result.title else ""
    who = f" in {marked(result.environment)}{who}" if result.environment is not None else who
    summary = f"<b>{_WORDS[result.verdict]} {marked(result.rule)}</b>{title}{who} ({severity})"
    return _fold(summary, _body(result))


def _body(result: Result) -> Iterator[str]:
    yield f"{_cut(result.message)}"
    yield ""
    if result.location is not None:
        yield f"- where: {code(f'{result.location.path}:{result.location.line}')}"
    elif result.root is not None:
        yield f"- where: {code(result.root)}"
    for label, text in details(result):
        yield f"- {label}: {_cut(text)}"
    waiver = waived(result)
    if waiver is not None:
        yield f"- waived: {_cut(waiver)}"
        return
    for label, prose in (("why", result.why), ("fix", result.fix)):
        if prose:
            yield f"- {label}: {_cut(' '.join(prose.split()))}"
    if result.fix_edits is not None:
        yield f"- edit ({result.fix_edits.safety.value}): {_cut(result.fix_edits.message)}"
        yield ""
        yield from fenced("\n".join(edit_lines(result.fix_edits)), "diff")


def _diagnoses(report: Report) -> Iterator[str]:
    for number, diagnosis in enumerate(report.diagnoses):
        sure = "" if diagnosis.cause == "none" else f" ({diagnosis.sure})"
        also = "also " if number else ""
        yield _fold(f"<b>{also}{marked(diagnosis.cause)}</b>{sure}", _diagnosis(diagnosis))
    if not report.diagnoses and report.verdict is ProbeVerdict.UNDECIDED:
        yield "Nothing wrong was found; no start was made, so it is not proven.\n"


def _diagnosis(diagnosis: Diagnosis) -> Iterator[str]:
    yield _cut(diagnosis.message)
    yield ""
    for evidence in diagnosis.evidence:
        yield f"- evidence: {_cut(evidence)}"
    if diagnosis.fix:
        yield f"- fix: {_cut(diagnosis.fix)}"
    if diagnosis.hcl:
        yield ""
        yield from fenced(diagnosis.hcl, "hcl")


def _step(step: Observation) -> str:
    status = f" {step.status}" if step.status is not None else ""
    detail = f": {_cut(step.detail)}" if step.detail else ""
    return f"- {marked(step.name)}: {marked(step.outcome)}{status}{detail}\n"


def _ruled_out(each: RuledOut) -> str:
    return f"- {marked(each.cause)}: {_cut(each.by)}\n"


def _problem(problem: Problem) -> str:
    hint = f"<br>{_cut(problem.hint)}" if problem.hint else ""
    return f"- {_cut(problem.message)}{hint}\n"


def _passed(results: Iterable[Result]) -> Iterator[str]:
    by_client: dict[tuple[str, str], list[str]] = {}
    for result in sorted(results, key=lambda r: r.sort_key):
        if result.verdict is Verdict.PASS:
            root = in_environment(result.root, result.environment)
            who = ("" if result.root is None else root, result.address or "any client")
            by_client.setdefault(who, []).append(result.rule)
    for (root, address), rules in by_client.items():
        where = f" in {code(root)}" if root else ""
        yield f"- {code(address)}{where}: {marked(', '.join(rules))}\n"


def _fold(summary: str, body: Iterable[str]) -> str:
    return "\n".join([f"<details><summary>{summary}</summary>", "", *body, "", "</details>", ""])


def _cut(text: str) -> str:
    return marked(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")
