"""Contract and observations → what is wrong, how sure that is, and what it is not.

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

#: Each with the step that shows it: between diagnoses that are equally sure, the earlier step
#: comes first. But what the log-in shows comes before all, since nothing can be asked without a
#: token; and then whether the API is there, since an org without it needs no rights for it. What is
#: wrong with a body comes last where the start was refused for something else.
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
#: What the API refuses a start for at once. Scopes are none of it: an org may not enforce them.
_REFUSED_FOR = ("client.inactive", "permission.missing", "endpoint.unknown", "session.not-found")
#: What is wrong by a document, and may be shown by a start that worked to have no effect (yet).
_BY_DOCUMENT = (
    "scope.missing",
    "permission.missing",
    "payload.invalid",
    "payload.conversation-mismatch",
    "payload.media-mismatch",
)
#: What an API that is not there says nothing about.
_OF_NO_USE_WITHOUT = (
    rights.found,
    session.found,
    pausing.found,
    payload.found,
    session.started_before,
    start.found,
)
#: The rank of what is wrong with a body to which the platform did not answer.
_ABOUT_SOMETHING_ELSE = 3
_SUREST_FIRST = tuple(Confidence)
_STEPS = tuple(Stage)


class Conclusion(Struct, frozen=True):
    """`diagnoses` are ordered, the first is the answer; `verdict` is what they amount to."""

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
    """Everything that the observations show to be wrong, and what they rule out.

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
    # What a document says of a start that was accepted decides nothing, so it is not the answer.
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
    """For what was refused for something that is not known."""
    yield from start.undetermined(view, [each.cause for each in excluded if not each.excluded])


def _rank(view: View, stage: Stage, find: _Find) -> int:
    if find is payload.found and view.refused_for_another_reason:
        return _ABOUT_SOMETHING_ELSE
    return 0 if stage is Stage.TOKEN else 1 if find is endpoint.found else 2


def _verdict(view: View, diagnoses: Sequence[Diagnosis]) -> ProbeVerdict:
    # A start that worked shows that what is missing is not asked for, or not yet.
    deciding = [each for each in diagnoses if not (view.accepted and each.cause in _BY_DOCUMENT)]
    if deciding:
        first = deciding[0]
        others = {CAUSES[d.cause] for d in deciding if d.confidence is Confidence.POSSIBLE}
        # Several may be, none is shown, and they do not amount to the same.
        if first.confidence is Confidence.POSSIBLE and len(others) > 1:
            return ProbeVerdict.UNDECIDED
        return CAUSES[first.cause]
    if view.confirmed:
        return ProbeVerdict.READY
    return ProbeVerdict.PREFLIGHT if view.mode is Mode.PREFLIGHT else ProbeVerdict.UNDECIDED


def _excluded(view: View) -> Iterator[RuledOut]:
    # Where nothing answered, that alone is to be said: nothing else could be looked at.
    if view.confirmed or view.unanswered:
        return
    accepted = view.ok(Stage.START)
    # An API that is not there has nothing else to be looked at.
    groups = (access,) if view.api_missing is not None else (access, rights, session, payload)
    for group in groups:
        for each in group.excluded(view):
            if accepted is not None and not each.excluded and each.cause in _REFUSED_FOR:
                by = f"{request(accepted)} answered {accepted.status}"
                yield RuledOut(each.cause, by, step=accepted.name)
            else:
                yield each
