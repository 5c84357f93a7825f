"""Recorded requests → the observations that a probe would have made, as far as they show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from toolkit.contracts.contract import Operation, Phase, SessionStates
from toolkit.genesys.replies import Failure, Reply
from toolkit.model.observations import Observation
from toolkit.probe import reading
from toolkit.probe.payload import of_payload
from toolkit.probe.stages import Stage
from toolkit.probe.target import Probed, path_pattern

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer, as a file has them; what is secret in them was left out.

    `path` has no query. `body` and `answer` are decoded JSON, None where there is none; `unread`
    is true for a body that is something else, `left_out` for one that was not recorded, and
    `answer_text` for an answer that is something else. `content_type` is empty where a body was
    sent without. `status` is None for a request without an answer. `elapsed_ms` is in
    milliseconds.
    """

    method: str
    path: str
    content_type: str | None = None
    body: Any = None
    unread: bool = False
    left_out: bool = False
    status: int | None = None
    answer: Any = None
    answer_text: bool = False
    elapsed_ms: int = 0


def observations_of(what: Probed, exchanges: Sequence[Exchange]) -> tuple[Observation, ...]:
    """What the exchanges show, in the order of a probe's steps.

    The last start counts; the session as it was read before it, and after it.
    """
    patterns = {op.id: path_pattern(op) for op in (what.start, what.read)}
    starts = [
        index
        for index, each in enumerate(exchanges)
        if each.method == what.start.method and patterns[what.start.id].fullmatch(each.path)
    ]
    # A request that stops a recording uses the same operation as one that starts it.
    starts = [i for i in starts if not _is_stop(what, exchanges[i].body)] or starts
    at = starts[-1] if starts else None
    return tuple(_observe(what, exchanges, at))


def _is_stop(what: Probed, body: Any) -> bool:
    return what.stop_payload is not None and body == what.stop_payload


def _observe(what: Probed, exchanges: Sequence[Exchange], at: int | None) -> Iterator[Observation]:
    before = exchanges if at is None else exchanges[:at]
    after = () if at is None else exchanges[at + 1 :]
    start = exchanges[at] if at is not None else None
    token = _last(before, "POST", "/oauth/token")
    if token is not None:
        yield reading.of_token(_reply(token, "/oauth/token"), {})
    # Who it is does not change with the time; a look after the start says as much.
    owner = _last(exchanges, "GET", "/api/v2/tokens/me")
    if owner is not None:
        yield reading.of_owner(_reply(owner, "/api/v2/tokens/me"))
    grants = _last(exchanges, "GET", "/api/v2/authorization/subjects/me")
    if grants is not None:
        yield reading.of_grants(_reply(grants, "/api/v2/authorization/subjects/me"))
    if what.listing is not None:
        listing = _last(exchanges, "GET", what.listing.path)
        if listing is not None:
            yield reading.of_listing(_reply(listing, what.listing.path))
    session = _session(Stage.SESSION, what, before, start)
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
    confirm = _session(Stage.CONFIRM, what, after, start)
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
    stage: Stage, what: Probed, exchanges: Sequence[Exchange], start: Exchange | None
) -> Observation | None:
    """The session as it was read; the last time, or the first that shows it recording."""
    pattern = path_pattern(what.read)
    looks = [e for e in exchanges if e.method == what.read.method and pattern.fullmatch(e.path)]
    if start is not None:
        own = [e for e in looks if start.path.strip("/").startswith(e.path.strip("/"))]
        looks = own or looks
    states = what.contract.session_states or SessionStates()
    participant = _participant(what, start)
    seen = [
        reading.of_session(stage, _reply(each, what.read.path), states, participant)
        for each in looks
    ]
    recording = [each for each in seen if each.facts.get("phase") == Phase.RECORDING.value]
    if stage is Stage.CONFIRM and recording:
        return recording[0]
    return seen[-1] if seen else None


def _participant(what: Probed, start: Exchange | None) -> str | None:
    if not what.by_participant or start is None:
        return None
    return start.path.rstrip("/").rpartition("/")[2]


def _last(exchanges: Sequence[Exchange], method: str, path: str) -> Exchange | None:
    pattern = path_pattern(Operation("", method, path))
    found = [e for e in exchanges if e.method == method and pattern.fullmatch(e.path)]
    return found[-1] if found else None


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


def of_files(
    what: Probed, payload: Any, *, response: Any = None, session: Any = None
) -> tuple[Observation, ...]:
    """What a body shows, with the answer to it and the session, as far as someone has them.

    They are decoded JSON; None is one that nobody has.
    """
    found: list[Observation] = []
    states = what.contract.session_states or SessionStates()
    seen = None
    if session is not None:
        reply = Reply(what.read.method, what.read.path, status=200, body=session)
        seen = reading.of_session(Stage.SESSION, reply, states)
        found.append(seen)
    found.append(of_payload(what, payload, session=seen))
    if response is not None:
        reply = Reply(
            what.start.method, what.start.path, status=_status_of(response, what), body=response
        )
        found.append(reading.of_start(reply, what.start))
    return tuple(found)


def _status_of(response: Any, what: Probed) -> int:
    """The status that a body belongs to: errors of the platform carry their own."""
    fields = response if isinstance(response, dict) else {}
    status = fields.get("status")
    if isinstance(status, int) and not isinstance(status, bool) and 100 <= status < 600:
        return status
    refused = isinstance(fields.get("message"), str) or isinstance(fields.get("code"), str)
    return 400 if refused else what.start.success


def path_of_url(url: str) -> str:
    """The path alone: a query may hold a token, and the host a user."""
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def mentions(what: Probed, exchanges: Sequence[Exchange]) -> bool:
    """Whether any of them is a call of the contract."""
    operations = [op for op in (what.start, what.read, what.listing) if op is not None]
    return any(
        each.method == op.method and path_pattern(op).fullmatch(each.path)
        for each in exchanges
        for op in operations
    )
