"""Answers → observations: exactly the part of an answer that the diagnosis may know.

An answer comes from outside and may hold anything: a token, a name, an escape sequence. Only values
of a known shape are kept; the platform's own sentences are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from toolkit.contracts.contract import Operation, Phase, SessionStates
from toolkit.genesys.api import is_rate_limit
from toolkit.genesys.replies import Reply
from toolkit.lazily import pattern
from toolkit.model.observations import Observation
from toolkit.probe.stages import Stage
from toolkit.probe.target import same_id

_CODE = pattern(r"[a-z]{2,20}(?:[._][a-z]{1,20}){0,6}")
_WORD = pattern(r"[A-Za-z][A-Za-z_-]{0,30}")
#: The platform's grant types contain digits, such as SAML2-BEARER.
_GRANT_TYPE = pattern(r"[A-Za-z][A-Za-z0-9_-]{0,30}")
_CLIENT_ID = pattern(r"[A-Za-z0-9-]{1,64}")
#: The name of a client, as people choose them.
_NAME = pattern(r"[\w][\w .:()/+&-]{0,63}")
_SESSION_ID = pattern(r"[A-Za-z0-9][A-Za-z0-9._~:-]{0,127}")
#: Scopes are words; a text with digits or dots may be a token.
_SCOPE = pattern(r"[A-Za-z][A-Za-z_-]{0,40}(?::[A-Za-z_-]{1,40}){0,3}")
_PERMISSION = pattern(r"\b[A-Za-z][A-Za-z0-9_]{0,40}(?::[A-Za-z*][A-Za-z0-9_*]{0,40}){2}")
#: The end of a refusal that lists the permissions it is about.
_LISTED = pattern(r"\[([^\[\]]{0,8000})\]\s*\.?\s*$")
_FIELD = pattern(r"[A-Za-z][A-Za-z0-9_.\[\]]{0,60}")
_DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T|$)")
_INACTIVE = pattern(r"\b(inactive|not active|disabled)\b", re.IGNORECASE)
#: The statuses with which the token endpoint refuses.
_REFUSALS = (400, 401, 403, 429)
#: The outcome of an answer that has the API's form but not its content.
UNEXPECTED = "unexpected"

#: The recorders of a participant, after the SDK's RecordersState, and what each records.
AD_HOC = "adhocState"
RECORDERS: Mapping[str, str] = {
    AD_HOC: "ad hoc",
    "snippetState": "snippet",
    "customerExperienceState": "customer experience",
    "agentExperienceState": "agent experience",
}
_ON = ("active", "paused")

Facts = Mapping[str, Any]


def observe(
    stage: Stage,
    reply: Reply,
    facts: Facts | None = None,
    *,
    unexpected: str = "",
    detail: str = "",
) -> Observation:
    """Return the observation of a call; `unexpected` says why a 2xx is not an answer of the API."""
    known = dict(facts or {})
    failure = reply.failure.value if reply.failure else UNEXPECTED if unexpected else None
    if failure:
        outcome, detail = "failed", reply.detail or unexpected
        known["failure"] = failure
    else:
        outcome, detail = ("ok", detail) if reply.ok else ("refused", _refused(reply, stage))
    if is_rate_limit(reply):
        known["limited"] = True
    if reply.correlation_id and outcome != "ok":
        known["correlation_id"] = reply.correlation_id
    return Observation(
        name=stage.value,
        outcome=outcome,
        method=reply.method,
        url=reply.url,
        status=reply.status,
        elapsed_ms=reply.elapsed_ms,
        attempts=reply.attempts,
        code=code_of(reply, stage),
        detail=detail,
        facts=known,
    )


def code_of(reply: Reply, stage: Stage) -> str | None:
    """Return the error code, if it looks like one of the platform's.

    Only the token endpoint calls it ``error``; the ``error`` field of other servers is not a code.
    """
    found = reply.code if stage is Stage.TOKEN else reply.fields.get("code")
    return _match(_CODE, found)


def _refused(reply: Reply, stage: Stage) -> str:
    code = code_of(reply, stage)
    return f"refused with {code}" if code else "refused"


def of_token(reply: Reply, facts: Facts) -> Observation:
    """Return the token endpoint's answer, without the token and the text of a refusal."""
    known = {**facts, "inactive": bool(_INACTIVE.search(reply.message))}
    unexpected = ""
    if reply.ok and not isinstance(reply.fields.get("access_token"), str):
        unexpected = "is not an answer of the token endpoint"
    elif reply.status in range(400, 500) and reply.failure is None:
        # Other servers have an `error` field too, such as "Not Found".
        known_error = reply.status in _REFUSALS and _match(_CODE, reply.fields.get("error"))
        unexpected = "" if known_error else "is not an answer of the token endpoint"
    return observe(Stage.TOKEN, reply, known, unexpected=unexpected)


def of_owner(reply: Reply) -> Observation:
    """`GET /api/v2/tokens/me`: the owner of the token, and its scopes."""
    client, scopes = reply.fields.get("OAuthClient"), reply.fields.get("authorizedScope")
    if not reply.ok:
        return observe(Stage.WHO_AM_I, reply)
    if not isinstance(client, dict) and not isinstance(scopes, list):
        return observe(Stage.WHO_AM_I, reply, unexpected="does not say whose token it is")
    about = client if isinstance(client, dict) else {}
    told = reply.fields.get("organization")
    organization = told if isinstance(told, dict) else {}
    own = about.get("scope")
    return observe(
        Stage.WHO_AM_I,
        reply,
        {
            "client_id": _match(_CLIENT_ID, about.get("id")),
            "client": _match(_NAME, about.get("name")),
            "org": _match(_CLIENT_ID, organization.get("id")),
            "org_name": _match(_NAME, organization.get("name")),
            "grant_type": _match(_GRANT_TYPE, about.get("authorizedGrantType")),
            "state": _match(_WORD, about.get("state")),
            "deleted_on": _day(about.get("dateToDelete")),
            "scopes": _texts(_SCOPE, scopes) if _all_text(scopes) else None,
            "client_scopes": _texts(_SCOPE, own) if _all_text(own) else (),
        },
    )


def of_grants(reply: Reply) -> Observation:
    """`GET /api/v2/authorization/subjects/me`: permissions by division.

    `complete` is false if a role does not say what it permits, or permits it only under a
    condition; a policy without an entity does not make it false.
    """
    grants = reply.fields.get("grants")
    if not reply.ok:
        return observe(Stage.OWN_GRANTS, reply)
    if not isinstance(grants, list):
        return observe(Stage.OWN_GRANTS, reply, unexpected="does not list any grants")
    held: dict[str, list[str]] = {}
    home: list[str] = []
    complete = True
    for grant in grants:
        fields = grant if isinstance(grant, dict) else {}
        division = _object(fields.get("division"))
        role = _object(fields.get("role"))
        policies = role.get("policies", role.get("permissionPolicies"))
        everywhere = division.get("id") == "*"
        name = division.get("name") or division.get("id") or "a division"
        where = "*" if everywhere else str(name)[:60]
        if division.get("homeDivision") is True:
            home.append(where)
        if not isinstance(policies, list):
            complete = False
            continue
        patterns, whole = _patterns(policies)
        complete = complete and whole
        held.setdefault(where, []).extend(patterns)
    facts = {
        "permissions": {where: tuple(sorted(set(held[where]))) for where in sorted(held)},
        "home": tuple(home),
        "complete": complete,
    }
    return observe(Stage.OWN_GRANTS, reply, facts)


def _patterns(policies: list[Any]) -> tuple[list[str], bool]:
    found: list[str] = []
    complete = True
    for policy in policies:
        fields = _object(policy)
        if fields.get("condition") or fields.get("resourceConditionNode"):
            complete = False
            continue
        actions = fields.get("actions", fields.get("actionSet"))
        domain, entity = fields.get("domain"), fields.get("entityName")
        named = isinstance(domain, str) and isinstance(entity, str) and bool(entity)
        if not named or not _all_text(actions):
            complete = False
            continue
        found += [f"{domain}:{entity}:{action}" for action in actions]
    return found, complete


def of_listing(reply: Reply) -> Observation:
    """Return whether the list of sessions answers, and nothing else of it."""
    entities = reply.fields.get("entities")
    listed = isinstance(entities, list)
    return observe(
        Stage.SESSIONS, reply, unexpected="" if listed or not reply.ok else "is not a list"
    )


def session_of(reply: Reply, conversation_id: str) -> str | None:
    """Return the id of the listed session that belongs to a conversation."""
    for entity in reply.fields.get("entities") or ():
        session = _object(entity)
        nested = _object(session.get("conversation"))
        named = (session.get("conversationId"), nested.get("id"))
        if any(same_id(conversation_id, each) for each in named):
            return _match(_SESSION_ID, session.get("id"))
    return None


def listed(reply: Reply, session_id: str) -> Any:
    """Return the entry of that session in a list, or None."""
    entities = reply.fields.get("entities")
    return next(
        (
            entity
            for entity in (entities if isinstance(entities, list) else ())
            if same_id(session_id, _object(entity).get("id"))
        ),
        None,
    )


def of_session(
    stage: Stage,
    reply: Reply,
    states: SessionStates,
    participant_id: str | None = None,
    meant: str | None = None,
) -> Observation:
    """Return a session, or a call with its participant if one is named.

    `meant` is the requested id, if it is known.
    """
    if not reply.ok:
        return observe(stage, reply, _permissions_named(reply))
    told = reply.fields.get("id")
    if meant is not None and isinstance(told, str) and not same_id(told, meant):
        return observe(stage, reply, unexpected="is about another id than the one asked for")
    if participant_id is not None or isinstance(reply.fields.get("participants"), list):
        return _of_call(stage, reply, states, participant_id)
    state = reply.fields.get("state") or reply.fields.get("status")
    if not isinstance(state, str) or not isinstance(reply.fields.get("id"), str):
        return observe(stage, reply, unexpected="is not a session")
    media = reply.fields.get("mediaTypes")
    word = _match(_WORD, state) or "an unusual word"
    nested = _object(reply.fields.get("conversation"))
    conversation = reply.fields.get("conversationId") or nested.get("id")
    return observe(
        stage,
        reply,
        {
            "state": word,
            "phase": states.phase(state).value,
            "conversation": conversation if isinstance(conversation, str) else None,
            "media": _texts(_WORD, media) if isinstance(media, list) else None,
        },
        detail=f"state {word}",
    )


def _of_call(
    stage: Stage, reply: Reply, states: SessionStates, participant_id: str | None
) -> Observation:
    listed = reply.fields.get("participants")
    if not isinstance(listed, list):
        return observe(stage, reply, unexpected="is not a call")
    people = [
        person
        for person in map(_object, listed)
        if person and (participant_id is None or same_id(participant_id, person.get("id")))
    ]
    if not people:
        return observe(stage, reply, {"participant_absent": True})
    if not all(isinstance(person.get("state"), str) for person in people):
        return observe(stage, reply, unexpected="does not say the participant's state")
    # The state of a whole call is that of a participant who is still in it.
    here = [each for each in people if states.phase(each["state"]) is not Phase.ENDED]
    counted = here or people
    state: str = counted[0]["state"]
    told = [_is_recorded(person) for person in counted]
    recording = True if True in told else None if None in told else False
    # Without information on its recording, a participant is not startable.
    phase = {True: Phase.RECORDING, False: states.phase(state), None: Phase.NOT_READY}[recording]
    word = _match(_WORD, state) or "an unusual word"
    recorded = [each for each in counted if _is_recorded(each)]
    paused = any(map(_is_paused, recorded))
    facts = {
        "state": word,
        "phase": phase.value,
        "left": not here,
        "recording": recording is True,
        "recording_told": recording is not None,
        "paused": paused,
        "all_paused": paused and all(map(_is_paused, recorded)),
        "contradictory": bool(recorded) and all(map(_contradicts_itself, recorded)),
        "recorders": tuple(dict.fromkeys(name for each in counted for name in _recorders(each))),
    }
    said = {True: "being recorded", False: "not being recorded", None: "recorded or not: not said"}
    told_of = "its recording paused" if paused else said[recording]
    return observe(stage, reply, facts, detail=f"state {word}, {told_of}")


def _is_recorded(participant: Mapping[str, Any]) -> bool | None:
    """Whether a participant is in a recording, even a paused one; None if that is unknown.

    A recording may be paused so that it does not contain a card number. It counts, because a start
    would resume it.
    """
    state, recording = _folded(participant.get("recordingState")), participant.get("recording")
    if not isinstance(recording, bool | None):
        return None  # not an answer of the platform
    if recording or participant.get("securePause") is True:
        return True
    if state in _ON or any(_recorders(participant)):
        return True
    return False if recording is False or state == "none" else None


def _contradicts_itself(participant: Mapping[str, Any]) -> bool:
    """Whether it says that it is not recorded, beside a running recording without a recorder."""
    is_active = _folded(participant.get("recordingState")) == "active"
    return participant.get("recording") is False and is_active and not any(_recorders(participant))


def _is_paused(participant: Mapping[str, Any]) -> bool:
    """Whether its recording is paused; any of three fields may say so."""
    states = [_folded(s) for s in _object(participant.get("recordersState")).values()]
    if participant.get("securePause") is True:
        return True
    return "paused" in (_folded(participant.get("recordingState")), *states)


def _recorders(participant: Mapping[str, Any]) -> Iterator[str]:
    """Yield the recorders that have a recording of it, paused or not, by the SDK's names."""
    states = _object(participant.get("recordersState"))
    for name in RECORDERS:
        if _folded(states.get(name)) in _ON:
            yield name


def _folded(value: Any) -> str:
    return value.casefold() if isinstance(value, str) else ""


def of_start(reply: Reply, start: Operation) -> Observation:
    """Return the answer to a start; its text is reduced to the matching case of the contract.

    `lost` marks a start that may have been carried out: an answer with a server error, or not in
    the API's form, does not tell.
    """
    if reply.ok:
        error = reply.fields.get("status")
        if isinstance(error, int) and error >= 400 and isinstance(reply.fields.get("code"), str):
            told = "has an error of the platform in it"
            return observe(Stage.START, reply, {"lost": True}, unexpected=told)
        return observe(Stage.START, reply)
    never_sent = reply.failure is not None and reply.failure.never_sent
    refused = reply.failure is None and reply.status in range(400, 500)
    lost = not never_sent and not refused
    return observe(
        Stage.START, reply, {**refusal(reply, start), "never_sent": never_sent, "lost": lost}
    )


def refusal(reply: Reply, operation: Operation) -> dict[str, Any]:
    """Return the parts of a refusal that have a known shape."""
    said = reply.message.strip().rstrip(".").casefold()
    cases = [
        case.name
        for case in operation.errors
        if case.status == reply.status and said and said == case.message.rstrip(".").casefold()
    ]
    return {
        "case": cases[0] if cases else None,
        **_permissions_named(reply),
        "fields": tuple(_fields(reply)),
    }


def _permissions_named(reply: Reply) -> dict[str, tuple[str, ...]]:
    """Return the permissions that a refusal names, each once.

    `permissions` are those in brackets at the end of its message, and in `messageParams`. Other
    text that looks like a permission is `mentioned`: it may be anything until it is recognised as
    one.
    """
    told = _object(reply.fields.get("messageParams")).get("permissions")
    lists = (_LISTED.search(reply.message), _LISTED.search(told) if isinstance(told, str) else None)
    each = [item.strip() for found in lists if found for item in found[1].split(",")]
    named = tuple(dict.fromkeys(item for item in each if _PERMISSION.fullmatch(item)))
    mentioned = dict.fromkeys(_PERMISSION.findall(reply.message))
    return {
        "permissions": named,
        "mentioned": tuple(name for name in mentioned if name not in named),
    }


def _fields(reply: Reply) -> Iterator[str]:
    details = reply.fields.get("details")
    for detail in details if isinstance(details, list) else ():
        field = _match(_FIELD, _object(detail).get("fieldName"))
        if field:
            yield field


def _day(value: Any) -> str | None:
    """Return the day of a time that the platform gives."""
    return value[:10] if isinstance(value, str) and _DAY.match(value) else None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _match(pattern: re.Pattern[str], value: Any) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def _all_text(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _texts(pattern: re.Pattern[str], values: list[Any]) -> tuple[str, ...]:
    return tuple(value for value in values if _match(pattern, value))
