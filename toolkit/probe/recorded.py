"""Recorded requests → the observations that a probe would have made, as far as they show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from toolkit.contracts.contract import Phase, SessionStates
from toolkit.genesys.replies import Failure, Reply
from toolkit.model.observations import Observation
from toolkit.probe import reading
from toolkit.probe.exchange import Exchange
from toolkit.probe.payload import of_payload
from toolkit.probe.proof import Proof, is_call
from toolkit.probe.stages import Stage
from toolkit.probe.target import Probed, bound, same_id

_JSON = "application/json"


def observations_of(what: Probed, proof: Proof) -> tuple[Observation, ...]:
    """What the recorded requests show, in the order of a probe's steps.

    What they show of a caller is `assumed` to be about this one where no token tells it.
    """
    return tuple(_observe(what, proof))


def _observe(what: Probed, proof: Proof) -> Iterator[Observation]:
    start = proof.start
    if proof.token is not None:
        yield reading.of_token(_reply(proof.token, "/oauth/token"), {})
    owner, grants = proof.owner(), proof.grants()
    assumed = {} if proof.shows_caller else {"assumed": True}
    if owner is not None:
        who = reading.of_owner(_reply(owner, "/api/v2/tokens/me"))
        yield who._replace(facts={**who.facts, **assumed})
    if grants is not None:
        held = reading.of_grants(_reply(grants, "/api/v2/authorization/subjects/me"))
        yield held._replace(facts={**held.facts, **assumed})
    listing = proof.listing(what.listing) if what.listing is not None else None
    if what.listing is not None and listing is not None:
        yield reading.of_listing(_reply(listing, what.listing.path))
    session = _session(Stage.SESSION, what, proof, proof.before)
    if session is not None:
        yield session
    if start is None:
        return
    yield _payload(what, start, session)
    if start.status is not None or start.answer_text:
        yield reading.of_start(_reply(start, what.start.path), what.start)
    else:
        lost = replace(_reply(start, what.start.path), failure=Failure.RESET, detail="no answer")
        yield reading.of_start(lost, what.start)
    confirm = _session(Stage.CONFIRM, what, proof, proof.after)
    if confirm is not None:
        yield confirm


def _payload(what: Probed, start: Exchange, session: Observation | None) -> Observation:
    if not (start.unread or start.left_out):
        return of_payload(what, start.body, session=session, content_type=start.content_type)
    declared = start.content_type
    problems = ("the body is not JSON",) if start.unread and declared == _JSON else ()
    return Observation(
        Stage.PAYLOAD.value,
        "invalid" if problems else "ok",
        detail="; ".join(problems) or "the body cannot be read here",
        facts={"problems": problems, "unread": True, "content_type": declared},
    )


def _session(
    stage: Stage, what: Probed, proof: Proof, exchanges: Sequence[Exchange]
) -> Observation | None:
    """The session as it was read; the last time, or the first that shows it recording.

    A read of another session says nothing about this one.
    """
    states = what.contract.session_states or SessionStates()
    participant = proof.about.get("participantId") if what.by_participant else None
    seen = [
        reading.of_session(stage, _reply(each, what.read.path), states, participant)
        for each in exchanges
        if each.says_something and is_call(each, what.read) and _is_about(what, each, proof)
    ]
    recording = [each for each in seen if each.facts.get("phase") == Phase.RECORDING.value]
    if stage is Stage.CONFIRM and recording:
        return recording[0]
    return seen[-1] if seen else None


def _is_about(what: Probed, read: Exchange, proof: Proof) -> bool:
    ids = bound(what.read, read.path) or {}
    return all(same_id(proof.about.get(name, value), value) for name, value in ids.items())


def _reply(exchange: Exchange, path: str) -> Reply:
    """The answer; its path as the contract writes it, because ids may be personal."""
    reply = Reply(
        exchange.method,
        path,
        status=exchange.status,
        body=exchange.answer,
        elapsed_ms=exchange.elapsed_ms,
    )
    if exchange.answer_text:
        return replace(reply, failure=Failure.NOT_JSON, detail="is not JSON")
    if exchange.status in range(300, 400):
        return replace(reply, failure=Failure.REDIRECT, detail="redirects")
    return reply


def of_files(what: Probed, given: Mapping[str, Any]) -> tuple[Observation, ...]:
    """What decoded JSON shows: the ``payload`` of a start, the ``response`` to it, a ``session``.

    Of these, any that someone has.
    """
    found: list[Observation] = []
    states = what.contract.session_states or SessionStates()
    seen = None
    if "session" in given:
        body = given["session"]
        read = _status_of(body, what) if _is_error(body) else 200
        reply = Reply(what.read.method, what.read.path, status=read, body=body)
        seen = reading.of_session(Stage.SESSION, reply, states)
        found.append(seen)
    if "payload" in given:
        found.append(of_payload(what, given["payload"], session=seen))
    if "response" in given:
        answer = given["response"]
        status = _status_of(answer, what)
        reply = Reply(what.start.method, what.start.path, status=status, body=answer)
        found.append(reading.of_start(reply, what.start))
    return tuple(found)


def _is_error(body: Any) -> bool:
    """Whether it has the platform's form of an error; a session may have a `status` of its own."""
    fields = body if isinstance(body, dict) else {}
    return isinstance(fields.get("code"), str) and isinstance(fields.get("message"), str)


def _status_of(response: Any, what: Probed) -> int:
    """The status that a body belongs to: errors of the platform carry their own."""
    fields = response if isinstance(response, dict) else {}
    status = fields.get("status")
    if isinstance(status, int) and not isinstance(status, bool) and 100 <= status < 600:
        return status
    refused = isinstance(fields.get("message"), str) or isinstance(fields.get("code"), str)
    return 400 if refused else what.start.success
