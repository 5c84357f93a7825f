"""Markdown output of access changes for a pull request: a sentence, a table, the rest folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.model.changes import Certainty, Direction
from toolkit.model.findings import Verdict
from toolkit.reporters.change_summary import ClientLines, Line, clients, said, sentence
from toolkit.reporters.environments import named
from toolkit.reporters.markdown_escaping import code, marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.model.changes import Change
    from toolkit.model.findings import Result
    from toolkit.model.report import Report

#: The maximum number of table lines, including the two heading lines.
_ROWS = 30
_HEADINGS = ("| client | change | through |", "|---|---|---|")
_WORDS = {Verdict.FAIL: "FAIL", Verdict.UNKNOWN: "UNKNOWN", Verdict.WAIVED: "WAIVED"}
_SIGNS = {Direction.GAIN: "+", Direction.LOSS: "-"}


def render_changes(report: Report, changes: Sequence[Change], room: int) -> str:
    """Return a comment of at most `room` characters that ends with a line break."""
    about = named(report)
    marker = f":{about.replace(', ', '+')}" if about else ""
    head = [f"<!-- recording-toolkit:{report.command}{marker} -->"]
    if report.errors:
        head += ["### Not everything could be looked at, so nothing was compared.", ""]
        head += [f"- {marked(problem.message)}" for problem in report.errors]
    else:
        # The leading number is not escaped, because it does not start a list here.
        text = sentence(changes)
        rest = text.lstrip("0123456789")
        head += [f"### {text.removesuffix(rest)}{marked(rest)}"]
    place = f" in {marked(about)}" if about else ""
    head += ["", f"What the change gives and takes{place}, by recording-toolkit.", ""]
    told = [r for r in report.results if r.verdict in _WORDS]
    head += [_verdict(result) for result in told]
    head += [""] if told else []
    several = len({change.root for change in changes}) > 1
    rows = [row for client in clients(changes) for row in _rows(client, show_root=several)]
    most = _ROWS - len(_HEADINGS)
    shown, folded = rows[:most], rows[most:]
    table = [*_HEADINGS, *shown] if shown else []
    page = "\n".join([*head, *table]) + "\n"
    page += _fold(
        f"{len(folded)} more lines", [*_HEADINGS, *folded] if folded else [], room - len(page)
    )
    notes = [f"- {marked(note.message)}" for note in sorted(report.notes)]
    return page + _fold("Notes", notes, room - len(page))


def _verdict(result: Result) -> str:
    where = "" if result.environment is None else f" {marked(result.environment)}:"
    who = where + ("" if result.address is None else f" {code(result.address)}")
    title = f" {marked(result.title)}:" if result.title else ""
    return (
        f"- **{_WORDS[result.verdict]} {marked(result.rule)}**{who}{title} {marked(result.message)}"
    )


def _fold(summary: str, lines: list[str], room: int) -> str:
    """Return the lines that fit, and the number of those that do not."""
    if not lines:
        return ""
    start, end = f"\n<details><summary>{summary}</summary>\n\n", "\n</details>\n"
    room -= len(start) + len(end) + 80
    kept: list[str] = []
    for line in lines:
        if len(line) + 1 > room:
            break
        kept.append(line)
        room -= len(line) + 1
    left = len(lines) - len(kept)
    if left:
        kept += ["", f"And {left} more, for which there is no room here."]
    return start + "\n".join(kept) + "\n" + end


def _rows(client: ClientLines, *, show_root: bool) -> Iterator[str]:
    who = code(client.address)
    if client.client != client.address:
        who = f"**{marked(client.client)}** {who}"
    if show_root:
        who += f" in {code(client.root)}"
    if client.environment is not None:
        who = f"{marked(client.environment)}: {who}"
    if client.remark:
        yield f"| {who} | {marked(client.remark)} | |"
    for line in client.lines:
        yield f"| {who} | {_sign(line)} {marked(said(line))} | {_through(line)} |"


def _sign(line: Line) -> str:
    may = "?" if line.certainty is Certainty.POSSIBLE else ""
    return code(may + _SIGNS[line.direction])


def _through(line: Line) -> str:
    parts = [code(line.through.removeprefix("through "))] if line.through else []
    if line.location is not None:
        parts.append(code(f"{line.location.path}:{line.location.line}"))
    parts += [
        f"{marked(reason.reference)} is not known; {marked(reason.decided_by)} decides"
        for reason in line.reasons
    ]
    return "<br>".join(parts)
