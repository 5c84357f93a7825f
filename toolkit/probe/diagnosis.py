"""Contract and observations → diagnoses, their confidence, and the causes that are ruled out.

Pure: no request, no clock. The same observations give the same conclusion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from toolkit.model.observations import (
    Confidence,
    Diagnosis,
    Observation,
    ProbeVerdict,
    RuledOut,
)
from toolkit.probe.causes import (
    access,
    endpoint,
    pausing,
    payload,
    platform,
    rights,
    session,
    start,
)
from toolkit.probe.evidence import View, request
from toolkit.probe.stages import CAUSES, Mode, Stage
from toolkit.probe.target import Probed

_Find = Callable[[View], Iterator[Diagnosis]]

#: The finders, each with the step that provides its evidence. Between diagnoses of the same
#: confidence, the earlier step comes first, with three exceptions. The log-in comes before all,
#: because nothing can be asked without a token. Then comes whether the API exists, because an org
#: without it needs no rights for it. A wrong body comes last if the start was refused for another
#: reason.
_FINDERS: tuple[tuple[Stage, _Find], ...] = (
    (Stage.TOKEN, access.at_log_in),
    (Stage.WHO_AM_I, access.found),
    (Stage.OWN_GRANTS, rights.found),
    (Stage.SESSIONS, endpoint.found),
    (Stage.SESSION, session.found),
    (Stage.SESSION, pausing.found),
    (Stage.PAYLOAD, payload.found),
    (Stage.START, session.started_before),
    (Stage.START, start.found),
)
#: Causes for which the API refuses a start. An org may not enforce scopes, so they are not here.
_REFUSED_FOR = ("client.inactive", "permission.missing", "endpoint.unknown", "session.not-found")
#: Causes that rest on a document; an accepted start shows that they have no effect (yet).
_BY_DOCUMENT = (
    "scope.missing",
    "permission.missing",
    "payload.invalid",
    "payload.conversation-mismatch",
    "payload.media-mismatch",
)
#: Finders that a missing API makes useless.
_OF_NO_USE_WITHOUT = (
    rights.found,
    session.found,
    pausing.found,
    payload.found,
    session.started_before,
    start.found,
)
#: The rank of a wrong body if the platform refused something else.
_ABOUT_SOMETHING_ELSE = 3
_SUREST_FIRST = tuple(Confidence)
_STEPS = tuple(Stage)


class Conclusion(Struct, frozen=True):
    """`diagnoses` are ordered, the first is the answer; `verdict` is their overall result."""

    verdict: ProbeVerdict
    diagnoses: tuple[Diagnosis, ...]
    ruled_out: tuple[RuledOut, ...]


def diagnose(
    what: Probed,
    observations: Sequence[Observation],
    mode: Mode = Mode.START,
    *,
    is_published: Callable[[str], bool] = lambda _: True,
    is_permission: Callable[[str], bool] = lambda _: False,
) -> Conclusion:
    """Return everything that the observations show to be wrong, and what they rule out.

    `is_published` says whether the platform publishes a scope, `is_permission` whether it publishes
    a permission.
    """
    view = View(what, observations, mode, is_published, is_permission)
    finders = [*_FINDERS, *((stage, platform.found) for stage in platform.failed(view))]
    if view.api_missing is not None:
        finders = [each for each in finders if each[1] not in _OF_NO_USE_WITHOUT]
    finders.sort(key=lambda each: _STEPS.index(each[0]))
    ranked = [(_rank(view, stage, find), each) for stage, find in finders for each in find(view)]
    ranked.sort(key=lambda pair: (pair[0], _SUREST_FIRST.index(pair[1].confidence)))
    excluded = tuple(_excluded(view))
    best: dict[str, Diagnosis] = {}
    for _, each in ranked:
        best.setdefault(each.cause, each)
    # After an accepted start, a cause that rests on a document decides nothing, so it comes last.
    found = sorted(best.values(), key=lambda each: view.accepted and each.cause in _BY_DOCUMENT)
    if ranked and ranked[0][0] == _ABOUT_SOMETHING_ELSE:
        found = [*_untold(view, excluded), *found]
    found = found or [*_nothing_wrong(view, excluded)]
    named = {each.cause for each in found}
    return Conclusion(
        _verdict(view, found),
        tuple(found),
        tuple(each for each in excluded if each.cause not in named),
    )


def _nothing_wrong(view: View, excluded: Sequence[RuledOut]) -> Iterator[Diagnosis]:
    yield from access.unproven(view)
    yield from _untold(view, excluded)
    yield from start.confirmed(view)


def _untold(view: View, excluded: Sequence[RuledOut]) -> Iterator[Diagnosis]:
    """Yield a diagnosis for a refusal of unknown cause."""
    yield from start.undetermined(view, [each.cause for each in excluded if not each.excluded])


def _rank(view: View, stage: Stage, find: _Find) -> int:
    if find is payload.found and view.refused_for_another_reason:
        return _ABOUT_SOMETHING_ELSE
    return 0 if stage is Stage.TOKEN else 1 if find is endpoint.found else 2


def _verdict(view: View, diagnoses: Sequence[Diagnosis]) -> ProbeVerdict:
    # An accepted start shows that the missing right is not enforced, or not yet.
    deciding = [each for each in diagnoses if not (view.accepted and each.cause in _BY_DOCUMENT)]
    if deciding:
        first = deciding[0]
        others = {CAUSES[d.cause] for d in deciding if d.confidence is Confidence.POSSIBLE}
        # Several causes are possible, none is shown, and their verdicts differ.
        if first.confidence is Confidence.POSSIBLE and len(others) > 1:
            return ProbeVerdict.UNDECIDED
        return CAUSES[first.cause]
    if view.confirmed:
        return ProbeVerdict.READY
    return ProbeVerdict.PREFLIGHT if view.mode is Mode.PREFLIGHT else ProbeVerdict.UNDECIDED


def _excluded(view: View) -> Iterator[RuledOut]:
    # If nothing answered, that is the only statement: nothing else could be checked.
    if view.confirmed or view.unanswered:
        return
    accepted = view.ok(Stage.START)
    # If the API is missing, nothing else can be checked.
    groups = (access,) if view.api_missing is not None else (access, rights, session, payload)
    for group in groups:
        for each in group.excluded(view):
            if accepted is not None and not each.excluded and each.cause in _REFUSED_FOR:
                by = f"{request(accepted)} answered {accepted.status}"
                yield RuledOut(each.cause, by, step=accepted.name)
            else:
                yield each
