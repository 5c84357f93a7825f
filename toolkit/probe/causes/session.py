"""Causes about the thing to record: whether it exists, and whether its state allows a start."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.contracts.contract import Phase, SessionStates
from toolkit.model.observations import Confidence, Diagnosis, Observation, RuledOut
from toolkit.probe.causes.endpoint import GONE, told_apart_by_nothing
from toolkit.probe.causes.rights import NOT_ACTIVE
from toolkit.probe.evidence import NOT_THERE, View, request, said
from toolkit.probe.responses import RECORDERS
from toolkit.probe.stages import Mode, Stage

#: Refusals of a start for a participant that is not, or no longer, in the call.
_GONE = ("conversation.error.participant.no.active.conversations", NOT_ACTIVE)
_OVER = "conversation.error.call.disconnected"
#: The contract's name for a refusal that blames the session's state.
_IN_NO_STATE = "session-not-startable"
_NO_PARTICIPANT = ("conversation.error.not.conversation.participant",)
#: The phase that a session must have, by whether the request pauses or resumes.
_GOOD = {False: Phase.STARTABLE, True: Phase.RECORDING}
_ALL = (
    "session.not-found",
    "session.not-ready",
    "session.ended",
    "session.already-recording",
)


def found(view: View) -> Iterator[Diagnosis]:
    yield from _not_there(view)
    seen = view.ok(Stage.SESSION)
    if seen is not None and not view.accepted:
        if seen.facts.get("participant_absent"):
            yield _absent(view)
        else:
            yield from _phase(view)
    yield from _refused_participant(view)
    yield from _changed(view)


def _not_there(view: View) -> Iterator[Diagnosis]:
    if view.strange:
        return
    steps = (Stage.SESSION.value, Stage.START.value)
    here = [seen for seen in view.with_status(*NOT_THERE) if seen.name in steps]
    listing = view.seen(Stage.SESSIONS)
    if here and view.ok(Stage.SESSION) and view.ok(Stage.CONFIRM):
        yield from _start_not_there(view, here[0])
    elif here and told_apart_by_nothing(view) is None:
        answers = listing is not None and listing.outcome == "ok"
        named = any(seen.code in view.what.read.codes(404) for seen in here)
        # If only the start was not found, the list does not tell which part of its path is missing.
        read = any(seen.name == Stage.SESSION.value for seen in here)
        proven = (answers and read) or (listing is None and named)
        what = view.what.thing
        evidence = [said(seen) for seen in here]
        if listing is not None:
            evidence.append(said(listing))
        yield Diagnosis(
            "session.not-found",
            Confidence.PROVEN if proven else Confidence.LIKELY,
            (
                f"The {what} with this id is gone: so HTTP says it, with 410"
                if here[0].status == GONE
                else f"There is no {what} with this id"
            )
            + (", while the list of sessions answers." if answers else "."),
            tuple(evidence),
            f"Take the id of a {what} that is going on now, from the org of this region: "
            f"{_has_ids(view)}.",
        )
    elif view.fact(Stage.SESSIONS, "no_match") or view.fact(Stage.SESSIONS, "searched"):
        yield _not_listed(view)


def _has_ids(view: View) -> str:
    """Return where to take an id from."""
    event = "an event has it" if view.mode is Mode.EXPLAIN else "an event's payload (--event)"
    return f"{event}, or the list" if view.what.listing is not None else event


def _not_listed(view: View) -> Diagnosis:
    """Return the diagnosis that the list, as far as searched, lacks the session."""
    listing = view.seen(Stage.SESSIONS)
    searched = view.fact(Stage.SESSIONS, "searched")
    which = f"first {searched:,}" if searched else "listed"
    waited = view.fact(Stage.SESSIONS, "waited_ms")
    still = f", after {waited / 1000:.1f} s" if waited else ""
    return Diagnosis(
        "session.not-found",
        Confidence.LIKELY if searched else Confidence.PROVEN,
        f"None of the {which} sessions belongs to this conversation{still}"
        + ("; the rest of the list was not searched." if searched else "."),
        (said(listing),) if listing is not None else (),
        "Give --session-id, or wait until the conversation has a session (--wait)."
        if searched
        else "Wait until the conversation has a session (--wait), or give --session-id.",
    )


def _start_not_there(view: View, start: Observation) -> Iterator[Diagnosis]:
    """Yield a diagnosis for a start that is not found, although reads before and after succeed."""
    if start.code in _NO_PARTICIPANT:
        yield _absent(view)
        return
    what = view.what.thing
    seen = [each for each in map(view.ok, (Stage.SESSION, Stage.CONFIRM)) if each is not None]
    yield Diagnosis(
        "endpoint.unknown",
        Confidence.LIKELY,
        f"The {what} is there, before the start and after it; the call that starts is not.",
        tuple(said(each) for each in (start, *seen)),
        f"Find out whether this API, or the gateway before it, knows {view.start.method} "
        f"{view.start.path}.",
    )


def _absent(view: View) -> Diagnosis:
    seen = view.ok(Stage.SESSION)
    return Diagnosis(
        "session.not-found",
        _sure(view, Stage.SESSION),
        "The call has no participants."
        if view.what.pauses
        else "The call has no participant with this id.",
        (said(seen),) if seen is not None else (),
        "Take the id of a participant of this call.",
    )


def _phase(view: View) -> Iterator[Diagnosis]:
    if view.what.pauses:
        if view.fact(Stage.SESSION, "left"):
            yield _ended(view, Stage.SESSION)
        return
    match view.phase:
        # A participant who left keeps the last recording state.
        case _ if view.fact(Stage.SESSION, "left"):
            yield _left(view)
        case Phase.RECORDING if view.fact(Stage.SESSION, "paused"):
            yield _paused(view)
        case Phase.RECORDING if others := _others(view):
            yield _other_recorder(view, others)
        case Phase.RECORDING:
            yield view.by_contract(_recording(view, Stage.SESSION))
        case Phase.ENDED if not view.what.by_participant:
            yield view.by_contract(_ended(view, Stage.SESSION))
        case Phase.NOT_READY if not view.what.by_participant:
            yield view.by_contract(_not_ready(view))
        case Phase.ENDED | Phase.NOT_READY if _told(view):
            yield _not_active(view)


def _told(view: View) -> bool:
    """Whether the call says if the participant is recorded; else its state does not matter."""
    return view.fact(Stage.SESSION, "recording_told") is not False


def _state(view: View, stage: Stage) -> str:
    return f'"{view.fact(stage, "state")}"'


def _evidence(view: View, stage: Stage) -> tuple[str, ...]:
    seen = view.seen(stage)
    lines = [said(seen), f"its state is {_state(view, stage)}"] if seen is not None else []
    waited = view.fact(stage, "waited_ms")
    if waited:
        lines.append(f"looked at for {waited / 1000:.1f} s")
    return tuple(lines)


def _sure(view: View, stage: Stage) -> Confidence:
    """Return how certain it is that the start found this state."""
    return Confidence.LIKELY if view.untimed(stage) else Confidence.PROVEN


def _when(view: View, stage: Stage) -> str:
    undated = stage is Stage.SESSION and view.undated
    return " The file does not tell when it was read." if undated else ""


def _recording(view: View, stage: Stage) -> Diagnosis:
    message = "The session is being recorded already; a start is refused"
    if view.what.by_participant:
        message = "The participant is being recorded already; there is nothing to start"
    return Diagnosis(
        "session.already-recording",
        _sure(view, stage),
        f"{message}{_none_sent(view)}.{_when(view, stage)}",
        _evidence(view, stage),
        "Nothing has to be started. To probe the client, take one that is not being recorded.",
    )


def _none_sent(view: View) -> str:
    sent = view.seen(Stage.START) is not None or view.mode is Mode.EXPLAIN
    return "" if sent else ", and none was sent"


def _paused(view: View) -> Diagnosis:
    return Diagnosis(
        "recording.paused",
        # No document says whether a start is refused in this state.
        Confidence.POSSIBLE,
        "The participant's recording is paused, perhaps so that a card number is not in it; a "
        f"start might resume it{_none_sent(view)}.{_when(view, Stage.SESSION)}",
        (*_read(view), "its recording is paused"),
        "Resume it, once it may be: putConversationsCallRecordingstate does, with "
        '{"recordingState": "active"} (--contract recording-state).',
    )


def _read(view: View) -> tuple[str, ...]:
    seen = view.seen(Stage.SESSION)
    return (said(seen),) if seen is not None else ()


def _others(view: View) -> tuple[str, ...]:
    """Return the recorders with a recording, if the call's own recorder has none."""
    recorders: tuple[str, ...] = view.fact(Stage.SESSION, "recorders") or ()
    return recorders if view.is_recorded_by_others_alone(Stage.SESSION) else ()


def _other_recorder(view: View, others: tuple[str, ...]) -> Diagnosis:
    names, own = " and ".join(RECORDERS[each] for each in others), view.own_recorder
    return Diagnosis(
        "recording.other-recorder",
        Confidence.POSSIBLE,
        f"Another recorder has a recording of the participant ({names}); the "
        f"{RECORDERS.get(own, own)} recorder, which this call starts, has none. "
        f"Whether a start is refused then is not published"
        f"{_none_sent(view)}.{_when(view, Stage.SESSION)}",
        (*_read(view), f"of its recordersState only {' and '.join(others)} is not none"),
        "See whether that recording is enough; a recording policy of the org may have started it. "
        "To probe the client, take a participant that nobody records.",
    )


def _left(view: View) -> Diagnosis:
    return Diagnosis(
        "participant.left",
        _sure(view, Stage.SESSION),
        f"The participant has left the call (state {_state(view, Stage.SESSION)})."
        f"{_when(view, Stage.SESSION)}",
        _evidence(view, Stage.SESSION),
        "Take a participant that is in the call. In a program: look at the state right before the "
        "start.",
    )


def _ended(view: View, stage: Stage) -> Diagnosis:
    which = "call" if view.what.thing == "call" else "session of a call"
    return Diagnosis(
        "session.ended",
        _sure(view, stage),
        f"The {view.what.thing} is over (state {_state(view, stage)})"
        + (
            _when(view, stage).replace(" The", ". The")
            or f": the call ended before the {view.act}."
        ),
        _evidence(view, stage),
        f"Take the {which} that is going on. "
        f"In a program: look at the state right before the {view.act}.",
    )


def _not_ready(view: View) -> Diagnosis:
    waited = view.fact(Stage.SESSION, "waited_ms")
    still = f" after {waited / 1000:.1f} s" if waited else ""
    states = view.what.contract.session_states or SessionStates()
    names = ", ".join((*states.startable, *states.recording, *states.ended))
    fix = "In a program: look until it is active, in place of a fixed pause."
    if view.mode is not Mode.EXPLAIN:
        option = "Wait longer" if waited else "Wait for it"
        fix = f"{option}: --wait says after how many seconds it is active. {fix}"
    return Diagnosis(
        "session.not-ready",
        _sure(view, Stage.SESSION),
        f"The session is not active yet{still}: its state is {_state(view, Stage.SESSION)}. The "
        f"contract names {names}; any other counts as not ready.{_when(view, Stage.SESSION)}",
        _evidence(view, Stage.SESSION),
        fix,
    )


def _not_active(view: View) -> Diagnosis:
    return Diagnosis(
        "participant.not-active",
        _sure(view, Stage.SESSION),
        f"The participant is not connected (state {_state(view, Stage.SESSION)})."
        f"{_when(view, Stage.SESSION)}",
        _evidence(view, Stage.SESSION),
        "Take a participant that is in the call, or wait for it"
        f"{'.' if view.mode is Mode.EXPLAIN else ': --wait.'}",
    )


def _refused_participant(view: View) -> Iterator[Diagnosis]:
    refused = view.refused
    if refused is not None and refused.code == _OVER:
        yield Diagnosis(
            "session.ended" if view.what.pauses else "participant.left",
            Confidence.PROVEN,
            "The call has been disconnected.",
            (said(refused),),
            "Take a call that is going on."
            if view.what.pauses
            else "Take a participant of a call that is going on.",
        )
    elif refused is not None and refused.code in _GONE:
        yield Diagnosis(
            "participant.not-active",
            Confidence.PROVEN,
            "The participant is not, or no longer, active in the call.",
            (said(refused),),
            "Take a participant that is in the call.",
        )


def started_before(view: View) -> Iterator[Diagnosis]:
    """Yield a diagnosis for a refused start that follows an accepted one."""
    if _after_another(view) and view.refused and view.refused.facts.get("case") == _IN_NO_STATE:
        yield Diagnosis(
            "session.already-recording",
            Confidence.LIKELY,
            "An earlier start of this session was accepted, and nothing shows that its recording "
            "had ended.",
            (said(view.refused),),
            "Look at the session before it is started again, and start it once.",
        )


def _changed(view: View) -> Iterator[Diagnosis]:
    """Yield a diagnosis for a refused start whose session was startable before: a race."""
    if view.refused is None or view.phase is not Phase.STARTABLE:
        return
    match view.phase_after:
        case Phase.RECORDING:
            yield view.by_contract(_recording(view, Stage.CONFIRM))
        case Phase.ENDED if not view.what.by_participant:
            yield view.by_contract(_ended(view, Stage.CONFIRM))


def excluded(view: View) -> Iterator[RuledOut]:
    reads = (Stage.SESSION, Stage.SESSIONS, Stage.CONFIRM)
    answered = next((seen for stage in reads if (seen := view.ok(stage)) is not None), None)
    if view.undated:
        by = "nothing shows which API the session was read from"
        yield RuledOut("endpoint.unknown", by, False)
    elif answered is not None:
        by = f"{request(answered)} answered {answered.status}"
        yield RuledOut("endpoint.unknown", by, step=answered.name)
    else:
        yield RuledOut("endpoint.unknown", _unread(view), False)
    for cause in _causes(view):
        if view.undated and view.phase is not None:
            state = _state(view, Stage.SESSION)
            by = f"its state was {state} when it was read, and the file does not tell when that was"
            yield RuledOut(cause, by, False)
        elif view.phase is (good := _GOOD[view.what.pauses]):
            after = view.phase_after is good and not view.accepted
            again = f" before the {view.act}"
            again = f",{again} and after it" if after else again
            by = f"its state was {_state(view, Stage.SESSION)}{again}"
            yield RuledOut(cause, by, step=Stage.SESSION.value)
        elif view.phase is None:
            yield RuledOut(cause, _unread(view), False)
        elif cause == _ALL[3] and not _told(view):
            by = "the call does not say whether the participant is being recorded"
            yield RuledOut(cause, by, False)
        else:
            by = f"its state is {_state(view, Stage.SESSION)}"
            yield RuledOut(cause, by, step=Stage.SESSION.value)


def _causes(view: View) -> tuple[str, ...]:
    """Return the causes that the state can prove or exclude."""
    if view.what.pauses:
        return ("session.not-found", "session.ended", "recording.not-running")
    if view.what.by_participant:
        return ("session.not-found", "participant.not-active", "participant.left", _ALL[3])
    return _ALL


def _unread(view: View) -> str:
    seen, what = view.seen(Stage.SESSION), view.what.thing
    if seen is not None:
        return f"the {what} could not be read: {said(seen)}"
    if not view.what.read.path:
        return f"the {what} was not read, which this contract has no call for"
    tells = f"{view.what.read.method} {view.what.read.path} tells"
    after = view.ok(Stage.CONFIRM)
    if after is not None and "state" in after.facts:
        state = _state(view, Stage.CONFIRM)
        return f"the {what} was read only after the {view.act}, and was {state} then; {tells}"
    if _after_another(view):
        return f"the {what} was not read after an earlier {view.act} of it; {tells}"
    return f"the {what} was not read; {tells}"


def _after_another(view: View) -> bool:
    """Whether the last known fact about the session is that an earlier start was accepted."""
    return view.phase is None and bool(view.fact(Stage.START, "after_another"))
