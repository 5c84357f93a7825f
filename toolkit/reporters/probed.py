"""What a probe saw and concludes, as lines of text: the answer, its evidence, what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from toolkit.model.observations import Diagnosis, Observation, ProbeVerdict, RuledOut
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

#: What a verdict says, and how it is coloured.
_VERDICTS = {
    ProbeVerdict.READY: ("READY", GREEN),
    ProbeVerdict.PREFLIGHT: ("PREFLIGHT", GREEN),
    ProbeVerdict.MISCONFIGURED: ("MISCONFIGURED", RED),
    ProbeVerdict.UNDECIDED: ("UNDECIDED", YELLOW),
    ProbeVerdict.UNREACHABLE: ("UNREACHABLE", RED),
}
#: What is said where there is no diagnosis to say it.
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


def about(report: Report) -> list[tuple[str, str]]:
    """Whom and what it is about: the client, the contract, and the ids."""
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
    told = ", ".join(known) or "not known"
    return f"{told}; these are the operator's own credentials" if subject.operator else told


def lines(report: Report, verdict: ProbeVerdict, paint: Paint) -> Iterator[str]:
    """Whom it is about, the steps, the diagnoses from the answer on, and what was ruled out."""
    known = about(report)
    for name, value in known:
        yield from wrapped(visible(value), first=f"{name:<{_NAME + 2}}  ", rest=" " * (_NAME + 4))
    if known:
        yield ""
    if report.steps:
        yield paint(BOLD, "Steps")
        yield ""
        for step in report.steps:
            yield from _step(step, paint)
        yield ""
    word, style = _VERDICTS[verdict]
    if report.diagnoses:
        first, *others = report.diagnoses
        yield from _diagnosis(first, word, style, paint)
        for other in others:
            yield from _diagnosis(other, "also", YELLOW, paint)
    else:
        line = wrapped(NOTHING_FOUND.get(verdict, ""), first=f"{word} ", rest=_BODY)
        yield from painted(line, word, style, paint)
        yield ""
    yield from _ruled_out("Ruled out", [r for r in report.ruled_out if r.excluded], paint)
    yield from _ruled_out("Not ruled out", [r for r in report.ruled_out if not r.excluded], paint)


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
    """The method and the path; the host is the same all along, and in the evidence."""
    if step.method is None or step.url is None:
        return ""
    _, scheme, rest = step.url.partition("://")
    path = f"/{rest.partition('/')[2]}" if scheme else step.url
    return f"{step.method} {visible('/'.join(map(_short, path.split('/'))))}"


def _short(segment: str) -> str:
    """An id of the path, recognisable; the whole of it stands in the evidence."""
    return segment if len(segment) <= _ID_SHOWN else f"{segment[:8]}..."


def _tries(step: Observation) -> str:
    return f"{step.attempts} tries" if step.attempts > 1 else ""


def _diagnosis(diagnosis: Diagnosis, word: str, style: str, paint: Paint) -> Iterator[str]:
    sure = "" if diagnosis.cause == "none" else f" ({diagnosis.confidence.value})"
    heading = wrapped(f"{diagnosis.cause}{sure}", first=f"{word} ", rest=_BODY)
    yield from painted(heading, word, style, paint)
    yield ""
    yield from wrapped(visible(diagnosis.message), first=_BODY, rest=_BODY)
    for number, line in enumerate(diagnosis.evidence):
        label = "evidence: " if not number else "          "
        yield from wrapped(visible(line), first=_BODY + label, rest=f"{_HANGING}          ")
    if diagnosis.fix:
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
