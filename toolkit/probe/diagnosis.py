"""Contract and observations → what is wrong, how sure that is, and what it is not.

Pure: no request, no clock. The same observations give the same conclusion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from toolkit.model.observations import (
    Confidence,
    Diagnosis,
    Observation,
    ProbeVerdict,
    RuledOut,
)
from toolkit.probe.causes import access, payload, remote, rights, session, start
from toolkit.probe.stages import CAUSES, Mode, Stage
from toolkit.probe.target import Probed
from toolkit.probe.view import View, request

_Find = Callable[[View], Iterator[Diagnosis]]

#: Each with the step that shows it: between diagnoses that are equally sure, the earlier step
#: comes first.
_FINDERS: tuple[tuple[Stage, _Find], ...] = (
    (Stage.WHO_AM_I, access.found),
    (Stage.OWN_GRANTS, rights.found),
    (Stage.SESSION, session.found),
    (Stage.PAYLOAD, payload.found),
    (Stage.START, start.found),
)
#: What the API refuses a start for at once. Scopes are none of it: an org may not enforce them.
_REFUSED_FOR = ("client.inactive", "permission.missing", "endpoint.unknown", "session.not-found")
#: Lacks that a start may show to have no effect (yet).
_RIGHTS = ("scope.missing", "permission.missing")
_SUREST_FIRST = tuple(Confidence)
_STEPS = tuple(Stage)


class Conclusion(Struct, frozen=True):
    """`diagnoses` are ordered, the first is the answer; `verdict` is what they amount to."""

    verdict: ProbeVerdict
    diagnoses: tuple[Diagnosis, ...]
    ruled_out: tuple[RuledOut, ...]


def diagnose(
    what: Probed, observations: Sequence[Observation], mode: Mode = Mode.START
) -> Conclusion:
    """Everything that the observations show to be wrong, and what they rule out."""
    view = View(what, observations, mode)
    finders = [*_FINDERS, *((stage, remote.found) for stage in remote.failed(view))]
    finders.sort(key=lambda each: _STEPS.index(each[0]))
    found = list(_first_of_each(chain.from_iterable(find(view) for _, find in finders)))
    excluded = tuple(_excluded(view))
    found = found or [*_nothing_wrong(view, excluded)]
    found.sort(key=lambda each: _SUREST_FIRST.index(each.confidence))
    named = {each.cause for each in found}
    return Conclusion(
        _verdict(view, found),
        tuple(found),
        tuple(each for each in excluded if each.cause not in named),
    )


def _nothing_wrong(view: View, excluded: Sequence[RuledOut]) -> Iterator[Diagnosis]:
    yield from access.unproven(view)
    yield from start.undetermined(view, [each.cause for each in excluded if not each.excluded])
    yield from start.confirmed(view)


def _first_of_each(diagnoses: Iterable[Diagnosis]) -> Iterator[Diagnosis]:
    """One of each cause, the surest."""
    best: dict[str, Diagnosis] = {}
    for each in diagnoses:
        known = best.setdefault(each.cause, each)
        if _SUREST_FIRST.index(each.confidence) < _SUREST_FIRST.index(known.confidence):
            best[each.cause] = each
    yield from best.values()


def _verdict(view: View, diagnoses: Sequence[Diagnosis]) -> ProbeVerdict:
    # A start that worked shows that what is missing is not asked for, or not yet.
    deciding = [each for each in diagnoses if not (view.accepted and each.cause in _RIGHTS)]
    if deciding:
        return CAUSES[deciding[0].cause]
    if view.confirmed:
        return ProbeVerdict.READY
    return ProbeVerdict.PREFLIGHT if view.mode is Mode.PREFLIGHT else ProbeVerdict.UNDECIDED


def _excluded(view: View) -> Iterator[RuledOut]:
    # Where nothing answered, that alone is to be said: nothing else could be looked at.
    if view.confirmed or view.unanswered:
        return
    accepted = view.ok(Stage.START)
    for group in (access, rights, session, payload):
        for each in group.excluded(view):
            if accepted is not None and not each.excluded and each.cause in _REFUSED_FOR:
                by = f"{request(accepted)} answered {accepted.status}"
                yield RuledOut(each.cause, by, step=accepted.name)
            else:
                yield each
