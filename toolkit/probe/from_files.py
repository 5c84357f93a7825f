"""Files of one start → observations of exactly what the files say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from toolkit.contracts.contract import SessionStates
from toolkit.contracts.payloads import is_answer
from toolkit.errors import ProbeError
from toolkit.genesys.replies import Reply
from toolkit.model.observations import Observation
from toolkit.probe import responses
from toolkit.probe.payload import of_payload
from toolkit.probe.stages import Stage
from toolkit.probe.target import Probed

#: Fields that a session has, and the recording in an answer to a start has not.
_OF_A_SESSION = ("state", "conversationId", "conversation", "mediaTypes")
_OWNER = "GET /api/v2/tokens/me"
#: What to give instead of a file with other content.
HINTS = {
    "payload": "Give it as JSON.",
    "response": "Give the body of the answer as it came, a JSON object. Where only its words are "
    'known, write them into one: {"status": 400, "message": "..."}.',
    "session": "Give the body of the answer as it came, a JSON object.",
    "tokens-me": "Give the body of the answer as it came. Where only the scopes are known, write "
    'them into one: {"authorizedScope": ["..."], "OAuthClient": {"authorizedGrantType": "CODE"}}.',
}


class File(Struct, frozen=True):
    """Decoded JSON, and the path that errors call it by."""

    path: str
    value: Any


def of_files(what: Probed, given: Mapping[str, File]) -> tuple[Observation, ...]:
    """Return the observations from `payload`, `response`, `session` and `tokens-me`, any of them.

    Raises ProbeError for other content.
    """
    found: list[Observation] = []
    if "tokens-me" in given:
        found.append(_owner(given["tokens-me"]))
    session = _session(what, given["session"]) if "session" in given else None
    if session is not None:
        found.append(session)
    if "payload" in given:
        found.append(of_payload(what, given["payload"].value, session=session))
    if "response" in given:
        found.append(_start(what, given["response"]))
    return tuple(found)


def _owner(file: File) -> Observation:
    """Return the owner of a token. It is assumed that the start was sent with this token."""
    body = file.value if isinstance(file.value, dict) else {}
    seen = responses.of_owner(Reply("", "", status=_told(body) or 200, body=body))
    if seen.outcome != "ok":
        raise ProbeError(f"{file.path}: this is not an answer of {_OWNER}", hint=HINTS["tokens-me"])
    return _of_file(seen, assumed=True)


def _session(what: Probed, file: File) -> Observation:
    """Return the session without a time: the file does not tell when, or whether, it was read."""
    body = _answer(file, "session")
    status, people = _told(body), body.get("participants")
    states = what.contract.session_states or SessionStates()
    if status is not None and status >= 300:
        reply = Reply(what.read.method, what.read.path, status=status, body=body)
        return responses.of_session(Stage.SESSION, reply, states)
    seen = responses.of_session(Stage.SESSION, Reply("", "", status=200, body=body), states)
    if isinstance(body.get("entities"), list):
        raise ProbeError(
            f"{file.path}: this is a list, not one {what.thing}",
            hint="Give the entry that is meant, alone.",
        )
    if what.by_participant and isinstance(people, list) and len(people) > 1:
        raise ProbeError(
            f"{file.path}: the call has {len(people)} participants, and which is meant is not said",
            hint="Leave only the participant that is to be recorded in it.",
        )
    if seen.outcome != "ok" or "state" not in seen.facts:
        needs = "one participant, with its state" if what.thing == "call" else "an id and a state"
        raise ProbeError(
            f"{file.path}: this is not a {what.thing}",
            hint=f"Give it as the API answers it, with {needs}.",
        )
    return _of_file(seen)


def _of_file(seen: Observation, **known: bool) -> Observation:
    """Return `seen` without a request or a time: a file tells neither."""
    facts = {**seen.facts, "undated": True, **known}
    return replace(seen, method=None, url=None, status=None, attempts=0, facts=facts)


def _start(what: Probed, file: File) -> Observation:
    """Return the answer to a start; for an accepted one, the contract may tell from its body."""
    body = _answer(file, "response")
    status = _told(body)
    if status is None and _is_recording(what, body):
        status = what.start.success
    if status is None:
        raise ProbeError(
            f"{file.path}: the response does not tell its HTTP status",
            hint='Add it as the API does, such as "status": 400, or give the recording of the '
            "requests: --har.",
        )
    reply = Reply(what.start.method, what.start.path, status=status, body=body)
    return responses.of_start(reply, what.start)


def _answer(file: File, what: str) -> dict[str, Any]:
    if isinstance(file.value, dict):
        return file.value
    raise ProbeError(
        f"{file.path}: the {what} is not an answer of the API",
        hint=HINTS[what],
    )


def _told(body: dict[str, Any]) -> int | None:
    """Return the HTTP status in a body: errors of the platform have one, sessions have words."""
    status = body.get("status")
    is_status = isinstance(status, int) and not isinstance(status, bool) and 100 <= status < 600
    return status if is_status else None


def _is_recording(what: Probed, body: dict[str, Any]) -> bool:
    """Whether the body can only be the contract's answer to an accepted start."""
    states = what.contract.session_states or SessionStates()
    names = (*states.startable, *states.recording, *states.ended)
    other = any(key in body for key in _OF_A_SESSION) or body.get("status") in names
    return not other and is_answer(what.start, body)
