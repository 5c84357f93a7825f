"""Checks a payload before anyone sends it: the schema, the conversation, the media."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from toolkit.contracts.payloads import FieldProblem, validate_payload
from toolkit.model.observations import Observation
from toolkit.probe.stages import Stage
from toolkit.probe.target import Probed, conversation_of, media_of, same_id

#: Rules of a schema that say what a body must have; the platform publishes no such list.
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
    """Everything that is wrong with `payload`, every field at once.

    `own` is true for the payload that the probe made itself. In one that is `to_be_sent` nothing
    may stand that the contract does not name: a start must not change anything else. What the
    session is known to be (`session`), or the conversation that is meant, is what the payload is
    compared with.
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
        # Which fields are required is the contract's reading; types and values are published.
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
    """The fields that the schema names and has nothing against."""
    schema = what.start.payload or {}
    wrong = {re.split(r"[.\[]", problem.field)[0] for problem in found}
    for name in schema.get("properties") or () if isinstance(payload, dict) else ():
        if name in payload and name not in wrong:
            yield name


def _is_adhoc(payload: Any) -> bool:
    """Whether the body asks for an ad hoc recording in place of a snippet, in whatever case."""
    found = payload.get("type") if isinstance(payload, dict) else None
    return isinstance(found, str) and found.casefold() == "adhoc"
