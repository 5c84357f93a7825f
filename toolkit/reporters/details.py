"""The evidence of a finding as labelled sentences, which each format lays out in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.model.findings import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.model.findings import Held, HeldThrough, Missing, Result
    from toolkit.model.values import Unknown as Reason


def details(result: Result) -> Iterator[tuple[str, str]]:
    """Yield the label and the text of each detail.

    Details are places, and missing, forbidden, wrong or unknown values. Details that the message
    already names are left out.
    """
    said = result.message
    if result.called_from:
        yield "called from", ", ".join(f"{each.path}:{each.line}" for each in result.called_from)
    if result.value_locations:
        yield "value from", ", ".join(f"{each.path}:{each.line}" for each in result.value_locations)
    if result.affects:
        yield ("held by" if result.subject is SubjectKind.ROLE else "calls"), few(result.affects)
    if result.used_by:
        yield "used by", few(result.used_by)
    for missing in result.missing:
        if not all(f'"{name}"' in said for name in missing.any_of):
            yield "missing", _missing(missing)
    for held in result.forbidden:
        if f'"{held.held}"' not in said or (held.role or "") not in said:
            yield "forbidden", _forbidden(held)
    setting = result.setting
    if setting is not None and not (setting.name in said and setting.actual in said):
        yield "setting", f"{setting.name} is {setting.actual}; expected: {setting.expected}"
    yield from _not_known(result.reasons, said)
    for through in result.held_through:
        yield "held through", _through(through)
    if result.compliance:
        yield "compliance", ", ".join(result.compliance)


def _not_known(reasons: Sequence[Reason], said: str) -> Iterator[tuple[str, str]]:
    """Yield one line per deciding input, without names if `said` has all and one input decides."""
    decided: dict[str, list[str]] = {}
    for reason in reasons:
        decided.setdefault(reason.decided_by, []).append(reason.reference)
    if len(decided) == 1 and all(reason.reference in said for reason in reasons):
        yield "decided by", reasons[0].decided_by
        return
    for decided_by, references in decided.items():
        yield "not known", f"{few(references)} (decided by {decided_by})"


#: The number of addresses that a line names; the rest are counted.
_NAMED = 4


def few(names: Sequence[str]) -> str:
    """Return a short list in full; of a long one the first names and the count of the rest."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def waived(result: Result) -> str | None:
    """Return the waiver in force in words, or None."""
    waiver = result.waiver
    if waiver is None:
        return None
    return f"{waiver.reason} (through {waiver.expires}, by {waiver.origin})"


def _missing(missing: Missing) -> str:
    names = " or ".join(missing.any_of)
    return f"{missing.kind} {names}{_division(missing.division)}"


def _forbidden(held: Held) -> str:
    text = f"{held.kind} {held.held}"
    if held.pattern != held.held:
        text += f", which matches {held.pattern}"
    if held.role is not None:
        text += f", through {held.role}"
    return text + _division(held.division)


def _through(through: HeldThrough) -> str:
    return f"{through.role} grants {through.permission}{_division(through.division)}"


def _division(division: str | None) -> str:
    match division:
        case None | "any":
            return ""
        case "home":
            return " in the home division"
        case "*" | "all":
            return " in all divisions"
        case _:
            return f" in division {division}"
