"""Validates a payload before it is sent: the schema, the conversation, the media."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from toolkit.contracts.payloads import FieldProblem, validate_payload
from toolkit.model.observations import Observation
from toolkit.probe.stages import Stage
from toolkit.probe.target import Probed, conversation_of, media_of, same_id

#: Schema rules on required fields; the platform publishes no list of required fields.
_OUR_READING = ("required", "unevaluatedProperties")


def of_payload(
    what: Probed,
    payload: Any,
    *,
    session: Observation | None = None,
    conversation_id: str | None = None,
    own: bool = True,
    to_be_sent: bool = False,
    content_type: str | None = None,
) -> Observation:
    """Return everything that is wrong with `payload`, all fields at once.

    `own` is true for a payload that the probe made itself. A payload `to_be_sent` may only have
    fields that the contract names: a start must not change anything else. The payload is compared
    with the observed `session`, or with the intended conversation.
    """
    found = validate_payload(what.start, payload, closed=to_be_sent)
    problems = [str(problem) for problem in found]
    if not problems and what.stops(payload):
        problems = ["the body would stop a recording, not start one"]
    seen = session.facts if session is not None else {}
    named, meant = conversation_of(payload), seen.get("conversation") or conversation_id
    media, available = media_of(payload), seen.get("media")
    mismatch = named is not None and meant is not None and not same_id(named, meant)
    lacking = tuple(m for m in media if available is not None and m not in available)
    facts = {
        "problems": tuple(problems),
        "own": own,
        "conversation_mismatch": mismatch,
        "conversation_compared": named is not None and seen.get("conversation") is not None,
        "media_lacking": lacking,
        "media_available": available,
        "media_compared": available is not None and bool(media),
        "content_type": content_type,
        "kept": tuple(_right(what, payload, found)),
        # The required fields are our reading of the contract; types and values are published.
        "by_reading": bool(found) and all(each.keyword in _OUR_READING for each in found),
        "asks": what.asks(payload),
        "adhoc": _is_adhoc(payload),
    }
    wrong = [*problems]
    if mismatch:
        wrong.append("sessionUri names another conversation")
    wrong += [
        f"mediaTypes asks for {medium}, which the session does not have" for medium in lacking
    ]
    return Observation(
        name=Stage.PAYLOAD.value,
        outcome="invalid" if wrong else "ok",
        detail="; ".join(wrong) or f"fits the schema of {what.start.id}",
        facts=facts,
    )


def _right(what: Probed, payload: Any, found: Sequence[FieldProblem]) -> Iterator[str]:
    """Yield the fields that the schema names and accepts."""
    schema = what.start.payload or {}
    wrong = {re.split(r"[.\[]", problem.field)[0] for problem in found}
    for name in schema.get("properties") or () if isinstance(payload, dict) else ():
        if name in payload and name not in wrong:
            yield name


def _is_adhoc(payload: Any) -> bool:
    """Whether the body asks for an ad hoc recording and not a snippet, in any case."""
    found = payload.get("type") if isinstance(payload, dict) else None
    return isinstance(found, str) and found.casefold() == "adhoc"
