"""Text output: which clients can call an operation. Clients that can come last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from toolkit.model.clients import CLIENT_TYPE
from toolkit.model.findings import Kind, Verdict
from toolkit.model.plurals import plural
from toolkit.reporters.terminal import BOLD, FAINT, GREEN, YELLOW, Paint, painted, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.model.findings import Result
    from toolkit.model.report import Report

_WORDS: Final = (
    (Verdict.FAIL, "cannot", FAINT),
    (Verdict.UNKNOWN, "not known", YELLOW),
    (Verdict.PASS, "can", GREEN),
)
#: The number of listed clients that cannot call it, or for which it is unknown.
_LISTED: Final = 20
#: The number of clients that cannot for which the reason is shown; the question was who can.
_EXPLAINED: Final = 5
_LABEL: Final = 12


def lines(report: Report, operation: str, paint: Paint) -> Iterator[str]:
    """Yield a few lines for each client, after the lines on what the answer does not cover."""
    several = len(report.sources) > 1
    for result in sorted(report.results, key=lambda each: each.sort_key):
        if result.kind is not Kind.POLICY:
            told = visible(f"{result.address}: {result.message}")
            yield from painted(wrapped(told, first="UNKNOWN ", rest="  "), "UNKNOWN", YELLOW, paint)
            yield ""
    for verdict, word, style in _WORDS:
        found = sorted(
            (r for r in report.results if r.kind is Kind.POLICY and r.verdict is verdict),
            key=lambda each: each.sort_key,
        )
        listed = found if verdict is Verdict.PASS else found[:_LISTED]
        more = f"and {len(found) - len(listed)} more; -f json lists all"
        in_short = verdict is Verdict.FAIL and len(found) > _EXPLAINED
        blocks = [
            (_who(result, several, in_short=in_short), visible(_why(result))) for result in listed
        ]
        if len(listed) < len(found):
            blocks.append((more, ""))
        if in_short:
            blocks = [(", ".join(name for name, _ in blocks), "")]
        for name, why in blocks:
            head = wrapped(name, first=word.ljust(_LABEL), rest=" " * _LABEL)
            yield from painted(head, word, style, paint)
            if why:
                yield from wrapped(why, first=" " * _LABEL, rest=" " * _LABEL)
        if blocks:
            yield ""
    able = sum(r.verdict is Verdict.PASS for r in report.results if r.kind is Kind.POLICY)
    yield paint(BOLD, f"{able} of {plural(report.clients, 'client')} can call {visible(operation)}")


def _who(result: Result, several: bool, *, in_short: bool) -> str:
    name = (result.address or "").replace(f"{CLIENT_TYPE}.", "")
    known = [part for part in (f'"{result.client}"', result.grant_type) if part]
    about = "" if in_short else f" ({', '.join(known)})"
    where = f" in {result.root}" if several and result.root else ""
    return visible(f"{name}{about}{where}")


def _why(result: Result) -> str:
    at = result.location
    place = f" ({at.path}:{at.line})" if at is not None else ""
    return f"{result.message}{place}"
