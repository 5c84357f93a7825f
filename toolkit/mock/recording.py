"""Plays the operations of the recording contracts.

Their routes, payload schemas and refusal texts come from the contracts; this module only changes
the state of a session or a call.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from toolkit.contracts.contract import Phase, SessionStates
from toolkit.contracts.reader import load_contract
from toolkit.mock.access import require_permissions
from toolkit.mock.answers import Answer, Detail, Refusal
from toolkit.mock.call import Behaviour, Call
from toolkit.mock.world import AD_HOC, SNIPPET, CallParticipant, PhoneCall, RecordingSession

_ACCEPTED = 202


def _list_sessions(call: Call) -> Answer:
    return call.page([session.body() for session in call.world.sessions.values()])


def _get_session(call: Call) -> Answer:
    return Answer(200, _session(call).body())


def _start_session(call: Call) -> Answer:
    session = _session(call)
    division = call.world.division_id(session.given.division)
    require_permissions(call.world, call.operation, call.caller, division)
    if _conversation_of(call.payload["sessionUri"]) != session.given.conversation:
        raise call.refusal("conversation-mismatch", details=(Detail("sessionUri", "invalid"),))
    if not set(call.payload["mediaTypes"]) <= set(session.given.media):
        raise call.refusal("media-mismatch", details=(Detail("mediaTypes", "invalid"),))
    if _states(call).phase(session.timeline.state) is not Phase.STARTABLE:
        raise call.refusal("session-not-startable")
    call.world.restart(session)
    return Answer(_ACCEPTED, {"id": str(uuid.uuid4())})


def _get_call(call: Call) -> Answer:
    return Answer(200, _phone_call(call).body())


def _patch_participant(call: Call) -> Answer:
    phone = _phone_call(call)
    participant = phone.participants.get(call.params["participantId"])
    if participant is None:
        raise call.refusal("participant-not-found", 404)
    require_permissions(call.world, call.operation, call.caller, phone.division)
    _refuse_absent(call, participant)
    _record(participant, AD_HOC, call.payload["recording"])
    return Answer(_ACCEPTED)


def _record_snippet(call: Call) -> Answer:
    """Start or stop a snippet, or an ad hoc recording, of a participant."""
    phone = _phone_call(call)
    participant = phone.participants.get(call.params["participantId"])
    if participant is None:
        raise call.refusal("participant-not-found", 404)
    require_permissions(call.world, call.operation, call.caller, phone.division)
    _refuse_absent(call, participant)
    recorder = AD_HOC if call.payload["type"].casefold() == AD_HOC else SNIPPET
    _record(participant, recorder, call.payload["record"])
    return Answer(_ACCEPTED)


def _record(participant: CallParticipant, recorder: str, on: bool) -> None:
    if participant.given.starts or not on:
        participant.record(recorder, on)
    # A start resumes a paused recording; that is our reading.
    participant.paused = participant.paused and not on


def _put_recording_state(call: Call) -> Answer:
    """Pause or resume; a call that is not being recorded stays unrecorded."""
    phone = _phone_call(call)
    require_permissions(call.world, call.operation, call.caller, phone.division)
    asked = call.payload["recordingState"].casefold()
    for participant in phone.participants.values():
        participant.paused = asked == "paused" and participant.recording
    return Answer(_ACCEPTED)


#: By operationId.
BEHAVIOURS: Mapping[str, Behaviour] = {
    "listRecordingSessions": _list_sessions,
    "getRecordingSession": _get_session,
    "startRecordingSession": _start_session,
    "getConversationsCall": _get_call,
    "patchConversationsCallParticipant": _patch_participant,
    "putConversationsCallRecordingstate": _put_recording_state,
    "postConversationsCallParticipantSnippetRecord": _record_snippet,
}


def _session(call: Call) -> RecordingSession:
    session = call.world.sessions.get(call.params["sessionId"])
    if session is None:
        raise call.refusal("session-not-found", 404)
    return session


def _phone_call(call: Call) -> PhoneCall:
    phone = call.world.calls.get(call.params["conversationId"])
    if phone is None:
        raise call.refusal("conversation-not-found", 404)
    return phone


def _refuse_absent(call: Call, participant: CallParticipant) -> None:
    phase = _states(call).phase(participant.timeline.state)
    if phase is Phase.ENDED:
        raise call.refusal("call-disconnected")
    if phase is not Phase.STARTABLE:
        raise call.refusal("not-active-participant", 403)


def _states(call: Call) -> SessionStates:
    states = call.contract.session_states
    if states is None and call.contract.reads:
        states = load_contract(call.contract.reads).session_states
    return states or SessionStates()


def _conversation_of(uri: str) -> str:
    """Return the id at the end of a conversation's URI."""
    try:
        path = urlsplit(uri).path
    except ValueError as error:  # brackets around something that is not an IPv6 address
        raise Refusal(400, details=(Detail("sessionUri", "invalid"),)) from error
    return unquote(path.rstrip("/").rpartition("/")[2])
