"""Recorded requests → the observations of a probe, as far as the requests show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from toolkit.contracts.contract import Phase, SessionStates
from toolkit.genesys.regions import region_of
from toolkit.genesys.replies import Failure, Reply
from toolkit.model.observations import Observation
from toolkit.probe import responses
from toolkit.probe.har.exchange import Exchange
from toolkit.probe.har.proof import Proof, is_call
from toolkit.probe.payload import of_payload
from toolkit.probe.stages import Stage
from toolkit.probe.target import Probed, bound, same_id

_JSON = "application/json"
#: The beginning of a value that Postman fills in later.
_UNFILLED = ("{{", ":")


def observations_of(what: Probed, proof: Proof) -> tuple[Observation, ...]:
    """Return what the recorded requests show, in the order of a probe's steps.

    If no token tells the caller, facts about a caller are marked `assumed`.
    """
    return tuple(_observe(what, proof))


def _observe(what: Probed, proof: Proof) -> Iterator[Observation]:
    start = proof.start
    if proof.token is not None:
        region = region_of(proof.token.host)
        facts = {"region": region} if region else {}
        facts["grant"] = proof.token.grant or ""
        yield responses.of_token(_reply(proof.token, "/oauth/token"), facts)
    owner, grants = proof.owner(), proof.grants()
    assumed = {} if proof.shows_caller else {"assumed": True}
    if owner is not None:
        who = responses.of_owner(_reply(owner, "/api/v2/tokens/me"))
        yield replace(who, facts={**who.facts, **assumed})
    if grants is not None:
        held = responses.of_grants(_reply(grants, "/api/v2/authorization/subjects/me"))
        yield replace(held, facts={**held.facts, **assumed})
    listing = proof.listing(what.listing) if what.listing is not None else None
    if what.listing is not None and listing is not None:
        yield responses.of_listing(_reply(listing, what.listing.path))
    session = _session(Stage.SESSION, what, proof, proof.fresh)
    if session is not None:
        yield session
    if start is None:
        return
    confirm = _session(Stage.CONFIRM, what, proof, proof.shown)
    # The conversation of a session does not change over time.
    read = session if session is not None and session.outcome == "ok" else confirm
    yield _payload(what, start, read)
    reply = _reply(start, what.start.path)
    if start.status is None and not start.answer_text:
        reply = replace(reply, failure=Failure.RESET, detail="no answer")
    sent = responses.of_start(reply, what.start)
    yield replace(sent, facts={**sent.facts, "after_another": proof.after_another})
    if confirm is not None:
        yield confirm


def _payload(what: Probed, start: Exchange, session: Observation | None) -> Observation:
    declared = start.content_type
    if start.left_out:
        detail, facts = "the recording has no body of the start", {"content_type": declared}
        return Observation(Stage.PAYLOAD.value, "skipped", detail=detail, facts=facts)
    if not start.unread:
        return of_payload(what, start.body, session=session, content_type=declared)
    problems = ("the body is not JSON",) if declared == _JSON else ()
    return Observation(
        Stage.PAYLOAD.value,
        "invalid" if problems else "skipped",
        detail="the body is not JSON",
        facts={"problems": problems, "content_type": declared},
    )


def _session(
    stage: Stage, what: Probed, proof: Proof, exchanges: Sequence[Exchange]
) -> Observation | None:
    """Return the session's last read, or the first that shows it recording.

    If it was not read by itself, its entry in a list counts, which may have fewer fields. A read of
    another session says nothing about this one.
    """
    states = what.contract.session_states or SessionStates()
    participant = proof.about.get("participantId") if what.by_participant else None
    # Postman fills ids in when it sends; their values are unknown here.
    participant = None if participant and participant.startswith(_UNFILLED) else participant
    untimed = {} if all(each.timed for each in exchanges) else {"untimed": True}
    said = [each for each in exchanges if each.says_something]
    read = [
        responses.of_session(stage, _reply(each, what.read.path), states, participant)
        for each in said
        if is_call(each, what.read) and _is_about(what, each, proof)
    ]
    listed = [*_listed(stage, what, proof, said)]
    recording = [e for e in (*read, *listed) if e.facts.get("phase") == Phase.RECORDING.value]
    found = recording[:1] if stage is Stage.CONFIRM and recording else (read or listed)[-1:]
    return next((replace(seen, facts={**seen.facts, **untimed}) for seen in found), None)


def _listed(
    stage: Stage, what: Probed, proof: Proof, exchanges: Sequence[Exchange]
) -> Iterator[Observation]:
    """Yield the session's entry in each list that has one with a state."""
    states, identifier = what.contract.session_states, proof.about.get("sessionId")
    if what.listing is None or states is None or identifier is None:
        return
    for each in exchanges:
        if is_call(each, what.listing):
            reply = _reply(each, what.listing.path)
            entry = responses.listed(reply, identifier)
            seen = responses.of_session(stage, replace(reply, body=entry), states)
            if entry is not None and seen.outcome == "ok":
                yield seen


def _is_about(what: Probed, read: Exchange, proof: Proof) -> bool:
    ids = bound(what.read, read.path) or {}
    return all(same_id(proof.about.get(name, value), value) for name, value in ids.items())


def _reply(exchange: Exchange, path: str) -> Reply:
    """Return the answer, with the path as the contract writes it: ids may be personal."""
    reply = Reply(
        exchange.method,
        path,
        status=exchange.status,
        body=exchange.answer,
        elapsed_ms=exchange.elapsed_ms,
        correlation_id=exchange.correlation_id,
    )
    if exchange.answer_text:
        return replace(reply, failure=Failure.NOT_JSON, detail="is not JSON")
    if exchange.status in range(300, 400):
        return replace(reply, failure=Failure.REDIRECT, detail="redirects")
    return reply
