"""Causes about pausing and resuming: whether there is a recording, and in which state."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.model.observations import Confidence, Diagnosis, Observation
from toolkit.probe.evidence import View, said
from toolkit.probe.stages import Stage


def found(view: View) -> Iterator[Diagnosis]:
    # A pause neither starts nor ends a recording, so a read after it is as good as one before.
    seen = view.ok(Stage.SESSION) or view.ok(Stage.CONFIRM)
    if not view.what.pauses or seen is None or not seen.facts.get("recording_told"):
        return
    if not seen.facts.get("recording"):
        if not seen.facts.get("left"):
            yield _not_running(view, seen)
    elif seen.name == Stage.SESSION.value and not view.confirmed:
        yield from _as_it_is(view, seen)


def _sure(view: View, seen: Observation) -> Confidence:
    loose = view.untimed(Stage(seen.name)) or seen.name == Stage.CONFIRM.value
    return Confidence.LIKELY if loose else Confidence.PROVEN


def _not_running(view: View, seen: Observation) -> Diagnosis:
    start = view.seen(Stage.START)
    return Diagnosis(
        "recording.not-running",
        _sure(view, seen),
        "No recording runs on this call, so there is nothing to pause or to resume."
        + (" The request was accepted all the same; it starts nothing." if view.accepted else ""),
        (said(seen), "nobody in the call is being recorded", *((said(start),) if start else ())),
        "Start a recording first: patchConversationsCallParticipant does, with "
        '{"recording": true} (--contract call-recording).',
    )


def _as_it_is(view: View, seen: Observation) -> Iterator[Diagnosis]:
    """Yield a diagnosis if the recording already has the requested state."""
    asks, paused = view.fact(Stage.PAYLOAD, "asks"), bool(seen.facts.get("paused"))
    if asks == "paused" and paused:
        yield Diagnosis(
            "recording.paused",
            _sure(view, seen),
            "The recording is paused already.",
            (said(seen),),
            'Nothing has to be paused. {"recordingState": "active"} resumes it.',
        )
    elif asks == "active" and not paused:
        yield Diagnosis(
            "session.already-recording",
            _sure(view, seen),
            "The recording runs, and is not paused: there is nothing to resume.",
            (said(seen),),
            "Nothing has to be resumed.",
        )
