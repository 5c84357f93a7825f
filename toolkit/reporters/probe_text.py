"""Text output of a probe: the answer, its evidence, and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from toolkit.lazily import pattern
from toolkit.model.observations import Confidence, Diagnosis, Observation, ProbeVerdict, RuledOut
from toolkit.model.report import Subject, Target
from toolkit.reporters.terminal import (
    BOLD,
    FAINT,
    GREEN,
    RED,
    YELLOW,
    Paint,
    painted,
    visible,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.report import Report

#: The word and the colour of each verdict.
_VERDICTS = {
    ProbeVerdict.READY: ("READY", GREEN),
    ProbeVerdict.PREFLIGHT: ("PREFLIGHT", GREEN),
    ProbeVerdict.MISCONFIGURED: ("MISCONFIGURED", RED),
    ProbeVerdict.UNDECIDED: ("UNDECIDED", YELLOW),
    ProbeVerdict.UNREACHABLE: ("UNREACHABLE", RED),
}
#: Only the client's ability is undecided; the cause can be certain, such as an ended call.
_UNDECIDED = "whether the client can {}: "
#: The misconfiguration is certain; which of several it is, is not.
_UNTOLD = "in a way that the answer does not tell: "
_WARNED = "with a warning: "
#: The text if there is no diagnosis.
NOTHING_FOUND = {
    ProbeVerdict.PREFLIGHT: "nothing wrong was found without a start.",
    ProbeVerdict.UNDECIDED: "nothing wrong was found; no start was made, so it is not proven.",
}
_OUTCOMES = {"ok": GREEN, "refused": RED, "failed": RED, "invalid": RED, "skipped": FAINT}
#: As wide as the longest name of a step.
_NAME = len("give-token-back")
_ID_SHOWN = 24
_BODY = " " * 4
_HANGING = " " * 6
_NOT_KNOWN = "not known"
#: The cause of a success.
_NOTHING = "none"
#: More characters than three terminal lines hold.
_LONG = 215
_SENTENCE = pattern(r"(?<=\.) ")


def about(report: Report) -> list[tuple[str, str]]:
    """Return name and value of the client, the contract and the ids."""
    found: list[tuple[str, str]] = []
    if report.subject is not None:
        found.append(("client", _client(report.subject)))
    if report.contract is not None:
        found.append(("contract", report.contract))
    for field, value in asdict(report.target or Target()).items():
        if value is not None:
            found.append((field.removesuffix("_id"), value))
    return found


def _client(subject: Subject) -> str:
    known = [part for part in (subject.client, subject.client_id, subject.grant_type) if part]
    told = ", ".join(known) or _NOT_KNOWN
    return f"{told}; these are the operator's own credentials" if subject.operator else told


def lines(report: Report, paint: Paint, *, in_short: bool = False) -> Iterator[str]:
    """Yield the subject, the steps, the diagnoses (the answer first), and what was ruled out.

    `in_short` leaves out the steps and everything about causes that were ruled out.
    """
    known = about(report)
    if in_short:
        known = [(name, value) for name, value in known if value != _NOT_KNOWN]
    for name, value in known:
        yield from wrapped(visible(value), first=f"{name:<{_NAME + 2}}  ", rest=" " * (_NAME + 4))
    if known:
        yield ""
    if report.steps and not in_short:
        yield paint(BOLD, "Steps")
        yield ""
        for step in report.steps:
            yield from _step(step, paint)
        yield ""
    for number, diagnosis in enumerate(report.diagnoses):
        yield from _diagnosis(diagnosis, paint, also=number > 0)
    left = [each for each in report.ruled_out if not each.excluded]
    if in_short:
        if left:
            causes = ", ".join(each.cause for each in left)
            line = wrapped(f"{causes} (-v says why)", first="Not ruled out: ", rest=_BODY)
            yield from painted(line, "Not ruled out:", BOLD, paint)
            yield ""
        return
    yield from _ruled_out("Ruled out", [r for r in report.ruled_out if r.excluded], paint)
    yield from _ruled_out("Not ruled out", left, paint)


def closing(report: Report, verdict: ProbeVerdict, paint: Paint) -> Iterator[str]:
    """Yield the last lines, which readers see first: the verdict, its cause, and what to do now."""
    word, style = _VERDICTS[verdict]
    if not report.diagnoses:
        line = wrapped(NOTHING_FOUND.get(verdict, ""), first=f"{word} ", rest=_BODY)
        yield from painted(line, word, style, paint)
        return
    first = report.diagnoses[0]
    answer = _answer(report.act, verdict, first)
    line = wrapped(answer, first=f"{word} ", rest=_BODY) if answer else [word]
    yield from painted(line, word, style, paint)
    if first.fix:
        yield from wrapped(visible(_now(first)), first="now: ", rest="  ")


def _answer(act: str, verdict: ProbeVerdict, first: Diagnosis) -> str:
    """Return the cause beside a verdict, with its confidence if that fits the verdict as well."""
    match verdict, first.confidence:
        case ProbeVerdict.READY, _:
            return "" if first.cause == _NOTHING else f"{_WARNED}{_named(first)}"
        case ProbeVerdict.UNDECIDED, Confidence.PROVEN:
            return f"{_UNDECIDED.format(act)}{first.cause}"
        case ProbeVerdict.UNDECIDED, _:
            return f"{_UNDECIDED.format(act)}{_named(first)}"
        case ProbeVerdict.MISCONFIGURED, Confidence.POSSIBLE:
            return f"{_UNTOLD}{first.cause}"
        case _:
            return _named(first)


def _named(diagnosis: Diagnosis) -> str:
    """Return the cause and its confidence."""
    if diagnosis.cause == _NOTHING:
        return diagnosis.cause
    return f"{diagnosis.cause} ({diagnosis.sure})"


def _now(diagnosis: Diagnosis) -> str:
    """Return what to do, for the last lines: only the first sentence if the whole text is long."""
    fix = diagnosis.fix or ""
    if not _is_long(diagnosis):
        return f"{fix} The Terraform stands above." if diagnosis.hcl else fix
    first = _SENTENCE.split(fix, maxsplit=1)[0]
    return f"{first.removesuffix('.')} (more above)."


def _is_long(diagnosis: Diagnosis) -> bool:
    return len(diagnosis.fix or "") > _LONG


def _step(step: Observation, paint: Paint) -> Iterator[str]:
    status = f" {step.status}" if step.status is not None else ""
    time = f"{step.elapsed_ms} ms" if step.method is not None and step.elapsed_ms else ""
    facts = [text for text in (_request(step), visible(step.detail), _tries(step), time) if text]
    word = f"{step.outcome}{status}"
    line = wrapped(
        ", ".join(facts), first=f"  {step.name:<{_NAME}}  {word:<12}", rest=" " * (_NAME + 16)
    )
    yield from painted(
        [text.rstrip() for text in line], step.outcome, _OUTCOMES.get(step.outcome, BOLD), paint
    )


def _request(step: Observation) -> str:
    """Return the method and the path; the host is the same for all steps and is in the evidence."""
    if step.method is None or step.url is None:
        return ""
    _, scheme, rest = step.url.partition("://")
    path = f"/{rest.partition('/')[2]}" if scheme else step.url
    return f"{step.method} {visible('/'.join(map(_short, path.split('/'))))}"


def _short(segment: str) -> str:
    """Return a shortened path segment; the evidence has the whole id."""
    return segment if len(segment) <= _ID_SHOWN else f"{segment[:8]}..."


def _tries(step: Observation) -> str:
    return f"{step.attempts} tries" if step.attempts > 1 else ""


def _diagnosis(diagnosis: Diagnosis, paint: Paint, *, also: bool) -> Iterator[str]:
    """Yield the diagnosis. The verdict, and a short fix, are in the last lines instead."""
    word, style = ("also", YELLOW) if also else (diagnosis.cause, BOLD)
    named = _named(diagnosis)
    heading = wrapped(f"also {named}" if also else named, first="", rest=_BODY)
    yield from painted(heading, word, style, paint)
    yield ""
    yield from wrapped(visible(diagnosis.message), first=_BODY, rest=_BODY)
    for number, line in enumerate(diagnosis.evidence):
        label = "evidence: " if not number else "          "
        yield from wrapped(visible(line), first=_BODY + label, rest=f"{_HANGING}          ")
    if diagnosis.fix and (also or _is_long(diagnosis)):
        yield from wrapped(visible(diagnosis.fix), first=f"{_BODY}fix: ", rest=_HANGING)
    if diagnosis.hcl:
        yield ""
        for line in diagnosis.hcl.split("\n"):
            yield f"{_HANGING}{visible(line)}".rstrip()
    yield ""


def _ruled_out(title: str, entries: list[RuledOut], paint: Paint) -> Iterator[str]:
    if not entries:
        return
    yield paint(BOLD, title)
    yield ""
    by: dict[str, list[str]] = {}
    for entry in entries:
        by.setdefault(entry.by, []).append(entry.cause)
    for reason, causes in by.items():
        line = f"{', '.join(causes)}: {reason}"
        yield from wrapped(visible(line), first="  - ", rest=_BODY)
    yield ""
